"""What organisations did that is about nobody in particular: emergencies, education, supervision."""

from datetime import date, datetime, time, timedelta

from tests.county.county import YEARS, County
from tests.county.place import Org

TYPES = ("SP", "YS", "ZY", "XX", "FF", "JS")
FORMS = {"ZL": 1, "YX": 2, "XCL": 3, "JZ": 4, "ZX": 5}
AT_CENTRE = (("ZL", 2), ("ZL", 7), ("YX", 4), ("YX", 11), ("XCL", 3), ("XCL", 9), ("JZ", 5), ("JZ", 8), ("JZ", 12))
AT_CLINIC = (("XCL", 6), ("JZ", 3), ("JZ", 10), ("ZL", 1))


def tell_events(county: County) -> None:
    """Each organisation's year."""
    for number, org in enumerate((*county.places.centres, *county.places.clinics)):
        for year in YEARS:
            _education(county, org, year, number)
            found = _supervision(county, org, year, number)
            county.population[org.code, "hsr_found", year] = found + int(number % 6 == 1)
            if org.kind == "centre":
                _emergencies(county, org, year, number)


def _education(county: County, org: Org, year: int, number: int) -> None:
    centre = org.kind == "centre"
    activities = (*AT_CENTRE, ("ZX", 6), ("ZX", 10)) if centre else AT_CLINIC
    for turn, (form, month) in enumerate(activities):
        day = date(year, month, (number * 3 + turn) % 28 + 1)
        tcm, record = int((number + turn) % 3 == 0), f"jy{org.code}{year}{turn:02d}"
        facts = {
            "people": 20 + number % 7 + turn if form in ("JZ", "ZX") else 0,
            "kinds": 1 + turn % 3 if form in ("ZL", "YX") else 0,
            "quantity": 50 + number % 9 if form == "ZL" else 0,
            "minutes": 40 + turn if form in ("YX", "JZ") else 0,
        }
        row = {"hdbh": record, "xs": form, "zt": "健康素养", "hdrq": day, "zyy": tcm}
        amounts = {"rs": facts["people"], "zls": facts["kinds"], "sls": facts["quantity"], "sc": facts["minutes"]}
        activity = county.add("jkjy", org.code, day, **row, **amounts)
        if (number + turn) % 23 == 11:
            county.rows["jkjy"].append({**activity, "hdbh": f"{record}x", "scbz": 1})
        for with_tcm in (0, 1)[: 1 + tcm]:
            asked = f"[form={FORMS[form]},tcm={with_tcm}]"
            county.truth.happened(f"edu_activities{asked}", day, org.code, record)
            for name, value in facts.items():
                county.truth.happened(f"edu_{name}{asked}", day, org.code, record, value=value)


def _supervision(county: County, org: Org, year: int, number: int) -> int:
    """Four patrols and an event or two a year; most events are reported, one in January of the next year."""
    for turn in range(4):
        day, record = date(year, 3 * turn + 2, (number + turn) % 28 + 1), f"xc{org.code}{year}{turn}"
        values = {"lx": TYPES[(number + turn) % 6], "fxrq": day, "xc": 1}
        county.add("xgjl", org.code, day, jlbh=record, **values)
        county.truth.happened("hsr_patrols", day, org.code, record)
    found = 1 + number % 2
    for turn in range(found):
        day, record = date(year, 12 if number % 5 == 2 else 4 + turn, 29), f"xg{org.code}{year}{turn}"
        reported = None if (number + turn + year) % 4 == 0 else day + timedelta(days=number % 6)
        values = {"lx": TYPES[number % 6], "fxrq": day, "bgrq": reported, "xc": 0}
        county.add("xgjl", org.code, day, jlbh=record, **values)
        county.truth.happened("hsr_found", day, org.code, record)
        if reported and reported < date(year + 1, 1, 1):
            county.truth.holds("hsr_reported", reported, date(year + 1, 1, 1), org.code, record)
    return found


def _emergencies(county: County, org: Org, year: int, number: int) -> None:
    """Two a year: reported within two hours, late, or never."""
    for turn in range(2):
        found = datetime.combine(date(year, 4 + 5 * turn, 30), time(22, 45))
        wait = (90, 600, None)[(number + turn + year) % 3]
        reported = found + timedelta(minutes=wait) if wait else None
        record, timely = f"tf{org.code}{year}{turn}", int(wait == 90)
        values = {"sjmc": "聚集性发热", "fxsj": found, "bgsj": reported, "jsbg": timely}
        county.add("tfgw", org.code, reported or found, sjbh=record, **values)
        county.truth.happened("phe_events", found.date(), org.code, record)
        if reported and timely:
            county.truth.holds("phe_timely", reported.date(), date(year + 1, 1, 1), org.code, record)
