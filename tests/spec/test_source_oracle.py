"""Oracle: the SQL that is sent, how columns are read, what errors mean. No Oracle server is needed or tried.

The same SQL runs on a PostgreSQL with Oracle's dictionary views in test_source_odbc.py.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import oracledb
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from flows.sources import open_source
from flows.sources.connection import parse_url, typed
from flows.sources.oracle import SNAPSHOT, OracleTransport, connection_arguments, explained, opened, session
from flows.sources.oracle_sql import DIALECT, decimal_of, grammar, reading
from flows.sources.text_source import Declared
from schemas.errors import SettingsError, SourceError, SourceLostError


class Recorder:
    """Keeps what is sent; the dictionary of its database knows one table."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def run(self, sql: str) -> None:
        self.sent.append(sql)

    def rows(self, sql: str, doing: str = "") -> list[tuple[Any, ...]]:
        self.sent.append(sql)
        if "all_tab_columns" not in sql:
            return [("2024-01-31", 2, "1.5")] if "GROUP BY" in sql else [(2, "1.5")]
        return [
            ("MZ_JSB", "JSID", "NUMBER", 0, 12, 0, "N", None),
            ("MZ_JSB", "LEVEL", "NUMBER", 0, 16, 2, "Y", None),
            ("MZ_JSB", "JSSJ", "DATE", 0, None, None, "Y", None),
        ]

    def batches(self, sql: str, doing: str) -> Iterator[pa.RecordBatch]:
        self.sent.append(sql)
        yield pa.RecordBatch.from_arrays([pa.array(["1"], pa.large_string()), pa.array([".5"])], names=["C0", "C1"])

    def close(self) -> None:
        self.sent.append("close")


def test_a_session_is_made_ready_before_its_snapshot_begins() -> None:
    recorder = Recorder()
    source = opened(recorder, "19.3.0.0.0", "reader", "", "Asia/Shanghai")
    assert recorder.sent == [
        "ALTER SESSION SET NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS'",
        "ALTER SESSION SET NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF'",
        "ALTER SESSION SET NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF'",
        "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'",
        "ALTER SESSION SET NLS_COMP = BINARY",
        "ALTER SESSION SET TIME_ZONE = '+08:00'",
        "SET TRANSACTION READ ONLY",
    ]
    assert (source.engine, source.snapshot, source.stands) == ("Oracle 19", SNAPSHOT, "")


def test_another_schema_is_entered_by_its_stored_name() -> None:
    assert session("HIS", "Asia/Shanghai")[0] == 'ALTER SESSION SET CURRENT_SCHEMA = "HIS"'
    assert "owner = 'HIS'" in grammar("HIS").tables


def test_a_table_is_read_as_texts_by_its_stored_names() -> None:
    recorder = Recorder()
    source = opened(recorder, "11.2.0.4.0", "reader", "", "Asia/Shanghai")
    (batch,) = source.read("mz_jsb", ("jsid", "level"), " WHERE jssj >= '2024-01-01'")
    assert recorder.sent[-1] == (
        "SELECT TO_CHAR(\"JSID\", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c0,"
        " TO_CHAR(\"LEVEL\", 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,''') AS c1"
        " FROM \"MZ_JSB\" WHERE jssj >= '2024-01-01'"
    )
    clean, untyped = typed(batch, {name: source.columns("mz_jsb")[name] for name in ("jsid", "level")})
    assert (clean.to_pylist(), untyped) == ([{"jsid": Decimal(1), "level": Decimal("0.50")}], [])


class Frames:
    """A connection of the driver whose query gives these batches, as the driver's own data frames."""

    def __init__(self, *batches: pa.RecordBatch) -> None:
        self._batches = batches

    def fetch_df_batches(self, sql: str, size: int) -> Iterator[Any]:
        assert size == 65_536
        yield from (oracledb.from_arrow(pa.Table.from_batches([batch])) for batch in self._batches)


def test_the_driver_s_frames_become_batches_and_one_without_rows_is_none() -> None:
    full = pa.RecordBatch.from_pydict({"C0": ["1", None], "C1": pa.array(["门诊", ""], pa.large_string())})
    assert [batch.to_pydict() for batch in OracleTransport(Frames(full, full)).batches("SELECT", "读取")] == [
        {"C0": ["1", None], "C1": ["门诊", ""]}
    ] * 2
    assert list(OracleTransport(Frames(full.slice(0, 0))).batches("SELECT", "读取")) == []


