"""Entered bases (常住人口, 应管理人数 …) on every node: the latest version, own areas added up, gaps counted."""

from collections.abc import Iterable
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


_ENTRIES = """
WITH entry AS (
    SELECT org_code, covers, value FROM base_population
    WHERE item = $item AND year = $year
    QUALIFY row_number() OVER (PARTITION BY org_code, covers ORDER BY version DESC, updated_at DESC) = 1
)
SELECT {place} AS code, sum(e.value) FILTER (e.covers = 'own'), sum(e.value) FILTER (e.covers = 'all')
FROM entry AS e JOIN org_place AS p ON p.code = e.org_code GROUP BY ALL
"""
_PLACES = {"org": "e.org_code", "division": "p.admin_code"}
OWING = ("township", "village")


def bases_of(database: Any, item: str, year: int, tree: str = "org") -> Bases:
    """One item of one year on every node of a tree, in three scopes.

    A node's number with its subordinates is what was entered as such, and else its own and its subordinates' numbers
    added up. On the tree of divisions an organisation's entry belongs to the division it sits in.

    Args:
        database: the frame, its trees at the cut-off.
        item: of `population_item`.
        year: the calendar year, or the statutory year of maternal and child health.
        tree: `org` or `division`.
    """
    asked = {"item": item, "year": year}
    rows = database.execute(_ENTRIES.format(place=_PLACES[tree]), asked).fetchall()
    own = {code: Decimal(value) for code, value, _ in rows if value is not None}
    stated = {code: Decimal(value) for code, _, value in rows if value is not None}
    nodes = database.execute(f"SELECT code, parent, level FROM {tree}_node ORDER BY code").fetchall()
    children: dict[str, list[str]] = {}
    for code, parent, _ in nodes:
        children.setdefault(parent, []).append(code)
    owing = {code for code, _, level in nodes if level in OWING}
    found: Bases = {}
    codes = {code for code, *_ in nodes}
    for root in (code for code, parent, _ in nodes if parent not in codes):
        _add_up(root, own, stated, children, owing, found)
    return found


def _add_up(
    node: str,
    own: dict[str, Decimal],
    stated: dict[str, Decimal],
    children: dict[str, list[str]],
    owing: set[str],
    found: Bases,
) -> Base:
    """The base of a node with all beneath it; every scope of every node on the way goes into `found`."""
    parts = [_add_up(child, own, stated, children, owing, found) for child in children.get(node, [])]
    beneath = Base(_total(part.value for part in parts), sum(p.entered for p in parts), sum(p.due for p in parts))
    alone = Base(own.get(node), int(node in own), int(node in owing))
    summed = _total((beneath.value, alone.value))
    due = beneath.due + alone.due
    entered = due if node in stated else beneath.entered + alone.entered
    whole = Base(stated.get(node, summed), entered, due, stated.get(node), summed)
    found |= {(node, Scope.ALL): whole, (node, Scope.OWN): alone, (node, Scope.BELOW): beneath}
    return whole


def _total(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
