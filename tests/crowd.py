"""Faults looked at several at a time, as far as each can be told from the others by the rows that it broke."""

from collections.abc import Iterable
from pathlib import Path

from schemas.rule import load_rules
from tests.centre.faults import FAULTS, Tables, break_tables
from tests.faulty import Sight, look_at

MOST = 8
NEIGHBOURS = 1


def hints() -> set[str]:
    """Rules that a clean centre may break here and there."""
    return {rule.id for rule in load_rules() if rule.level == "hint"}


def unofficial(name: str) -> set[str]:
    """The rules that a fault trips, without the checks on the files."""
    return {rule for rule in FAULTS[name].trips if not rule.startswith("V")}


class Crowd:
    """Looks at a centre with a fault among others that break other rules and, mostly, other tables.

    A crowd is believed when every rule that it trips is the rule of one of its faults, and names no row but those that
    this fault broke: then none has tripped a rule of another's. One that is not believed is halved, down to one fault;
    a fault that does not know all the rows that it breaks is looked at alone.
    """

    def __init__(self, tables: Tables, folder: Path) -> None:
        self._tables = tables
        self._folder = folder
        self._sights: dict[tuple[str, ...], Sight] = {}
        self._crowds = {name: crowd for crowd in _crowds(tables) for name in crowd}

    def look(self, name: str) -> tuple[tuple[str, ...], Sight]:
        """The faults looked at together, `name` among them, and what was seen."""
        crowd = self._crowds[name]
        while len(crowd) > 1:
            sight = self._sight(crowd)
            if _unmixed(crowd, sight) and _whole(name, sight):
                return crowd, sight
            half = len(crowd) // 2
            crowd = crowd[:half] if name in crowd[:half] else crowd[half:]
        return crowd, self._sight(crowd)

    def _sight(self, crowd: tuple[str, ...]) -> Sight:
        if crowd not in self._sights:
            folder = self._folder / f"{len(self._sights)}"
            folder.mkdir()
            self._sights[crowd] = look_at(folder, self._tables, *crowd)
        return self._sights[crowd]


def _crowds(tables: Tables) -> Iterable[tuple[str, ...]]:
    """Faults that know all rows that they break, trip no rule in common and mostly change different tables."""
    changed: dict[str, set[str]] = {}
    crowds: list[list[str]] = []
    for name in FAULTS:
        spoilt = dict(tables)
        [broken] = break_tables(spoilt, [name]).values()
        changed[name] = {table for table in tables if spoilt[table] is not tables[table]}
        known = unofficial(name) and unofficial(name) - hints() <= set(broken)
        home = next((crowd for crowd in crowds if known and _fits(name, crowd, changed)), None)
        if home is None:
            crowds.append([name] if known else [name, ""])
        else:
            home.append(name)
    return (tuple(filter(None, crowd)) for crowd in crowds)


def _fits(name: str, crowd: list[str], changed: dict[str, set[str]]) -> bool:
    if "" in crowd or len(crowd) == MOST:
        return False
    strangers = all(unofficial(name).isdisjoint(unofficial(one)) for one in crowd)
    return strangers and sum(not changed[name].isdisjoint(changed[one]) for one in crowd) <= NEIGHBOURS


def _unmixed(crowd: tuple[str, ...], sight: Sight) -> bool:
    strict = {rule: sight.broken[name][rule] for name in crowd for rule in unofficial(name) - hints()}
    return set(sight.tripped) <= set(strict) and all(set(sight.rows(rule)) <= rows for rule, rows in strict.items())


def _whole(name: str, sight: Sight) -> bool:
    return all(rows and rows <= set(sight.rows(rule)) for rule, rows in sight.broken[name].items())
