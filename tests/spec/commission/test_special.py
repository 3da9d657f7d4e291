"""Severe mental disorder and tuberculosis: what is counted is what was planned."""

import pytest

from exports.commission.engine.evaluate import evaluate
from schemas.figure import Figure, Scope
from schemas.indicator import find_indicator
from schemas.period import Period
from tests.county.place import COMMISSION
from tests.spec.commission.held import counted, differences, never_true, records
from tests.spec.commission.spoilt import PERIODS, clean, harmless


def test_every_indicator_counts_what_was_planned_on_every_node() -> None:
    county, database = clean()
    assert differences(database, county, records("special"), PERIODS) == []


def test_the_county_states_something_of_every_measure() -> None:
    assert never_true(clean()[0], records("special")) == []


@pytest.mark.parametrize(("identifier", "edition"), [("GW19", "variant-dated"), ("GW23", "variant-notified")])
def test_editions_that_disagree_in_the_wild_differ_in_the_county(identifier: str, edition: str) -> None:
    _, database = clean()
    pair = (find_indicator(identifier), find_indicator(identifier, edition))
    assert any(
        counted(database, pair[0], when) != counted(database, pair[1], when) for when in ("2023", "2024Q2", "2024")
    )


def test_a_day_of_confirmation_that_was_never_entered_takes_nobody_out() -> None:
    county, database = harmless()
    kept = [find_indicator(key) for key in ["GW19", "GW20", "GW21", "SF04"]]
    assert differences(database, county, kept, ("2024Q2", "2024")) == []


def test_by_the_day_of_confirmation_the_rate_passes_a_hundred_percent() -> None:
    whole = {key: _whole(key) for key in ("GW19", "GW19@variant-dated")}
    assert whole["GW19"].value is not None and whole["GW19"].value <= 100
    dated = whole["GW19@variant-dated"].value
    assert dated is not None and dated > 100


def _whole(key: str) -> Figure:
    figures = evaluate(harmless()[1], [find_indicator(key)], Period.parse("2024")).figures
    return next(one for one in figures if (one.node.code, one.scope) == (COMMISSION, Scope.ALL))
