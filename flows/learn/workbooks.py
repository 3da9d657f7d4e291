"""Tables in workbooks: xlsx as a stream, xls at once; values as text, native types counted."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pyarrow as pa
import python_calamine
from openpyxl.utils.exceptions import InvalidFileException

from flows.learn.body import Body, name_columns
from flows.learn.cells import ERROR, LONG, NATIVES, cell_text, decimals_of, shows_time
from flows.learn.header import SAMPLE, Head, find_head, no_header
from flows.learn.ragged import Ragged
from flows.learn.sheet import Note, Sheet, place_of
from schemas.errors import LearnError

_BATCH = 5_000
_OLE = b"\xd0\xcf\x11\xe0"
_PASSWORD = "{file} 设有打开密码，请去掉密码另存后再试。"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, IndexError, AttributeError, ParseError,
    InvalidFileException, OSError, NotImplementedError,
)  # fmt: skip

Cells = tuple[list[str | None], bytes]
"""The texts of a row and the native type of each."""


@dataclass(frozen=True)
class Worksheet:
    """One worksheet: its rows as they are read, and the decimals by column as they are met."""

    name: str
    hidden: bool
    rows: Iterator[Cells]
    decimals: dict[int, int]


def read_workbook(
    path: Path, file: str, into: Path, known: frozenset[str], include_hidden: frozenset[str]
) -> list[Sheet | Note]:
    """Read the worksheets of a workbook, one after another.

    Args:
        path: the workbook.
        file: its name inside the delivery.
        into: where the Parquet files go; the number of the worksheet is added to its name.
        known: plain names of known columns.
        include_hidden: hidden worksheets (`file!sheet`) that are read all the same.

    Returns:
        Per worksheet a table, or a note why it is left out.

    Raises:
        LearnError: the workbook is damaged or has a password, or a worksheet has no header.
    """
    found: list[Sheet | Note] = []
    with worksheets(path, file) as (kind, sheets):
        for number, sheet in enumerate(sheets):
            place = place_of(file, sheet.name)
            if sheet.hidden and place not in include_hidden:
                text = f"工作表 {place} 是隐藏的，没有读取；需要时请指明要读取它。"
                found.append(Note(place, "hidden_sheet", text))
            else:
                target = into.with_name(f"{into.name}_{number:03}.parquet")
                found.append(_read(sheet, file, kind, target, known))
    return found


@contextmanager
def worksheets(path: Path, file: str) -> Iterator[tuple[str, Iterator[Worksheet]]]:
    """The kind of a workbook, `xlsx` or `xls`, and its worksheets; each is to be read before the next.

    Raises:
        LearnError: the workbook is damaged or has a password.
    """
    with path.open("rb") as handle:
        ole = handle.read(4) == _OLE
    if ole and _ENCRYPTED in path.read_bytes():
        raise LearnError(_PASSWORD.format(file=file))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield ("xls", _xls(path)) if ole else ("xlsx", _xlsx(path))
    except python_calamine.PasswordError as error:
        raise LearnError(_PASSWORD.format(file=file)) from error
    except (*_DAMAGED, python_calamine.CalamineError) as error:
        raise LearnError(
            f"{file} 无法打开，可能已损坏（{error}）；请用 Excel 或 WPS 打开后另存为 xlsx 再试。"
        ) from error


def _xlsx(path: Path) -> Iterator[Worksheet]:
    with path.open("rb") as handle:
        book = openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            decimals: dict[int, int] = {}
            yield Worksheet(sheet.title, sheet.sheet_state != "visible", _streamed(sheet, decimals), decimals)


def _streamed(sheet: Any, decimals: dict[int, int]) -> Iterator[Cells]:
    formats: dict[str, tuple[int | None, bool]] = {}
    for row in sheet.iter_rows():
        texts: list[str | None] = []
        natives = bytearray(len(row))
        for at, cell in enumerate(row):
            value = cell.value
            if value is None:
                texts.append(None)
                continue
            if type(value) is str:
                texts.append(value)
                natives[at] = ERROR if cell.data_type == "e" else 1
                continue
            shown = cell.number_format
            if shown not in formats:
                formats[shown] = decimals_of(shown), shows_time(shown)
            places, timed = formats[shown]
            text, natives[at] = cell_text(value, timed)
            texts.append(text)
            if places is not None and places > decimals.get(at, -1):
                decimals[at] = places
        yield texts, bytes(natives)


def _xls(path: Path) -> Iterator[Worksheet]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for about in book.sheets_metadata:
        if about.typ == python_calamine.SheetTypeEnum.WorkSheet:
            hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
            yield Worksheet(about.name, hidden, _loaded(book, about.name), {})


def _loaded(book: Any, name: str) -> Iterator[Cells]:
    for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
        cells = [cell_text(value) for value in row]
        yield [text for text, _ in cells], bytes(native for _, native in cells)


def to_the_last(rows: Iterator[Cells]) -> Iterator[Cells]:
    """The rows without the blank ones at the end."""
    blank: list[Cells] = []
    for row in rows:
        if any(row[1]):
            yield from blank
            blank.clear()
            yield row
        else:
            blank.append(row)


def _read(sheet: Worksheet, file: str, kind: str, into: Path, known: frozenset[str]) -> Sheet | Note:
    place = place_of(file, sheet.name)
    rows = to_the_last(sheet.rows)
    first = list(islice(rows, SAMPLE))
    if not first:
        return Note(place, "empty_sheet", f"工作表 {place} 是空的。")
    sample = [[(text or "").strip() for text in texts] for texts, _ in first]
    head = find_head(sample, known)
    if head is None:
        if max(sum(map(bool, row)) for row in sample) <= 2:
            return Note(place, "skipped_sheet", f"工作表 {place} 没有读取：找不到表头，不像表格。")
        raise LearnError(no_header(f"{file} 的工作表“{sheet.name}”"))
    return _write(
        sheet,
        head,
        chain(first, rows),
        Sheet(file, sheet.name, kind, (), (), (), into, 0, "", False, "", False, "", (), (), ()),
    )


def _write(sheet: Worksheet, head: Head, rows: Iterator[Cells], bare: Sheet) -> Sheet:
    """The rows below the head, a batch at a time."""
    place = place_of(bare.file, bare.sheet)
    names = name_columns(head.header, place)
    ragged = Ragged(place, len(names.columns))
    met = np.zeros((len(NATIVES) + 1, len(names.columns)), np.int64)
    data = islice(_fitted(rows, ragged, len(names.columns)), head.size, None)
    with closing(Body(bare.rows, head, names, place)) as body:
        while batch := list(islice(data, _BATCH)):
            columns = zip(*(texts for texts, _ in batch), strict=True)
            kept = body.write([pa.array(column, pa.string()) for column in columns])
            natives = np.frombuffer(b"".join(one for _, one in batch), np.uint8).reshape(len(batch), -1)[kept]
            for native in NATIVES:
                met[native] += np.sum(natives == native, axis=0)
    natives_met = tuple(frozenset(NATIVES[one] for one in NATIVES if counts[one]) for counts in met.T)
    return replace(
        bare,
        header=body.pick(names.columns),
        labels=body.pick(head.labels),
        types=body.pick(head.types),
        count=body.count,
        natives=body.pick(natives_met),
        decimals=body.pick(tuple(sheet.decimals.get(at) for at in range(len(names.columns)))),
        notes=(*body.notes(), *ragged.notes(body.count), *_cell_notes(place, names.columns, met)),
    )


def _fitted(rows: Iterator[Cells], ragged: Ragged, width: int) -> Iterator[Cells]:
    """Rows of exactly `width` cells; those with values further right are left out and counted."""
    for number, (texts, natives) in enumerate(rows, 1):
        if any(natives[width:]):
            ragged.add(number, len(natives.rstrip(b"\0")))
        else:
            missing = width - len(texts)
            yield [*texts[:width], *[None] * missing], natives[:width].ljust(width, b"\0")


def _cell_notes(place: str, names: tuple[str, ...], met: Any) -> list[Note]:
    notes = []
    for at, name in enumerate(names):
        if met[LONG, at]:
            text = f"{name} 列有 {met[LONG, at]} 个超过 15 位的数按数值保存，Excel 只保留 15 位，末几位可能已变成 0。"
            notes.append(Note(place, "long_numbers", text, int(met[LONG, at]), name))
        if met[ERROR, at]:
            text = f"{name} 列有 {met[ERROR, at]} 个单元格是错误值（如 #N/A）。"
            notes.append(Note(place, "error_cells", text, int(met[ERROR, at]), name))
    return notes
