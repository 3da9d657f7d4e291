"""Entered bases (常住人口, 应管理人数 …) on every node: the latest version, own areas added up, gaps counted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from schemas.figure import Scope

Bases = dict[tuple[str, Scope], "Base"]


@dataclass(frozen=True)
class Base:
    """One entered base of a node: its value (None when nobody entered one), how many of `due` organisations did.

    `stated` is what the organisation entered for itself with its subordinates, when it did: it is taken, and
    `summed` is what their own entries add up to.
    """

    value: Decimal | None
    entered: int
    due: int
    stated: Decimal | None = None
    summed: Decimal | None = None


_SQL = """
WITH entry AS (
    SELECT org_code, covers, value FROM base_population
    WHERE item = $item AND year = $year
    QUALIFY row_number() OVER (PARTITION BY org_code, covers ORDER BY version DESC, updated_at DESC) = 1
),
placed AS (
    SELECT {place} AS code, e.covers, sum(e.value) AS value
    FROM entry AS e JOIN org_place AS p ON p.code = e.org_code GROUP BY ALL
),
own AS (SELECT code, value FROM placed WHERE covers = 'own'),
stated AS (SELECT code, value FROM placed WHERE covers = 'all')
SELECT c.ancestor, any_value(s.value),
    sum(o.value), count(o.code), count(*),
    sum(o.value) FILTER (c.descendant = c.ancestor), count(o.code) FILTER (c.descendant = c.ancestor),
    sum(o.value) FILTER (c.descendant <> c.ancestor), count(o.code) FILTER (c.descendant <> c.ancestor),
    count(*) FILTER (c.descendant <> c.ancestor)
FROM {tree}_closure AS c
JOIN {tree}_node AS n ON n.code = c.descendant AND n.level IN ('township', 'village')
LEFT JOIN own AS o ON o.code = c.descendant
LEFT JOIN stated AS s ON s.code = c.ancestor
GROUP BY c.ancestor
"""
_PLACES = {"org": "e.org_code", "division": "p.admin_code"}


def bases_of(database: Any, item: str, year: int, tree: str = "org") -> Bases:
    """One item of one year on every node of a tree, in three scopes.

    On the tree of divisions an organisation's entry belongs to the division it sits in.

    Args:
        database: the frame, its trees at the cut-off.
        item: of `population_item`.
        year: the calendar year, or the statutory year of maternal and child health.
        tree: `org` or `division`.
    """
    found: Bases = {}
    for row in database.execute(_SQL.format(tree=tree, place=_PLACES[tree]), {"item": item, "year": year}).fetchall():
        node, stated, total, entered, due, own, has_own, below, has_below, beneath = row
        stated = _decimal(stated)
        whole = stated if stated is not None else _decimal(total)
        found[(node, Scope.ALL)] = Base(whole, due if stated is not None else entered, due, stated, _decimal(total))
        found[(node, Scope.OWN)] = Base(_decimal(own), has_own, min(due - beneath, 1))
        found[(node, Scope.BELOW)] = Base(_decimal(below), has_below, beneath)
    return found


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
