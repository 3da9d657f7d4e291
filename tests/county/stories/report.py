"""Told last: groups of people as the stories left them, what was handed in when, and what was entered by hand."""

from datetime import date, datetime, time

from tests.county.county import County
from tests.county.stories.register_groups import write_groups
from tests.county.stories.report_national import write_national
from tests.county.stories.report_population import write_population
from tests.county.stories.report_statistics import write_statistics

CLINIC = ("ph", "fd", "app", "card", "village", "exam", "twocard")
CENTRE = (*CLINIC, "his", "rational", "lis", "pacs", "ecg", "report", "base")
SERVED = ("exam_forms", "htn_visits", "dm_visits", "copd_visits", "smd_visits", "tb_visits")
MONTHS = [date(2022, month, 1) for month in (10, 11, 12)] + [
    date(year, month, 1) for year in (2023, 2024) for month in range(1, 13)
]


def tell(county: County) -> None:
    """What the whole county has handed in and entered; nothing is missing on clean data."""
    write_groups(county)
    _claim_dynamic(county)
    for org in (*county.places.centres, *county.places.clinics):
        for system in CENTRE if org.kind == "centre" else CLINIC:
            for month in MONTHS:
                _submit(county, org.code, system, month)
    write_population(county)
    write_statistics(county)
    write_national(county)


def _claim_dynamic(county: County) -> None:
    """A served person's archive is in use for the twelve months from each service, as soon as it is electronic."""
    for claim in [claim for measure in SERVED for claim in county.truth.claims.get(measure, ())]:
        person = claim.person
        assert person is not None
        ends = date(claim.since.year + 1, claim.since.month, min(claim.since.day, 28))
        begins = {0: person.archived_on, 1: person.extra["electronic_since"]}
        for electronic, since in begins.items():
            if isinstance(since, date) and max(since, claim.since) < ends:
                measure = f"archive_dynamic[electronic={electronic}]"
                county.truth.holds(measure, max(since, claim.since), ends, claim.org, person.pid, person)


def _submit(county: County, org: str, system: str, month: date) -> None:
    """Handed in on the fifth of the month that follows."""
    after = date(month.year + month.month // 12, month.month % 12 + 1, 5)
    when = datetime.combine(after, time(10))
    number = f"{org}-{system}-{month:%Y%m}"
    county.add("sb_qk", org, when, sbbh=number, xtdm=system, ssny=month, sbsj=when)
