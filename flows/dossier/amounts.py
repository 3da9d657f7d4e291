"""The amount test: which column, by which date, of which rows, adds up to the cashier's daily report."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from flows.dossier.look import Looked
from flows.dossier.shapes import decimals_of, is_dated
from flows.dossier.words import words_of
from flows.job import Tell
from flows.sources.connection import Connection
from schemas.dossier import AmountMatch, Candidate
from schemas.errors import SettingsError, SourceError
from schemas.reference import read_date, read_rows

STDS = ("fee_line", "settlement")
DAY, AMOUNT = "日期", "金额"
MOST_ROWS, MOST_TABLES, SHOWN, CODES = 500_000, 3, 5, 12
FEN = Decimal("0.01")


def read_cashier(path: Path) -> dict[str, Decimal]:
    """The cashier's report: day (ISO) -> yuan, several lines of a day added up.

    Raises:
        SettingsError: the file is missing, a heading is, or a line's day or amount cannot be read.
    """
    rows = read_rows(path)
    if not rows or not {DAY, AMOUNT} <= set(rows[0]):
        raise SettingsError(f"{path} 应有“{DAY}”和“{AMOUNT}”两列，每天至少一行，例如 2024-03-01,1234.50。")
    days: dict[str, Decimal] = {}
    for number, row in enumerate(rows, 2):
        try:
            day = read_date(row[DAY]).isoformat()
        except ValueError:
            raise SettingsError(f"{path} 第 {number} 行的日期“{row[DAY]}”应写成 2024-03-01 的形式。") from None
        [amount] = decimals_of([row[AMOUNT].replace(",", "").strip()])
        if amount is None:
            raise SettingsError(f"{path} 第 {number} 行的金额“{row[AMOUNT]}”不是数字。")
        days[day] = days.get(day, Decimal(0)) + amount
    return days


def match_amounts(
    source: Connection,
    tables: Sequence[Looked],
    candidates: Mapping[str, Sequence[Candidate]],
    cashier: Mapping[str, Decimal],
    tell: Tell,
) -> tuple[AmountMatch, ...]:
    """The combinations that come nearest, best first; those that agree on no day are left out.

    Args:
        source: an open source.
        tables: what was looked at.
        candidates: those for fee lines and settlements are tried.
        cashier: day -> yuan.
        tell: takes a line of progress.
    """
    named = dict.fromkeys(one.table for std in STDS for one in candidates.get(std, ())[:MOST_TABLES])
    found: list[AmountMatch] = []
    for looked in (one for one in tables if one.seen.name in named and one.seen.rows):
        tell(f"与收费员日报核对 {looked.seen.name}")
        for dated in (column.name for column in looked.source.columns if is_dated(column.type)):
            found += _try(source, looked, dated, cashier)
    order = sorted(found, key=lambda one: (-one.matched, abs(Decimal(one.difference)), bool(one.column), _key(one)))
    return tuple(order[:SHOWN])


def _key(one: AmountMatch) -> tuple[str, ...]:
    """Among equals, a date of business before one of data entry."""
    return str(words_of(one.date).has("enter") > 0), one.table, one.amount, one.date, one.column, one.code


def _try(source: Connection, looked: Looked, dated: str, cashier: Mapping[str, Decimal]) -> Iterator[AmountMatch]:
    """All amounts by one date column, of all rows and of those with one code."""
    amounts = [column.name for column in looked.source.columns if pa.types.is_decimal(column.type)]
    codes = [column.name for column in looked.seen.columns if 1 < len(column.values) <= CODES]
    rows = _rows(source, looked.seen.name, dated, [*amounts, *codes], cashier)
    for place, amount in enumerate(amounts):
        values = decimals_of([row[1 + place] for row in rows])
        for column, code, kept in _filters(rows, codes, 1 + len(amounts)):
            sums = dict.fromkeys(cashier, Decimal(0))
            for number in kept:
                if rows[number][0] in sums:
                    sums[str(rows[number][0])] += values[number] or 0
            matched = sum(abs(sums[day] - cashier[day]) < FEN for day in cashier)
            if matched:
                difference = sum(sums.values(), Decimal(0)) - sum(cashier.values(), Decimal(0))
                yield AmountMatch(
                    looked.seen.name, amount, dated, column, code, len(cashier), matched, f"{difference:.2f}"
                )


def _filters(
    rows: Sequence[Sequence[str | None]], codes: Sequence[str], start: int
) -> Iterator[tuple[str, str, Sequence[int]]]:
    yield "", "", range(len(rows))
    for place, column in enumerate(codes, start):
        for code in sorted({row[place] for row in rows if row[place]}, key=str):
            yield column, str(code), [number for number, row in enumerate(rows) if row[place] == code]


def _rows(
    source: Connection, table: str, dated: str, columns: Sequence[str], cashier: Mapping[str, Decimal]
) -> list[tuple[str | None, ...]]:
    """Day and columns as text of the rows within the days of the report.

    Raises:
        SourceError: there are too many to be looked at.
    """
    dialect = source.dialect
    listed = ", ".join((dialect.day(dialect.name(dated)), *(dialect.text(dialect.name(name)) for name in columns)))
    until = date.fromisoformat(max(cashier)) + timedelta(days=1)
    first, last = dialect.literal(min(cashier)), dialect.literal(until.isoformat())
    within = f"{dialect.name(dated)} >= {first} AND {dialect.name(dated)} < {last}"
    select = f"SELECT {listed} FROM {dialect.name(table)} WHERE {within}"
    found = source.ask(dialect.limited(select, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise SourceError(f"表 {table} 在日报的日期内超过 {MOST_ROWS} 行：请给天数更少的日报（几天即可）。")
    return [tuple(None if value is None else str(value) for value in row) for row in found]
