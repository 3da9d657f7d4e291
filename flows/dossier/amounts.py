"""The amount test: which column, summed by which day under which code, is what the cashier reported."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from flows.dossier.look import COUNTED
from flows.settings import Window
from flows.sources.connection import Connection
from schemas.dossier import AmountMatch, StdCandidates, TableProfile
from schemas.errors import SettingsError
from schemas.reference import read_date, read_rows

ABOUT = ("settlement", "fee_line")
TABLES_EACH = 4
DATES_EACH = 6
CODES_EACH = 8
AMOUNTS_EACH = 12
KEPT = 20
DAY_NAMES = ("day", "日期", "date")
AMOUNT_NAMES = ("amount", "金额", "合计")

Days = dict[str, Decimal]


@dataclass(frozen=True)
class Cashier:
    """The cashier's daily report: ISO day -> yuan, and the first and last day that it covers."""

    days: Days
    first: str
    last: str


def read_cashier(path: Path, window: Window | None) -> Cashier:
    """The cashier's daily report, within the window; without a window it covers its own first to last day.

    Raises:
        SettingsError: no such columns, an unreadable day or amount, a day twice, or no day at all.
    """
    found: Days = {}
    for line, row in enumerate(read_rows(path), 2):
        named = {name.strip().lower(): value for name, value in row.items()}
        day_text, amount_text = (_cell(named, names, path) for names in (DAY_NAMES, AMOUNT_NAMES))
        try:
            day, amount = read_date(day_text), Decimal(amount_text.replace(",", "").strip())
        except (ValueError, InvalidOperation):
            raise SettingsError(f"{path.name} 第 {line} 行的日期或金额无法识别，应如 2024-01-31 和 1234.50。") from None
        if not amount.is_finite() or day.isoformat() in found:
            raise SettingsError(f"{path.name} 第 {line} 行的金额不是数，或同一天写了两次，请改正。")
        if window is None or window.first <= day <= window.last:
            found[day.isoformat()] = amount
    if not found:
        raise SettingsError(f"{path.name} 中没有（期间内的）日报数据，请检查文件与 --from、--to。")
    if window is None:
        return Cashier(found, min(found), max(found))
    return Cashier(found, window.first.isoformat(), window.last.isoformat())


def _cell(row: dict[str, str], names: tuple[str, ...], path: Path) -> str:
    value = next((row[name] for name in names if name in row), None)
    if value is None:
        raise SettingsError(f"{path.name} 的表头应有“日期”和“金额”两列（或 day、amount）。")
    return value


@dataclass(frozen=True)
class _Trial:
    table: TableProfile
    amounts: tuple[str, ...]
    day: str
    code: str


def match_amounts(
    source: Connection, tables: tuple[TableProfile, ...], std: tuple[StdCandidates, ...], cashier: Cashier
) -> tuple[AmountMatch, ...]:
    """Every trial against the cashier, best first: fewest days that differ, then least difference, then no filter."""
    best: list[AmountMatch] = []
    for trial in _trials(tables, std):
        for code, sums in sorted(_sums(source, trial, cashier).items()):
            for amount, days in zip(trial.amounts, sums, strict=True):
                best.append(_compared(trial, amount, code, days, cashier.days))
    best = [one for one in dict.fromkeys(best) if one.matched]
    best.sort(
        key=lambda one: (
            one.days - one.matched,
            -one.matched,
            abs(one.difference),
            bool(one.filter_column),
            one.table,
            one.amount,
            one.day,
            one.filter_column,
        )
    )
    return tuple(best[:KEPT])


def _trials(tables: tuple[TableProfile, ...], std: tuple[StdCandidates, ...]) -> Iterator[_Trial]:
    likely = [one.table for group in std if group.std in ABOUT for one in group.candidates[:TABLES_EACH]]
    by_name = {table.name: table for table in tables}
    for name in dict.fromkeys(likely):
        table = by_name[name]
        amounts = tuple(one.name for one in table.columns if _is_amount(one.declared))[:AMOUNTS_EACH]
        if not table.rows or not amounts or (not table.exact and table.rows > COUNTED * TABLES_EACH * CODES_EACH):
            continue
        dates = [one.name for one in table.columns if one.first][:DATES_EACH]
        codes = [one.name for one in table.columns if len(one.values) > 1 and one.name not in amounts][:CODES_EACH]
        for day in dates:
            for code in ("", *codes):
                yield _Trial(table, amounts, day, code)


def _is_amount(declared: str) -> bool:
    kind = declared.lower().replace(" ", "")
    return kind.startswith(("numeric", "decimal", "number", "money")) and not kind.endswith(",0)")


def _sums(source: Connection, trial: _Trial, cashier: Cashier) -> dict[str, list[Days]]:
    """Code value (empty: all rows) -> for each amount column its sums by day."""
    dialect = source.dialect
    day = f"SUBSTR({dialect.text(dialect.name(trial.day))}, 1, 10)"
    code = dialect.text(dialect.name(trial.code)) if trial.code else "''"
    listed = ", ".join(dialect.text(dialect.sum.format(dialect.name(one))) for one in trial.amounts)
    found: dict[str, list[Days]] = defaultdict(lambda: [{} for _ in trial.amounts])
    rows = source.ask(
        f"SELECT {day} AS d, {code} AS c, {listed} FROM {dialect.name(trial.table.name)}"
        f" WHERE {day} BETWEEN {dialect.literal(cashier.first)} AND {dialect.literal(cashier.last)} GROUP BY {day}"
        + (f", {code}" if trial.code else "")
    )
    for found_day, value, *sums in rows:
        for place, text in enumerate(sums):
            yuan = Decimal(str(text or 0)).scaleb(-dialect.sum_scale)
            found[str(value or "").strip()][place][str(found_day)] = yuan
    return {value: days for value, days in found.items() if bool(value) == bool(trial.code)}


def _compared(trial: _Trial, amount: str, code: str, days: Days, cashier: Days) -> AmountMatch:
    """A day that the cashier does not list took nothing: what the source has on it counts against the match."""
    cents, nothing = Decimal("0.01"), Decimal(0)
    sums = {day: yuan.quantize(cents) for day, yuan in days.items()}
    compared = sorted({*cashier, *(day for day, yuan in sums.items() if yuan)})
    differences = [sums.get(day, nothing) - cashier.get(day, nothing) for day in compared]
    return AmountMatch(
        trial.table.name,
        amount,
        trial.day,
        trial.code,
        code,
        sum(not difference for difference in differences),
        len(compared),
        sum(differences, nothing),
    )
