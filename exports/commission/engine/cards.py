"""Query cards: questions that commissions ask, one SQL file each, with all that must be said of it in its head.

    -- title: 高血压超期未随访名单
    -- purpose: 督促补访
    -- class: C
    -- overlay: 无
    -- seconds: 5
    -- param: until | date | 截止日期 | today
    -- column: name = person.name
    -- column: days | 超期天数

The SQL reads the frame (`exports/commission/measures/README.md`), `person` (one row per person), `scope_org` and the
parameters as `$name`, which are bound and never pasted. Whoever adds a file here adds nothing anywhere else.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from exports.disclosure.masking import Shown
from schemas.account import ExportClass
from schemas.commission.columns import Overlay, Reveals
from schemas.commission.std import MODELS, lake_table
from schemas.errors import SettingsError
from schemas.period import Period

CARDS = Path(__file__).resolve().parent.parent / "cards"
TODAY = "today"
LONGEST = 200
COUNT, RATE = "人数", "率"
_HEAD = re.compile(r"--\s*(\w+):\s*(.*)")
_USED = re.compile(r"\$([a-z_]+)")
_CHOICE = re.compile(r"choice\((.+)\)")


@dataclass(frozen=True)
class Parameter:
    """What may be asked: its type (date, int, text, choice, period, file), Chinese label and default.

    `choices` are (value, label); a default of None makes it required.
    """

    name: str
    type: str
    label: str
    default: str | None
    choices: tuple[tuple[str, str], ...] = ()

    def parse(self, text: str, today: date) -> object:
        """The value to bind.

        Raises:
            SettingsError: the text is none of the type.
        """
        said = f"参数 {self.name}（{self.label}）"
        if len(text) > LONGEST:
            raise SettingsError(f"{said}太长：最多 {LONGEST} 个字。")
        if self.type == "date":
            try:
                return today if text == TODAY else date.fromisoformat(text)
            except ValueError:
                raise SettingsError(f"{said}应写成 2024-01-31 这样的日期，而不是“{text}”。") from None
        if self.type == "int":
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise SettingsError(f"{said}应为不小于 0 的整数，而不是“{text}”。")
            return int(text)
        if self.type == "choice" and text not in dict(self.choices):
            listed = "、".join(f"{value}（{label}）" for value, label in self.choices)
            raise SettingsError(f"{said}不能是“{text}”，可选：{listed}。")
        return Period.parse(text) if self.type == "period" else text


@dataclass(frozen=True)
class CardColumn:
    """One column of the answer; `count` marks numbers of persons, `parts` (numerator, denominator) a rate."""

    shown: Shown
    count: bool = False
    parts: tuple[str, str] | None = None


@dataclass(frozen=True)
class Card:
    """One query card; `version` changes with any character of its file."""

    name: str
    title: str
    purpose: str
    export_class: ExportClass
    overlay: Overlay
    seconds: int
    parameters: tuple[Parameter, ...]
    columns: tuple[CardColumn, ...]
    sql: str
    version: str

    @property
    def used(self) -> set[str]:
        """The names that the SQL wants bound."""
        return set(_USED.findall(self.sql))

    def values(self, given: dict[str, str], today: date) -> dict[str, object]:
        """Every parameter's value, from what was given and the defaults.

        Raises:
            SettingsError: one is unknown, missing or wrong.
        """
        known = {one.name: one for one in self.parameters}
        if unknown := set(given) - set(known):
            listed = "、".join(f"{one.name}（{one.label}）" for one in self.parameters) or "无"
            raise SettingsError(f"{self.title}没有参数 {'、'.join(sorted(unknown))}；可用参数：{listed}。")
        found: dict[str, object] = {}
        for name, one in known.items():
            text = given.get(name, one.default)
            if text is None:
                raise SettingsError(f"请用 --param {name}=… 给出{one.label}。")
            found[name] = one.parse(text, today)
        return found


@cache
def load_cards(folder: Path = CARDS) -> dict[str, Card]:
    """All cards, by name.

    Raises:
        SettingsError: a card's head is wrong.
    """
    return {path.stem: read_card(path) for path in sorted(folder.glob("*.sql"))}


def card_of(name: str) -> Card:
    """One card.

    Raises:
        SettingsError: there is none of that name.
    """
    cards = load_cards()
    if name not in cards:
        raise SettingsError(f"没有查询卡 {name}；用 feijian query list 查看全部。")
    return cards[name]


def read_card(path: Path) -> Card:
    """Read one card from its file."""
    text = path.read_text(encoding="utf-8")
    heads = [match.groups() for match in map(_HEAD.fullmatch, text.splitlines()) if match]
    facts = dict(heads)
    try:
        return Card(
            name=path.stem,
            title=facts["title"],
            purpose=facts["purpose"],
            export_class=ExportClass(facts["class"]),
            overlay=Overlay(facts.get("overlay", Overlay.NONE)),
            seconds=int(facts["seconds"]),
            parameters=tuple(_parameter(value) for key, value in heads if key == "param"),
            columns=tuple(_column(value) for key, value in heads if key == "column"),
            sql="\n".join(line for line in text.splitlines() if not line.startswith("--")).strip().rstrip(";"),
            version=hashlib.sha256(text.encode()).hexdigest()[:8],
        )
    except (KeyError, ValueError) as error:
        raise SettingsError(f"查询卡 {path.name} 的抬头写法有误：{error}。") from None


def _parameter(text: str) -> Parameter:
    name, kind, label, *default = (part.strip() for part in text.split("|"))
    match = _CHOICE.fullmatch(kind)
    choices = tuple((v, label) for v, _, label in (one.partition(" ") for one in match[1].split(","))) if match else ()
    return Parameter(name, "choice" if match else kind, label, default[0] if default else None, choices)


def _column(text: str) -> CardColumn:
    if "=" in text and "|" not in text:
        name, origin = (part.strip() for part in text.split("="))
        table, column = origin.split(".")
        return CardColumn(_origin(name, "resident" if table == "person" else table, column))
    name, title, *rest = (part.strip() for part in text.split("|"))
    kind = rest[0] if rest else ""
    if kind.startswith(RATE):
        numerator, denominator = kind.removeprefix(RATE).split("/")
        return CardColumn(Shown(name, title), parts=(numerator.strip(), denominator.strip()))
    if kind == COUNT:
        return CardColumn(Shown(name, title), count=True)
    return CardColumn(Shown(name, title, Reveals(kind) if kind else Reveals.NOTHING))


def _origin(name: str, table: str, column: str) -> Shown:
    if table not in MODELS:
        raise ValueError(f"没有表 {table}")
    spec = lake_table(table)
    titles = {one.name: one.title for one in spec.spec.columns}
    if column not in titles:
        raise ValueError(f"表 {table} 没有列 {column}")
    return Shown(name, titles[column], spec.reveals[column])
