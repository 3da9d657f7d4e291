"""A customer's own workbook of a former year, filled with this year's rows.

Sheets, header cells, widths, styles, frozen panes and filters stay. The rows are a stream into the place of the former
ones, so that a template serves for a million rows as for ten. What could carry last year's data or its author out of
the house (rows, comments, pivot tables, charts, pictures, links to other files, properties) is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exports.seal.digests import file_digests
from exports.workbooks.cells import Look
from exports.workbooks.limits import SHEET_ROWS
from exports.workbooks.match import Sheet, match_sheet
from exports.workbooks.parts import open_zip, write_stream
from exports.workbooks.plan import Plan, plan
from exports.workbooks.record import Workbook
from exports.workbooks.scan import Column, scan
from exports.workbooks.skeleton import Gap, load, parts_of, refers_outside
from exports.workbooks.stream import numbered, one_thread, stream_rows
from exports.workbooks.trim import trimmed
from exports.workbooks.write import part_of
from schemas.errors import TemplateError
from schemas.format import FormatTable

_WIDEST = Look(65_000, 65_000, 65_000)  # no style has a longer number
NAME = "tables"  # the template's own name speaks of last year, and may not be ASCII


@dataclass(frozen=True)
class Template:
    """A workbook that has a place for every column of its tables.

    `sheets` are by position what each is for, None for an empty one; `content` is the workbook without all but the
    first rows; `sha256` is that of the file.
    """

    name: str
    sha256: str
    sheets: tuple[Sheet | None, ...]
    content: bytes = field(repr=False)

    @property
    def tables(self) -> set[str]:
        """The names of its tables."""
        return {sheet.table.name for sheet in self.sheets if sheet}


@dataclass(frozen=True)
class _Filling:
    """What goes into one sheet: the table's file, its columns as their values are, and how it is cut."""

    sheet: Sheet
    path: Path
    columns: Mapping[str, Column]
    plan: Plan


def read_template(path: Path, tables: Sequence[FormatTable]) -> Template:
    """Read a workbook and find out what each of its sheets is for.

    Args:
        path: an xlsx.
        tables: the tables of the format.

    Raises:
        TemplateError: it cannot be read, or a sheet or a cell belongs to nothing; sheet and cell are named.
    """
    content = trimmed(path)
    book = load(content, path.name)
    if book.chartsheets:
        raise TemplateError(f"模板 {path.name} 中的图表页“{book.chartsheets[0].title}”不能交付，请删去。")
    sheets = tuple(match_sheet(sheet, tables) for sheet in book.worksheets)
    for opened, sheet in zip(book.worksheets, sheets, strict=True):
        _require_own(opened, sheet.header if sheet else 0)
    seen: dict[str, str] = {}
    for sheet in filter(None, sheets):
        if other := seen.get(sheet.table.name):
            both = f"{sheet.table.title}（{sheet.table.name}）"
            raise TemplateError(f"模板的工作表“{other}”和“{sheet.title}”都是{both}，请只留一个。")
        seen[sheet.table.name] = sheet.title
    if not seen:
        raise TemplateError(f"模板 {path.name} 中没有一张工作表有内容，至少要有一张表的表头。")
    return Template(path.stem, file_digests(path).sha256, sheets, content)


def _require_own(sheet: Any, header: int) -> None:
    for row in sheet.iter_rows(max_row=header) if header else ():
        for cell in row:
            if cell.data_type == "f" and refers_outside(str(getattr(cell.value, "text", cell.value))):
                raise TemplateError(
                    f"模板的工作表“{sheet.title}”的单元格 {cell.coordinate} 引用了另一个文件，不能交付，请改成文字。"
                )


def fill_template(
    database: Any,
    template: Template,
    paths: Mapping[str, Path],
    folder: Path,
    code: str,
    forbidden: dict[str, str] | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> list[Workbook]:
    """Write `<code>_tables.xlsx`, or `<code>_tables_p01.xlsx` and so on when a sheet cannot hold all rows.

    Args:
        database: an open DuckDB.
        template: what `read_template` made of the customer's workbook.
        paths: the assembled tables as Parquet, by name; a sheet whose table is not among them keeps its header alone.
        folder: where the files go, made when it is not there.
        code: institution code, the start of every file name.
        forbidden: texts that the format allows in no value, with what is written instead.
        sheet_rows: rows of one sheet, header included.

    Returns:
        What each sheet of each file holds; sheets without a table's file are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fillings = {
        place: _filling(database, sheet, paths[sheet.table.name], forbidden or {}, sheet_rows - sheet.header)
        for place, sheet in enumerate(template.sheets)
        if sheet and sheet.table.name in paths
    }
    parts = max((one.plan.sheets for one in fillings.values()), default=1)
    written: list[Workbook] = []
    for part in range(parts):
        file = f"{code}_{NAME}{part_of(part, parts)}.xlsx"
        _write_part(database, template, fillings, part, folder / file)
        for one in fillings.values():
            sheet, found, rows = one.sheet, one.plan.count(part), len(one.plan.rows(part))
            written.append(Workbook(sheet.table.name, file, sheet.title, rows, found.replaced, found.cut))
    return written


def _filling(database: Any, sheet: Sheet, path: Path, forbidden: dict[str, str], room: int) -> _Filling:
    with one_thread(database):
        columns = {column.name: column for column in scan(database, sheet.table, numbered(path), forbidden)}
    placed = [(place, columns[column.name], _WIDEST) for place, column in sheet.places]
    return _Filling(sheet, path, columns, plan(database, path, placed, room))


def _write_part(database: Any, template: Template, fillings: Mapping[int, _Filling], part: int, path: Path) -> None:
    rows = {place: len(one.plan.rows(part)) for place, one in fillings.items()}
    known = {place: (sheet, rows.get(place, 0)) for place, sheet in enumerate(template.sheets) if sheet}
    filled = {f"xl/worksheets/sheet{place + 1}.xml": one for place, one in fillings.items()}
    with open_zip(path) as zipped:
        for name, content in parts_of(load(template.content, template.name), known):
            if not isinstance(content, Gap):
                write_stream(zipped, name, [content])
            elif name in filled:
                write_stream(zipped, name, _filled(database, content, filled[name], part))
            else:
                write_stream(zipped, name, [content.before, content.after])


def _filled(database: Any, gap: Gap, one: _Filling, part: int) -> Iterator[bytes | memoryview]:
    placed = [(place, one.columns[column.name], gap.looks[place]) for place, column in one.sheet.places]
    yield gap.before
    yield from stream_rows(database, one.path, placed, one.plan.rows(part), one.sheet.header + 1)
    yield gap.after
