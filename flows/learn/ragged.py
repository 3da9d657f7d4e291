"""Rows with another number of fields than the header."""

import re
from typing import Any

from flows.learn.body import TOTAL
from flows.learn.sheet import Note
from schemas.errors import LearnError

_SHARE = 0.01
_SHOWN = 5
_TOTAL_LINE = re.compile(rf"\W*{TOTAL}(?:\W|$)")


class Ragged:
    """Rows that do not fit the header: counted, the first few kept to be named.

    Args:
        place: what messages call the table.
        width: fields of the header.
        unit: what a row is called: a line, or a record where values may hold line breaks.
    """

    def __init__(self, place: str, width: int, unit: str = "行") -> None:
        self.rows = 0
        self.blank = 0
        self.totals = 0
        self._place = place
        self._width = width
        self._unit = unit
        self._first: list[tuple[int, int]] = []

    def __call__(self, row: Any) -> str:
        """Arrow's handler of a row that does not fit; blank lines and lines of totals are counted apart."""
        if not row.text.strip():
            self.blank += 1
        elif _TOTAL_LINE.match(row.text):
            self.totals += 1
        else:
            self.add(row.number, row.actual_columns)
        return "skip"

    def add(self, number: int, fields: int) -> None:
        """Count the row of that number, which has so many fields."""
        self.rows += 1
        if len(self._first) < _SHOWN:
            self._first.append((number, fields))

    def notes(self, count: int) -> list[Note]:
        """What is to be said beside `count` rows that fit.

        Raises:
            LearnError: more than 1 % of the rows do not fit.
        """
        if not self.rows:
            return []
        where = "、".join(f"第 {number} {self._unit}（{fields} 个字段）" for number, fields in self._first)
        where += " 等" if self.rows > len(self._first) else ""
        if self.rows > _SHARE * (count + self.rows):
            raise LearnError(
                f"{self._place} 有 {self.rows} 行的字段数与表头不符：表头 {self._width} 个字段，而{where}。"
                "多半是内容里含有分隔符或换行，请从原系统重新导出，或改正这些行。"
            )
        text = f"有 {self.rows} 行的字段数与表头的 {self._width} 个不符，没有读入：{where}。"
        return [Note(self._place, "ragged_rows", text, self.rows)]
