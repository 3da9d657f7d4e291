"""Measure a source: SELECT only, and kind to it - large tables are taken at the engine's word."""

import statistics
import time
from dataclasses import dataclass, replace

from flows.inspection.activity import Span, activity, institution_column
from flows.inspection.questions import Engine, Line, answers, engine_of
from flows.sources.catalogue import SourceTable
from schemas.adapter import Adapter, RawTable
from schemas.errors import SourceError
from schemas.inspection import Activity, Answer, Guide, Limits, SourceFacts, TableFacts

MB = 1_000_000


@dataclass(frozen=True)
class _Manner:
    """How much may be asked: everything when `exact`; `database` is the size of the whole in bytes, if known."""

    limits: Limits
    exact: bool
    database: int | None

    def may_scan(self, table: TableFacts) -> bool:
        """Whether reading the table once is nothing to the server: by its own estimates, or the size of the whole."""
        if self.exact:
            return True
        if table.is_view:
            return False
        size = self.database if table.size is None else table.size
        small = size is not None and size <= self.limits.count_up_to_mb * MB
        return small if table.rows is None else table.rows <= self.limits.count_up_to_rows and (small or size is None)


def look(line: Line, adapter: Adapter, guide: Guide, span: Span, exact: bool) -> SourceFacts:
    """Everything that is measured of a source.

    Args:
        line: to the source.
        adapter: names the tables that are read, their keys and the columns that date their rows.
        guide: how far counting goes.
        span: the days to look at.
        exact: count every table that is read, and ask every one for its last record, however large.

    Raises:
        SourceError: the source does not even tell its tables.
    """
    engine = engine_of(line.connection.engine)
    latency = _latency(line, engine, guide.limits.latency_asks)
    listed = tuple(_as_read(one, adapter) for one in line.connection.catalogue())
    told = answers(line, engine)
    size = _size(listed, told["size"])
    manner = _Manner(guide.limits, exact, size)
    tables = {one.name: _facts(one, adapter.tables.get(one.name)) for one in listed}
    may_scan = [name for name, one in tables.items() if manner.may_scan(one)]
    for name in may_scan:
        if tables[name].read or guide.is_temporary(tables[name]):
            tables[name] = _counted(line, tables[name])
    seen = {}
    for name, raw in adapter.tables.items():
        if name in tables and (column := raw.month or raw.changed):
            refused = _refusal(tables[name], column, name in may_scan)
            org = institution_column(raw, guide.institution_columns)
            seen[name] = (
                Activity(name, column, untold=refused)
                if refused
                else activity(line, engine, name, column, org if org in tables[name].columns else "", span)
            )
    return SourceFacts(line.connection.engine, latency, size, tables, seen, told)


def _latency(line: Line, engine: Engine, asks: int) -> int:
    taken = []
    for _ in range(max(asks, 1)):
        started = time.perf_counter()
        line.ask(engine.tiny)
        taken.append(time.perf_counter() - started)
    return round(statistics.median(taken) * 1000)


def _size(listed: tuple[SourceTable, ...], told: Answer) -> int | None:
    if told.rows and told.rows[0][0] is not None:
        return int(told.rows[0][0])
    sizes = [one.size for one in listed if one.size is not None]
    return sum(sizes) if sizes else None


def _facts(table: SourceTable, raw: RawTable | None) -> TableFacts:
    return TableFacts(
        table.name,
        (raw.title if raw else "") or table.comment,
        raw is not None,
        table.is_view,
        table.rows,
        False,
        table.size,
        {column.name: column.declared for column in table.columns},
        table.key,
        {index.name: index.columns for index in table.indexes},
        tuple(index.name for index in table.indexes if index.unique),
    )


def _as_read(table: SourceTable, adapter: Adapter) -> SourceTable:
    """A table whose name the engine keeps in capitals, by the names that the adapter reads it with."""
    if table.name in adapter.tables or table.name.lower() not in adapter.tables:
        return table
    return replace(
        table,
        name=table.name.lower(),
        columns=tuple(replace(column, name=column.name.lower()) for column in table.columns),
        key=tuple(map(str.lower, table.key)),
        indexes=tuple(replace(one, columns=tuple(map(str.lower, one.columns))) for one in table.indexes),
    )


def _counted(line: Line, table: TableFacts) -> TableFacts:
    try:
        rows = line.ask(f"SELECT COUNT(*) FROM {line.connection.dialect.name(table.name)}")[0][0]
    except SourceError:
        return table
    return replace(table, rows=int(rows or 0), counted=True)


def _refusal(table: TableFacts, column: str, scan: bool) -> str:
    """Why the table is not asked for its dates, in Chinese; empty when it is."""
    if column not in table.columns:
        return f"没有 {column} 这一列"
    led = any(columns[:1] == (column,) for columns in (*table.indexes.values(), table.key))
    return "" if led or scan else f"表大而 {column} 没有索引，为不拖慢源库没有询问；加 --exact 可问"
