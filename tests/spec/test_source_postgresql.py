"""PostgreSQL is read to the last digit, in one snapshot, by a user who may only SELECT."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from flows.sources.postgresql import connect as connect_to
from schemas.errors import SettingsError, SourceError, SourceLostError
from tests.sources import fresh, opened, read_typed, runner

ODD = (
    "CREATE TYPE paid AS ENUM ('甲', '乙')",
    "CREATE DOMAIN yuan AS numeric(16,2)",
    """CREATE TABLE "怪 表" ("ID" bigint PRIMARY KEY, d numeric(38,10), free numeric, huge numeric(60,2), m yuan,
    t text, day date, moment timestamp, instant timestamptz, clock time, span interval, ok boolean, g float8, f real,
    js jsonb, u uuid, bits bit(3), raw bytea, c char(5), e paid, list int[], "select" int)""",
    """INSERT INTO "怪 表" VALUES
    (9223372036854775807, -1234567890123456789012345678.0123456789, 'NaN', 1e50, 1.5, '', '2024-02-29',
     '2024-02-29 23:59:59.000001', '2024-02-29 23:59:59+08', '24:00', '1 day 02:00', true, 0.1, 0.1, '{"a": 1.0}',
     '00000000-0000-0000-0000-000000000001', b'101', '\\xfffe', 'ab', '乙', '{1,NULL}', 1),
    (-1, NULL, 0.1234567890, NULL, NULL, NULL, 'infinity', '-infinity', 'infinity', NULL, NULL, NULL, 'NaN', NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (0, 0, 1e-11, 0, 0, E'a\\tb\\\\n\\n"😀', '0044-03-15 BC', '12345-01-01', '1900-01-01 00:00:00+08:05:43', '12:00',
     '0', false, 1e300, 1e20, '[]', NULL, b'000', '', '', '甲', '{}', 2)""",
)


@contextmanager
def other_encoding(encoding: str) -> Iterator[str]:
    """A fresh database in another encoding, beside the usual one."""
    with fresh("postgresql") as beside:
        url = f"{beside}_{encoding.lower()}"
        name = url.rsplit("/", 1)[1]
        runner(beside)(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            yield url
        finally:
            runner(beside)(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fresh("postgresql") as url:
        runner(url)(
            *ODD,
            "CREATE TABLE empty_one (id int, t varchar(5))",
            "CREATE TABLE moved (id int PRIMARY KEY, je numeric(10,2), t varchar(9))",
            "INSERT INTO moved VALUES (1, 1.10, 'a'), (2, 2.20, NULL)",
            "CREATE VIEW seen AS SELECT id, je FROM moved",
            'CREATE SCHEMA "住院"',
            'CREATE TABLE "住院".moved (other int PRIMARY KEY, id int REFERENCES public.moved)',
            'INSERT INTO "住院".moved VALUES (5, 1)',
            "CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at)",
            "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            "INSERT INTO parted SELECT n, '2024-05-01' FROM generate_series(1, 30) AS n",
        )
        yield url


def test_postgresql_gives_every_digit_and_names_what_is_no_date(url: str) -> None:
    with opened(url) as source:
        read, untyped = read_typed(source, "怪 表")
    rows = {name: dict(zip(read["ID"], values, strict=True)) for name, values in read.items()}
    usual, odd = 9223372036854775807, -1
    assert rows["d"][usual] == Decimal("-1234567890123456789012345678.0123456789")
    assert rows["free"] == {usual: None, odd: Decimal("0.1234567890"), 0: None}
    assert rows["huge"][usual] == f"1{'0' * 50}.00"
    assert rows["m"][usual] == Decimal("1.50")
    assert rows["t"] == {usual: "", odd: None, 0: 'a\tb\\n\n"😀'}
    assert rows["day"] == {usual: date(2024, 2, 29), odd: None, 0: None}
    assert rows["moment"] == {usual: datetime(2024, 2, 29, 23, 59, 59, 1), odd: None, 0: None}
    assert rows["instant"][usual] == datetime(2024, 2, 29, 15, 59, 59, tzinfo=UTC)
    assert rows["instant"][0] == datetime(1899, 12, 31, 15, 54, 17, tzinfo=UTC)
    texts = {name: rows[name][usual] for name in ("clock", "span", "g", "f", "js", "bits", "raw", "c", "e", "list")}
    assert " | ".join(texts.values()) == (
        r'24:00:00 | 1 day 02:00:00 | 0.1 | 0.1 | {"a": 1.0} | 101 | \xfffe | ab | 乙 | {1,NULL}'
    )
    assert (rows["ok"][usual], rows["g"][0], rows["g"][odd], rows["f"][0]) == (True, "1e+300", "NaN", "1e+20")
    assert rows["u"][usual] == str(uuid.UUID(int=1))
    assert sorted((one.column, one.value) for one in untyped) == [
        ("day", "0044-03-15 BC"),
        ("day", "infinity"),
        ("free", "0.00000000001"),
        ("free", "NaN"),
        ("instant", "infinity"),
        ("moment", "-infinity"),
        ("moment", "12345-01-01 00:00:00"),
    ]


def test_days_that_are_none_count_for_no_month(url: str) -> None:
    with opened(url) as source:
        assert {name: one.rows for name, one in source.totals("怪 表", (), "", "day").months.items()} == {
            "": 2,
            "202402": 1,
        }


def test_an_empty_table_a_view_and_no_matching_row_are_read(url: str) -> None:
    with opened(url) as source:
        assert read_typed(source, "empty_one") == ({"id": [], "t": []}, [])
        assert read_typed(source, "seen")[0] == {"id": [1, 2], "je": [Decimal("1.10"), Decimal("2.20")]}
        assert read_typed(source, "moved", " WHERE id > 9")[0]["id"] == []
        assert source.columns("no_such_table") == {}
        with pytest.raises(SourceError, match="表不存在"):
            list(source.read("no_such_table", ("a",), ""))


def test_a_table_of_another_schema_is_read_by_its_dotted_name_or_by_the_search_path(url: str) -> None:
    with opened(url) as source:
        assert read_typed(source, "住院.moved")[0] == {"other": [5], "id": [1]}
        assert source.totals("住院.moved", (), "").rows == 1
        assert source.digest("住院.moved", ("other",), "") != source.digest("moved", ("id",), "")
    with opened(url + "?schema=住院,public") as source:
        assert read_typed(source, "moved")[0] == {"other": [5], "id": [1]}
        assert sorted(read_typed(source, "seen")[0]["id"]) == [1, 2]


def test_a_wide_table_and_a_long_text_are_whole(url: str) -> None:
    names = [f"c{number}" for number in range(200)]
    runner(url)(
        f"CREATE TABLE wide ({', '.join(f'{name} int' for name in names)})",
        f"INSERT INTO wide VALUES ({', '.join(map(str, range(200)))})",
        "CREATE TABLE long_one AS SELECT repeat('病', 6000000) AS a, 7 AS c",
    )
    with opened(url) as source:
        assert [values for [values] in read_typed(source, "wide")[0].values()] == list(range(200))
        assert source.digest("wide", tuple(names), "")
        assert read_typed(source, "long_one")[0] == {"a": ["病" * 6_000_000], "c": [7]}


def test_what_others_write_meanwhile_is_not_seen_and_they_need_not_wait(url: str) -> None:
    with opened(url) as source:
        before = source.digest("moved", ("id", "je", "t"), "")
        runner(url)(
            "SET lock_timeout = '1s'",
            "INSERT INTO moved VALUES (9, 9.90, 'new')",
            "UPDATE moved SET je = 7 WHERE id = 1",
        )
        assert read_typed(source, "moved")[0]["je"] == [Decimal("1.10"), Decimal("2.20")]
        assert source.totals("moved", ("je",), "").rows == 2
        assert source.digest("moved", ("id", "je", "t"), "") == before
        held = source.ask("SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'")
        assert held == [("AccessShareLock",)]
        with pytest.raises(SourceError, match="查询源库失败"):
            source.ask("DELETE FROM moved RETURNING id")
    with opened(url) as source:
        assert source.digest("moved", ("id", "je", "t"), "") != before
    runner(url)("DELETE FROM moved WHERE id = 9", "UPDATE moved SET je = 1.10 WHERE id = 1")


def test_a_terminated_connection_is_lost_while_asking_and_while_reading(url: str) -> None:
    with opened(url) as source:
        runner(url)(f"SELECT pg_terminate_backend({source.ask('SELECT pg_backend_pid()')[0][0]})")
        for _ in range(2):
            with pytest.raises(SourceLostError):
                source.ask("SELECT 1")
    runner(url)("CREATE VIEW many AS SELECT n AS id, repeat('x', 500) AS t FROM generate_series(1, 200000) AS n")
    with opened(url) as source:
        number = source.ask("SELECT pg_backend_pid()")[0][0]
        batches = source.read("many", ("id", "t"), "")
        next(batches)
        runner(url)(f"SELECT pg_terminate_backend({number})")
        with pytest.raises(SourceLostError, match="读取表 many"):
            list(batches)
        with pytest.raises(SourceLostError):
            source.totals("moved", (), "")


def test_a_question_that_takes_too_long_is_ended_with_a_reason_and_reading_is_not(url: str) -> None:
    runner(url)("CREATE VIEW slow AS SELECT 1 AS id FROM (SELECT pg_sleep(0.6) FROM generate_series(1, 2)) AS s")
    with opened(url, timeout_seconds=1) as source:
        assert sum(batch.num_rows for batch in source.read("slow", ("id",), " WHERE pg_sleep(0.6) IS NOT NULL")) == 2
        with pytest.raises(SourceError, match="timeout_seconds"):
            source.ask("SELECT pg_sleep(3)")
        with pytest.raises(SourceError, match="快照已不可用"):
            source.ask("SELECT 1")


def test_a_result_left_early_does_not_spoil_the_next_question(url: str) -> None:
    with opened(url, timeout_seconds=9) as source:
        batches = source.read("moved", ("id",), "")
        next(batches)
        del batches
        assert source.ask("SELECT 1, 1.20, 'a', 0.1::float8, date 'infinity'")[0][:4] == (
            1,
            Decimal("1.20"),
            "a",
            Decimal("0.1"),
        )


def test_a_user_who_may_only_select_reads_everything_and_no_more(url: str) -> None:
    name = "r" + url.rsplit("_", 1)[1]
    runner(url)(f"CREATE ROLE {name} LOGIN PASSWORD 'lesen'", f"GRANT SELECT ON moved, seen, parted TO {name}")
    try:
        with opened(url.replace("root@", f"{name}:lesen@"), timeout_seconds=5) as source:
            assert [table.name for table in source.catalogue()] == ["moved", "parted", "seen"]
            assert sorted(read_typed(source, "moved")[0]["id"]) == [1, 2]
            assert source.totals("moved", ("je",), "").rows == 2
            assert source.digest("moved", ("id",), "")
            with pytest.raises(SourceError, match="没有读取权限"):
                list(source.read("empty_one", ("id",), ""))
    finally:
        runner(url)(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_the_catalogue_knows_schemas_partitions_keys_views_and_what_was_never_counted(url: str) -> None:
    runner(url)("ANALYZE parted")
    with opened(url) as source:
        found = {table.name: table for table in source.catalogue()}
    assert "parted_1" not in found
    assert found["parted"].rows == 30
    assert found["parted"].size
    assert found["moved"].key == ("id",)
    assert found["empty_one"].rows is None
    assert found["seen"].is_view
    assert (found["住院.moved"].key, found["住院.moved"].references) == (("other",), {"id": ("moved", "id")})


@pytest.mark.parametrize(("encoding", "says"), [("", r"\xb8\xd0\xc3\xb0"), ("?encoding=gb18030", "感冒")])
def test_gbk_bytes_without_a_declared_encoding_are_decoded_or_escaped(ascii_url: str, encoding: str, says: str) -> None:
    with opened(ascii_url + encoding) as source:
        assert read_typed(source, "diagnosis")[0] == {"id": [1, 2], "name": [says, "flu"]}
        assert source.digest("diagnosis", ("id",), "") is None


@pytest.fixture(scope="module")
def ascii_url() -> Iterator[str]:
    with other_encoding("SQL_ASCII") as url:
        runner(url)(
            "CREATE TABLE diagnosis (id int, name text)",
            r"INSERT INTO diagnosis VALUES (1, E'\xb8\xd0\xc3\xb0'), (2, 'flu')",
        )
        yield url


def test_a_database_in_a_chinese_encoding_gives_chinese() -> None:
    with other_encoding("EUC_CN") as url:
        runner(url)("SET client_encoding TO 'UTF8'", "CREATE TABLE 病 (名 text)", "INSERT INTO 病 VALUES ('感冒')")
        with opened(url) as source:
            assert read_typed(source, "病")[0] == {"名": ["感冒"]}
            assert source.digest("病", ("名",), "") == "1:74f369e4790deb7"


def test_kingbase_is_opened_as_what_it_speaks_and_encodings_must_exist(url: str) -> None:
    with opened(url.replace("postgresql:", "kingbase:")) as source:
        assert source.engine.startswith("PostgreSQL ")
        assert source.ask("SELECT current_setting('application_name')") == [("feijian",)]
    with pytest.raises(SettingsError, match="encoding"):
        connect_to(url + "?encoding=klingon", "Asia/Shanghai")


def test_an_unreachable_server_is_a_lost_one_and_a_missing_database_is_not(url: str) -> None:
    with pytest.raises(SourceLostError, match="无法连通服务器"):
        connect_to("postgresql://root@127.0.0.1:1/x", "Asia/Shanghai")
    with pytest.raises(SourceError, match="库不存在") as raised:
        connect_to(url + "x", "Asia/Shanghai")
    assert not isinstance(raised.value, SourceLostError)
