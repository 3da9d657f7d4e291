"""Maternal and child health, prevention and contracts count what was planned; faults are shown or do no harm."""

from collections.abc import Iterator
from typing import Any

import pytest

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.reports.quality import load_quality
from schemas.indicator import find_indicator
from schemas.period import Kind, Period, Year
from tests.county.county import County, CountySettings, generate
from tests.county.faults import FAULTS
from tests.county.std import open_std
from tests.spec.commission.held import counted, differences, never_true, records

FILES = ("maternal", "prevention", "signing")
SETTINGS = CountySettings(centres=3, clinics=8, per_village=16)
HARMLESS = (
    "baby_without_id",
    "delivery_twice",
    "postnatal_before_discharge",
    "signed_by_two_teams",
    "stopped_still_counted",
    "dead_person_signed",
    "task_done_without_record",
    "sign_request_left_waiting",
)
SHOWN = (
    "vaccination_before_birth",
    "report_before_diagnosis",
    "participants_impossible",
    "signed_not_served",
    "contract_never_ends",
)
Opened = tuple[County, Any]


def _opened(*faults: str) -> Iterator[Opened]:
    county = generate(CountySettings(**{**vars(SETTINGS), "faults": faults}))
    database = open_std(county)
    yield county, database
    database.close()


@pytest.fixture(scope="module")
def clean() -> Iterator[Opened]:
    yield from _opened()


@pytest.fixture(scope="module")
def harmless() -> Iterator[Opened]:
    yield from _opened(*HARMLESS)


@pytest.fixture(scope="module")
def shown() -> Iterator[Opened]:
    yield from _opened(*SHOWN)


@pytest.mark.parametrize("file", FILES)
def test_every_indicator_counts_what_was_planned_on_every_node(clean: Opened, file: str) -> None:
    county, database = clean
    assert differences(database, county, records(file)) == []


@pytest.mark.parametrize("file", FILES)
def test_the_county_states_something_of_every_measure(clean: Opened, file: str) -> None:
    county, _ = clean
    assert never_true(county, records(file)) == []


@pytest.mark.parametrize(
    ("identifier", "edition"),
    [
        ("GW13", "variant-checkups"),
        ("GW16", "variant-week12"),
        ("GW17", "variant-delivery"),
        ("GW18", "variant-week12"),
        ("GW27A", "variant-entry-time"),
        ("FD01", "variant-handbook"),
        ("FD01", "variant-fixed-20000"),
        ("FD02", "variant-signed"),
        ("FD02", "variant-elder60"),
        ("FD13", "variant-signed"),
        ("FD16", "variant-last-year"),
    ],
)
def test_editions_that_disagree_in_the_wild_differ_in_the_county(clean: Opened, identifier: str, edition: str) -> None:
    _, database = clean
    standard, other = find_indicator(identifier), find_indicator(identifier, edition)
    assert any(counted(database, standard, year) != counted(database, other, year) for year in ("2023", "2024"))


@pytest.mark.parametrize(("identifier", "item"), [("GW27", "idr_registered"), ("GW29", "hsr_found")])
def test_what_was_entered_differs_from_what_the_system_holds(clean: Opened, identifier: str, item: str) -> None:
    county, database = clean
    entered = sum(value for (_, name, year), value in county.population.items() if (name, year) == (item, 2024))
    assert counted(database, find_indicator(identifier), "2024")[1] != entered


def test_live_births_entered_are_not_fewer_than_the_mothers_who_are_counted(clean: Opened) -> None:
    county, database = clean
    for year in (2023, 2024):
        entered = sum(
            value for (_, item, of), value in county.population.items() if (item, of) == ("live_births", year)
        )
        assert 0 < counted(database, find_indicator("GW16"), str(year))[0] <= entered


def test_a_contract_in_force_on_its_last_day_counts_and_on_the_next_does_not(clean: Opened) -> None:
    """Contracts of 2023 end on 2024-01-01: they count at the cut-off of 2023 and not at that of January."""
    county, database = clean
    one = find_indicator("FD22")
    ending = {
        claim.person
        for claim in county.truth.claims["signed"]
        if claim.until and claim.until.isoformat() == "2024-01-01" and claim.person
    }
    renewed = {c.person for c in county.truth.claims["signed"] if c.since.isoformat() == "2024-01-01"}
    assert ending - renewed
    assert counted(database, one, "2023-12")[0] > counted(database, one, "2024-01")[0]


def _found(database: Any, rule_name: str) -> int:
    days = Period.parse("2024").counted(Kind.YTD, Year.CALENDAR)
    build_frame(database, Frame())
    set_days(database, Frame(), days, days.first, {})
    rule = next(rule for rule in load_quality() if rule.name == rule_name)
    return len(database.execute(rule.sql).fetchall())


@pytest.mark.parametrize("name", [*HARMLESS, *SHOWN])
def test_each_fault_is_named_by_its_rule(clean: Opened, harmless: Opened, shown: Opened, name: str) -> None:
    broken = harmless if name in HARMLESS else shown
    rule = FAULTS[name].shown_by
    hint = next(one for one in load_quality() if one.name == rule).level == "hint"
    before = _found(clean[1], rule)
    assert _found(broken[1], rule) > before
    assert hint or before == 0


@pytest.mark.parametrize("file", ["maternal", "signing"])
def test_harmless_faults_leave_the_persons_counted_as_they_are(harmless: Opened, file: str) -> None:
    """Two deliveries make one mother, two teams one signed person; live births and contracts differ."""
    county, database = harmless
    spoilt = {"FY02", "APP04", "FD16", "GW17@variant-delivery"}
    kept = [one for one in records(file) if not {one.id, one.key} & spoilt]
    assert differences(database, county, kept, ("2024Q3", "2024")) == []


def test_a_delivery_entered_twice_shows_in_the_live_births_that_nothing_divides_by(
    clean: Opened, harmless: Opened
) -> None:
    one = find_indicator("FY02")
    (true,), (twice,) = (counted(county[1], one, "2024") for county in (clean, harmless))
    assert twice > true
