"""Ages and statutory years as planned: what several stories reckon with."""

from calendar import monthrange
from datetime import date

from tests.county.residents import Resident

MATERNAL_MONTH = 10


def birthday(person: Resident, age: int) -> date:
    """The day on which a person completes an age; 29 February becomes 1 March."""
    try:
        return person.birth.replace(year=person.birth.year + age)
    except ValueError:
        return date(person.birth.year + age, 3, 1)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def maternal_year(day: date) -> int:
    """The statistical year of maternal and child health (1 October to 30 September) in which a day lies."""
    return day.year + (day.month >= MATERNAL_MONTH)


def maternal_end(day: date) -> date:
    """The first day after that year."""
    return date(maternal_year(day), MATERNAL_MONTH, 1)


def calendar_end(day: date) -> date:
    """The first day after the calendar year of a day."""
    return date(day.year + 1, 1, 1)
