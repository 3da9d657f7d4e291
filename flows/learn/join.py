"""Parts joined into tables: one file per month, per warehouse or per million rows is still one table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from exports.duck import literal, quoted
from flows.learn.sheet import Sheet, Statement, StatementColumn, place_of
from schemas.format import Format
from schemas.words import plain

_GENERIC = re.compile(
    r"^(sheet|工作表|表|sheet\s*\d+|book\s*\d*|data|数据|导出|export|result)?\s*[（(]?\d*[)）]?$", re.IGNORECASE
)
_PARTS = (
    re.compile(r"(?<!\d)(19|20)\d{2}[-_.年]?(0?[1-9]|1[0-2])[-_.月]?((0?[1-9]|[12]\d|3[01])日?)?(?!\d)"),
    re.compile(r"(?<!\d)(19|20)\d{2}年?(?!\d)"),
    re.compile(r"(?<!\d)(0?[1-9]|1[0-2])月"),
    re.compile(r"第?[一二三四1-4]季度"),
    re.compile(r"(?<![A-Za-z0-9])[pw]\d{1,3}(?![A-Za-z0-9])", re.IGNORECASE),
    re.compile(r"[（(]\d+[)）]$"),
    re.compile(r"[_\-]part\d+$", re.IGNORECASE),
)
_INSTITUTION = re.compile(r"(?<![A-Za-z0-9])[HP]\d{11}(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Joined:
    """One table of the delivery: its sheets in order, and the CREATE TABLE that speaks of it, if any.

    `name` is what files or worksheets call it, `""` when they do not; `known` says that this is the name or title of
    a known table. `remarks` are Chinese sentences about how the parts differ.
    """

    name: str
    known: bool
    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()
    statement: Statement | None = None

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Every column, in the order of the first part, further ones of later parts behind it."""
        return tuple(dict.fromkeys(name for sheet in self.sheets for name in sheet.header))

    @property
    def rows(self) -> int:
        """Data rows of all parts."""
        return sum(sheet.count for sheet in self.sheets)

    @cached_property
    def labels(self) -> dict[str, str]:
        """The Chinese label of each column, from a second header row or the statement; `""` when nobody gives one."""
        return {name: self._said(name, "labels") or self._declared(name).label for name in self.header}

    def printed(self, column: str) -> str:
        """The type of a column as a type row or the statement prints it; `""` when nobody does."""
        return self._said(column, "types") or self._declared(column).type

    def _said(self, column: str, what: str) -> str:
        for sheet in self.sheets:
            said = getattr(sheet, what)
            if said and column in sheet.header and said[sheet.header.index(column)]:
                return str(said[sheet.header.index(column)])
        return ""

    def _declared(self, column: str) -> StatementColumn:
        columns = self.statement.columns if self.statement else ()
        return next((one for one in columns if plain(one.name) == plain(column)), StatementColumn(column, "", ""))

    def natives(self, column: str) -> frozenset[str]:
        """The cell types that the column met in workbooks."""
        return frozenset().union(
            *(sheet.natives[sheet.header.index(column)] for sheet in self.sheets if column in sheet.header)
        )

    def decimals(self, column: str) -> int | None:
        """The most decimals that a number format of the column shows."""
        found = [sheet.decimals[sheet.header.index(column)] for sheet in self.sheets if column in sheet.header]
        return max((one for one in found if one is not None), default=None)

    def relation(self) -> str:
        """SQL that gives all rows as text, in the order of the parts."""
        files = ", ".join(literal(sheet.rows) for sheet in self.sheets)
        listed = ", ".join(map(quoted, self.header))
        return f"(SELECT {listed} FROM read_parquet([{files}], union_by_name = true))"


@dataclass
class _Group:
    known: str
    stems: list[str]
    sheets: list[Sheet]


