"""Parts joined into tables: one file per month, per warehouse or per million rows is still one table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from exports.duck import literal, quoted
from flows.learn.decisions import Decisions, Question
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
MERGE, TWICE = "合并文件", "两种文件"
TOGETHER, APART, TEXT, BOOK = "合并", "分开", "取文本", "取工作簿"
_PLACE = re.compile(r"药库|药房|库房|仓库|库$|中心|分院|院区|卫生院|卫生室|服务站|科$|科室|病区|门诊部")
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
    def spelling(self) -> tuple[dict[str, str], ...]:
        """Per part: column -> how this part spells it. The first spelling counts; case, width and blanks do not."""
        columns: list[str] = []
        parts = []
        for sheet in self.sheets:
            own: dict[str, str] = {}
            for name in sheet.header:
                alike = (one for one in columns if one not in own and plain(one) == plain(name))
                column = name if name in columns and name not in own else next(alike, name)
                own[column] = name
            columns += [name for name in own if name not in columns]
            parts.append(own)
        return tuple(parts)

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Every column, in the order of the first part, further ones of later parts behind it."""
        return tuple(dict.fromkeys(name for part in self.spelling for name in part))

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

    def _places(self, column: str) -> Iterator[tuple[Sheet, int]]:
        """Each part that has the column, and where."""
        for sheet, part in zip(self.sheets, self.spelling, strict=True):
            if column in part:
                yield sheet, sheet.header.index(part[column])

    def _said(self, column: str, what: str) -> str:
        said = ((getattr(sheet, what), place) for sheet, place in self._places(column))
        return next((str(words[place]) for words, place in said if words and words[place]), "")

    def _declared(self, column: str) -> StatementColumn:
        columns = self.statement.columns if self.statement else ()
        return next((one for one in columns if plain(one.name) == plain(column)), StatementColumn(column, "", ""))

    def natives(self, column: str) -> frozenset[str]:
        """The cell types that the column met in workbooks."""
        return frozenset().union(*(sheet.natives[place] for sheet, place in self._places(column)))

    def decimals(self, column: str) -> int | None:
        """The most decimals that a number format of the column shows."""
        found = [sheet.decimals[place] for sheet, place in self._places(column)]
        return max((one for one in found if one is not None), default=None)

    def relation(self) -> str:
        """SQL that gives all rows as text, in the order of the parts."""
        parts = []
        for sheet, part in zip(self.sheets, self.spelling, strict=True):
            listed = ", ".join(
                f"{quoted(part[name])} AS {quoted(name)}"
                if name in part
                else f"CAST(NULL AS VARCHAR) AS {quoted(name)}"
                for name in self.header
            )
            parts.append(f"SELECT {listed} FROM read_parquet({literal(sheet.rows)})")
        return f"({' UNION ALL '.join(parts)})"


@dataclass
class _Group:
    known: str
    stems: list[str]
    sheets: list[Sheet]
    said: list[str] = field(default_factory=list)


def join(
    sheets: tuple[Sheet, ...], statements: tuple[Statement, ...], formats: list[Format], decisions: Decisions
) -> tuple[list[Joined], list[Question]]:
    """Bring together what belongs to one table, in the order of the files, and ask what is not sure.

    Parts belong together when their names, without dates, part numbers and institution codes, are the same. Parts with
    the same header under different names do when the names are those of places (warehouses, branches); else a person
    is asked. One table as text and as workbook is taken once.
    """
    names = _known_names(formats)
    groups: list[_Group] = []
    for sheet in sheets:
        stem = stem_of(sheet)
        known = _bears(sheet, names)
        group = next((one for one in groups if _belongs(sheet, stem, known, one, decisions)), None)
        if group is None:
            group = _Group(known, [], [])
            groups.append(group)
        group.stems.append(stem)
        group.sheets.append(sheet)
    questions = [question for group in groups for question in _asked(group)]
    return [_joined(_one_kind(group, decisions), statements) for group in groups], questions


