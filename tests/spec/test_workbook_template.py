"""A customer's own workbook of last year as template: their sheets, headers, widths and styles, our rows."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from python_calamine import CalamineWorkbook

from exports.workbooks.record import Workbook, manifest_facts
from exports.workbooks.template import fill_template, read_template
from exports.workbooks.trim import KEPT_ROWS
from schemas.errors import TemplateError
from schemas.format import FormatColumn, FormatTable


def column(table: str, name: str, label: str, kind: Any, scale: int | None = None) -> FormatColumn:
    return FormatColumn(
        table=table, seq=1, field=name, name=name, label=label, printed=f"{kind}(18)", kind=kind, length=None,
        precision=18, scale=scale, key=False, required="no", condition=None, condition_words="", codes=(),
        codes_open=False, std_field="", note="",
    )  # fmt: skip


def table(name: str, title: str, *columns: FormatColumn) -> FormatTable:
    return FormatTable(name, title, True, "", (), None, "none", None, (), "", columns)


VISIT = table(
    "VISIT", "2.1 门诊/就医", column("VISIT", "psn_no", "人员编号", "text"),
    column("VISIT", "fee", "金额", "decimal", 2), column("VISIT", "day", "日期", "date"),
)  # fmt: skip
ITEM = table("ITEM", "药品", column("ITEM", "code", "编码", "text"), column("ITEM", "price", "单价", "decimal", 4))
TABLES = (VISIT, ITEM)
VISITS = [("650402199001019001", Decimal("1.50"), date(2024, 2, 29)), ("=cmd", Decimal("-2.00"), date(1900, 1, 1))]
SCHEMAS = {
    "VISIT": pa.schema([("psn_no", pa.string()), ("fee", pa.decimal128(18, 2)), ("day", pa.date32())]),
    "ITEM": pa.schema([("code", pa.string()), ("price", pa.decimal128(18, 4))]),
}
BLUE, BOX = PatternFill("solid", fgColor="FF3366FF"), Border(bottom=Side("thin"))


def last_year(folder: Path, rows: int = KEPT_ROWS * 2) -> Path:
    """Two sheets in the customer's manner: a title, labels and names as header, last year's rows with their styles."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "门诊就医"
    sheet["A1"] = "七泉湖镇卫生院门诊就医表"
    sheet.merge_cells("A1:C1")
    for row, texts in ((2, ("日期", "人员编号*", "金额")), (3, ("day", "psn_no", "fee"))):
        for place, text in enumerate(texts, start=1):
            cell = sheet.cell(row, place, text)
            cell.fill, cell.font = BLUE, Font(name="仿宋", bold=True)
    for number in range(rows):
        sheet.append([datetime(2023, 1, 1), f"OLD{number}", 7])
        for cell in sheet[sheet.max_row]:
            cell.border, cell.font = BOX, Font(name="仿宋", size=9)
        sheet.cell(sheet.max_row, 1).number_format = "yyyy年m月d日"
        sheet.cell(sheet.max_row, 3).number_format = "#,##0.00"
    sheet["B4"].comment = Comment("OLD comment", "somebody")
    sheet.merge_cells("A6:B7")
    sheet.column_dimensions["B"].width = 33
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:C{sheet.max_row}"
    items = book.create_sheet("ITEM")
    items.append(["编码", "单价"])
    items.append(["OLD", 3])
    items.add_table(Table(displayName="Items", ref="A1:B2"))
    sheet["A2"].comment = Comment("OLD note", "somebody")
    book.defined_names["lent"] = DefinedName("lent", attr_text="[2]OLD!$A$1")
    for formula, cells in (("[1]OLD!$A$1:$A$9", "A4:A9"), ('"甲,乙"', "B4:B9")):
        sheet.add_data_validation(DataValidation(type="list", formula1=formula, sqref=cells))
    blank = book.create_sheet("空白")
    blank["C5"].comment = Comment("OLD remark", "somebody")
    blank.add_chart(BarChart(), "A1")
    blank._charts[0].title = "OLD picture"
    book.properties.creator = "somebody"
    path = folder / "上年.xlsx"
    book.save(path)
    return path


