"""How a domain's indicators are held against the truth of a county, period by period."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import count_measure, load_measures
from schemas.figure import Scope
from schemas.indicator import Counts, Indicator, OrgAxis, load_indicators
from schemas.period import Kind, Period
from schemas.reference import REFERENCE, read_toml
from tests.county.agree import claim_key, compare_measure
from tests.county.county import County
from tests.county.place import COMMISSION, PREFECTURE

PERIODS = ("2023-02", "2024-10", "2024Q1", "2023Q2", "2024Q3", "2023", "2024")


def records(file: str) -> list[Indicator]:
    """The indicators, in all editions, of one file of `reference/indicators`."""
    ids = {record["id"] for record in read_toml(REFERENCE / "indicators" / f"{file}.toml")["indicator"]}
    return [one for one in load_indicators() if one.id in ids]


def differences(
    database: Any, county: County, indicators: Iterable[Indicator], periods: Iterable[str] = PERIODS
) -> list[str]:
    """All disagreements on all nodes; what has the same axis, kind and year shares one frame per period."""
    found = []
    alike = sorted(indicators, key=_frame_key)
    for period in map(Period.parse, periods):
        for _, group in groupby(alike, key=_frame_key):
            done: set[tuple[object, ...]] = set()
            for number, one in enumerate(group):
                days = period.counted(one.kind, one.year)
                if number == 0:
                    build_frame(database, Frame(one.date_axis))
                    set_days(database, Frame(one.date_axis), days, period.counted(Kind.YTD, one.year).first, {})
                set_parameters(database, one.parameters)
                for measure, counts in measures_of(one):
                    what = (claim_key(measure, one), counts, one.org_axis, one.status)
                    if what not in done:
                        done.add(what)
                        found += [
                            f"{period.label}: {line}"
                            for line in compare_measure(database, county, one, measure, counts, days)
                        ]
    return found


def _frame_key(indicator: Indicator) -> tuple[str, str, str]:
    return (indicator.date_axis, indicator.kind, indicator.year)


def measures_of(indicator: Indicator) -> list[tuple[str, Counts]]:
    """The measures above and below the line, each with how it is counted."""
    pairs = [(indicator.numerator, indicator.counts)]
    if indicator.denominator and indicator.population is None:
        pairs.append((indicator.denominator, indicator.denominator_counts))
    return pairs


def set_parameters(database: Any, parameters: dict[str, int]) -> None:
    """Give measures the parameters of an indicator."""
    for name, value in parameters.items():
        database.execute(f"SET VARIABLE p_{name} = {int(value)}")


def counted(database: Any, indicator: Indicator, period: str) -> list[int]:
    """What the measures of an indicator count in the whole prefecture."""
    frame, when = Frame(indicator.date_axis), Period.parse(period)
    build_frame(database, frame)
    days = when.counted(indicator.kind, indicator.year)
    set_days(database, frame, days, when.counted(Kind.YTD, indicator.year).first, indicator.parameters)
    top = PREFECTURE if indicator.org_axis is OrgAxis.RESIDENCE else COMMISSION
    return [
        int(
            count_measure(database, load_measures()[name], indicator.org_axis, indicator.status, counts)[top, Scope.ALL]
        )
        for name, counts in measures_of(indicator)
    ]


def never_true(county: County, indicators: Iterable[Indicator]) -> list[str]:
    """Measures of which the county states nothing at all: a test of theirs could not fail."""
    return sorted(
        {
            claim_key(name, one)
            for one in indicators
            for name, _ in measures_of(one)
            if not county.truth.claims.get(claim_key(name, one))
        }
    )
