"""MariaDB is read to the last digit, in one snapshot, by a user who may only SELECT."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pymysql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources import mysql_rows
from flows.sources.mysql import connection_arguments
from schemas.errors import SettingsError, SourceError, SourceLostError
from tests.sources import fresh, opened, read_typed, runner

ODD = """CREATE TABLE `怪 表` (`ID` bigint unsigned PRIMARY KEY, d decimal(38,10), big decimal(65,30), t varchar(20),
    day date, moment datetime(6), stamp timestamp NULL, clock time, bits bit(9), f float, g double, js json,
    bin varbinary(8), c char(5), z int(6) zerofill, `select` varchar(20) CHARACTER SET gbk,
    l varchar(20) CHARACTER SET latin1, e enum('甲','乙')) CHARACTER SET utf8mb4"""
ROWS = (
    "SET sql_mode = ''",
    "SET time_zone = '+08:00'",
    r"""INSERT INTO `怪 表` VALUES
    (18446744073709551615, -1234567890123456789012345678.0123456789, 1e-30, '', '2024-02-29',
     '2024-02-29 23:59:59.000001', '2024-01-01 08:00:00', '-838:59:59', b'100000001', 16777216, 0.1, '{"a": 1}',
     x'fffe', 'ab', 42, '诊疗费', 'caf\u00e9', '乙'),
    (2, NULL, NULL, NULL, '0000-00-00', '0000-00-00 00:00:00', NULL, NULL, NULL, 0.1, 1e300, NULL, '文', NULL, NULL,
     NULL, CONVERT(CAST('西药' AS BINARY) USING latin1), NULL),
    (3, 0, 0, 'a\tb\\n\n"😀\0', '0000-05-05', '2024-00-10 00:00:00', NULL, '12:00:00', 0, NULL, NULL, NULL, NULL, '', 0,
     '', '', '甲')""".replace(r"\u00e9", "é"),
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fresh("mysql") as url:
        runner(url)(
            ODD,
            *ROWS,
            "CREATE TABLE empty_one (id int, t varchar(5))",
            "CREATE TABLE moved (id int PRIMARY KEY, je decimal(10,2), t varchar(9)) ENGINE=InnoDB",
            "INSERT INTO moved VALUES (1, 1.10, 'a'), (2, 2.20, NULL)",
            "CREATE TABLE old_fashioned (id int) ENGINE=MyISAM",
            "CREATE VIEW seen AS SELECT id, je FROM moved",
        )
        yield url


def test_mariadb_gives_every_digit_and_names_what_is_no_date(url: str) -> None:
    with opened(url) as source:
        rows, untyped = read_typed(source, "怪 表")
    assert rows["ID"] == [Decimal(2), Decimal(3), Decimal(18446744073709551615)]
    assert rows["d"] == [None, Decimal(0), Decimal("-1234567890123456789012345678.0123456789")]
    assert rows["big"] == [None, f"0.{'0' * 30}", f"0.{'0' * 29}1"]
    assert rows["t"] == [None, 'a\tb\\n\n"😀\0', ""]
    assert rows["day"] == [None, None, date(2024, 2, 29)]
    assert rows["moment"] == [None, None, datetime(2024, 2, 29, 23, 59, 59, 1)]
    assert rows["stamp"][2] == datetime(2024, 1, 1, 8)
    assert rows["clock"] == [None, "12:00:00", "-838:59:59"]
    assert rows["bits"] == [None, "0", "257"]
    assert rows["f"] == ["0.1", None, "16777216"]
    assert rows["g"] == ["1e300", None, "0.1"]
    assert rows["bin"] == ["文", None, r"\xff\xfe"]
    assert (rows["c"][2], rows["z"][2], rows["select"][2], rows["e"][2]) == ("ab", 42, "诊疗费", "乙")
    assert [(one.column, one.value) for one in untyped] == [
        ("day", "0000-00-00"),
        ("day", "0000-05-05"),
        ("moment", "0000-00-00 00:00:00.000000"),
        ("moment", "2024-00-10 00:00:00.000000"),
    ]


def test_latin1_columns_keep_their_bytes_and_the_url_may_say_what_they_are(url: str) -> None:
    with opened(url) as source:
        mojibake = read_typed(source, "怪 表")[0]["l"][0]
    assert mojibake.encode("cp1252", "replace")[:3] == "西药".encode()[:3]
    with opened(url + "?latin1=utf8mb4") as source:
        assert read_typed(source, "怪 表")[0]["l"][0] == "西药"
    with pytest.raises(SettingsError, match="latin1"):
        opened(url + "?latin1=ebcdic").__enter__()


def test_an_empty_table_a_view_no_matching_row_and_another_database_are_read(url: str) -> None:
    database = url.rsplit("/", 1)[1]
    with opened(url.rsplit("/", 1)[0] + "/test") as source:
        assert read_typed(source, f"{database}.empty_one") == ({"id": [], "t": []}, [])
        assert read_typed(source, f"{database}.seen")[0] == {"id": [1, 2], "je": [Decimal("1.10"), Decimal("2.20")]}
        assert read_typed(source, f"{database}.moved", " WHERE id > 9")[0]["id"] == []
        assert source.totals(f"{database}.moved", ("je",), "").sums == {"je": Decimal("3.30")}
        assert source.columns("no_such_table") == {}
        with pytest.raises(SourceError, match="读取表"):
            list(source.read("no_such_table", ("a",), ""))


def test_a_wide_table_and_a_text_of_more_than_a_packet_are_whole(url: str) -> None:
    names = [f"c{number}" for number in range(200)]
    runner(url)(
        f"CREATE TABLE wide ({', '.join(f'{name} int' for name in names)})",
        f"INSERT INTO wide VALUES ({', '.join(map(str, range(200)))})",
        "CREATE TABLE long_one (a longtext, b longtext, c int)",
        "INSERT INTO long_one VALUES (REPEAT('x', 9000000), REPEAT('病', 3000000), 7), ('', NULL, 8)",
    )
    with opened(url) as source:
        assert [values for [values] in read_typed(source, "wide")[0].values()] == list(range(200))
        rows, _ = read_typed(source, "long_one")
    assert rows["a"] == ["x" * 9_000_000, ""]
    assert rows["b"] == ["病" * 3_000_000, None]
    assert rows["c"] == [7, 8]


def test_what_others_write_meanwhile_is_not_seen_and_they_need_not_wait(url: str) -> None:
    with opened(url) as source:
        before = source.digest("moved", ("id", "je", "t"), "")
        runner(url)(
            "SET innodb_lock_wait_timeout = 1",
            "INSERT INTO moved VALUES (9, 9.90, 'new')",
            "UPDATE moved SET je = 7 WHERE id = 1",
        )
        assert read_typed(source, "moved")[0]["je"] == [Decimal("1.10"), Decimal("2.20")]
        assert source.totals("moved", ("je",), "").rows == 2
        assert source.digest("moved", ("id", "je", "t"), "") == before
        assert source.ask("SELECT COUNT(*) FROM moved") == [(2,)]
        with pytest.raises(SourceError, match="查询源库失败"):
            source.ask("DELETE FROM moved")
    with opened(url) as source:
        assert source.digest("moved", ("id", "je", "t"), "") != before
    runner(url)("DELETE FROM moved WHERE id = 9", "UPDATE moved SET je = 1.10 WHERE id = 1")


def test_the_snapshot_names_a_myisam_table_only_when_it_was_read(url: str) -> None:
    with opened(url) as source:
        said = source.snapshot
        read_typed(source, "moved")
        assert source.snapshot == said
        read_typed(source, "old_fashioned")
        assert source.snapshot == said + "；不在快照内的表：old_fashioned（MyISAM）"


def test_a_killed_connection_is_lost_while_asking_and_while_reading(url: str) -> None:
    with opened(url) as source:
        runner(url)(f"KILL {source.ask('SELECT CONNECTION_ID()')[0][0]}")
        with pytest.raises(SourceLostError):
            source.ask("SELECT 1")
        with pytest.raises(SourceLostError):
            source.totals("moved", (), "")
    database = "(SELECT seq AS id, REPEAT('x', 200) AS t FROM seq_1_to_300000) AS many"
    runner(url)(f"CREATE VIEW many AS SELECT * FROM {database}")
    with opened(url) as source:
        batches = source.read("many", ("id", "t"), "")
        number = source.ask("SELECT CONNECTION_ID()")[0][0]
        next(batches)
        runner(url)(f"KILL {number}")
        with pytest.raises(SourceLostError, match="读取表 many"):
            list(batches)


def test_a_result_left_early_does_not_spoil_the_next_question(url: str) -> None:
    with opened(url) as source:
        batches = source.read("怪 表", ("ID",), "")
        next(batches)
        del batches
        assert source.ask("SELECT 1, 1.20, 'a', 1e0") == [(1, Decimal("1.20"), "a", Decimal(1))]


def test_a_question_that_takes_too_long_is_ended_with_a_reason(url: str) -> None:
    with opened(url, timeout_seconds=1) as source:
        with pytest.raises(SourceError, match="timeout_seconds"):
            source.ask("SELECT SUM(SLEEP(0.1)) FROM seq_1_to_40")
        assert len(list(source.read("seq_1_to_3", ("seq",), " WHERE SLEEP(0.5) = 0"))) == 1
        assert source.ask("SELECT @@max_statement_time") == [(Decimal(1),)]


def test_a_user_who_may_only_select_reads_everything(url: str) -> None:
    database, name = url.rsplit("/", 1)[1], url.rsplit("_", 1)[1]
    runner(url)(
        f"CREATE USER 'r{name}'@'%' IDENTIFIED BY 'lesen'",
        f"GRANT SELECT ON {database}.moved TO 'r{name}'@'%'",
        f"GRANT SELECT ON {database}.seen TO 'r{name}'@'%'",
    )
    try:
        with opened(url.replace("root@", f"r{name}:lesen@"), timeout_seconds=5) as source:
            assert [table.name for table in source.catalogue()] == ["moved", "seen"]
            assert read_typed(source, "moved")[0]["id"] == [1, 2]
            assert source.totals("moved", ("je",), "").rows == 2
            assert source.digest("moved", ("id",), "")
            with pytest.raises(SourceError):
                list(source.read("empty_one", ("id",), ""))
    finally:
        runner(url)(f"DROP USER 'r{name}'@'%'")


def test_the_catalogue_knows_keys_views_and_estimates(url: str) -> None:
    with opened(url) as source:
        found = {table.name: table for table in source.catalogue()}
    assert found["moved"].key == ("id",)
    assert found["seen"].is_view
    assert found["seen"].rows is None
    assert found["怪 表"].column("big").type == pa.string()  # type: ignore[union-attr]


values = st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=300))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=20))
def test_rows_come_as_the_driver_itself_decodes_them(url: str, rows: list[tuple[str | None, ...]]) -> None:
    with pymysql.connect(**connection_arguments(url)) as connection, connection.cursor() as cursor:
        sql = cursor.mogrify(" UNION ALL ".join(["SELECT %s a, %s b, %s c"] * len(rows)), sum(rows, ()))
        [table] = [pa.Table.from_batches(mysql_rows.row_batches(connection, sql, ("a", "b", "c")))]
        cursor.execute(sql)
        assert list(zip(*(column.to_pylist() for column in table.columns), strict=True)) == list(cursor.fetchall())
        assert table.num_rows == len(rows)


def test_blocks_of_every_size_join_without_a_seam(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_rows, "BLOCK_ROWS", 7)
    monkeypatch.setattr(mysql_rows, "_READ", 11)
    with opened(url) as source:
        batches = list(source.read("seq_1_to_100", ("seq",), ""))
    assert [batch.num_rows for batch in batches] == [7] * 14 + [2]
    assert [text for batch in batches for text in batch["seq"].to_pylist()] == [str(n) for n in range(1, 101)]


def test_an_unreachable_server_is_a_lost_one() -> None:
    with pytest.raises(SourceLostError, match="无法连通服务器"):
        opened("mysql://root@127.0.0.1:1/x").__enter__()
