"""Follow-ups as planned: when, how, with which outcome; and what any count of them must find at each cut-off."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.county.county import County, day_in, days_of
from tests.county.groups import seen_until, server
from tests.county.residents import Resident

FACE, HOME, PHONE, TEXT = "1", "4", "5", "7"  # the platform's own codes
FACES = ("1", "2", "3", "4", "6")


@dataclass(frozen=True)
class Visit:
    """One planned follow-up; `good` is whether the outcome is as wished, `lost` that nobody was met."""

    number: str
    day: date
    way: str
    good: bool
    lost: bool
    org: str
    entered: date
    empi: str

    @property
    def face(self) -> bool:
        """Whether they met."""
        return self.way in FACES


@dataclass(frozen=True)
class Course:
    """How one year of a patient goes: the months of the visits, the ways, the outcomes."""

    months: tuple[int, ...]
    ways: str = "1111"
    goods: str = "1111"
    lost: tuple[int, ...] = ()
    exam: bool = True


COURSES = (
    Course((1, 4, 7, 10)),
    Course((2, 5, 8, 11), ways="1414", goods="0011"),
    Course((1, 3, 6, 9), goods="1110", exam=False),
    Course((2, 5, 9, 12), ways="1515"),
    Course((3, 8), ways="14", goods="10"),
    Course((1, 4, 7, 10, 12), ways="14156", goods="01101"),
    Course((2, 4, 6, 11), lost=(3,)),
    Course(()),
    Course((6,), ways="5", goods="1"),
    Course((1, 4, 7, 10), ways="1171", goods="0000"),
)


def plan_year(
    county: County, person: Resident, since: date, year: int, course: Course, prefix: str, random: Random
) -> list[Visit]:
    """The visits of one year: none before the file is there or after the person is gone."""
    visits = []
    first, _ = days_of(year)
    for turn, month in enumerate(course.months):
        start = date(year, month, 1)
        day = start + timedelta(days=random.randrange(28))
        if not max(since, first) <= day < seen_until(person):
            continue
        late = random.random() < 0.06
        entered = day + timedelta(days=random.randrange(20, 70)) if late else day
        visits.append(
            Visit(
                number=f"{prefix}{person.pid[1:]}{year % 100}{turn}",
                day=day,
                way=course.ways[turn % len(course.ways)],
                good=course.goods[turn % len(course.goods)] == "1",
                lost=turn in course.lost,
                org=server(county, person, day, turn + int(person.pid[-2:])),
                entered=entered,
                empi=random.choice(person.empis),
            )
        )
    return visits


def spans(visits: list[Visit], year: int, holds: Callable[[list[Visit]], bool]) -> Iterator[tuple[date, date]]:
    """The stretches (since, until) of a year in which `holds` is true of the visits made so far."""
    _, end = days_of(year)
    bounds = [*(visit.day for visit in visits[1:]), end][: len(visits)]
    for number, (visit, until) in enumerate(zip(visits, bounds, strict=True), start=1):
        if holds(visits[:number]):
            yield visit.day, until


def late_flag(visit: Visit) -> int:
    """Whether the visit was entered after the fact."""
    return int(visit.entered > visit.day)


def any_day(random: Random, year: int, since: date, person: Resident) -> date | None:
    """A day of the year on which the person can be served, if there is one."""
    first, until = days_of(year)
    start, end = max(first, since), min(until, seen_until(person))
    return day_in(random, start, end) if start < end else None
