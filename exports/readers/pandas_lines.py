"""An analyst's `pandas.read_csv`: every column as text, bad lines dropped.

A delimiter of several characters makes pandas use its slow engine, so only the first rows of each file are read;
what was not read is not verified, and the certificate says so.
"""

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa

from exports.acceptance.package import Delivery
from exports.duck import quoted
from exports.readers.reading import Read, Reading, measure, read_tables
from schemas.format import FormatTable

FIRST_ROWS = 20_000
WHOLE_ROWS = 100_000  # of a package; files after that are only tried
TRIED_ROWS = 1_000
_ROWS = "pandas_rows"


def read(delivery: Delivery, database: Any) -> Reading:
    """Read the first rows of every file with pandas; a line that is too long is dropped and a short one filled up."""
    limits = _limits(delivery)
    return read_tables(delivery, lambda table: _read(delivery, table, database, limits))


def _limits(delivery: Delivery) -> dict[str, int]:
    """How many rows of each file are read, by path, in the order of the manifest."""
    limits, left = {}, WHOLE_ROWS
    for record in delivery.manifest["resources"]:
        limits[record["path"]] = min(record["feijian:rows"], FIRST_ROWS if left > 0 else min(TRIED_ROWS, FIRST_ROWS))
        left -= limits[record["path"]]
    return limits


def _read(delivery: Delivery, table: FormatTable, database: Any, limits: dict[str, int]) -> Read:
    resources = delivery.resources(table.name)
    names = [column.name for column in table.columns]
    problems: list[str] = []
    frames = [_frame(delivery, record, names, problems, limits[record["path"]]) for record in resources]
    whole = pa.table(
        {name: pa.chunked_array([pa.array(frame[name], pa.string()) for frame in frames]) for name in names}
    )
    fields = ", ".join(f"nullif({quoted(name)}, '') AS {quoted(name)}" for name in names)
    database.register(_ROWS, whole)
    try:
        found, _ = measure(database, table, f"(SELECT {fields} FROM {_ROWS})")
    finally:
        database.unregister(_ROWS)
    unread = sum(record["feijian:rows"] - limits[record["path"]] for record in resources)
    return replace(found, problems=tuple(problems), unread=unread)


def _frame(delivery: Delivery, record: dict[str, Any], names: list[str], problems: list[str], expected: int) -> Any:
    dropped: list[list[str]] = []
    frame = pd.read_csv(
        delivery.folder / record["path"],
        sep=re.escape(record["dialect"]["delimiter"]),
        engine="python",
        dtype=str,
        encoding="utf-8",
        keep_default_na=False,
        nrows=expected + (expected == record["feijian:rows"]),  # one more, to see that there is none
        on_bad_lines=dropped.append,
    )
    if list(frame.columns) != names:
        problems.append(f"{record['path']} 的表头与格式不符")
        return pd.DataFrame({name: [] for name in names}, dtype=str)
    if dropped:
        problems.append(f"{record['path']} 有 {len(dropped)} 行字段过多而被丢弃")
    if len(frame) != expected:
        problems.append(f"{record['path']} 读出 {len(frame)} 行，应为 {expected} 行")
    short = int(frame.isna().any(axis="columns").sum())
    if short:
        problems.append(f"{record['path']} 有 {short} 行字段不足")
    return frame
