"""V1-V12 and the rules: each named fault is found by the check that is there for it."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from exports.acceptance.checks import run_checks
from exports.acceptance.finance import read_finance
from flows.job import GivenFiles, Job
from flows.steps.check import load_results
from schemas.result import Outcome
from tests.faulty import centre, look_at
from tests.house import TO_OUT, Exported, export_centre, export_on, write_centre
from tests.traced import trace

FOUND_BY = {
    "duplicate_settlement": "V6",
    "missing_month": "V8",
    "header_detail_mismatch": "V3",
    "settlement_without_detail": "V5",
    "negative_total_without_refund": "V9",
    "missing_doctor_name": "V10",
}
VERDICTS = {"duplicate_settlement": "V6", "orphan_detail": "Q04", "stock_imbalance": "S01"}


def with_finance(job: Job, file: Path) -> Job:
    return replace(job, finance=read_finance(file), files=GivenFiles(file))


@pytest.mark.parametrize("fault", FOUND_BY)
def test_a_named_fault_is_found_by_its_check(tmp_path: Path, fault: str) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, 150, (fault,))
    delivery = trace(tmp_path, url).render()
    with duckdb.connect() as database:
        delivery.open_views(database)
        results = [one for one in run_checks(delivery, database, None) if one.id == FOUND_BY[fault]]
    failed = [one for one in results if one.outcome is Outcome.FAILED]
    assert failed, results
    assert failed[0].failing > 0 or failed[0].id == "V3"


@pytest.mark.parametrize("fault", VERDICTS)
def test_what_a_check_finds_decides_about_the_package(tmp_path: Path, fault: str) -> None:
    exported = export_centre(tmp_path, fault, visits=150)
    number = VERDICTS[fault]
    result = exported.official(number) if re.fullmatch(r"V\d+", number) else exported.check(number)
    assert result.outcome is Outcome.FAILED, result
    assert result.failing > 0
    assert exported.published.exit_code == 1
    assert ("未封装" if number[0] == "Q" else "不可交付") in exported.published.sentence


def test_a_clean_centre_breaks_no_rule(clean: Exported) -> None:
    results = load_results(clean.run.part("findings") / "results.json")
    results += load_results(clean.run.part("validation") / "results.json")
    assert [result.id for result in results if result.blocks] == []
    assert len(results) > 300


@pytest.fixture(scope="module")
def odd_names(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Some names are too long for the list, others hold line breaks and the delimiter."""
    faults = ("long_item_name", "newline_and_delimiter_in_item_name")
    return export_centre(tmp_path_factory.mktemp("names"), *faults, visits=150)


def test_long_names_are_not_cut_but_counted_and_given_room(odd_names: Exported) -> None:
    exported = odd_names
    width = exported.check("SETTLE_MZ_DETAIL.ITEM_NAME_HOSP.width")
    assert width.outcome is Outcome.WARNED
    longest = exported.query("SELECT max(length(ITEM_NAME_HOSP)) FROM SETTLE_MZ_DETAIL")[0][0]
    assert longest > 100
    ddl = (exported.deliver / "ddl" / "postgresql.sql").read_text(encoding="utf-8")
    table = ddl.split("CREATE TABLE SETTLE_MZ_DETAIL (")[1].split(");")[0]
    assert "因实际内容较长而加宽" in table
    assert exported.official("V1").outcome is Outcome.PASSED


def test_line_breaks_in_a_name_are_replaced_and_reported(odd_names: Exported) -> None:
    report = (odd_names.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "写出时替换的字符" in report
    assert odd_names.official("V2").outcome is Outcome.PASSED


def test_an_unreadable_date_is_named_with_its_row(tmp_path: Path) -> None:
    results = look_at(tmp_path, centre(), "unreadable_date").checked.results
    unreadable = [result for result in results if result.id.endswith(".readable") and result.failing]
    assert unreadable
    assert all(result.outcome is Outcome.FAILED and result.sample for result in unreadable)


def test_the_customers_monthly_totals_decide_v11_and_v12(clean: Exported, tmp_path: Path) -> None:
    months = clean.query(
        "SELECT strftime(BILL_DATE, '%Y-%m') AS month, sum(TOTAL_AMOUNT),"
        " coalesce(sum(TOTAL_AMOUNT) FILTER (MEDICAL_INSURANCE_FLAG = '0'), 0)"
        " FROM (SELECT BILL_DATE, TOTAL_AMOUNT, MEDICAL_INSURANCE_FLAG FROM SETTLE_MZ UNION ALL"
        " SELECT BILL_DATE, TOTAL_AMOUNT, MEDICAL_INSURANCE_FLAG FROM SETTLE_ZY) GROUP BY 1 ORDER BY 1"
    )
    lines = ["月份,财务总费用,医保端费用", *(f"{month},{total},{insured}" for month, total, insured in months)]
    finance = tmp_path / "财务.csv"
    finance.write_text("\n".join(lines), encoding="utf-8-sig")
    agreed = export_on(clean, tmp_path / "a", with_finance(clean.job, finance), TO_OUT)
    assert {agreed.official(number).outcome for number in ("V11", "V12")} == {Outcome.PASSED}

    lines[1] = lines[1].replace(f",{months[0][1]},", f",{months[0][1] * 2},")
    finance.write_text("\n".join(lines[:-1]), encoding="utf-8")
    differing = export_on(clean, tmp_path / "b", with_finance(clean.job, finance), TO_OUT)
    assert differing.official("V11").outcome is Outcome.FAILED
    assert differing.official("V11").failing == 1
    assert differing.official("V12").outcome is Outcome.NOT_VERIFIED