def fill(folder: Path, template: Path, rows: dict[str, list[Any]], **options: Any) -> list[Workbook]:
    paths = {}
    for name, values in rows.items():
        paths[name] = folder / f"{name}.parquet"
        records = [dict(zip(SCHEMAS[name].names, row, strict=True)) for row in values]
        pq.write_table(pa.Table.from_pylist(records, schema=SCHEMAS[name]), paths[name])
    with duckdb.connect() as database:
        read = read_template(template, TABLES)
        return fill_template(database, read, paths, folder / "xlsx", "H65", **options)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    rows: dict[str, list[Any]] = {"VISIT": VISITS, "ITEM": [("0012", Decimal("0.0235"))]}
    made = fill(folder, last_year(folder), rows)
    assert made == [
        Workbook("VISIT", "H65_tables.xlsx", "门诊就医", 2),
        Workbook("ITEM", "H65_tables.xlsx", "ITEM", 1),
    ]
    assert [sheet["table"] for sheet in manifest_facts(made)["xlsx/H65_tables.xlsx"]["feijian:sheets"]] == [
        "VISIT",
        "ITEM",
    ]
    return folder / "xlsx" / made[0].file


def test_our_rows_stand_under_the_customers_header(filled: Path) -> None:
    book = openpyxl.load_workbook(filled)
    assert book.sheetnames == ["门诊就医", "ITEM", "空白"]
    assert list(book["门诊就医"].values) == [
        ("七泉湖镇卫生院门诊就医表", None, None),
        ("日期", "人员编号*", "金额"),
        ("day", "psn_no", "fee"),
        (datetime(2024, 2, 29), "650402199001019001", 1.5),
        ("1900-01-01", "=cmd", -2),
    ]
    assert list(book["ITEM"].values) == [("编码", "单价"), ("0012", 0.0235)]
    assert CalamineWorkbook.from_path(filled).get_sheet_by_name("ITEM").to_python()[1] == ["0012", 0.0235]


def test_widths_styles_and_filters_stay_while_identifiers_become_text(filled: Path) -> None:
    sheet = openpyxl.load_workbook(filled)["门诊就医"]
    day, person, fee = sheet[4]
    assert (sheet.column_dimensions["B"].width, sheet.freeze_panes, sheet.auto_filter.ref) == (33, "A4", "A3:C5")
    assert {cell.fill.fgColor.rgb for row in sheet["A2:C3"] for cell in row} == {"FF3366FF"}
    assert {(cell.font.name, cell.border.bottom.style) for cell in sheet[4]} == {("仿宋", "thin")}
    assert [cell.number_format for cell in (day, person, fee)] == ["yyyy年m月d日", "@", "#,##0.00"]
    assert (sheet["B5"].data_type, sheet["B5"].quotePrefix) == ("s", True)
    assert openpyxl.load_workbook(filled)["ITEM"].tables["Items"].ref == "A1:B2"
    assert [str(one) for one in sheet.merged_cells.ranges] == ["A1:C1"]


def test_nothing_of_last_year_and_nobody_s_name_goes_along(filled: Path) -> None:
    with ZipFile(filled) as zipped:
        everything = b"".join(zipped.read(name) for name in zipped.namelist())
    assert b"OLD" not in everything
    assert b"somebody" not in everything


def test_what_speaks_of_no_other_file_stays(filled: Path) -> None:
    [rule] = openpyxl.load_workbook(filled)["门诊就医"].data_validations.dataValidation
    assert rule.formula1 == '"甲,乙"'


def test_a_formula_that_speaks_of_another_file_is_refused(tmp_path: Path) -> None:
    template = spoilt(tmp_path, ("门诊就医", "A1", "='[1]去年'!A1"))
    with pytest.raises(TemplateError, match="工作表“门诊就医”的单元格 A1 引用了另一个文件"):
        read_template(template, TABLES)
    assert read_template(spoilt(tmp_path, ("门诊就医", "A1", "=SUM(C4:C9)")), TABLES)


