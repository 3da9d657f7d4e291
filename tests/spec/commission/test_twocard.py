"""Two-card service: what is counted is what was planned."""

from schemas.indicator import find_indicator
from tests.spec.commission.held import counted, differences, never_true, records
from tests.spec.commission.spoilt import PERIODS, broken, clean


def test_every_indicator_counts_what_was_planned_on_every_node() -> None:
    county, database = clean()
    assert differences(database, county, records("twocard"), PERIODS) == []


def test_the_county_states_something_of_every_measure() -> None:
    assert never_true(clean()[0], records("twocard")) == []


def test_events_that_were_refused_are_no_service_and_give_no_points() -> None:
    county, database = clean()
    valid, refused = (
        sum(counted(database, find_indicator(key), "2024")[0] for key in keys)
        for keys in (("LK01",), ("LK11", "LK12", "LK13"))
    )
    sent = [row for row in county.rows["lk_fw"] if row["kssj"].year == 2024]
    assert valid + refused == len(sent) and refused > 0


def test_an_event_accepted_twice_and_a_worker_at_two_places_are_dense() -> None:
    one = find_indicator("LK05")
    before, after = (counted(opened()[1], one, year) for opened in (clean, broken) for year in ("2023",))
    assert after[0] == before[0] + 2