def test_totals_repeat_the_day_s_expression_since_oracle_groups_by_no_alias() -> None:
    recorder = Recorder()
    source = opened(recorder, "12.2.0.1.0", "reader", "", "Asia/Shanghai")
    totals = source.totals("mz_jsb", ("level",), "", "jssj")
    assert recorder.sent[-1] == (
        "SELECT TO_CHAR(\"JSSJ\", 'YYYY-MM-DD'), COUNT(*),"
        " COALESCE(TO_CHAR(SUM(\"LEVEL\"), 'TM9', 'NLS_NUMERIC_CHARACTERS=''.,'''), '0')"
        ' FROM "MZ_JSB" GROUP BY TO_CHAR("JSSJ", \'YYYY-MM-DD\')'
    )
    assert (totals.rows, totals.sums, list(totals.months)) == (2, {"level": Decimal("1.5")}, ["202401"])


def test_whatever_is_asked_nothing_but_selects_is_sent_after_the_snapshot_begins() -> None:
    recorder = Recorder()
    source = opened(recorder, "19.3.0.0.0", "reader", "", "Asia/Shanghai")
    begun = len(recorder.sent)
    list(source.read("mz_jsb", ("jsid", "level"), ""))
    source.totals("mz_jsb", ("level",), "", "jssj")
    source.ask("SELECT 1 FROM dual")
    source.close()
    *asked, last = recorder.sent[begun:]
    assert last == "close"
    assert all(isinstance(sqlglot.parse_one(sql, read="oracle"), sqlglot.exp.Select) for sql in asked)


@pytest.mark.parametrize("query", ["tables", "columns", "keys", "indexes", "references"])
def test_the_queries_of_the_catalogue_are_single_selects_of_oracle(query: str) -> None:
    (parsed,) = sqlglot.parse(getattr(grammar("HIS"), query), read="oracle")
    assert isinstance(parsed, sqlglot.exp.Select)


@pytest.mark.parametrize(
    ("declared", "kind", "text"),
    [
        (Declared("NUMBER", 0, 16, 2), pa.decimal128(16, 2), "TM9"),
        (Declared("NUMBER"), pa.decimal128(38, 10), "TM9"),
        (Declared("NUMBER", 0, None, 0), pa.decimal128(38, 0), "TM9"),
        (Declared("NUMBER", 0, 5, -2), pa.decimal128(7, 0), "TM9"),
        (Declared("NUMBER", 0, 2, 5), pa.decimal128(5, 5), "TM9"),
        (Declared("FLOAT", 0, 126), pa.string(), "TM9"),
        (Declared("BINARY_DOUBLE"), pa.string(), "TM9"),
        (Declared("DATE"), pa.timestamp("us"), "HH24:MI:SS'"),
        (Declared("TIMESTAMP(6)", 0, None, 6), pa.timestamp("us"), "HH24:MI:SS.FF6"),
        (Declared("TIMESTAMP(9)", 0, None, 9), pa.timestamp("us"), "HH24:MI:SS.FF6"),
        (Declared("TIMESTAMP(6) WITH TIME ZONE", 0, None, 6), pa.timestamp("us", tz="UTC"), "SYS_EXTRACT_UTC"),
        (Declared("TIMESTAMP(6) WITH LOCAL TIME ZONE", 0, None, 6), pa.timestamp("us", tz="UTC"), "SYS_EXTRACT_UTC"),
        (Declared("CHAR", 12), pa.string(), "RTRIM"),
        (Declared("NVARCHAR2", 50), pa.string(), "{}"),
        (Declared("CLOB"), pa.string(), "{}"),
        (Declared("RAW", 16), pa.string(), "RAWTOHEX"),
        (Declared("BLOB"), pa.string(), ""),
        (Declared("SDO_GEOMETRY"), pa.string(), ""),
    ],
    ids=lambda value: str(value) if isinstance(value, Declared) else None,
)
def test_each_type_of_oracle_has_its_exact_text(declared: Declared, kind: pa.DataType, text: str) -> None:
    how = reading(declared)
    assert how.type == kind
    assert text in how.text
    assert bool(how.text) is bool(text)


