"""The staff of each organisation, so that every sum of 卫健统's block of people has something in it."""

from collections.abc import Mapping
from datetime import date, timedelta

from tests.county.county import County
from tests.county.residents import identity_number

CENTRE = (
    ("YS", "LC", 2),
    ("YS", "LC", 3),
    ("YS", "QK", 1),
    ("YS", "ZY", 1),
    ("YS", "KQ", None),
    ("YS", "GW", None),
    ("ZL", "LC", 1),
    ("HS", None, None),
    ("HS", None, None),
    ("HS", "ZC", None),
    ("YJ", "XY", None),
    ("YJ", "CY", None),
    ("JY", None, None),
    ("YX", None, None),
    ("WJ", None, None),
    ("JS", None, None),
    ("GL", None, None),
    ("GQ", None, None),
)
HIRED = date(2018, 3, 1)


def write_staff(county: County) -> None:
    """All posts at each centre, a village doctor at each clinic; one of them leaves and is replaced in mid-2023."""
    number = 0
    for org in (*county.places.centres, *county.places.clinics):
        posts = CENTRE if org.kind == "centre" else (("ZL", "QK", 1),) if org.kind == "school" else (("XC", None, 1),)
        for turn, (post, specialty, grade) in enumerate(posts, start=1):
            number += 1
            left = date(2023, 7, 1) if org.kind == "clinic" and number % 9 == 0 else None
            values = {"gw": post, "zylb": specialty, "kjyw": grade}
            _hire(county, org.code, f"{org.code}R{turn:02d}", number, HIRED, left, values)
            if left:
                number += 1
                _hire(county, org.code, f"{org.code}R{turn + 50:02d}", number, left, None, values)


def _hire(
    county: County, org: str, staff: str, number: int, since: date, until: date | None, values: Mapping[str, object]
) -> None:
    birth = date(1970, 1, 1) + timedelta(days=29 * number)
    county.add(
        "wsry",
        org,
        since,
        rybm=staff,
        dgrq=since,
        ryxm=f"示例医生{number:03d}",
        sfzh=identity_number("652101", birth, 900 + number % 90),
        lgrq=until,
        **values,
    )
    if values["gw"] in ("YS", "ZL"):
        county.truth.holds("doctor_days[workdays=251]", since, until, org, staff, value=251)
