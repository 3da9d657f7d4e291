"""The last look finds a person however he is written, and lets pass what only looks like one."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from exports.disclosure.scanner import require_clean, scan
from schemas.errors import DisclosureError
from tests.county.residents import identity_number

ID = identity_number("650402", date(1950, 3, 7), 901)
PHONE = "13912345678"
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def csv_file(folder: Path, *cells: str, head: str = "编号,说明") -> Path:
    path = folder / "out.csv"
    path.write_text("\n".join([head, *(f'1,"{cell}"' for cell in cells)]) + "\n", encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    "text",
    [ID, ID.lower(), ID.translate(WIDE), f"{ID[:6]} {ID[6:14]} {ID[14:]}",
     f"{ID[:6]}-{ID[6:14]}-{ID[14:]}", f"证号{ID}。",
     "650402500307901", PHONE, PHONE.translate(WIDE), "139 1234 5678", "139-1234-5678",
     f"电话：{PHONE}，已联系", "+86" + PHONE],
)  # fmt: skip
def test_a_person_is_found_however_he_is_written(tmp_path: Path, text: str) -> None:
    [leak] = scan(csv_file(tmp_path, "无", text))
    assert (leak.row, leak.column, leak.title) == (3, 2, "说明")
    assert text not in str(leak)


@pytest.mark.parametrize(
    "text",
    ["123456789012345.67", "650402100201", "2024-05-06 10:11:12.123456", "20240506101112", "912345678901234567",
     ID[:-1] + ("1" if ID[-1] != "1" else "2"), "650402199913319012", "0139123456789", "139****5678",
     "650402************",
     "12345678.13912345678901",
     "650402202013079011234", "65040210020100123",
     "1.3912345678", "91650402MA77XXXX12"],
)  # fmt: skip
def test_what_only_looks_like_a_person_passes(tmp_path: Path, text: str) -> None:
    assert scan(csv_file(tmp_path, text)) == []


def test_names_under_a_head_that_says_so_are_found_and_masked_ones_are_not(tmp_path: Path) -> None:
    assert scan(csv_file(tmp_path, "张**", "阿**", head="编号,姓名")) == []
    [leak] = scan(csv_file(tmp_path, "张**", "阿依古丽·买买提", head="编号,姓名"))
    assert leak.row == 3
    assert scan(csv_file(tmp_path, "某某卫生院", head="编号,机构名字")) == []


def test_a_column_of_residents_names_is_found_whatever_its_head(tmp_path: Path) -> None:
    names = {"张三", "李四", "王五"}
    assert scan(csv_file(tmp_path, "张三", "李四", "王五", "赵六"), names)
    assert scan(csv_file(tmp_path, "张三", "甲", "乙"), names) == []


def test_a_workbook_is_read_sheet_by_sheet_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面").write_string(0, 0, "无")
        sheet = book.add_worksheet("数据")
        sheet.write_row(0, 0, ["编号", "电话"])
        sheet.write_number(1, 1, int(PHONE))
    [leak] = scan(path)
    assert (leak.sheet, leak.row, leak.column) == ("数据", 2, 2)


def test_a_file_that_leaks_is_removed_and_told_of_without_the_value(tmp_path: Path) -> None:
    path = csv_file(tmp_path, *([ID] * 9))
    with pytest.raises(DisclosureError, match="共 9 处") as caught:
        require_clean(path)
    assert not path.exists() and ID not in str(caught.value) and caught.value.exit_code == 3


def test_text_files_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text(f"无\n联系 {PHONE}\n", encoding="utf-8")
    assert [leak.row for leak in scan(path)] == [2]
