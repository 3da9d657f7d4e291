"""How the rows of a table are cut into sheets, and what must be replaced and cut in each."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, one_row
from exports.workbooks.cells import ROW, Look, around, plain, row_sql
from exports.workbooks.limits import SHEET_ROWS
from exports.workbooks.scan import REPLACED, Column, too_long
from exports.workbooks.stream import Placed, numbered, one_thread

LARGEST = 2**31 - 2**20  # bytes of a part; a larger one needs ZIP64, of which Excel takes a narrow form only
_GROWTH = 7  # `_` becomes `_x005F_`, and nothing grows more
_ROW_BYTES = 24
_LONGEST_MOMENT = 26  # `-290307-01-01 00:00:00`, and more


@dataclass(frozen=True)
class Counts:
    """Of the rows of one sheet: values replaced, values cut, and the most bytes that they may have as XML."""

    replaced: int
    cut: int
    bytes: int


@dataclass(frozen=True)
class Plan:
    """How many rows there are, how many a sheet takes, and what was counted of each sheet."""

    total: int
    room: int
    counts: Mapping[int, Counts]

    @property
    def sheets(self) -> int:
        """How many sheets that makes; one for no rows."""
        return max(-(-self.total // self.room), 1)

    def rows(self, sheet: int) -> range:
        """The rows of a sheet (from 0); none after the last one."""
        start = min(sheet * self.room, self.total)
        return range(start, min(start + self.room, self.total))

    def count(self, sheet: int) -> Counts:
        """What was counted of them."""
        return self.counts.get(sheet, Counts(0, 0, 0))

    @property
    def largest(self) -> int:
        """The most bytes that the largest sheet may have as XML."""
        return max((one.bytes for one in self.counts.values()), default=0)


def plan(database: Any, path: Path, placed: Placed, room: int) -> Plan:
    """Sheets of `room` rows, or of fewer where their XML would be too large.

    Args:
        database: an open DuckDB.
        path: the table as Parquet.
        placed: place in the sheet, column and styles of each cell.
        room: the rows of data that a sheet can hold.
    """
    [total] = one_row(database, f"SELECT count(*) FROM {numbered(path)}")
    with one_thread(database):
        while True:
            made = Plan(total, room, _count(database, path, placed, room))
            if room == 1 or made.largest <= LARGEST:
                return made
            if (largest := _largest(database, path, placed, room)) <= LARGEST:
                return made
            sheets = max(-(-made.sheets * largest // LARGEST), made.sheets + 1)
            room = max(-(-total // sheets), 1)


def _count(database: Any, path: Path, placed: Placed, room: int) -> dict[int, Counts]:
    odd = [column.sql for _, column, _ in placed if column.kind == "text" and column.suspect]
    replaced = _sum(f"count(*) FILTER (WHERE regexp_matches({text}, {literal(REPLACED)}))" for text in odd)
    cut = _sum(f"count(*) FILTER (WHERE {too_long(text)})" for text in odd)
    size = _sum(_bytes(place, column, look) for place, column, look in placed)
    sql = (
        f"SELECT file_row_number // {room}, {replaced}, {cut}, count(*) * {_ROW_BYTES} + {size}"
        f" FROM {numbered(path)} GROUP BY 1"
    )
    return {number: Counts(*map(int, counts)) for number, *counts in database.execute(sql).fetchall()}


def _bytes(place: int, column: Column, look: Look) -> str:
    """SQL: the most bytes of a column's cells."""
    fixed = f"count({column.sql}) * {around(place, column, look)}"
    if column.kind in ("date", "datetime"):
        return f"{fixed} + count({column.sql}) * {_LONGEST_MOMENT}"
    grown = _GROWTH if column.suspect else 1
    return f"{fixed} + coalesce(sum(strlen({plain(column)})), 0) * {grown}"


def _sum(terms: Any) -> str:
    return " + ".join(terms) or "0"


def _largest(database: Any, path: Path, placed: Placed, room: int) -> int:
    """The bytes of the largest sheet, counted exactly: as long as writing takes, hence asked in doubt only."""
    inner = f"SELECT *, CAST(file_row_number + {SHEET_ROWS} AS VARCHAR) AS {ROW} FROM {numbered(path)}"
    sums = f"SELECT sum(strlen({row_sql(placed)})) AS bytes FROM ({inner}) GROUP BY file_row_number // {room}"
    [largest] = one_row(database, f"SELECT max(bytes) FROM ({sums})")
    return int(largest)
