"""Pregnancies from the booking to the visits after the birth; children are told in `maternal_children`."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.county.ages import calendar_end, maternal_end, maternal_year
from tests.county.county import YEARS, County
from tests.county.groups import groups_of, seen_until, server
from tests.county.residents import Resident
from tests.county.stories.maternal_children import tell_children

FIRST, END = date(2022, 10, 1), date(2025, 1, 1)


@dataclass(frozen=True)
class Course:
    """How a pregnancy goes: booked in completed weeks and days, first check so many days after the booking.

    `checks` are the prenatal visits, `after` the day of the postnatal visit counted from discharge (None: nobody came).
    """

    week: int
    days: int
    gap: int
    checks: int
    after: int | None
    stay: int = 3

    @property
    def first_check(self) -> int:
        """Day of the pregnancy on which the first check took place."""
        return self.week * 7 + self.days + self.gap


COURSES = (
    Course(9, 0, 0, 5, 7),
    Course(12, 6, 0, 6, 28),
    Course(13, 0, 0, 5, 3),
    Course(12, 0, 2, 5, 26, 4),
    Course(8, 3, 1, 4, 5),
    Course(11, 6, 0, 7, 29),
    Course(12, 5, 4, 5, 10),
    Course(10, 2, 0, 5, None),
    Course(16, 1, 3, 2, 14),
    Course(7, 0, 0, 8, 1),
)
STILLBORN = Course(16, 2, 0, 5, None)


def tell(county: County) -> None:
    """A pregnancy per woman of the group, one per newborn whose mother lives in the village, and the children."""
    random = county.random("maternal")
    newborns = [p for p in county.residents if FIRST <= p.birth < END]
    births: Counter[tuple[str, int]] = Counter()
    for told, (mother, delivered, child) in enumerate((*_expecting(county), *_mothers_of(county, newborns))):
        still = child is None and told % 11 == 7
        course = STILLBORN if still else COURSES[told % len(COURSES)]
        twins = child is None and told % 9 == 4
        _pregnancy(county, mother, delivered, course, 0 if still else 1 + twins, told, random)
        if delivered < seen_until(mother):
            for home in {home for _, home in mother.homes}:
                births[home, maternal_year(delivered)] += 0 if still else 1 + twins
    for child in newborns:
        for home in {home for _, home in child.homes}:
            births[home, maternal_year(child.birth)] += 1
    for clinic in county.places.clinics:
        for year in YEARS:
            county.population[clinic.code, "live_births", year] = births[clinic.code, year]
    tell_children(county, random)


def _expecting(county: County) -> Iterator[tuple[Resident, date, Resident | None]]:
    """Women whom the register put into the group; where their children live is not told."""
    for number, person in enumerate(p for p in county.residents if "05" in groups_of(p)):
        booked, _ = groups_of(person)["05"]
        yield person, booked + timedelta(days=175 + number * 7 % 30), None


def _mothers_of(county: County, newborns: list[Resident]) -> Iterator[tuple[Resident, date, Resident | None]]:
    """For each newborn a woman of the village who is not yet a mother of the story; many come from elsewhere."""
    free = [p for p in county.residents if p.sex == "2" and 20 <= p.age(FIRST) <= 42 and "05" not in groups_of(p)]
    for child in newborns:
        mother = next((woman for woman in free if woman.village == child.village), None)
        if mother:
            free.remove(mother)
            yield mother, child.birth, child


def _pregnancy(
    county: County, mother: Resident, delivered: date, course: Course, alive: int, number: int, random: Random
) -> None:
    """Rows and claims of one pregnancy; nothing is written after the mother is gone or after the years told."""
    lmp, last = delivered - timedelta(days=278), min(seen_until(mother), END)
    booked = lmp + timedelta(days=course.week * 7 + course.days)
    if not mother.archived_on < booked < last:
        return
    preg, first = f"yc{mother.pid[1:]}", lmp + timedelta(days=course.first_check)
    groups = dict(groups_of(mother))
    groups["05"] = (booked, delivered + timedelta(days=43))
    mother.extra["groups"] = dict(sorted(groups.items()))
    file = {"scbh": preg, "mcyj": lmp, "jcrq": booked, "jcyz": course.week, "sccj": first if first < last else None}
    place = mother.home(booked + timedelta(days=1))
    county.add("ycf_sc", place, booked, grid=mother.empi, **file)
    county.truth.holds("preg_booked", booked, calendar_end(booked), place, preg, mother)
    step = (delivered - first).days // course.checks
    for turn in range(course.checks):
        day = first + timedelta(days=step * turn)
        if day < last:
            _prenatal(county, mother, preg, day, lmp, number + turn, random)
    if delivered < last:
        _delivery(county, mother, preg, delivered, course, alive, number, last)


def _prenatal(county: County, mother: Resident, preg: str, day: date, lmp: date, number: int, random: Random) -> None:
    entered = day + timedelta(days=random.randrange(20, 60)) if random.random() < 0.06 else day
    visit = {"cjbh": f"cj{preg[2:]}{day:%y%m%d}", "scbh": preg, "cjrq": day, "yz": (day - lmp).days // 7}
    who, org = random.choice(mother.empis), server(county, mother, day, number)
    row = county.add("ycf_cj", org, entered, grid=who, gwpf=number % 7 * 5, **visit)
    county.truth.happened("prenatal_visits", day, org, row["cjbh"], mother, entered=entered)
    if number % 13 == 5:
        county.rows["ycf_cj"].append({**row, "cjbh": f"{row['cjbh']}x", "scbz": 1})


def _delivery(
    county: County, mother: Resident, preg: str, day: date, course: Course, alive: int, number: int, last: date
) -> None:
    """The delivery, the visit at home and the check at 42 days, and what each makes true."""
    truth, place, record = county.truth, mother.home(day + timedelta(days=1)), f"fm{preg[2:]}"
    discharged = day + timedelta(days=course.stay)
    row = {"fmbh": record, "grid": mother.empis[-1], "scbh": preg, "fmrq": day, "cyrq": discharged, "hcs": alive}
    county.add("ycf_fm", place, day, **row)
    truth.happened("deliveries", day, place, record, mother)
    truth.happened("live_births_delivered", day, place, record, mother, value=alive)
    early = [weeks for weeks in (12, 13) if course.week < weeks and course.first_check < weeks * 7]
    for weeks in early:
        truth.happened(f"early_booking[weeks={weeks}]", day, place, record, mother)
    visited = discharged + timedelta(days=course.after) if course.after is not None else None
    checked = day + timedelta(days=42)
    for kind, when in (("CH", visited), ("42", checked if number % 3 else None)):
        if when and when < last:
            org = server(county, mother, when, number)
            visit = {"fsbh": f"{kind}{preg[2:]}", "scbh": preg, "fsrq": when, "lb": kind}
            county.add("ycf_chfs", org, when, grid=mother.empi, **visit)
    end = maternal_end(day)
    if visited and visited < min(last, end):
        if course.after is not None and course.after <= 28:
            truth.holds("postnatal_visited[days=28]", visited, end, place, record, mother)
        if (visited - day).days <= 28:
            truth.holds("postnatal_since_delivery[days=28]", visited, end, place, record, mother)
        if course.checks >= 5:
            for weeks in early:
                name = f"maternal_systematic[visits=5,weeks={weeks}]"
                truth.holds(name, visited, end, place, record, mother)
    if number % 3 and checked < min(last, end):
        truth.holds("postnatal_42d", checked, end, place, record, mother)
