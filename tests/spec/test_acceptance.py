"""V1-V12 and the rules: each named fault is found by the check that is there for it."""

import re
from pathlib import Path

import pytest

from flows.steps.check import load_results
from schemas.result import Outcome
from tests.house import Exported, export_centre, export_from

FOUND_BY = {
    "duplicate_settlement": "V6",
    "missing_month": "V8",
    "orphan_detail": "Q04",
    "header_detail_mismatch": "V3",
    "settlement_without_detail": "V5",
    "negative_total_without_refund": "V9",
    "missing_doctor_name": "V10",
    "stock_imbalance": "S01",
}


@pytest.mark.parametrize("fault", FOUND_BY)
def test_a_named_fault_is_found_by_its_check(tmp_path: Path, fault: str) -> None:
    exported = export_centre(tmp_path, fault, visits=150)
    number = FOUND_BY[fault]
    result = exported.official(number) if re.fullmatch(r"V\d+", number) else exported.check(number)
    assert result.outcome is Outcome.FAILED, result
    assert result.failing > 0 or number == "V3"
    assert exported.published.exit_code == 1
    assert ("未封装" if number[0] == "Q" else "不可交付") in exported.published.sentence


def test_a_clean_centre_breaks_no_rule(clean: Exported) -> None:
    results = load_results(clean.run.part("findings") / "results.json")
    results += load_results(clean.run.part("validation") / "results.json")
    assert [result.id for result in results if result.blocks] == []
    assert len(results) > 300


def test_long_names_are_not_cut_but_counted_and_given_room(tmp_path: Path) -> None:
    exported = export_centre(tmp_path, "long_item_name")
    width = exported.check("SETTLE_MZ_DETAIL.ITEM_NAME_HOSP.width")
    assert width.outcome is Outcome.WARNED
    longest = exported.query("SELECT max(length(ITEM_NAME_HOSP)) FROM SETTLE_MZ_DETAIL")[0][0]
    assert longest > 100
    ddl = (exported.deliver / "ddl" / "postgresql.sql").read_text(encoding="utf-8")
    table = ddl.split("CREATE TABLE SETTLE_MZ_DETAIL (")[1].split(");")[0]
    assert "因实际内容较长而加宽" in table
    assert exported.official("V1").outcome is Outcome.PASSED


def test_line_breaks_in_a_name_are_replaced_and_reported(tmp_path: Path) -> None:
    exported = export_centre(tmp_path, "newline_and_delimiter_in_item_name")
    report = (exported.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "写出时替换的字符" in report
    assert exported.official("V2").outcome is Outcome.PASSED


def test_an_unreadable_date_is_named_with_its_row(tmp_path: Path) -> None:
    exported = export_centre(tmp_path, "unreadable_date")
    results = load_results(exported.run.part("findings") / "results.json")
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
    agreed = export_from(tmp_path / "a", clean.job.source.location(), finance=finance)
    assert {agreed.official(number).outcome for number in ("V11", "V12")} == {Outcome.PASSED}

    lines[1] = lines[1].replace(f",{months[0][1]},", f",{months[0][1] * 2},")
    finance.write_text("\n".join(lines[:-1]), encoding="utf-8")
    differing = export_from(tmp_path / "b", clean.job.source.location(), finance=finance)
    assert differing.official("V11").outcome is Outcome.FAILED
    assert differing.official("V11").failing == 1
    assert differing.official("V12").outcome is Outcome.NOT_VERIFIED
