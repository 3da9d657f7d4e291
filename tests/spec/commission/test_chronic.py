"""Chronic disease and the elderly: what is counted is what was planned."""

from datetime import date

import pytest

from exports.commission.engine.evaluate import evaluate
from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import count_measure, load_measures
from schemas.figure import Scope
from schemas.indicator import find_indicator
from schemas.period import Period
from tests.county.place import COMMISSION
from tests.spec.commission.held import counted, differences, never_true, records
from tests.spec.commission.spoilt import PERIODS, broken, clean, harmless


def test_every_indicator_counts_what_was_planned_on_every_node() -> None:
    county, database = clean()
    assert differences(database, county, records("chronic"), PERIODS) == []


def test_the_county_states_something_of_every_measure() -> None:
    assert never_true(clean()[0], records("chronic")) == []


@pytest.mark.parametrize(
    ("identifier", "edition"),
    [
        ("GW05", "variant-60"),
        ("GW08", "variant-no-exam"),
        ("GW08", "variant-any-way"),
        ("GW08", "variant-by-plan"),
        ("GW08", "variant-no-blanks"),
        ("GW10A", "formula-typo"),
        ("GW10", "variant-any-way"),
        ("GW10", "variant-by-plan"),
        ("GW10", "variant-no-blanks"),
        ("GW10B", "variant-any-test"),
        ("GW10B", "variant-any-way"),
        ("GW10B", "variant-any"),
        ("GW24", "variant-managed"),
        ("SF01", "variant-entry"),
    ],
)
def test_editions_that_disagree_in_the_wild_differ_in_the_county(identifier: str, edition: str) -> None:
    _, database = clean()
    standard, other = find_indicator(identifier), find_indicator(identifier, edition)
    assert any(counted(database, standard, when) != counted(database, other, when) for when in ("2024", "2023"))


def test_rows_sent_twice_lost_patients_and_files_left_behind_change_nothing() -> None:
    county, database = harmless()
    kept = [
        find_indicator(key)
        for key in [
            "GW07",
            "GW08@variant-any-way",
            "GW09",
            "GW10A",
            "GW10",
            "GW10B",
            "GW24",
            "GW31",
            "SF02",
            "ZD01",
            "ZD02",
        ]
    ]
    assert differences(database, county, kept, ("2024Q2", "2024")) == []


def test_a_lost_patient_is_a_visit_and_no_managed_patient() -> None:
    (visits,), (more,) = (counted(one()[1], find_indicator("SF01"), "2024") for one in (clean, harmless))
    assert more == visits + 1


def test_telephone_calls_entered_as_visits_raise_the_rate_by_visits_alone() -> None:
    for key, raised in (("GW08", True), ("GW08@variant-any-way", False)):
        one = find_indicator(key)
        before, after = (counted(opened()[1], one, "2024")[0] for opened in (clean, harmless))
        assert (after > before) is raised


def test_persons_above_the_line_who_are_not_below_it_are_counted_beside_the_rate() -> None:
    _, database = broken()
    figures = evaluate(database, [find_indicator("GW31")], Period.parse("2024")).figures
    whole = next(one for one in figures if (one.node.code, one.scope) == (COMMISSION, Scope.ALL))
    assert whole.value is not None and whole.value > 100
    assert whole.numerator is not None and whole.denominator is not None
    assert whole.outside >= whole.numerator - whole.denominator > 0


def test_a_visit_entered_after_the_close_is_there_today_and_not_as_of_the_close() -> None:
    march, one = Period.parse("2024-03"), find_indicator("SF01")
    found = {}
    for name, opened in (("clean", clean), ("broken", broken)):
        for as_of in (date(2024, 4, 5), None):
            frame = Frame(as_of=as_of)
            build_frame(opened()[1], frame)
            set_days(opened()[1], frame, march.days, march.days.first)
            measure = load_measures()["htn_visits"]
            made = count_measure(opened()[1], measure, one.org_axis, one.status, one.counts)
            found[name, as_of] = made[COMMISSION, Scope.ALL]
    assert found["broken", date(2024, 4, 5)] == found["clean", date(2024, 4, 5)] > 0
    assert found["broken", None] == found["clean", None] + 1
