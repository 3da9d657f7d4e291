"""The file that leaves: CSV for machines, a workbook with a cover for people; numbers of persons are text in both.

What a spreadsheet would run as a formula is defused: in CSV by an apostrophe in front, in a workbook by typed cells.
A workbook of class D carries requester and time on every sheet and is encrypted (ECMA-376 agile, AES-256).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from exports.workbooks.limits import CREATED, FORMULA, SHEET_ROWS

WIDTHS = (8, 40)


def plain(value: Any) -> str:
    """A value as text: days as 2024-05-06, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def defused(text: str) -> str:
    """A text that no spreadsheet runs; negative numbers stay."""
    if text.startswith(FORMULA) and not text.removeprefix("-").replace(".", "", 1).isdigit():
        return "'" + text
    return text


def write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write UTF-8 with a byte order mark, so that Excel and WPS read the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(titles)
        writer.writerows([defused(plain(value)) for value in row] for row in rows)


def write_workbook(
    path: Path,
    cover: Sequence[tuple[str, str]],
    titles: Sequence[str],
    rows: Sequence[Sequence[Any]],
    watermark: str = "",
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write a workbook with a cover; rows that one sheet cannot hold go on in the next.

    Args:
        path: where to.
        cover: what and value, line by line.
        titles: of the columns.
        rows: the answer.
        watermark: printed on every sheet, empty for none.
        sheet_rows: rows of one sheet, its header included.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"created": CREATED})
        bold = book.add_format({"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        front = book.add_worksheet("封面")
        front.set_column(0, 0, 16)
        front.set_column(1, 1, 90)
        front.set_paper(9)
        front.fit_to_pages(1, 0)
        for number, (what, value) in enumerate(cover):
            front.write_string(number, 0, what, bold)
            front.write_string(number, 1, value, wrapped)
        _mark(front, watermark)
        room = sheet_rows - 1
        for part in range(max((len(rows) + room - 1) // room, 1)):
            sheet = book.add_worksheet("数据" if part == 0 else f"数据{part + 1}")
            _write_sheet(book, sheet, titles, rows[part * room : (part + 1) * room], bold)
            _mark(sheet, watermark)


def _write_sheet(book: Any, sheet: Any, titles: Sequence[str], rows: Sequence[Sequence[Any]], bold: Any) -> None:
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, title in enumerate(titles):
        sheet.set_column(place, place, min(max(WIDTHS[0], 2 * len(title) + 2), WIDTHS[1]))
        sheet.write_string(0, place, title, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, bool) or value is None:
                continue
            if isinstance(value, int | Decimal) and len(str(value)) <= 15:
                sheet.write_number(number, place, value)
            elif isinstance(value, datetime) and value.year >= 1900:
                sheet.write_datetime(number, place, value, moment)
            elif isinstance(value, date) and value.year >= 1900:
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write_string(number, place, plain(value)[:32_767], text)


def _mark(sheet: Any, watermark: str) -> None:
    """Requester and time in the page's head and foot, and across its first rows as a comment-free text box."""
    if not watermark:
        return
    safe = watermark.replace("&", "&&")
    sheet.set_header(f"&C&14&KC00000{safe}")
    sheet.set_footer(f"&C&KC00000{safe}　第 &P 页，共 &N 页")
    font = {"color": "#C00000", "size": 14, "bold": True}
    box = {"width": 640, "height": 40, "font": font, "fill": {"none": True}, "line": {"none": True}}
    sheet.insert_textbox(3, 1, watermark, box)


def encrypt(path: Path, password: str) -> None:
    """Encrypt a finished workbook in place; without the password Excel and WPS do not open it."""
    from msoffcrypto.format.ooxml import OOXMLFile

    content = io.BytesIO(path.read_bytes())
    hidden = io.BytesIO()
    OOXMLFile(content).encrypt(password, hidden)
    path.write_bytes(hidden.getvalue())
