"""The official checks of which no hospital's data can be at fault: each is tripped by a file that went wrong."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from exports.acceptance.checks import run_checks
from exports.acceptance.finance import MonthlyTotals
from exports.acceptance.loadback import judge, load_sqlite
from exports.acceptance.package import Delivery
from schemas.result import Outcome
from schemas.rule import load_rules
from tests.centre.faults import FAULTS
from tests.damages import DAMAGES, Damage, put
from tests.house import Exported, export_from, write_centre

FILE_FAULTS = {
    "V1": DAMAGES["extra_delimiter"],
    "V2": Damage("金额被改", frozenset(), put("TOTAL_AMOUNT", lambda value: str(Decimal(value) + 1))),
    "V7": Damage("结算日期被改到期间外", frozenset(), put("BILL_DATE", lambda value: "2031-01-01 08:00:00")),
}
FROM_BESIDE = ("V11", "V12")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("official")
    write_centre(f"sqlite:///{folder / 'his.sqlite'}", 120)
    return export_from(folder, f"sqlite:///{folder / 'his.sqlite'}", last="2024-01-31")


def failed(delivery: Delivery, spill: Path, finance: MonthlyTotals | None = None) -> set[str]:
    """The official checks that a package fails, judged on its files alone."""
    with duckdb.connect() as database:
        delivery.open_views(database)
        loaded = judge(delivery, [load_sqlite(delivery, database.cursor(), spill)])
        try:
            loaded += run_checks(delivery, database, finance)
        except duckdb.Error:
            assert loaded[0].outcome is Outcome.FAILED
    return {result.id for result in loaded if result.outcome is Outcome.FAILED}


@pytest.mark.parametrize("number", FILE_FAULTS)
def test_a_file_that_went_wrong_fails_its_check(number: str, month: Exported, tmp_path: Path) -> None:
    deliver = tmp_path / "deliver"
    shutil.copytree(month.deliver, deliver)
    [victim] = (deliver / "data").glob("*_SETTLE_MZ_2*.csv")
    victim.write_text(FILE_FAULTS[number].apply(victim.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    assert number in failed(replace(month.delivery, folder=deliver), tmp_path)


@pytest.mark.parametrize("number", FROM_BESIDE)
def test_books_that_say_otherwise_fail_their_check(number: str, month: Exported, tmp_path: Path) -> None:
    [(total, insured)] = month.query(
        "SELECT sum(TOTAL_AMOUNT), sum(TOTAL_AMOUNT) FILTER (MEDICAL_INSURANCE_FLAG = '0')"
        " FROM (SELECT * FROM SETTLE_MZ UNION ALL BY NAME SELECT * FROM SETTLE_ZY)"
    )
    books = {"V11": (total * 2, insured), "V12": (total, insured * 2)}[number]
    finance = MonthlyTotals(total={"202401": books[0]}, insured={"202401": books[1]})
    assert failed(month.delivery, tmp_path, finance) == {number}


def test_a_whole_package_fails_none(month: Exported, tmp_path: Path) -> None:
    assert failed(month.delivery, tmp_path) == set()
    assert month.job.window.first == date(2024, 1, 1)


def test_every_rule_has_a_fault_that_trips_it() -> None:
    named = {rule for one in FAULTS.values() for rule in one.trips} | {*FILE_FAULTS, *FROM_BESIDE}
    tripped = {rule.partition(".")[0] if rule[0].isupper() else rule for rule in named}
    assert {rule.id for rule in load_rules()} - tripped == set()
