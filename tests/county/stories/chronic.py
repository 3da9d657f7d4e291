"""Hypertension, diabetes and COPD, the examination form, the elderly."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.county.county import YEARS, County, days_of
from tests.county.groups import known_since, seen_until, server
from tests.county.residents import Resident
from tests.county.stories.elderly import tell_elderly
from tests.county.stories.followups import COURSES, Visit, any_day, late_flag, plan_year, spans

Exams = dict[tuple[str, int], date]


def tell(county: County) -> None:
    """Examinations of patients first, then the patients of each disease year by year, then the elderly."""
    random = county.random("chronic")
    patients = [
        (kind, number, person)
        for kind, code in (("htn", "02"), ("dm", "03"))
        for number, person in enumerate(p for p in county.residents if known_since(p, code))
    ]
    exams: Exams = {}
    for kind, number, person in patients:
        _examine(county, person, kind, number, exams, random)
    for kind, number, person in patients:
        _patient(county, person, kind, number, exams, random)
    others = [p for p in county.residents if p.age(date(2023, 1, 1)) >= 40 and int(p.pid[1:]) % 19 == 0]
    for number, person in enumerate(others):
        _copd(county, person, number, random)
    tell_elderly(county, {person.pid for _, _, person in patients}, county.random("elderly"))


def _since(person: Resident, kind: str) -> date:
    return known_since(person, {"htn": "02", "dm": "03"}[kind]) or date.max


def _examine(county: County, person: Resident, kind: str, number: int, exams: Exams, random: Random) -> None:
    """The year's examination of a patient whose course has one; patients of both diseases have it once."""
    for year in YEARS:
        course = COURSES[(number + year) % len(COURSES)]
        day = any_day(random, year, _since(person, kind), person) if course.exam else None
        if day and (person.pid, year) not in exams:
            exams[(person.pid, year)] = day
            elder = year - person.birth.year >= 65
            way = {"htn": "3", "dm": "4"}[kind]
            write_exam(county, person, day, way, complete=elder and int(person.pid[1:]) % 3 > 0)


def _patient(county: County, person: Resident, kind: str, number: int, exams: Exams, random: Random) -> None:
    since = _since(person, kind)
    if since >= min(seen_until(person), date(2025, 1, 1)):
        return
    table = {"htn": "gxy_da", "dm": "tnb_da"}[kind]
    more = {"wxfc": str(1 + number % 3)} if kind == "htn" else {"lx": "2"}
    county.add(
        table,
        person.home(since + timedelta(days=1)),
        since,
        dabh=f"{kind}{person.pid}",
        grid=person.empi,
        qzrq=since - timedelta(days=number % 9),
        jdrq=since,
        zt=0,
        **more,
    )
    county.truth.holds(f"{kind}_files", since, None, person.home(date.max), f"{kind}{person.pid}", person)
    for year in YEARS:
        course = COURSES[(number + year) % len(COURSES)]
        visits = plan_year(county, person, since, year, course, f"{kind[0]}v", random)
        planned = _plans(county, person, kind, since, year, visits)
        if kind == "htn":
            _write_htn(county, person, visits, number)
        else:
            _write_dm(county, person, visits, number, year)
        _claim(county, person, kind, year, visits, exams.get((person.pid, year)), planned, number)


def write_exam(county: County, person: Resident, day: date, way: str, *, complete: bool, guided: bool = True) -> None:
    """One examination form, and what it counts for among the elderly."""
    org = server(county, person, day, int(person.pid[-1]))
    number = f"tj{person.pid[1:]}{day.year % 100}"
    county.add(
        "jk_tj",
        org,
        day,
        tjbh=number,
        grid=person.empi,
        tjrq=day,
        tjlb=way,
        ssy=126,
        szy=78,
        zlnl=2 if complete else None,
        zdbz=int(guided),
        wzbz=int(complete),
        ycbz=int(way in "34"),
    )
    county.truth.happened("exam_forms", day, org, number, person)
    _, end = days_of(day.year)
    for age in (60, 65):
        if day.year - person.birth.year >= age and guided:
            county.truth.holds(f"elder_managed[age={age}]", day, end, org, person.pid, person)
            if complete:
                county.truth.holds(f"elder_standard[age={age}]", day, end, org, person.pid, person)


