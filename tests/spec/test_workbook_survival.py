"""What must survive in a workbook: in python-calamine, in openpyxl, and after LibreOffice has saved it again."""

import os
import shutil
import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from exports.workbooks.cells import Look
from exports.workbooks.limits import CUT, LONGEST_TEXT
from exports.workbooks.plan import plan
from exports.workbooks.record import Workbook, manifest_facts
from exports.workbooks.scan import scan
from exports.workbooks.stream import BATCH, numbered
from exports.workbooks.write import write_workbooks
from schemas.format import FormatColumn, FormatTable


def column(name: str, kind: Any, scale: int | None = None, length: int | None = None) -> FormatColumn:
    return FormatColumn(
        table="T", seq=1, field=name, name=name, label=f"{name}标签", printed="", kind=kind, length=length,
        precision=18, scale=scale, key=False, required="no", condition=None, condition_words="", codes=(),
        codes_open=False, std_field="", note="",
    )  # fmt: skip


def table_of(*columns: FormatColumn) -> FormatTable:
    return FormatTable("T", "门诊 & 就医<一>", True, "", (), None, "none", None, (), "", columns)


TABLE = table_of(
    column("证件", "text", length=18), column("说明", "text"), column("单价", "decimal", 4),
    column("金额", "decimal", 2), column("日期", "date"), column("时间", "datetime"),
)  # fmt: skip
SCHEMA = pa.schema(
    zip(
        ("证件", "说明", "单价", "金额", "日期", "时间"),
        (pa.string(), pa.string(), pa.decimal128(18, 4), pa.decimal128(18, 2), pa.date32(), pa.timestamp("us")),
        strict=True,
    )
)
PRICE, MONEY = Decimal("0.0235"), Decimal("1234567890123.45")
DAY, MOMENT = date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 59)
OLD = date(1900, 1, 1)
TEXTS = (
    "=cmd|' /C calc'!A0", "+86", "-1", "@SUM(A1)", "＝1＋1", "\t=1", "阿不都·热合曼", "😀🏥𠮷", "a<b>&\"c\"'d'",
    "两\n行", " 前后 ", "_x0041_", "0012", "1E5", "真", "http://example.invalid/?a=1&b=2",
)  # fmt: skip
ROWS: list[tuple[Any, ...]] = [("650402199001019001", text, PRICE, MONEY, DAY, MOMENT) for text in TEXTS]
ROWS += [("000123456789012345", "老日期", Decimal("-0.0001"), None, OLD, datetime(1900, 1, 1, 8))]
ROWS += [(None, None, None, None, None, None), ("x", "末行", PRICE, MONEY, date(1900, 3, 1), MOMENT)]


def written(folder: Path, rows: list[Any], table: FormatTable = TABLE, schema: Any = SCHEMA, **more: Any) -> Any:
    path = folder / "t.parquet"
    records = [dict(zip(schema.names, row, strict=True)) for row in rows]
    pq.write_table(pa.Table.from_pylist(records, schema=schema), path)
    with duckdb.connect() as database:
        return write_workbooks(database, table, path, folder / "xlsx", "H65", **more)


def test_a_text_that_looks_like_excels_own_escapes_stays_as_it_is(tmp_path: Path) -> None:
    texts = ["_x0041_x0042_", "_x005F_x0041_", "_x0041", "_x0041_" * 3]
    [one] = written(tmp_path, [(None, text, None, None, None, None) for text in texts])
    sheet = CalamineWorkbook.from_path(tmp_path / "xlsx" / one.file).get_sheet_by_index(0)
    assert [row[1] for row in sheet.to_python()[1:]] == texts


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    [one] = written(folder, ROWS)
    return folder / "xlsx" / str(one.file)


@pytest.fixture(scope="module")
def resaved(book: Path) -> Path:
    """The workbook as LibreOffice saves it again."""
    office = shutil.which("soffice")
    if not office:
        pytest.skip("LibreOffice (soffice) is not installed")
    into, profile = book.parent / "office", book.parent / "profile"
    command = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx", "--outdir"]
    environment = {**os.environ, "HOME": str(book.parent)}
    subprocess.run([*command, str(into), str(book)], check=True, capture_output=True, timeout=120, env=environment)
    assert (into / book.name).is_file(), "LibreOffice did not load the workbook; is its Calc installed?"
    return into / book.name


def expected(literally: bool) -> list[list[Any]]:
    """What a reader finds; openpyxl does not know Excel's `_x005F_`, by which a text `_x0041_` stays as it is."""
    kept = "_x0041_" if literally else "_x005F_x0041_"
    rows: list[list[Any]] = [list(row) for row in ROWS]
    for row in rows:
        row[1] = kept if row[1] == "_x0041_" else row[1]
        row[2], row[3] = (None if value is None else float(value) for value in row[2:4])
        if row[4] == OLD:
            row[4:6] = ["1900-01-01", "1900-01-01 08:00:00"]
    return rows


def by_openpyxl(path: Path) -> list[list[Any]]:
    rows = [list(row) for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True)]
    for row in rows:
        row[4] = row[4].date() if isinstance(row[4], datetime) else row[4]
    return rows


