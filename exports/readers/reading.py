"""What a reader found in the files, table by table."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb

from exports.acceptance.package import Delivery
from exports.duck import one_row, quoted
from exports.readers.keys import key_columns, key_digest
from schemas.format import FormatTable


@dataclass(frozen=True)
class Harm:
    """What a receiver of this kind would do to values of a column without noticing."""

    table: str
    column: str
    kind: str
    values: int


@dataclass(frozen=True)
class Read:
    """One table as a reader has it.

    `sums` are yuan by money column, `digest` is that of the key columns. `problems` are faults of the files in Chinese,
    `harms` what such a receiver would change silently; `unread` counts the rows that were left unread.
    """

    rows: int
    sums: dict[str, Decimal]
    digest: str
    problems: tuple[str, ...] = ()
    harms: tuple[Harm, ...] = ()
    unread: int = 0


@dataclass(frozen=True)
class Reading:
    """All that one reader found; `broken` says of tables why they could not be read.

    `unavailable` says in Chinese why the reader could not work at all, which is no fault of the package.
    """

    tables: dict[str, Read] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    unavailable: str = ""


def read_tables(delivery: Delivery, read: Callable[[FormatTable], Read]) -> Reading:
    """Let a reader loose on every table; one that it cannot read does not keep it from the others.

    Raises:
        duckdb.IOException, duckdb.OutOfMemoryException: the machine's fault, not that of the files.
    """
    tables: dict[str, Read] = {}
    broken: dict[str, str] = {}
    for table in delivery.tables():
        try:
            tables[table.name] = read(table)
        except (duckdb.IOException, duckdb.OutOfMemoryException):
            raise
        except (duckdb.Error, ValueError) as error:
            broken[table.name] = _reason(error)
    return Reading(tables, broken)


def _reason(error: Exception) -> str:
    """Why a file could not be read, in Chinese and without quoting its content."""
    text = str(error)
    if "codec can't decode" in text or "UTF-8" in text or "unicode" in text.lower():
        return "不是 UTF-8 编码"
    line = re.search(r"CSV Error on Line: (\d+)", text)
    return f"{f'第 {line[1]} 行' if line else '有的行'}字段数不对、引号不成对或换行混杂"


def measure(database: Any, table: FormatTable, scan: str, counts: list[str] | None = None) -> tuple[Read, list[Any]]:
    """Rows, sums and digest of a relation whose columns are text, and whatever else is to be counted in the same pass.

    An amount that is no number is left out of its sum, which then differs.
    """
    sums = [f"coalesce(sum(TRY_CAST({quoted(column)} AS DECIMAL(38,2))), 0)" for column in table.money]
    row = one_row(database, f"SELECT {', '.join(['count(*)', key_digest(table), *sums, *(counts or [])])} FROM {scan}")
    found = {column: Decimal(value) for column, value in zip(table.money, row[2:], strict=False)}
    return Read(row[0], found, row[1]), list(row[2 + len(sums) :])


def harmed_keys(table: FormatTable, harms: tuple[Harm, ...]) -> list[str]:
    """The key columns among the harmed ones."""
    harmed = {harm.column for harm in harms}
    return [column for column in key_columns(table) if column in harmed]


def harms_of(database: Any, table: FormatTable, scan: str, kind: str) -> tuple[Harm, ...]:
    """The harms in a relation's text columns.

    Args:
        database: an open DuckDB.
        table: the format's table.
        scan: a relation whose columns are text.
        kind: SQL that names, in Chinese, what happens to `value`; NULL when nothing does.
    """
    columns = [column.name for column in table.columns if column.kind == "text"]
    if not columns:
        return ()
    listed = ", ".join(map(quoted, columns))
    values = f"(SELECT {listed} FROM {scan}) UNPIVOT (value FOR name IN ({listed}))"
    found = database.execute(
        f"SELECT name, kind, count(*) FROM (SELECT name, {kind} AS kind FROM {values})"
        " WHERE kind IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return tuple(Harm(table.name, *row) for row in sorted(found, key=lambda row: (columns.index(row[0]), row[1])))
