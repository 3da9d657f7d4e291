"""The true header of a table: under titles and prose, beside a type row and a second row of names."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.words import plain

SAMPLE = 200
_DEEPEST = 40
_KNOWN_ENOUGH = 0.3

Row = Sequence[str]

_TYPE = re.compile(
    r"(?:N?VARCHAR2?|N?CHAR|CHARACTER(?: VARYING)?|STRING|N?TEXT|LONGTEXT|N?CLOB|DECIMAL|NUMERIC|NUMBER|INT(?:EGER)?|"
    r"BIGINT|SMALLINT|TINYINT|FLOAT|DOUBLE(?: PRECISION)?|REAL|MONEY|DATE|DATETIME2?|TIME|TIMESTAMP|BIT|BOOLEAN|"
    r"字符串?型?|文本型?|文字型?|数值型?|数字型?|整数型?|整型|小数型?|浮点型?|货币型?|金额型?|日期型?|时间型?|日期时间型?|布尔型?)"
    r"\s*(?:[(（].*[)）])?",
    re.IGNORECASE,
)
_DEMAND = re.compile(r"(?:非?必[填录报]|选[填录报]|不?可空|不?可为空|不?允许为?空|非空|主键|条件必填|[YNyn]|[MOmo])")
_VALUE = re.compile(
    r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?%?"  # numbers
    r"|\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}.*)?"  # dates
    r"|\d{1,2}:\d{2}.*"
    r"|[A-Za-z]{0,3}\d{5,}[\dA-Za-z]*"  # identifiers
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Head:
    """The head of a table.

    `header` has one cell per column, empty where a column has no name; `labels` and `types` are as long, or empty.
    `size` rows of the sample belong to the head; `prose` of them are titles and instructions, `rows` those that may
    stand again inside the data.
    """

    header: tuple[str, ...]
    labels: tuple[str, ...]
    types: tuple[str, ...]
    size: int
    prose: int
    rows: tuple[tuple[str, ...], ...]


def find_head(sample: Sequence[Row], known: frozenset[str], width: int = 0) -> Head | None:
    """Find the header among the first rows of a table.

    Args:
        sample: the first rows, cells stripped, "" where empty; enough to reach into the data.
        known: names of columns that feijian knows, in the form of `schemas.words.plain`.
        width: columns of the data; 0 where the sample has to tell.

    Returns:
        The head; None when the data begin in the first row, or nothing looks like a header.
    """
    table = _Sample([tuple(row) for row in sample], known)
    place = table.header()
    if place is None:
        return None
    place, other = table.pair(place)
    named = {place} | ({other} if other is not None else set())
    first, last = min(named), max(named)
    near = (*range(first, last), *table.around(first, last))
    types = next((one for one in near if table.is_types(one)), None)
    if types is not None:
        named.add(types)
    end = table.past_demands(max(named)) + 1
    width = max(width or max(map(_length, table.rows)), _length(table.rows[place]))
    return Head(
        header=_fit(table.rows[place], width),
        labels=_fit(table.rows[other], width) if other is not None else (),
        types=tuple(map(printed_type, _fit(table.rows[types], width))) if types is not None else (),
        size=end,
        prose=sum(1 for one in range(end) if one not in named and any(table.rows[one])),
        rows=tuple(_fit(table.rows[one], width) for one in sorted(named)),
    )


def no_header(place: str) -> str:
    """What is said where the data begin in the first row."""
    return f"{place} 找不到表头：第一行起就是数据，或各行都不像列名。请在数据上方补一行列名，再重新学习。"


def printed_type(text: str) -> str:
    """A type as it is compared: half-width, upper case, without blanks (`数值（16， 2）` -> `数值(16,2)`)."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("，", ",").upper()


def _length(row: Row) -> int:
    """The cells up to the last that is filled."""
    return next((place for place in range(len(row), 0, -1) if row[place - 1]), 0)


def _fit(row: Row, width: int) -> tuple[str, ...]:
    return (*row[:width], *[""] * (width - len(row)))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


