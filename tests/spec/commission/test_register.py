"""Archives, their moves, merges and duplicates: what is counted is what was planned."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import count_measure, load_measures
from exports.commission.reports.quality import load_quality
from schemas.figure import Scope
from schemas.indicator import Counts, Indicator, OrgAxis, Status, find_indicator
from schemas.period import Period
from tests.county import County, CountySettings, generate
from tests.county.agree import disagreements
from tests.county.faults import FAULTS
from tests.county.place import COMMISSION, PREFECTURE
from tests.county.std import open_std
from tests.spec.commission.held import PERIODS, differences, records

SETTINGS = CountySettings(centres=2, clinics=5, per_village=16)
ARCHIVES = records("register")
MINE = {name: one for name, one in FAULTS.items() if one.apply.__module__.endswith(".register")}
IMMUNE = ("dead_not_cancelled", "moved_not_followed", "sent_twice", "population_clash")
BREAKING = tuple(sorted(set(MINE) - {"sent_twice"}))


@pytest.fixture(scope="module")
def county() -> County:
    """A small county, told whole."""
    return generate(SETTINGS)


@pytest.fixture(scope="module")
def database(county: County) -> Iterator[Any]:
    """Its std tables."""
    with open_std(county) as opened:
        build_frame(opened, Frame())
        yield opened


@pytest.fixture(scope="module")
def broken() -> Iterator[Any]:
    """The county with every fault of the register, at the end of 2024."""
    with open_std(generate(CountySettings(centres=2, clinics=5, per_village=16, faults=BREAKING))) as opened:
        build_frame(opened, Frame())
        yield opened


@pytest.mark.parametrize("period", PERIODS)
def test_the_indicators_of_archives_count_what_was_planned(county: County, database: Any, period: str) -> None:
    assert differences(database, county, ARCHIVES, (period,)) == []


@pytest.mark.parametrize("indicator", ARCHIVES, ids=lambda one: str(one.key))
def test_an_indicator_of_archives_finds_something(database: Any, broken: Any, indicator: Indicator) -> None:
    opened = broken if indicator.id == "DA06" else database
    _at(opened, "2024", indicator.parameters)
    found = count_measure(
        opened, load_measures()[indicator.numerator], indicator.org_axis, indicator.status, indicator.counts
    )
    assert max(found.values()) > 0


def test_archives_made_and_archives_managed_are_two_numbers(database: Any) -> None:
    made, managed = (_whole(database, name) for name in ("DA01", "DA02"))
    assert made > managed > 0


def test_where_a_person_lives_is_not_where_he_is_managed(county: County, database: Any) -> None:
    _at(database, "2024")
    measure = load_measures()["archive_electronic"]
    lives, managed = (
        count_measure(database, measure, axis, Status.LIVE, Counts.PERSON)
        for axis in (OrgAxis.RESIDENCE, OrgAxis.MANAGING)
    )
    clinics = county.places.clinics
    differ = [c for c in clinics if lives[(c.admin_code, Scope.ALL)] != managed[(c.code, Scope.ALL)]]
    assert differ and lives[(PREFECTURE, Scope.ALL)] == managed[(COMMISSION, Scope.ALL)]


def test_the_use_of_archives_has_three_denominators(database: Any) -> None:
    _at(database, "2024", {"electronic": 1})
    found = {
        edition: _total(database, one.denominator or "", one.denominator_counts)
        for edition in ("by-electronic", "by-all", "by-audit")
        for one in [find_indicator("GW04", edition)]
    }
    assert found["by-all"] > found["by-electronic"] > found["by-audit"] > 0


def test_a_clinic_that_changed_hands_takes_its_history_along_only_when_history_is_restated(
    county: County, database: Any
) -> None:
    moved = next(org for org in county.places.clinics if len(org.parents) == 2)
    before, after = (parent for _, parent in moved.parents)
    counted = {}
    for restated in (False, True):
        _at(database, "2024-03", restated=restated)
        found = count_measure(database, load_measures()["archives"], OrgAxis.MANAGING, Status.LIVE, Counts.PERSON)
        counted[restated] = (found[(str(before), Scope.ALL)], found[(str(after), Scope.ALL)])
        own = found[(moved.code, Scope.ALL)]
    assert own > 0
    assert counted[True] == (counted[False][0] - own, counted[False][1] + own)


def test_what_was_entered_later_is_not_there_as_of_an_earlier_day(broken: Any) -> None:
    counted = {}
    for as_of in (date(2021, 1, 1), None):
        build_frame(broken, Frame(as_of=as_of))
        _at(broken, "2021-01")
        counted[as_of] = _total(broken, "archives", Counts.RECORD)
    assert 0 < counted[date(2021, 1, 1)] < counted[None]


@pytest.mark.parametrize("name", sorted(n for n, f in MINE.items() if f.shown_by not in ("DA02", "DA06")))
def test_a_fault_of_the_register_is_shown(database: Any, broken: Any, name: str) -> None:
    [rule] = [one for one in load_quality() if one.name == MINE[name].shown_by]
    clean, faulty = (len(_at(opened, "2024").execute(rule.sql).fetchall()) for opened in (database, broken))
    assert faulty > clean
    assert rule.level == "hint" or clean == 0


def test_entries_that_look_like_one_person_are_named_two_by_two_and_not_merged(broken: Any) -> None:
    _at(broken, "2024")
    found = broken.execute(
        "SELECT list(empi ORDER BY empi) FROM duplicate GROUP BY cluster, way ORDER BY max(empi)"
    ).fetchall()
    again = [entries for (entries,) in found if entries[-1].startswith("E7")]
    assert [entries[-1] for entries in again] == ["E7000001", "E7000002", "E7000003", "E7000004"]
    assert all(len(entries) == 2 for entries in again)
    assert _total(broken, "archive_duplicates", Counts.PERSON) >= 8


def test_a_person_who_is_merged_is_no_duplicate(database: Any) -> None:
    _at(database, "2024")
    assert database.execute("SELECT * FROM duplicate").fetchall() == []
    assert _total(database, "archive_merged", Counts.RECORD) > 0


def test_counts_are_immune_to_what_the_lists_correct() -> None:
    county = generate(CountySettings(centres=2, clinics=5, per_village=16, faults=IMMUNE))
    with open_std(county) as opened:
        for key in ("GW01", "GW02", "DA02", "GW04", "DA04"):
            for period in ("2023Q3", "2024"):
                assert list(disagreements(opened, county, find_indicator(key), Period.parse(period))) == [], key


def _at(database: Any, period: str, parameters: dict[str, int] | None = None, *, restated: bool = False) -> Any:
    days = Period.parse(period).days
    first = days.first.replace(month=1)
    set_days(database, Frame(restated=restated), days, first, {"reason": 0, "electronic": 0, **(parameters or {})})
    return database


def _whole(database: Any, key: str) -> Any:
    one = find_indicator(key)
    _at(database, "2024")
    found = count_measure(database, load_measures()[one.numerator], one.org_axis, one.status, one.counts)
    return found[(COMMISSION, Scope.ALL)]


def _total(database: Any, measure: str, counts: Counts) -> Any:
    found = count_measure(database, load_measures()[measure], OrgAxis.MANAGING, Status.ALL, counts)
    return found[(COMMISSION, Scope.ALL)]
