"""Rules as records: `reference/rules/*.toml`, read and held against what a rule must say.

The fields and the small language of `holds` are described for editors in `reference/rules/README.md`.
"""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError
from schemas.reference import REFERENCE, read_toml

WHO = ("收费", "医保办", "药房", "信息科")
_LISTS = ("tables", "shows")
_WORDS = ("id", "title", "level", "why", "fix", "who", "source", "since")


class Level(StrEnum):
    """How much a failing rule weighs: it stands in the way, asks for a look, or is only good to know."""

    BLOCKS = "blocks"
    WARNS = "warns"
    HINT = "hint"


@dataclass(frozen=True)
class Rule:
    """One rule.

    It is one of three kinds: a row rule (`holds`: a predicate on one row of a std table), a set rule (`failing`: SQL
    that names each breaking row, `denominator`: how many rows it speaks of) or an official check (`official`: computed
    on the written files).

    `tables` are the std tables it needs, the one whose rows it names first: when the source has none of their data
    the rule is not verified; `needs` is SQL of one text that says in Chinese what else is missing (NULL: nothing).
    `when` limits a row rule to some rows; `each` (std table -> columns) makes `value` in
    `holds` stand for each of these columns; `shows` are the columns whose values a finding quotes. `expected` says
    what should stand there; `tolerance` is printed as it stands and applied by the predicate. `waivable`: whether a
    written answer can take the rule out of the way. `source` names the norm, `since` the day the rule came in.
    """

    id: str
    title: str
    level: Level
    why: str
    fix: str
    who: str
    source: str
    since: str
    tables: tuple[str, ...] = ()
    holds: str = ""
    when: str = ""
    each: dict[str, tuple[str, ...]] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    failing: str = ""
    denominator: str = ""
    needs: str = ""
    official: bool = False
    expected: str = ""
    tolerance: str = "0"
    waivable: bool = True


@cache
def load_rules(folder: Path = REFERENCE / "rules") -> tuple[Rule, ...]:
    """Every rule record of `[[rule]]` tables, by id.

    Raises:
        SettingsError: a record lacks a field, has one too many, is of no kind or of several, or its id is taken.
    """
    rules = [
        _rule(record, path.name) for path in sorted(folder.glob("*.toml")) for record in read_toml(path).get("rule", [])
    ]
    twice = sorted({rule.id for rule in rules if sum(rule.id == other.id for other in rules) > 1})
    if twice:
        raise SettingsError(f"reference/rules 中规则编号重复：{'、'.join(twice)}。")
    return tuple(sorted(rules, key=lambda rule: rule.id))


def _rule(record: dict[str, Any], file: str) -> Rule:
    name = f"{file} 中规则 {record.get('id', '（无编号）')}"
    unknown = sorted(set(record) - {one.name for one in fields(Rule)})
    missing = [word for word in _WORDS if not record.get(word)]
    if unknown or missing:
        raise SettingsError(
            f"{name} 的字段有误：缺少 {'、'.join(missing) or '无'}；不认识 {'、'.join(unknown) or '无'}。"
        )
    kinds = [kind for kind in ("holds", "failing", "official") if record.get(kind)]
    if len(kinds) != 1 or ("failing" in kinds) != bool(record.get("denominator")):
        raise SettingsError(f"{name} 应恰好写 holds、failing（连同 denominator）、official 三者之一。")
    if record["level"] not in set(Level) or record["who"] not in WHO:
        raise SettingsError(f"{name} 的 level 应为 {'、'.join(Level)}，who 应为 {'、'.join(WHO)}。")
    each = {table: tuple(columns) for table, columns in record.get("each", {}).items()}
    if not (record.get("tables") or each or record.get("official")):
        raise SettingsError(f"{name} 没有写明标准表 tables。")
    lists = {word: tuple(record.get(word, ())) for word in _LISTS}
    lists["tables"] = lists["tables"] or tuple(each)
    return Rule(**{**record, "level": Level(record["level"]), "each": each, **lists})
