"""Write the county's systems into one SQLite file, and the configuration that names them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from schemas.adapter import COMMISSION, adapter_names, load_adapter
from tests.centre.ddl import create_table
from tests.centre.write import blocks
from tests.county.county import County, raw


def write_county(county: County, path: Path) -> dict[str, int]:
    """Write every raw table; rows of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    tables = county.tables()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for name, table in tables.items():
            for statement in create_table(raw()[name], "sqlite"):
                database.execute(statement.replace(f"PRIMARY KEY ({', '.join(raw()[name].key)})", _unique(name)))
            marks = ", ".join("?" * table.num_columns)
            for block in blocks(table):
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", block)
        database.execute("COMMIT")
    return {name: table.num_rows for name, table in tables.items()}


def _unique(name: str) -> str:
    """Faults may double a key; a real system then has no key either."""
    return f"CHECK ({raw()[name].key[0]} IS NOT NULL)"


def county_adapters() -> list[str]:
    """The adapters of the county's systems."""
    return [name for name in adapter_names() if load_adapter(name).model == COMMISSION]


def configuration(database: Path) -> str:
    """A feijian.toml with one source per system, all in one file, and an account of each level."""
    url = f"sqlite:///{database.as_posix()}"
    sources = [
        f'[sources.{name.removeprefix("county_")}]\nadapter = "{name}"\nurl = "{url}"\n' for name in county_adapters()
    ]
    return "\n".join(["# 示例县：各系统的数据在同一个 SQLite 文件中", "", *sources])
