"""One table of a clean package, handed over in the ways that people hand things over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from tests.house import Exported

TABLE = "SETTLE_MZ"
Rows = list[list[str]]


@dataclass(frozen=True)
class Table:
    """A table as text: its header, and its rows month by month."""

    header: list[str]
    months: dict[str, Rows]

    @property
    def rows(self) -> Rows:
        return [row for rows in self.months.values() for row in rows]

    def place(self, name: str) -> int:
        return self.header.index(name)

    def with_column(self, name: str, change: Callable[[str], str]) -> Rows:
        place = self.place(name)
        return [[*row[:place], change(row[place]), *row[place + 1 :]] for row in self.rows]


def read_table(exported: Exported, name: str = TABLE) -> Table:
    months = {}
    header: list[str] = []
    for record in exported.delivery.resources(name):
        text = (exported.deliver / record["path"]).read_text(encoding="utf-8")
        lines = [line.split("|@|") for line in text.splitlines()]
        header, months[record["feijian:label"]] = lines[0], lines[1:]
    return Table(header, months)


def write_text(
    path: Path,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    delimiter: str = "|@|",
    encoding: str = "utf-8",
    before: Sequence[str] = (),
    after: Sequence[str] = (),
    line_ends: Sequence[str] = ("\n",),
    quote: str = "",
) -> None:
    lines = [*before, *(delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in (header, *rows)), *after]
    text = "".join(line + line_ends[place % len(line_ends)] for place, line in enumerate(lines))
    path.write_bytes(text.encode(encoding))


def write_book(path: Path, sheets: dict[str, list[list[Any]]], hidden: str = "", merged: str = "") -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.save(path)


def native(cell: str) -> Any:
    """A cell as Excel would have it: amounts as numbers, dates as dates, the rest as text."""
    if not cell:
        return None
    for kind, length in ((date, 10), (datetime, 19)):
        if len(cell) == length and cell[4:5] == cell[7:8] == "-":
            return kind.fromisoformat(cell)
    return float(cell) if cell.count(".") == 1 and cell.replace(".", "").lstrip("-").isdigit() else cell
