"""Basic medical care: outpatients of centres and village clinics, inpatients of centres, rational use of drugs."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from tests.county.county import YEARS, County, days_of
from tests.county.groups import seen_until, server
from tests.county.residents import Resident
from tests.county.stories.inpatient import tell_inpatients
from tests.county.stories.pharmacy import DRUGS, prescribe

KINDS = ("1", "1", "1", "2", "1", "3", "7", "1", "4", "5", "6", "1")
FEES = {
    "1": ("01", "02", "04"),
    "2": ("01", "03", "05"),
    "3": ("02",),
    "4": ("14",),
    "5": ("99",),
    "6": (),
    "7": ("02",),
}
TOTALS = {1: Decimal(10), 2: Decimal(16), 3: Decimal(20)}
DISEASES = (("J06.9", "急性上呼吸道感染"), ("I10.x00", "特发性高血压"), ("K29.7", "胃炎"), ("M54.5", "腰痛"))
MASKS = (6, 14, 46, 142)


def tell(county: County) -> None:
    """Two visits or so a year for each resident, then the wards."""
    random = county.random("medical")
    _dictionaries(county)
    for year in YEARS:
        for number, person in enumerate(county.residents):
            for turn in range(1 + number % 2):
                _visit(county, person, year, number, turn, random)
    tell_inpatients(county, county.random("inpatient"))


def _dictionaries(county: County) -> None:
    founded = date(2016, 1, 1)
    for org in (*county.places.centres, *county.places.clinics):
        wards = (
            (("01", "全科", 0), ("02", "中医科", 0), ("03", "住院部", 20))
            if org.kind == "centre"
            else (("01", "全科", 0),)
        )
        for code, name, beds in wards:
            county.add("ks_zd", org.code, founded, ksdm=code, ksmc=name, bzkm=code, cws=beds)
        for drug in DRUGS:
            county.add("yp_zd", org.code, founded, **drug.row)


def _moment(random: Random, day: date, turn: int) -> datetime:
    """A time of the day; some at the first and some at the last second of it."""
    if turn == 1 and random.random() < 0.05:
        return datetime.combine(day, random.choice((time(0, 0), time(23, 59, 59))))
    return datetime.combine(day, time(10 + random.randrange(9), random.randrange(60)))


def _visit(county: County, person: Resident, year: int, number: int, turn: int, random: Random) -> None:
    first, end = days_of(year)
    day = first + timedelta(days=random.randrange((end - first).days))
    if number % 31 == 0 and turn == 0:
        day = random.choice((first, end - timedelta(days=1), date(year, 3, 31), date(year, 4, 1)))
    if not person.birth < day < seen_until(person):
        return
    kind = KINDS[(number + turn * 5 + year) % len(KINDS)]
    org = server(county, person, day, number + turn)
    moment = _moment(random, day, turn)
    cancelled = (number + turn) % 23 == 0
    visit = f"jz{person.pid[1:]}{year % 100}{turn}"
    new, aged = turn == 0, person.age(day) >= 35
    pressed = new and aged and kind == "1" and number % 3 > 0
    county.add(
        "mz_jz",
        org,
        moment,
        jzbh=visit,
        grid=random.choice(person.empis),
        jzsj=moment,
        jzlb=kind,
        ksdm="01" if number % 4 else ("02" if org == county.inst(org) else "01"),
        ysdm=f"{org}D1",
        ysxm="张医生",
        thbz=int(cancelled),
        sczbz=int(new),
        cxy=int(pressed),
        cxt=int(pressed and number % 2 == 0),
        zz="1" if number % 29 == 0 else ("2" if number % 37 == 0 else None),
        jssj=moment + timedelta(minutes=12) if moment.hour < 23 else None,
    )
    _claim_visit(county, person, org, visit, moment.date(), kind, cancelled, new, pressed, number)
    if cancelled:
        return
    diagnosis = DISEASES[number % len(DISEASES)]
    if kind in "123":
        values = {"jzbh": visit, "xh": 1, "grid": person.empi, "jbbm": diagnosis[0], "jbmc": diagnosis[1]}
        county.add("mz_zd", org, moment, **values, zybz=1, zdsj=moment)
    drugs = prescribe(county, person, org, visit, moment, number, turn) if kind in "123" and number % 3 else []
    _bill(county, person, org, visit, moment, kind, drugs, number)


def _claim_visit(
    county: County,
    person: Resident,
    org: str,
    visit: str,
    day: date,
    kind: str,
    cancelled: bool,
    new: bool,
    pressed: bool,
    number: int,
) -> None:
    truth = county.truth
    truth.happened("registrations[kinds=6]", day, org, visit, person) if kind in "12" else None
    if cancelled:
        return
    for mask in (*MASKS, *(1 << one for one in range(1, 8))):
        if mask >> int(kind) & 1:
            truth.happened(f"visits_of[kinds={mask}]", day, org, visit, person)
    if kind in "12" and county.places.orgs[org].level == "village":
        truth.happened("village_visits", day, org, visit, person)
    if new and kind in "12" and person.age(day) >= 35:
        truth.happened("first_visits[age=35]", day, org, visit, person)
        if pressed:
            truth.happened("first_pressed[age=35]", day, org, visit, person)
            if number % 2 == 0:
                truth.happened("first_sugared[age=35]", day, org, visit, person)
    for name, share in (("referred_up", 29), ("referred_down", 37)):
        if number % share == 0 and not (name == "referred_down" and number % 29 == 0):
            truth.happened(name, day, org, visit, person)


def _bill(
    county: County,
    person: Resident,
    org: str,
    visit: str,
    moment: datetime,
    kind: str,
    drugs: list[tuple[str, str, Decimal]],
    number: int,
) -> None:
    """One bill: services of the visit's kind, then drugs; every twentieth is refunded the day after."""
    lines = [(fee, "", TOTALS[1 + number % 3]) for fee in FEES[kind]] + drugs
    if not lines:
        return
    total = sum((amount for *_, amount in lines), Decimal(0))
    write_bill(county, person, org, f"pj{visit[2:]}", visit, "1", moment, lines, total, number)
    back = moment + timedelta(days=1)
    if number % 20 == 7 and back.date() < seen_until(person):
        returned = [(fee, drug, -amount) for fee, drug, amount in lines]
        write_bill(county, person, org, f"tf{visit[2:]}", visit, "1", back, returned, -total, number)
    if number % 41 == 3:
        gone = county.add(
            "sf_pj",
            org,
            moment,
            pjbh=f"zf{visit[2:]}",
            grid=person.empi,
            mzzy="1",
            jzbh=visit,
            sfsj=moment,
            zje=total,
            jjzf=Decimal(0),
            grzf=total,
            zfbz=1,
        )
        assert gone["zfbz"]


