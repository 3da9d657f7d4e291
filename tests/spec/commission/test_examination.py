"""The free examination: what is counted is what was planned."""

import pytest

from schemas.indicator import find_indicator
from tests.spec.commission.held import counted, differences, never_true, records
from tests.spec.commission.spoilt import PERIODS, broken, clean, harmless


def test_every_indicator_counts_what_was_planned_on_every_node() -> None:
    county, database = clean()
    assert differences(database, county, records("examination"), PERIODS) == []


def test_the_county_states_something_of_every_measure() -> None:
    assert never_true(clean()[0], records("examination")) == []


@pytest.mark.parametrize(("identifier", "edition"), [("TJ01", "household"), ("TJ20", "variant-registered")])
def test_editions_that_disagree_in_the_wild_differ_in_the_county(identifier: str, edition: str) -> None:
    _, database = clean()
    standard, other = find_indicator(identifier), find_indicator(identifier, edition)
    assert counted(database, standard, "2024") != counted(database, other, "2024")


def test_a_person_examined_or_listed_twice_and_void_examinations_count_once() -> None:
    county, database = harmless()
    kept = [find_indicator(key) for key in ["TJ01", "TJ01@household", "TJ05", "TJ06", "TJ07", "TJ11", "TJ20", "TJ35"]]
    assert differences(database, county, kept, ("2024Q2", "2024")) == []


def test_an_item_that_was_not_done_and_became_normal_raises_what_was_done() -> None:
    one = find_indicator("TJ15")
    before, after = (counted(opened()[1], one, "2023") for opened in (clean, broken))
    assert after[0] == before[0] + 1
    assert after[1] == before[1]
