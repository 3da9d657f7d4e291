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
    counted = {
        Counts.PERSON: "count(DISTINCT p.empi){}",
        Counts.RECORD: "count(DISTINCT p.record){}",
        Counts.SUM: "coalesce(sum(p.value){}, 0)",
    }[counts]
    filters = ("", " FILTER (c.descendant = c.ancestor)", " FILTER (c.descendant <> c.ancestor)")
    tree = _tree(axis)
    listed = ", ".join(counted.format(one) for one in filters)
    rows = database.execute(
        f"WITH {_placed(measure, axis, status)}"
        f" SELECT c.ancestor, {listed} FROM {tree}_closure AS c LEFT JOIN p ON p.place = c.descendant"
        " GROUP BY c.ancestor"
    ).fetchall()
    scopes = (Scope.ALL, Scope.OWN, Scope.BELOW)
    return {(node, scope): Decimal(n) for node, *values in rows for scope, n in zip(scopes, values, strict=True)}


def outside(
    database: Any, numerator: Measure, denominator: Measure, axis: OrgAxis, status: Status, counts: Counts
) -> dict[tuple[str, Scope], int]:
    """How many of the numerator's persons (or records) the denominator lacks, on every node; 0 is left out."""
    key = "empi" if counts is Counts.PERSON else "record"
    tree = _tree(axis)
    rows = database.execute(
        f"WITH {_placed(numerator, axis, status)}, {_placed(denominator, axis, status, 'd')},"
        f" beyond AS (SELECT DISTINCT p.{key}, p.place FROM p WHERE NOT EXISTS"
        f" (SELECT 1 FROM d WHERE d.{key} = p.{key} AND d.place IS NOT DISTINCT FROM p.place))"
        f" SELECT c.ancestor, count(DISTINCT b.{key}), count(DISTINCT b.{key}) FILTER (c.descendant = c.ancestor),"
        f" count(DISTINCT b.{key}) FILTER (c.descendant <> c.ancestor)"
        f" FROM {tree}_closure AS c JOIN beyond AS b ON b.place = c.descendant GROUP BY c.ancestor"
    ).fetchall()
    scopes = (Scope.ALL, Scope.OWN, Scope.BELOW)
    return {(node, scope): n for node, *values in rows for scope, n in zip(scopes, values, strict=True)}


def unplaced(database: Any, measure: Measure, axis: OrgAxis, status: Status) -> list[tuple[str | None, int]]:
    """The places of a measure's rows that are no node of the tree, with how many rows each has."""
    rows: list[tuple[str | None, int]] = database.execute(
        f"WITH {_placed(measure, axis, status)} SELECT place, count(*) FROM p"
        f" WHERE place IS NULL OR place NOT IN (SELECT code FROM {_tree(axis)}_node) GROUP BY place ORDER BY place"
    ).fetchall()
    return rows


def _placed(measure: Measure, axis: OrgAxis, status: Status, name: str = "p") -> str:
    """SQL: the measure's rows that the status rule lets count, each with the organisation or division it belongs to."""
    live = " WHERE m.empi IS NULL OR coalesce(s.live, false)" if status is Status.LIVE else ""
    rows = f"SELECT m.empi, m.record, m.value, {_place(axis)} AS place"
    source = f"FROM m_{name} AS m LEFT JOIN standing AS s ON s.empi = m.empi{live}"
    return f"m_{name} AS ({measure.sql}\n), {name} AS MATERIALIZED ({rows} {source})"


def _tree(axis: OrgAxis) -> str:
    return "division" if axis is OrgAxis.RESIDENCE else "org"


def _place(axis: OrgAxis) -> str:
    """The organisation a row belongs to; rows without a person belong to who did them."""
    place = _PLACES[axis]
    return place if axis is OrgAxis.SERVICE else f"CASE WHEN m.empi IS NULL THEN m.org_code ELSE {place} END"
