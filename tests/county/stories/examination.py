"""The free examination of all residents, with what laboratory, imaging and ECG reported for it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from tests.county.county import YEARS, County, day_in, days_of
from tests.county.groups import groups_of, seen_until
from tests.county.residents import Resident

GROUPS = {"01": "02", "02": "03"}
VALUES = {"01": ("126/78", "158/96"), "02": ("5.2", "8.1"), "03": ("130", "98")}


def tell(county: County) -> None:
    """Everybody is on the list of a year, most are registered, fewer finished."""
    random = county.random("examination")
    for year in YEARS:
        first, _ = days_of(year)
        for number, person in enumerate(county.residents):
            if not max(person.birth, person.archived_on) < first < seen_until(person):
                continue
            _list(county, person, year, first)
            if number % 10 > 1:
                _examine(county, person, year, number, random)


def _band(person: Resident, year: int) -> int:
    age = year - person.birth.year
    return 1 if age < 7 else 2 if age < 15 else 3 if age < 65 else 4


def _list(county: County, person: Resident, year: int, first: date) -> None:
    home = person.home(first)
    county.add("tj_md", county.inst(home), first, grid=person.empi, nd=year, hjlx=person.residence_type)
    _, end = days_of(year)
    for band in (0, _band(person, year)):
        for household in (0, *((1,) if person.residence_type == "1" else ())):
            key = f"exam_due[band={band},household={household}]"
            county.truth.holds(key, first, end, home, person.pid, person)


def _planned_day(person: Resident, year: int, number: int, random: Random) -> date:
    """A day of the season; of those who become hypertensive in the year, ten days before they are known to be."""
    begun = groups_of(person).get("02")
    if begun and begun[0].year == year and begun[0] - timedelta(days=10) >= date(year, 1, 2) and number % 2:
        return begun[0] - timedelta(days=10)
    return day_in(random, date(year, 3, 1), date(year, 12, 20))


def _examine(county: County, person: Resident, year: int, number: int, random: Random) -> None:
    day = _planned_day(person, year, number, random)
    final = day + timedelta(days=3 + number % 6) if number % 7 else None
    if (final or day) >= seen_until(person) or day <= person.birth:
        return
    void = number % 43 == 8
    org = county.inst(person.home(day + timedelta(days=1)))
    exam = f"tm{person.pid[1:]}{year % 100}"
    abnormal = number % 4 == 2 and final is not None
    feedback = final + timedelta(days=10) if final and number % 5 else None
    recheck = final + timedelta(days=25) if abnormal and final and number % 8 == 2 else None
    linked = final is not None and number % 6 > 0
    county.add(
        "tj_dj",
        org,
        day,
        tjbm=exam,
        grid=person.empi,
        nd=year,
        tc="ESAL"[_band(person, year) - 1],
        djrq=day,
        tjrq=day,
        zjrq=final,
        zjys="赵医生",
        ycbz=int(abnormal),
        zjjy="建议低盐饮食，按时复查" if abnormal else "未见明显异常",
        fkrq=feedback,
        tbbz=int(linked),
        fcbz=int(abnormal),
        fcrq=recheck,
        zfbz=int(void),
    )
    if not void:
        _claim(county, person, org, exam, year, day, final, feedback, recheck, abnormal, linked)
    _items(county, person, org, exam, year, day, number, void)
    if number % 3 == 0:
        _reports(county, person, org, exam, day, number)


def _claim(
    county: County,
    person: Resident,
    org: str,
    exam: str,
    year: int,
    day: date,
    final: date | None,
    feedback: date | None,
    recheck: date | None,
    abnormal: bool,
    linked: bool,
) -> None:
    truth = county.truth
    _, end = days_of(year)
    truth.happened("exam_registered", day, org, exam, person)
    if final is None:
        return
    truth.holds("exam_registered_final", final, end, org, exam, person)
    truth.happened("exam_final", final, org, exam, person)
    for band in (0, _band(person, year)):
        for household in (0, *((1,) if person.residence_type == "1" else ())):
            truth.happened(f"exam_done[band={band},household={household}]", final, org, exam, person)
    if linked:
        truth.happened("exam_linked", final, org, exam, person)
    if abnormal:
        truth.happened("exam_abnormal", final, org, exam, person)
        truth.happened("exam_recheck_due", final, org, exam, person)
    _, later = days_of(final.year)
    if feedback:
        truth.holds("exam_feedback", feedback, later, org, exam, person)
    if recheck:
        truth.holds("exam_rechecked", recheck, later, org, exam, person)


def _package(person: Resident, year: int) -> tuple[str, ...]:
    age = year - person.birth.year
    if age < 7:
        return ("03",)
    return ("01", "03", "04") if age < 15 else ("01", "02", "03", "04", "05", "06", "07")


def _items(
    county: County, person: Resident, org: str, exam: str, year: int, day: date, number: int, void: bool
) -> None:
    truth = county.truth
    for item in _package(person, year):
        turn = number + int(item)
        missed, refused = turn % 13 == 4, turn % 29 == 6
        begun = groups_of(person).get(GROUPS.get(item, ""))
        coming = begun is not None and day < begun[0]
        bad = not missed and not refused and (turn % 5 == 1 or (item == "01" and coming))
        usual, high = VALUES.get(item, ("未见异常", "异常"))
        text = None if missed or refused else (high if bad else usual)
        number_of = Decimal(text) if text and text.replace(".", "").isdigit() else None
        county.add(
            "tj_fx",
            org,
            day,
            tjbm=exam,
            xmbm=item,
            grid=person.empi,
            jcrq=day,
            jg=text,
            jgz=number_of,
            dw="mmol/L" if item == "02" else None,
            pd="W" if missed or refused else ("G" if bad and item in GROUPS else "Y" if bad else "Z"),
            jjbz=int(refused),
        )
        if void:
            continue
        record, code = f"{exam}|{item}", int(item)
        truth.happened(f"item_planned[item={code}]", day, org, record, person)
        if not missed and not refused:
            truth.happened(f"item_done[item={code}]", day, org, record, person)
        if bad:
            truth.happened(f"item_abnormal[item={code}]", day, org, record, person)
            _found(county, person, org, record, item, day, begun)


def _found(
    county: County,
    person: Resident,
    org: str,
    record: str,
    item: str,
    day: date,
    begun: tuple[date, date | None] | None,
) -> None:
    if item not in GROUPS or (begun and begun[0] <= day):
        return
    key = f"group={int(GROUPS[item])},item={int(item)}"
    county.truth.happened(f"newly_found[{key}]", day, org, record, person)
    if begun and begun[0] <= day + timedelta(days=30):
        until = days_of(day.year)[1]
        county.truth.holds(f"newly_managed[days=30,{key}]", begun[0], until, org, record, person)


def _reports(county: County, person: Resident, org: str, exam: str, day: date, number: int) -> None:
    """What the laboratory, imaging and ECG systems hold of an examination."""
    moment = datetime.combine(day, time(16, 30))
    truth, critical = county.truth, number % 12 == 0
    told = critical and number % 24 == 0
    shared = {"grid": person.empi, "tjbm": exam}
    for item in ("GLU", "HGB"):
        values = {"jydh": f"jy{exam[2:]}", "xmbm": item, "tm": f"{number:08d}", "jg": "5.2", "dw": "mmol/L"}
        flagged = critical and item == "GLU"
        alarms = {"ycbz": int(flagged), "wjz": int(flagged), "tbbz": int(told and flagged)}
        county.add("jy_jg", org, moment, **shared, **values, **alarms, shsj=moment, jgz=Decimal("5.2"))
        if flagged:
            truth.happened("lis_critical", day, org, f"jy{exam[2:]}|{item}", person)
            if told:
                truth.happened("lis_critical_told", day, org, f"jy{exam[2:]}|{item}", person)
    truth.happened("lis_reports", day, org, f"jy{exam[2:]}", person)
    device = "DR" if number % 2 else "US"
    image = {"jch": f"yx{exam[2:]}", "sb": device, "bw": "胸部" if device == "DR" else "腹部", "bgsj": moment}
    county.add("yx_bg", org, moment, **shared, **image, sj="双肺纹理清晰", zd="未见异常", ycbz=0)
    truth.happened("ris_reports", day, org, f"yx{exam[2:]}", person)
    county.add("xd_bg", org, moment, **shared, jch=f"xd{exam[2:]}", bgsj=moment, jl="窦性心律", ycbz=0)
    truth.happened("ecg_reports", day, org, f"xd{exam[2:]}", person)
    for dept in ("01", "02"):
        county.add("tj_ksxj", org, moment, **shared, ks=dept, xjrq=day, ycbz=1, xj="未见异常")
