"""Cells of the national report as each centre handed them in: what was true then, with a correction now and then."""

from datetime import date, datetime, time

from schemas.indicator import Counts, OrgAxis, Status
from tests.county.county import YEARS, County, days_of

CELLS = {"GW01": "archive_basic", "GW02": "archive_electronic", "GW03": "archive_standard"}


def write_national(county: County) -> None:
    """Numerators of form 01 at the end of each quarter; the first centre once corrected its number upwards by two."""
    for number, org in enumerate(county.places.centres):
        for year in YEARS:
            for month in (3, 6, 9, 12):
                until = date(year + month // 12, month % 12 + 1, 1)
                below = county.places.below(org.code, until)
                for cell, measure in CELLS.items():
                    value = int(
                        county.truth.count(
                            measure,
                            below,
                            days_of(year)[0],
                            until,
                            axis=OrgAxis.MANAGING,
                            status=Status.LIVE,
                            counts=Counts.PERSON,
                        )
                    )
                    corrected = number == 0 and cell == "GW03" and (year, month) == (2024, 6)
                    _hand_in(county, org.code, cell, date(year, month, 1), until, value, corrected)


def _hand_in(county: County, org: str, cell: str, month: date, until: date, value: int, corrected: bool) -> None:
    when = datetime.combine(until.replace(day=6), time(9, 30))
    told = {"tzs": value + 2, "tzyy": "两份纸质档案补录", "tzr": "示例审核员", "tzsj": when} if corrected else {}
    number = f"{org}-{month:%Y%m}-{cell}"
    county.add("gb_ybs", org, when, dybh=number, bb="01", zb=cell, ssny=month, sbs=value, **told)
