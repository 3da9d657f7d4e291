"""Three counties that the tests of chronic, special, medical, examination and two-card data share.

`clean` is as planned; `harmless` has the faults that no indicator may notice; `broken` has every fault of the five.
"""

from functools import cache
from typing import Any

from exports.commission.engine.frame import Frame, build_frame, set_days
from exports.commission.reports.quality import load_quality
from schemas.period import Kind, Period, Year
from tests.county.county import County, CountySettings, generate
from tests.county.faults import FAULTS
from tests.county.std import open_std

DOMAINS = ("chronic", "special", "medical", "examination", "twocard")
PERIODS = ("2023-02", "2024-10", "2024Q2", "2024")
SPOILT = tuple(name for name, one in FAULTS.items() if one.apply.__module__.rpartition(".")[2] in DOMAINS)
HARMLESS = (
    "visits_sent_twice",
    "telephone_as_face",
    "only_lost_visit",
    "file_left_behind",
    "confirm_date_empty",
    "cancelled_again",
    "void_prescription",
    "voided_examination",
    "examined_twice",
    "listed_twice",
)
Opened = tuple[County, Any]


@cache
def _opened(faults: tuple[str, ...]) -> Opened:
    county = generate(CountySettings(centres=3, clinics=8, per_village=16, faults=faults))
    return county, open_std(county)


def clean() -> Opened:
    """The county as planned, and its std tables."""
    return _opened(())


def harmless() -> Opened:
    """The county with `HARMLESS`."""
    return _opened(HARMLESS)


def broken() -> Opened:
    """The county with `SPOILT`."""
    return _opened(SPOILT)


@cache
def judged(spoilt: bool, period: str = "2024") -> dict[str, dict[tuple[str, str], str]]:
    """What each quality rule finds in the clean or the broken county: (org_code, key) -> value."""
    _, database = broken() if spoilt else clean()
    days = Period.parse(period).counted(Kind.YTD, Year.CALENDAR)
    build_frame(database, Frame())
    set_days(database, Frame(), days, days.first, {})
    found = {rule.name: database.execute(rule.sql).fetchall() for rule in load_quality()}
    return {name: {(org, key): value for org, key, _, value in rows} for name, rows in found.items()}
