"""The question as it is asked: items A, items B, the window in which they are compared, and what narrows it down.

An item is a hospital's code or a national one, whole (`310402001`) or its beginning (`3104*`), or `名称:` and a part of
the item's name; a file of such items, one a line, stands for all of them. Several items of one side mean any of them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from exports.duck import literal
from schemas.errors import SettingsError
from schemas.reference import read_text

NAMED = ("名称:", "名称：")
FILES = (".txt", ".csv")
PREFIX = "*"
CODES, NAMES = ("ITEM_ID_HOSP", "ITEM_ID"), ("ITEM_NAME_HOSP", "ITEM_NAME")


class Within(StrEnum):
    """In what A and B are compared: one person's calendar day or clock hour, or one visit or stay."""

    DAY = "day"
    HOUR = "hour"
    STAY = "stay"

    @property
    def words(self) -> str:
        """In Chinese."""
        return {"day": "同日", "hour": "同一小时", "stay": "同次就诊（住院）"}[self.value]


class Kind(StrEnum):
    """How an item is recognised."""

    CODE = "code"
    PREFIX = "prefix"
    NAME = "name"


@dataclass(frozen=True)
class Item:
    """One item: `text` is a code in capitals, the beginning of one, or a part of a name."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        """As it is typed."""
        return (
            {Kind.CODE: "", Kind.PREFIX: "", Kind.NAME: NAMED[0]}[self.kind]
            + self.text
            + (PREFIX if self.kind is Kind.PREFIX else "")
        )

    def meets(self, codes: Sequence[str], names: Sequence[str]) -> bool:
        """Whether a line with these codes (in capitals) and names is one of this item's."""
        if self.kind is Kind.NAME:
            return any(self.text in name for name in names)
        if self.kind is Kind.PREFIX:
            return any(code.startswith(self.text) for code in codes)
        return self.text in codes


@dataclass(frozen=True)
class Side:
    """The items of A or of B, and what the log says of them: the items, or the file's name, size and checksum."""

    items: tuple[Item, ...] = ()
    label: str = ""

    def sql(self) -> str:
        """What is true of a line of this side."""
        return " OR ".join([self.by_code(), *self._by_name()])

    def by_code(self) -> str:
        """What is true of a line that a code of this side meets."""
        codes = ", ".join(literal(item.text) for item in self.items if item.kind is Kind.CODE)
        tests = [f"upper(trim({column})) IN ({codes})" for column in CODES if codes]
        tests += [
            f"starts_with(upper(trim({column})), {literal(item.text)})"
            for item in self.items
            if item.kind is Kind.PREFIX
            for column in CODES
        ]
        return " OR ".join(f"coalesce({test}, false)" for test in tests) or "false"

    def _by_name(self) -> list[str]:
        named = [item.text for item in self.items if item.kind is Kind.NAME]
        return [f"coalesce(contains({column}, {literal(text)}), false)" for text in named for column in NAMES]


@dataclass(frozen=True)
class Question:
    """One question of a package.

    `lacking` asks for windows in which A stands and B does not; else B must stand there too, unless there is no B at
    all. `first` and `last` are the days of A's lines, both included; B may lie beyond them in the same stay. `minimum`
    is the least quantity of A in a window. `gross` counts what was refunded as if it had not been. `unsure` also gives
    the windows of which it cannot be said.
    """

    has: Side
    other: Side
    lacking: bool
    within: Within
    side: str = ""
    first: date | None = None
    last: date | None = None
    minimum: int = 0
    department: str = ""
    gross: bool = False
    unsure: bool = False

    @property
    def title(self) -> str:
        """The question in one line."""
        if not self.other.items:
            return f"{self.within.words}有A"
        return f"{self.within.words}有A{'无' if self.lacking else '有'}B"


def items_of(given: Sequence[str]) -> Side:
    """The items of one side as typed, files of items read.

    Raises:
        SettingsError: a file is missing or empty, or an item says nothing.
    """
    items: dict[Item, None] = {}
    labels = []
    for text in given:
        if text.lower().endswith(FILES):
            path = Path(text)
            found = _listed(path)
            sum_ = hashlib.sha256(path.read_bytes()).hexdigest()
            labels.append(f"{path.name}（{len(found)} 项，sha256 {sum_[:12]}）")
        else:
            found = [_item(text, "命令行")]
            labels.append(str(found[0]))
        items |= dict.fromkeys(found)
    return Side(tuple(items), "、".join(labels))


def ask(has: Sequence[str], with_: Sequence[str], without: Sequence[str], within: str, **narrowed: Any) -> Question:
    """A question from what was typed; `narrowed` are further fields of `Question`.

    Raises:
        SettingsError: an item is wrong or on both sides, both kinds of B are given, or the period is upside down.
    """
    if with_ and without:
        raise SettingsError("--with 与 --without 只能用一个；要问两个问题，请分两次运行。")
    a, b = items_of(has), items_of([*with_, *without])
    if both := sorted(map(str, set(a.items) & set(b.items))):
        raise SettingsError(f"项目 {'、'.join(both[:5])} 既在 A 又在 B 中：一行不能与自己相比，请从其中一边去掉。")
    question = Question(a, b, bool(without), Within(within), **narrowed)
    if question.first and question.last and question.last < question.first:
        raise SettingsError(f"起止日期颠倒：从 {question.first} 到 {question.last}。请检查 --from 与 --to。")
    if question.minimum < 0:
        raise SettingsError("--min 应为不小于 0 的整数。")
    return question


def _listed(path: Path) -> list[Item]:
    """One item a line, the first column of a CSV; a first line 编码, 项目编码 or 名称 is a heading."""
    if not path.is_file():
        raise SettingsError(f"找不到项目文件 {path}。")
    lines = [line.split(",")[0].strip().strip('"') for line in read_text(path).splitlines()]
    lines = [
        line for number, line in enumerate(lines) if line and not (number == 0 and line.endswith(("编码", "名称")))
    ]
    if not lines:
        raise SettingsError(f"项目文件 {path} 是空的：每行写一个编码，或“名称:文字”。")
    return [_item(line, path.name) for line in lines]


def _item(text: str, place: str) -> Item:
    plain = text.strip()
    if plain.startswith(NAMED):
        kind, plain = Kind.NAME, plain[len(NAMED[0]) :].strip()
    elif plain.endswith(PREFIX):
        kind, plain = Kind.PREFIX, plain.removesuffix(PREFIX).upper()
    else:
        kind, plain = Kind.CODE, plain.upper()
    if not plain or (PREFIX in plain and kind is not Kind.NAME):
        raise SettingsError(f"{place}中的项目“{text}”无效：写院内或医保项目编码、编码开头加 *，或“名称:文字”。")
    return Item(kind, plain)
