"""Which groups of people a resident belongs to, and since when; written when every story has been told."""

from datetime import date
from random import Random

from tests.county.county import County, day_in
from tests.county.groups import Groups, groups_of
from tests.county.residents import Resident

LOCAL = {
    "01": "LNR",
    "02": "GXY",
    "03": "TNB",
    "04": "ETT",
    "05": "YCF",
    "06": "JSB",
    "07": "FJH",
    "08": "CJ",
    "09": "TP",
    "10": "DB",
    "11": "TK",
    "12": "JS",
}


def plan_groups(person: Resident, number: int, adults: int, random: Random) -> None:
    """Groups by age and by lot; `adults` counts the adults so far, so that small counties have some of each."""
    age = person.age(date(2023, 1, 1))
    groups: Groups = {}
    groups["01"] = (_birthday(person, 65), None)
    groups["04"] = (person.birth, _birthday(person, 7))
    if age >= 30:
        if random.random() < 0.35:
            groups["02"] = (_begun(random), None)
        if random.random() < 0.16:
            groups["03"] = (_begun(random), None)
    if person.sex == "2" and 20 <= age <= 40 and random.random() < 0.6:
        booked = day_in(random, date(2022, 4, 1), date(2024, 8, 1))
        groups["05"] = (booked, date.fromordinal(booked.toordinal() + 240))
    if age >= 18 and adults % 20 in (3, 13):
        groups["06" if adults % 20 == 3 else "07"] = (_begun(random), None)
    for code, every, rest, least in (("08", 29, 4, 0), ("09", 17, 6, 0), ("10", 43, 9, 0), ("11", 47, 12, 18)):
        if number % every == rest and age >= least:
            groups[code] = (day_in(random, date(2019, 1, 1), date(2023, 1, 1)), None)
    if number % 19 == 10 and age >= 49:
        groups["12"] = (date(2020, 1, 1), None)
    ended = date(2025, 1, 1)
    person.extra["groups"] = {code: span for code, span in sorted(groups.items()) if span[0] < ended}


def write_groups(county: County) -> None:
    """The rows of `rq_fl`; told last, because a story may know better when its group began or ended."""
    for person in county.residents:
        for turn, (code, (begun, ended)) in enumerate(groups_of(person).items()):
            if ended and ended <= person.archived_on:
                continue
            since = max(begun, person.archived_on)
            entry = person.empis[turn % len(person.empis)]
            county.add("rq_fl", person.homes[0][1], since, grid=entry, rqlb=LOCAL[code], ksrq=begun, jsrq=ended)


def _begun(random: Random) -> date:
    """Most are known from before the years told, some come to be known in each of them."""
    lot = random.random()
    if lot < 0.7:
        return day_in(random, date(2018, 1, 1), date(2023, 1, 1))
    return day_in(random, date(2023, 1, 1), date(2024, 1, 1)) if lot < 0.85 else day_in(random, *_LATER)


_LATER = (date(2024, 1, 1), date(2025, 1, 1))


def _birthday(person: Resident, age: int) -> date:
    """The day on which a person completes an age; 29 February becomes 1 March."""
    try:
        return person.birth.replace(year=person.birth.year + age)
    except ValueError:
        return date(person.birth.year + age, 3, 1)
