"""The clerk's workbook: which row is wrong, why, how to mend it, and a column to answer in."""

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.findings_workbook.layout import ANSWER, KEY, ON, TITLES
from exports.findings_workbook.write import write_findings
from schemas.rule import WHO
from schemas.waiver import load_vocabulary
from tests.clerk import FINDINGS, FIX, RESULTS, WHY, a_book, a_waiver, rows_of


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("clerk") / "findings.xlsx"
    write_findings(a_book([a_waiver("I01", number) for number in range(3)]), found)
    return found


@pytest.fixture(scope="module")
def book(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def texts(sheet: Any) -> list[str]:
    return [str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None]


def records(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_it_has_a_cover_and_a_sheet_for_each_person(book: Any) -> None:
    assert book.sheetnames == ["封面", *WHO, "已解决"]


def test_the_cover_starts_with_the_verdict_and_says_what_was_not_verified(book: Any) -> None:
    said = texts(book["封面"])
    assert said[1] == "不可交付：有 3 项核对不通过；V11 未验证。"
    assert "没有核对的 1 项（未验证不等于通过）" in said
    assert "V11 总费用与财务报表一致（收费）：未提供财务报表的各月合计" in said


def test_the_cover_counts_what_each_person_has_to_do(book: Any) -> None:
    rows = [row for row in book["封面"].iter_rows(values_only=True) if row[0] in ("科室", *WHO)]
    assert rows[0][:7] == ("科室", "规则", "待处理", "必须处理", "请核实", "仅供参考", "已有说明")
    assert {row[0]: row[1:7] for row in rows[1:]} == {
        "收费": (3, 31_242, 38, 31_204, 0, 3),
        "医保办": (1, 2, 0, 0, 2, 0),
        "药房": (0, 0, 0, 0, 0, 0),
        "信息科": (1, 1, 1, 0, 0, 0),
    }


def test_a_rule_with_more_rows_than_are_listed_says_so_on_the_cover_and_on_its_line(book: Any) -> None:
    assert any(text.startswith("I02 金额等于单价乘数量：共 31204 行，只列 30 行") for text in texts(book["封面"]))
    own = next(one for one in records(book["收费"]) if one["规则"] == "I02")
    assert own["HIS 中的位置"] == "共 31204 行，只列 30 行；其余 31174 行未列出，在本行作答"


def test_what_blocks_stands_first_and_a_rules_line_stands_above_its_rows(book: Any) -> None:
    lines = records(book["收费"])
    assert [one["序号"] for one in lines] == list(range(1, 75))
    blocks = ["I01"] * 41 + ["R04"] * 2 + ["I02"] * 31
    assert [one["规则"] for one in lines] == blocks
    own, row, *_ = lines
    assert (own["为什么"], own["怎么改"]) == (WHY, FIX)
    assert (row["为什么"], row["怎么改"]) == (None, FIX)


def test_a_line_says_where_the_row_stands_and_what_is_wrong_with_it(book: Any) -> None:
    row = records(book["收费"])[5]
    assert row["表"] == "结算"
    assert row["栏目"] == "医疗费总额"
    assert row["HIS 中的位置"] == FINDINGS[4].locate
    assert row["发生时间"] == datetime(2024, 3, 5, 8, 30)
    assert row["涉及金额（元）"] == 104.5
    assert (row["级别"], row["状态"]) == ("必须处理", "首次")


def test_a_result_without_rows_has_a_line_of_its_own(book: Any) -> None:
    [line] = records(book["信息科"])
    assert (line["规则"], line["现值"]) == ("V8", "门诊缺 202403 月")
    assert line["表"] == "门诊结算主单、住院结算主单"
    assert line["HIS 中的位置"].startswith("整条规则")


def test_answers_that_hold_stand_in_the_next_workbook_too(book: Any) -> None:
    answered = [one for one in records(book["收费"]) if one[ANSWER]]
    assert [one["级别"] for one in answered] == ["已有说明"] * 3
    assert [one[ON] for one in answered] == [datetime(2026, 11, 20)] * 3


def test_numbers_are_text_amounts_and_days_are_typed_and_nothing_is_a_formula(book: Any) -> None:
    cells = dict(zip(TITLES, book["医保办"][4], strict=True))
    assert (cells["现值"].value, cells["现值"].data_type, cells["现值"].number_format) == ("=1+1", "s", "@")
    assert (cells["涉及金额（元）"].data_type, cells["涉及金额（元）"].number_format) == ("n", "#,##0.00")
    assert (cells["发生时间"].data_type, cells[ON].number_format) == ("d", "yyyy-mm-dd")
    assert book["医保办"]["K3"].value == "650402199001019001"


def test_the_head_is_frozen_filtered_and_printed_on_every_page_across(book: Any) -> None:
    sheet = book["收费"]
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == "A1:T75"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)


def test_answers_are_chosen_from_a_list(book: Any) -> None:
    choices = [one for one in book["收费"].data_validations.dataValidation if one.type == "list"]
    assert [(str(one.sqref), one.formula1) for one in choices] == [
        ("O2:O75", f'"{",".join(load_vocabulary().words)}"'),
    ]


def test_the_key_is_there_and_hidden(book: Any) -> None:
    sheet = book["收费"]
    assert sheet.cell(1, len(TITLES)).value == KEY
    assert sheet.column_dimensions["T"].hidden
    assert all(one[KEY] for one in records(sheet))


def test_rows_are_as_high_as_their_text(book: Any) -> None:
    sheet = book["收费"]
    lines_of_fix = -(-len(FIX) * 2 // 24)
    assert sheet.row_dimensions[3].height >= 15 * lines_of_fix
    assert sheet["F3"].alignment.wrap_text


def test_what_does_not_fit_on_a_sheet_goes_on_in_the_next(tmp_path: Path) -> None:
    write_findings(a_book(), tmp_path / "f.xlsx", sheet_rows=31)
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["封面", "收费", "收费（2）", "收费（3）", *WHO[1:], "已解决"]
    numbers = [one["序号"] for name in book.sheetnames[1:4] for one in records(book[name])]
    assert numbers == list(range(1, 75))


def test_the_same_findings_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    write_findings(a_book([a_waiver("I01", number) for number in range(3)]), tmp_path / "f.xlsx")
    assert (tmp_path / "f.xlsx").read_bytes() == path.read_bytes()


def test_a_clean_centre_gets_a_workbook_without_lines(tmp_path: Path) -> None:
    passed = [one for one in RESULTS if one.id == "S01"]
    write_findings(a_book(results=passed, findings=()), tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert [records(book[who]) for who in WHO] == [[], [], [], []]


def test_a_rule_knows_its_rows(path: Path) -> None:
    assert rows_of(path, "收费", "R04", own=True) == [43]
    assert rows_of(path, "收费", "R04") == [44]
