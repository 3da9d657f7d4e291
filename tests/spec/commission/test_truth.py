"""Every indicator equals the truth of the whole county, on every node, in every kind of period.

The truth is the plan of the stories (tests/county/claims.py): it never reads what the systems recorded.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from exports.commission.engine.evaluate import evaluate, statutory_year
from schemas.figure import Figure, Scope, State
from schemas.indicator import Counts, Indicator, OrgAxis, load_indicators
from schemas.period import Period
from tests.county import County, CountySettings, generate
from tests.county.std import open_std
from tests.county.tally import Tally, divided, tally, upwards

PERIODS = ("2024-02", "2024Q3", "2024H1", "2024", "2023Q4")
LEVELS = {"village", "township", "county", "prefecture"}
CONFLICTS = {
    "GW04": ("by-electronic", "by-audit"),
    "GW05": ("national-2017", "variant-60"),
    "GW08": ("national-2017", "variant-by-plan", "variant-no-blanks"),
    "GW10A": ("national-2017", "formula-typo"),
    "GW16": ("national-2017", "variant-week12"),
    "GW17": ("national-2017", "variant-delivery"),
    "GW19": ("national-2017", "variant-dated"),
    "GW23": ("national-2017", "variant-notified"),
    "GW24": ("national-2017", "variant-managed"),
    "YL01": ("wst598-2018", "variant-op-er", "variant-home", "variant-vaccination"),
    "YL02": ("wst598-2018", "variant-all-records"),
    "YL22": ("wst598-2018", "variant-close", "variant-sum"),
    "YL26": ("wst598-2018", "variant-narrow", "variant-op", "variant-mean"),
    "TJ01": ("permanent", "household"),
}


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[County, Any]]:
    """The county of 12 centres and 100 village clinics, and its std tables."""
    county = generate(CountySettings())
    database = open_std(county)
    yield county, database
    database.close()


@pytest.mark.parametrize("label", PERIODS)
def test_every_indicator_equals_the_truth_on_every_node(whole: tuple[County, Any], label: str) -> None:
    county, database = whole
    period = Period.parse(label)
    figures = evaluate(database, load_indicators(), period, area="650400").figures
    by_key: dict[str, list[Figure]] = {}
    for figure in figures:
        by_key.setdefault(f"{figure.indicator}@{figure.edition}", []).append(figure)
    wrong = [line for one in load_indicators() for line in differences(county, one, period, by_key[one.key])]
    assert not wrong, f"{len(wrong)} differ: {wrong[:5]}"
    assert {figure.node.level for figure in figures} == LEVELS
    told = {f"{figure.indicator}" for figure in figures if figure.numerator}
    assert len(told) > 150 or label != "2024"


def differences(county: County, indicator: Indicator, period: Period, figures: list[Figure]) -> Iterator[str]:
    """Each figure that is not what the truth says."""
    days = period.counted(indicator.kind, indicator.year)
    above = tally(county.truth, indicator, indicator.numerator, indicator.counts, days.first, days.until)
    below = denominators(county, indicator, period)
    for figure in figures:
        at = (figure.node.code, figure.scope)
        told = f"{indicator.key} {period.label} {figure.node.name} {figure.scope}"
        if figure.numerator != above.get(at, Decimal(0)):
            yield f"{told}: numerator {figure.numerator}, true {above.get(at, 0)}"
        if below is not None and (figure.denominator or Decimal(0)) != below.get(at, Decimal(0)):
            yield f"{told}: denominator {figure.denominator}, true {below.get(at, 0)}"
        base = None if below is None else below.get(at, Decimal(0))
        wanted = value(indicator, above.get(at, Decimal(0)), base)
        if figure.value != wanted:
            yield f"{told}: value {figure.value}, true {wanted}"
        if (figure.value is None) != (figure.text == "—") or (figure.value is None) != (
            figure.state is State.NO_DENOMINATOR
        ):
            yield f"{told}: printed {figure.text}, {figure.state}"


def value(indicator: Indicator, numerator: Decimal, denominator: Decimal | None) -> Decimal | None:
    """The quotient, worked out another way."""
    if indicator.denominator is None:
        return divided(numerator, Decimal(1), 1, indicator.decimals)
    return divided(numerator, denominator or Decimal(0), indicator.scale, indicator.decimals)


def denominators(county: County, indicator: Indicator, period: Period) -> Tally | None:
    """The true denominator on every node: counted, or entered by the organisations and added up."""
    days = period.counted(indicator.kind, indicator.year)
    if indicator.denominator is None:
        return None
    if indicator.population is None:
        asked = (indicator.denominator, indicator.denominator_counts, days.first, days.until)
        return tally(county.truth, indicator, *asked)
    found: Tally = {}
    year = statutory_year(period, indicator.year)
    for (org, item, of), number in county.population.items():
        if (item, of) != (indicator.population, year):
            continue
        place = county.places.orgs[org].admin_code if indicator.org_axis is OrgAxis.RESIDENCE else org
        for node in upwards(county.places, place, days.until, indicator.org_axis):
            for scope in (Scope.ALL, Scope.OWN if node == place else Scope.BELOW):
                found[(node, scope)] = found.get((node, scope), Decimal(0)) + number
    return found


@pytest.mark.parametrize("identifier", CONFLICTS)
def test_editions_that_conflict_give_the_different_numbers_that_the_truth_predicts(
    whole: tuple[County, Any], identifier: str
) -> None:
    county, database = whole
    editions = [one for one in load_indicators() if (one.id, one.edition) in pairs(identifier)]
    assert len(editions) == len(CONFLICTS[identifier])
    differ = []
    for label in ("2024", "2024Q2", "2023"):
        period, values = Period.parse(label), {}
        for one in editions:
            figure = evaluate(database, [one], period, area="650400", levels=("prefecture",), whole=False).figures[0]
            days = period.counted(one.kind, one.year)
            above = tally(county.truth, one, one.numerator, one.counts, days.first, days.until)
            below = denominators(county, one, period)
            at = (figure.node.code, Scope.ALL)
            values[one.edition] = value(one, above.get(at, Decimal(0)), None if below is None else below[at])
            assert figure.value == values[one.edition]
        differ.append(len(set(values.values())) == len(values))
    assert any(differ), identifier


def pairs(identifier: str) -> set[tuple[str, str]]:
    return {(identifier, edition) for edition in CONFLICTS[identifier]}


def test_a_person_who_counts_in_two_places_is_counted_once_above_them(whole: tuple[County, Any]) -> None:
    _, database = whole
    served = [one for one in load_indicators() if one.id == "YL35" and one.edition == "kinds"]
    [figure] = [
        one
        for one in evaluate(database, served, Period.parse("2024"), area="650402", levels=("county",)).figures
        if one.scope is Scope.ALL
    ]
    assert served[0].counts is Counts.RECORD
    assert figure.children_sum is not None and figure.numerator is not None
    assert figure.children_sum > figure.numerator
