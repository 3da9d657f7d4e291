"""The reconciliation of stock as a workbook for people: what it says, by billing code, by item, by warehouse."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from exports.findings_workbook.layout import Column, Weight
from exports.findings_workbook.sheet import FILLS, Styles, height, page, write_cell
from exports.stock.columns import CODES, GOODS, PLACES, Shown, shown
from exports.stock.reconcile import Reconciliation
from exports.workbooks.limits import CREATED

HEAD = "#DDEBF7"
NOTES = (
    "数量都是最小计价单位；退费、退库已冲减；出库以正数列出。",
    "“结存－计算”不为零：期初＋入库－出库不等于期末。这里每物资每库房一行；逐批号的差异见规则 S01。",
    "购进只计进入机构的一级库；二级库记的购进单列，因为它多半是一级库已经计过的货。",
    "收费按结算日期在期间内的明细，减去期间前已使用的（退费照减）；它们按收费编码与物资对应，同一编码下的物资合并比较。",
    "着色的行是线索，请核实：收费多于期初加购进（或销售出库）一个最小单位以上且超过百分之二，或结存与计算不符。"
    "线索不等于违规；常见原因有漏录采购、赠品、转化比有误、记错品种、跨年结算。",
)


def write_reconciliation(
    found: Reconciliation, path: Path, facts: Sequence[tuple[str, str]], unknown: Sequence[str]
) -> None:
    """Write the workbook; identical input gives identical bytes.

    Args:
        found: the reconciliation.
        path: the file.
        facts: names and values at the head of the first sheet, such as the institution and the period.
        unknown: what this source cannot tell, one sentence each.
    """
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": "进销存核对", "created": CREATED})
        styles = Styles(book)
        _explain(book.add_worksheet("说明"), styles, facts, unknown)
        marked = {id(row) for row in (*found.over_bought, *found.over_sold, *found.uneven, *found.transferred)}
        for title, columns, rows in (
            ("收费对照", CODES, found.codes),
            ("按物资", GOODS, found.goods),
            ("按库房", PLACES, found.places),
        ):
            _table(book.add_worksheet(title), styles, columns, rows, marked)


def _explain(sheet: Any, styles: Styles, facts: Sequence[tuple[str, str]], unknown: Sequence[str]) -> None:
    """What the workbook is of, how to read it, and what it cannot tell."""
    columns = (Column("", 14), Column("", 100))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    said = [*facts, *(("读法", note) for note in NOTES), *(("未能核对", one) for one in unknown)]
    for line, values in enumerate(said):
        sheet.set_row(line, height(values, columns))
        fill = FILLS[Weight.LOOK] if values[0] == "未能核对" else ""
        write_cell(sheet, line, 0, values[0], styles.get(fill=HEAD, bold=True))
        write_cell(sheet, line, 1, values[1], styles.get(fill=fill))
    page(sheet)
    sheet.fit_to_pages(1, 0)


def _table(
    sheet: Any, styles: Styles, columns: Sequence[Shown], rows: Sequence[dict[str, Any]], marked: set[int]
) -> None:
    """One table, its header frozen; rows that somebody should look at are coloured."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        write_cell(sheet, 0, place, column.title, styles.get(fill=HEAD, bold=True, valign="vcenter"))
    sheet.set_row(0, height([column.title for column in columns], [Column("", column.width) for column in columns]))
    for line, row in enumerate(rows, start=1):
        fill = FILLS[Weight.LOOK] if id(row) in marked else ""
        for place, column in enumerate(columns):
            value = shown(row, column)
            number = isinstance(value, Decimal | int)
            write_cell(sheet, line, place, value, styles.get(fill=fill, num_format="General" if number else "@"))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    page(sheet)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