def test_the_same_template_and_rows_give_the_same_bytes(tmp_path: Path) -> None:
    template = last_year(tmp_path)
    found = []
    for name in "ab":
        (tmp_path / name).mkdir()
        [one, _] = fill(tmp_path / name, template, {"VISIT": VISITS, "ITEM": []})
        found.append((tmp_path / name / "xlsx" / one.file).read_bytes())
    assert found[0] == found[1]


def test_rows_that_do_not_fit_go_on_in_numbered_workbooks(tmp_path: Path) -> None:
    visits = [(str(number), None, None) for number in range(5)]
    made = fill(tmp_path, last_year(tmp_path), {"VISIT": visits, "ITEM": [("1", None)]}, sheet_rows=5)
    assert [(one.file, one.table, one.rows) for one in made] == [
        (f"H65_tables_p0{part}.xlsx", name, rows)
        for part, visits, items in ((1, 2, 1), (2, 2, 0), (3, 1, 0))
        for name, rows in (("VISIT", visits), ("ITEM", items))
    ]
    last = openpyxl.load_workbook(tmp_path / "xlsx" / "H65_tables_p03.xlsx")["门诊就医"]
    assert [row[1] for row in last.iter_rows(min_row=4, values_only=True)] == ["4"]


def spoilt(folder: Path, *changes: tuple[str, str, Any]) -> Path:
    book = openpyxl.load_workbook(last_year(folder, rows=1))
    for sheet, cell, value in changes:
        book[sheet][cell] = value
    book.save(folder / "错.xlsx")
    return folder / "错.xlsx"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("amount", "工作表“门诊就医”的单元格 C3“amount”不是2.1 门诊/就医（VISIT）的列名或中文名"),
        (None, "工作表“门诊就医”第 3 行的表头缺少列：fee"),
        ("日期", "工作表“门诊就医”第 3 行的表头有两格都是 day"),
    ],
)
def test_a_cell_that_belongs_to_no_column_is_named(tmp_path: Path, value: str | None, said: str) -> None:
    second_row = [("门诊就医", cell, None) for cell in ("A2", "B2", "C2")]
    with pytest.raises(TemplateError) as refused:
        read_template(spoilt(tmp_path, ("门诊就医", "C3", value), *second_row), TABLES)
    assert said in str(refused.value)


def test_a_sheet_that_belongs_to_no_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="工作表“空白”不知道是哪张表"):
        read_template(spoilt(tmp_path, ("空白", "A1", "填表说明")), TABLES)


def test_a_sheet_of_any_name_goes_by_its_header(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(last_year(tmp_path, rows=1))
    book["ITEM"].title = "Sheet1"
    book.save(tmp_path / "b.xlsx")
    assert read_template(tmp_path / "b.xlsx", TABLES).tables == {"VISIT", "ITEM"}
    book.copy_worksheet(book["Sheet1"])
    book.save(tmp_path / "c.xlsx")
    with pytest.raises(TemplateError, match="“Sheet1”和“Sheet1 Copy”都是药品"):
        read_template(tmp_path / "c.xlsx", TABLES)


@pytest.mark.parametrize(("content", "said"), [(None, "没有模板文件"), (b"\xd0\xcf\x11\xe0", "不是可读的 xlsx")])
def test_what_is_no_workbook_is_no_template(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "x.xlsx"
    if content:
        path.write_bytes(content)
    with pytest.raises(TemplateError, match=said):
        read_template(path, TABLES)


def test_a_large_template_is_read_by_its_first_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("药品")
    sheet.append(["code", "price"])
    for number in range(20_000):
        sheet.append([f"LAST-YEAR-{number}", number])
    book.save(tmp_path / "big.xlsx")
    read = read_template(tmp_path / "big.xlsx", TABLES)
    assert len(read.content) < 20_000
    assert [len(found.places) for found in read.sheets if found] == [2]
