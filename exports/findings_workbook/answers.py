"""Read the answers out of a clerk's workbook, whoever saved it: Excel, WPS or LibreOffice.

Columns are found by their titles; a line is tied to its finding by its hidden key, wherever it has been moved to.
"""

import hashlib
import json
import re
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize
from zipfile import BadZipFile

from exports.findings_workbook.layout import ANSWER, KEY, NAME, NUMBER, ON, REMARK, RULE, UNTIL
from schemas.errors import AnswersError
from schemas.waiver import Waiver, load_vocabulary

NEEDED = (NUMBER, RULE, ANSWER, REMARK, NAME, ON, UNTIL, KEY)
HEAD_WITHIN = 20
SHOWN = 10
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+0{1,2}:00(?::00)?)?")
_PLAIN_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Answers:
    """The answers of a file (its name and SHA-256); `unfinished` are lines with a remark or a name but no answer."""

    file: str
    sha256: str
    waivers: tuple[Waiver, ...]
    unfinished: tuple[str, ...]


_UNREADABLE = "{name} 不能作为 xlsx 打开：请用 Excel 或 WPS 另存为“Excel 工作簿（*.xlsx）”，并去掉打开密码。"


class _LineError(ValueError):
    """What is wrong with one line, in Chinese."""


def read_answers(path: Path, day: date, stamp: str = "") -> Answers:
    """Every answer of a workbook, in its order.

    Args:
        path: an `.xlsx` that began as `findings.xlsx`.
        day: the day of the run; nobody can have signed later.
        stamp: `stamp_of` the run; lines of another hospital, period or format are refused. Empty: not looked at.

    Raises:
        AnswersError: it is no such workbook, or lines cannot stand as they are; each is named by sheet and row.
    """
    found: dict[tuple[Any, ...], Waiver] = {}
    unfinished: list[str] = []
    wrong: list[str] = []
    with warnings.catch_warnings(action="ignore"):
        lines = _read(path)
    for place, cells in lines:
        try:
            waiver = _read_line(place, cells, day, stamp)
            if waiver is None:
                unfinished += [place] if any(cells[title] for title in (REMARK, NAME)) else []
                continue
            known = found.setdefault((waiver.key, waiver.about), waiver)
            if (known.answer, known.remark, known.name, known.on, known.until) != (
                waiver.answer, waiver.remark, waiver.name, waiver.on, waiver.until,
            ):  # fmt: skip
                raise _LineError(f"与 {known.place} 是同一行的两份不同答复，请只留一份")
        except _LineError as error:
            wrong.append(f"{place}：{error}")
    if wrong:
        more = f"；另有 {len(wrong) - SHOWN} 处" if len(wrong) > SHOWN else ""
        raise AnswersError(f"答复文件 {path.name} 有 {len(wrong)} 处需要改正：{'；'.join(wrong[:SHOWN])}{more}。")
    return Answers(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), tuple(found.values()), tuple(unfinished))


