"""Write `findings.xlsx`: a cover, one sheet for each person, and what has been solved since the last run."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import xlsxwriter

from exports.findings_workbook.cover import write_cover
from exports.findings_workbook.layout import ANSWER, COLUMNS, KEY, ON, RULE, SOLVED, TITLES, UNTIL, Column, Weight
from exports.findings_workbook.lines import Book, Line, Names, lines
from exports.findings_workbook.sheet import FILLS, WRITABLE, Styles, height, page, write_cell
from exports.workbooks.limits import CREATED
from schemas.rule import WHO
from schemas.waiver import load_vocabulary

SHEET_ROWS = 1_000_001  # a header and 1,000,000 lines
WEIGHT_AT = 1
BAND = "#F2F2F2"
Row = TypeVar("Row")
SOLVED_COLUMNS = (
    Column("科室", 9),
    Column("规则", 16),
    Column("标题", 40),
    Column("表", 16),
    Column("HIS 中的位置", 50),
    Column("发生时间", 17, "time"),
    Column("栏目", 16),
    Column("涉及金额（元）", 14, "money"),
)


def write_findings(book: Book, path: Path, sheet_rows: int = SHEET_ROWS) -> None:
    """Write the clerk's workbook; identical input gives identical bytes.

    Args:
        book: results, answers, findings, comparison.
        path: the file.
        sheet_rows: rows of one sheet, header included; what does not fit goes on in the next sheet.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as workbook:
        workbook.set_properties({"title": "院内核对工作簿", "created": CREATED})
        styles = Styles(workbook)
        write_cover(book, workbook, styles)
        for who in WHO:
            for name, part in _sheets(who, lines(book, who), sheet_rows - 1):
                _person(workbook.add_worksheet(name), part, styles)
        for name, gone in _sheets(SOLVED, _solved(book), sheet_rows - 1):
            _list(workbook.add_worksheet(name), gone, styles)


def _sheets(name: str, rows: Iterator[Row], room: int) -> Iterator[tuple[str, Iterable[Row]]]:
    """A name for each sheet and the rows that fit on it; at least one sheet."""
    number = 1
    yield name, islice(rows, room)
    for first in rows:
        number += 1
        yield f"{name}（{number}）", chain([first], islice(rows, room - 1))


def _head(sheet: Any, columns: tuple[Column, ...], styles: Styles, frozen: int) -> None:
    page(sheet)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, None, {"hidden": column.title == KEY})
    sheet.set_row(0, 34)
    for place, column in enumerate(columns):
        fill = "#FFE699" if column.answer else "#DCE6EC"
        sheet.write_string(0, place, column.title, styles.get(fill=fill, bold=True, valign="vcenter"))
    sheet.freeze_panes(1, frozen)
    sheet.repeat_rows(0)


def _person(sheet: Any, rows: Iterable[Line], styles: Styles) -> None:
    _head(sheet, COLUMNS, styles, 4)
    _two_pages_wide(sheet)
    number = 0
    looks: dict[tuple[str, bool], list[Any]] = {}
    for number, line in enumerate(rows, start=1):
        look = (line.weight, line.own)
        if look not in looks:
            looks[look] = [_style(line, place, column, styles) for place, column in enumerate(COLUMNS)]
        sheet.set_row(number, height(line[:-1], COLUMNS[:-1]))
        for place, (value, style) in enumerate(zip(line, looks[look], strict=True)):
            write_cell(sheet, number, place, value, style)
    last = max(number, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.print_area(0, 0, last, len(COLUMNS) - 2)
    _choices(sheet, last)


def _two_pages_wide(sheet: Any) -> None:
    """Printed at a size that can be read: the question on one page, value and answer on the next, side by side."""
    sheet.set_print_scale(68)
    sheet.set_v_pagebreaks([TITLES.index("现值")])
    sheet.repeat_columns(0, TITLES.index(RULE))
    sheet.print_across()


def _style(line: Line, place: int, column: Column, styles: Styles) -> Any:
    if column.answer:
        return styles.get(column.kind, WRITABLE)
    if column.title == KEY:
        return styles.get(text_wrap=False)
    fill = FILLS[Weight(line.weight)] if place == WEIGHT_AT else BAND if line.own else ""
    return styles.get(column.kind, fill, bold=line.own)


def _choices(sheet: Any, last: int) -> None:
    """The drop-down list of answers, and a word of help where days are written."""
    words = load_vocabulary().words
    answer, on, until = (TITLES.index(title) for title in (ANSWER, ON, UNTIL))
    message = f"请从下拉列表中选择：{'、'.join(words)}。"
    choice = {"validate": "list", "source": list(words), "error_title": ANSWER, "error_message": message}
    sheet.data_validation(1, answer, last, answer, choice)
    for place, said in ((on, "写成 2026-11-25 这样"), (until, f"不填则为处理日期起 {load_vocabulary().months} 个月")):
        sheet.data_validation(1, place, last, place, {"validate": "any", "input_message": said})


def _solved(book: Book) -> Iterator[tuple[Any, ...]]:
    """The earlier findings that are gone, by rule; then the rules without rows that now pass."""
    names, titles = Names(book.form), book.comparison.titles
    for record in book.comparison.solved.to_pylist():
        rule, table = titles[record["rule"]], record["table"] or ""
        where = record["locate"] or record["_row"] or ""
        column = names.column(table, record["column"] or "")
        yield (
            rule.who, record["rule"], rule.title, names.table(table), where, record["time"], column, record["amount"],
        )  # fmt: skip
    for identifier, rule in sorted(book.comparison.solved_rules.items()):
        yield rule.who, identifier, rule.title, "", "整条规则", None, "", None


def _list(sheet: Any, rows: Iterable[tuple[Any, ...]], styles: Styles) -> None:
    _head(sheet, SOLVED_COLUMNS, styles, 0)
    sheet.fit_to_pages(1, 0)
    number = 0
    for number, row in enumerate(rows, start=1):
        sheet.set_row(number, height(row, SOLVED_COLUMNS))
        for place, (value, column) in enumerate(zip(row, SOLVED_COLUMNS, strict=True)):
            write_cell(sheet, number, place, value, styles.get(column.kind))
    sheet.autofilter(0, 0, max(number, 1), len(SOLVED_COLUMNS) - 1)
