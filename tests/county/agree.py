"""Hold what measures count against the county's truth, on every node of both trees."""

from collections.abc import Iterator
from typing import Any

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import count_measure, load_measures
from schemas.figure import Scope
from schemas.indicator import POPULATION, Counts, DateAxis, Indicator, OrgAxis
from schemas.period import Days, Kind, Period
from tests.county.county import County


def claim_key(measure: str, indicator: Indicator) -> str:
    """The name under which a story claims a measure: parameters and a date axis of its own are part of it.

    `early_booking[weeks=12]`, `bill_total@收费日期`; entry dates need no name of their own, nor do parameters that the
    measure does not ask for.
    """
    sql = load_measures()[measure].sql
    used = {name: value for name, value in indicator.parameters.items() if f"'p_{name}'" in sql}
    given = ",".join(f"{name}={value}" for name, value in sorted(used.items()))
    axis = "" if indicator.date_axis in (DateAxis.BUSINESS, DateAxis.ENTRY) else f"@{indicator.date_axis}"
    return measure + (f"[{given}]" if given else "") + axis


def disagreements(database: Any, county: County, indicator: Indicator, period: Period) -> Iterator[str]:
    """Each node and scope on which a measure of the indicator counts otherwise than the truth.

    `database` has the std tables as `lake.<table>`.
    """
    frame = Frame(indicator.date_axis)
    build_frame(database, frame)
    days = period.counted(indicator.kind, indicator.year)
    year_from = period.counted(Kind.YTD, indicator.year).first
    set_days(database, frame, days, year_from, indicator.parameters)
    pairs = [(indicator.numerator, indicator.counts)]
    if indicator.denominator and not indicator.denominator.startswith(POPULATION):
        pairs.append((indicator.denominator, indicator.denominator_counts))
    for measure, counts in pairs:
        yield from compare_measure(database, county, indicator, measure, counts, days)


def compare_measure(
    database: Any, county: County, indicator: Indicator, measure: str, counts: Counts, days: Days
) -> Iterator[str]:
    """Each node and scope on which one measure differs, in a frame whose days and parameters are set."""
    found = count_measure(database, load_measures()[measure], indicator.org_axis, indicator.status, counts)
    tree = "division" if indicator.org_axis is OrgAxis.RESIDENCE else "org"
    nodes = county.places.divisions if tree == "division" else county.places.orgs
    placed = county.truth.placed(
        claim_key(measure, indicator),
        days.first,
        days.until,
        axis=indicator.org_axis,
        status=indicator.status,
        by_entry=indicator.date_axis is DateAxis.ENTRY,
    )
    for node in nodes:
        below = county.places.below(node, days.until, tree)
        for scope, members in ((Scope.ALL, below), (Scope.OWN, {node}), (Scope.BELOW, below - {node})):
            wanted = county.truth.add(placed, members, counts)
            got = found.get((node, scope))
            if got != wanted:
                yield f"{indicator.key} {measure} {node} {scope}: counted {got}, true {wanted}"
