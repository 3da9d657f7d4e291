"""Read what changed in a source since the last sync, raw, into Parquet; all in one snapshot.

Nothing is dropped: a value that is not what its column was declared to be is NULL there and named.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from exports.lake.catalogue import Synced
from flows.extraction.ahead import ahead
from flows.extraction.manners import Pace
from flows.extraction.reading import raw_writer, row_names
from flows.job import Tell
from flows.settings import Window
from flows.sources.connection import Connection, Untyped, typed
from schemas.adapter import Adapter, RawTable
from schemas.errors import SourceError

OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class RawRead:
    """What was read of one raw table: rows, the latest change in it, what could not be read, and whether it is whole.

    `counted` is how many rows the source itself says the whole table has, `held` how many of the rows read are in the
    lake.
    """

    table: str
    rows: int
    counted: int
    whole: bool
    watermark: str = ""
    untyped: tuple[Untyped, ...] = field(default=())
    held: int = 0


def read_raw(
    source: Connection,
    adapter: Adapter,
    before: Synced | None,
    window: Window | None,
    again: frozenset[str],
    into: Path,
    pace: Pace,
    tell: Tell,
) -> dict[str, RawRead]:
    """Read each raw table of an adapter: what changed since `before`, what lies in `window`, or all of it.

    Args:
        source: an open source, in one snapshot.
        adapter: of the commission's model.
        before: how far the source was brought; None reads everything.
        window: read only rows of these days, where the adapter says which column dates them.
        again: raw tables that are read whole whatever was brought before.
        into: where `<table>.parquet` goes.
        pace: how fast the source may be read.
        tell: what is being done, in Chinese.

    Raises:
        SourceError: a table or column is missing.
    """
    require(source, adapter)
    found = {}
    for table in adapter.tables.values():
        tell(f"读取 {table.title or table.name}")
        since = before.watermarks.get(table.name, "") if before and table.name not in again else ""
        where = _where(table, since, window)
        found[table.name] = _read(source, table, where, since, into, pace)
    return found


def require(source: Connection, adapter: Adapter) -> None:
    """Name everything that is missing at once, before the first row is read.

    Raises:
        SourceError: a table or column is not there.
    """
    problems = []
    for table in adapter.tables.values():
        there = source.columns(table.real_name)
        missing = [column for column in (*table.key, *table.columns) if column not in there]
        if not there:
            problems.append(f"没有表 {table.real_name}")
        elif missing:
            problems.append(f"表 {table.real_name} 没有列 {'、'.join(missing)}")
    if problems:
        raise SourceError(
            f"源库与适配器 {adapter.name}（{adapter.title}）对不上：{'；'.join(problems)}。"
            "请确认连接的库名和账号权限，或修改适配器的 source.toml。"
        )


def _where(table: RawTable, since: str, window: Window | None) -> str:
    conditions = [f"({table.where})"] if table.where else []
    if window:  # a table that nobody said how to cut is read whole: the rows of the window give way to what was read
        conditions += [f"{table.month} >= '{window.first}' AND {table.month} < '{window.until}'"] if table.month else []
    elif since and table.since:
        conditions.append("(" + table.since.replace(":since", f"'{_overlapped(since)}'") + ")")
    elif since and table.changed:
        conditions.append(f"({table.changed} >= '{_overlapped(since)}' OR {table.changed} IS NULL)")
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def _overlapped(since: str) -> str:
    """A day before the watermark: rows that were being written when the last sync looked."""
    return (datetime.fromisoformat(since) - OVERLAP).isoformat(sep=" ", timespec="seconds")


def _read(source: Connection, table: RawTable, where: str, since: str, into: Path, pace: Pace) -> RawRead:
    columns = tuple(dict.fromkeys((*table.key, *table.columns)))
    declared = source.columns(table.real_name)
    types = {column: declared[column] for column in columns}
    schema = pa.schema([("_row", pa.string()), *types.items()])
    untyped: list[Untyped] = []
    rows, latest = 0, since
    with (
        ahead(source.read(table.real_name, columns, where)) as batches,
        raw_writer(into / f"{table.name}.parquet", schema) as writer,
    ):
        for batch in pace.slowed(batches):
            clean, problems = typed(batch, types)
            writer.write_batch(pa.RecordBatch.from_arrays([row_names(table, clean), *clean.columns], schema=schema))
            untyped += problems
            rows += clean.num_rows
            latest = max(latest, _latest(clean, table.changed))
    limit = f" WHERE ({table.where})" if table.where else ""
    counted = source.totals(table.real_name, (), limit).rows
    return RawRead(table.name, rows, counted, where == limit, latest, tuple(untyped))


def _latest(batch: pa.RecordBatch, changed: str) -> str:
    """The latest change in a batch, as ISO text; empty when nothing says so."""
    if not changed or not batch.num_rows:
        return ""
    value: Any = pc.max(batch[changed]).as_py()
    return "" if value is None else str(value)
