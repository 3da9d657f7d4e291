"""DuckDB as all steps use it: bounded memory, no network, no extension, Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb


@contextmanager
def open_database(spill: Path, memory_limit: str, threads: int, timezone: str = "Asia/Shanghai") -> Iterator[Any]:
    """An empty in-memory database that spills into `spill` and never reaches for the network.

    Args:
        spill: folder for temporary files; it must exist.
        memory_limit: DuckDB's own limit, such as `1GB`.
        threads: worker threads.
        timezone: zone in which instants become wall-clock.
    """
    database = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        database.execute("SET TimeZone = ?", [timezone])
        yield database
    finally:
        database.close()


def quoted(name: str) -> str:
    """An identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: object) -> str:
    """A text literal for SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def code_macro(database: Any, name: str, mapping: dict[str, str]) -> None:
    """Make a code mapping callable as `name(code)`; an unknown code comes back as it is."""
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(value)}" for code, value in mapping.items())
    database.execute(f"CREATE MACRO {quoted(name)}(code) AS CASE code {cases} ELSE code END")


def one_row(database: Any, sql: str) -> tuple[Any, ...]:
    """The single row of a query, with no result left open on the connection."""
    [row] = database.execute(sql).fetchall()
    return tuple(row)


def view(database: Any, name: str, path: Path, where: str = "", columns: str = "*") -> None:
    """Make a Parquet file readable under `name`, all rows or those that meet `where`."""
    condition = f" WHERE {where}" if where else ""
    scan = f"read_parquet({literal(path)})"
    database.execute(f"CREATE VIEW {quoted(name)} AS SELECT {columns} FROM {scan}{condition}")


def write_parquet(database: Any, select: str, path: Path) -> None:
    """Write the rows of a SELECT, in its order."""
    database.execute(f"COPY ({select}) TO {literal(path)} (FORMAT parquet, COMPRESSION snappy)")
