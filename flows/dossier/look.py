"""A look at every table of a source: bounded samples, in one snapshot, and no scan of a large table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pyarrow as pa

from flows.dossier.shapes import codes_of, decimals_of, is_dated, shape_of
from flows.dossier.words import words_of
from flows.job import Tell
from flows.sources.catalogue import SourceColumn, SourceTable
from flows.sources.connection import Connection
from schemas.dossier import SeenColumn, SeenTable
from schemas.errors import SourceError, SourceLostError

LARGE = 200_000  # rows: from here on a table is not counted, its estimate is told instead
KEPT = 200  # sampled values of a column that are kept to be looked for elsewhere
FEN = Decimal("0.01")
_BINARY = re.compile(r"blob|bytea|image|binary|\braw\b|geometry|xml", re.IGNORECASE)


@dataclass(frozen=True)
class Looked:
    """A table with what the report does not show: sampled values of columns that may be keys, in memory alone.

    `product` are three columns of which the first two multiply to the third.
    """

    seen: SeenTable
    source: SourceTable
    values: dict[str, frozenset[str]]
    product: tuple[str, str, str] | None = None


def look_at(
    reopen: Callable[[], Connection], sample_rows: int, tell: Tell
) -> tuple[Connection, list[Looked], dict[str, str]]:
    """Look at every table and view.

    Args:
        reopen: opens the source; again when a question broke its transaction.
        sample_rows: how many rows of a table are looked at.
        tell: takes a line of progress.

    Returns:
        The open source, what was seen, and the tables that could not be read with the reason.

    Raises:
        SourceError: the source cannot be reached, or does not tell its tables.
    """
    source = reopen()
    looked, skipped = [], {}
    tables = source.catalogue()
    for number, table in enumerate(tables, 1):
        tell(f"查看 {table.name}（{number}/{len(tables)}）")
        try:
            looked.append(_look(source, table, sample_rows))
        except SourceLostError:
            raise
        except SourceError as error:
            skipped[table.name] = str(error)
            source.close()
            source = reopen()
    return source, looked, skipped


def _look(source: Connection, table: SourceTable, sample_rows: int) -> Looked:
    counted = table.rows is None or table.rows <= LARGE
    rows, ranges = _count(source, table) if counted else (table.rows or 0, {})
    sampled = [column for column in table.columns if not _BINARY.search(column.declared)]
    texts = _sample(source, table, sampled, sample_rows) if rows or not counted else {}
    shapes = {name: shape_of(_column(table, name), [v for v in values if v]) for name, values in texts.items()}
    seen = SeenTable(
        table.name,
        table.comment,
        rows,
        counted,
        len(next(iter(texts.values()), ())),
        tuple(
            _seen(column, texts.get(column.name, ()), shapes.get(column.name, ""), ranges) for column in table.columns
        ),
        table.key,
        tuple(index.columns for index in table.indexes),
        table.is_view,
    )
    values = {
        name: frozenset([v for v in texts[name] if v][:KEPT]) for name in texts if _may_be_key(_column(table, name))
    }
    return Looked(seen, table, values, _product(table, texts))


def _column(table: SourceTable, name: str) -> SourceColumn:
    return next(column for column in table.columns if column.name == name)


def _count(source: Connection, table: SourceTable) -> tuple[int, dict[str, tuple[str, str]]]:
    """How many rows there are, and the first and last day of each date column."""
    dialect = source.dialect
    dated = [column.name for column in table.columns if is_dated(column.type)]
    asked = "".join(
        f", {dialect.text(f'MIN({dialect.name(name)})')}, {dialect.text(f'MAX({dialect.name(name)})')}"
        for name in dated
    )
    [(rows, *limits)] = source.ask(f"SELECT COUNT(*){asked} FROM {dialect.name(table.name)}")
    pairs = zip(limits[::2], limits[1::2], strict=True)
    return int(rows), {name: (_day(first), _day(last)) for name, (first, last) in zip(dated, pairs, strict=True)}


def _day(text: Any) -> str:
    return "" if text is None else str(text)[:10]


def _sample(
    source: Connection, table: SourceTable, columns: Sequence[SourceColumn], rows: int
) -> dict[str, list[str | None]]:
    if not columns:
        return {}
    dialect = source.dialect
    listed = ", ".join(dialect.text(dialect.name(column.name)) for column in columns)
    found = source.ask(dialect.limited(f"SELECT {listed} FROM {dialect.name(table.name)}", rows))
    return {
        column.name: [None if row[place] is None else str(row[place]) for row in found]
        for place, column in enumerate(columns)
    }


def _seen(
    column: SourceColumn, texts: Sequence[str | None], shape: str, ranges: dict[str, tuple[str, str]]
) -> SeenColumn:
    filled = [text for text in texts if text]
    first, last = ranges.get(column.name, ("", ""))
    if not first and is_dated(column.type) and filled:
        first, last = min(filled)[:10], max(filled)[:10]
    if shape == "birth":
        first = last = ""
    return SeenColumn(
        column.name,
        column.declared,
        str(column.type),
        column.comment,
        column.nullable,
        len(filled),
        len(set(filled)),
        first,
        last,
        shape,
        codes_of(column, shape, filled),
    )


def _may_be_key(column: SourceColumn) -> bool:
    return not is_dated(column.type) and (not pa.types.is_decimal(column.type) or column.type.scale == 0)


def _product(table: SourceTable, texts: dict[str, list[str | None]]) -> tuple[str, str, str] | None:
    """A price, a quantity and an amount of which nine of ten sampled rows multiply out to the fen."""
    roles: dict[str, list[str]] = {"price": [], "quantity": [], "amount": []}
    for name in texts:
        words = words_of(name, _column(table, name).comment)
        roles["price"] += [name] * bool(words.has("unitprice") or (words.has("each") and words.has("amount")))
        roles["quantity"] += [name] * bool(words.has("quantity") >= 0.5)
        roles["amount"] += [name] * bool(words.has("amount") or words.has("total"))
    for price, quantity, amount in product(*roles.values()):
        if len({price, quantity, amount}) == 3 and _multiply(texts[price], texts[quantity], texts[amount]):
            return price, quantity, amount
    return None


def _multiply(*columns: Sequence[str | None]) -> bool:
    rows = [row for row in zip(*map(decimals_of, columns), strict=True) if None not in row and row[2]]
    fit = sum(abs(price * count - amount) <= FEN for price, count, amount in rows)
    return len(rows) >= 5 and fit * 10 >= len(rows) * 9
