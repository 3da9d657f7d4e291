"""Populations and tasks as each organisation entered them (commission.md 3.1): surveyed, registered or estimated.

A number is never less than whom the organisation can count: everybody who lived there, was managed or archived there.
"""

from datetime import date
from math import ceil

from tests.county.county import YEARS, County
from tests.county.groups import groups_of
from tests.county.place import Org
from tests.county.residents import Resident

DOSES = {0: 14, 1: 12, 2: 4, 3: 2, 4: 2, 5: 2, 6: 3, 7: 1}
DIRECT = {
    "permanent": 15,
    "household": 12,
    "elder65": 2,
    "elder60": 3,
    "htn_due": 3,
    "dm_due": 1,
    "live_births": 0,
    "child06": 2,
    "child036m": 1,
    "child7": 2,
    "child5": 1,
    "child3": 1,
    "cert_due": 2,
    "vacc_due": 8,
    "lecture_due": 12,
    "consult_due": 9,
    "disabled": 1,
    "fp_special": 1,
    "poverty": 2,
    "idr_registered": 4,
    "hsr_found": 3,
    "tb_notified": 1,
    "smd_registered": 1,
}
ESTIMATED = {"htn_due": "18岁及以上常住居民 × 25.2%", "dm_due": "18岁及以上常住居民 × 9.7%"}
REGISTERED = ("live_births", "cert_due", "vacc_due", "disabled", "fp_special", "poverty", "tb_notified")
BASIS = {"surveyed": "DC", "registered": "DJ", "estimated": "GS"}


def write_population(county: County) -> None:
    """Every item of every organisation and year; numbers that another story has set stay as they are."""
    by_clinic = _catchment(county)
    for year in YEARS:
        for number, org in enumerate((*county.places.centres, *county.places.clinics)):
            items = DIRECT if org.kind == "centre" else clinic_items(by_clinic[org.code], org, year)
            for item, value in items.items():
                held = county.population.setdefault((org.code, item, year), value)
                _enter(county, org.code, item, year, held, number)


def clinic_items(people: list[Resident], org: Org, year: int) -> dict[str, int]:
    """What a clinic enters, a tenth more than the people of the story, for those who were never registered."""

    def aged(low: int, high: int) -> int:
        return sum(low <= year - person.birth.year <= high for person in people)

    def grouped(code: str) -> int:
        return sum(code in groups_of(person) for person in people)

    adults, children = aged(18, 150), aged(0, 7)
    born = sum(date(year - 1, 10, 1) <= p.birth < date(year, 10, 1) and p.village == org.admin_code for p in people)
    items = {
        "permanent": len(people),
        "household": sum(person.residence_type == "1" for person in people),
        "elder65": aged(65, 150),
        "elder60": aged(60, 150),
        "htn_due": max(grouped("02"), ceil(adults * 252 / 1000)),
        "dm_due": max(grouped("03"), ceil(adults * 97 / 1000)),
        "child06": children,
        "child036m": aged(0, 4),
        "child7": children,
        "child5": aged(0, 5),
        "child3": aged(0, 3),
        "cert_due": children,
        "vacc_due": sum(DOSES.get(year - person.birth.year, 0) for person in people),
        "disabled": grouped("08"),
        "fp_special": grouped("12"),
        "poverty": grouped("09"),
        "tb_notified": grouped("07"),
        "smd_registered": grouped("06"),
    }
    more = {item: value + value // 10 for item, value in items.items()}
    return {**more, "live_births": born, "lecture_due": 6, "consult_due": 0, "idr_registered": 1, "hsr_found": 1}


def _catchment(county: County) -> dict[str, list[Resident]]:
    clinics = {org.admin_code: org.code for org in county.places.clinics}
    found: dict[str, list[Resident]] = {code: [] for code in clinics.values()}
    for person in county.residents:
        for code in sorted({clinics[person.village], person.archive_org, *(home for _, home in person.homes)}):
            found[code].append(person)
    return found


def _enter(county: County, org: str, item: str, year: int, value: int, number: int) -> None:
    """Every fifth organisation first entered fewer residents and corrected that in July."""
    basis = "estimated" if item in ESTIMATED else "registered" if item in REGISTERED else "surveyed"
    source = ESTIMATED.get(item) or {"registered": "登记台账", "surveyed": "入户摸底"}[basis]
    common = {
        "jsxm": item,
        "nd": year,
        "fw": "1",
        "tbjg": org,
        "lyfs": BASIS[basis],
        "lysm": source,
        "tbr": "示例统计员",
    }
    corrected = item == "permanent" and number % 5 == 2
    if corrected:
        county.add("rk_js", org, date(year, 1, 20), **common, bb=1, sz=value - 1, jzrq=date(year, 1, 1))
    day, version, at = (
        (date(year, 7, 8), 2, date(year, 7, 1)) if corrected else (date(year, 1, 20), 1, date(year, 1, 1))
    )
    county.add("rk_js", org, day, **common, bb=version, sz=value, jzrq=at)
    if item == "permanent" and number % 11 == 4:
        gone = county.add("rk_js", org, date(year, 8, 1), **common, bb=9, sz=value * 10, jzrq=date(year, 8, 1))
        gone["scbz"] = 1
