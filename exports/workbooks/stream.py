"""The rows of a table as a stream of worksheet XML, in bounded memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from exports.duck import literal, one_row
from exports.workbooks.cells import ROW, Look, row_sql
from exports.workbooks.limits import SHEET_ROWS
from exports.workbooks.scan import Column, Counts, count

BATCH = 4096
CELL_BYTES = 116  # the most that a number of 38 digits takes, or that stands around a text
LARGEST = 2**31 - 2**20  # bytes of a part; a larger one needs ZIP64, at which Excel offers to repair the file
Placed = Sequence[tuple[int, Column, Look]]


@dataclass(frozen=True)
class Plan:
    """How many rows there are, how many a sheet takes, and what must be replaced and cut in each."""

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

    def bound(self, columns: int) -> int:
        """The most bytes that a sheet may have as XML."""
        cells = (columns + 1) * CELL_BYTES
        return max(len(self.rows(sheet)) * cells + self.count(sheet).bytes for sheet in range(self.sheets))


def numbered(path: Path) -> str:
    """SQL of a Parquet file with `file_row_number`, from 0."""
    return f"read_parquet({literal(path)}, file_row_number = true)"


def stream_rows(database: Any, path: Path, placed: Placed, rows: range, first: int) -> Iterator[memoryview]:
    """XML of some rows of a table, in their order.

    Args:
        database: an open DuckDB; while rows are taken it works on one thread, because each further one would keep a
            group of decoded rows in memory.
        path: the table as Parquet.
        placed: place in the sheet, column and styles of each cell.
        rows: which rows of the file, from 0.
        first: number of the first of them in the sheet.
    """
    if not rows:
        return
    shift = first - rows.start
    inner = f"SELECT *, CAST(file_row_number + {shift} AS VARCHAR) AS {ROW} FROM {numbered(path)}"
    where = f"file_row_number BETWEEN {rows.start} AND {rows.stop - 1}"
    with _one_thread(database):
        reader = database.sql(f"SELECT {row_sql(placed)} FROM ({inner} WHERE {where})").to_arrow_reader(BATCH)
        for batch in reader:
            yield _bytes(batch.column(0))


def plan(database: Any, path: Path, placed: Placed, room: int) -> Plan:
    """How the rows of a table are cut into sheets of `room` rows, or of fewer where their XML would be too large.

    Args:
        database: an open DuckDB.
        path: the table as Parquet.
        placed: place in the sheet, column and styles of each cell.
        room: the rows of data that a sheet can hold.
    """
    columns = [column for _, column, _ in placed]
    [total] = one_row(database, f"SELECT count(*) FROM {numbered(path)}")
    while True:
        made = Plan(total, room, count(database, numbered(path), columns, room))
        if room == 1 or made.bound(len(columns)) <= LARGEST:
            return made
        if (largest := _largest(database, path, placed, room)) <= LARGEST:
            return made
        sheets = max(-(-made.sheets * largest // LARGEST), made.sheets + 1)
        room = max(-(-total // sheets), 1)


def _largest(database: Any, path: Path, placed: Placed, room: int) -> int:
    """The bytes of the largest sheet, counted exactly: as long as writing takes, hence asked in doubt only."""
    inner = f"SELECT *, CAST(file_row_number + {SHEET_ROWS} AS VARCHAR) AS {ROW} FROM {numbered(path)}"
    sums = f"SELECT sum(strlen({row_sql(placed)})) AS bytes FROM ({inner}) GROUP BY file_row_number // {room}"
    [largest] = one_row(database, f"SELECT max(bytes) FROM ({sums})")
    return int(largest)


@contextmanager
def _one_thread(database: Any) -> Iterator[None]:
    [threads] = one_row(database, "SELECT current_setting('threads')")
    database.execute("SET threads = 1")
    try:
        yield
    finally:
        database.execute(f"SET threads = {threads}")


def _bytes(texts: Any) -> memoryview:
    """The bytes of consecutive texts as Arrow holds them, without a copy."""
    _, offsets, content = texts.buffers()
    wide = np.int64 if str(texts.type) == "large_string" else np.int32
    ends = np.frombuffer(offsets, wide)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(content)[int(ends[0]) : int(ends[-1])]
