"""Fee lines of visits, and what lines of visits and stays have in common."""

import numpy as np

from tests.centre import catalogue
from tests.centre.draw import Draw
from tests.centre.frame import Frame, Ints, half_up, take
from tests.centre.organisation import House
from tests.centre.people import SELF_PAY
from tests.centre.settings import CentreSettings
from tests.centre.visits import CHRONIC, EMERGENCY, disease_groups, groups

UNIT = 10_000
RX_CLASSES = ("1", "2", "3", "4", "5", "6")


def _goods_lines(draw: Draw, visits: Frame, group: Ints) -> tuple[Ints, Ints]:
    """Visit and item of the drugs and consumables prescribed."""
    count = draw.pick((8, 24, 36, 24, 8), len(group))
    herbal = group == groups().index("tcm")
    count += np.where(herbal, 3, 0) + (visits["care"] == CHRONIC)
    visit = np.repeat(np.arange(len(group)), count)
    return visit, draw.pick_by(group[visit], catalogue.weights(groups(), services=False))


def _service_lines(draw: Draw, group: Ints) -> tuple[Ints, Ints]:
    """Visit and item of examinations and treatments."""
    visit = np.repeat(np.arange(len(group)), draw.pick((30, 40, 22, 8), len(group)))
    return visit, draw.pick_by(group[visit], catalogue.weights(groups(), services=True))


def _infusions(draw: Draw, group: Ints) -> tuple[Ints, Ints]:
    """Infusions and injections with what they use up, for infections."""
    infected = np.isin(group, [groups().index(name) for name in ("resp", "uro", "gi")])
    visits = np.flatnonzero(infected & draw.chance(len(group), 110))
    parts = [catalogue.in_group("infusion"), catalogue.in_group("infuse"), catalogue.in_group("ipt")]
    services = catalogue.column("kind") == catalogue.SERVICE
    parts[2] = parts[2][~services[parts[2]]]
    items = [part[draw.between(0, len(part) - 1, len(visits))] for part in parts]
    pricked = np.flatnonzero(draw.chance(len(group), 40))
    for name in ("injection", "inject"):
        items.append(np.full(len(pricked), catalogue.in_group(name)[0], dtype=np.int64))
    return np.concatenate([visits, visits, visits, pricked, pricked]), np.concatenate(items)


def quantities(draw: Draw, item: Ints, unit: Ints) -> Ints:
    """A likely quantity (10^-4) for each item in its unit (0 outpatient unit, 1 smallest unit)."""
    kind, factor, size = (catalogue.column(name)[item] for name in ("kind", "factor", "pack_size"))
    number = draw.between(1, 3, len(item))
    loose = (kind != catalogue.SERVICE) & (kind != catalogue.CONSUMABLE) & ((factor == 1) | (unit == 1))
    tablets = loose & (size >= 20) & (size < 1000)
    number = np.where(tablets, number * draw.between(1, 5, len(item)) * 3, number)
    number = np.where(kind == catalogue.HERB, draw.between(6, 30, len(item)) * 5, number)
    single = (kind == catalogue.SERVICE) & draw.chance(len(item), 850)
    return np.where(single, 1, number) * UNIT


def priced(lines: Frame, episodes: Frame) -> Frame:
    """Add price, amount and its parts to lines that have episode, item, unit and quantity.

    amount = over + preself + own + inscope on every line (invariant I07); what a self-pay episode
    or an item without a national code costs is own expense in full.
    """
    item, packed = lines["item"], lines["unit"] == 0
    size, factor = catalogue.column("pack_size")[item], catalogue.column("factor")[item]
    price = np.where(packed, catalogue.column("price")[item], catalogue.column("min_price")[item])
    cap = catalogue.column("cap")[item]
    cap = np.where(packed, cap * factor, cap) // size
    amount = catalogue.amount(price, lines["quantity"])
    self_pay = episodes["scheme"][lines["episode"]] == SELF_PAY
    mapped = np.array([entry.national is not None for entry in catalogue.items()])[item]
    level = np.where(mapped, catalogue.column("level")[item], catalogue.OWN_LEVEL)
    level = np.where(self_pay, catalogue.SELF_PAY_LEVEL, level)
    outside = level >= catalogue.OWN_LEVEL
    over = np.maximum(amount - catalogue.amount(cap, lines["quantity"]), 0) * ((cap > 0) & ~outside)
    share = np.where(outside, UNIT, catalogue.column("share")[item])
    preself = half_up((amount - over) * share, UNIT) * ~outside
    return lines | {
        "price": price,
        "amount": amount,
        "over": over,
        "preself": preself,
        "own": amount * outside,
        "inscope": (amount - over - preself) * ~outside,
        "share": share,
        "level": level,
        "coded": (mapped & ~self_pay).astype(np.int64),
    }


def executing_department(lines: Frame, episodes: Frame, layout: House) -> Ints:
    """Who carries the line out: the item's own place, else the department that ordered it."""
    place = catalogue.places(layout.names)[lines["item"]]
    return np.where(place == catalogue.OWN_PLACE, episodes["department"][lines["episode"]], place)


def make_visit_lines(settings: CentreSettings, layout: House, visits: Frame) -> Frame:
    """The fee lines of all visits, by visit; settlement i settles visit i."""
    draw = settings.draw("visit lines")
    size = len(visits["org"])
    group = disease_groups()[visits["disease"]]
    regular, urgent = catalogue.in_group("consult")[0], catalogue.in_group("emergency")[0]
    consult = np.where(visits["care"] == EMERGENCY, urgent, regular)
    parts = [
        (np.arange(size), consult),
        _goods_lines(draw, visits, group),
        _service_lines(draw, group),
        _infusions(draw, group),
    ]
    pairs = np.concatenate([visit * len(catalogue.items()) + item for visit, item in parts])
    visit, item = np.divmod(np.unique(pairs), len(catalogue.items()))
    unit = np.zeros(len(visit), dtype=np.int64)
    quantity = quantities(draw, item, unit)
    quantity = np.where(np.isin(item, (regular, urgent)), UNIT, quantity)
    ordered = visits["ordered"][visit] + draw.between(0, 90, len(visit))
    lines = {
        "episode": visit,
        "setl": visit.copy(),
        "item": item,
        "unit": unit,
        "quantity": quantity,
        "ordered": ordered,
        "done": visits["settled"][visit] + draw.between(60, 1400, len(visit)),
        "origin": np.full(len(visit), -1, dtype=np.int64),
        "source": np.full(len(visit), -1, dtype=np.int64),
        "sheet": np.zeros(len(visit), dtype=np.int64),
        "carried": np.zeros(len(visit), dtype=np.int64),
    }
    lines["place"] = executing_department(lines, visits, layout)
    lines["moved"] = lines["done"].copy()
    return priced(lines, visits)


def make_prescriptions(visits: Frame, lines: Frame) -> tuple[Frame, Ints]:
    """One prescription per visit and class; returns them and the prescription of every line."""
    kind = catalogue.column("kind")[lines["item"]]
    examined = np.array([item.charge in ("HYF", "JCF") for item in catalogue.items()])[lines["item"]]
    sheet = np.where(kind <= 3, kind, np.where(examined, 4, 5))
    pairs, of_line = np.unique(lines["episode"] * 8 + sheet, return_inverse=True)
    visit, sheet_class = np.divmod(pairs, 8)
    header = take(visits, visit)
    return {"episode": visit, "class": sheet_class, "time": header["ordered"]}, of_line
