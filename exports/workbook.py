"""Worksheets for human eyes beside the canonical CSV: identifiers are text, amounts numbers, dates dates.

A spreadsheet shows the CSV's numbers of eighteen digits as 6.5E+17 and runs what starts with `=`; a cell that is
typed does neither. Identical tables give identical bytes.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter

from exports.csv_files import without
from exports.duck import literal, one_row, quoted
from schemas.format import FormatColumn, FormatTable

SHEET_ROWS = 1_048_576
LONGEST_TEXT = 32_767
CUT = "……（内容过长，全文见 CSV）"
FIRST_DATE = date(1900, 1, 1)
BLOCK = 10_000
CREATED = datetime(2000, 1, 1)

_DATES = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
_WIDTHS = {"text": 14, "decimal": 14, "date": 12, "datetime": 20}
_WIDEST = 40


def write_workbooks(
    database: Any,
    table: FormatTable,
    path: Path,
    folder: Path,
    code: str,
    head: tuple[str, ...] = (),
    forbidden: dict[str, str] | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> list[Path]:
    """Write `<code>_<TABLE>.xlsx`, and `<code>_<TABLE>_p02.xlsx` and so on when a sheet cannot hold all rows.

    Args:
        database: an open DuckDB.
        table: the format's table.
        path: the assembled table as Parquet; the rows stay in its order.
        folder: where the files go, made when it is not there.
        code: institution code, the start of every file name.
        head: what stands above the header, row by row: `label`, `note` or `printed` of each column.
        forbidden: texts that the format allows in no value, with what is written instead.
        sheet_rows: rows of one sheet, header included.

    Returns:
        The files, in order; at least one, with the header alone when the table is empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(_selected(column, forbidden or {}) for column in table.columns)
    scan = f"read_parquet({literal(path)})"
    [total] = one_row(database, f"SELECT count(*) FROM {scan}")
    room = sheet_rows - len(head) - 1
    files: list[Path] = []
    for offset in range(0, max(total, 1), room):
        number = f"_p{len(files) + 1:02d}" if files else ""
        files.append(folder / f"{code}_{table.name}{number}.xlsx")
        database.execute(f"SELECT {listed} FROM {scan} LIMIT {room} OFFSET {offset}")
        _write_file(files[-1], table, head, _rows(database))
    return files


def _selected(column: FormatColumn, forbidden: dict[str, str]) -> str:
    name = quoted(column.name)
    return f"{without(name, forbidden)} AS {name}" if column.kind == "text" else name


def _rows(database: Any) -> Iterator[tuple[Any, ...]]:
    while block := database.fetchmany(BLOCK):
        yield from block


def _write_file(file: Path, table: FormatTable, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """One workbook with one sheet, row by row; temporary files lie beside it and go with it."""
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": str(file.parent)}) as workbook:
        workbook.set_properties({"created": CREATED})
        sheet = workbook.add_worksheet(sheet_name(table))
        formats = [_format(workbook, column) for column in table.columns]
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _width(column), formats[place])
        _write_head(workbook, sheet, table, head)
        for number, row in enumerate(rows, start=len(head) + 1):
            for place, value in enumerate(row):
                _write_cell(sheet, number, place, value, formats[place])


def sheet_name(table: FormatTable) -> str:
    """The Chinese title as a worksheet may be called: at most 31 characters, without the ones Excel refuses."""
    return re.sub(r"[\[\]:*?/\\]", " ", table.title).strip(" '")[:31] or table.name[:31]


def _format(workbook: Any, column: FormatColumn) -> Any:
    if column.kind == "decimal":
        return workbook.add_format({"num_format": "0" + ("." + "0" * column.scale if column.scale else "")})
    return workbook.add_format({"num_format": _DATES.get(column.kind, "@")})


def _write_head(workbook: Any, sheet: Any, table: FormatTable, head: tuple[str, ...]) -> None:
    """The rows above the header, and the header with the names of the columns, frozen."""
    small = workbook.add_format({"num_format": "@", "font_color": "#595959", "text_wrap": True, "valign": "top"})
    bold = workbook.add_format({"num_format": "@", "bold": True, "bg_color": "#DDEBF7", "bottom": 1})
    for number, attribute in enumerate(head):
        for place, column in enumerate(table.columns):
            sheet.write_string(number, place, getattr(column, attribute), small)
    for place, column in enumerate(table.columns):
        sheet.write_string(len(head), place, column.name, bold)
    sheet.freeze_panes(len(head) + 1, 0)


def _write_cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        sheet.write_number(row, place, value, form)
    elif isinstance(value, date) and _day(value) >= FIRST_DATE:
        sheet.write_datetime(row, place, value, form)
    else:
        text = str(value)
        sheet.write_string(
            row, place, text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT, form
        )


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _width(column: FormatColumn) -> int:
    """Room for the name (Chinese characters are twice as wide) and for a usual value, in characters."""
    name = sum(2 if east_asian_width(character) in "WF" else 1 for character in column.name)
    usual = min(column.length or 0, 24) if column.kind == "text" else 0
    return min(max(_WIDTHS[column.kind], name + 2, usual), _WIDEST)
