"""conform: raw to std, by the adapter's SQL; every value cast to the std type or named.

A value that cannot be cast, or would lose digits, becomes NULL in `<into>/<table>.parquet` and stands as
`column=value` in that row's `_lost`. Rows that an exclusion rule names stay, marked in `_excluded`; rows that cannot
stand in the package stay too and are named in `quarantine.parquet`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from exports.duck import code_macro, literal, open_database, quoted, view, write_parquet
from flows.extraction.reading import MONTH
from flows.job import Job, Tell
from flows.settings import Window
from flows.steps.extract import raw_files
from flows.steps.quarantine import LOST as LOST
from flows.steps.quarantine import QUARANTINE as QUARANTINE
from flows.steps.quarantine import quarantined, write_quarantine
from schemas.adapter import Adapter, RawTable
from schemas.errors import AdapterError, SettingsError
from schemas.std import MODELS, StdColumn, StdSpec, duckdb_type, std_table

_INEXACT = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Place:
    """The institution that a package is made for, as std has it."""

    fixmedins_code: str
    fixmedins_name: str


def conform(job: Job, raw: Path, into: Path, spill: Path, tell: Tell) -> Place:
    """Make all std tables of one institution in `into`; what the system lacks or nobody asks for is empty.

    Raises:
        AdapterError: a SELECT of the adapter misses a column, gives a float or does not run.
        SettingsError: the source knows no institution of that code.
    """
    adapter = job.adapter
    with open_database(spill, job.settings.memory_limit, job.settings.threads, adapter.timezone) as database:
        _prepare(database, raw, job)
        for name in MODELS:
            tell(f"转换 {name}")
            spec = std_table(name)
            try:
                there = name not in adapter.absent_tables and job.form.asks(name)
                select = std_select(database, adapter, spec) if there else _empty(spec)
                write_parquet(database, select, into / f"{name}.parquet")
            except (duckdb.ProgrammingError, duckdb.DataError) as error:
                raise AdapterError(f"适配器 {adapter.name} 的 {name}.sql 无法运行：{_first_line(error)}") from error
        write_quarantine(database, into)
        return find_place(database, into, job.org)


def std_view(database: Any, std: Path, name: str) -> None:
    """Make a std table readable: the rows that belong in the package, without bookkeeping of conform."""
    stands = f"_excluded IS NULL AND _row NOT IN (SELECT _row FROM ({quarantined(std, name)}))"
    view(database, name, std / f"{name}.parquet", stands, f"* EXCLUDE ({LOST})")


def all_view(database: Any, std: Path, name: str) -> None:
    """Make a std table readable as `all_<name>`: quarantined rows included, excluded ones not."""
    view(database, f"all_{name}", std / f"{name}.parquet", "_excluded IS NULL", f"* EXCLUDE ({LOST})")


def set_window(database: Any, window: Window) -> None:
    """Give the SQL files the period: `date_from` is its first day, `date_until` the day after its last."""
    database.execute(f"SET VARIABLE date_from = DATE '{window.first}'")
    database.execute(f"SET VARIABLE date_until = DATE '{window.until}'")


def _prepare(database: Any, raw: Path, job: Job) -> None:
    for table in job.raw_tables:
        raw_view(database, table, raw_files(raw, table.name))
    for name, mapping in job.adapter.codes.items():
        code_macro(database, f"code_{name}", mapping)
    database.execute(f"SET VARIABLE org = {literal(job.org)}")
    set_window(database, job.window)


def raw_view(database: Any, table: RawTable, path: Path) -> None:
    """A source table as the adapter's SQL knows it; an empty text is no value, whatever the engine thinks of it."""
    described = database.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})").fetchall()
    kinds = {name: kind for name, kind, *_ in described if name != MONTH}
    values = {name: f"NULLIF({quoted(name)}, '')" if kinds[name] == "VARCHAR" else quoted(name) for name in kinds}
    listed = [f"{value} AS {quoted(table.called.get(name, name))}" for name, value in values.items()]
    listed += [f"NULL AS {quoted(name)}" for name in table.lacks]
    view(database, table.name, path, columns=", ".join(listed))


