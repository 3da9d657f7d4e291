"""H1 to H20: a clean county passes; one wrong number breaks exactly its own check, which names cell and place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from exports.commission.engine.frame import Frame
from exports.commission.reports.checks import Broken, Checked, run_checks
from exports.commission.reports.compute import Asked, compute, monthly_sums, settle
from exports.commission.reports.values import Adjustment, Place, Report
from schemas.figure import Scope
from schemas.period import Period
from schemas.report_pack import Form, find_pack, load_checks
from schemas.result import Outcome
from tests.county.county import CountySettings, generate
from tests.county.faults import FAULTS
from tests.county.std import open_std

SMALL = CountySettings(centres=2, clinics=4, per_village=12)
CENTRE, CLINIC = "650402C01", "650402V002"
WRONG = tuple(name for name, one in FAULTS.items() if one.shown_by in {f"H{number}" for number in range(1, 13)})
CHECKS, FORMS = load_checks()
PACK = find_pack("gw-quarter")
ALL, OWN = Scope.ALL, Scope.OWN


@dataclass
class Made:
    """One report of the first centre, with what its checks look at."""

    database: Any
    asked: Asked
    report: Report
    monthly: dict[Place, Decimal]

    @cached_property
    def known(self) -> set[str]:
        """What breaks as it is."""
        return {str(broken) for one in self.check() for broken in one.broken}

    def check(self, report: Report | None = None, monthly: dict[Place, Decimal] | None = None) -> list[Checked]:
        """Every check of the report, or of a changed one."""
        return run_checks(self.database, report or self.report, CHECKS, self.monthly if monthly is None else monthly)

    def broken(self, report: Report | None = None, monthly: dict[Place, Decimal] | None = None) -> dict[str, list[Any]]:
        """What newly breaks in a changed report, by check."""
        made = self.check(report, monthly)
        found = {one.check.id: [broken for broken in one.broken if str(broken) not in self.known] for one in made}
        return {check: fresh for check, fresh in found.items() if fresh}


def _make(database: Any, period: str, forms: tuple[Form, ...] = (*PACK.forms, *FORMS)) -> Made:
    asked = Asked(PACK, forms, CENTRE, Period.parse(period), Frame(), {})
    report = compute(database, asked, {})
    monthly = monthly_sums(database, asked, report)
    settle(database, asked, asked.period)
    return Made(database, asked, report, monthly)


@pytest.fixture(scope="module")
def clean() -> Iterator[Any]:
    with open_std(generate(SMALL)) as database:
        yield database


@pytest.fixture(scope="module")
def quarter(clean: Any) -> Made:
    return _make(clean, "2024Q4")


@pytest.fixture(scope="module")
def wrong() -> Iterator[list[Checked]]:
    with open_std(generate(replace(SMALL, faults=WRONG))) as database:
        yield _make(database, "2024", FORMS).check()


def test_the_quarterly_report_of_a_clean_county_passes_every_check(quarter: Made) -> None:
    outcomes = {one.check.id: one.result.outcome for one in quarter.check()}
    assert len(outcomes) == len(CHECKS) == 21
    assert {check for check, outcome in outcomes.items() if outcome is not Outcome.PASSED} == {"H18", "H20"}
    assert outcomes["H18"] is outcomes["H20"] is Outcome.NOT_APPLICABLE  # small numbers; not a whole year


CHANGED = {
    "H1": ("fstaff", "total", CLINIC, OWN, 99),
    "H2": ("fstaff", "tech", CLINIC, OWN, 99),
    "H3": ("fstaff", "d_clinical", CLINIC, OWN, 99),
    "H4": ("fincome", "total", CLINIC, OWN, 99),
    "H5": ("fincome", "o_west", CLINIC, OWN, 99),
    "H6": ("fincome", "essential", CLINIC, OWN, 99),
    "H7": ("fassets", "owed", CLINIC, OWN, 99),
    "H8": ("fcare", "er_deaths", CLINIC, OWN, 999),
    "H11": ("fcare", "rx_antibiotic", CLINIC, OWN, 9999),
    "H12": ("fward", "used_days", CENTRE, OWN, 99999),
    "H13": ("f01", "standard", CLINIC, OWN, 9999),
    "H13S": ("f01", "built", CENTRE, ALL, 190),
    "H14": ("f07a", "standard", CLINIC, OWN, 9999),
    "H15": ("f10", "elder65", CLINIC, OWN, 9999),
    "H19": ("f07a", "visits", CENTRE, ALL, 999),
}


@pytest.mark.parametrize("check", CHANGED)
def test_one_changed_number_breaks_exactly_its_check_and_is_named(quarter: Made, check: str) -> None:
    form, cell, node, scope, number = CHANGED[check]
    fresh = quarter.broken(_changed(quarter.report, (form, cell, node, scope), Decimal(number)))
    assert set(fresh) == {check}
    for one in fresh[check]:
        _named(one, f"{form}.{cell}", node, scope)


def test_a_count_below_the_period_before_breaks_h16(quarter: Made) -> None:
    place = ("f07a", "visits", CLINIC, OWN)
    before = {**quarter.report.before, place: (quarter.report.before[place] or Decimal(0)) + 999}
    fresh = quarter.broken(replace(quarter.report, before=before))
    assert set(fresh) == {"H16"}
    _named(fresh["H16"][0], "f07a.visits", CLINIC, OWN)


def test_a_correction_by_hand_explains_a_smaller_count(quarter: Made) -> None:
    place = ("f07a", "visits", CLINIC, OWN)
    assert "H16" not in quarter.broken(_changed(quarter.report, place, Decimal(0)))


def test_months_that_do_not_add_up_break_h17(quarter: Made) -> None:
    place = ("f07a", "visits", CLINIC, OWN)
    fresh = quarter.broken(monthly={**quarter.monthly, place: quarter.monthly[place] + 1})
    assert set(fresh) == {"H17"}
    _named(fresh["H17"][0], "f07a.visits", CLINIC, OWN)


@pytest.mark.parametrize(("now", "last"), [(1301, 1000), (2000, 0), (0, 1000)])
def test_a_large_change_on_last_year_and_from_zero_breaks_h18(quarter: Made, now: int, last: int) -> None:
    place = ("f01", "cancelled", CENTRE, ALL)
    report = _changed(quarter.report, place, Decimal(now))
    fresh = quarter.broken(replace(report, last_year={**report.last_year, place: Decimal(last)}))
    assert set(fresh) - {"H19"} == {"H18"}
    _named(fresh["H18"][0], "f01.cancelled", CENTRE, ALL)


def test_a_change_of_thirty_percent_needs_no_explanation(quarter: Made) -> None:
    place = ("f01", "cancelled", CENTRE, ALL)
    report = _changed(quarter.report, place, Decimal(1300))
    assert "H18" not in quarter.broken(replace(report, last_year={**report.last_year, place: Decimal(1000)}))


SHOWN = {
    "H1": "fstaff.total",
    "H2": "fstaff.tech",
    "H3": "fstaff.d_clinical",
    "H4": "fincome.total",
    "H5": "fincome.o_herb",
    "H6": "fincome.essential",
    "H7": "fassets.owed",
    "H8": "fcare.er_deaths",
    "H12": "fward.used_days",
}


@pytest.mark.parametrize("check", SHOWN)
def test_a_wrong_entry_is_named_at_the_organisation_that_made_it(wrong: list[Checked], check: str) -> None:
    [one] = [one for one in wrong if one.check.id == check]
    assert one.result.outcome is (Outcome.FAILED if one.check.hard else Outcome.WARNED)
    assert {(broken.node.code, broken.scope) for broken in one.broken} == {(CENTRE, OWN), (CENTRE, ALL)}
    assert all(SHOWN[check] in {name for name, *_ in broken.cells} for broken in one.broken)


@pytest.mark.parametrize(("check", "sentences"), [("H9", 1), ("H10", 1)])
def test_rows_that_contradict_each_other_are_told_with_both_sides(
    wrong: list[Checked], check: str, sentences: int
) -> None:
    [one] = [one for one in wrong if one.check.id == check]
    assert one.result.outcome is Outcome.FAILED
    assert {broken.node.code for broken in one.broken} == {CENTRE}
    assert len(one.broken) == sentences
    assert all(left != right for broken in one.broken for (*_, left), (*_, right) in [broken.cells])


def test_balances_that_no_fault_touches_hold(wrong: list[Checked]) -> None:
    outcomes = {one.check.id: one.result.outcome for one in wrong}
    assert {check for check, outcome in outcomes.items() if outcome is Outcome.FAILED} == {
        *SHOWN.keys() - {"H12"},
        "H9",
        "H10",
    }


def test_a_clinic_with_few_visits_in_a_year_is_listed(wrong: list[Checked]) -> None:
    [one] = [one for one in wrong if one.check.id == "H20"]
    assert one.result.outcome is Outcome.WARNED
    assert CLINIC in {broken.node.code for broken in one.broken}
    assert all(broken.cells[0][0] == "fcare.village_visits" and broken.scope is ALL for broken in one.broken)


def test_what_nobody_entered_is_not_verified_and_not_passed(clean: Any) -> None:
    """Property is entered at the end of a quarter: nothing can be told of it in February."""
    assets = tuple(form for form in FORMS if form.id == "fassets")
    [one] = [one for one in _make(clean, "2024-02", assets).check() if one.check.id == "H7"]
    assert one.result.outcome is Outcome.NOT_VERIFIED
    assert "缺数" in one.result.reason


def _changed(report: Report, place: Place, number: Decimal) -> Report:
    form, cell, node, scope = place
    value = report.values[place]
    words = {"reason": "测试", "who": "测试员", "day": "2025-01-05"}
    made = Adjustment(
        "gw-quarter", report.period.label, form, cell, node, scope, value.computed, adjusted=number, **words
    )
    return replace(report, values={**report.values, place: replace(value, adjustment=made)})


def _named(one: Broken, cell: str, node: str, scope: Scope) -> None:
    assert (one.node.code, one.scope) == (node, scope)
    assert cell in {name for name, *_ in one.cells}
    assert one.node.name in str(one)
