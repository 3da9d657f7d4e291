"""Which months of two deliveries are compared, and how far two measures lie apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from schemas.drift.thresholds import Thresholds
from schemas.profile import Profile

ENDLESS = Decimal("Infinity")


@dataclass(frozen=True)
class Period:
    """The months (`yyyymm`) of either side that are compared.

    Where the two share calendar months (03 with 03), only those; else all, by their mean. `old_months` and
    `new_months` are the numbers of months that the deliveries cover in all; `words` says in Chinese what was done.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    calendar: tuple[str, ...]
    old_months: int
    new_months: int
    words: str


def compared_period(old: Profile, new: Profile) -> Period:
    """The months in which two profiles can be compared."""
    calendar = tuple(sorted({month[4:] for month in old.months} & {month[4:] for month in new.months}))
    counts = f"上年覆盖 {len(old.months)} 个月，本年覆盖 {len(new.months)} 个月"
    if calendar:
        one, other = (tuple(month for month in side.months if month[4:] in calendar) for side in (old, new))
        words = (
            f"{counts}；按两年都有的月份（{'01 至 12' if len(calendar) == 12 else '、'.join(calendar)}）逐月对应比较"
        )
    else:
        one, other = old.months, new.months
        words = f"{counts}，没有相同的月份；按覆盖月份的每月平均比较"
    return Period(one, other, calendar, max(len(old.months), 1), max(len(new.months), 1), words)


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
