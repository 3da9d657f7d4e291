"""A paper read back as people see it: the cells of its tables and its lines, whatever its layout.

Only the text that is shown counts, so a reader needs neither our template nor a Word library.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from exports.papers.content import Fact, Listing, Paper
from schemas.errors import PaperError

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}tab": "\t"}
_SHOWN = ("word/document", "word/header", "word/footer")
_CORE = "docProps/core.xml"
_VERSION = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}version"
_LARGEST = 200_000_000  # bytes of one unpacked part; a paper of 10,000 files stays below 20 MB
PLACEHOLDERS = ("{{", "}}", "{%", "%}", "XXX")

Row = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The tables of a document, row by row, and every line of it (headers and footers too).

    `edition` is that of our wording, as the document's properties have it; empty when they do not.
    """

    tables: tuple[tuple[Row, ...], ...]
    lines: tuple[str, ...]
    edition: str = ""


def read_paper(path: Path) -> Reading:
    """Read a `.docx`.

    Raises:
        PaperError: it is no Word document, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [one for one in archive.infolist() if one.filename.startswith((*_SHOWN, _CORE))]
            if any(part.file_size > _LARGEST for part in parts):
                raise PaperError(f"{path.name} 过大，不像一份交接材料。")
            roots = {part.filename: ElementTree.fromstring(archive.read(part)) for part in parts}
        document = roots["word/document.xml"]
        core = roots.pop(_CORE, None)
    except (OSError, KeyError, RuntimeError, zlib.error, zipfile.BadZipFile, ElementTree.ParseError):
        raise PaperError(f"{path} 不是完好的 Word 文档（.docx）：请用 Word 或 WPS 打开后另存为 .docx。") from None
    tables = tuple(tuple(_rows(table)) for table in document.iter(f"{_WORD}tbl"))
    return Reading(tables, tuple(line for root in roots.values() for line in _paragraphs(root)), _edition(core))


def _edition(core: ElementTree.Element | None) -> str:
    return "" if core is None else core.findtext(_VERSION, "")


def _rows(table: ElementTree.Element) -> Iterator[Row]:
    for row in table.findall(f"{_WORD}tr"):
        yield tuple("\n".join(_paragraphs(cell)).strip() for cell in row.findall(f"{_WORD}tc"))


def _paragraphs(node: ElementTree.Element) -> Iterator[str]:
    hidden = {piece for run in node.iter(f"{_WORD}r") if _is_hidden(run) for piece in run.iter()}
    for paragraph in node.iter(f"{_WORD}p"):
        shown = (piece for piece in paragraph.iter() if piece not in hidden)
        yield "".join((piece.text or "") if piece.tag == f"{_WORD}t" else _BREAKS.get(piece.tag, "") for piece in shown)


def _is_hidden(run: ElementTree.Element) -> bool:
    mark = run.find(f"{_WORD}rPr/{_WORD}vanish")
    return mark is not None and mark.get(f"{_WORD}val", "true") not in ("0", "false", "off")


def differences(paper: Paper, reading: Reading, proven_only: bool) -> Iterator[str]:
    """Where a document says something else than the paper should, in Chinese.

    Args:
        paper: what should stand there.
        reading: what stands there.
        proven_only: leave out the facts that the package does not know.
    """
    heads = {listing.tag: frozenset(map(_squeezed, listing.columns)) for listing in paper.tables}
    lists: dict[str, list[tuple[Row, ...]]] = {tag: [] for tag in heads}
    forms: list[tuple[Row, ...]] = []
    for table in reading.tables:
        head = {_squeezed(cell) for cell in table[0]} if table else set()
        tag = next((tag for tag, columns in heads.items() if columns <= head), None)
        (forms if tag is None else lists[tag]).append(table)
    for fact in paper.facts:
        if fact.proven or not proven_only:
            yield from _fact(fact, forms)
    for listing in paper.tables:
        yield from _listing(listing, lists[listing.tag])
    yield from _placeholders(paper, reading)


def _fact(fact: Fact, forms: list[tuple[Row, ...]]) -> Iterator[str]:
    """The cell right of the label."""
    label = _squeezed(fact.label)
    found = [
        row[place + 1] if place + 1 < len(row) else ""
        for table in forms
        for row in table
        for place, cell in enumerate(row)
        if _squeezed(cell) == label
    ]
    if not found:
        yield f"缺少“{fact.label}”一栏"
    for value in found:
        if fact.value is not None and _squeezed(value) != _squeezed(fact.value):
            yield f"“{fact.label}”写作“{_short(value)}”，应为“{_short(fact.value)}”"


def _listing(listing: Listing, tables: list[tuple[Row, ...]]) -> Iterator[str]:
    if not tables:
        yield f"缺少表格“{listing.tag}”，其表头应有：{'、'.join(listing.columns)}"
        return
    found = [row for table in tables for row in _picked(listing, table)]
    wanted = [tuple(map(_squeezed, row)) for row in listing.rows]
    if len(found) == len(wanted):
        for word, ours, theirs in zip(listing.words, listing.rows, found, strict=True):
            for column, right, cell in zip(listing.columns, ours, theirs, strict=True):
                if _squeezed(right) != cell:
                    yield f"“{listing.tag}”中 {word} 的{column}写作“{_short(cell)}”，应为“{_short(right)}”"
        return
    yield f"“{listing.tag}”有 {len(found)} 行，应为 {len(wanted)} 行"
    yield from (
        f"“{listing.tag}”缺少 {word}" for word, row in zip(listing.words, wanted, strict=True) if row not in found
    )
    yield from (f"“{listing.tag}”多出“{_short(' '.join(row))}”" for row in found if row not in wanted)


def _picked(listing: Listing, table: tuple[Row, ...]) -> Iterator[Row]:
    """The listing's columns of each row below the head, whatever their order."""
    head = [_squeezed(cell) for cell in table[0]]
    places = [head.index(_squeezed(column)) for column in listing.columns]
    for row in table[1:]:
        yield tuple(_squeezed(row[place]) if place < len(row) else "" for place in places)


def _placeholders(paper: Paper, reading: Reading) -> Iterator[str]:
    """Tags and stand-ins that nobody filled in; values that happen to hold such signs are no stand-ins."""
    values = [fact.value or "" for fact in paper.facts] + [
        cell for one in paper.tables for row in one.rows for cell in row
    ]
    innocent = {_squeezed(value) for value in values if any(mark in value for mark in PLACEHOLDERS)}
    for line in reading.lines:
        mark = next((mark for mark in PLACEHOLDERS if mark in line), None)
        if mark and not any(value in _squeezed(line) for value in innocent):
            yield f"留有没有填写的占位符“{_short(line)}”"


def _squeezed(text: str) -> str:
    """Without blanks, and without what labels are dressed with."""
    return "".join(text.split()).strip("：:*＊")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:76]}……"
