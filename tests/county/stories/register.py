"""The register: divisions, organisations, their people, residents with their archives, moves, merges and deaths.

Told first: it decides who moves, dies, is cancelled or is known under two entries, and which groups he belongs to.
"""

from datetime import date, datetime, timedelta
from random import Random

from tests.county.county import County, day_in
from tests.county.place import START
from tests.county.residents import Resident
from tests.county.stories.register_archives import write_archives
from tests.county.stories.register_groups import plan_groups
from tests.county.stories.register_staff import write_staff

LEVELS = {"prefecture": 2, "county": 3, "township": 4, "village": 5}
KINDS = {"commission": "W", "centre": "Y", "clinic": "C", "school": "X"}
CANCELLED = ("2", "3", "4")
OLD_DIVISIONS = (
    ("652100000000", "示例地区", 2, None, "650400000000"),
    ("652101000000", "示例市（县级）", 3, "652100000000", "650402000000"),
    ("652122000000", "鄯善示例县", 3, "652100000000", "650421000000"),
)


def tell(county: County) -> None:
    """Both trees, the staff, then every resident's life as the register knows it."""
    _write_divisions(county)
    _write_organisations(county)
    write_staff(county)
    random = county.random("register")
    adults = 0
    for number, person in enumerate(county.residents):
        _plan_life(county, person, number, random)
        adults += person.age(date(2023, 1, 1)) >= 18
        plan_groups(person, number, adults, random)
    write_archives(county, random)


def _write_divisions(county: County) -> None:
    commission = next(iter(county.places.orgs))
    for one in county.places.divisions.values():
        county.add(
            "xzqh_zd",
            commission,
            one.valid_from,
            qhdm=one.code,
            qyrq=one.valid_from,
            qhmc=one.name,
            qhjb=LEVELS[one.level],
            sjqh=one.parent,
            tyrq=one.valid_to,
            hjqh=one.successor,
            btbz=int(one.xpcc),
            cxfl="220" if one.level == "village" else None,
        )
    for code, name, level, parent, successor in OLD_DIVISIONS:
        values = {"qhdm": code, "qhmc": name, "qhjb": level, "sjqh": parent, "hjqh": successor, "btbz": 0}
        county.add("xzqh_zd", commission, START, **values, qyrq=date(1990, 1, 1), tyrq=START)


def _write_organisations(county: County) -> None:
    """One row per organisation and parent: a transfer ends the row before it."""
    for number, org in enumerate(county.places.orgs.values()):
        ends: list[date | None] = [since for since, _ in org.parents[1:]]
        for (since, parent), until in zip(org.parents, [*ends, None], strict=True):
            county.add(
                "jg_zd",
                org.code,
                since,
                jgbm=org.code,
                qyrq=since,
                jgmc=org.name,
                jglb=KINDS[org.kind],
                jgjb=LEVELS[org.level],
                sjjg=parent,
                szqh=org.admin_code,
                tyxydm=f"12{org.admin_code[:6]}MB{number:08d}",
                yljgdm=f"H{org.admin_code[:6]}{number:05d}" if org.kind != "commission" else None,
                btbz=int(org.xpcc),
                tyrq=until,
            )


def _plan_life(county: County, person: Resident, number: int, random: Random) -> None:
    """What becomes of a resident in the years told: at most one of merging, death and cancellation, and moves."""
    adult = person.age(date(2023, 1, 1)) >= 16
    if number % 31 == 7:
        entries = 3 if number % 4 == 2 else 2
        person.empis += [f"E{5_000_000 + number * 10 + turn}" for turn in range(1, entries)]
        person.extra["merged_at"] = datetime.combine(
            day_in(random, max(date(2022, 6, 1), person.archived_on + timedelta(days=90)), date(2025, 1, 1)),
            datetime.min.time(),
        ).replace(hour=11, minute=30)
    elif number % 27 == 11 and adult:
        year = 2023 + number // 27 % 2
        person.death = day_in(random, date(year, 1, 5), date(year, 12, 1))
        person.cancelled = (person.death + timedelta(days=random.randrange(45)), "1")
    elif number % 19 == 3 and adult:
        first = max(date(2022, 6, 1), person.archived_on + timedelta(days=60))
        person.cancelled = (day_in(random, first, date(2024, 12, 20)), CANCELLED[number // 19 % 3])
    if number % 23 == 5:
        _plan_moves(county, person, number, random)


def _plan_moves(county: County, person: Resident, number: int, random: Random) -> None:
    """A move to another clinic, every other one into the other county; every fourth moves on half a year later."""
    gone = [day for day in (person.death, person.cancelled[0] if person.cancelled else None) if day]
    until = min(gone, default=date(2024, 12, 31))
    first = max(date(2023, 1, 10), person.archived_on + timedelta(days=60))
    if until - first < timedelta(days=60):
        return
    home = person.homes[0][1]
    abroad = number // 23 % 2 == 1
    clinics = [org.code for org in county.places.clinics if org.code != home]
    there = [code for code in clinics if (code[:6] != home[:6]) == abroad]
    day = day_in(random, first, until - timedelta(days=30))
    person.homes.append((day, random.choice(there or clinics)))
    onward = day + timedelta(days=183)
    if number // 23 % 4 == 3 and onward < until:
        last = person.homes[-1][1]
        person.homes.append((onward, random.choice([code for code in [*clinics, home] if code != last])))
