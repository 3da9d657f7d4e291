"""Which months of two deliveries are compared, and how far two measures lie apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from schemas.drift.thresholds import Thresholds
from schemas.profile import Profile

ENDLESS = Decimal("Infinity")
STRAYS_SHOWN = 12


@dataclass(frozen=True)
class Period:
    """The months (`yyyymm`) of either side that are compared.

    Where the two share calendar months (03 with 03), only those; else all, by their mean. `old_months` and
    `new_months` are the numbers of months that the deliveries cover in all, stray ones left out; `words` says in
    Chinese what was done, and which months are stray. `alike` is false when one side covers many more months: sums can
    be put per month, the number of different values cannot.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    calendar: tuple[str, ...]
    old_months: int
    new_months: int
    words: str
    alike: bool = True

    @property
    def gap(self) -> str:
        """What cannot be compared because one side covers many more months; empty when both cover as many."""
        if self.alike:
            return ""
        months = f"上年覆盖 {self.old_months} 个月，本年 {self.new_months} 个月"
        return f"不同值个数、项目数、不再出现的代码（{months}，不能按月折算）"


def compared_period(old: Profile, new: Profile, thresholds: Thresholds) -> Period:
    """The months in which two profiles can be compared; stray months before and after a delivery's own do not count."""
    strays = _strays(old, thresholds), _strays(new, thresholds)
    before, now = (
        tuple(month for month in side.months if month and month not in stray)
        for side, stray in zip((old, new), strays, strict=True)
    )
    calendar = tuple(sorted({month[4:] for month in before} & {month[4:] for month in now}))
    words = f"上年覆盖 {len(before)} 个月，本年覆盖 {len(now)} 个月"
    if calendar:
        one, other = (tuple(month for month in side if month[4:] in calendar) for side in (before, now))
        listed = "01 至 12" if len(calendar) == 12 else "、".join(calendar)
        words += f"；按两年都有的月份（{listed}）逐月对应比较"
    else:
        one, other = before, now
        words += "，没有相同的月份；按覆盖月份的每月平均比较"
    words += "".join(_stray_words(*side, thresholds) for side in zip(("上年", "本年"), strays, strict=True))
    months = max(len(before), 1), max(len(now), 1)
    alike = Decimal(min(months)) / max(months) >= 1 - thresholds.deviation
    return Period(one, other, calendar, *months, words, alike)


def _strays(side: Profile, thresholds: Thresholds) -> dict[str, int]:
    """Months with their rows that lie before the first or after the last month with enough rows of dated tables."""
    rows: Counter[str] = Counter()
    for table in side.tables:
        rows.update({month: one.rows for month, one in table.months.items() if month})
    least = thresholds.stray_month * _middle(list(rows.values()))
    dense = [month for month, count in rows.items() if count >= least]
    return {month: rows[month] for month in side.months if dense and not min(dense) <= month <= max(dense)}


def _middle(counts: Sequence[int]) -> int:
    """The rows of the month in which the middle one of all rows stands: many months of a few rows do not lower it."""
    running = accumulate(ordered := sorted(counts))
    return next((count for count, total in zip(ordered, running, strict=True) if 2 * total >= sum(counts)), 0)


def _stray_words(side: str, strays: Mapping[str, int], thresholds: Thresholds) -> str:
    if not strays:
        return ""
    shown = "、".join(f"{month}（{rows:,} 行）" for month, rows in sorted(strays.items())[:STRAYS_SHOWN])
    many = f" 等 {len(strays):,} 个月" if len(strays) > STRAYS_SHOWN else ""
    share = thresholds.words()["stray_month"]
    return f"；{side}的零星月份 {shown}{many}在交付期间之外，行数不到中位月份的 {share}，不计入"


def change(old: Decimal, new: Decimal) -> Decimal:
    """How far the new value lies from the old one, as a share of the old; endless when that was zero."""
    if old == new:
        return Decimal(0)
    return (new - old) / abs(old) if old else ENDLESS


def change_words(old: Decimal, new: Decimal) -> str:
    """`+62%`, or that there was nothing to compare with."""
    share = change(old, new)
    return f"{share:+.0%}" if share.is_finite() else "上年为零"


def mean(values: Mapping[str, Decimal], months: tuple[str, ...]) -> Decimal:
    """The mean per month over `months`; a month without a value counts as zero."""
    return sum((values.get(month, Decimal(0)) for month in months), Decimal(0)) / max(len(months), 1)


def of_calendar_month(values: Mapping[str, Decimal], months: tuple[str, ...], calendar: str) -> Decimal:
    """The value of one calendar month, the mean where `months` hold it in several years."""
    return mean(values, tuple(month for month in months if month[4:] == calendar))


def count_deviates(old: int, new: int, period: Period, thresholds: Thresholds) -> bool:
    """Whether a count that no month belongs to lies apart both as it stands and per month covered."""
    if old and new and max(old, new) < thresholds.small_count:
        return False
    per_month = change(Decimal(old) / period.old_months, Decimal(new) / period.new_months)
    return min(abs(change(Decimal(old), Decimal(new))), abs(per_month)) > thresholds.deviation
