"""A prior year's delivery, whatever it looks like, as clean tables of text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.learn.sheet import Delivery, Note, Sheet, Statement
from flows.learn.statements import read_statements
from flows.learn.text_tables import read_text_table
from flows.learn.unpack import STATEMENTS, WORKBOOKS, Found, find_files
from flows.learn.workbooks import read_workbook
from schemas.errors import LearnError
from schemas.words import plain

_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


def read_delivery(
    path: Path,
    spill: Path,
    known: frozenset[str],
    include_hidden: frozenset[str] = frozenset(),
    tell: Callable[[str], None] = lambda line: None,
) -> Delivery:
    """Read a folder, a zip or a single file.

    Args:
        path: what was delivered.
        spill: a folder for the Parquet files; made when it is not there.
        known: names of columns that feijian knows, in the form of `schemas.words.plain`.
        include_hidden: hidden worksheets (`file!sheet`) that a person has decided to take.
        tell: hears which file is being read.

    Returns:
        Tables and statements in the order of the file names, and notes on what was left out.

    Raises:
        LearnError: a file is damaged, has no header, or nothing could be read at all.
    """
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill) as unpacked:
        files, notes = find_files(path, Path(unpacked))
        told: list[Statement | Note] = []
        for one in (file for file in files if file.suffix in STATEMENTS):
            tell(f"读取 {one.name}")
            told += read_statements(one.path, one.name)
        statements = tuple(thing for thing in told if isinstance(thing, Statement))
        known |= {plain(column.name) for statement in statements for column in statement.columns}
        found: list[Sheet | Note] = []
        for number, one in enumerate(file for file in files if file.suffix not in STATEMENTS):
            tell(f"读取 {one.name}")
            found += _read(one, spill / f"{number:04}", known, include_hidden)
    notes += [thing for thing in (*told, *found) if isinstance(thing, Note)]
    sheets = tuple(thing for thing in found if isinstance(thing, Sheet))
    if not sheets and not statements:
        why = "；".join(note.text.rstrip("。") for note in notes[:5])
        raise LearnError(f"{path} 中没有可以读取的表。{why + '。' if why else ''}请给出上一年交付的数据文件。")
    return Delivery(sheets, statements, tuple(notes))


def _read(one: Found, into: Path, known: frozenset[str], include_hidden: frozenset[str]) -> Iterator[Sheet | Note]:
    """What one file of data holds; its first bytes decide: a name may lie (an xls that is text, a csv that is xlsx)."""
    with one.path.open("rb") as handle:
        start = handle.read(512)
    if start.startswith((_OLE, _ZIP)):
        yield from read_workbook(one.path, one.name, into, known, include_hidden)
    elif start.lstrip().lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise LearnError(f"{one.name} 其实是网页或 XML，不是表格文件；请用 Excel 或 WPS 打开后另存为 xlsx 再试。")
    elif one.suffix in WORKBOOKS - {".xls"}:
        raise LearnError(f"{one.name} 无法打开，可能已损坏；请用 Excel 或 WPS 打开后另存为 xlsx 再试。")
    else:
        yield read_text_table(one.path, one.name, into.with_suffix(".parquet"), known)
