"""The data of two deliveries, table by table: rows, amounts, share insured, items, keys."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.drift.columns import ColumnPair
from schemas.drift.kinds import difference
from schemas.drift.period import Period, change, change_words, count_deviates, mean, of_calendar_month
from schemas.drift.records import Difference
from schemas.drift.thresholds import Thresholds
from schemas.profile import MonthProfile, TableProfile

Values = Mapping[str, Decimal]


@dataclass(frozen=True)
class Sides:
    """One table on both sides: its old name and the data of either side."""

    name: str
    old: TableProfile
    new: TableProfile


def table_content(
    sides: Sides, columns: Sequence[ColumnPair], period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    """Every deviation of one table's data from the prior year's, apart from single columns and units."""
    yield from _rows(sides, period, thresholds)
    yield from _amounts(sides, columns, period, thresholds)
    yield from _insured(sides, period, thresholds)
    yield from _items(sides, period, thresholds)
    if sides.old.key_unique and sides.new.key_unique is False:
        reason = "上年主键唯一，本年有重复的主键。"
        yield difference("key_not_unique", sides.name, "", reason, old="唯一", new="有重复")


def content_gaps(sides: Sides) -> Iterator[str]:
    """The checks of one table that only one side has data for."""

    def gap(title: str, old: bool, new: bool) -> Iterator[str]:
        if old != new:
            yield f"{sides.name} 的{title}（{'本年' if old else '上年'}没有数据）"

    if sides.old.rows and sides.new.rows:
        yield from gap("逐月行数", bool(sides.old.months), bool(sides.new.months))
        yield from gap("主键唯一性", sides.old.key_unique is not None, sides.new.key_unique is not None)
        yield from gap("项目与计量单位", bool(sides.old.items), bool(sides.new.items))
        yield from gap("医保结算占比", _has_insured(sides.old), _has_insured(sides.new))


def _has_insured(table: TableProfile) -> bool:
    return any(month.insured is not None for month in table.months.values())


def _rows(sides: Sides, period: Period, thresholds: Thresholds) -> Iterator[Difference]:
    old, new = sides.old, sides.new
    if old.months and new.months:
        rows = _per_month(old.months), _per_month(new.months)
        yield from _measure(sides, "rows_deviate", "", rows, period, thresholds)
    elif count_deviates(old.rows, new.rows, period, thresholds):
        words = change_words(Decimal(old.rows), Decimal(new.rows))
        reason = f"行数与上年相差 {words}（本表不分月，按全部行数和每月平均都超过界限）。"
        yield difference("rows_deviate", sides.name, "", reason, old=f"{old.rows:,} 行", new=f"{new.rows:,} 行")


def _per_month(months: Mapping[str, MonthProfile]) -> Values:
    return {month: Decimal(one.rows) for month, one in months.items()}


def _amounts(
    sides: Sides, columns: Sequence[ColumnPair], period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    if not sides.old.months or not sides.new.months:
        return
    for pair in columns:
        sums = _sums(sides.old, pair.old.name), _sums(sides.new, pair.new.name)
        if all(sums):
            yield from _measure(sides, "amount_deviates", pair.old.name, sums, period, thresholds)


def _sums(table: TableProfile, column: str) -> Values:
    return {month: one.sums[column] for month, one in table.months.items() if column in one.sums}


def _measure(
    sides: Sides, kind: str, column: str, values: tuple[Values, Values], period: Period, thresholds: Thresholds
) -> Iterator[Difference]:
    """One measure over the compared months and, where they correspond, month by month."""
    rows = _per_month(sides.old.months), _per_month(sides.new.months)
    old, new = mean(values[0], period.old), mean(values[1], period.new)
    counts = mean(rows[0], period.old), mean(rows[1], period.new)
    over = _apart(old, new, counts, thresholds)
    months = []
    for month in period.calendar:
        a, b = _of_month(values, period, month)
        if _apart(a, b, _of_month(rows, period, month), thresholds):
            months.append(f"{month} 月 {change_words(a, b)}")
    if not over and not months:
        return
    unit, title = ("行", "行数") if kind == "rows_deviate" else ("元", "金额")
    reason = f"{title}每月平均与上年相差 {change_words(old, new)}。"
    if months:
        reason += f"超过界限的月份有 {len(months)} 个。"
    words = {"old": f"每月平均 {_number(old, unit)}", "new": f"每月平均 {_number(new, unit)}"}
    yield difference(kind, sides.name, column, reason, **words, evidence="、".join(months))


def _of_month(values: tuple[Values, Values], period: Period, month: str) -> tuple[Decimal, Decimal]:
    return of_calendar_month(values[0], period.old, month), of_calendar_month(values[1], period.new, month)


def _apart(old: Decimal, new: Decimal, rows: tuple[Decimal, Decimal], thresholds: Thresholds) -> bool:
    """Whether two values lie apart, and enough rows stand behind them, or none on one side."""
    few = max(rows) < thresholds.small_count and all(rows)
    return not few and abs(change(old, new)) > thresholds.deviation


def _number(value: Decimal, unit: str) -> str:
    return f"{value:,.2f} {unit}" if unit == "元" else f"{value:,.0f} {unit}"


def _insured(sides: Sides, period: Period, thresholds: Thresholds) -> Iterator[Difference]:
    old, new = _insured_share(sides.old, period.old), _insured_share(sides.new, period.new)
    if old is not None and new is not None and share_deviates(old, new, thresholds):
        reason = f"医保结算的行数占比由 {old:.1%} 变为 {new:.1%}。"
        yield difference("insured_deviates", sides.name, "", reason, old=f"{old:.1%}", new=f"{new:.1%}")


def _insured_share(table: TableProfile, months: tuple[str, ...]) -> Decimal | None:
    known = [table.months[month] for month in months if month in table.months]
    counted = [(month.rows, month.insured) for month in known if month.insured is not None]
    rows = sum(count for count, _ in counted)
    return Decimal(sum(insured for _, insured in counted)) / rows if rows else None


def share_deviates(old: Decimal, new: Decimal, thresholds: Thresholds) -> bool:
    """Whether two shares lie apart, relatively and in percentage points."""
    return abs(new - old) >= thresholds.share_points and abs(change(old, new)) > thresholds.deviation


def _items(sides: Sides, period: Period, thresholds: Thresholds) -> Iterator[Difference]:
    if not sides.old.items or not sides.new.items or not period.alike:
        return
    old, new = len(sides.old.items), len(sides.new.items)
    if count_deviates(old, new, period, thresholds):
        reason = f"不同项目的个数与上年相差 {change_words(Decimal(old), Decimal(new))}。"
        yield difference("items_deviate", sides.name, "", reason, old=f"{old:,} 个", new=f"{new:,} 个")
