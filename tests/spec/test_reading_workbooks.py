"""Reading last year's workbooks: values as text, hidden and empty worksheets, damaged files."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from schemas.errors import LearnError
from tests.spec.reading import deliver, noted, only, rows, text_file

HEAD = ["HISID", "BILL_DATE", "ITEM_NAME", "COST"]
ROW = ["A1", "2024-01-01", "甲", 1]


def workbook(folder: Path, *lines: list[Any], name: str = "明细.xlsx", **others: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    for title, content in others.items():
        sheet = book.create_sheet(title)
        for line in content:
            sheet.append(line)
    book.save(folder / name)
    return folder / name


def formatted(folder: Path, value: Any, number_format: str) -> Path:
    path = workbook(folder, HEAD, ROW)
    book = openpyxl.load_workbook(path)
    book.active["D2"].value, book.active["D2"].number_format = value, number_format
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("value", "number_format", "text", "native"),
    [
        (5, "General", "5", "number"),
        (5.0, "0.00", "5", "number"),
        (0.1 + 0.2, "General", "0.3", "number"),
        (1234567.891, "#,##0.00", "1234567.891", "number"),
        (0.00000012, "General", "0.00000012", "number"),
        (-2.50, "0.00", "-2.5", "number"),
        ("007", "@", "007", "text"),
        (datetime(2024, 3, 1), "yyyy-mm-dd", "2024-03-01", "date"),
        (datetime(2024, 3, 1), "yyyy/m/d h:mm", "2024-03-01 00:00:00", "datetime"),
        (datetime(2024, 3, 1, 23, 59, 59), "yyyy-mm-dd hh:mm:ss", "2024-03-01 23:59:59", "datetime"),
        (datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd", "2024-03-01 08:30:00", "datetime"),
        (date(2024, 3, 1), 'yyyy"年"m"月"d"日"', "2024-03-01", "date"),
        (True, "General", "TRUE", "bool"),
        ("#N/A", "General", "#N/A", "error"),
    ],
)
def test_a_cell_becomes_text_without_loss(
    tmp_path: Path, value: Any, number_format: str, text: str, native: str
) -> None:
    sheet = only(formatted(tmp_path, value, number_format))
    assert rows(sheet)[0][3] == text
    assert sheet.natives[3] == {native}


@pytest.mark.parametrize(
    ("number_format", "decimals"), [("0.00", 2), ("#,##0.0000_ ", 4), ("0", 0), ("General", None), ("¥#,##0.00", 2)]
)
def test_the_decimals_of_the_number_format_are_kept(tmp_path: Path, number_format: str, decimals: int | None) -> None:
    assert only(formatted(tmp_path, 1.5, number_format)).decimals == (None, None, None, decimals)


def test_a_number_too_long_for_excel_is_said(tmp_path: Path) -> None:
    sheet = only(workbook(tmp_path, HEAD, [650402199001010000, "2024-01-01", "甲", 1]))
    assert rows(sheet)[0][0] == "650402199001010000"
    assert [(note.column, note.rows) for note in noted(sheet, "long_numbers")] == [("HISID", 1)]


def test_a_formula_gives_the_value_it_had(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "明细.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.write_formula(1, 3, "=1+1", value=2)
    assert rows(only(tmp_path / "明细.xlsx"))[0][3] == "2"


def test_dates_counted_from_1904_are_the_same_dates(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "明细.xlsx", {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        sheet.write_datetime(1, 1, datetime(2024, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert rows(only(tmp_path / "明细.xlsx"))[0][1] == "2024-03-01"


def test_the_header_lies_under_merged_titles_and_instructions(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["门诊结算明细"], [], ["填表说明：逐行填写"], ["VARCHAR(30)", "DATE"] * 2, HEAD, ROW, ROW)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A1:D1")
    book.save(path)
    sheet = only(path)
    assert sheet.header == tuple(HEAD)
    assert sheet.types == ("VARCHAR(30)", "DATE", "VARCHAR(30)", "DATE")
    assert (sheet.count, [note.rows for note in noted(sheet, "prose_rows")]) == (2, [2])


def test_every_worksheet_with_a_table_is_a_table(tmp_path: Path) -> None:
    delivery = deliver(workbook(tmp_path, HEAD, ROW, 住院=[HEAD, ROW, ROW]))
    assert [(sheet.sheet, sheet.count) for sheet in delivery.sheets] == [("Sheet", 1), ("住院", 2)]


def test_empty_worksheets_and_a_cover_are_left_out_with_a_note(tmp_path: Path) -> None:
    delivery = deliver(workbook(tmp_path, HEAD, ROW, 空=[], 封面=[["某卫生院"], ["填报日期", "2025-01-01"]]))
    assert [sheet.sheet for sheet in delivery.sheets] == ["Sheet"]
    assert [note.place for note in noted(delivery, "empty_sheet")] == ["明细.xlsx!空"]
    assert [note.place for note in noted(delivery, "skipped_sheet")] == ["明细.xlsx!封面"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_worksheet_is_left_out_unless_somebody_asks_for_it(tmp_path: Path, state: str) -> None:
    path = workbook(tmp_path, HEAD, ROW, 旧=[HEAD, ROW])
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = state
    book.save(path)
    delivery = deliver(path)
    assert [sheet.sheet for sheet in delivery.sheets] == ["Sheet"]
    assert [note.place for note in noted(delivery, "hidden_sheet")] == ["明细.xlsx!旧"]
    assert [sheet.sheet for sheet in deliver(path, "明细.xlsx!旧").sheets] == ["Sheet", "旧"]


def test_trailing_blank_rows_and_columns_are_no_part_of_the_table(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEAD, ROW, [], ROW)
    book = openpyxl.load_workbook(path)
    book.active["J40"].number_format = "0.00"
    book.save(path)
    sheet = only(path)
    assert (sheet.header, sheet.count) == (tuple(HEAD), 2)
    assert [note.rows for note in noted(sheet, "blank_rows")] == [1]


def test_a_value_right_of_the_table_is_counted_and_named(tmp_path: Path) -> None:
    content = [[*ROW] for _ in range(400)]
    content[300].append("备注")
    sheet = only(workbook(tmp_path, HEAD, *content))
    (note,) = noted(sheet, "ragged_rows")
    assert (sheet.count, note.rows) == (399, 1)
    assert "第 302 行（5 个字段）" in note.text


def test_a_repeated_header_leaves_no_trace_in_the_cell_types(tmp_path: Path) -> None:
    sheet = only(workbook(tmp_path, HEAD, ROW, HEAD, ROW))
    assert sheet.natives[3] == {"number"}


def test_a_worksheet_without_a_header_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"明细.xlsx 的工作表“Sheet” 找不到表头"):
        deliver(workbook(tmp_path, ROW, ROW))


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    content = workbook(tmp_path, HEAD, ROW).read_bytes()
    with pytest.raises(LearnError, match=r"明细.xlsx 无法打开，可能已损坏"):
        deliver(text_file(tmp_path, content[: len(content) // 2], "明细.xlsx"))


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(LearnError, match=r"明细.xlsx 设有打开密码"):
        deliver(text_file(tmp_path, content, "明细.xlsx"))


def test_a_text_file_called_xls_is_read_as_text(tmp_path: Path) -> None:
    content = "\t".join(HEAD) + "\r\nA1\t2024-01-01\t甲\t1.00\r\n"
    sheet = only(text_file(tmp_path, content.encode("gbk"), "明细.xls"))
    assert (sheet.kind, sheet.delimiter, sheet.count) == ("csv", "\t", 1)


def test_a_web_page_called_xls_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LearnError, match=r"明细.xls 其实是网页或 XML"):
        deliver(text_file(tmp_path, "<html><table></table></html>", "明细.xls"))