def _belongs(sheet: Sheet, stem: str, known: str, group: _Group, decisions: Decisions) -> bool:
    if known or group.known:
        return known == group.known
    if bool(stem) and plain(stem) in map(plain, group.stems):
        return True
    apart = decisions.answer(MERGE, group.stems[0]) == APART
    return _header(sheet) == _header(group.sheets[0]) and not apart


def _asked(group: _Group) -> Iterator[Question]:
    stems = list(dict.fromkeys(filter(None, group.stems)))
    if not group.known and len(stems) > 1 and not all(_PLACE.search(stem) for stem in stems):
        text = f"{'、'.join(stems)} 表头相同：是同一张表的各部分（{TOGETHER}），还是不同的表（{APART}）"
        yield Question(MERGE, group.stems[0], "", text, TOGETHER, "", "表头相同，名称不同")
    texts, books = _by_kind(group)
    if texts and books and _count(texts) != _count(books):
        text = (
            f"{_called(group)} 既有文本文件（{_count(texts)} 行）又有工作簿（{_count(books)} 行）："
            f"各是一部分（{TOGETHER}），还是只取一种（{TEXT}、{BOOK}）"
        )
        yield Question(TWICE, _called(group), "", text, TOGETHER, "", "行数不同")


def _one_kind(group: _Group, decisions: Decisions) -> _Group:
    """One table as text and as workbook with as many rows is the same table twice: the text is taken."""
    texts, books = _by_kind(group)
    answer = decisions.answer(TWICE, _called(group))
    if not texts or not books or answer == TOGETHER or (_count(texts) != _count(books) and not answer):
        return group
    kept, left = (books, texts) if answer == BOOK else (texts, books)
    said = f"{'、'.join(sheet.file for sheet in left)} 是同一张表的另一种写法，没有重复计入"
    stems = [stem for stem, sheet in zip(group.stems, group.sheets, strict=True) if sheet in kept]
    return _Group(group.known, stems, kept, [said])


def _by_kind(group: _Group) -> tuple[list[Sheet], list[Sheet]]:
    texts = [sheet for sheet in group.sheets if sheet.kind == "csv"]
    return texts, [sheet for sheet in group.sheets if sheet.kind != "csv"]


def _count(sheets: list[Sheet]) -> int:
    return sum(sheet.count for sheet in sheets)


def _called(group: _Group) -> str:
    return group.known or group.stems[0] or group.sheets[0].file


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
    return Joined(name, bool(group.known), sheets, (*group.said, *_remarks(sheets, stems)), said)


def _remarks(sheets: tuple[Sheet, ...], stems: list[str]) -> Iterator[str]:
    first = sheets[0]
    if len(stems) > 1:
        yield f"{'、'.join(filter(None, stems))} 的表头相同，合为一张表"
    respelt = [
        sheet for sheet in sheets[1:] if set(sheet.header) != set(first.header) and _header(sheet) == _header(first)
    ]
    if respelt:
        yield f"{len(respelt)} 个部分的列名大小写、全角或空格与 {first.file} 不同，按同一列处理"
    order = tuple(map(plain, first.header))
    shuffled = [
        sheet for sheet in sheets[1:] if _header(sheet) == _header(first) and tuple(map(plain, sheet.header)) != order
    ]
    if shuffled:
        yield f"{len(shuffled)} 个部分的列次序与 {first.file} 不同，按列名对齐"
    for sheet in sheets[1:]:
        missing = [name for name in first.header if plain(name) not in _header(sheet)]
        extra = [name for name in sheet.header if plain(name) not in _header(first)]
        if missing or extra:
            what = [f"缺 {'、'.join(missing)}"] if missing else []
            what += [f"多 {'、'.join(extra)}"] if extra else []
            yield f"{place_of(sheet.file, sheet.sheet)} 与 {place_of(first.file, first.sheet)} 相比{'，'.join(what)}"
