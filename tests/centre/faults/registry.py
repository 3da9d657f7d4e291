"""Named ways in which a hospital's data is wrong, one switch each.

Each rule of `reference/rules` has at least one fault here that trips it, and a fault says which rules it trips.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

Tables = dict[str, pa.Table]
Broken = dict[str, set[str]]


@dataclass(frozen=True)
class Fault:
    """One fault.

    `trips` are the ids of all rules that it breaks, its own first. `spoil` changes the tables in place and returns,
    for each rule whose rows it knows, the source rows that break it (`mz_jsb:12`), as a finding names them.
    """

    name: str
    title: str
    trips: tuple[str, ...]
    spoil: Callable[[Tables], Broken]

    @property
    def makes_text(self) -> bool:
        """Whether it leaves text where the system keeps dates or numbers."""
        return self.spoil.__module__.endswith(".unreadable")


FAULTS: dict[str, Fault] = {}


def fault(title: str, *trips: str) -> Callable[[Callable[[Tables], Broken]], Callable[[Tables], Broken]]:
    """Register a function as the fault of its own name."""

    def register(spoil: Callable[[Tables], Broken]) -> Callable[[Tables], Broken]:
        FAULTS[spoil.__name__] = Fault(spoil.__name__, title, trips, spoil)
        return spoil

    return register


def break_tables(tables: Tables, names: Sequence[str]) -> dict[str, Broken]:
    """Break the tables in the ways named; what each broke.

    Faults take the first rows that suit them: before each but the first, the tables are turned a little, so that they
    do not all break the same rows. Those that make a column text come last, for the others read dates and numbers.
    """
    broken = {}
    for place, name in enumerate(sorted(names, key=lambda one: FAULTS[one].makes_text)):
        if place:
            for table, rows in tables.items():
                start = rows.num_rows // len(names)
                tables[table] = pa.concat_tables([rows.slice(start), rows.slice(0, start)]).combine_chunks()
        broken[name] = FAULTS[name].spoil(tables)
    return broken
