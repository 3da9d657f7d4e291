"""One part of a table from the source into its Parquet file, and what was counted on the way."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.extraction.ledger import part_file, untyped_file
from flows.sources.connection import Totals, Untyped, add_up, month_of, typed
from schemas.adapter import RawTable

MONTH = "_month"
_WHOLE = r"^(-?\d+)\.0+$|^(0)E-\d+$"  # Arrow writes nought with ten decimal places as 0E-10
UNTYPED = "_untyped.parquet"
DICTIONARY_BYTES = 1 << 16  # of a column chunk; more distinct values than that cost time and save no room
UNTYPED_SCHEMA = pa.schema([(name, pa.string()) for name in ("table", "_row", "column", "declared", "value")])


def read_part(
    batches: Iterator[pa.RecordBatch],
    table: RawTable,
    types: dict[str, pa.DataType],
    timezone: str,
    raw: Path,
    name: str,
) -> tuple[Totals, set[str]]:
    """Write one part to `<raw>/<table>/<name>.parquet`, which appears when it is whole.

    Args:
        batches: the rows as the source gives them.
        table: the source table; every row gets `_row` and, where it has a month, `_month`.
        types: column -> declared type, the columns that are read.
        timezone: the zone in which an instant has its month.
        raw: the raw folder.
        name: of the part.

    Returns:
        What was read, and the columns in which something could not be.
    """
    left = [(column, pa.string()) for column in table.on_demand if column not in types]
    dated = [(MONTH, pa.string())] if table.month else []
    schema = pa.schema([("_row", pa.string()), *types.items(), *left, *dated])
    groups: list[tuple[Any, ...]] = []
    problems: list[pa.Table] = []
    path = part_file(raw, table.name, name)
    aside = path.with_name(f".{path.name}")
    path.parent.mkdir(exist_ok=True)
    with raw_writer(aside, schema) as writer:
        for batch in batches:
            clean, untyped = typed(batch, types)
            names = row_names(table, clean)
            nothing = [pa.nulls(clean.num_rows, kind) for _, kind in left]
            months = [month_of(clean[table.month], timezone)] if table.month else []
            arrays = [names, *clean.columns, *nothing, *months]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            groups += _count(clean, table, months)
            problems += [_problem_rows(table.name, names, untyped)] if untyped else []
    _keep_untyped(raw, table.name, name, problems)
    _put(aside, path)
    unreadable = {column for one in problems for column in one["column"].to_pylist()}
    return add_up(groups, table.totals, bool(table.month)), unreadable


def raw_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A Parquet file of rows as they were read: quick to write, and every query reads it once."""
    return pq.ParquetWriter(path, schema, compression="snappy", dictionary_pagesize_limit=DICTIONARY_BYTES)


def gather_untyped(raw: Path, parts: list[tuple[str, str]]) -> None:
    """Write `_untyped.parquet` from what the parts (table, name) left aside, in their order."""
    with pq.ParquetWriter(raw / UNTYPED, UNTYPED_SCHEMA) as writer:
        for table, name in parts:
            path = untyped_file(raw, table, name)
            if path.is_file():
                writer.write_table(pq.read_table(path))


def _keep_untyped(raw: Path, table: str, name: str, problems: list[pa.Table]) -> None:
    path = untyped_file(raw, table, name)
    path.unlink(missing_ok=True)
    if problems:
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.concat_tables(problems), path)
        _force(path)


def _put(aside: Path, path: Path) -> None:
    _force(aside)
    aside.replace(path)


def _force(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def row_names(table: RawTable, batch: pa.RecordBatch) -> pa.Array:
    """`<table>:<key>` for each row of a batch, the parts of a key joined by `|`."""
    keys = [pc.fill_null(_key_text(batch.column(column)), "") for column in table.key]
    joined = pc.binary_join_element_wise(*keys, "|") if len(keys) > 1 else keys[0]
    return pc.binary_join_element_wise(pa.scalar(table.name), joined, ":")


def _key_text(values: pa.Array) -> pa.Array:
    """A part of a key as text; a whole number without the decimal places that only its type has."""
    text = pc.cast(values, pa.string())
    scaled = pa.types.is_decimal(values.type) and values.type.scale > 0
    return pc.replace_substring_regex(text, _WHOLE, r"\1\2") if scaled else text


def _count(batch: pa.RecordBatch, table: RawTable, months: list[pa.Array]) -> list[tuple[Any, ...]]:
    """First day of the month, rows and sums of one batch, as a source would give them group by group."""
    month = months[0] if months else pa.nulls(batch.num_rows, pa.string())
    counted = pa.table([month, *(batch[column] for column in table.totals)], names=["month", *table.totals])
    sums = [(column, "sum") for column in table.totals]
    groups = counted.group_by("month").aggregate([([], "count_all"), *sums]).to_pylist()
    return [
        (
            f"{one['month'][:4]}-{one['month'][4:]}-01" if one["month"] else None,
            one["count_all"],
            *(one[f"{column}_sum"] or Decimal(0) for column in table.totals),
        )
        for one in groups
    ]


def _problem_rows(table: str, names: pa.Array, problems: list[Untyped]) -> pa.Table:
    rows = [(table, names[one.index].as_py(), one.column, one.declared, one.value) for one in problems]
    columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, schema=UNTYPED_SCHEMA)
