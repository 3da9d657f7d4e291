"""The file that leaves: text stays text, nothing runs as a formula, class D opens only with its password."""

import io
import warnings
from datetime import date
from decimal import Decimal
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest

from exports.disclosure.delivery import defused, encrypt, write_csv, write_workbook
from exports.seal.passwords import new_password
from flows.release import PASSWORD_LENGTH

COVER = [("查询", "名单"), ("申请人", "county")]
ROWS = [("650402195003079011", "=cmd|'/c calc'!A1", date(2024, 5, 6), Decimal("1.50"), 7, None)]
TITLES = ["编号", "说明", "日期", "金额", "人数", "空"]


def test_a_csv_opens_in_excel_as_chinese_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, TITLES, ROWS)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == "650402195003079011,'=cmd|'/c calc'!A1,2024-05-06,1.50,7,"


@pytest.mark.parametrize(
    ("text", "safe"), [("=1", "'=1"), ("＝1", "'＝1"), ("@x", "'@x"), ("-1.5", "-1.5"), ("-1+2", "'-1+2"), ("甲", "甲")]
)
def test_only_what_would_run_is_defused(text: str, safe: str) -> None:
    assert defused(text) == safe


def test_a_workbook_has_a_cover_and_typed_cells(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, COVER, TITLES, ROWS)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["封面", "数据"] and book["封面"]["B2"].value == "county"
    cells = [cell.value for cell in book["数据"][2]]
    assert cells[0] == "650402195003079011" and cells[4] == 7 and book["数据"]["B2"].data_type == "s"


def test_rows_beyond_a_sheet_go_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_workbook(path, COVER, ["n"], [(n,) for n in range(5)], sheet_rows=3)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["封面", "数据", "数据2", "数据3"] and book["数据3"]["A2"].value == 4


def test_the_same_answer_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, COVER, TITLES, ROWS)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_class_d_workbook_opens_with_its_password_only_and_says_on_each_sheet_who_asked(tmp_path: Path) -> None:
    path, password = tmp_path / "out.xlsx", new_password(PASSWORD_LENGTH)
    write_workbook(path, COVER, TITLES, ROWS, watermark="county 2024-07-01")
    encrypt(path, password)
    assert path.read_bytes()[:4] == b"\xd0\xcf\x11\xe0" and b"650402" not in path.read_bytes()
    with path.open("rb") as file:
        hidden = msoffcrypto.OfficeFile(file)
        with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
            hidden.load_key(password="wrong", verify_password=True)
        hidden.load_key(password=password, verify_password=True)
        content = io.BytesIO()
        hidden.decrypt(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(content)
    assert all("county 2024-07-01" in (book[name].oddHeader.center.text or "") for name in book.sheetnames)


def test_passwords_are_long_and_never_the_same() -> None:
    assert len({new_password(PASSWORD_LENGTH) for _ in range(50)}) == 50 and len(new_password(PASSWORD_LENGTH)) == 16