def join(sheets: tuple[Sheet, ...], statements: tuple[Statement, ...], formats: list[Format]) -> list[Joined]:
    """Bring together what belongs to one table, in the order of the files.

    Parts belong together when their names, without dates, part numbers and institution codes, are the same, or when
    their headers are and neither bears the name of a known table.
    """
    names = _known_names(formats)
    groups: list[_Group] = []
    for sheet in sheets:
        stem = stem_of(sheet)
        known = _bears(sheet, names)
        group = next((one for one in groups if _belongs(sheet, stem, known, one)), None)
        if group is None:
            group = _Group(known, [], [])
            groups.append(group)
        group.stems.append(stem)
        group.sheets.append(sheet)
    return [_joined(group, statements) for group in groups]


def _belongs(sheet: Sheet, stem: str, known: str, group: _Group) -> bool:
    if known or group.known:
        return known == group.known
    same_name = bool(stem) and plain(stem) in map(plain, group.stems)
    return same_name or _header(sheet) == _header(group.sheets[0])


def stem_of(sheet: Sheet) -> str:
    """What the file or the worksheet calls the table, without dates, part numbers and institution codes."""
    return next((name for name in _stems(sheet) if not _GENERIC.match(name)), "")


def _stems(sheet: Sheet) -> tuple[str, ...]:
    return tuple(_bare(name) for name in (sheet.sheet, PurePosixPath(sheet.file).stem))


def _bare(name: str) -> str:
    name = _INSTITUTION.sub("", name)
    for pattern in _PARTS:
        name = pattern.sub("", name)
    return re.sub(r"[\s_\-~]*(至|到)?[\s_\-~]+$|^[\s_\-~]+", "", re.sub(r"[_\-\s]{2,}", "_", name))


def _known_names(formats: list[Format]) -> list[tuple[str, str, str]]:
    """Plain names and titles of every known table, as they are written, with the table's name; longest first."""
    found = {
        plain(word): (word, table.name)
        for form in formats
        for table in form.tables
        for word in (table.title, table.name)
    }
    return sorted(((bare, *known) for bare, known in found.items() if bare), key=lambda one: (-len(one[0]), one[0]))


def _bears(sheet: Sheet, names: list[tuple[str, str, str]]) -> str:
    """The name or title of a known table that worksheet or file bears; where one bears each, the name."""
    bares = [plain(stem) for stem in _stems(sheet)]
    found = [next(((word, table) for name, word, table in names if name in bare), None) for bare in bares]
    hits = [hit for hit in found if hit is not None]
    if not hits:
        return ""
    word, table = hits[0]
    return table if (table, table) in hits else word


def _header(sheet: Sheet) -> frozenset[str]:
    return frozenset(map(plain, sheet.header))


def _joined(group: _Group, statements: tuple[Statement, ...]) -> Joined:
    sheets = tuple(group.sheets)
    stems = list(dict.fromkeys(group.stems))
    name = group.known or (stems[0] if len(stems) == 1 else "")
    said = next((one for one in statements if name and plain(one.table) == plain(name)), None)
    columns = _header(sheets[0])
    said = said or next((one for one in statements if {plain(column.name) for column in one.columns} == columns), None)
    return Joined(name, bool(group.known), sheets, tuple(_remarks(sheets)), said)


def _remarks(sheets: tuple[Sheet, ...]) -> Iterator[str]:
    first = sheets[0]
    shuffled = [sheet for sheet in sheets[1:] if sheet.header != first.header and _header(sheet) == _header(first)]
    if shuffled:
        yield f"{len(shuffled)} 个部分的列次序与 {first.file} 不同，按列名对齐"
    for sheet in sheets[1:]:
        missing = [name for name in first.header if plain(name) not in _header(sheet)]
        extra = [name for name in sheet.header if plain(name) not in _header(first)]
        if missing or extra:
            what = [f"缺 {'、'.join(missing)}"] if missing else []
            what += [f"多 {'、'.join(extra)}"] if extra else []
            yield f"{place_of(sheet.file, sheet.sheet)} 与 {place_of(first.file, first.sheet)} 相比{'，'.join(what)}"
