"""How a table is cut into parts: by months, where its date is indexed and it is large.

The parts of a table never overlap and leave nothing out, whatever stands in the date column: rows without a date are in
the first, and what is earlier or later than every month is in the first and the last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flows.sources.catalogue import SourceTable
from flows.sources.connection import Totals
from flows.sources.dialect import Dialect
from schemas.adapter import RawTable

WHOLE = "all"


@dataclass(frozen=True)
class Part:
    """Some rows of a table: `name` is its file's, `where` the SQL that tells its rows, with WHERE."""

    name: str
    where: str


def cuts_of(totals: Totals, part_rows: int) -> tuple[str, ...]:
    """The days (first of a month, ISO) on which a new part begins, so that none has many more rows than wanted."""
    cuts: list[str] = []
    held = totals.months.get("", Totals(0, {})).rows
    for number, month in enumerate(sorted(month for month in totals.months if month)):
        rows = totals.months[month].rows
        if number and held and held + rows > part_rows:
            cuts.append(f"{month[:4]}-{month[4:]}-01")
            held = 0
        held += rows
    return tuple(cuts)


def is_indexed(table: RawTable, catalogue: Sequence[SourceTable]) -> bool:
    """Whether the parts of a table can be found by an index; engines that fold names tell them in capitals."""
    name, month = table.real_name.casefold(), table.month.casefold()
    indexes = (index for one in catalogue if one.name.casefold() == name for index in one.indexes)
    return any(month in map(str.casefold, index.columns[:2]) for index in indexes)


def parts_of(table: RawTable, where: str, cuts: tuple[str, ...], dialect: Dialect) -> tuple[Part, ...]:
    """The parts of a table.

    Args:
        table: what is read; its `month` is what it is cut by.
        where: the rows of the whole table, with WHERE, or empty.
        cuts: the days on which a new part begins, in order.
        dialect: how the source writes identifiers and texts.
    """
    if not cuts:
        return (Part(WHOLE, where),)
    month = dialect.name(table.month)
    limits = [dialect.literal(day) for day in cuts]
    conditions = [
        f"({month} < {limits[0]} OR {month} IS NULL)",
        *(f"{month} >= {first} AND {month} < {until}" for first, until in pairwise(limits)),
        f"{month} >= {limits[-1]}",
    ]
    held = f"({where.removeprefix(' WHERE ')}) AND " if where else ""
    names = ("000000", *(day[:7].replace("-", "") for day in cuts))
    return tuple(Part(name, f" WHERE {held}{one}") for name, one in zip(names, conditions, strict=True))
