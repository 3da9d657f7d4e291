"""Vaccination, infectious disease, emergencies, health education and sanitary supervision."""

from datetime import date, datetime, time, timedelta

from tests.county.ages import birthday, calendar_end, months_after
from tests.county.county import YEARS, County
from tests.county.groups import seen_until, server
from tests.county.residents import Resident
from tests.county.stories.prevention_events import tell_events

FIRST, END = date(2023, 1, 1), date(2025, 1, 1)
SCHEDULE = (
    (0, "HEPB", 1),
    (0, "BCG", 1),
    (1, "HEPB", 2),
    (2, "IPV", 1),
    (3, "IPV", 2),
    (3, "DPT", 1),
    (4, "IPV", 3),
    (4, "DPT", 2),
    (5, "DPT", 3),
    (6, "HEPB", 3),
    (6, "MPA", 1),
    (8, "MMR", 1),
    (8, "JE", 1),
    (9, "MPA", 2),
    (18, "DPT", 4),
    (18, "MMR", 2),
    (18, "HEPA", 1),
    (24, "JE", 2),
    (36, "MPAC", 1),
    (48, "IPV", 4),
    (72, "DT", 1),
    (72, "MPAC", 2),
)
ASKED = {"HEPB": 1, "IPV": 3, "DPT": 4, "MMR": 5}
WAITS = (0, 3, 10, 45, None, 0, 7, 1)
CASES = (
    ("HL", "1", 1, 120, 0),
    ("GY", "2", 0, 1440, 0),
    ("SZK", "3", 0, 600, 1200),
    ("HL", "1", 1, 121, 0),
    ("LG", "3", 0, None, 0),
    ("XD", "2", 0, 1441, 0),
    ("FJH", "2", 0, 5 * 1440, 0),
    ("SZK", "3", 0, 30, 15),
    ("LG", "3", 0, 1439, 90),
)


def tell(county: County) -> None:
    """Children by the schedule, every eleventh resident with an infectious disease, then what is about nobody."""
    children = [p for p in county.residents if birthday(p, 7) > FIRST and p.birth < END]
    for number, child in enumerate(children):
        if number % 10 != 3 and child.archived_on < min(seen_until(child), END):
            card = {"jzzh": f"jz{child.pid[1:]}", "jzrq": child.archived_on}
            county.add("jz_jzz", child.homes[0][1], child.archived_on, grid=child.empis[-1], **card)
            held, until = county.truth.holds, birthday(child, 7)
            held("vacc_cards", child.archived_on, until, child.homes[0][1], child.pid, child)
        for turn, (months, vaccine, dose) in enumerate(SCHEDULE):
            _dose(county, child, months, vaccine, dose, number + turn)
    cases = dict.fromkeys(((org, year) for org in county.places.orgs for year in YEARS), 0)
    for number, person in enumerate(county.residents[::7]):
        for year in YEARS:
            _case(county, person, year, number + year, cases)
    for number, org in enumerate((*county.places.centres, *county.places.clinics)):
        for year in YEARS:
            unseen = int(number % 7 == 0)  # a case in the paper register that the system does not have
            county.population[org.code, "idr_registered", year] = cases[org.code, year] + unseen
    tell_events(county)


def _dose(county: County, child: Resident, months: int, vaccine: str, number: int, turn: int) -> None:
    """One dose that is due: given on time, late (perhaps only in the next year), or not at all."""
    due, last = months_after(child.birth, months), min(seen_until(child), END)
    if not FIRST <= due < last:
        return
    wait = WAITS[turn % len(WAITS)]
    given = due + timedelta(days=wait) if wait is not None else None
    given = given if given and given < last else None
    org, record = server(county, child, due, turn), f"ym{child.pid[1:]}{months:02d}{vaccine[:3]}{number}"
    row = {"jlbh": record, "grid": child.empi, "ym": vaccine, "jc": number, "yzrq": due, "szrq": given}
    county.add("jz_jl", org, given or due, **row)
    for code in (0, *([ASKED[vaccine]] if vaccine in ASKED else [])):
        county.truth.happened(f"doses_due[vaccine={code}]", due, org, record, child)
        if given and given < calendar_end(due):
            county.truth.holds(f"doses_given[vaccine={code}]", given, calendar_end(due), org, record, child)


def _case(county: County, person: Resident, year: int, number: int, cases: dict[tuple[str, int], int]) -> None:
    """A case found at some minute, reported so many minutes later, put into the system later still."""
    disease, class_, urgent, wait, typed = CASES[number % len(CASES)]
    found = datetime(year, number % 12 + 1, 28 if number % 5 else 1, 22 if number % 3 else 9, 30)
    if not max(person.archived_on, person.birth) < found.date() < seen_until(person):
        return
    reported = found + timedelta(minutes=wait) if wait is not None else None
    entered = reported + timedelta(minutes=typed) if reported else found + timedelta(days=3)
    org, record = server(county, person, found.date(), number), f"cr{person.pid[1:]}{year}"
    row = {"kbh": record, "grid": person.empi, "jyb": class_, "bz": disease, "ljbg": urgent}
    card = county.add("crb_bgk", org, entered, **row, zdsj=found, bgsj=reported)
    if number % 17 == 6:
        county.rows["crb_bgk"].append({**card, "kbh": f"{record}x", "scbz": 1})
    cases[org, year] += 1
    truth, end = county.truth, date(year + 1, 1, 1)
    truth.happened("idr_registered", found.date(), org, record, person)
    if reported and wait is not None and reported < datetime.combine(end, time()):
        limit = 120 if urgent else 1440
        truth.holds("idr_reported", reported.date(), end, org, record, person)
        if wait <= limit:
            truth.holds("idr_timely", reported.date(), end, org, record, person)
        if wait + typed <= limit:
            truth.holds("idr_timely_by_entry", reported.date(), end, org, record, person)
