"""Working days, and what sends on nearly every one of them."""

from dataclasses import replace
from datetime import date, timedelta

from schemas.inspection import Activity, Guide, SourceFacts

LEAST = 5


def every_day(first: date, until: date) -> list[date]:
    """The days from `first` to the eve of `until`."""
    return [first + timedelta(days=place) for place in range((until - first).days)]


def is_working(day: date, guide: Guide) -> bool:
    """Whether it is neither weekend nor holiday."""
    return day.weekday() < 5 and day.isoformat() not in guide.holidays


def is_regular(since: str, until: date, filled: int, guide: Guide) -> bool:
    """Whether so many days with rows are nearly all working days from `since` to the eve of `until`, and enough."""
    if not since:
        return False
    days = sum(is_working(day, guide) for day in every_day(date.fromisoformat(since), until))
    return days >= LEAST and filled * 100 >= days * guide.limits.daily_share_percent


def with_rhythm(facts: SourceFacts, before: SourceFacts | None, guide: Guide, day: date) -> SourceFacts:
    """The facts with what used to send day by day, and with the institutions that earlier inspections knew.

    What fell silent altogether keeps the rhythm of before, however long ago; what sends less now has a new one.
    """
    then = before.activity if before else {}
    seen = {name: _with_rhythm(one, then.get(name), guide, day) for name, one in facts.activity.items()}
    return replace(facts, activity=seen)


def _with_rhythm(one: Activity, then: Activity | None, guide: Guide, day: date) -> Activity:
    regular = {
        org for org, last in one.institutions.items() if is_regular(one.since, _after(last), one.sent[org], guide)
    }
    if then is None:
        return replace(one, steady=_is_steady(one, guide, day), regular=tuple(sorted(regular)))
    regular |= {org for org in then.regular if org not in one.institutions}
    return replace(
        one,
        institutions={**then.institutions, **one.institutions},
        steady=_is_steady(one, guide, day) or (then.steady and not one.days),
        regular=tuple(sorted(regular)),
    )


def _is_steady(one: Activity, guide: Guide, day: date) -> bool:
    """Whether nearly every working day up to the last row had rows, and so many that a day without is odd."""
    if not one.last:
        return False
    filled = {at: rows for at, rows in one.days.items() if is_working(date.fromisoformat(at), guide)}
    enough = sum(filled.values()) >= len(filled) * guide.limits.daily_rows
    return enough and is_regular(one.since, min(day, _after(one.last)), len(filled), guide)


def _after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1)
