"""A source whose every value is asked for as text, by an expression in SQL that keeps each digit.

What a driver makes of NUMBER, money or datetime is then of no consequence: only text crosses it, and the declared type
of the column makes it typed again (`typed` in connection.py). A `Grammar` is the SQL of one engine and opens nothing,
so that it can be read and tested without a server; a `Transport` carries statements and gives rows back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qsl

import pyarrow as pa

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import Totals, add_up
from flows.sources.dialect import Dialect
from schemas.errors import SettingsError, SourceError


@dataclass(frozen=True)
class Declared:
    """A column's type as the engine's catalogue gives it; `length` in characters, None where it says nothing."""

    name: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    def __str__(self) -> str:
        """As it is written in SQL."""
        if "(" in self.name:
            return self.name
        if self.precision is not None:
            return f"{self.name}({self.precision}{f',{self.scale}' if self.scale else ''})"
        return f"{self.name}({self.length})" if self.length else self.name


@dataclass(frozen=True)
class Reading:
    """How a column is read: what it is typed as, and SQL (`{}` is the column) for its exact text and for its day.

    Without `text` the column cannot be read. `day` gives the `YYYY-MM-DD` on the wall clock, `number` what is added up.
    """

    type: pa.DataType
    text: str = "{}"
    day: str = "SUBSTR({}, 1, 10)"
    number: str = "{}"


@dataclass(frozen=True)
class Grammar:
    """The SQL of one engine.

    The queries of the catalogue give, ordered by table: `tables` name, comment, rows, kind (`VIEW` or another);
    `columns` table, column, type, length, precision, scale, nullable (`Y`/`N`), comment; `keys` table, column;
    `indexes` table, index, unique (`Y`/`N`), column; `references` table, column, other table, its column. `named` is
    how `columns` is cut to some tables. `total` is the text of the exact sum of a number.
    """

    dialect: Dialect
    reading: Callable[[Declared], Reading]
    tables: str
    columns: str
    keys: str
    indexes: str
    references: str
    named: str
    total: str
    schema: str = ""

    def table(self, name: str) -> str:
        """A table by its stored name."""
        quoted = Dialect(self.dialect.quotes).name
        return f"{quoted(self.schema)}.{quoted(name)}" if self.schema else quoted(name)

    def column(self, name: str) -> str:
        """A column by its stored name."""
        return Dialect(self.dialect.quotes).name(name)

    def columns_of(self, table: str) -> str:
        """The query for the columns of a table, also where the engine keeps its name in capitals."""
        names = ", ".join(map(self.dialect.literal, dict.fromkeys((table, table.upper()))))
        return self.columns.replace("/*named*/", f" AND {self.named} IN ({names})")


class Transport(Protocol):
    """An open connection of a driver; `doing` says in Chinese what for, where an error is told.

    Each method raises `SourceLostError` when the connection broke, `SourceError` when the source refuses.
    """

    def run(self, sql: str) -> None:
        """A statement that gives no rows."""

    def rows(self, sql: str, doing: str = "查询源库") -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; exact numbers are int or Decimal, never float."""

    def batches(self, sql: str, doing: str) -> Iterator[pa.RecordBatch]:
        """The rows of a SELECT of texts, streamed."""

    def close(self) -> None:
        """Let go of the connection."""


@dataclass(frozen=True)
class _Table:
    """A table as it is stored, and how each column (in the spelling in which it is asked for) is stored and read."""

    name: str
    columns: dict[str, tuple[str, Reading]]


