"""Who has handed in: value, 0 and 未上报 are three things (commission.md 4, rule 6)."""

from dataclasses import dataclass
from typing import Any

from schemas.figure import Scope
from schemas.period import Kind, Period, Year

Handed = dict[tuple[str, Scope], "HandedIn"]
CENTRES_ONLY = ("his", "exam", "lis", "pacs", "ecg", "rational")


@dataclass(frozen=True)
class HandedIn:
    """Of `due` organisations beneath a node, `reported` handed in for some month of the period."""

    reported: int
    due: int


_SQL = """
WITH handed AS (
    SELECT DISTINCT org_code FROM submission WHERE of_system = $system AND of_month >= $first AND of_month < $until
),
due AS (SELECT code FROM org_node WHERE level IN ({levels})),
placed AS (SELECT due.code, {place} AS place FROM due JOIN org_place AS p ON p.code = due.code)
SELECT c.ancestor, count(h.org_code), count(*),
    count(h.org_code) FILTER (c.descendant = c.ancestor), count(*) FILTER (c.descendant = c.ancestor),
    count(h.org_code) FILTER (c.descendant <> c.ancestor), count(*) FILTER (c.descendant <> c.ancestor)
FROM {tree}_closure AS c
JOIN placed AS d ON d.place = c.descendant
LEFT JOIN handed AS h ON h.org_code = d.code
GROUP BY c.ancestor
"""
_PLACES = {"org": "due.code", "division": "p.admin_code"}


def handed_in(database: Any, system: str, period: Period, kind: Kind, year: Year, tree: str = "org") -> Handed:
    """Who handed in a system's data for a period, on every node, in three scopes.

    Args:
        database: the frame, its trees at the cut-off.
        system: one of `schemas.commission.std.SYSTEMS`.
        period: the reporting period; cumulative indicators look at the months since the year began.
        kind: of the indicator.
        year: of the indicator.
        tree: `org` or `division`.
    """
    days = period.counted(kind, year)
    levels = {"village": "'village'"}.get(system, "'township'" if system in CENTRES_ONLY else "'township', 'village'")
    found: Handed = {}
    asked = {"system": system, "first": days.first, "until": days.until}
    for node, *counts in database.execute(_SQL.format(levels=levels, tree=tree, place=_PLACES[tree]), asked).fetchall():
        for scope, place in ((Scope.ALL, 0), (Scope.OWN, 2), (Scope.BELOW, 4)):
            found[(node, scope)] = HandedIn(counts[place], counts[place + 1])
    return found
