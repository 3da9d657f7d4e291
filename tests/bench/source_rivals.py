"""Other ways from a server to Parquet, measured against ours; each reads the fee lines into one file.

python -m tests.bench.source_rivals WAY URL FILE
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.extraction.ahead import ahead
from flows.extraction.cutting import WHOLE
from flows.extraction.ledger import part_file
from flows.extraction.reading import read_part
from flows.sources import open_source
from flows.sources.connection import text_batches, typed
from schemas.adapter import RawTable
from tests.bench.source_rows import MONEY, NAMES, TABLE

SELECT = f"SELECT {', '.join(NAMES)} FROM {TABLE}"


def declared(url: str) -> dict[str, pa.DataType]:
    """The types of the fee lines."""
    with closing(open_source(url)) as source:
        return source.columns(TABLE)


def write(url: str, path: str, batches: Iterable[pa.RecordBatch]) -> None:
    """Type the batches and write them, as extraction does."""
    types = declared(url)
    with pq.ParquetWriter(path, pa.schema(list(types.items())), compression="snappy") as writer:
        for batch in batches:
            writer.write_batch(typed(batch, types)[0])


def feijian(url: str, path: str) -> None:
    """The connector, and a part as extraction reads, counts and writes it."""
    table, types = RawTable(TABLE, ("id",), NAMES, totals=MONEY, month="charged_at"), declared(url)
    with closing(open_source(url)) as source, ahead(source.read(TABLE, NAMES, "")) as batches:
        read_part(batches, table, {name: types[name] for name in NAMES}, "Asia/Shanghai", Path(path).parent, WHOLE)
    part_file(Path(path).parent, TABLE, WHOLE).replace(path)


def pymysql_cursor(url: str, path: str) -> None:
    """PyMySQL's own streaming cursor: a Python object for each value."""
    import pymysql
    from pymysql.converters import encoders
    from pymysql.cursors import SSCursor

    from flows.sources.mysql import connection_arguments

    arguments = connection_arguments(url) | {"conv": encoders}
    with pymysql.connect(**arguments) as connection, connection.cursor(SSCursor) as cursor:
        cursor.execute(SELECT)
        write(url, path, text_batches(cursor.fetchmany, NAMES))


def connector_python(url: str, path: str) -> None:
    """Oracle's mysql-connector-python in C, values as the bytes of the protocol."""
    import mysql.connector as rival

    from flows.sources.mysql import connection_arguments

    with closing(rival.connect(**connection_arguments(url), use_pure=False)) as connection:
        cursor = connection.cursor(raw=True)
        cursor.execute(SELECT)
        write(url, path, text_batches(lambda rows: [_plain(row) for row in cursor.fetchmany(rows)], NAMES))


def _plain(row: Iterable[Any]) -> list[Any]:
    return [bytes(value) if isinstance(value, bytearray) else value for value in row]


def adbc_binary(url: str, path: str) -> None:
    """ADBC with every value in PostgreSQL's binary form, as it was before."""
    import adbc_driver_postgresql.dbapi as driver

    with driver.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(SELECT)
        write(url, path, map(_storage, cursor.fetch_record_batch()))


def _storage(batch: pa.RecordBatch) -> pa.RecordBatch:
    arrays = [column.storage if isinstance(column.type, pa.BaseExtensionType) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def psycopg_copy(url: str, path: str) -> None:
    """The server's COPY as CSV through psycopg, parsed by Arrow."""
    import psycopg

    copying = f"COPY ({SELECT}) TO STDOUT (FORMAT csv)"
    with psycopg.connect(url) as connection, connection.cursor() as cursor, cursor.copy(copying) as copy:
        write(url, path, _parsed(copy))


def _parsed(blocks: Iterable[Any]) -> Iterator[pa.RecordBatch]:
    from pyarrow import csv

    held: list[bytes] = []
    size = 0
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(NAMES, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )

    def batch() -> Iterator[pa.RecordBatch]:
        data = pa.py_buffer(b"".join(held))
        reading = csv.ReadOptions(column_names=list(NAMES), block_size=max(data.size, 1) + 1)
        parsing = csv.ParseOptions(newlines_in_values=True)
        yield from csv.read_csv(pa.BufferReader(data), reading, parsing, convert).combine_chunks().to_batches()

    for block in blocks:
        held.append(bytes(block))
        size += len(held[-1])
        if size > 16 << 20:
            yield from batch()
            held, size = [], 0
    if held:
        yield from batch()


def connectorx(url: str, path: str) -> None:
    """connectorx, whole result as Arrow."""
    import connectorx as rival

    table = rival.read_sql(url, SELECT, return_type="arrow", protocol="binary")
    pq.write_table(table, path, compression="snappy")


WAYS: dict[str, dict[str, Callable[[str, str], None]]] = {
    "postgresql": {
        "feijian": feijian,
        "adbc-binary": adbc_binary,
        "psycopg-copy": psycopg_copy,
        "connectorx": connectorx,
    },
    "mysql": {
        "feijian": feijian,
        "pymysql-cursor": pymysql_cursor,
        "mysql-connector-python": connector_python,
        "connectorx": connectorx,
    },
}

if __name__ == "__main__":
    WAYS[sys.argv[2].split(":")[0]][sys.argv[1]](sys.argv[2], sys.argv[3])