def by_calamine(path: Path) -> list[list[Any]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
    return [[None if value == "" else value for value in row] for row in rows]


def test_openpyxl_reads_every_value_back(book: Path) -> None:
    assert by_openpyxl(book) == expected(literally=False)


def test_calamine_reads_every_value_back(book: Path) -> None:
    assert by_calamine(book) == expected(literally=True)


def test_every_value_survives_a_round_trip_through_libreoffice(resaved: Path) -> None:
    assert by_openpyxl(resaved) == expected(literally=True)
    assert by_calamine(resaved) == expected(literally=True)


def test_identifiers_stay_text_cells_with_text_format_in_libreoffice(book: Path, resaved: Path) -> None:
    for path in (book, resaved):
        for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2, max_row=len(TEXTS) + 1):
            assert [(cell.data_type, cell.number_format) for cell in row[:2]] == [("s", "@")] * 2
            shown = [cell.number_format.replace("\\", "") for cell in row[2:5]]
            assert shown == ["0.0000", "0.00", "yyyy-mm-dd"]


def test_a_text_that_looks_like_a_formula_is_a_text_even_after_an_edit(book: Path) -> None:
    cells = [row[1] for row in openpyxl.load_workbook(book).active.iter_rows(min_row=2, max_row=len(TEXTS) + 1)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [text[0] in "=+-@＝\t" for text in TEXTS]


def test_every_part_is_well_formed_and_says_neither_when_nor_by_whom(book: Path) -> None:
    with ZipFile(book) as zipped:
        for entry in zipped.infolist():
            ElementTree.fromstring(zipped.read(entry))
            assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 3)
        core = zipped.read("docProps/core.xml").decode()
    assert "creator" not in core
    assert "2000-01-01T00:00:00Z" in core


def test_characters_that_xml_cannot_hold_are_replaced_and_counted(tmp_path: Path) -> None:
    texts = ["a\x00b", "c\x0bd\x1f", "e\ufffff", "g\r\nh", "i\rj", "k\nl", "甲"]
    [one] = written(tmp_path, [("1", text, None, None, None, None) for text in texts])
    found = [row[1] for row in by_openpyxl(tmp_path / "xlsx" / one.file)]
    assert found == ["a b", "c d ", "e f", "g\nh", "i\nj", "k\nl", "甲"]
    assert (one.rows, one.replaced, one.cut) == (7, 5, 0)


def test_a_text_is_cut_by_the_units_that_excel_counts(tmp_path: Path) -> None:
    texts = ["长" * LONGEST_TEXT, "长" * (LONGEST_TEXT + 1), "😀" * (LONGEST_TEXT // 2 + 1), "&" * (LONGEST_TEXT + 9)]
    [one] = written(tmp_path, [("1", text, None, None, None, None) for text in texts])
    found = [row[1] for row in by_openpyxl(tmp_path / "xlsx" / one.file)]
    assert [text.endswith(CUT) for text in found] == [False, True, True, True]
    assert max(len(text.encode("utf-16-le")) // 2 for text in found) == LONGEST_TEXT
    assert one.cut == 3


def test_a_number_with_more_digits_than_a_cell_keeps_is_a_text(tmp_path: Path) -> None:
    amounts = [Decimal("9999999999999.99"), Decimal("-12345678901234.56"), Decimal("10000000000000.00")]
    [one] = written(tmp_path, [("1", "甲", None, amount, None, None) for amount in amounts])
    cells = [row[3] for row in openpyxl.load_workbook(tmp_path / "xlsx" / one.file).active.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [9999999999999.99, "-12345678901234.56", "10000000000000.00"]
    assert [cell.data_type for cell in cells] == ["n", "s", "s"]


def test_what_is_counted_belongs_to_the_file_that_holds_it(tmp_path: Path) -> None:
    texts = ["a\x01", "b", "c\x02", "d\x03"]
    made = written(tmp_path, [("1", text, None, None, None, None) for text in texts], sheet_rows=3)
    assert made == [
        Workbook("T", "H65_T_p01.xlsx", "门诊 & 就医<一>", 2, replaced=1),
        Workbook("T", "H65_T_p02.xlsx", "门诊 & 就医<一>", 2, replaced=2),
    ]
    facts = {"feijian:table": "T", "feijian:rows": 2, "feijian:replaced": 2, "feijian:cut": 0}
    assert manifest_facts(made)["xlsx/H65_T_p02.xlsx"] == facts


def test_a_sheet_too_large_for_a_plain_zip_goes_on_in_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exports.workbooks.plan.LARGEST", 2000)
    made = written(tmp_path, ROWS)
    assert [one.rows for one in made] == [5, 5, 5, 4]
    found = [row for one in made for row in by_calamine(tmp_path / "xlsx" / one.file)]
    assert found == expected(literally=True)


def test_the_most_bytes_that_rows_may_take_are_never_underestimated(tmp_path: Path) -> None:
    rows = [("&" * 40, "_x0041_" * 9 + "<>", Decimal("-12345678901234.5678"), MONEY, OLD, MOMENT)] * 50
    [one] = written(tmp_path, rows)
    with ZipFile(tmp_path / "xlsx" / one.file) as zipped:
        size = zipped.getinfo("xl/worksheets/sheet1.xml").file_size
    with duckdb.connect() as database:
        columns = scan(database, TABLE, numbered(tmp_path / "t.parquet"), {})
        placed = [(16_000 + place, column, Look(9, 9, 9)) for place, column in enumerate(columns)]
        assert size < plan(database, tmp_path / "t.parquet", placed, 50).largest < 5 * size


def test_rows_stay_in_their_order_across_batches(tmp_path: Path) -> None:
    table, rows = table_of(column("号", "text")), 2 * BATCH + 5
    [one] = written(tmp_path, [(f"{n:06d}",) for n in range(rows)], table, pa.schema([("号", pa.string())]))
    found = CalamineWorkbook.from_path(tmp_path / "xlsx" / one.file).get_sheet_by_index(0).to_python()
    assert found[1:] == [[f"{n:06d}"] for n in range(rows)]
    assert one.rows == rows
