"""Data quality: rules that name rows which cannot be right, as SQL under `exports/commission/quality`.

A report lists how many rows each rule found, by organisation; the rows themselves are for a query card, masked.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError

RULES = Path(__file__).resolve().parent.parent / "quality"
HEAD = ("title", "why", "fix", "level", "table")
LEVELS = {"error": "须更正", "hint": "请核实"}


@dataclass(frozen=True)
class QualityRule:
    """One rule: its words, the std table that it looks at, and the SELECT of (org_code, key, empi, value)."""

    name: str
    title: str
    why: str
    fix: str
    level: str
    table: str
    sql: str


@dataclass(frozen=True)
class Quality:
    """What one rule found in an area: rows in all, and by organisation; `rows` is how many there were to look at."""

    rule: QualityRule
    found: int
    rows: int
    by_org: tuple[tuple[str, int], ...]


@cache
def load_quality() -> tuple[QualityRule, ...]:
    """Every rule by name.

    Raises:
        SettingsError: a file lacks a line of its head.
    """
    rules = []
    for path in sorted(RULES.glob("*.sql")):
        text = path.read_text(encoding="utf-8").strip().rstrip(";")
        lines = (line.removeprefix("-- ") for line in text.splitlines() if line.startswith("-- ") and ":" in line)
        heads = {word.strip(): value.strip() for word, _, value in (line.partition(":") for line in lines)}
        missing = [word for word in HEAD if not heads.get(word)]
        if missing or heads["level"] not in LEVELS:
            raise SettingsError(
                f"数据质量规则 {path.name} 有误：缺少 {'、'.join(missing) or '无'}，或级别不是 error/hint。"
            )
        rules.append(QualityRule(name=path.stem, sql=text, **{word: heads[word] for word in HEAD}))
    return tuple(rules)


def run_quality(database: Any, orgs: tuple[str, ...]) -> list[Quality]:
    """Count what each rule finds among the organisations of an area.

    Args:
        database: the frame, at the cut-off.
        orgs: the organisations whose rows are looked at.
    """
    found = []
    marks = ", ".join("?" * len(orgs))
    for rule in load_quality():
        rows = database.execute(
            f"SELECT org_code, count(*) FROM ({rule.sql}) WHERE org_code IN ({marks}) GROUP BY ALL ORDER BY 2 DESC, 1",
            orgs,
        ).fetchall()
        [(total,)] = database.execute(
            f'SELECT count(*) FROM "{rule.table}" WHERE org_code IN ({marks})', orgs
        ).fetchall()
        found.append(Quality(rule, sum(n for _, n in rows), total, tuple(rows)))
    return found
