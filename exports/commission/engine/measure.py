"""Measures: the SQL files under `exports/commission/measures`, and how their rows are counted on every node."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError
from schemas.figure import Scope
from schemas.indicator import Counts, OrgAxis, Status

MEASURES = Path(__file__).resolve().parent.parent / "measures"
HEAD = ("title", "definition", "source")
_PLACES = {
    OrgAxis.SERVICE: "m.org_code",
    OrgAxis.MANAGING: "s.managing_org",
    OrgAxis.ARCHIVE: "s.archive_org",
    OrgAxis.RESIDENCE: "s.residence",
}
_KEYS = {Counts.PERSON: "m.empi", Counts.RECORD: "m.record", Counts.SUM: "CAST(NULL AS VARCHAR)"}
_SCOPES = (Scope.ALL, Scope.OWN, Scope.BELOW)
_SUMS = """
SELECT c.ancestor, coalesce(sum(p.value), 0), coalesce(sum(p.value) FILTER (c.descendant = c.ancestor), 0),
    coalesce(sum(p.value) FILTER (c.descendant <> c.ancestor), 0)
FROM {tree}_closure AS c LEFT JOIN {table} AS p ON p.place = c.descendant GROUP BY c.ancestor"""
_KINDS = """
WITH here AS (SELECT key, place FROM {table} WHERE key IS NOT NULL AND place IS NOT NULL),
kinds AS MATERIALIZED (SELECT key, any_value(place) AS place, count(*) AS places FROM here GROUP BY key),
lone AS (SELECT place, count(*) AS n FROM kinds WHERE places = 1 GROUP BY place),
spread AS (SELECT key, place FROM here SEMI JOIN (SELECT key FROM kinds WHERE places > 1) AS k USING (key))
SELECT c.ancestor, coalesce(sum(l.n), 0), coalesce(sum(l.n) FILTER (c.descendant = c.ancestor), 0),
    coalesce(sum(l.n) FILTER (c.descendant <> c.ancestor), 0)
FROM {tree}_closure AS c LEFT JOIN lone AS l ON l.place = c.descendant GROUP BY c.ancestor
UNION ALL
SELECT c.ancestor, count(DISTINCT s.key), count(DISTINCT s.key) FILTER (c.descendant = c.ancestor),
    count(DISTINCT s.key) FILTER (c.descendant <> c.ancestor)
FROM {tree}_closure AS c JOIN spread AS s ON s.place = c.descendant GROUP BY c.ancestor"""


@dataclass(frozen=True)
class Measure:
    """One measure: its Chinese title and definition, where the rule comes from, its SELECT.

    `adds_up` is false when what its rows count for hangs on the cut-off (`-- months: no`), so that months do not add up
    to their year.
    """

    name: str
    title: str
    definition: str
    source: str
    sql: str
    adds_up: bool = True


@cache
def load_measures() -> dict[str, Measure]:
    """Every measure by name.

    Raises:
        SettingsError: a file lacks a line of its head, or two files have one name.
    """
    found: dict[str, Measure] = {}
    for path in sorted(MEASURES.glob("*/*.sql")):
        text = path.read_text(encoding="utf-8").strip().rstrip(";")
        heads = dict(_head(line) for line in text.splitlines() if line.startswith("-- ") and ":" in line)
        missing = [word for word in HEAD if not heads.get(word)]
        if missing or path.stem in found:
            raise SettingsError(f"度量 {path.stem} 有误：缺少 {'、'.join(missing) or '无'}，或名称重复。")
        found[path.stem] = Measure(
            path.stem, heads["title"], heads["definition"], heads["source"], text, heads.get("months") != "no"
        )
    return found


def _head(line: str) -> tuple[str, str]:
    word, _, value = line.removeprefix("-- ").partition(":")
    return word.strip(), value.strip()


def count_measure(
    database: Any, measure: Measure, axis: OrgAxis, status: Status, counts: Counts
) -> dict[tuple[str, Scope], Decimal]:
    """Count one measure on every node of the tree that the axis belongs to.

    Returns:
        (node code, scope) -> count; nodes on which nothing is counted are 0.
    """
    place_measure(database, measure, axis, status, counts, "placed")
    return count_placed(database, "placed", axis, counts)


def place_measure(database: Any, measure: Measure, axis: OrgAxis, status: Status, counts: Counts, table: str) -> None:
    """Keep the rows of a measure that the status rule lets count as a temporary table.

    One row per thing that is counted (`key`: a person or a record; nothing for sums) and organisation or division that
    it belongs to (`place`); `rows` is how many rows of the measure that is, `value` what they add up to.
    """
    live = " WHERE m.empi IS NULL OR coalesce(s.live, false)" if status is Status.LIVE else ""
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT {_KEYS[counts]} AS key, {_place(axis)} AS place,"
        f" count(*) AS rows, sum(m.value) AS value FROM ({measure.sql}\n) AS m"
        f" LEFT JOIN standing AS s ON s.empi = m.empi{live} GROUP BY ALL"
    )


def count_placed(database: Any, table: str, axis: OrgAxis, counts: Counts) -> dict[tuple[str, Scope], Decimal]:
    """What lies in a table of `place_measure`, on every node and in the three scopes.

    What has one place adds up over the tree; only what has several must be told apart at every node.
    """
    rows = database.execute((_SUMS if counts is Counts.SUM else _KINDS).format(table=table, tree=_tree(axis)))
    found: dict[tuple[str, Scope], Decimal] = {}
    for node, *values in rows.fetchall():
        for scope, value in zip(_SCOPES, values, strict=True):
            found[(node, scope)] = found.get((node, scope), Decimal(0)) + Decimal(value)
    return found


def outside(
    database: Any, numerator: str, denominator: str, axis: OrgAxis, counts: Counts
) -> dict[tuple[str, Scope], int]:
    """How many of the numerator's persons (or records) the denominator lacks, on every node; 0 is left out.

    Args:
        database: the frame.
        numerator: a table of `place_measure`.
        denominator: another, by the same key.
        axis: of both.
        counts: of the numerator.
    """
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE beyond AS SELECT p.key, p.place FROM {numerator} AS p WHERE NOT EXISTS"
        f" (SELECT 1 FROM {denominator} AS d WHERE d.key = p.key AND d.place IS NOT DISTINCT FROM p.place)"
    )
    found = count_placed(database, "beyond", axis, Counts.RECORD if counts is Counts.SUM else counts)
    return {place: int(n) for place, n in found.items() if n}


def unplaced(database: Any, table: str, axis: OrgAxis) -> list[tuple[str | None, int]]:
    """The places of a measure's rows (`place_measure`) that are no node of the tree, with how many rows each has."""
    rows: list[tuple[str | None, int]] = database.execute(
        f"SELECT place, CAST(sum(rows) AS BIGINT) FROM {table} WHERE place IS NULL"
        f" OR place NOT IN (SELECT code FROM {_tree(axis)}_node) GROUP BY place ORDER BY place"
    ).fetchall()
    return rows


def _tree(axis: OrgAxis) -> str:
    return "division" if axis is OrgAxis.RESIDENCE else "org"


def _place(axis: OrgAxis) -> str:
    """The organisation a row belongs to; rows without a person belong to who did them."""
    place = _PLACES[axis]
    return place if axis is OrgAxis.SERVICE else f"CASE WHEN m.empi IS NULL THEN m.org_code ELSE {place} END"
