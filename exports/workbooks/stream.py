"""The rows of a table as a stream of worksheet XML, in bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from exports.duck import literal, one_row
from exports.workbooks.cells import ROW, Look, row_sql
from exports.workbooks.scan import Column

BATCH = 2048  # rows of one Arrow batch, as many as DuckDB makes at a time
Placed = Sequence[tuple[int, Column, Look]]


def numbered(path: Path) -> str:
    """SQL of a Parquet file with `file_row_number`, from 0."""
    return f"read_parquet({literal(path)}, file_row_number = true)"


def stream_rows(database: Any, path: Path, placed: Placed, rows: range, first: int) -> Iterator[memoryview]:
    """XML of some rows of a table, in their order.

    Args:
        database: an open DuckDB; while rows are taken it works on one thread.
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
    with one_thread(database):
        reader = database.sql(f"SELECT {row_sql(placed)} FROM ({inner} WHERE {where})").to_arrow_reader(BATCH)
        for batch in reader:
            yield _bytes(batch.column(0))


@contextmanager
def one_thread(database: Any) -> Iterator[None]:
    """One thread for a while: each further one would keep a group of decoded rows in memory."""
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
