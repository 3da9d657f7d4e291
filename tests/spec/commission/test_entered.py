"""What people entered and handed in: the newest base divides, what is missing is said, balances hold."""

from collections.abc import Iterator
from typing import Any

import pytest

from exports.commission.engine.evaluate import evaluate
from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.engine.measure import count_measure, load_measures
from schemas.figure import Figure, Scope, State
from schemas.indicator import find_indicator
from schemas.period import Period
from tests.county import County, CountySettings, generate
from tests.county.std import open_std

SETTINGS = CountySettings(centres=2, clinics=4, per_village=8)
BALANCES = {
    "总收入": ("total_income", ("medical_income", "fiscal_income", "research_income", "other_income")),
    "医疗收入": ("medical_income", ("op_income", "ip_income")),
    "门诊药品": ("op_drug", ("op_drug_west", "op_drug_patent", "op_drug_herb")),
    "资产": ("total_assets", ("liabilities", "net_assets")),
    "总资产": ("total_assets", ("current_assets", "noncurrent_assets")),
}


@pytest.fixture(scope="module")
def county() -> County:
    """A small county."""
    return generate(SETTINGS)


@pytest.fixture(scope="module")
def database(county: County) -> Iterator[Any]:
    """Its std tables, looked at from the end of 2024."""
    with open_std(county) as opened:
        build_frame(opened, Frame())
        yield opened


@pytest.fixture(scope="module")
def lacking() -> Iterator[Any]:
    """The first clinic entered no residents and the second handed in nothing in 2024."""
    faults = ("population_missing", "not_handed_in", "population_clash")
    with open_std(generate(CountySettings(centres=2, clinics=4, per_village=8, faults=faults))) as opened:
        yield opened


def test_the_base_in_force_is_the_highest_version_that_is_not_deleted(county: County, database: Any) -> None:
    found = database.execute("SELECT org_code, item, year, arg_max(value, version) FROM base_population GROUP BY ALL")
    assert {(org, item, year): value for org, item, year, value in found.fetchall()} == county.population
    assert database.execute("SELECT count(*) FROM lake.base_population WHERE deleted = '1'").fetchone() > (0,)
    assert database.execute("SELECT max(version) FROM base_population").fetchone() == (2,)


@pytest.mark.parametrize("name", BALANCES)
def test_entered_money_balances(database: Any, name: str) -> None:
    whole, parts = BALANCES[name]
    items = ", ".join(f"'{part}'" for part in parts)
    found = database.execute(
        f"SELECT sum(value) FILTER (item = '{whole}'), sum(value) FILTER (item IN ({items}))"
        " FROM stat_entry WHERE org_code LIKE '%C%' GROUP BY org_code, of_month HAVING count(*) FILTER (item = ?) > 0",
        [whole],
    ).fetchall()
    assert found and all(left == right for left, right in found)


def test_what_was_handed_in_is_what_is_computed_unless_somebody_corrected_it(database: Any) -> None:
    wrong, corrected = [], 0
    for quarter in ("2023Q4", "2024Q2"):
        days = Period.parse(quarter).days
        set_days(database, Frame(), days, days.first.replace(month=1), {})
        for key in ("GW01", "GW02", "GW03"):
            one = find_indicator(key)
            found = count_measure(database, load_measures()[one.numerator], one.org_axis, one.status, one.counts)
            cells = database.execute(
                "SELECT org_code, value, adjusted_value, reason FROM national_report"
                " WHERE cell = ? AND last_day(of_month) + 1 = ?",
                [key, days.until],
            ).fetchall()
            wrong += [cell for cell in cells if found[(cell[0], Scope.ALL)] != cell[1]]
            corrected += sum(bool(reason) and adjusted == value + 2 for _, value, adjusted, reason in cells)
            assert cells
    assert wrong == [] and corrected == 1


def test_a_clinic_without_a_base_has_no_rate_and_its_centre_says_so(county: County, lacking: Any) -> None:
    clinic = county.places.clinics[0]
    shown = _figures(lacking, "2024-06")
    assert shown[clinic.code].state is State.NO_DENOMINATOR and shown[clinic.code].text == "—"
    assert (shown[clinic.code].numerator or 0) > 0


def test_what_was_not_handed_in_is_missing_and_zero_is_a_number(county: County, lacking: Any) -> None:
    silent, *others = county.places.clinics[1:]
    shown = _figures(lacking, "2024-02", "DA04")
    assert shown[silent.code].text == "未上报" and shown[silent.code].numerator is None
    assert "0" in {shown[org.code].text for org in others}
    above = shown[str(silent.parents[-1][1])]
    assert above.partial and (above.reported, above.due) == (above.due - 1, above.due)


def _figures(database: Any, period: str, key: str = "GW02") -> dict[str, Figure]:
    found = evaluate(database, [find_indicator(key)], Period.parse(period))
    return {figure.node.code: figure for figure in found.figures if figure.scope is Scope.ALL}
