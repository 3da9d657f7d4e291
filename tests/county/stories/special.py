"""Severe mental disorder and tuberculosis."""

from datetime import date, timedelta
from random import Random

from tests.county.county import YEARS, County, days_of
from tests.county.groups import groups_of, known_since, seen_until, server
from tests.county.residents import Resident
from tests.county.stories.followups import COURSES, plan_year, spans

END = date(2025, 1, 1)


def tell(county: County) -> None:
    """Every tenth adult or so in one of the two, so that small counties have some of each."""
    random = county.random("special")
    for number, person in enumerate(p for p in county.residents if "06" in groups_of(p)):
        _mental(county, person, known_since(person, "06") or END, number, random)
    for number, person in enumerate(p for p in county.residents if "07" in groups_of(p)):
        _tuberculosis(county, person, known_since(person, "07") or END, number, random)


def _mental(county: County, person: Resident, since: date, number: int, random: Random) -> None:
    """Every third patient's day of confirmation was never entered; he is a patient all the same."""
    if since >= min(seen_until(person), END):
        return
    home, dated = number % 5 > 0, number % 3 > 0
    county.add(
        "jsb_da",
        person.home(since + timedelta(days=1)),
        since,
        dabh=f"smd{person.pid}",
        grid=person.empi,
        qzrq=since if dated else None,
        jdrq=since,
        zt=0,
        zd="F20",
        zqty=1,
        zjjz=int(home),
    )
    place = person.home(END)
    for measure in ("smd_registered", *(["smd_at_home"] if home else []), *(["smd_dated"] if dated else [])):
        county.truth.holds(measure, since, None, place, person.pid, person)
    for year in YEARS:
        _, end = days_of(year)
        visits = plan_year(county, person, since, year, COURSES[number % len(COURSES)], "sv", random)
        for visit in visits:
            kind = "0" if visit.lost else ("3" if visit.good else "1")
            values = {"sfbh": visit.number, "grid": visit.empi, "sfrq": visit.day, "sffs": visit.way, "sffl": kind}
            county.add("jsb_sf", visit.org, visit.entered, **values, zg="2" if visit.lost else "1", wxx=0)
            county.truth.happened("smd_visits", visit.day, visit.org, visit.number, person, entered=visit.entered)
        met = [visit.day for visit in visits if not visit.lost]
        if met and home:
            county.truth.holds("smd_home_managed", met[0], end, place, person.pid, person)
        if len(met) > 3:
            county.truth.holds("smd_standard[visits=4]", met[3], end, place, person.pid, person)
        for begun, until in spans(visits, year, lambda made: made[-1].good and not made[-1].lost):
            county.truth.holds("smd_stable", begun, until, place, person.pid, person)


def _tuberculosis(county: County, person: Resident, since: date, number: int, random: Random) -> None:
    """Notified by the designated hospital, visited at home within days or never, treated for six months."""
    notified = max(since, date(2023, 1, 5)) + timedelta(days=number * 13 % 300)
    if notified >= min(seen_until(person), END):
        return
    visited = notified + timedelta(days=2) if number % 4 else None
    if visited and visited >= seen_until(person):
        visited = None
    stop = notified + timedelta(days=180)
    stopped = stop < min(seen_until(person), END)
    reason = ("1", "1", "3")[number % 3] if stopped else None
    taken = (180, 162, 161)[number % 3 if number % 2 else 0]
    place = person.home(notified + timedelta(days=1))
    county.add(
        "fjh_bl",
        place,
        notified,
        blbh=f"tb{person.pid}",
        grid=person.empi,
        qzrq=notified - timedelta(days=3),
        tzrq=notified,
        scrh=visited,
        tzzl=stop if stopped else None,
        tzyy=reason,
        yfy=180 if stopped else None,
        sfy=taken if stopped else None,
        yfs=6,
        sfs=5,
    )
    truth, record = county.truth, f"tb{person.pid}"
    truth.happened("tb_notified", notified, place, record, person)
    _, end = days_of(notified.year)
    if visited:
        truth.holds("tb_managed", max(visited, notified), end, place, record, person)
        visit = {"sfbh": f"fv{person.pid}", "grid": person.empi, "sfrq": visited, "sffs": "4", "zg": "1"}
        county.add("fjh_sf", server(county, person, visited, number), visited, **visit, lfyc=0)
        truth.happened("tb_visits", visited, server(county, person, visited, number), f"fv{person.pid}", person)
    if reason == "1":
        truth.happened("tb_completed", stop, place, record, person)
        if taken >= 162:
            truth.happened("tb_regular", stop, place, record, person)
