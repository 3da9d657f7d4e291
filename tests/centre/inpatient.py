"""Inpatient stays with their orders, lines, transfers and operations."""

import numpy as np

from tests.centre import catalogue
from tests.centre.draw import Draw
from tests.centre.fees import UNIT, executing_department, priced, quantities
from tests.centre.frame import DAY, Frame, Ints, stack, take
from tests.centre.organisation import House, doctors_of
from tests.centre.settings import CentreSettings
from tests.centre.visits import (
    INJURY_WARD,
    PAID,
    UNPAID,
    WARD,
    disease_departments,
    disease_groups,
    draw_diseases,
    draw_persons,
    groups,
    insure,
)

LEAVING = ("医嘱离院", "转上级医院", "转村卫生室", "自动出院", "死亡", "其他")
LEAVING_WEIGHTS = (880, 40, 12, 58, 4, 6)
ORDER_TYPES = ("长期", "临时", "带药")
LONG, ONCE, HOME = range(3)
ADMITTING = ("Z0014", "Z0015", "Z0025")  # ordered as the bundle T02
STAY_SHARE = 30
LYING_SHARE = 20
OPERATIONS = {
    "appendix": (("47.0900", "阑尾切除术"), ("54.2500", "腹腔灌洗"), "阑尾切除术"),
    "excise": (("86.3x00", "皮肤和皮下组织病损局部切除术"), ("86.5900", "皮肤缝合术"), "体表肿物切除术"),
    "delivery": (("73.5900", "手法助产"), ("73.6x00", "外阴切开术"), "顺产接生"),
    "injury": (("86.2200", "伤口清创术"), ("86.5900", "皮肤缝合术"), "清创缝合(小)"),
}


