"""Every source counts its rows by month, and in the same months in which they are read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.job import make_job
from flows.sources import open_source
from flows.sources.connection import Connection, Totals, month_of, typed
from flows.steps.extract import extract
from schemas.errors import SourceError
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, mysql_database, postgresql_database, settings_for, write_centre

ZONE = "Asia/Shanghai"


def counted(totals: Totals) -> dict[str, tuple[int, Decimal]]:
    return {month: (part.rows, part.sums["je"]) for month, part in totals.months.items()}


def rows_by_month(totals: Totals) -> dict[str, int]:
    return {month: part.rows for month, part in totals.months.items()}


def read_months(source: Connection, column: str) -> dict[str, int]:
    """Rows by month as `extract` sees them: read, typed, and put in a month."""
    months: dict[str, int] = {}
    types = source.columns("t")
    for batch in source.read("t", (column,), ""):
        clean, _ = typed(batch, types)
        for month in month_of(clean[column], ZONE).to_pylist():
            months[month] = months.get(month, 0) + 1
    return months


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Connection]:
    """A table of SQLite in which a declared time holds whatever somebody typed."""
    path = tmp_path / "odd.sqlite"
    texts = [
        "2024-01-31 23:59:59", "2024-01-05", "2024-01-05 10:00:00.123456", "2024-01-05T10:00:00", "2024-02-30",
        "2024-02-30 10:00:00", "2024-02-01 24:00:00", "2024-02-01 10:00:00+08:00", "2024/2/1", "20240201", "now", "",
        None, "2024-02-29 00:00:00",
    ]  # fmt: skip
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE t (sj TIMESTAMP, rq DATE, wz VARCHAR(30), je DECIMAL(16,2))")
        database.executemany("INSERT INTO t VALUES (?, ?, ?, 1.10)", [(text, text, text) for text in texts])
    source = open_source(f"sqlite:///{path}", ZONE)
    yield source
    source.close()


@pytest.mark.parametrize("column", ["sj", "rq", "wz"])
def test_a_date_that_cannot_be_read_is_in_no_month_on_either_side(odd: Connection, column: str) -> None:
    totals = odd.totals("t", ("je",), "", column)
    asked = counted(totals)
    assert rows_by_month(totals) == read_months(odd, column)
    assert asked[""][1] == asked[""][0] * Decimal("1.10")
    assert {"202401", ""} <= set(asked) <= {"202401", "202402", ""}


def test_sqlite_does_not_move_a_day_that_is_not_in_the_calendar(odd: Connection) -> None:
    assert counted(odd.totals("t", ("je",), "", "sj"))["202402"] == (1, Decimal("1.10"))
    assert "202403" not in odd.totals("t", (), "", "sj").months


def test_totals_without_a_month_column_are_whole(odd: Connection) -> None:
    assert odd.totals("t", ("je",), "") == Totals(14, {"je": Decimal("15.40")})


def test_an_empty_table_has_sums_of_zero_and_no_month(odd: Connection) -> None:
    assert odd.totals("t", ("je",), " WHERE je > 2", "sj") == Totals(0, {"je": Decimal(0)})


def test_an_instant_of_postgresql_belongs_to_the_month_on_the_wall() -> None:
    import adbc_driver_postgresql.dbapi as driver

    with postgresql_database() as url:
        with driver.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (ts timestamptz, rq date, je numeric(16,2))")
            cursor.execute(
                "INSERT INTO t VALUES ('2024-01-31 23:30+08', '2024-01-31', 1.10), ('2024-01-31 16:30+00', NULL, 2.20)"
            )
        source = open_source(url, ZONE)
        assert counted(source.totals("t", ("je",), "", "ts")) == {
            "202401": (1, Decimal("1.10")),
            "202402": (1, Decimal("2.20")),
        }
        assert read_months(source, "ts") == {"202401": 1, "202402": 1}
        assert counted(source.totals("t", ("je",), "", "rq")) == {
            "": (1, Decimal("2.20")),
            "202401": (1, Decimal("1.10")),
        }
        source.close()


def test_a_zero_date_of_mariadb_is_in_no_month() -> None:
    import pymysql

    from flows.sources.mysql import connection_arguments

    with mysql_database() as url:
        with pymysql.connect(**connection_arguments(url)) as connection, connection.cursor() as cursor:
            cursor.execute("SET sql_mode = ''")
            cursor.execute("CREATE TABLE t (sj DATETIME, wz VARCHAR(30), je DECIMAL(16,2))")
            cursor.execute(
                "INSERT INTO t VALUES ('0000-00-00', '2024/1/1', 1), ('2024-01-00', '2024-01-05 甲', 2),"
                " ('2024-01-31 23:59:59', '2024-01-31', 3), (NULL, NULL, 4)"
            )
            connection.commit()
        source = open_source(url, ZONE)
        asked = {column: counted(source.totals("t", ("je",), "", column)) for column in ("sj", "wz")}
        assert asked["sj"] == {"": (3, Decimal(7)), "202401": (1, Decimal(3))}
        assert asked["wz"] == {"": (2, Decimal(5)), "202401": (2, Decimal(5))}
        assert read_months(source, "sj") == {"": 3, "202401": 1}
        assert read_months(source, "wz") == {"": 2, "202401": 2}
        source.close()


def test_a_folder_of_parquet_is_counted_by_month(tmp_path: Path) -> None:
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute("CREATE TABLE t (ts TIMESTAMPTZ, wz VARCHAR, je DECIMAL(16,2))")
        database.execute(
            "INSERT INTO t VALUES ('2024-01-31 16:30:00+00', '2024-01-05', 1.10), (NULL, '2024/1/5', 2.20)"
        )
        database.execute(f"COPY t TO '{tmp_path / 't.parquet'}'")
    source = open_source(f"parquet://{tmp_path}", ZONE)
    assert counted(source.totals("t", ("je",), "", "ts")) == {
        "": (1, Decimal("2.20")),
        "202402": (1, Decimal("1.10")),
    }
    assert read_months(source, "ts") == {"": 1, "202402": 1}
    assert read_months(source, "wz") == {"": 1, "202401": 1} == rows_by_month(source.totals("t", (), "", "wz"))
    source.close()


def test_a_month_is_told_of_dates_times_and_text() -> None:
    assert month_of(pa.array([date(2024, 2, 29), None]), ZONE).to_pylist() == ["202402", ""]
    assert month_of(pa.array([datetime(2024, 12, 31, 23, 59)], pa.timestamp("us")), ZONE).to_pylist() == ["202412"]
    assert month_of(pa.array(["2024-02-29 下午", "2024-02-30", "x", None]), ZONE).to_pylist() == ["202402", "", "", ""]


def test_a_source_that_counts_a_month_otherwise_is_named_with_both_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.sources.sqlite import SqliteConnection

    whole = SqliteConnection.totals

    def moved(self: SqliteConnection, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """March and April change places: the whole stays as it is."""
        totals = whole(self, table, columns, where, month)
        if table != "mz_jsb":
            return totals
        swapped = {"202403": totals.months["202404"], "202404": totals.months["202403"]}
        return Totals(totals.rows, totals.sums, {**totals.months, **swapped})

    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, 60)
    job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(tmp_path, url))
    monkeypatch.setattr(SqliteConnection, "totals", moved)
    with pytest.raises(SourceError, match=r"mz_jsb 2024-03 月读到 \d+ 行、合计 .*源库自己统计为 \d+ 行.*2024-04"):
        extract(job, tmp_path, lambda line: None)