def write_bill(
    county: County,
    person: Resident,
    org: str,
    bill: str,
    visit: str,
    side: str,
    moment: datetime,
    lines: list[tuple[str, str, Decimal]],
    total: Decimal,
    number: int,
) -> None:
    """A bill with its lines; closed the next day, summed up at the start of the next month at times."""
    charged = moment.date()
    closed = charged + timedelta(days=1)
    summed = (charged.replace(day=1) + timedelta(days=32)).replace(day=1) if number % 6 == 0 else closed
    fund = (total / 2).quantize(Decimal("0.01"))
    county.add(
        "sf_pj",
        org,
        moment,
        pjbh=bill,
        grid=person.empi,
        mzzy=side,
        jzbh=visit,
        sfsj=moment,
        jzrq=closed,
        hzrq=summed,
        zje=total,
        jjzf=fund,
        grzf=total - fund,
        zfbz=0,
    )
    truth = county.truth
    word = {"1": "op", "2": "ip"}[side]
    for axis, day in (("", charged), ("@收费日期", charged), ("@结账日期", closed), ("@汇总日期", summed)):
        truth.happened(f"{word}_income{axis}", day, org, bill, person, value=total)
        truth.happened(f"income{axis}", day, org, bill, person, value=total)
    share = Decimal(0)
    for place, (fee, drug, amount) in enumerate(lines, start=1):
        values = {"pjbh": bill, "hh": place, "grid": person.empi, "sfsj": moment, "fylb": fee}
        county.add("sf_mx", org, moment, **values, ypdm=drug or None, je=amount)
        _claim_line(county, person, org, f"{bill}|{place}", charged, side, fee, drug, amount)
        share += amount if fee in ("08", "09", "10") else 0
    if side == "1" and total > 0:
        truth.happened("op_cases", charged, org, bill, person)
        truth.happened("op_case_shares", charged, org, bill, person, value=share / total)


def _claim_line(
    county: County, person: Resident, org: str, line: str, day: date, side: str, fee: str, drug: str, amount: Decimal
) -> None:
    truth = county.truth
    truth.happened(f"income_of[class={int(fee)}]", day, org, line, person, value=amount)
    if fee == "14" and side == "1":
        truth.happened("op_checkup_income", day, org, line, person, value=amount)
    if side == "1" and fee != "14":
        truth.happened("op_care_income", day, org, line, person, value=amount)
    if fee not in ("08", "09", "10"):
        return
    known = next((one for one in DRUGS if one.code == drug), None)
    plain = fee != "10" and not (known and known.negotiated)
    truth.happened("drug_income[narrow=0,side=0]", day, org, line, person, value=amount)
    if plain:
        truth.happened("drug_income[narrow=1,side=0]", day, org, line, person, value=amount)
    if side == "1":
        truth.happened("drug_income[narrow=0,side=1]", day, org, line, person, value=amount)