def _read(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """All lines at once; a file that is damaged inside shows it only when it is read."""
    try:
        return list(_lines(path))
    except (SyntaxError, ValueError, AttributeError, EOFError, KeyError, BadZipFile, zlib.error):
        raise AnswersError(_UNREADABLE.format(name=path.name)) from None


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line below a head: where it stands, and its cells by title."""
    heads = 0
    with closing(_open(path)) as book:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            places: dict[str, int] = {}
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                if places:
                    cells = {title: values[at] if at < len(values) else None for title, at in places.items()}
                    yield f"工作表“{sheet.title}”第 {number} 行", {title: _tidy(cells[title]) for title in cells}
                elif number <= HEAD_WITHIN:
                    places = _head(values, f"工作表“{sheet.title}”")
            heads += bool(places)
    if not heads:
        raise AnswersError(f"{path.name} 不是院内核对工作簿：没有一张工作表有“{ANSWER}”和“{KEY}”两栏。")


def _open(path: Path) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise AnswersError(f"没有答复文件 {path}。") from None
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise AnswersError(_UNREADABLE.format(name=path.name)) from None


def _head(values: Sequence[Any], sheet: str) -> dict[str, int]:
    """Where each title stands in a row; nothing when it is not the head."""
    places: dict[str, int] = {}
    for at, value in enumerate(values):
        places.setdefault(str(value or "").strip(), at)
    if ANSWER not in places:
        return {}
    missing = [title for title in NEEDED if title not in places]
    if missing:
        raise AnswersError(f"{sheet}缺少“{'”“'.join(missing)}”栏：请在导出的院内核对工作簿中作答，不要删去任何一栏。")
    return {title: places[title] for title in NEEDED}


def _tidy(value: Any) -> Any:
    """A cell without blanks around it; a number that stands for a text as that text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _read_line(place: str, cells: dict[str, Any], day: date, stamp: str) -> Waiver | None:
    """The answer of a line; None when there is none."""
    answer = "" if cells[ANSWER] is None else str(cells[ANSWER])
    if not answer:
        return None
    words = load_vocabulary().words
    if answer not in words:
        raise _LineError(f"“{ANSWER}”写的是“{answer[:20]}”，只能选 {'、'.join(words)}")
    key, seen, about = _key(cells, stamp)
    remark, name = ("" if cells[title] is None else str(cells[title]) for title in (REMARK, NAME))
    if not words[answer]:
        return Waiver(key, answer, remark, name, about=about, place=place, seen=seen)
    empty = [title for title in (REMARK, NAME, ON) if cells[title] in (None, "")]
    if empty:
        raise _LineError(f"答“{answer}”时“{'”“'.join(empty)}”不能空着")
    on = _day(cells[ON], ON)
    until = _day(cells[UNTIL], UNTIL) if cells[UNTIL] not in (None, "") else _later(on, load_vocabulary().months)
    if on > day:
        raise _LineError(f"“{ON}”{on} 晚于导出的日期 {day}")
    if until < on:
        raise _LineError(f"“{UNTIL}”{until} 早于“{ON}”{on}")
    return Waiver(key, answer, remark, name, on, until, about, place, seen)


def _key(cells: dict[str, Any], stamp: str) -> tuple[tuple[str, str, str, str], str, str]:
    if not cells[KEY]:
        raise _LineError(f"没有“{KEY}”，可能是新插入的行；请在原有的行中作答")
    try:
        number, of, rule, table, row, column, seen, *about = json.loads(str(cells[KEY]))
        key = (str(rule), str(table), str(row), str(column))
    except (ValueError, TypeError, RecursionError):
        raise _LineError(f"“{KEY}”被改动过，请从原来的工作簿中恢复这一行") from None
    if str(number) != str(cells[NUMBER]) or rule != str(cells[RULE]):
        raise _LineError(f"“{NUMBER}”“{RULE}”与“{KEY}”对不上，可能只对部分栏排过序；请恢复后整行排序")
    if stamp and of != stamp:
        raise _LineError("这份工作簿是另一家机构、另一个期间或另一种格式的，答复不能用在这里")
    if about == [""]:
        raise _LineError("这一行只是规则的说明，请在它下面逐行作答")
    return key, str(seen), str(about[0]) if about else ""


def _day(value: Any, title: str) -> date:
    """A day as a date cell, as Excel's number of the day, or as text in the ways people write it."""
    found: date | None = None
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int) and not isinstance(value, bool) and value < 100_000:
        found = date(1899, 12, 30) + timedelta(days=max(value, 0))
    else:
        text = normalize("NFKC", str(value))
        match = _DAY.fullmatch(text) or _PLAIN_DAY.fullmatch(text)
        try:
            found = date(*map(int, match.groups())) if match else None
        except ValueError:
            found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise _LineError(f"“{title}”写的是“{str(value)[:20]}”，应写成 2026-11-25 这样的日期")
    return found


def _later(day: date, months: int) -> date:
    """The same day some months on, or the last of that month when it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    first = date(month // 12, month % 12 + 1, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), after - timedelta(days=1))
