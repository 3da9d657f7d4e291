"""The wards of the centres: stays, their bills, beds by day."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from tests.county.county import YEARS, County, days_of
from tests.county.groups import seen_until
from tests.county.residents import Resident

BEDS = 20
FIRST_DAY = date(2023, 1, 1)
WAYS = ("1", "1", "3", "1", "4", "2", "1", "9")


def tell_inpatients(county: County, random: Random) -> None:
    """A stay for every sixth resident each year; beds are counted by day."""
    for year in YEARS:
        for number, person in enumerate(county.residents[year % 6 :: 6]):
            _stay(county, person, year, number, random)
    for centre in county.places.centres:
        _beds(county, centre.code, random)


def _stay(county: County, person: Resident, year: int, number: int, random: Random) -> None:
    from tests.county.stories.medical import write_bill

    first, end = days_of(year)
    day = first + timedelta(days=random.randrange((end - first).days))
    days = 3 + number % 9
    out = day + timedelta(days=days)
    if not person.birth < day or out >= seen_until(person):
        return
    org = county.inst(person.home(day + timedelta(days=1)))
    stay, cancelled = f"zy{person.pid[1:]}{year % 100}", number % 17 == 3
    lying = out >= date(2024, 12, 28)
    total = Decimal(days) * 260
    antibiotic = number % 3 == 0
    way = WAYS[number % len(WAYS)]
    county.add(
        "zy_dj",
        org,
        datetime.combine(day, time(11)),
        zyh=stay,
        grid=person.empi,
        rysj=datetime.combine(day, time(11)),
        cysj=None if lying or cancelled else datetime.combine(out, time(15)),
        ksdm="03",
        lyfs=None if lying or cancelled else way,
        tybz=int(cancelled),
        cr=None if lying or cancelled else days,
        zje=None if lying or cancelled else total,
        kjbz=int(antibiotic),
        jbbm="J18.9",
    )
    truth = county.truth
    truth.happened("admissions[all=1]", day, org, stay, person)
    if cancelled:
        return
    truth.happened("admissions[all=0]", day, org, stay, person)
    if lying:
        return
    truth.happened("discharges", out, org, stay, person)
    truth.happened("stay_days", out, org, stay, person, value=days)
    truth.happened("stay_total", out, org, stay, person, value=total)
    if antibiotic:
        truth.happened("discharges_antibiotic", out, org, stay, person)
    if way == "3":
        truth.happened("discharges_down", out, org, stay, person)
    beds, rest = [("12", "", total / 2)], [("08", "Y03", total / 4), ("05", "", total / 4)]
    last = datetime.combine(out, time(16))
    if number % 2:  # what the bed has cost is charged in the middle of the stay
        middle = datetime.combine(day + timedelta(days=days // 2), time(16))
        write_bill(county, person, org, f"zm{stay[2:]}", stay, "2", middle, beds, total / 2, number)
        write_bill(county, person, org, f"zp{stay[2:]}", stay, "2", last, rest, total / 2, number)
    else:
        write_bill(county, person, org, f"zp{stay[2:]}", stay, "2", last, beds + rest, total, number)


def _beds(county: County, org: str, random: Random) -> None:
    sums: dict[date, list[int]] = {}
    for ahead in range((date(2025, 1, 1) - FIRST_DAY).days):
        day = FIRST_DAY + timedelta(days=ahead)
        taken = random.randrange(8, BEDS - 1)
        county.add("zy_cr", org, day, ksdm="03", rq=day, kfcw=BEDS, zycw=taken)
        both = sums.setdefault(day.replace(day=1), [0, 0])
        both[0] += BEDS
        both[1] += taken
    for month, (opened, taken) in sums.items():
        county.truth.happened("open_bed_days", month, org, f"{org}{month}", value=opened)
        county.truth.happened("occupied_bed_days", month, org, f"{org}{month}", value=taken)
