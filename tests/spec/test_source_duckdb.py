"""A DuckDB file as a source: exact, in one transaction, and said clearly when it cannot be read."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.sources import open_source
from flows.sources.connection import Connection, typed
from schemas.errors import SourceError

_WRITE = """
CREATE TYPE sex AS ENUM ('男', '女');
CREATE TABLE person (id INTEGER PRIMARY KEY);
CREATE TABLE bill (
    id UBIGINT, big HUGEINT, at_s TIMESTAMP_S, at_ns TIMESTAMP_NS, at_tz TIMESTAMPTZ, sex sex, parts INTEGER[],
    detail STRUCT(x INTEGER), bits BLOB, small UTINYINT, half DOUBLE, je DECIMAL(16, 2), sfsj TIMESTAMP, day VARCHAR,
    person_id INTEGER REFERENCES person (id), PRIMARY KEY (id));
COMMENT ON TABLE bill IS '收费';
COMMENT ON COLUMN bill.je IS '金额';
CREATE INDEX bill_sfsj ON bill (sfsj, je);
CREATE VIEW paid AS SELECT id, je FROM bill;
CREATE SCHEMA lis;
CREATE TABLE lis.result (id INTEGER);
INSERT INTO person VALUES (1);
INSERT INTO bill VALUES
    (18446744073709551615, 99999999999999999999999999999999999999, '2024-01-31 23:59:59',
     '2024-01-31 23:59:59.123456789', '2024-01-31 16:30:00+00', '女', [1, 2], {x: 7}, '\\xAA', 255, 0.1,
     99999999999999.99, '2024-01-31 23:59:59', '2024-02-01 08:00', 1),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0.01, NULL, '', NULL)
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("duckdb") / "his.duckdb"
    with duckdb.connect(path) as database:
        database.execute(_WRITE)
    return path


@pytest.fixture
def source(path: Path) -> Iterator[Connection]:
    with closing(open_source(f"duckdb:///{path}")) as source:
        yield source


def rows(source: Connection, table: str) -> list[dict[str, object]]:
    types = source.columns(table)
    return [
        row for batch in source.read(table, tuple(types), " ORDER BY je") for row in typed(batch, types)[0].to_pylist()
    ]


def test_every_type_is_read_to_its_last_digit(source: Connection) -> None:
    small, large = rows(source, "bill")
    assert large["id"] == Decimal(18446744073709551615)
    assert large["big"] == Decimal("9" * 38)
    assert str(large["at_s"]) == "2024-01-31 23:59:59"
    assert large["at_ns"] == "2024-01-31 23:59:59.123456789"
    assert str(large["at_tz"]) == "2024-01-31 16:30:00+00:00"
    assert (large["sex"], large["parts"], large["detail"]) == ("女", "[1,2]", '{"x":7}')
    assert (large["bits"], large["small"], large["half"]) == ("\\xAA", 255, "0.1")
    assert large["je"] == Decimal("99999999999999.99")
    assert (small["id"], small["sfsj"], small["day"]) == (Decimal(2), None, "")


def test_sums_are_exact_and_by_the_month_of_the_wall_clock(source: Connection) -> None:
    totals = source.totals("bill", ("je",), "", "sfsj")
    assert (totals.rows, totals.sums) == (2, {"je": Decimal("100000000000000.00")})
    assert {month: part.rows for month, part in totals.months.items()} == {"": 1, "202401": 1}
    for column in ("at_tz", "day"):
        assert set(source.totals("bill", (), "", column).months) == {"", "202402"}
    assert set(source.totals("bill", (), "", "at_ns").months) == {"", "202401"}


def test_the_catalogue_tells_comments_keys_indexes_and_references(source: Connection) -> None:
    tables = {table.name: table for table in source.catalogue()}
    assert list(tables) == ["bill", "paid", "person", "result"]
    bill = tables["bill"]
    assert (bill.comment, bill.key, bill.rows, tables["paid"].is_view) == ("收费", ("id",), 2, True)
    column = bill.column("je")
    assert column is not None
    assert (column.comment, column.declared, column.type) == ("金额", "DECIMAL(16,2)", pa.decimal128(16, 2))
    assert [(index.name, index.columns) for index in bill.indexes] == [("bill_sfsj", ("sfsj", "je"))]
    assert bill.references == {"person_id": ("person", "id")}


def test_a_file_that_changed_does_not_stand(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(path.read_bytes())
    with closing(open_source(f"duckdb:///{copy}")) as source:
        before = source.stands
    with duckdb.connect(copy) as database:
        database.execute("INSERT INTO lis.result SELECT range FROM range(100000)")
    with closing(open_source(f"duckdb:///{copy}")) as source:
        assert before
        assert source.stands != before


def test_nothing_can_be_written_and_no_other_file_read(source: Connection, path: Path) -> None:
    for sql in ("DELETE FROM bill", f"SELECT * FROM read_csv('{path}')"):
        with pytest.raises(SourceError, match=r"his\.duckdb：查询失败"):
            source.ask(sql)


def test_a_file_open_for_writing_elsewhere_is_named(tmp_path: Path) -> None:
    path = tmp_path / "busy.duckdb"
    code = f"import duckdb; held = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"open"
        with pytest.raises(SourceError, match="正被另一个程序打开写入"):
            open_source(f"duckdb:///{path}")
        other.communicate(b"\n")


def test_what_is_no_duckdb_file_is_said(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.duckdb"
    wrong.write_text("hello" * 1000)
    with pytest.raises(SourceError, match="不是 DuckDB 数据库文件"):
        open_source(f"duckdb:///{wrong}")
    with pytest.raises(SourceError, match="找不到 DuckDB"):
        open_source(f"duckdb:///{tmp_path / 'none.duckdb'}")