def _plans(county: County, person: Resident, kind: str, since: date, year: int, visits: list[Visit]) -> list[date]:
    """Four planned visits a year, each met by the visit of its number; the last days on which they are due."""
    due = []
    for turn, month in enumerate((3, 6, 9, 12)):
        day = date(year, month, 25)
        if not since <= date(year, month, 1) or day >= seen_until(person):
            continue
        met = visits[turn].number if turn < len(visits) else None
        due.append(day)
        county.add(
            "sf_jh",
            person.home(day),
            date(year, month, 1),
            jhbh=f"{kind}p{person.pid[1:]}{year % 100}{turn}",
            grid=person.empi,
            ywlx={"htn": "GXY", "dm": "TNB"}[kind],
            jhrq=date(year, month, 1),
            zzrq=date(year, month, 1) - timedelta(days=30),
            zcrq=day,
            zt="1" if met else "3",
            sfbh=met,
        )
    return due


def _write_htn(county: County, person: Resident, visits: list[Visit], number: int) -> None:
    old = 65
    for turn, visit in enumerate(visits):
        aged = person.age(visit.day) >= old
        good, bad = ((149, 89), (150, 80)) if aged else ((139, 89), (140, 70))
        usual = (126, 78) if turn % 2 else good
        sbp, dbp = usual if visit.good else (bad if turn % 2 else (128, 90))
        county.add(
            "gxy_sf",
            visit.org,
            visit.entered,
            sfbh=visit.number,
            grid=visit.empi,
            sfrq=visit.day,
            sfys="李明",
            sffs=visit.way,
            xcsfrq=visit.day + timedelta(days=90),
            zg="2" if visit.lost else "1",
            ssy=None if visit.lost else sbp,
            szy=None if visit.lost else dbp,
            fyyc=None if visit.lost else "1",
            sffl=None if visit.lost else ("1" if visit.good else "2"),
            blbz=late_flag(visit),
            wzbz=int(number % 4 > 0),
        )
        county.truth.happened("htn_visits", visit.day, visit.org, visit.number, person, entered=visit.entered)
    if visits and number % 7 == 0:
        first = visits[0]
        gone = {"sfbh": first.number + "x", "grid": first.empi, "sfrq": first.day, "sffs": "1", "zg": "1"}
        county.add("gxy_sf", first.org, first.entered, **gone, ssy=120, szy=70, blbz=0, wzbz=1)["scbz"] = 1


def _write_dm(county: County, person: Resident, visits: list[Visit], number: int, year: int) -> None:
    """Fasting and other tests in turn; every third patient's device says mg/dl, where 126 is 7.0 mmol/L."""
    for turn, visit in enumerate(visits):
        fasting = (turn + number) % 3 > 0
        american = number % 3 == 0
        limit = Decimal("7.0") if fasting else Decimal("10.0")
        value = limit - Decimal("0.1") if visit.good else limit
        county.add(
            "tnb_sf",
            visit.org,
            visit.entered,
            sfbh=visit.number,
            grid=visit.empi,
            sfrq=visit.day,
            sfys="王芳",
            sffs=visit.way,
            xcsfrq=visit.day + timedelta(days=90),
            zg="2" if visit.lost else "1",
            jclx=None if visit.lost else ("K" if fasting else "S"),
            xt=None if visit.lost else value * (18 if american else 1),
            xtdw=None if visit.lost else ("mg/dl" if american else "mmol/L"),
            thxhdb=None,
            sffl=None if visit.lost else ("1" if visit.good else "2"),
            blbz=late_flag(visit),
            wzbz=int(number % 4 > 0),
        )
        county.truth.happened("dm_visits", visit.day, visit.org, visit.number, person, entered=visit.entered)
    if not visits:
        return
    for fast in (0, 1):
        for face in (0, 1):
            kept = [
                (turn, one)
                for turn, one in enumerate(visits)
                if one.lost or ((not fast or (turn + number) % 3 > 0) and (not face or one.face))
            ]
            for since, until in spans([one for _, one in kept], year, lambda made: made[-1].good and not made[-1].lost):
                key = f"dm_controlled[face={face},fasting={fast}]"
                county.truth.holds(key, since, until, visits[0].org, person.pid, person)


