"""What the std model and a format say about single columns, as row rules: their ids are `<table>.<column>.<kind>`.

Kinds: `required`, `codes` (a code table or the format's list), `flag` (a closed set of the std model), `required_when`
and `width`. The Chinese words stand in `reference/rules/marks.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from schemas.errors import SettingsError
from schemas.format import FormatColumn, FormatTable
from schemas.predicate import Predicate
from schemas.reference import REFERENCE, code_labels, read_toml
from schemas.row_rule import Probe, RowRule
from schemas.rule import Level, Rule
from schemas.std import StdSpec

NEEDED = ("level", "title", "why", "fix", "expected")
_NO_WORDS = dict.fromkeys(("table", "column", "condition", "width", "codes"), "")


@dataclass(frozen=True)
class Marks:
    """The words of `marks.toml`: per kind of mark its level and templates, per std table who mends it."""

    kinds: dict[str, dict[str, str]]
    who: dict[str, str]

    def rule(self, kind: str, identifier: str, of: str, std: str, **words: str) -> Rule:
        """The record of one mark of table `of`; `words` fill the templates' `{table}`, `{column}` and so on."""
        texts = {name: text.format(**{**_NO_WORDS, **words}) for name, text in self.kinds[kind].items()}
        return Rule(
            id=identifier,
            title=texts["title"],
            level=Level(texts["level"]),
            why=texts["why"],
            fix=texts["fix"],
            who=self.who.get(std, "信息科"),
            source="标准模型" if of == std else "格式",
            since="2026-11-25",
            tables=(of,),
            expected=texts["expected"],
        )


@cache
def load_marks() -> Marks:
    """Read `marks.toml`.

    Raises:
        SettingsError: a kind lacks one of its words.
    """
    content = read_toml(REFERENCE / "rules" / "marks.toml")
    kinds: dict[str, dict[str, str]] = content["kinds"]
    for kind, words in kinds.items():
        missing = [word for word in NEEDED if word not in words]
        if missing:
            raise SettingsError(f"reference/rules/marks.toml 的 [kinds.{kind}] 缺少 {'、'.join(missing)}。")
    return Marks(kinds, content["who"])


@cache
def std_marks(spec: StdSpec) -> tuple[RowRule, ...]:
    """The rules that the std model states for the columns of one table.

    Columns without which a row cannot stand at all are the business of the quarantine (Q01 to Q04).
    """
    return tuple(made for column in spec.columns for made in _of_std(spec, column))


def _of_std(spec: StdSpec, column: Any) -> Iterator[RowRule]:
    def mark(kind: str, holds: str) -> RowRule:
        identifier = f"{spec.name}.{column.name}.{kind}"
        words = {"table": spec.title, "column": column.title, "codes": codes}
        rule = load_marks().rule(kind, identifier, spec.name, spec.name, **words)
        return RowRule(identifier, spec.name, rule, (Probe((column.name,), Predicate(holds)),))

    name, codes = f'"{column.name}"', ""
    if column.required and not any(column.name in names for names in spec.standing.values()):
        yield mark("required", f"{name} IS NOT NULL")
    if column.codes:
        labels = code_labels(column.codes)
        codes = "、".join(f"{code} {label}" for code, label in list(labels.items())[:20])
        yield mark("codes", f"{name} IN ({_listed(labels)})")
    if column.isin:
        codes = "、".join(column.isin)
        yield mark("flag", f"{name} IN ({_listed(column.isin)})")


@cache
def format_marks(table: FormatTable) -> tuple[RowRule, ...]:
    """The rules that a format states for the columns of one assembled table."""
    return tuple(made for column in table.columns for made in _of_format(table, column))


def _of_format(table: FormatTable, column: FormatColumn) -> Iterator[RowRule]:
    def mark(kind: str, holds: str, when: Predicate | None = None, level: Level | None = None) -> RowRule:
        identifier = f"{table.name}.{column.name}.{kind}"
        words = {
            "table": table.title,
            "column": column.label,
            "condition": _condition_words(table, column),
            "width": str(column.length or ""),
            "codes": "、".join(column.codes[:20]),
        }
        rule = load_marks().rule(kind, identifier, table.name, column.std_field.partition(".")[0], **words)
        if level is not None:
            rule = replace(rule, level=level)
        return RowRule(identifier, table.name, rule, (Probe((column.name,), Predicate(holds), when),))

    name = f'"{column.name}"'
    if column.required == "always":
        yield mark("required", f"{name} IS NOT NULL", level=Level.BLOCKS)
    if column.condition is not None:
        yield mark("required_when", f"{name} IS NOT NULL", Predicate(column.condition.sql()))
    if column.codes:
        level = Level.WARNS if column.codes_open else Level.BLOCKS
        yield mark("codes", f"{name} IN ({_listed(column.codes)})", level=level)
    if column.kind == "text" and column.length is not None:
        yield mark("width", f"length({name}) <= {column.length}")


def _condition_words(table: FormatTable, column: FormatColumn) -> str:
    """The condition of a mark: in the format's own words, else with the labels of its columns."""
    if column.condition is None:
        return ""
    labels, words = {one.name: one.label for one in table.columns}, column.condition_words
    for term, raw in zip(column.condition.terms, column.condition.text.split("&"), strict=True):
        words = words.replace(raw, term.words(labels))
    return words


def _listed(codes: Any) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
