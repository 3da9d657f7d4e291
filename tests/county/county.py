"""A county as a whole: places, residents, the raw tables of its systems, the truth."""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from tests.centre.ddl import Column, Table
from tests.county.claims import Truth
from tests.county.place import Places, make_places
from tests.county.residents import Resident, make_residents

FACTS = Path(__file__).parent / "facts"
STORIES = (
    "register",
    "chronic",
    "special",
    "prevention",
    "maternal",
    "signing",
    "medical",
    "examination",
    "twocard",
    "report",
)
YEARS = (2023, 2024)
ENTERED = time(18, 0)


@dataclass(frozen=True)
class CountySettings:
    """How large, which seed, and which named faults (`tests.county.faults`)."""

    centres: int = 12
    clinics: int = 100
    per_village: int = 12
    seed: int = 650402
    faults: tuple[str, ...] = ()


@dataclass
class County:
    """What the stories write into."""

    settings: CountySettings
    places: Places
    residents: list[Resident]
    truth: Truth
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    population: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def random(self, name: str) -> Random:
        """The random stream of one story: a change in one leaves the others alone."""
        return Random(f"{self.settings.seed}/{name}")

    def inst(self, org: str) -> str:
        """The institution that files an organisation's rows: itself, or the first parent of a clinic."""
        place = self.places.orgs[org]
        return str(place.parents[0][1]) if place.level == "village" else org

    def add(self, table: str, org: str, entered: date | datetime, **values: Any) -> dict[str, Any]:
        """Write one raw row with what every raw table carries: jgdm, sbjg, lrsj, xgsj, scbz; returned to be broken."""
        moment = entered if isinstance(entered, datetime) else datetime.combine(entered, ENTERED)
        row = {"jgdm": org, "sbjg": self.inst(org), "lrsj": moment, "xgsj": moment, "scbz": 0, **values}
        self.rows[table].append(row)
        return row

    def tables(self) -> dict[str, pa.Table]:
        """Every raw table of `facts/*.csv`, typed as described there; a story that wrote nothing leaves it empty."""
        return {
            name: pa.Table.from_pylist(self.rows.get(name, []), schema=table.arrow) for name, table in raw().items()
        }


@cache
def raw() -> dict[str, Table]:
    """The raw tables of all systems, from `facts/<system>.csv` (table, column, type, key, comment)."""
    found: dict[str, Table] = {}
    for path in sorted(FACTS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for head in (row for row in rows if not row["column"]):
            body = [row for row in rows if row["table"] == head["table"] and row["column"]]
            columns = tuple(Column(row["column"], row["type"], row["comment"]) for row in body)
            key = tuple(row["column"] for row in body if row["key"])
            own = {column.name for column in columns}
            carried = tuple(column for column in CARRIED if column.name not in own)
            found[head["table"]] = Table(head["table"], head["comment"], key, (*columns, *carried))
    return found


CARRIED = (
    Column("jgdm", "varchar(20)", "机构代码"),
    Column("sbjg", "varchar(20)", "填报机构"),
    Column("lrsj", "time", "录入时间"),
    Column("xgsj", "time", "修改时间"),
    Column("scbz", "int", "删除标志"),
)


def generate(settings: CountySettings | None = None) -> County:
    """Plan the county, let every story write, then break it with the faults asked for."""
    settings = settings or CountySettings()
    places = make_places(settings.centres, settings.clinics)
    residents = make_residents(places, settings.per_village, settings.seed)
    county = County(settings, places, residents, Truth(places))
    for name in STORIES:
        story: Callable[[County], None] = import_module(f"tests.county.stories.{name}").tell
        story(county)
    if settings.faults:
        from tests.county.faults import FAULTS

        for fault in settings.faults:
            FAULTS[fault].apply(county)
    return county


def days_of(year: int) -> tuple[date, date]:
    """First day of a year, and of the next."""
    return date(year, 1, 1), date(year + 1, 1, 1)


def day_in(random: Random, first: date, until: date) -> date:
    """A day from `first` up to, not including, `until`."""
    return first + timedelta(days=random.randrange(max((until - first).days, 1)))