def _claim(
    county: County,
    person: Resident,
    kind: str,
    year: int,
    visits: list[Visit],
    exam: date | None,
    planned: list[date],
    number: int,
) -> None:
    truth, (first, end) = county.truth, days_of(year)
    place = person.home(end)

    def reached(measure: str, day: date | None) -> None:
        if day is not None:
            truth.holds(measure, day, end, place, person.pid, person)

    met = [visit for visit in visits if not visit.lost]
    faces = [visit.day for visit in met if visit.face]
    reached(f"{kind}_managed", met[0].day if met else None)
    fourth = faces[3] if len(faces) > 3 else None
    any_fourth = met[3].day if len(met) > 3 else None
    reached(f"{kind}_standard[exam=1,face=1,visits=4]", max(fourth, exam) if fourth and exam else None)
    reached(f"{kind}_standard[exam=0,face=1,visits=4]", fourth)
    reached(f"{kind}_standard[exam=0,face=0,visits=4]", any_fourth)
    if number % 4:
        reached(f"{kind}_complete[visits=4]", fourth)
    if kind == "htn":
        for since, until in spans(visits, year, lambda made: made[-1].good and not made[-1].lost):
            truth.holds("htn_controlled", since, until, place, person.pid, person)
    _claim_planned(county, person, kind, visits, planned, first, end)


def _claim_planned(
    county: County, person: Resident, kind: str, visits: list[Visit], planned: list[date], first: date, end: date
) -> None:
    """Eighty of a hundred plans that are due were met: so from one change of either number to the next."""
    met = {turn: visit.day for turn, visit in enumerate(visits)}
    turns = {day: (day.month // 3) - 1 for day in planned}
    changes = sorted({*planned, *met.values()})
    for since, until in zip(changes, [*changes[1:], end][: len(changes)], strict=True):
        due = [day for day in planned if day <= since]
        done = [day for day in due if turns[day] in met and met[turns[day]] <= since]
        if due and len(done) * 100 >= 80 * len(due):
            county.truth.holds(f"{kind}_by_plan[share=80]", since, until, person.home(end), person.pid, person)


def _copd(county: County, person: Resident, number: int, random: Random) -> None:
    since = max(date(2023, 1, 10) + timedelta(days=number * 11), person.archived_on + timedelta(days=1))
    if since >= min(seen_until(person), date(2025, 1, 1)):
        return
    values = {"dabh": f"copd{person.pid}", "grid": person.empi, "qzrq": since, "jdrq": since, "zt": 0}
    county.add("mzf_da", person.home(since + timedelta(days=1)), since, **values, gold=str(1 + number % 4))
    county.truth.holds("copd_files", since, None, person.home(date.max), f"copd{person.pid}", person)
    for year in YEARS:
        _, end = days_of(year)
        visits = plan_year(county, person, since, year, COURSES[number % 5], "cv", random)
        for turn, visit in enumerate(visits):
            tested = (turn + number) % 2 == 0 and not visit.lost
            values = {"sfbh": visit.number, "grid": visit.empi, "sfrq": visit.day, "sffs": visit.way}
            county.add(
                "mzf_sf",
                visit.org,
                visit.entered,
                **values,
                zg="2" if visit.lost else "1",
                fgn=Decimal("68.5") if tested else None,
                cat=12,
            )
            county.truth.happened("copd_visits", visit.day, visit.org, visit.number, person, entered=visit.entered)
            if tested:
                county.truth.holds("copd_tested", visit.day, end, visit.org, person.pid, person)
        met = [visit.day for visit in visits if not visit.lost]
        if met:
            county.truth.holds("copd_managed", met[0], end, visits[0].org, person.pid, person)
