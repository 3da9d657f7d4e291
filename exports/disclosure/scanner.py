"""The last look at a finished file: whatever was masked, does a number, telephone or name of a person stand in it?

It reads the file as its reader will and knows nothing of how it was made. It says where, never what.
"""

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from schemas.checkdigits import IDENTITY
from schemas.errors import DisclosureError

MOST_NAMED = 5
NAMES_AT_LEAST, NAME_SHARE = 3, 5
NAME_HEADS = ("姓名", "名字", "患者", "联系人", "监护人", "户主")
NOT_NAME_HEADS = ("机构", "医生", "医师", "药品", "项目", "团队", "卫生院", "疾病", "单位", "数", "率", "标识", "性别")
MASK = "*"
_JOINED = re.compile(r"(?<=[0-9])[\s\-_·]+(?=[0-9Xx])")
_ID = re.compile(r"(?<![0-9A-Za-z])(\d{17}[0-9Xx]|\d{15})(?![0-9A-Za-z])", re.ASCII)
_PHONE = re.compile(r"(?<![\d.])(?:\+?86)?(1[3-9]\d{9})(?!\d)(?!\.\d)", re.ASCII)
_BORN_AFTER = date(1900, 1, 1)
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)


@dataclass(frozen=True)
class Leak:
    """Something that must not be in the file: what kind, and where (sheet, row and column from 1)."""

    kind: str
    sheet: str
    row: int
    column: int
    title: str

    def __str__(self) -> str:
        """Where it is, in Chinese."""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{sheet}第 {self.row} 行第 {self.column} 列{f'（{self.title}）' if self.title else ''}：{self.kind}"


def scan(path: Path, names: Set[str] = frozenset(), today: date | None = None) -> list[Leak]:
    """Everything in a finished csv, xlsx or txt file that shows who somebody is.

    Args:
        path: the file.
        names: names of the residents in the caller's area; a column where several stand is a column of names.
        today: the last day on which anybody can have been born; any year up to 2100 when not given.
    """
    found: list[Leak] = []
    for sheet, rows in _sheets(path):
        found += _scan_sheet(sheet, rows, names, today or date(2100, 1, 1))
    return found


def require_clean(path: Path, names: Set[str] = frozenset(), today: date | None = None) -> None:
    """Remove a file that shows who somebody is, and say where it did.

    Raises:
        DisclosureError: it did.
    """
    leaks = scan(path, names, today)
    if leaks:
        path.unlink()
        more = f"等共 {len(leaks)} 处" if len(leaks) > MOST_NAMED else ""
        told = "；".join(map(str, leaks[:MOST_NAMED]))
        raise DisclosureError(f"导出文件中有不应出现的个人信息，已删除、没有交出：{told}{more}。请报告维护人员。")


def _scan_sheet(sheet: str, rows: list[list[str]], names: Set[str], today: date) -> Iterator[Leak]:
    head = _header(rows)
    title = dict(enumerate(rows[head])) if rows else {}
    hits: dict[int, list[int]] = {}
    filled: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        for at, text in enumerate(row):
            if kind := _telling(text, today):
                yield Leak(kind, sheet, number, at + 1, title.get(at, ""))
            if number > head + 1 and text.strip():
                filled[at] = filled.get(at, 0) + 1
                if text.strip() in names:
                    hits.setdefault(at, []).append(number)
    for at, text in title.items():
        asked = any(word in text for word in NAME_HEADS) and not any(word in text for word in NOT_NAME_HEADS)
        if asked:
            bare = [n for n, row in enumerate(rows[head + 1 :], head + 2) if at < len(row) and _bare(row[at])]
            if bare:
                yield Leak("未脱敏的姓名", sheet, bare[0], at + 1, text)
        elif at in hits and len(hits[at]) >= NAMES_AT_LEAST and len(hits[at]) * NAME_SHARE >= filled[at]:
            yield Leak("一列居民姓名", sheet, hits[at][0], at + 1, text)


def _header(rows: list[list[str]]) -> int:
    """The row with the most filled cells among the first twenty; the first of them."""
    top = [sum(bool(text.strip()) for text in row) for row in rows[:20]]
    return top.index(max(top)) if top else 0


def _bare(text: str) -> bool:
    """Whether a name stands there whole: letters, and no star."""
    return MASK not in text and len(text.strip()) > 1 and any(character.isalpha() for character in text)


def _telling(text: str, today: date) -> str | None:
    """What a cell shows: an identity number or a mobile telephone, however it is written."""
    if sum(character.isdigit() for character in text) < 11:
        return None
    plain = unicodedata.normalize("NFKC", text)
    for form in (plain, _JOINED.sub("", plain)):
        if any(_is_identity(number, today) for number in _ID.findall(form)):
            return "身份证号"
        if _PHONE.search(form):
            return "手机号码"
    return None


def _is_identity(number: str, today: date) -> bool:
    if number[:2] not in _PROVINCES:
        return False
    day = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        born = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    if not _BORN_AFTER <= born <= today:
        return False
    if len(number) == 15:
        return True
    weighed = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY.weights, strict=False))
    return IDENTITY.checks[weighed % 11] == number[-1].upper()


def _sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    if path.suffix.lower() == ".xlsx":
        from python_calamine import CalamineWorkbook

        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield name, [[_text(cell) for cell in row] for row in rows]
        return
    lines = path.read_bytes().decode("utf-8-sig", errors="replace")
    if path.suffix.lower() == ".csv":
        import csv
        import io

        yield "", list(csv.reader(io.StringIO(lines, newline="")))
    else:
        yield "", [[line] for line in lines.splitlines()]


def _text(cell: object) -> str:
    """A cell as it is read: whole numbers without a point, days as days."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
