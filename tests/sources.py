"""Databases of the connectors' tests: statements sent by one who may write, and tables read through the connector."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pymysql

from flows.sources import open_source
from flows.sources.connection import Connection, Untyped, typed
from flows.sources.mysql import connection_arguments
from tests.house import mysql_database, postgresql_database

Run = Callable[..., None]


def runner(url: str) -> Run:
    """What sends statements to the database of a URL, each in a connection of its own."""

    def on_postgresql(*statements: str) -> None:
        import adbc_driver_postgresql.dbapi as driver

        with driver.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def on_mysql(*statements: str) -> None:
        with pymysql.connect(**connection_arguments(url), autocommit=True) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return on_postgresql if url.startswith("postgresql") else on_mysql


@contextmanager
def fresh(engine: str) -> Iterator[str]:
    """A database of its own on one of the servers; its URL."""
    with postgresql_database() if engine == "postgresql" else mysql_database() as url:
        yield url


def read_typed(source: Connection, table: str, where: str = "") -> tuple[dict[str, list[Any]], list[Untyped]]:
    """A whole table as extraction types it: column -> values, and what could not be typed."""
    types = source.columns(table)
    done = [typed(batch, types) for batch in source.read(table, tuple(types), where)]
    schema = pa.schema(list(types.items()))
    rows = pa.Table.from_batches([batch for batch, _ in done], schema=schema)
    return {name: rows[name].to_pylist() for name in types}, [one for _, problems in done for one in problems]


def write_read(source: Connection, table: str, path: Any, columns: tuple[str, ...] = ()) -> None:
    """Some columns of a table, or all of them, into one Parquet file as extraction writes it."""
    declared = source.columns(table)
    types = {name: declared[name] for name in columns or declared}
    with pq.ParquetWriter(path, pa.schema(list(types.items()))) as writer:
        for batch in source.read(table, tuple(types), ""):
            writer.write_batch(typed(batch, types)[0])


@contextmanager
def opened(url: str, timeout_seconds: int = 0) -> Iterator[Connection]:
    """The connector on a URL, closed afterwards."""
    with closing(open_source(url, "Asia/Shanghai", timeout_seconds)) as source:
        yield source
