"""同比 and 环比: how a number changed against last year and against the period before.

Counts change in per cent, rates in percentage points: a rate of a rate says nothing. Year-to-date counts are taken
apart first, so that a quarter is compared with a quarter. Where there is nothing to compare with, `—` is printed.
"""

from dataclasses import dataclass
from decimal import Decimal

from schemas.figure import NO_RATE, half_up

DECIMALS = 2


@dataclass(frozen=True)
class Changed:
    """A change: the number now, the one it is held against, and the change (per cent, or percentage points)."""

    now: Decimal | None
    base: Decimal | None
    change: Decimal | None
    points: bool

    @property
    def text(self) -> str:
        """As it is printed: `+4.35%`, `-1.20个百分点`, `—`."""
        if self.change is None:
            return NO_RATE
        sign = "+" if self.change > 0 else ""
        return f"{sign}{self.change:f}{'个百分点' if self.points else '%'}"


def change_of(now: Decimal | None, base: Decimal | None, *, is_rate: bool) -> Changed:
    """The change from `base` to `now`."""
    if now is None or base is None:
        return Changed(now, base, None, is_rate)
    if is_rate:
        return Changed(now, base, half_up(now - base, DECIMALS), True)
    change = None if base == 0 else half_up((now - base) * 100 / base, DECIMALS)
    return Changed(now, base, change, False)


def taken_apart(cumulative: Decimal | None, before: Decimal | None, opens_year: bool) -> Decimal | None:
    """What a period alone adds to the year: cum(t) - cum(t-1); at the start of the year the whole.

    Args:
        cumulative: the year until the end of the period.
        before: the year until the end of the period before.
        opens_year: whether nothing of the year lies before the period.
    """
    if opens_year or cumulative is None:
        return cumulative
    return None if before is None else cumulative - before
