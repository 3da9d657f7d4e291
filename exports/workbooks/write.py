"""One workbook per table, several where a sheet cannot hold all rows.

A spreadsheet shows the CSV's numbers of eighteen digits as 6.5E+17 and runs what starts with `=`; a cell that is
typed does neither. Identical tables give identical bytes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from exports.workbooks.cells import letters, text_row
from exports.workbooks.limits import SHEET_ROWS
from exports.workbooks.parts import HEAD, MAIN, frame, open_zip, write_parts, write_stream
from exports.workbooks.plan import plan
from exports.workbooks.record import Workbook
from exports.workbooks.scan import scan
from exports.workbooks.stream import Placed, numbered, one_thread, stream_rows
from exports.workbooks.styles import ABOVE, HEADER, looks_of
from schemas.format import FormatColumn, FormatTable
from schemas.words import cells_wide

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
) -> list[Workbook]:
    """Write `<code>_<TABLE>.xlsx`, or `<code>_<TABLE>_p01.xlsx` and so on when a sheet cannot hold all rows.

    A sheet is full at its last row, or before it where its XML would pass 2 GiB.

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
        What each file holds, in order; at least one, with the header alone when the table is empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with one_thread(database):
        columns = scan(database, table, numbered(path), forbidden or {})
    looks, styles = looks_of(table.columns)
    placed = tuple(zip(range(1, len(columns) + 1), columns, looks, strict=True))
    planned = plan(database, path, placed, sheet_rows - len(head) - 1)
    written: list[Workbook] = []
    for number in range(planned.sheets):
        file = f"{code}_{table.name}{part_of(number, planned.sheets)}.xlsx"
        rows, found = planned.rows(number), planned.count(number)
        with open_zip(folder / file) as zipped:
            write_parts(zipped, frame(sheet_name(table), styles))
            write_stream(zipped, "xl/worksheets/sheet1.xml", _sheet(database, table, path, placed, head, rows))
        written.append(Workbook(table.name, file, sheet_name(table), len(rows), found.replaced, found.cut))
    return written


def part_of(number: int, files: int) -> str:
    """What tells the files of one table apart: nothing for a single one."""
    return f"_p{number + 1:02d}" if files > 1 else ""


def _sheet(
    database: Any, table: FormatTable, path: Path, placed: Placed, head: tuple[str, ...], rows: range
) -> Iterator[bytes | memoryview]:
    """The XML of a sheet: widths and default styles of the columns, frozen header, rows."""
    below = len(head) + 2
    corner = f"{letters(len(placed))}{below - 1 + len(rows)}"
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{_width(column)}" style="{look.own}" customWidth="1"/>'
        for (place, _, look), column in zip(placed, table.columns, strict=True)
    )
    above = "".join(
        text_row(number, [getattr(column, attribute) for column in table.columns], ABOVE)
        for number, attribute in enumerate(head, start=1)
    )
    names = text_row(below - 1, [column.name for column in table.columns], HEADER)
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><dimension ref="A1:{corner}"/><sheetViews><sheetView workbookViewId="0">'
        f'<pane ySplit="{below - 1}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"<cols>{cols}</cols><sheetData>{above}{names}"
    ).encode()
    yield from stream_rows(database, path, placed, rows, below)
    yield b"</sheetData></worksheet>"


def sheet_name(table: FormatTable) -> str:
    """The Chinese title as a worksheet may be called: at most 31 characters, without the ones Excel refuses."""
    return re.sub(r"[\[\]:*?/\\]", " ", table.title).strip(" '")[:31] or table.name[:31]


def _width(column: FormatColumn) -> int:
    """Room for the name (Chinese characters are twice as wide) and for a usual value, in characters."""
    name = cells_wide(column.name)
    usual = min(column.length or 0, 24) if column.kind == "text" else 0
    return min(max(_WIDTHS[column.kind], name + 2, usual), _WIDEST)
