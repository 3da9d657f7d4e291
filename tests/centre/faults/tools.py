"""What faults are made with: find rows, change them, name them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.ddl import tables as schema
from tests.centre.faults.registry import Tables


def named(table: pa.Table, name: str, positions: np.ndarray) -> set[str]:
    """The names of rows as the sample adapter gives them: `<table>:<key>`, several keys joined by `|`."""
    keys = [pc.cast(table[key], pa.string()).take(pa.array(positions)).to_pylist() for key in schema()[name].key]
    return {f"{name}:" + "|".join(parts) for parts in zip(*keys, strict=True)}


def find(table: pa.Table, **equal: object) -> np.ndarray:
    """The positions of the rows whose columns have these values."""
    kept = np.ones(table.num_rows, dtype=np.bool_)
    for name, value in equal.items():
        column = table[name]
        match = pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False)
        kept &= match.to_numpy(zero_copy_only=False)
    return np.flatnonzero(kept)


def settled(table: pa.Table) -> np.ndarray:
    """The rows that are paid for and no refund; none that a refund names."""
    rows = find(table, jszt="1", tfbz="0")
    named = pc.drop_null(table["yjsid"])
    refunded = pc.is_in(table["jsid"], value_set=named.combine_chunks()).to_numpy(zero_copy_only=False)
    return np.asarray(rows[~refunded[rows]])


def put(tables: Tables, name: str, column: str, rows: np.ndarray, values: object) -> int:
    """Replace values of a column in some rows: one value for all, or an array for each."""
    table = tables[name]
    place = table.column_names.index(column)
    mask = np.zeros(table.num_rows, dtype=np.bool_)
    mask[rows] = True
    kind = table.schema.field(column).type
    chosen = values if isinstance(values, pa.Array) else pa.array([values] * len(rows), kind)
    old = table[column].combine_chunks()
    tables[name] = table.set_column(
        place, table.schema.field(column), pc.replace_with_mask(old, pa.array(mask), chosen)
    )
    return len(rows)


def values(tables: Tables, name: str, column: str, rows: np.ndarray) -> list[Any]:
    """What stands in a column of some rows."""
    return list(tables[name][column].take(pa.array(rows)).to_pylist())


def give(tables: Tables, name: str, rows: np.ndarray, **columns: object) -> None:
    """Replace columns of some rows: one value for all, or a list with one for each."""
    for column, wanted in columns.items():
        kind = tables[name].schema.field(column).type
        put(tables, name, column, rows, pa.array(wanted, kind) if isinstance(wanted, list) else wanted)


def plus(tables: Tables, name: str, rows: np.ndarray, more: Decimal, *columns: str) -> None:
    """Add the same amount to columns of some rows."""
    for column in columns:
        give(tables, name, rows, **{column: [old + more for old in values(tables, name, column, rows)]})


def shift(
    tables: Tables, name: str, rows: np.ndarray, column: str, start: Sequence[date | datetime], by: timedelta
) -> None:
    """Put a time so far from another time of the same row."""
    give(tables, name, rows, **{column: [moment + by for moment in start]})


def copies(tables: Tables, name: str, rows: np.ndarray, **columns: object) -> np.ndarray:
    """Append copies of rows with a number of their own and other `columns`; their positions."""
    table = tables[name]
    [key] = [column for column in schema()[name].key if column != "jgdm"]
    first = pc.max(table[key]).as_py() + 1
    tables[name] = pa.concat_tables([table, table.take(pa.array(rows))]).combine_chunks()
    fresh = np.arange(table.num_rows, table.num_rows + len(rows))
    give(tables, name, fresh, **{key: list(range(first, first + len(rows)))}, **columns)
    return fresh


def as_text(tables: Tables, name: str, column: str) -> None:
    """Make a column text, for values that databases with real dates and numbers cannot hold."""
    table = tables[name]
    text = table[column].cast(pa.string())
    tables[name] = table.set_column(table.column_names.index(column), column, text)


def add(tables: Tables, name: str, like: int, **changes: object) -> set[str]:
    """Add a row that differs from the row at `like` in some columns; its name."""
    table = tables[name]
    row = table.slice(like, 1).to_pylist()[0] | changes
    more = pa.Table.from_pylist([row], schema=table.schema)
    tables[name] = pa.concat_tables([table, more]).combine_chunks()
    return named(tables[name], name, np.array([table.num_rows]))


def highest(tables: Tables, name: str, column: str) -> int:
    """The highest number in a column of whole numbers, 0 when it is empty."""
    return int(pc.max(tables[name][column]).as_py() or 0)


def drop(tables: Tables, name: str, rows: np.ndarray) -> int:
    keep = np.ones(tables[name].num_rows, dtype=np.bool_)
    keep[rows] = False
    tables[name] = tables[name].filter(pa.array(keep))
    return len(rows)


def lines_of(tables: Tables, settlements: pa.Array) -> np.ndarray:
    hit = pc.is_in(tables["mz_fymx"]["jsid"], value_set=settlements)
    return np.flatnonzero(pc.fill_null(hit, False).to_numpy(zero_copy_only=False))


def billed(tables: Tables, **equal: object) -> np.ndarray:
    """Outpatient lines of settlements that stand (see `settled`) whose columns have these values."""
    settlements = tables["mz_jsb"]["jsid"].take(pa.array(settled(tables["mz_jsb"]))).combine_chunks()
    return np.intersect1d(lines_of(tables, settlements), find(tables["mz_fymx"], **equal))


def few(rows: np.ndarray, count: int = 3) -> np.ndarray:
    """So many of the rows, evenly spread."""
    return rows[:: max(1, len(rows) // count)][:count]


def where(tables: Tables, name: str, column: str, rows: np.ndarray, least: Decimal) -> np.ndarray:
    """Those of the rows whose column is not less than `least`."""
    return rows[[value is not None and value >= least for value in values(tables, name, column, rows)]]


def middle_balances(tables: Tables) -> np.ndarray:
    """Balances of a day that is neither the first nor the last."""
    days = tables["yk_jc"]["jcrq"]
    inside = pc.and_(pc.greater(days, pc.min(days)), pc.less(days, pc.max(days)))
    return np.flatnonzero(inside.to_numpy(zero_copy_only=False))
