"""Write the hospital system into a database or a folder; what was written before is replaced."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.sources import open_source
from flows.sources.connection import local_path, parse_url
from flows.sources.mysql import connection_arguments
from schemas.errors import SettingsError, SourceError
from tests.centre.ddl import Table, column_type, create_table
from tests.centre.ddl import tables as schema

BLOCK = 20_000


def write(tables: dict[str, pa.Table], target: str, replace: bool = False) -> None:
    """Write every table to `sqlite:///file`, `postgresql://…`, `mysql://…` or `parquet:///folder`.

    Args:
        tables: what `generate` made.
        target: where to.
        replace: drop tables of the same names first; real systems use such names too.

    Raises:
        SettingsError: the target is of no kind known here.
        SourceError: the server cannot be reached.
    """
    writers = {
        "sqlite": _write_sqlite,
        "postgresql": _write_postgresql,
        "postgres": _write_postgresql,
        "mysql": _write_mysql,
        "mariadb": _write_mysql,
        "parquet": _write_parquet,
    }
    scheme = parse_url(target).scheme
    if scheme not in writers:
        raise SettingsError(
            f"不认识的目标“{target}”；应为 sqlite:///文件、postgresql://、mysql:// 或 parquet:///文件夹。"
        )
    if not replace:
        _refuse_taken(tables, target)
    writers[scheme](tables, target)


def _refuse_taken(tables: dict[str, pa.Table], target: str) -> None:
    """Never drop a table that somebody else may have made."""
    if not target.startswith(("postgres", "mysql", "mariadb")) and not local_path(target).exists():
        return
    with closing(open_source(target)) as source:
        taken = [name for name in tables if source.columns(name)]
    if taken:
        raise SettingsError(
            f"目标中已有表 {'、'.join(taken[:5])} 等 {len(taken)} 张。若确是以前写入的示例数据，加 --force 覆盖；"
            "若可能是真实的医院数据库，请立即换一个目标。"
        )


def _write_parquet(tables: dict[str, pa.Table], target: str) -> None:
    folder = local_path(target)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def _plain(table: pa.Table) -> pa.Table:
    """Everything but whole numbers as text, decimals and times digit for digit."""
    columns = []
    for column in table.columns:
        if pa.types.is_timestamp(column.type):
            column = pc.strftime(column.cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
        columns.append(column if pa.types.is_integer(column.type) else column.cast(pa.string()))
    return pa.table(columns, names=table.column_names)


def blocks(table: pa.Table) -> Iterator[list[tuple[object, ...]]]:
    """The rows of a table as an INSERT takes them, in blocks."""
    for batch in _plain(table).to_batches(BLOCK):
        yield list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _write_sqlite(tables: dict[str, pa.Table], target: str) -> None:
    path = local_path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.execute("BEGIN")
        for name, table in tables.items():
            database.execute(f"DROP TABLE IF EXISTS {name}")
            for statement in create_table(_schema(name, table), "sqlite"):
                database.execute(statement)
            marks = ", ".join("?" * table.num_columns)
            for block in blocks(table):
                database.executemany(f"INSERT INTO {name} VALUES ({marks})", block)
        database.execute("COMMIT")


def _write_postgresql(tables: dict[str, pa.Table], target: str) -> None:
    """COPY through ADBC into text columns, then one INSERT that casts to the declared types."""
    import adbc_driver_manager
    import adbc_driver_postgresql.dbapi as driver

    try:
        with driver.connect(target) as connection, connection.cursor() as cursor:
            for name, table in tables.items():
                spec = _schema(name, table)
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
                for statement in create_table(spec, "postgresql"):
                    cursor.execute(statement)
                cursor.adbc_ingest(f"{name}_in", _plain(table), mode="create", temporary=True)
                casts = ", ".join(f"{c.name}::{column_type(c.kind, 'postgresql')}" for c in spec.columns)
                cursor.execute(f"INSERT INTO {name} SELECT {casts} FROM {name}_in")
                cursor.execute(f"DROP TABLE {name}_in")
            connection.commit()
    except adbc_driver_manager.Error as error:
        raise SourceError(f"写入 PostgreSQL 失败：{str(error).splitlines()[0]}。") from None


def _write_mysql(tables: dict[str, pa.Table], target: str) -> None:
    import pymysql

    try:
        with pymysql.connect(**connection_arguments(target)) as connection, connection.cursor() as cursor:
            cursor.execute("SET unique_checks = 0")
            for name, table in tables.items():
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
                for statement in create_table(_schema(name, table), "mysql"):
                    cursor.execute(statement)
                marks = ", ".join(["%s"] * table.num_columns)
                for block in blocks(table):
                    cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", block)
            connection.commit()
    except pymysql.Error as error:
        raise SourceError(f"写入 MySQL/MariaDB 失败：{error.args[-1]}。") from None


def _schema(name: str, table: pa.Table) -> Table:
    """The table as described, without its key where a fault made the key repeat."""
    spec = schema()[name]
    keys = table.select(list(spec.key))
    unique = keys.group_by(list(spec.key)).aggregate([]).num_rows == table.num_rows
    return spec if unique else Table(spec.name, spec.title, (), spec.columns)