class _Sample:
    """The first rows of a table, and what each of them could be."""

    def __init__(self, rows: list[tuple[str, ...]], known: frozenset[str]) -> None:
        self.rows = rows
        self._known = known
        self._widest = max((self._filled(place) for place in range(len(rows))), default=0)

    def _cells(self, place: int) -> list[str]:
        return [cell for cell in self.rows[place] if cell]

    def _filled(self, place: int) -> int:
        return len(self._cells(place))

    def _known_share(self, place: int) -> float:
        cells = self._cells(place)
        return _share(sum(plain(cell) in self._known for cell in cells), len(cells))

    def header(self) -> int | None:
        """The row most of whose cells are known names, else the first that differs from what follows it."""
        places = [place for place in range(min(len(self.rows), _DEEPEST)) if self._could_be_names(place)]
        best = max(places, key=lambda place: (self._known_share(place), -place), default=None)
        if best is None:
            return None
        if self._known_share(best) >= _KNOWN_ENOUGH:
            return places[0] if self._lists_names(best) else best
        if sum(map(any, self.rows)) == 1 and not any(map(_like_a_value, self._cells(best))):
            return best
        return next((place for place in places if self._stands_apart(place)), None)

    def _lists_names(self, place: int) -> bool:
        """Whether known names stand in most rows below too: then it is a table about columns."""
        below = [one for one in range(place + 1, len(self.rows)) if any(self.rows[one])]
        known = sum(self._known_share(one) >= _KNOWN_ENOUGH for one in below)
        return known > max(2, 0.5 * len(below))

    def _could_be_names(self, place: int) -> bool:
        """Most columns filled, nearly all cells different, none of them a value."""
        cells = self._cells(place)
        if len(cells) < 2 or len(cells) < 0.6 * self._widest or self.is_types(place):
            return False
        if len(cells) - len({plain(cell) for cell in cells}) > max(1, 0.2 * len(cells)):
            return False
        return self._known_share(place) >= 0.8 or not any(_VALUE.fullmatch(cell) or len(cell) > 60 for cell in cells)

    def _stands_apart(self, place: int) -> bool:
        """Whether most columns that hold numbers, dates or identifiers below hold none in this row."""
        below = [row for row in self.rows[place + 1 :] if any(row) and not self._types(row) and not _demands(row)]
        head, columns = self.rows[place], []
        for column in range(len(head)):
            values = [row[column] for row in below if column < len(row) and row[column]]
            if values and sum(map(_like_a_value, values)) > 0.5 * len(values):
                columns.append(column)
        apart = sum(bool(head[column]) and not _like_a_value(head[column]) for column in columns)
        return bool(columns) and apart > 0.5 * len(columns)

    def is_types(self, place: int) -> bool:
        """Whether a row says of what type each column is."""
        return self._types(self.rows[place]) and self._known_share(place) < 0.5

    def _types(self, row: Row) -> bool:
        cells = [cell for cell in row if cell]
        return len(cells) >= 2 and sum(bool(_TYPE.fullmatch(cell)) for cell in cells) >= 0.6 * len(cells)

    def pair(self, place: int) -> tuple[int, int | None]:
        """The header and the row of names in the other language beside it.

        English names are the header where feijian knows them, else the row that was found.
        """
        for near in () if self._lists_names(place) else self.around(place, place):
            if not self._could_be_names(near) or self._chinese(near) == self._chinese(place):
                continue
            if near > place and not self._stands_apart(near) and self._known_share(near) < _KNOWN_ENOUGH:
                continue
            if near < place and self._instructs(near):
                continue
            english_known = not self._chinese(near) and self._known_share(near) >= 0.5
            return (near, place) if english_known else (place, near)
        return place, None

    def _instructs(self, place: int) -> bool:
        """Whether a row above the header says how to fill the columns, rather than what they are called."""
        words = "".join(self._cells(place))
        lengthy = len(words) > 12 * self._filled(place) or any(mark in words for mark in "，。；")
        return lengthy and self._known_share(place) < _KNOWN_ENOUGH

    def _chinese(self, place: int) -> bool:
        cells = self._cells(place)
        return sum(bool(_CHINESE.search(cell)) for cell in cells) > 0.5 * len(cells)

    def around(self, first: int, last: int) -> list[int]:
        """The rows next to the head, blank ones passed over, and the ones beyond while they are of the head too."""
        above = [place for place in range(first - 1, -1, -1) if any(self.rows[place])]
        below = [place for place in range(last + 1, len(self.rows)) if any(self.rows[place])]
        return [*self._reach(below), *self._reach(above)]

    def _reach(self, places: list[int]) -> list[int]:
        """Up to the first that is neither a type row nor a row of demands, at most three."""
        stop = next((at for at, one in enumerate(places) if not self.is_types(one) and not _demands(self.rows[one])), 3)
        return places[: min(stop + 1, 3)]

    def past_demands(self, place: int) -> int:
        """The last row of the head: rows that only say what must be filled belong to it."""
        for below in range(place + 1, len(self.rows)):
            if not any(self.rows[below]):
                continue
            if not _demands(self.rows[below]) and not self.is_types(below):
                break
            place = below
        return place


def _demands(row: Row) -> bool:
    cells = [cell for cell in row if cell]
    return len(cells) >= 2 and all(_DEMAND.fullmatch(cell) for cell in cells)


def _like_a_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell)) or bool(re.fullmatch(r"[A-Za-z]{0,4}[-.]?\d[\dA-Za-z.\-]*", cell))
