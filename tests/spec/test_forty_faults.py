"""Forty faults at once in a whole year of a large centre: nothing is lost, and the clerk sees every row."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from exports.findings_workbook.layout import RULE
from exports.findings_workbook.lines import Book
from exports.findings_workbook.write import write_findings
from schemas.adapter import load_adapter
from schemas.comparison import compare
from schemas.result import Outcome
from schemas.rule import WHO, load_rules
from schemas.waiver import apply
from tests.centre import CentreSettings, generate
from tests.faulty import Sight, look_at
from tests.house import FORM

LINES = 200_000
FORTY = (
    "duplicate_settlement", "orphan_detail", "header_one_fen_more", "refund_without_original",
    "refund_of_unknown_original",
    "refund_beyond_original", "negative_total_without_refund", "sold_never_bought",
    "unit_factor_zero", "newline_and_delimiter_in_item_name", "long_diagnosis_name", "unknown_gender",
    "two_persons_one_identity_number", "one_person_two_identity_numbers", "wrong_check_character",
    "old_identity_number", "birth_date_beside_identity_number", "unreadable_date", "unreadable_price",
    "settlement_without_date", "line_without_amount", "paid_line_without_settlement", "diagnosis_without_number",
    "settlement_without_detail", "stay_without_main_diagnosis", "item_not_in_price_list", "unknown_doctor",
    "charge_before_admission", "ordered_after_payment", "funds_do_not_add_up", "bearers_do_not_add_up",
    "self_pay_with_fund", "personal_parts_do_not_add_up", "garbled_names", "identity_number_in_scientific_notation",
    "joiner_in_diagnosis_name", "truncated_national_codes", "unknown_medical_type", "price_times_quantity",
    "movement_of_unknown_item",
)  # fmt: skip


@pytest.fixture(scope="module")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Sight:
    tables = generate(CentreSettings(visits=CentreSettings.for_lines(LINES).visits))
    return look_at(tmp_path_factory.mktemp("forty"), tables, *FORTY)


def broken(sight: Sight) -> dict[str, set[str]]:
    """The generator's own record: which rows it broke, by rule."""
    rows: dict[str, set[str]] = {}
    for one in sight.broken.values():
        for rule, names in one.items():
            rows.setdefault(rule, set()).update(names)
    return rows


def test_the_ledger_closes_to_the_row_and_to_the_fen(sight: Sight) -> None:
    ledger = {one.id: one for one in sight.checked.results if one.id.startswith("ledger.")}
    assert {name: (one.outcome, one.reason) for name, one in ledger.items() if one.outcome is not Outcome.PASSED} == {}
    assert ledger["ledger.fee_line"].total > LINES * 99 // 100


def test_every_row_that_was_broken_is_found(sight: Sight) -> None:
    record = broken(sight)
    assert len(set(FORTY)) == len(sight.broken) == 40
    assert {rule: rows - set(sight.rows(rule)) for rule, rows in record.items() if rows - set(sight.rows(rule))} == {}


def test_the_workbook_lists_every_row(sight: Sight, tmp_path: Path) -> None:
    results, findings = sight.checked.results, sight.checked.findings
    applied = apply(results, findings, (), date(2026, 11, 25))
    book = Book("句", "院", "年", FORM, "运行", applied, findings, compare(results, findings, None))
    write_findings(book, tmp_path / "findings.xlsx")
    listed = rows_in(tmp_path / "findings.xlsx")
    hints = {rule.id for rule in load_rules() if rule.level == "hint"}
    adapter = load_adapter("sample")
    for rule, rows in broken(sight).items():
        if rule.partition(".")[0] not in hints:
            assert {adapter.locate(row) for row in rows} == set(listed[rule]), rule
    counts = {one.id: one.failing for one in results if one.listed and one.level != "hint"}
    assert {rule: len(listed[rule]) for rule in counts} == counts


def rows_in(path: Path) -> dict[str, list[str]]:
    """The places in the hospital's system that each rule's lines name; a rule's own line names none."""
    book = openpyxl.load_workbook(path)
    places: dict[str, list[str]] = {}
    for name in WHO:
        if name not in book.sheetnames:
            continue
        head, *lines = book[name].iter_rows(values_only=True)
        rule, place = head.index(RULE), head.index("HIS 中的位置")
        for line in lines:
            if line[place] and not str(line[place]).startswith("共 "):
                places.setdefault(str(line[rule]), []).append(str(line[place]))
    return places
