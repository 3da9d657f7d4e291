"""One number of a commission report, with all that says what it is."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

NO_RATE = "—"
MISSING = "未上报"
CONCEALED = "*"


class Scope(StrEnum):
    """Which organisations a number takes together: three tables per indicator (commission.md 3.0)."""

    ALL = "含下属"
    OWN = "本部"
    BELOW = "下属"


class State(StrEnum):
    """A value (which may be 0), nothing to divide by, not handed in, or hidden: never shown alike."""

    VALUE = "有值"
    NO_DENOMINATOR = "分母为零或未录入"
    MISSING = "未上报"
    HIDDEN = "隐去"


@dataclass(frozen=True)
class Node:
    """An organisation or a division in its tree at the period's end."""

    code: str
    name: str
    level: str
    parent: str | None
    xpcc: bool = False


@dataclass(frozen=True)
class Figure:
    """One indicator on one node in one scope and period.

    `numerator` and `denominator` are counts (or sums in yuan, days), never rates; both are None when nothing was
    handed in. `value` is their quotient times the indicator's scale, half-up to its decimals, or the numerator for a
    plain count. `reported` of `due` organisations have handed in, and `entered` of `owing` have entered the base that
    divides; fewer than all is said beside the number.
    `children_sum` is what the next level's numerators add up to: more than `numerator` when a person counts in two
    of them. `outside` counts persons of the numerator that the denominator lacks.
    """

    indicator: str
    edition: str
    period: str
    node: Node
    scope: Scope
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    state: State
    reported: int
    due: int
    children_sum: Decimal | None = None
    outside: int = 0
    entered: int = 0
    owing: int = 0

    @property
    def text(self) -> str:
        """As it is printed: the value, `—` without a denominator, `未上报` when nothing was handed in."""
        if self.state is State.MISSING:
            return MISSING
        return NO_RATE if self.value is None else f"{self.value:f}"

    @property
    def partial(self) -> bool:
        """Whether some organisation has not handed in, or not entered its base."""
        return self.reported < self.due or self.entered < self.owing


def half_up(value: Decimal, decimals: int) -> Decimal:
    """Round half away from zero, as people do, and never as banks or floats do."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def rate(numerator: Decimal, denominator: Decimal, scale: int, decimals: int) -> Decimal | None:
    """The quotient times `scale`, half-up; None when there is nothing to divide by."""
    return None if denominator == 0 else half_up(numerator * scale / denominator, decimals)
