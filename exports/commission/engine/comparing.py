"""An indicator against last year, against the period before, and against what was known on an earlier day."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from exports.commission.engine.change import Changed, change_of, taken_apart
from exports.commission.engine.evaluate import evaluate
from exports.commission.engine.frame import Frame
from schemas.figure import Figure, Scope
from schemas.indicator import Indicator
from schemas.period import Kind, Period

Place = tuple[str, Scope]


@dataclass(frozen=True)
class Compared:
    """同比, 环比, and (with an as-of day) how much was entered since (本期补录)."""

    yearly: Changed
    monthly: Changed
    late: Decimal | None


def compared(
    database: Any, indicator: Indicator, period: Period, frame: Frame, area: str | None, figures: list[Figure]
) -> dict[Place, Compared]:
    """What each figure of an indicator is compared with; trees are those of each period's own end, or restated.

    Args:
        database: with the lake's tables as `lake.<table>`.
        indicator: of the figures.
        period: of the figures.
        frame: of the figures.
        area: of the figures.
        figures: as evaluated.
    """

    def numbers(when: Period, seen: Frame) -> dict[Place, Figure]:
        found = evaluate(database, [indicator], when, seen, area, whole=False).figures
        return {(one.node.code, one.scope): one for one in found}

    cumulative = indicator.kind is Kind.YTD and indicator.denominator is None
    last, before = numbers(period.last_year, frame), numbers(period.before, frame)
    apart = cumulative and not period.opens_year
    earlier = numbers(period.before.before, frame) if apart and not period.before.opens_year else {}
    later = numbers(period, replace(frame, as_of=None)) if frame.as_of else {}
    found = {}
    for figure in figures:
        place = (figure.node.code, figure.scope)
        now, base = figure.value, _value(before.get(place))
        if cumulative:
            base, now = _alone(period, now, base, _value(earlier.get(place)))
        is_rate = indicator.denominator is not None
        found[place] = Compared(
            change_of(figure.value, _value(last.get(place)), is_rate=is_rate),
            change_of(now, base, is_rate=is_rate),
            _late(figure, later.get(place)),
        )
    return found


def _alone(
    period: Period, now: Decimal | None, before: Decimal | None, earlier: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """The period before and this one, each by itself; the first of a year has none before it in its year."""
    if period.opens_year:
        return None, now
    base = taken_apart(before, earlier, period.before.opens_year)
    return base, taken_apart(now, before, False)


def _value(figure: Figure | None) -> Decimal | None:
    return figure.value if figure else None


def _late(figure: Figure, later: Figure | None) -> Decimal | None:
    if later is None or later.numerator is None or figure.numerator is None:
        return None
    return later.numerator - figure.numerator