def std_select(database: Any, adapter: Adapter, spec: StdSpec) -> str:
    """The SELECT that makes one std table, every column cast or named in `_lost`.

    Raises:
        AdapterError: the adapter's SQL lacks a column, has one too many, or gives a float.
    """
    sql = adapter.sql(spec.name)
    given = {row[0]: row[1] for row in database.execute(f"DESCRIBE {sql}").fetchall()}
    absent = adapter.absent.get(spec.name, {})
    missing = [c.name for c in spec.columns if c.name not in given and c.name not in absent and c.name != "_excluded"]
    unknown = set(given) - {column.name for column in spec.columns}
    if missing or unknown:
        raise AdapterError(
            f"适配器 {adapter.name} 的 {spec.name}.sql 与标准表（{spec.title}）不符："
            f"缺少列 {'、'.join(missing) or '无'}；多出列 {'、'.join(sorted(unknown)) or '无'}。"
            "缺少的列请补上，或在 source.toml 的 [absent] 中写明原因。"
        )
    floats = [name for name, kind in given.items() if kind in _INEXACT]
    if floats:
        raise AdapterError(
            f"适配器 {adapter.name} 的 {spec.name}.sql 产生了浮点数：{'、'.join(floats)}；请改用 DECIMAL。"
        )
    listed = ", ".join(_cast(column, given.get(column.name)) for column in spec.columns)
    return f"SELECT {listed}, {_lost(spec, given)} AS {LOST} FROM ({sql}) AS given"


def _cast(column: StdColumn, given: str | None) -> str:
    wanted = duckdb_type(column.type)
    if given is None:
        return f"CAST(NULL AS {wanted}) AS {quoted(column.name)}"
    if given == wanted:
        return quoted(column.name)
    if _loses(column, given):
        kept = f"CASE WHEN NOT {_fails(column, given)} THEN TRY_CAST({quoted(column.name)} AS {wanted}) END"
        return f"{kept} AS {quoted(column.name)}"
    return f"CAST({quoted(column.name)} AS {wanted}) AS {quoted(column.name)}"


def _loses(column: StdColumn, given: str) -> bool:
    """Whether a cast from `given` can fail or lose something."""
    wanted = duckdb_type(column.type)
    return given != wanted and wanted != "VARCHAR" and given != '"NULL"'


def _fails(column: StdColumn, given: str) -> str:
    """SQL: the value is there and cannot be cast, or comes back as another value."""
    name, wanted = quoted(column.name), duckdb_type(column.type)
    back = f"TRY_CAST({name} AS {wanted})"
    exact = f"TRY_CAST({name} AS DECIMAL(38,10))" if given == "VARCHAR" else name
    changed = f" OR {back} <> {exact}" if wanted.startswith(("DECIMAL", "BIGINT")) else ""
    return f"({name} IS NOT NULL AND ({back} IS NULL{changed}))"


def _lost(spec: StdSpec, given: dict[str, str]) -> str:
    risky = [column for column in spec.columns if column.name in given and _loses(column, given[column.name])]
    if not risky:
        return "CAST(NULL AS VARCHAR)"
    cases = ", ".join(_named(column, given[column.name]) for column in risky)
    return f"NULLIF(concat_ws(chr(31), {cases}), '')"


def _named(column: StdColumn, given: str) -> str:
    value = f"{literal(column.name + '=')} || CAST({quoted(column.name)} AS VARCHAR)"
    return f"CASE WHEN {_fails(column, given)} THEN {value} END"


def _empty(spec: StdSpec) -> str:
    listed = ", ".join(f"CAST(NULL AS {duckdb_type(column.type)}) AS {quoted(column.name)}" for column in spec.columns)
    return f"SELECT {listed}, CAST(NULL AS VARCHAR) AS {LOST} WHERE false"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def find_place(database: Any, std: Path, org: str) -> Place:
    """The institution `org` among those of the std tables.

    Raises:
        SettingsError: there is none of that code; the message names those there are.
    """
    rows = database.execute(
        f"SELECT fixmedins_code, fixmedins_name FROM read_parquet({literal(std / 'institution.parquet')})"
        " WHERE _excluded IS NULL ORDER BY ALL"
    ).fetchall()
    for code, name in rows:
        if code == org:
            return Place(code, name)
    known = "、".join(f"{code}（{name}）" for code, name in rows[:20]) or "无"
    raise SettingsError(f"源库中没有机构 {org}；源库中的机构：{known}{'……' if len(rows) > 20 else ''}。")
