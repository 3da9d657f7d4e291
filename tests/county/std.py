"""The county's std tables in a DuckDB, made by the shipped adapters from the raw tables: for trying measures."""

from typing import Any

import duckdb

from exports.duck import code_macro, quoted
from schemas.commission.std import MODELS, lake_table
from schemas.reference import REFERENCE, read_toml
from schemas.std import duckdb_type
from tests.county.county import County, raw


def open_std(county: County) -> Any:
    """A database with `lake.<table>` for every std table; those that no adapter gives yet are empty."""
    database = duckdb.connect()
    database.execute("SET TimeZone = 'Asia/Shanghai'")
    database.execute("CREATE SCHEMA lake")
    for name, table in county.tables().items():
        database.register(f"_{name}", table)
        row = " || '|' || ".join(f"coalesce(CAST({quoted(key)} AS VARCHAR), '')" for key in raw()[name].key)
        database.execute(
            f"CREATE TABLE {quoted(name)} AS SELECT '{name}:' || {row} AS _row, * FROM {quoted('_' + name)}"
        )
    given = set()
    for folder in sorted((REFERENCE / "sources").glob("county_*")):
        for name, codes in read_toml(folder / "source.toml").get("codes", {}).items():
            database.execute(f"DROP MACRO IF EXISTS code_{name}")
            code_macro(database, f"code_{name}", codes)
        for path in sorted(folder.glob("*.sql")):
            sql = path.read_text(encoding="utf-8").strip().rstrip(";")
            database.execute(f"CREATE TABLE lake.{quoted(path.stem)} AS {_select(database, path.stem, sql)}")
            given.add(path.stem)
    for name in MODELS:
        if name not in given:
            database.execute(f"CREATE TABLE lake.{quoted(name)} AS {_select(database, name, None)}")
    return database


def _select(database: Any, name: str, sql: str | None) -> str:
    columns = lake_table(name).spec.columns
    described = database.execute(f"DESCRIBE {sql}").fetchall() if sql else []
    there = {column for column, *_ in described}
    listed = ", ".join(
        f"CAST({quoted(c.name) if c.name in there else 'NULL'} AS {duckdb_type(c.type)}) AS {quoted(c.name)}"
        for c in columns
    )
    return f"SELECT {listed} FROM ({sql})" if sql else f"SELECT {listed} WHERE false"
