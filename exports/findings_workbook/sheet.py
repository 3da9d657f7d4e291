"""How cells of the clerk's workbook look: typed, wrapped, as high as their text, coloured by weight."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from unicodedata import east_asian_width

from exports.findings_workbook.layout import Column, Kind, Weight
from exports.workbooks.limits import FIRST_DATE

FONT = "Microsoft YaHei"
LONGEST, CUT = 32_000, "……（过长，未全部显示）"
LINE, TALLEST = 15, 400
NUMBERS: dict[Kind, str] = {
    "text": "@",
    "number": "0",
    "money": "#,##0.00",
    "time": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}
FILLS = {
    Weight.MUST: "#F9DEDC",
    Weight.LOOK: "#FFF1D6",
    Weight.HINT: "#E6EEF7",
    Weight.ANSWERED: "#E3F3E8",
}
WRITABLE = "#FFFFE5"


class Styles:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, kind: Kind = "text", fill: str = "", **more: Any) -> Any:
        """A wrapped, bordered cell of a kind, in a colour, with more properties of xlsxwriter."""
        cell: dict[str, Any] = {
            "font_name": FONT,
            "font_size": 10,
            "num_format": NUMBERS[kind],
            "text_wrap": True,
            "valign": "top",
            "border": 1,
            "border_color": "#B8B8B8",
            **({"bg_color": fill} if fill else {}),
            **more,
        }
        key = tuple(sorted(cell.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(cell)
        return self.made[key]


def write_cell(sheet: Any, row: int, place: int, value: Any, style: Any) -> None:
    """One value by its type; nothing is ever a formula, a link or a float."""
    if value is None or value == "":
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, int | Decimal):
        sheet.write_number(row, place, value, style)
    elif isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= FIRST_DATE:
        sheet.write_datetime(row, place, value, style)
    else:
        sheet.write_string(row, place, printable(str(value)), style)


@lru_cache(maxsize=20_000)
def printable(text: str) -> str:
    """Text as a cell can hold it: without control characters, not too long, and saying so when it was."""
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    return text if len(text) <= LONGEST else text[:LONGEST] + CUT


@lru_cache(maxsize=20_000)
def text_lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, some room left; Chinese is twice as wide as Latin."""
    cells = sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)
    return -(-cells // (width - 2)) or 1


def height(values: Sequence[Any], columns: Sequence[Column]) -> int:
    """The height (points) of a row that shows all of its texts."""
    texts = ((value, column.width) for value, column in zip(values, columns, strict=True) if isinstance(value, str))
    return min(LINE * max((text_lines(text, width) for text, width in texts), default=1) + 3, TALLEST)


def page(sheet: Any) -> None:
    """A4 across, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