@given(st.integers(1, 38).flatmap(lambda digits: st.tuples(st.just(digits), st.integers(-(38 - digits), 38))))
def test_the_largest_and_smallest_number_of_every_declaration_fits(shape: tuple[int, int]) -> None:
    precision, scale = shape
    values = [Decimal((sign, digits, -scale)) for sign, digits in ((0, (9,) * precision), (1, (1,)))]
    texts = pa.RecordBatch.from_pydict({"n": [f"{value:f}" for value in values]})
    clean, untyped = typed(texts, {"n": decimal_of(Declared("NUMBER", None, precision, scale))})
    assert (clean["n"].to_pylist(), untyped) == (values, [])


def test_names_are_folded_as_oracle_folds_them() -> None:
    assert DIALECT.name("mz_jsb") == DIALECT.name("MZ_JSB") == '"MZ_JSB"'
    assert DIALECT.name("MzJsb") == '"MzJsb"'
    assert DIALECT.name("门诊 表") == '"门诊 表"'
    assert DIALECT.limited("SELECT 1 FROM dual", 5) == "SELECT * FROM (SELECT 1 FROM dual) WHERE ROWNUM <= 5"


def test_a_url_names_a_service_or_a_sid_as_the_driver_understands_it() -> None:
    service = connection_arguments(parse_url("oracle://u:p%40ss@db:1522/his"), {})
    sid = connection_arguments(parse_url("oracle://u:p@db?sid=ORCL"), {"sid": "ORCL"})
    assert service["password"] == "p@ss"
    described = [
        oracledb.ConnectParams(**{name: value for name, value in one.items() if name != "password"})
        for one in (service, sid)
    ]
    assert [(one.host, one.port, one.service_name, one.sid) for one in described] == [
        ("db", 1522, "his", None),
        ("db", 1521, None, "ORCL"),
    ]
    with pytest.raises(SettingsError, match=r"主机:1521/服务名"):
        open_source("oracle://u:p@db")
    with pytest.raises(SettingsError, match="不认识的选项：scn"):
        open_source("oracle://u:p@db/his?scn=1")


def test_an_unreachable_server_or_one_that_is_no_oracle_is_named_without_the_password() -> None:
    with pytest.raises(SourceLostError, match=r"127\.0\.0\.1:1/his，用户 u）失败：无法连通服务器") as error:
        open_source("oracle://u:Secr3t@127.0.0.1:1/his")
    assert "Secr3t" not in str(error.value)
    with pytest.raises(SourceLostError, match=r"找不到主机 no-such-host\.invalid"):
        open_source("oracle://u:Secr3t@no-such-host.invalid/his")


def test_without_instant_client_thick_mode_says_how_to_install_it() -> None:
    with pytest.raises(SourceError, match="找不到 Oracle Instant Client。请从 Oracle 网站下载"):
        open_source("oracle://u:p@127.0.0.1:1/his?thick=1")


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("ORA-01017: invalid username/password; logon denied", SourceError, "用户名或口令错误"),
        ("DPY-3010: connections to this database server version are not supported", SourceError, "11g 不支持"),
        ("DPY-3015: password verifier type 0x939 is not supported", SourceError, "thick=1"),
        ('DPY-6005: cannot connect\nDPY-6001: Service "x" is not registered', SourceError, "不认识这个服务名"),
        ("ORA-01555: snapshot too old: rollback segment number 9", SourceError, "UNDO_RETENTION"),
        ("ORA-00942: table or view does not exist", SourceError, "没有读取权限"),
        ("DPY-4024: call timeout of 1000 ms exceeded", SourceError, "超过时限"),
        ("ORA-03113: end-of-file on communication channel", SourceLostError, "连接中断"),
        ("DPI-1080: connection was closed by ORA-3135", SourceLostError, "连接中断"),
        ("DPY-4011: the database or network closed the connection", SourceLostError, "连接中断"),
        ("ORA-12541: TNS:no listener", SourceLostError, "没有监听器"),
        ("ORA-12170: TNS:Connect timeout occurred", SourceLostError, "超时"),
        ("ORA-00936: missing expression", SourceError, "missing expression"),
    ],
)
def test_what_oracle_says_is_told_in_chinese(said: str, kind: type[SourceError], words: str) -> None:
    error = explained(said, "读取表 mz_jsb")
    assert type(error) is kind
    assert str(error).startswith("读取表 mz_jsb失败：")
    assert words in str(error)


def test_a_value_in_oracle_s_words_is_not_shown() -> None:
    said = "ORA-01722: unable to convert string value containing '张三' to a number\nORA-03301: column name: XM"
    assert "张三" not in str(explained(said, "读取表 brxx"))
    assert "李四" not in str(explained("ORA-20001: 李四", "查询源库"))
