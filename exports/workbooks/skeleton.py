"""A template without its rows, as openpyxl writes it again, cut where our rows go.

Three marker rows below the header hold the styles that our cells need: of the column's own kind, of texts, and of texts
that look like a formula. They are made from the template's first row of data, or else from its columns.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from exports.workbooks.cells import Look, letters
from exports.workbooks.match import Sheet
from exports.workbooks.parts import CORE, HEAD
from exports.workbooks.styles import number_format
from schemas.errors import TemplateError
from schemas.format import FormatColumn

_ROW = re.compile(rb'<row r="(\d+)".*?</row>', re.DOTALL)
_OTHER_FILE = re.compile(r"\[\d+\]")
_CELL = re.compile(rb'<c r="([A-Z]+)\d+" s="(\d+)"')


@dataclass(frozen=True)
class Gap:
    """A sheet's XML before and after its rows, and the styles of each place."""

    before: bytes
    after: bytes
    looks: Mapping[int, Look]


def load(content: bytes, name: str) -> Any:
    """A workbook of openpyxl, without links to other files.

    Raises:
        TemplateError: openpyxl cannot read it.
    """
    import openpyxl

    try:
        with warnings.catch_warnings(action="ignore"):
            return openpyxl.load_workbook(BytesIO(content), keep_links=False, rich_text=True)
    except Exception as error:
        raise TemplateError(f"模板 {name} 无法读取（{error}），请用 Excel 打开另存为 xlsx 后再试。") from None


def parts_of(book: Any, sheets: Mapping[int, tuple[Sheet, int]]) -> Iterator[tuple[str, bytes | Gap]]:
    """The parts of a workbook, each sheet with rows to come as a gap.

    Args:
        book: a workbook of openpyxl; it is emptied.
        sheets: by position in the book: what the sheet is for, and how many rows will stand in it.
    """
    for place, sheet in enumerate(book.worksheets):
        _clear(sheet)
        if place in sheets:
            _empty(sheet, *sheets[place])
    _unlink(book.defined_names)
    book.custom_doc_props.props = []
    saved = BytesIO()
    with warnings.catch_warnings(action="ignore"):
        book.save(saved)
    named = {f"xl/worksheets/sheet{place + 1}.xml": one for place, one in sheets.items()}
    with ZipFile(saved) as zipped:
        for name in zipped.namelist():
            content = (HEAD + CORE).encode() if name == "docProps/core.xml" else zipped.read(name)
            yield name, _gap(content, *named[name]) if name in named else content


def refers_outside(formula: str) -> bool:
    """Whether a formula speaks of another file, as Excel keeps it: `[1]Sheet1!A1`."""
    return bool(_OTHER_FILE.search(formula))


def _clear(sheet: Any) -> None:
    """Take off a sheet what is no cell and may show last year's data, its authors, or another file."""
    for cell in sheet._cells.values():
        if cell.comment:
            cell.comment = None
    sheet.legacy_drawing = None
    sheet._charts, sheet._pivots, sheet._images = [], [], []
    _unlink(sheet.defined_names)
    rules = sheet.data_validations.dataValidation
    sheet.data_validations.dataValidation = [
        rule for rule in rules if not refers_outside(f"{rule.formula1} {rule.formula2}")
    ]


def _unlink(names: Any) -> None:
    """Forget the names of ranges in other files."""
    for name in [name for name, one in names.items() if refers_outside(one.attr_text or "")]:
        del names[name]


def _empty(sheet: Any, known: Sheet, rows: int) -> None:
    """Leave the header, put the markers below it, and stretch what spans the rows."""
    first, last = known.header + 1, known.header + max(rows, 1)
    models = {place: copy(_model(sheet, first, place)._style) for place, _ in known.places}
    for key in [key for key in sheet._cells if key[0] > known.header]:
        del sheet._cells[key]
    for number in [number for number in sheet.row_dimensions if number > known.header]:
        del sheet.row_dimensions[number]
    sheet.merged_cells.ranges = {one for one in sheet.merged_cells.ranges if one.max_row <= known.header}
    sheet._hyperlinks = [link for link in sheet._hyperlinks if int(re.sub(r"\D", "", link.ref.split(":")[0])) < first]
    for table in sheet.tables.values():
        table.totalsRowCount = None
        table.ref = _stretched(table.ref, last)
        if table.autoFilter:
            table.autoFilter.ref = _stretched(table.autoFilter.ref, last)
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _stretched(sheet.auto_filter.ref, last)
    for place, column in known.places:
        for shift, (form, defused) in enumerate(((None, False), ("@", False), ("@", True))):
            cell = sheet.cell(first + shift, place)
            cell._style = copy(models[place])
            cell.number_format = form or _format(column, cell)
            cell.quotePrefix = defused


def _model(sheet: Any, row: int, place: int) -> Any:
    """What the cells of a column look like: the first row of data, or else the column itself."""
    cell = sheet._cells.get((row, place))
    if cell is not None and cell.has_style:
        return cell
    dimensions = sheet.column_dimensions.values()
    return next((one for one in dimensions if one.min and one.min <= place <= one.max), sheet.cell(row, place))


def _format(column: FormatColumn, cell: Any) -> str:
    """The template's own format where it shows the column's kind, ours where it does not."""
    shown: str = cell.number_format
    number = cell.is_date is False and any(sign in shown for sign in "0#")
    if column.kind == "decimal" and number:
        return shown
    return shown if column.kind in ("date", "datetime") and _shows_date(shown) else number_format(column)


def _shows_date(shown: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(shown))


def _stretched(ref: str, last: int) -> str:
    start, _, end = ref.partition(":")
    return f"{start}:{re.sub(r'[0-9]+', '', end or start)}{last}"


def _gap(content: bytes, known: Sheet, rows: int) -> Gap:
    """Cut a sheet at its markers; openpyxl writes them as the last three rows."""
    first = known.header + 1
    markers = {int(found[1]): found for found in _ROW.finditer(content) if int(found[1]) >= first}
    styles = [
        {cell[1].decode(): int(cell[2]) for cell in _CELL.finditer(markers[first + shift][0])} for shift in range(3)
    ]
    looks = {place: Look(*(style[letters(place)] for style in styles)) for place, _ in known.places}
    before, after = content[: markers[first].start()], content[markers[first + 2].end() :]
    corner = f"{letters(max(place for place, _ in known.places))}{known.header + rows}".encode()
    return Gap(re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:' + corner + b'"', before), after, looks)
