"""Children under seven: the visit after the birth, the checks by month of age, Chinese medicine."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from tests.county.ages import birthday, maternal_end, maternal_year, months_after
from tests.county.county import County
from tests.county.groups import seen_until, server
from tests.county.residents import Resident

FIRST, END = date(2022, 10, 1), date(2025, 1, 1)
STAGES = {
    1: "MY",
    3: "3M",
    6: "6M",
    8: "8M",
    12: "12M",
    18: "18M",
    24: "24M",
    30: "30M",
    36: "36M",
    48: "4S",
    60: "5S",
    72: "6S",
}
GRACE = timedelta(days=30)
AFTER_BIRTH = (3, 7, 28, 29, 5, None)
LAST_MINUTE = time(23, 59, 59)


@dataclass
class Plan:
    """What is planned for one child: the days seen, checked and with eyes checked; the days on which a check lapsed."""

    seen: list[date]
    checked: list[date]
    eyes: list[date]
    lapsed: list[date]


def tell_children(county: County, random: Random) -> None:
    """Every child who is under seven in the years told, newborns first, so that they have all habits."""
    children = [p for p in county.residents if birthday(p, 7) > FIRST and p.birth < END]
    children.sort(key=lambda child: child.birth < FIRST)
    for number, child in enumerate(children):
        card = {"bjkh": f"bj{child.pid[1:]}", "csrq": child.birth, "cstz": 2600 + number * 37 % 1400, "cszs": 39}
        county.add("et_bjk", child.homes[0][1], child.archived_on, grid=child.empi, jkrq=child.archived_on, **card)
        county.truth.holds("child_cards", child.archived_on, birthday(child, 7), child.homes[0][1], child.pid, child)
        plan = Plan([], [], [], [])
        _newborn(county, child, number, plan)
        _checks(county, child, number, plan, random)
        _tcm(county, child, number, random)
        _claim(county, child, plan)


def _newborn(county: County, child: Resident, number: int, plan: Plan) -> None:
    after = AFTER_BIRTH[number % len(AFTER_BIRTH)]
    day = child.birth + timedelta(days=after) if after else None
    if child.birth < FIRST or day is None or day >= min(seen_until(child), END):
        return
    visit = {"fsbh": f"xf{child.pid[1:]}", "csrq": child.birth, "fsrq": day}
    moment = datetime.combine(day, LAST_MINUTE)
    county.add("et_xsefs", server(county, child, day, number), moment, grid=child.empi, **visit)
    plan.seen.append(day)
    end = maternal_end(child.birth)
    if after and after <= 28 and day < end:
        county.truth.holds("newborn_visited[days=28]", day, end, child.home(day), child.pid, child)


def _checks(county: County, child: Resident, number: int, plan: Plan, random: Random) -> None:
    """Two of six children have every check; the others miss some, or all of them."""
    habit = number % 6
    for turn, (months, stage) in enumerate(STAGES.items()):
        due = months_after(child.birth, months)
        day = max(due + timedelta(days=random.randrange(20)), child.archived_on)
        skipped = habit == 4 or (habit in (2, 3) and (turn + number) % 3 == 0)
        if due + GRACE < FIRST or day >= END:
            continue
        if skipped or day >= seen_until(child):
            plan.lapsed.append(due + GRACE)
            continue
        eyes = months >= 3 and number % 4 != 1
        entered = day + timedelta(days=random.randrange(20, 60)) if random.random() < 0.06 else day
        number_of = f"tj{child.pid[1:]}{months:02d}"
        check = {"jcbh": number_of, "jcrq": day, "yld": stage, "ybj": int(eyes)}
        org, who = server(county, child, day, turn + number), random.choice(child.empis)
        county.add("et_tj", org, entered, grid=who, **check)
        county.truth.happened("child_checkups", day, org, number_of, child, entered=entered)
        plan.seen.append(day)
        plan.checked.append(day)
        plan.eyes += [day] if eyes else []


def _tcm(county: County, child: Resident, number: int, random: Random) -> None:
    for months in (6, 12, 18, 24, 30, 36):
        day = months_after(child.birth, months) + timedelta(days=random.randrange(25))
        if not FIRST <= day < min(seen_until(child), END) or number % 3 == 0:
            continue
        record, org = f"zy{child.pid[1:]}{months:02d}", server(county, child, day, number)
        row = county.add("et_zyy", org, day, jlbh=record, grid=child.empi, fwrq=day, yl=months)
        row["scbz"] = int((number + months) % 17 == 0)
        if not row["scbz"]:
            county.truth.happened("child_tcm", day, org, record, child)


def _claim(county: County, child: Resident, plan: Plan) -> None:
    """From the first service of each statistical year until it ends, the child is too old, or a check lapses."""
    holds, place = county.truth.holds, child.homes[0][1]
    for year in (2023, 2024, 2025):
        end = date(year, 10, 1)
        seen, checked, eyes = (
            [day for day in days if maternal_year(day) == year] for days in (plan.seen, plan.checked, plan.eyes)
        )
        for measure, days in (("child_managed", seen), ("child_checked", checked), ("child_eyes", eyes)):
            if days and min(days) < birthday(child, 7):
                holds(f"{measure}[age=7]", min(days), min(end, birthday(child, 7)), place, child.pid, child)
        lapse = min((day for day in plan.lapsed if maternal_year(day) == year), default=end)
        for age in (3, 7):
            until = min(end, lapse, birthday(child, age))
            if checked and min(checked) < until:
                holds(f"child_systematic[age={age}]", min(checked), until, place, child.pid, child)