def make_stays(settings: CentreSettings, layout: House, people: Frame) -> Frame:
    """Stays settled inside the window, and a few that still lie in at its end (status UNPAID).

    Columns as for visits, besides bed, transfer (department or -1), leaving and `nights`.
    """
    draw = settings.draw("stays")
    settled = max(2 * settings.months, settings.visits * STAY_SHARE // 1000)
    lying = max(1, settled // LYING_SHARE)
    length = settings.last_day - settings.first_day + 1
    flat = np.ones(length, dtype=np.int64)
    day = np.concatenate([draw.spread(flat, settled) for _ in range(settings.orgs)])
    size = settled * settings.orgs
    lag = np.minimum(draw.pick((80, 12, 8), size), day)
    nights = np.minimum(draw.pick((2, 3, 8, 14, 18, 20, 15, 10, 6, 4), size), day - lag)
    left = settings.first_day + day - lag
    closed = {
        "org": np.repeat(np.arange(settings.orgs, dtype=np.int64), settled),
        "nights": nights,
        "admitted": left - nights,
        "settled_day": left + lag,
        "status": np.full(size, PAID, dtype=np.int64),
    }
    waiting = lying * settings.orgs
    since = np.minimum(draw.between(0, 4, waiting), length - 1)
    open_ = {
        "org": np.repeat(np.arange(settings.orgs, dtype=np.int64), lying),
        "nights": since,
        "admitted": settings.last_day - since,
        "settled_day": np.full(waiting, settings.last_day, dtype=np.int64),
        "status": np.full(waiting, UNPAID, dtype=np.int64),
    }
    return _described(draw, settings, layout, people, stack([closed, open_]))


def _described(draw: Draw, settings: CentreSettings, layout: House, people: Frame, stays: Frame) -> Frame:
    """Persons, times, diseases, departments and doctors of stays whose days are known."""
    size = len(stays["org"])
    begin = stays["admitted"] * DAY + draw.between(8 * 3600, 12 * 3600, size)
    person = draw_persons(draw, people, stays["org"], settings.orgs)
    disease = draw_diseases(draw, "inpatient", people, person, begin)
    department = _ward(layout, disease)
    moved = draw.chance(size, 40) & (stays["nights"] >= 3)
    wards = np.array([i for i, kind in enumerate(layout.kinds) if kind == "ward"], dtype=np.int64)
    other = wards[draw.between(0, len(wards) - 1, size)]
    transfer = np.where(moved & (other != department), other, -1)
    injured = disease_groups()[disease] == groups().index("injury")
    end = (stays["admitted"] + stays["nights"]) * DAY + draw.between(15 * 3600, 17 * 3600, size)
    lag = draw.between(1200, 5400, size)
    described = {
        "org": stays["org"],
        "person": person,
        "begin": begin,
        "disease": disease,
        "care": np.where(injured, INJURY_WARD, WARD),
        "department": department,
        "left": np.where(transfer >= 0, transfer, department),
        "doctor": doctors_of(layout, department, draw.between(0, 999, size)),
        "ordered": begin + draw.between(600, 1800, size),
        "settled": np.maximum(stays["settled_day"] * DAY + end % DAY, end) + lag,
        "end": end,
        "status": stays["status"],
        "nights": stays["nights"],
        "transfer": transfer,
        "bed": draw.between(1, layout.beds, size),
        "leaving": draw.pick(LEAVING_WEIGHTS, size),
    }
    return described | insure(draw, people, person)


def _ward(layout: House, disease: Ints) -> Ints:
    """The ward of each disease: its department where that has beds, else internal medicine."""
    department = disease_departments(layout)[disease]
    beds = np.array([kind == "ward" for kind in layout.kinds])
    return np.where(beds[department], department, layout.position("内科"))


def make_orders(settings: CentreSettings, stays: Frame) -> Frame:
    """Orders of all stays: stay, item, kind and quantity; those still lying in have daily services only."""
    draw = settings.draw("orders")
    size = len(stays["org"])
    kinds = catalogue.column("kind")
    inpatient = catalogue.in_group("ipt")
    drugs = inpatient[kinds[inpatient] != catalogue.SERVICE]
    tests = catalogue.in_group("ipt_once")
    packed = drugs[catalogue.column("factor")[drugs] > 1]
    supplies = np.concatenate([catalogue.in_group("infusion"), catalogue.in_group("infuse")[:1]])
    everyone = np.arange(size)
    paid = np.flatnonzero(stays["status"] == PAID)
    parts = [
        (np.repeat(everyone, 3), np.tile(catalogue.in_group("ipt_daily"), size), LONG),
        (np.repeat(paid, 2), np.tile(supplies, len(paid)), LONG),
        _some(draw, paid, (0, 20, 50, 30), drugs, LONG),
        _some(draw, paid, (0, 0, 0, 15, 25, 30, 20, 10), tests, ONCE),
        _some(draw, paid, (20, 50, 30), packed, HOME),
        _operation_orders(stays, paid),
    ]
    stay = np.concatenate([part[0] for part in parts])
    item = np.concatenate([part[1] for part in parts])
    kind = np.concatenate([np.full(len(part[0]), part[2], dtype=np.int64) for part in parts])
    key = np.unique((stay * 3 + kind) * len(catalogue.items()) + item)
    pair, item = np.divmod(key, len(catalogue.items()))
    stay, kind = np.divmod(pair, 3)
    single = (kinds[item] == catalogue.SERVICE) | (kinds[item] == catalogue.CONSUMABLE)
    unit = (kind != HOME).astype(np.int64)
    daily = draw.between(1, 3, len(item)) * UNIT
    packs = quantities(draw, item, unit)
    quantity = np.where(single, UNIT, np.where(kind == HOME, packs, daily))
    return {"episode": stay, "item": item, "kind": kind, "unit": unit, "quantity": quantity}


def _some(draw: Draw, stays: Ints, weights: tuple[int, ...], items: Ints, kind: int) -> tuple[Ints, Ints, int]:
    """So many orders per stay as the weights say, each of one of `items`."""
    rows = np.repeat(stays, draw.pick(weights, len(stays)))
    return rows, items[draw.between(0, len(items) - 1, len(rows))], kind


def _operation_orders(stays: Frame, paid: Ints) -> tuple[Ints, Ints, int]:
    """The billed item of every operation."""
    rows, items = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    names = catalogue.texts("name")
    for group, (_, _, billed) in OPERATIONS.items():
        found = operated(stays, paid, group)
        rows.append(found)
        items.append(np.full(len(found), names.index(billed), dtype=np.int64))
    return np.concatenate(rows), np.concatenate(items), ONCE


def operated(stays: Frame, paid: Ints, group: str) -> Ints:
    """The settled stays of a disease group that are operated on: those of at least a night."""
    same = disease_groups()[stays["disease"][paid]] == groups().index(group)
    return paid[same & (stays["nights"][paid] >= 1)]


def make_stay_lines(settings: CentreSettings, layout: House, stays: Frame, orders: Frame) -> Frame:
    """Fee lines by stay: long orders give a line a day; settlement i settles stay i (or none yet)."""
    draw = settings.draw("stay lines")
    days = np.maximum(stays["nights"][orders["episode"]], 1)
    count = np.where(orders["kind"] == LONG, days, 1)
    order = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    chosen = take(orders, order)
    stay = chosen["episode"]
    first = stays["ordered"][stay] + draw.between(300, 3000, len(order))
    later = (stays["begin"][stay] // DAY + nth) * DAY + draw.between(9 * 3600, 13 * 3600, len(order))
    home = stays["end"][stay] - draw.between(900, 3000, len(order))
    done = np.where(chosen["kind"] == HOME, home, np.where(nth == 0, first, later))
    lines = {
        "episode": stay,
        "setl": stay.copy(),
        "item": chosen["item"],
        "unit": chosen["unit"],
        "quantity": chosen["quantity"],
        "ordered": np.where(chosen["kind"] == HOME, done - 600, stays["ordered"][stay]),
        "done": done,
        "origin": np.full(len(order), -1, dtype=np.int64),
        "source": np.full(len(order), -1, dtype=np.int64),
        "sheet": order,
        "carried": (chosen["kind"] == HOME).astype(np.int64),
    }
    lines["place"] = executing_department(lines, stays, layout)
    lines["moved"] = done.copy()
    return priced(lines, stays)
