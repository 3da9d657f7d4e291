"""The way through ODBC, live on PostgreSQL: the SQL of Oracle and Dameng, on their dictionary views as documented."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import adbc_driver_postgresql.dbapi as server
import pyarrow as pa
import pytest

from flows.sources import dameng, odbc, open_source, oracle_sql
from flows.sources.connection import Connection, parse_url, typed
from flows.sources.odbc import OdbcTransport, connection_string, explained, open_odbc
from flows.sources.text_source import Declared, Grammar, TextSource
from schemas.adapter import RawTable, load_adapter
from schemas.errors import SettingsError, SourceError, SourceLostError
from tests.house import postgresql_database, write_centre

DRIVER = os.environ.get("FEIJIAN_TEST_ODBC", "PostgreSQL Unicode")
GRAMMARS = {"oracle": oracle_sql.grammar, "dameng": dameng.grammar}


def require_driver(name: str) -> None:
    """Skip with a reason where the ODBC driver is not installed; under CI that is a failure."""
    try:
        open_odbc({"Driver": name, "Server": "127.0.0.1", "Port": "1", "Database": "none"}, "u", "p", "连接").close()
    except SourceLostError:
        return
    except SourceError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


def run(url: str, sql: str) -> None:
    with server.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(sql)


def disguise(url: str, dictionary: str) -> None:
    """Make a PostgreSQL answer as Oracle's documentation says that Oracle would."""
    with server.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for script in (dictionary, "oracle_functions.sql"):
            cursor.executescript((Path(__file__).parent / script).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def his() -> Iterator[str]:
    with postgresql_database() as url:
        disguise(url, "oracle_like.sql")
        yield url


def transport_to(url: str) -> OdbcTransport:
    where = parse_url(url)
    settings = {
        "Driver": DRIVER,
        "Server": str(where.hostname),
        "Port": str(where.port or 5432),
        "Database": where.path.strip("/"),
        "UseDeclareFetch": "1",
    }
    require_driver(DRIVER)
    return open_odbc(settings, where.username or "", "any", "连接")


@pytest.fixture
def wire(his: str) -> Iterator[OdbcTransport]:
    transport = transport_to(his)
    yield transport
    transport.close()


@pytest.fixture(params=sorted(GRAMMARS))
def grammar(request: pytest.FixtureRequest) -> Grammar:
    return GRAMMARS[request.param]("HIS")


@pytest.fixture
def source(wire: OdbcTransport, grammar: Grammar) -> TextSource:
    return TextSource(wire, grammar, "engine", "snapshot")


def rows_of(source: TextSource, table: str, columns: tuple[str, ...], where: str = "") -> list[tuple[object, ...]]:
    types = source.columns(table)
    found: list[tuple[object, ...]] = []
    for batch in source.read(table, columns, where):
        clean, untyped = typed(batch, {column: types[column] for column in columns})
        assert untyped == []
        found += zip(*(clean[column].to_pylist() for column in columns), strict=True)
    return found


def test_a_table_in_capitals_is_found_in_lower_case_and_its_columns_are_too(source: TextSource) -> None:
    lower, capital = source.columns("mz_jsb"), source.columns("MZ_JSB")
    assert list(lower)[:4] == ["jsid", "je", "dj", "jssj"]
    assert list(capital)[:4] == ["JSID", "JE", "DJ", "JSSJ"]
    assert list(lower.values()) == list(capital.values())
    assert lower["jsid"] == pa.decimal128(12, 0)
    assert lower["je"] == pa.decimal128(16, 2)
    assert lower["dj"] == pa.decimal128(38, 10)
    assert lower["jssj"] == pa.timestamp("us")
    assert source.columns("nothing") == {}


def test_every_digit_and_every_character_arrives(source: TextSource) -> None:
    columns = ("jsid", "je", "dj", "jssj", "gxsj", "xm", "bz", "xb")
    assert rows_of(source, "mz_jsb", columns, " WHERE jsid <> 3 ORDER BY 1 DESC".replace("jsid", '"JSID"')) == [
        (
            Decimal(999999999999),
            Decimal("-0.50"),
            Decimal(12),
            datetime(2024, 2, 1),
            datetime(9999, 12, 31),
            "𠮷",
            "长",
            "女",
        ),
        (
            Decimal(1),
            Decimal("99999999999999.99"),
            Decimal("0.333333"),
            datetime(2024, 1, 31, 23, 59, 59),
            datetime(2024, 1, 31, 23, 59, 59, 999999),
            "测试，甲\"乙'",
            "",
            "男",
        ),
    ]
    assert rows_of(source, "mz_jsb", columns[1:], ' WHERE "JSID" = 3') == [(None,) * 7]


def test_an_instant_of_oracle_is_read_in_utc(wire: OdbcTransport) -> None:
    source = TextSource(wire, oracle_sql.grammar("HIS"), "engine", "snapshot")
    assert rows_of(source, "mz_jsb", ("sc",), ' WHERE "JSID" = 1') == [(datetime(2024, 1, 31, 23, 59, 59, tzinfo=UTC),)]


def test_rows_beyond_one_batch_all_arrive(source: TextSource) -> None:
    lines = rows_of(source, "mz_fymx", ("jsid", "xh"))
    assert len(lines) == 70_000
    assert sum(Decimal(str(line[0])) for line in lines) == Decimal(70_000 * 70_001 // 2)


def test_totals_are_exact_and_by_month_of_the_wall_clock(source: TextSource) -> None:
    whole = source.totals("mz_jsb", ("je",), "", "jssj")
    assert (whole.rows, whole.sums) == (3, {"je": Decimal("99999999999999.49")})
    assert {month: (part.rows, part.sums["je"]) for month, part in whole.months.items()} == {
        "": (1, Decimal(0)),
        "202401": (1, Decimal("99999999999999.99")),
        "202402": (1, Decimal("-0.50")),
    }
    assert source.totals("mz_jsb", ("je",), ' WHERE "JSID" = 3').sums == {"je": Decimal(0)}


def test_the_catalogue_tells_tables_keys_indexes_and_references(source: TextSource) -> None:
    tables = {table.name: table for table in source.catalogue()}
    bills, lines = tables["MZ_JSB"], tables["MZ_FYMX"]
    assert (bills.comment, bills.rows, bills.key) == ("门诊结算", 3, ("JSID",))
    assert bills.column("JE") is not None and bills.column("JE").comment == "金额"  # type: ignore[union-attr]
    assert [column.declared for column in bills.columns][:3] == ["NUMBER(12)", "NUMBER(16,2)", "NUMBER"]
    assert [(index.name, index.columns, index.unique) for index in bills.indexes] == [
        ("I_JSSJ", ("JSSJ", "XM"), False),
        ("PK_JSB", ("JSID",), True),
    ]
    assert (lines.key, lines.references, lines.rows) == (("JSID", "XH"), {"JSID": ("MZ_JSB", "JSID")}, None)
    assert tables["V_JSB"].is_view
    assert not bills.is_view


def test_tables_of_others_are_seen_through_synonyms_only_in_oracle(wire: OdbcTransport) -> None:
    oracle, dm = (TextSource(wire, GRAMMARS[name]("HIS"), "", "") for name in ("oracle", "dameng"))
    assert [table.name for table in oracle.catalogue()] == ["MZ_FYMX", "MZ_JSB", "V_JSB", "YP"]
    assert [table.name for table in dm.catalogue()] == ["MZ_FYMX", "MZ_JSB", "V_JSB"]
    assert rows_of(oracle, "yp", ("ypmc",)) == [("药",)]
    assert "ypmc" not in oracle.columns("mz_jsb")


def test_a_binary_column_is_refused_by_name(source: TextSource) -> None:
    with pytest.raises(SourceError, match="表 mz_jsb 的列 zt 的类型"):
        list(source.read("mz_jsb", ("jsid", "zt"), ""))


def test_a_column_or_table_that_is_not_there_is_named(source: TextSource) -> None:
    with pytest.raises(SourceError, match="表 mz_jsb 没有列 jee、zje"):
        list(source.read("mz_jsb", ("jsid", "jee", "zje"), ""))
    with pytest.raises(SourceError, match="表 mz_jsc 没有列 je"):
        source.totals("mz_jsc", ("je",), "")


@pytest.mark.parametrize(
    ("declared", "kind", "text"),
    [
        (Declared("BIGINT"), pa.int64(), "CAST({} AS VARCHAR(60))"),
        (Declared("DECIMAL", 0, 16, 2), pa.decimal128(16, 2), "CAST({} AS VARCHAR(60))"),
        (Declared("DECIMAL", 0, 0, 0), pa.decimal128(38, 10), "CAST({} AS VARCHAR(60))"),
        (Declared("DATETIME(6)", 0, None, 6), pa.timestamp("us"), "TO_CHAR({}, 'YYYY-MM-DD HH24:MI:SS.FF6')"),
        (Declared("DATE"), pa.timestamp("us"), "TO_CHAR({}, 'YYYY-MM-DD HH24:MI:SS')"),
        (Declared("CHAR", 8), pa.string(), "RTRIM({})"),
        (Declared("TEXT"), pa.string(), "{}"),
        (Declared("DOUBLE"), pa.string(), "CAST({} AS VARCHAR(60))"),
        (Declared("TIMESTAMP(6) WITH TIME ZONE", 0, None, 6), pa.string(), ""),
        (Declared("IMAGE"), pa.string(), ""),
    ],
    ids=lambda value: str(value) if isinstance(value, Declared) else None,
)
def test_each_type_of_dameng_has_its_exact_text(declared: Declared, kind: pa.DataType, text: str) -> None:
    assert (dameng.reading(declared).type, dameng.reading(declared).text) == (kind, text)


def test_a_text_that_does_not_fit_is_refused_not_cut(wire: OdbcTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odbc, "MAX_TEXT", 4)
    assert wire.rows("SELECT '四个汉字'") == [("四个汉字",)]
    with pytest.raises(SourceError, match="超过 4 个字符"):
        wire.rows("SELECT '有五个汉字'")


def test_small_answers_hold_no_binary_fraction(source: TextSource) -> None:
    ((count, fraction, amount, nothing),) = source.ask(
        "SELECT COUNT(*), 0.1::float8, 1.50::numeric(20, 2), NULL::float8"
    )
    assert (count, fraction, amount, nothing) == (1, Decimal("0.1"), Decimal("1.50"), None)
    assert not isinstance(fraction, float)


def test_what_others_commit_while_dameng_is_read_does_not_appear(his: str) -> None:
    source = dameng.opened(transport_to(his), "his")
    before = source.totals("mz_fymx", (), "").rows
    run(his, 'INSERT INTO "MZ_FYMX" VALUES (0, 0)')
    after = source.totals("mz_fymx", (), "").rows
    source.close()
    run(his, 'DELETE FROM "MZ_FYMX" WHERE "JSID" = 0')
    assert after == before == 70_000
    assert "未在真实的达梦库上核实" in source.snapshot


def test_a_broken_connection_is_told_from_a_refused_question(his: str, wire: OdbcTransport) -> None:
    ((process,),) = wire.rows("SELECT pg_backend_pid()")
    with pytest.raises(SourceError, match="表或视图不存在") as refused:
        wire.rows("SELECT 1 FROM nothing")
    assert not isinstance(refused.value, SourceLostError)
    run(his, f"SELECT pg_terminate_backend({process})")
    with pytest.raises(SourceLostError, match="连接中断"):
        wire.rows("SELECT 1")


def whole(source: Connection, table: RawTable, like: pa.Schema | None = None) -> pa.Table:
    """All rows of a table in the order of its key; nothing in it was unreadable."""
    columns = tuple(dict.fromkeys((*table.key, *table.columns)))
    types = {column: source.columns(table.name)[column] for column in columns}
    parts = [typed(batch, types) for batch in source.read(table.name, columns, "")]
    assert not any(untyped for _, untyped in parts)
    empty = pa.schema(list(types.items())).empty_table()
    rows = pa.concat_tables([empty, *(pa.Table.from_batches([batch]) for batch, _ in parts)])
    return (rows.cast(like) if like else rows).sort_by([(column, "ascending") for column in columns])


def test_the_centre_read_by_the_sql_of_oracle_is_that_read_from_sqlite(tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(file, visits=60)
    with postgresql_database() as url, closing(open_source(file)) as theirs:
        write_centre(url, visits=60)
        disguise(url, "oracle_dictionary.sql")
        with closing(TextSource(transport_to(url), oracle_sql.grammar("HIS"), "engine", "snapshot")) as ours:
            read = 0
            for table in load_adapter("sample").tables.values():
                rows = whole(theirs, table)
                read += rows.num_rows
                assert whole(ours, table, rows.schema).equals(rows), table.name
                asked = (table.name, table.totals, "", table.month)
                assert ours.totals(*asked) == theirs.totals(*asked), table.name
    assert read > 1_000


def test_a_missing_driver_is_told_with_the_remedy_and_without_the_password() -> None:
    with pytest.raises(SourceError, match="本机没有安装 ODBC 驱动“无此驱动”") as error:
        open_source("mssql://sa:Secr3t@127.0.0.1/his?driver=无此驱动")
    assert "Secr3t" not in str(error.value)
    with pytest.raises(SourceError, match="本机没有安装 ODBC 驱动“DM8 ODBC DRIVER”"):
        open_source("dm://SYSDBA:Secr3t@127.0.0.1")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a driver manager")
def test_a_machine_without_a_driver_manager_is_told_how_to_get_one(tmp_path: Path) -> None:
    found = importlib.util.find_spec("arrow_odbc")
    assert found is not None and found.origin is not None
    copy = tmp_path / "arrow_odbc"
    shutil.copytree(Path(found.origin).parent, copy)
    for library in copy.glob("arrow_odbc/*.so"):
        library.write_bytes(library.read_bytes().replace(b"libodbc.so.2", b"libmiss.so.2"))
    script = "from flows.sources import open_source; open_source('dm://u:Secr3t@127.0.0.1')"
    asked = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    last = asked.stderr.strip().splitlines()[-1]
    assert "连接达梦（127.0.0.1:5236，用户 u）失败：本机没有 ODBC 驱动管理器。Linux 请安装 unixodbc" in last
    assert "Secr3t" not in asked.stderr.replace(script, "")


def test_an_unreachable_sql_server_is_named_without_the_password() -> None:
    require_driver("FreeTDS")
    with pytest.raises(
        SourceLostError, match=r"连接 SQL Server（127.0.0.1:1/his，用户 sa）失败：无法连通服务器"
    ) as error:
        open_source("sqlserver://sa:Secr3t@127.0.0.1:1/his?driver=FreeTDS")
    assert "Secr3t" not in str(error.value)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(SettingsError, match="不认识的选项：drver；可用：driver、schema"):
        open_source("dm://u:p@h?drver=x")


def test_a_value_in_a_connection_string_cannot_end_it() -> None:
    settings = {"Driver": "A B", "Server": "h,1433", "Database": "x;PWD=y", "APP": "a}b"}
    assert connection_string(settings) == "Driver={A B};Server=h,1433;Database={x;PWD=y};APP={a}}b}"


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("State: 28000, Native error: 18456, Message: [M]Login failed for user 'sa'.", SourceError, "用户名或口令错误"),
        ("State: 42000, Native error: 4060, Message: [M]Cannot open database", SourceError, "库不存在"),
        ("State: 42S02, Native error: 208, Message: [M]Invalid object name 'x'.", SourceError, "表或视图不存在"),
        ("State: 42000, Native error: 229, Message: [M]The SELECT permission was denied", SourceError, "没有读取权限"),
        ("State: HYT00, Native error: 0, Message: [M]Query timeout expired", SourceError, "超过时限"),
        ("State: 42000, Native error: 1222, Message: [M]Lock request time out", SourceError, "等待别人的锁"),
        ("State: 08S01, Native error: 10054, Message: [M]TCP Provider", SourceLostError, "连接中断"),
        ("State: 08001, Native error: 17, Message: [M]no", SourceLostError, "连接中断"),
    ],
)
def test_what_a_driver_says_is_told_in_chinese(said: str, kind: type[SourceError], words: str) -> None:
    error = explained(f"ODBC emitted an error calling 'SQLExecDirect':\n{said}", "读取表 mz_jsb")
    assert type(error) is kind
    assert str(error).startswith("读取表 mz_jsb失败：")
    assert words in str(error)


def test_a_value_in_a_driver_s_words_is_not_shown() -> None:
    said = "State: 22018, Native error: 245, Message: [M]Conversion failed when converting the varchar value '张三'"
    assert "张三" not in str(explained(said, "读取表 brxx"))
