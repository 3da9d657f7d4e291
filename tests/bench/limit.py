"""The limit: the same joins and COPY in one bare DuckDB script; no checks, no checksums, no stages.

Usage: python -m tests.bench.limit SOURCE_FOLDER OUT_FOLDER ORG FROM UNTIL
"""

import sys
from pathlib import Path
from typing import Any

import duckdb

from exports.assembly import assembly_select, has_sql, prepare_assembly
from exports.duck import code_macro
from schemas.adapter import load_adapter
from schemas.registry import load_format

ROOT = Path(__file__).resolve().parents[2]
ADAPTER = ROOT / "reference" / "sources" / "sample"
CSV = "FORMAT csv, HEADER, DELIMITER '|@|', QUOTE '', ESCAPE '', NULLSTR '', TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S'"


def raw_views(database: Any, folder: Path) -> None:
    """Every source table as a view with the row name that the adapter's SQL asks for."""
    adapter = load_adapter("sample")
    for name, mapping in adapter.codes.items():
        code_macro(database, f"code_{name}", mapping)
    for name, table in adapter.tables.items():
        key = " || '|' || ".join(f"CAST({column} AS VARCHAR)" for column in table.key)
        database.execute(
            f"CREATE VIEW {name} AS SELECT '{name}:' || {key} AS _row, * FROM read_parquet('{folder}/{name}.parquet')"
        )


def std_views(database: Any) -> None:
    """The adapter's SELECTs as views, rows that a rule excludes left out."""
    for path in sorted(ADAPTER.glob("*.sql")):
        sql = path.read_text(encoding="utf-8").strip().rstrip(";")
        columns = [row[0] for row in database.execute(f"DESCRIBE {sql}").fetchall()]
        where = " WHERE _excluded IS NULL" if "_excluded" in columns else ""
        database.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM ({sql}) AS std{where}")


def main(source: str, out: str, org: str, first: str, until: str) -> None:
    """Write every table of the national list to one CSV."""
    form = load_format("nhsa/2024")

    database = duckdb.connect(config={"memory_limit": "1GB"})
    database.execute(f"SET VARIABLE org = '{org}'")
    database.execute(f"SET VARIABLE date_from = DATE '{first}'")
    database.execute(f"SET VARIABLE date_until = DATE '{until}'")
    raw_views(database, Path(source))
    std_views(database)
    prepare_assembly(database, form)
    for table in filter(has_sql, form.tables):
        listed = ", ".join(f'"{column.name}"' for column in table.columns)
        select = f"SELECT {listed} FROM ({assembly_select(database, form, table)}) AS out"
        database.execute(f"COPY ({select}) TO '{out}/{table.name}.csv' ({CSV})")


if __name__ == "__main__":
    main(*sys.argv[1:])
