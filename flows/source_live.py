"""Whether a database is what an adapter expects: its tables and columns are there, amounts exact, keys unique."""

from decimal import Decimal

import pyarrow as pa

from flows.sources.catalogue import SourceTable
from flows.sources.connection import Connection
from flows.sources.dialect import Dialect
from schemas.adapter import Adapter, RawTable
from schemas.adapter_check import judged
from schemas.result import CheckResult, Outcome

Types = dict[str, dict[str, pa.DataType]]
KEYS_LOOKED_AT = 200_000
"""Rows of a table among which keys are compared, so that a large table is not read whole."""


def check_source(source: Connection, adapter: Adapter) -> tuple[Types, list[CheckResult]]:
    """The types of every column that is there, and what was found; a few small questions a table."""
    catalogue = {table.name: table for table in source.catalogue()}
    types = {table.name: source.columns(table.real_name) for table in adapter.tables.values()}
    there = [table for table in adapter.tables.values() if types[table.name]]
    failed, total = Outcome.FAILED, sum(len(table.columns) for table in there)
    return types, [
        judged("source.tables", "表都在源库中", _missing_tables(adapter, types, catalogue), len(types), failed),
        judged("source.columns", "列都在表中", _missing_columns(there, types), total, failed),
        judged("source.amounts", "合计列是 DECIMAL", _inexact(there, types), len(there), failed),
        judged("source.months", "月份列是日期、时间或文本", _undated(there, types), len(there), failed),
        _indexes(there, catalogue),
        *_keys(source, [table for table in there if set(table.key) <= set(types[table.name])], catalogue),
    ]


def _missing_tables(adapter: Adapter, types: Types, catalogue: dict[str, SourceTable]) -> list[str]:
    alike = {name.casefold(): name for name in catalogue}
    problems = []
    for table in adapter.tables.values():
        if types[table.name]:
            continue
        near = alike.get(table.real_name.split(".")[-1].casefold())
        hint = f'（源库中有 {near}：可在分层中写 source = "{near}"）' if near else ""
        problems.append(f"没有表 {table.real_name}{hint}")
    return problems


def _missing_columns(there: list[RawTable], types: Types) -> list[str]:
    problems = []
    for table in there:
        asked = dict.fromkeys((*table.key, *table.columns, *table.on_demand))
        if missing := [column for column in asked if column not in types[table.name]]:
            problems.append(f"表 {table.real_name} 没有列 {'、'.join(missing)}")
    return problems


def _inexact(there: list[RawTable], types: Types) -> list[str]:
    return [
        f"{table.real_name}.{column} 是 {types[table.name][column]}"
        for table in there
        for column in table.totals
        if column in types[table.name] and not pa.types.is_decimal(types[table.name][column])
    ]


def _undated(there: list[RawTable], types: Types) -> list[str]:
    kinds = {table.real_name: (table.month, types[table.name].get(table.month)) for table in there}
    return [
        f"{name}.{month} 是 {kind}"
        for name, (month, kind) in kinds.items()
        if kind is not None and not (pa.types.is_temporal(kind) or pa.types.is_string(kind))
    ]


def _indexes(there: list[RawTable], catalogue: dict[str, SourceTable]) -> CheckResult:
    """Dates by which tables are cut and that no index leads with: a yearly export reads all of such a table."""
    identifier, title = "source.indexes", "按日期读取的列有索引"
    if not any(table.indexes for table in catalogue.values()):
        return CheckResult(identifier, title, Outcome.NOT_APPLICABLE, reason="这类数据源没有索引")
    dated = [table for table in there if table.month and table.real_name in catalogue]
    bare = [
        f"{table.real_name}.{table.month}"
        for table in dated
        if table.month not in {index.columns[0] for index in catalogue[table.real_name].indexes if index.columns}
    ]
    return judged(identifier, title, bare, len(dated), Outcome.WARNED)


def _keys(source: Connection, there: list[RawTable], catalogue: dict[str, SourceTable]) -> list[CheckResult]:
    """Whether keys are unique: by the database's own word, else by asking, in so many rows at most."""
    twice: list[str] = []
    elsewhere: list[str] = []
    unsure: list[str] = []
    for table in there:
        known = catalogue.get(table.real_name)
        unique = [known.key, *(index.columns for index in known.indexes if index.unique)] if known else []
        if any(columns and set(columns) <= set(table.key) for columns in unique):
            continue
        rows, most = _most(source, table)
        said = f"{table.real_name}（{'、'.join(table.key)}）"
        if most > 1:
            (elsewhere if table.where else twice).append(said)
        elif rows >= KEYS_LOOKED_AT:
            unsure.append(said)
    title = "主键不重复"
    results = [judged("source.keys", title, twice, len(there), Outcome.FAILED)]
    if elsewhere:
        result = judged("source.keys.range", f"{title}（读取范围之外）", elsewhere, len(there), Outcome.WARNED)
        results.append(result)
    if unsure:
        reason = f"只看了前 {KEYS_LOOKED_AT} 行：{'、'.join(unsure)}"
        results.append(CheckResult("source.keys.rest", f"{title}（其余行）", Outcome.NOT_VERIFIED, reason=reason))
    return results


def _most(source: Connection, table: RawTable) -> tuple[int, int]:
    """Rows looked at, and how many of them share one key at most; NULL counts as a value."""
    dialect: Dialect = source.dialect
    keys = ", ".join(map(dialect.name, table.key))
    name = ".".join(map(dialect.name, table.real_name.split(".")))
    part = dialect.limited(f"SELECT {keys} FROM {name}", KEYS_LOOKED_AT)
    groups = f"SELECT COUNT(*) AS n FROM ({part}) part GROUP BY {keys}"
    rows, most = source.ask(f"SELECT SUM(n), MAX(n) FROM ({groups}) groups_of")[0]
    return int(Decimal(rows or 0)), int(most or 0)