class TextSource:
    """A database that is read through texts; see `Connection`.

    A table asked for in lower case is found where the engine keeps it in capitals; its columns then have lower case
    too. The engine's dictionary is asked once: its views are slow where a schema has thousands of tables.
    """

    stands = ""

    def __init__(self, transport: Transport, grammar: Grammar, engine: str, snapshot: str) -> None:
        self._transport = transport
        self._grammar = grammar
        self.dialect = grammar.dialect
        self.engine = engine
        self.snapshot = snapshot
        self._known: dict[str, _Table] = {}

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table."""
        return {name: reading.type for name, (_, reading) in self._described(table).columns.items()}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, every column as text."""
        wanted = self._wanted(table, columns)
        unreadable = [column for column, (_, reading) in zip(columns, wanted, strict=True) if not reading.text]
        if unreadable:
            raise SourceError(
                f"表 {table} 的列 {'、'.join(unreadable)} 的类型（如二进制）不能按文字读取，请从适配器中去掉。"
            )
        listed = ", ".join(
            f"{reading.text.format(self._grammar.column(stored))} AS c{number}"
            for number, (stored, reading) in enumerate(wanted)
        )
        sql = f"SELECT {listed} FROM {self._grammar.table(self._described(table).name)}{where}"
        for batch in self._transport.batches(sql, f"读取表 {table}"):
            texts = [array.cast(pa.string()) for array in batch.columns]
            yield pa.RecordBatch.from_arrays(texts, names=list(columns))

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in the source's exact arithmetic, grouped by the day on the wall clock."""
        grammar = self._grammar
        sums = [
            grammar.total.format(how.number.format(grammar.column(stored)))
            for stored, how in self._wanted(table, columns)
        ]
        counted = ", ".join(["COUNT(*)", *sums])
        source = f" FROM {grammar.table(self._described(table).name)}{where}"
        if month:
            ((stored, reading),) = self._wanted(table, (month,))
            day = reading.day.format(grammar.column(stored))
            groups = self._transport.rows(f"SELECT {day}, {counted}{source} GROUP BY {day}", f"统计表 {table}")
        else:
            groups = [(None, *row) for row in self._transport.rows(f"SELECT {counted}{source}", f"统计表 {table}")]
        return add_up(((key, rows, *map(Decimal, found)) for key, rows, *found in groups), columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed: these engines have no digest of rows that a SELECT-only user may call."""
        return None

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the schema, by their stored names."""
        return self._catalogue

    @cached_property
    def _catalogue(self) -> tuple[SourceTable, ...]:
        grammar = self._grammar
        columns, keys, indexes, references = (
            self._grouped(sql) for sql in (grammar.columns, grammar.keys, grammar.indexes, grammar.references)
        )
        return tuple(
            SourceTable(
                name,
                tuple(map(self._column, columns.get(name, ()))),
                comment or "",
                None if rows is None else int(rows),
                None,
                tuple(column for _, column in keys.get(name, ())),
                _indexes(indexes.get(name, [])),
                {column: (other, their) for _, column, other, their in references.get(name, ())},
                kind == "VIEW",
            )
            for name, comment, rows, kind in self._transport.rows(grammar.tables)
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT."""
        return self._transport.rows(sql)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._transport.close()

    def _wanted(self, table: str, columns: tuple[str, ...]) -> list[tuple[str, Reading]]:
        """How these columns are stored and read."""
        known = self._described(table).columns
        if missing := [column for column in columns if column not in known]:
            raise SourceError(f"表 {table} 没有列 {'、'.join(missing)}，或该用户没有读取权限。")
        return [known[column] for column in columns]

    def _described(self, table: str) -> _Table:
        if table not in self._known:
            self._known[table] = self._looked_up(table)
        return self._known[table]

    def _looked_up(self, table: str) -> _Table:
        found = self._transport.rows(self._grammar.columns_of(table))
        stored = table if any(row[0] == table for row in found) else next((row[0] for row in found), table)
        lower = stored != table and table == table.lower()
        return _Table(
            stored,
            {
                (row[1].lower() if lower else row[1]): (row[1], self._grammar.reading(_declared(row)))
                for row in found
                if row[0] == stored
            },
        )

    def _column(self, row: tuple[Any, ...]) -> SourceColumn:
        declared = _declared(row)
        return SourceColumn(row[1], str(declared), self._grammar.reading(declared).type, row[6] == "Y", row[7] or "")

    def _grouped(self, sql: str) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._transport.rows(sql):
            found.setdefault(row[0], []).append(row)
        return found


def _declared(row: tuple[Any, ...]) -> Declared:
    length, precision, scale = (None if value is None else int(value) for value in row[3:6])
    return Declared(row[2], length, precision, scale)


def _indexes(rows: list[tuple[Any, ...]]) -> tuple[SourceIndex, ...]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(row)
    return tuple(
        SourceIndex(name, tuple(row[3] for row in listed), listed[0][2] == "Y") for name, listed in found.items()
    )


def url_options(where: SplitResult, known: tuple[str, ...]) -> dict[str, str]:
    """What stands behind the `?` of a source's URL.

    Raises:
        SettingsError: an option is not among the known ones.
    """
    options = dict(parse_qsl(where.query, keep_blank_values=True))
    if unknown := set(options) - set(known):
        raise SettingsError(
            f"连接串 {where.scheme}://… 里有不认识的选项：{'、'.join(sorted(unknown))}；可用：{'、'.join(known)}。"
        )
    return options
