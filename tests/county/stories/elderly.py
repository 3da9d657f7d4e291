"""The elderly: yearly examinations of those who are no patients, and Chinese medicine."""

from datetime import date
from random import Random

from tests.county.county import YEARS, County, days_of
from tests.county.groups import server
from tests.county.residents import Resident
from tests.county.stories.followups import any_day


def tell_elderly(county: County, patients: set[str], random: Random) -> None:
    """Of those who turn 60 or more in a year and are no patients, most are examined, some guided; all may see TCM."""
    from tests.county.stories.chronic import write_exam

    for year in YEARS:
        aged = [person for person in county.residents if year - person.birth.year >= 60]
        for number, person in enumerate(aged):
            day = any_day(random, year, person.archived_on, person)
            if day and number % 4 and person.pid not in patients:
                write_exam(county, person, day, "2", complete=number % 3 > 0, guided=number % 7 > 0)
            if day and number % 3:
                _tcm(county, person, day, year, number)


def _tcm(county: County, person: Resident, day: date, year: int, number: int) -> None:
    org = server(county, person, day, number)
    guided = number % 5 > 0
    values = {
        "jlbh": f"zy{person.pid[1:]}{year % 100}",
        "grid": person.empi,
        "fwrq": day,
        "tz": f"{1 + number % 9:02d}",
    }
    county.add("lnr_zyy", org, day, **values, zdbz=int(guided))
    if guided and year - person.birth.year >= 65:
        county.truth.holds("elder_tcm[age=65]", day, days_of(year)[1], org, person.pid, person)
