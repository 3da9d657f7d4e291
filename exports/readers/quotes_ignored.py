"""A loader that knows the delimiter and no quotes, like `bcp`, SQL*Loader or Hive."""

from typing import Any

from exports.acceptance.package import Delivery
from exports.duck import quoted
from exports.manifest import relation
from exports.readers.reading import Read, Reading, measure, read_tables
from schemas.format import FormatTable


def read(delivery: Delivery, database: Any) -> Reading:
    """Read every file with DuckDB, quotes meaning nothing; a row of another width stops it."""
    return read_tables(delivery, lambda table: _read(delivery, table, database))


def _read(delivery: Delivery, table: FormatTable, database: Any) -> Read:
    """DuckDB decodes only the columns it is asked for: their lengths make it decode all of them."""
    scan = relation(delivery.resources(table.name), table, delivery.folder, typed=False)
    found, _ = measure(database, table, scan, [f"max(strlen({quoted(column.name)}))" for column in table.columns])
    return found
