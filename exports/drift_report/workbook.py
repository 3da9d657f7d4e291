"""The report as a workbook in which the customer answers."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from exports.drift_report.content import (
    HEAD,
    MEANING,
    SIGNING,
    consent,
    facts,
    place,
    printable,
    rules,
    same_tables,
    sections,
)
from exports.workbooks.limits import CREATED
from schemas.drift.kinds import KINDS
from schemas.drift.records import Drift, Level
from schemas.words import cells_wide

CELL_LIMIT = 32_000
ANSWERS = ["同意", "不同意", "须修改"]
DIFFERENCE_HEAD = ("级别", "类别", *HEAD[:-1], "已有签认", "签认意见", "签认人", "日期")
WIDTHS = (8, 14, 18, 18, 18, 18, 34, 34, 16, 11, 10, 12)
VERDICT_WIDTHS = (16, 24, 18, 80)
SAME_WIDTHS = (40, 40, 10)
LINE, TALLEST = 15, 400
FILLS = {
    Level.BREAKING: "#F9DEDC",
    Level.NOTABLE: "#FFF1D6",
    Level.UNVERIFIED: "#E8E3F4",
    Level.COMPATIBLE: "#E3F3E8",
}


def write_workbook(drift: Drift, path: Path, title: str) -> None:
    """Write the workbook; the same comparison gives the same bytes."""
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": title, "created": CREATED})
        formats = _formats(book)
        _verdict(drift, title, _sheet(book, "结论", VERDICT_WIDTHS), formats)
        _differences(drift, _sheet(book, "差异", WIDTHS), formats)
        same = _sheet(book, "一致的表", SAME_WIDTHS)
        _rows(same, 0, ("表", "名称", "列数"), same_tables(drift), formats, SAME_WIDTHS)
        same.freeze_panes(1, 0)


def _formats(book: Any) -> dict[str, Any]:
    cell = {
        "font_name": "Microsoft YaHei",
        "font_size": 10,
        "num_format": "@",
        "text_wrap": True,
        "valign": "top",
        "border": 1,
        "border_color": "#B8B8B8",
    }
    return {
        "cell": book.add_format(cell),
        "head": book.add_format({**cell, "bold": True, "bg_color": "#DCE6EC"}),
        "title": book.add_format({"font_name": "Microsoft YaHei", "num_format": "@", "bold": True, "font_size": 16}),
        "verdict": book.add_format({**cell, "bold": True, "font_size": 12, "valign": "vcenter", "bg_color": "#F5F5F5"}),
        **{str(level): book.add_format({**cell, "bg_color": fill}) for level, fill in FILLS.items()},
    }


def _sheet(book: Any, name: str, widths: Sequence[int]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    return sheet


def _verdict(drift: Drift, title: str, sheet: Any, formats: dict[str, Any]) -> None:
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, _cut(title), formats["title"])
    sheet.merge_range(1, 0, 1, 3, "", formats["verdict"])
    sheet.write_string(1, 0, _cut(drift.sentence), formats["verdict"])
    sheet.set_row(1, 36)
    line = 2
    for name, text in facts(drift):
        sheet.write_string(line, 0, name, formats["head"])
        sheet.merge_range(line, 1, line, 3, "", formats["cell"])
        sheet.write_string(line, 1, _cut(text), formats["cell"])
        line += 1
    counts = [(one.level, str(len(one.rows)), str(one.signed), MEANING[one.level]) for one in sections(drift)]
    line = _rows(sheet, line + 1, ("级别", "处数", "其中已签认", "含义"), counts, formats, VERDICT_WIDTHS)
    for names in SIGNING:
        line = _rows(sheet, line + 1, names, [("",) * len(names)], formats, VERDICT_WIDTHS)
        sheet.set_row(line - 1, 34)
    levels = [(level, kind, "", rule) for level, kind, rule in rules(drift)]
    first = line + 1
    _rows(sheet, first, ("级别", "类别", "", "判定标准"), levels, formats, VERDICT_WIDTHS)
    for number, (_, kind, _, _) in enumerate([("", "类别", "", ""), *levels]):
        style = formats["cell" if number else "head"]
        sheet.merge_range(first + number, 1, first + number, 2, "", style)
        sheet.write_string(first + number, 1, kind, style)


def _differences(drift: Drift, sheet: Any, formats: dict[str, Any]) -> None:
    rows = [
        (
            one.level,
            KINDS[one.kind].title,
            place(one),
            one.column,
            one.old,
            one.new,
            one.reason,
            one.evidence,
            consent(one),
        )
        for section in sections(drift)
        for one in drift.differences
        if one.level is section.level
    ]
    end = _rows(sheet, 0, DIFFERENCE_HEAD, [(*row, "", "", "") for row in rows], formats, WIDTHS) - 1
    sheet.freeze_panes(1, 4)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, end, len(DIFFERENCE_HEAD) - 1)
    if rows:
        column = DIFFERENCE_HEAD.index("签认意见")
        message = f"请选择：{'、'.join(ANSWERS)}。"
        choice = {"validate": "list", "source": ANSWERS, "error_title": "签认意见", "error_message": message}
        sheet.data_validation(1, column, end, column, choice)


def _rows(
    sheet: Any,
    line: int,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    formats: dict[str, Any],
    widths: Sequence[int],
) -> int:
    """Write a head and rows as text, the level in its colour, each as high as its text; the next free line."""
    for column, name in enumerate(head):
        sheet.write_string(line, column, name, formats["head"])
    for row in rows:
        line += 1
        sheet.set_row(line, min(LINE * max(map(_lines, row, widths)), TALLEST))
        for column, text in enumerate(row):
            style = formats[text] if isinstance(text, Level) else formats["cell"]
            sheet.write_string(line, column, _cut(text), style)
    return line + 1


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, some room left at each end; Chinese is twice as wide as Latin."""
    cells = cells_wide(text)
    return cells * 6 // (width * 5) + 1


def _cut(text: str) -> str:
    """A text that fits in a cell of Excel; what is left out stands in the other files."""
    text = printable(text)
    return text if len(text) <= CELL_LIMIT else f"{text[:CELL_LIMIT]}……（过长，全文见同名的 json 文件）"
