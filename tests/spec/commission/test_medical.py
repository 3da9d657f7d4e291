"""Basic medical care: what is counted is what was planned."""

import pytest

from exports.commission.engine.evaluate import evaluate
from schemas.figure import Scope, State
from schemas.indicator import find_indicator
from schemas.period import Period
from tests.spec.commission.held import counted, differences, never_true, records
from tests.spec.commission.spoilt import PERIODS, broken, clean, harmless


def test_every_indicator_counts_what_was_planned_on_every_node() -> None:
    county, database = clean()
    assert differences(database, county, records("medical"), PERIODS) == []


def test_the_county_states_something_of_every_measure() -> None:
    assert never_true(clean()[0], records("medical")) == []


@pytest.mark.parametrize(
    ("identifier", "edition"),
    [
        ("YL01", "variant-op-er"),
        ("YL01", "variant-home"),
        ("YL01", "variant-vaccination"),
        ("YL02", "variant-all-records"),
        ("YL10", "variant-all-records"),
        ("YL22", "variant-close"),
        ("YL22", "variant-sum"),
        ("YL23", "variant-with-checkup"),
        ("YL24", "variant-income"),
        ("YL26", "variant-narrow"),
        ("YL26", "variant-op"),
        ("YL26", "variant-mean"),
        ("YL31", "variant-all-uses"),
        ("YL33", "variant-visits"),
        ("YL35", "kinds"),
    ],
)
def test_editions_that_disagree_in_the_wild_differ_in_the_county(identifier: str, edition: str) -> None:
    _, database = clean()
    standard, other = find_indicator(identifier), find_indicator(identifier, edition)
    assert any(counted(database, standard, when) != counted(database, other, when) for when in ("2024Q2", "2023-08"))


def test_cancelled_registrations_and_void_prescriptions_change_nothing() -> None:
    county, database = harmless()
    kept = [find_indicator(key) for key in ["YL01", "YL02", "YL07", "GW11", "YL23", "YL30", "YL31", "YL33", "YL35"]]
    assert differences(database, county, kept, ("2024Q2", "2024")) == []


def test_cancelled_registrations_count_by_records() -> None:
    one = find_indicator("YL02", "variant-all-records")
    before, after = (counted(opened()[1], one, "2024")[0] for opened in (clean, harmless))
    assert after > before


def test_an_antibiotic_without_its_mark_lowers_the_share_at_its_centre() -> None:
    found = {}
    for name, opened in (("clean", clean), ("broken", broken)):
        county, database = opened()
        centre = county.places.centres[0].code
        figures = evaluate(database, [find_indicator("YL31")], Period.parse("2024"), area=centre).figures
        found[name] = next(one for one in figures if (one.node.code, one.scope) == (centre, Scope.OWN)).numerator
    assert found["broken"] is not None and found["clean"] is not None
    assert found["broken"] < found["clean"]


def test_nothing_handed_in_is_not_zero_visits() -> None:
    county, database = broken()
    silent, idle = (county.places.clinics[number].code for number in (1, 2))
    figures = evaluate(database, [find_indicator("YL07")], Period.parse("2024-10")).figures
    told = {one.node.code: one for one in figures if one.scope is Scope.ALL}
    assert (told[silent].state, told[silent].text) == (State.MISSING, "未上报")
    assert (told[idle].state, told[idle].text) == (State.VALUE, "0")
    centre = told[str(county.places.orgs[silent].parent(Period.parse("2024-10").days.until))]
    assert centre.state is State.VALUE and centre.partial
