"""Whether an adapter keeps its contract: what its SQL needs and gives, asked of DuckDB without any data.

Without a hospital its SELECTs are bound to empty tables of the columns that `source.toml` reads: that shows what they
need and give, by name. Types are known only with the source at hand; a SELECT that cannot be bound without types is
bound to instants or texts instead, which proves its names and no more.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from exports.duck import code_macro, literal, open_database, quoted
from flows.settings import Settings, Window
from flows.steps.conform import set_window
from schemas.adapter import Adapter, RawTable
from schemas.adapter_check import SHOWN, check_files, judged, spec_of
from schemas.result import CheckResult, Outcome
from schemas.std import MODELS, std_table

Types = dict[str, dict[str, pa.DataType]]
_UNTYPED = {"plain": "NULL", "instants": "CAST(NULL AS TIMESTAMP)", "texts": "CAST(NULL AS VARCHAR)"}
_AMBIGUOUS = "add explicit type casts"
_FLOATS = ("DOUBLE", "FLOAT")


def check_adapter(adapter: Adapter, settings: Settings, spill: Path, types: Types | None = None) -> list[CheckResult]:
    """The contract of an adapter.

    Args:
        adapter: the adapter.
        settings: for the limits of DuckDB.
        spill: a folder for temporary files.
        types: source table (as the adapter calls it) -> real column -> type, where a source is at hand.
    """
    given: dict[str, dict[str, str]] = {}
    broken: list[str] = []
    unsure: list[str] = []
    with open_database(spill, settings.memory_limit, settings.threads, adapter.timezone) as database:
        schemas = _open_tables(database, adapter, types)
        for std in adapter.provides:
            try:
                given[std] = _described(database, adapter.sql(std), schemas)
            except duckdb.Error as error:
                doubt = unsure if types is None and _AMBIGUOUS in str(error) else broken
                doubt.append(f"{std}.sql：{str(error).strip().splitlines()[0]}")
    bound = judged("adapter.sql", "SQL 只用读取的表和列", broken, len(adapter.provides), Outcome.FAILED)
    if unsure and not broken:
        bound = judged(bound.id, bound.title, unsure, bound.total, Outcome.NOT_VERIFIED)
        bound = replace(bound, reason=f"列的类型要连接源库才知道：{bound.reason}")
    return [*check_files(adapter), bound, *_shapes(adapter, given, types is not None)]


def _open_tables(database: Any, adapter: Adapter, types: Types | None) -> tuple[str, ...]:
    """Make the empty tables, the codes and the variables; the schemas in which the tables stand, best first."""
    for name, mapping in adapter.codes.items():
        code_macro(database, f"code_{name}", mapping)
    database.execute("SET VARIABLE org = ''")
    set_window(database, Window(date(2024, 1, 1), date(2024, 12, 31)))
    schemas = ("typed",) if types is not None else tuple(_UNTYPED)
    for schema in schemas:
        database.execute(f"CREATE SCHEMA {schema}")
        for table in adapter.tables.values():
            values, origin = _columns(database, table, (types or {}).get(table.name), _UNTYPED.get(schema, "NULL"))
            listed = ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items())
            database.execute(f"CREATE VIEW {schema}.{quoted(table.name)} AS SELECT {listed}{origin} WHERE false")
    return schemas


def _columns(
    database: Any, table: RawTable, types: dict[str, pa.DataType] | None, value: str
) -> tuple[dict[str, str], str]:
    """SQL of each column as the adapter calls it, and the FROM that it needs."""
    read = dict.fromkeys((*table.key, *table.columns, *table.on_demand))
    values = {"_row": "CAST(NULL AS VARCHAR)", **dict.fromkeys(table.lacks, "NULL")}
    if not types:
        return {**values, **{table.called.get(column, column): value for column in read}}, ""
    origin = f"_typed_{table.name}"
    there = [column for column in read if column in types]
    database.register(origin, pa.schema([(column, types[column]) for column in there]).empty_table())
    typed = {table.called.get(c, c): quoted(c) if c in types else "NULL" for c in read}
    return {**values, **typed}, f" FROM {quoted(origin)}"


def _described(database: Any, sql: str, schemas: tuple[str, ...]) -> dict[str, str]:
    """Column -> type of a SELECT, over the first schema in which it can be bound.

    Raises:
        duckdb.Error: it names what is not there.
    """
    for place, schema in enumerate(schemas, 1):
        database.execute(f"SET search_path = '{schema},main'")
        try:
            return {row[0]: row[1] for row in database.execute(f"DESCRIBE {sql}").fetchall()}
        except duckdb.Error as error:
            if _AMBIGUOUS not in str(error) or place == len(schemas):
                raise
    return {}


def _shapes(adapter: Adapter, given: dict[str, dict[str, str]], typed: bool) -> list[CheckResult]:
    """Every std column given or declared absent, none of both, none unknown; with types: no floats."""
    problems, floats = [], []
    for std, columns in given.items():
        known = {column.name for column in spec_of(adapter, std).columns}
        absent = set(adapter.absent.get(std, {}))
        problems += [
            f"{std}.{name} 既没有给出，也没有说明缺少" for name in sorted(known - set(columns) - absent - {"_excluded"})
        ]
        problems += [f"{std}.{name} 说缺少，SQL 却给出了它" for name in sorted(absent & set(columns))]
        problems += [f"{std}.sql 给出的 {name} 不是标准列" for name in sorted(set(columns) - known)]
        floats += [f"{std}.{name}" for name, kind in columns.items() if kind in _FLOATS]
    total = sum(len(spec_of(adapter, std).columns) for std in given)
    shapes = judged("adapter.columns", "每个标准列给出或说明缺少", problems, total, Outcome.FAILED)
    exact = judged("adapter.exact", "没有浮点数", floats, total, Outcome.FAILED)
    unknown = CheckResult(exact.id, exact.title, Outcome.NOT_VERIFIED, reason="没有连接源库，列的类型未核实")
    return [shapes, exact if typed else unknown]


def never_filled(
    adapter: Adapter, asked: frozenset[str], settings: Settings, std: Path, spill: Path
) -> tuple[dict[str, list[str]], int]:
    """Std columns that a run left empty in every row though the adapter gives them, and how many were looked at.

    Tables without rows say nothing, nor do columns on demand that the format does not ask for.

    Args:
        adapter: the adapter of the run.
        asked: the std fields (`person.psn_name`) of its format.
        settings: for the limits of DuckDB.
        std: the folder of the run's std tables.
        spill: a folder for temporary files.
    """
    found: dict[str, list[str]] = {}
    total = 0
    demanded = {field for table in adapter.tables.values() for field in table.on_demand.values()}
    unasked = demanded - asked
    with open_database(spill, settings.memory_limit, settings.threads) as database:
        for name in MODELS:
            names = [
                column.name
                for column in std_table(name).columns
                if column.name not in adapter.absent.get(name, {})
                and f"{name}.{column.name}" not in unasked
                and column.name != "_excluded"
            ]
            listed = ", ".join(f"count({quoted(column)})" for column in names)
            path = literal(std / f"{name}.parquet")
            rows, *filled = database.execute(f"SELECT count(*), {listed} FROM read_parquet({path})").fetchall()[0]
            if rows:
                total += len(names)
                found[name] = [column for column, count in zip(names, filled, strict=True) if not count]
    return {name: columns for name, columns in found.items() if columns}, total


def check_filled(adapter: Adapter, asked: frozenset[str], settings: Settings, std: Path, spill: Path) -> CheckResult:
    """Std columns that are given and never filled, as one line: a reason to look, no failure."""
    empty, total = never_filled(adapter, asked, settings, std, spill)
    problems = [f"{name}：{'、'.join(columns[:SHOWN])}" for name, columns in empty.items()]
    return judged("run.filled", "给出的标准列至少有一行有值", problems, total, Outcome.WARNED)
