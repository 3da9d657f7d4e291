"""Service authenticated by two cards, offline uploads and their refusals, points by month."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from tests.county.county import YEARS, County, day_in
from tests.county.groups import seen_until
from tests.county.residents import Resident

AUTH = ("S", "K", "L", "L", "M", None)
STATES = ("CG", "CG", "CG", "GQ", "CG", "CG", "CF", "CG", "CG", "CG", "ZX")


def tell(county: County) -> None:
    """One service a year for each resident; some have a twin by the same worker.

    One in nineteen a minute later, which is dense, and one exactly five minutes later, which is not.
    """
    random = county.random("twocard")
    taken: Counter[tuple[str, date]] = Counter()
    for year in YEARS:
        for number, person in enumerate(county.residents):
            day = day_in(random, date(year, 1, 1), date(year + 1, 1, 1))
            if not max(person.birth, person.archived_on) < day < seen_until(person):
                continue
            org = person.home(day + timedelta(days=1))
            slot = taken[(org, day)]
            taken[(org, day)] += 1
            start = datetime.combine(day, time(10)) + timedelta(minutes=30 * slot)
            good = _event(county, person, org, f"fw{person.pid[1:]}{year % 100}", start, number, dense=False)
            if good and number % 19 in (0, 9):
                twin, dense = f"fx{person.pid[1:]}{year % 100}", number % 19 == 0
                later = timedelta(minutes=1 if dense else 5)
                _event(county, person, org, twin, start + later, number + 1, dense=dense)
    for centre in county.places.centres:
        for month in range(1, 13):
            _settle(county, centre.code, date(2024, month, 1), month)


def _event(
    county: County, person: Resident, org: str, event: str, start: datetime, number: int, *, dense: bool
) -> bool:
    auth, state = AUTH[number % len(AUTH)], STATES[number % len(STATES)]
    doctor, late, offline = number % 9 > 0, number % 8 == 3, state != "CG" or number % 4 == 1
    tried, good_face = auth == "L" or number % 10 == 6, auth == "L"
    points = Decimal(1 + number % 4)
    entered = start + timedelta(days=9 if late else 0)
    county.add(
        "lk_fw",
        org,
        entered,
        fwbh=event,
        grid=person.empi,
        fwry=f"{org}R01",
        fwxm=f"{1 + number % 4:02d}",
        kssj=start,
        jssj=start + timedelta(minutes=20),
        jmrz=auth,
        ysrz=int(doctor),
        slcs=int(tried),
        slcg=int(good_face),
        lxbz=int(offline),
        blbz=int(late),
        sczt=state,
        dw="42.95,89.19",
        gf=points,
    )
    truth, day = county.truth, start.date()
    if state != "CG":
        reason = {"GQ": 1, "ZX": 2, "CF": 3}[state]
        truth.happened(f"svc_rejected[reason={reason}]", day, org, event, person, entered=entered.date())
        return False
    marks = {
        "svc_valid": True,
        "svc_both": auth is not None and doctor,
        "svc_face": tried,
        "svc_face_ok": tried and good_face,
        "svc_late": late,
        "svc_dense[minutes=5]": dense,
    }
    for measure in (name for name, so in marks.items() if so):
        truth.happened(measure, day, org, event, person, entered=entered.date())
    truth.happened("svc_points", day, org, event, person, value=points, entered=entered.date())
    return True


def _settle(county: County, org: str, month: date, number: int) -> None:
    raw, share = Decimal(100 + number), Decimal("0.95") if number % 3 else Decimal("1.00")
    corrected = raw * share
    amount = (corrected * 6).quantize(Decimal("0.01"))
    settled = f"js{org}{month:%Y%m}"
    values = {"jsbh": settled, "fwry": f"{org}R01", "yf": month, "jzqgf": raw, "zlxs": share, "jzhgf": corrected}
    county.add("lk_js", org, month + timedelta(days=40), **values, je=amount, sdbz=1)
    for measure, value in (("points_raw", raw), ("points_corrected", corrected), ("points_amount", amount)):
        county.truth.happened(measure, month, org, settled, value=value)
