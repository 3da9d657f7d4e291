"""SQL Server: the SQL that is sent, how columns are read, how far it stands still. No server is needed or tried."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
import sqlglot

from flows.sources import sqlserver
from flows.sources.connection import parse_url, typed
from flows.sources.odbc import OdbcTransport, connection_string
from flows.sources.sqlserver import DIALECT, connection_settings, grammar, opened, reading
from flows.sources.text_source import Declared


class Recorder(OdbcTransport):
    """Keeps what is sent; its database has these properties and one table."""

    def __init__(self, snapshot: int = 1, versions: int = 0) -> None:
        self.sent: list[str] = []
        self._levels = (snapshot, versions, "10.50.6000.34")

    def run(self, sql: str) -> None:
        self.sent.append(sql)

    def rows(self, sql: str, doing: str = "") -> list[tuple[Any, ...]]:
        self.sent.append(sql)
        if "sys.databases" in sql:
            return [self._levels]
        if "sys.columns" in sql:
            return [
                ("MZ_JSB", "JSID", "bigint", None, None, 0, "N", None),
                ("MZ_JSB", "JE", "money", None, None, 4, "Y", None),
                ("MZ_JSB", "JSSJ", "datetime", None, None, 3, "Y", None),
            ]
        return [("2024-01-31", 2, "1.5000")]

    def batches(self, sql: str, doing: str) -> Iterator[pa.RecordBatch]:
        self.sent.append(sql)
        columns = [pa.array(["7"]), pa.array(["-0.5000"]), pa.array(["2024-01-31 23:59:59.997"])]
        yield pa.RecordBatch.from_arrays(columns, names=["c0", "c1", "c2"])

    def end(self) -> None:
        self.sent.append("end")

    def close(self) -> None:
        self.sent.append("close")


def test_a_snapshot_is_taken_where_the_database_allows_one() -> None:
    recorder = Recorder()
    source = opened(recorder, "dbo", "Asia/Shanghai")
    assert recorder.sent[1:] == [
        "end",
        "SET DATEFORMAT ymd",
        "SET LOCK_TIMEOUT 30000",
        "SET DEADLOCK_PRIORITY LOW",
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
    ]
    assert (source.engine, source.snapshot) == ("SQL Server 10", "读取期间为同一快照（SNAPSHOT 隔离级）")


@pytest.mark.parametrize("versions", [0, 1])
def test_without_one_only_committed_rows_are_read_and_that_is_said(versions: int) -> None:
    recorder = Recorder(snapshot=0, versions=versions)
    source = opened(recorder, "dbo", "Asia/Shanghai")
    assert recorder.sent[-1] == "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"
    assert source.snapshot.startswith("不是同一快照")
    assert ("共享锁" in source.snapshot) is (versions == 0)


def test_nothing_uncommitted_is_ever_asked_for() -> None:
    for state in (0, 1):
        recorder = Recorder(snapshot=state)
        source = opened(recorder, "dbo", "Asia/Shanghai")
        list(source.read("mz_jsb", ("jsid", "je", "jssj"), ""))
        source.totals("mz_jsb", ("je",), "", "jssj")
        sent = " ".join(recorder.sent).upper()
        assert "UNCOMMITTED" not in sent
        assert "NOLOCK" not in sent


def test_a_table_is_read_as_texts_by_its_stored_names() -> None:
    recorder = Recorder()
    source = opened(recorder, "dbo", "Asia/Shanghai")
    columns = ("jsid", "je", "jssj")
    (batch,) = source.read("mz_jsb", columns, " WHERE jssj >= '2024-01-01'")
    assert recorder.sent[-1] == (
        "SELECT CONVERT(VARCHAR(20), [JSID]) AS c0, CONVERT(VARCHAR(30), CAST([JE] AS DECIMAL(19, 4))) AS c1,"
        " CONVERT(VARCHAR(23), [JSSJ], 121) AS c2 FROM [dbo].[MZ_JSB] WHERE jssj >= '2024-01-01'"
    )
    clean, untyped = typed(batch, source.columns("mz_jsb"))
    assert untyped == []
    assert [str(value) for value in clean.to_pylist()[0].values()] == ["7", "-0.5000", "2024-01-31 23:59:59.997000"]


def test_money_is_added_up_as_decimal_not_as_money() -> None:
    recorder = Recorder()
    source = opened(recorder, "dbo", "Asia/Shanghai")
    totals = source.totals("mz_jsb", ("je",), "", "jssj")
    assert recorder.sent[-1] == (
        "SELECT CONVERT(CHAR(10), [JSSJ], 23), COUNT(*),"
        " ISNULL(CONVERT(VARCHAR(41), SUM(CAST([JE] AS DECIMAL(19, 4)))), '0')"
        " FROM [dbo].[MZ_JSB] GROUP BY CONVERT(CHAR(10), [JSSJ], 23)"
    )
    assert (totals.rows, totals.sums) == (2, {"je": Decimal("1.5000")})


@pytest.mark.parametrize(
    ("declared", "kind", "text"),
    [
        (Declared("int"), pa.int64(), "CONVERT(VARCHAR(20), {})"),
        (Declared("numeric", None, 18, 6), pa.decimal128(18, 6), "CONVERT(VARCHAR(41), {})"),
        (Declared("smallmoney"), pa.decimal128(10, 4), "CONVERT(VARCHAR(30), CAST({} AS DECIMAL(10, 4)))"),
        (Declared("bit"), pa.bool_(), "CONVERT(VARCHAR(1), {})"),
        (Declared("date"), pa.date32(), "CONVERT(CHAR(10), {}, 23)"),
        (Declared("smalldatetime"), pa.timestamp("us"), "CONVERT(VARCHAR(23), {}, 121)"),
        (Declared("datetime2"), pa.timestamp("us"), "LEFT(CONVERT(VARCHAR(27), {}, 121), 26)"),
        (Declared("varchar", 30), pa.string(), "CAST({} AS NVARCHAR(30))"),
        (Declared("varchar", 8000), pa.string(), "CAST({} AS NVARCHAR(MAX))"),
        (Declared("nvarchar"), pa.string(), "CAST({} AS NVARCHAR(MAX))"),
        (Declared("char", 12), pa.string(), "RTRIM(CAST({} AS NVARCHAR(12)))"),
        (Declared("text"), pa.string(), "CAST({} AS NVARCHAR(MAX))"),
        (Declared("uniqueidentifier"), pa.string(), "CONVERT(CHAR(36), {})"),
        (Declared("float"), pa.string(), "CONVERT(VARCHAR(30), {}, 2)"),
        (Declared("image"), pa.string(), ""),
        (Declared("clr"), pa.string(), ""),
    ],
    ids=lambda value: str(value) if isinstance(value, Declared) else None,
)
def test_each_type_of_sql_server_has_its_exact_text(declared: Declared, kind: pa.DataType, text: str) -> None:
    assert (reading(declared).type, reading(declared).text) == (kind, text)


@pytest.mark.parametrize(
    ("kind", "shown", "meant"),
    [
        ("bit", "1", "True"),
        ("datetime", "2024-01-31 23:59:59.997", "2024-01-31 23:59:59.997000"),
        ("datetime2", "9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999"),
        ("datetimeoffset", "2024-01-31 16:00:00.123456Z", "2024-01-31 16:00:00.123456+00:00"),
        ("money", "922337203685477.5807", "922337203685477.5807"),
        ("bigint", "-9223372036854775808", "-9223372036854775808"),
    ],
)
def test_what_the_server_shows_by_these_conversions_becomes_typed(kind: str, shown: str, meant: str) -> None:
    clean, untyped = typed(pa.RecordBatch.from_pydict({"x": [shown]}), {"x": reading(Declared(kind)).type})
    assert (str(clean["x"][0].as_py()), untyped) == (meant, [])


def test_an_instant_falls_on_the_day_of_the_hospital_s_wall_clock() -> None:
    assert reading(Declared("datetimeoffset"), "+06:00").day == "CONVERT(CHAR(10), SWITCHOFFSET({}, '+06:00'), 23)"


@pytest.mark.parametrize("query", ["tables", "columns", "keys", "indexes", "references"])
def test_the_queries_of_the_catalogue_are_single_selects_of_t_sql(query: str) -> None:
    (parsed,) = sqlglot.parse(getattr(grammar("dbo"), query), read="tsql")
    assert isinstance(parsed, sqlglot.exp.Select)


def test_names_literals_and_limits_are_t_sql() -> None:
    assert DIALECT.name("a]b") == "[a]]b]"
    assert DIALECT.literal("门诊's") == "N'门诊''s'"
    assert DIALECT.limited("SELECT jsid FROM mz_jsb", 5) == "SELECT TOP (5) * FROM (SELECT jsid FROM mz_jsb) AS limited"


def test_the_connection_says_that_it_only_reads_and_holds_no_password() -> None:
    where = parse_url("mssql://sa:Secr3t@db:1444/his")
    microsoft = connection_string(connection_settings(where, {}))
    assert microsoft == (
        "Driver={ODBC Driver 18 for SQL Server};Server=db,1444;Database=his;ApplicationIntent=ReadOnly;APP=feijian;"
        "TrustServerCertificate=yes"
    )
    assert "TrustServerCertificate=no" in connection_string(connection_settings(where, {"verify": "1"}))
    free = connection_string(connection_settings(where, {"driver": "FreeTDS"}))
    assert free == "Driver={FreeTDS};Server=db;Port=1444;Database=his"
    assert sqlserver.DRIVER in microsoft
