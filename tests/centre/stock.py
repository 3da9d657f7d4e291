"""Two warehouses per centre: purchases, transfers, sales, returns, stocktakes and balances.

The window is cut into slots of half a month. An item is bought in batches that last one to six
slots; the pharmacy gets what a slot needs the day before it starts, so no balance is ever negative.
What is sold is what is billed: one movement per fee line, with the same batch for its refund.
Everything is counted in smallest units until it is written.
"""

from dataclasses import dataclass

import numpy as np

from tests.centre import catalogue
from tests.centre.fees import UNIT
from tests.centre.frame import DAY, Bools, Frame, Ints, stack, take
from tests.centre.settings import CentreSettings

MAIN, PHARMACY = 0, 1
KINDS = ("CG", "CT", "DB", "MF", "MT", "ZF", "ZT", "LY", "PD")
BUY, SEND_BACK, TRANSFER, SALE, SALE_BACK, WARD_SALE, WARD_BACK, USE, COUNT = range(9)


def slot_starts(settings: CentreSettings) -> Ints:
    """The first day of every slot: the window's first day, then every 1st and 16th."""
    days = np.arange(settings.first_day, settings.last_day + 1, dtype=np.int64)
    dated = days.astype("datetime64[D]")
    monthday = (dated - dated.astype("datetime64[M]")).astype(np.int64) + 1
    return days[(days == settings.first_day) | (monthday == 1) | (monthday == 16)]


@dataclass(frozen=True)
class Plan:
    """Which batch serves which slot. A *shelf* is an institution's item: org × item position."""

    starts: Ints
    shelves: int
    batch_of: Ints
    demand: Ints

    @property
    def slots(self) -> int:
        """How many slots the window has."""
        return len(self.starts)

    def slot(self, seconds: Ints) -> Ints:
        """The slot of a moment."""
        return np.searchsorted(self.starts, seconds // DAY, side="right") - 1


def stock_lines(lines: Frame, episodes: Frame) -> Frame:
    """The lines that move stock: goods of paid episodes, with their shelf and smallest units."""
    item = lines["item"]
    goods = np.flatnonzero(catalogue.stocked()[item] & (lines["setl"] >= 0))
    factor = np.where(lines["unit"] == 0, catalogue.column("factor")[item], 1)
    found = {
        "line": goods,
        "shelf": episodes["org"][lines["episode"][goods]] * len(catalogue.items()) + item[goods],
        "count": lines["quantity"][goods] // UNIT * factor[goods],
        "factor": factor[goods],
        "time": lines["moved"][goods],
        "source": lines["source"][goods],
        "setl": lines["setl"][goods],
        "unit": lines["unit"][goods],
        "price": lines["price"][goods],
    }
    return take(found, episodes["status"][lines["episode"][goods]] == 1)


def make_plan(settings: CentreSettings, sold: list[Frame], used: Frame) -> Plan:
    """Lay out the batches so that each covers what its slots sell and use up."""
    starts = slot_starts(settings)
    shelves = settings.orgs * len(catalogue.items())
    draw = settings.draw("batches")
    length = np.array((1, 2, 3, 4, 6), dtype=np.int64)[draw.pick((1, 2, 3, 3, 2), shelves)]
    phase = draw.between(0, 5, shelves) % length
    batch_of = (np.arange(len(starts))[None, :] + phase[:, None]) // length[:, None]
    plan = Plan(starts, shelves, batch_of, np.zeros((shelves, len(starts)), dtype=np.int64))
    for frame in sold:
        first = frame["source"] < 0
        cells = frame["shelf"][first], plan.slot(frame["time"][first])
        np.add.at(plan.demand, cells, frame["count"][first])
    np.add.at(plan.demand, (used["shelf"], plan.slot(used["time"])), used["count"])
    return plan


def make_use(settings: CentreSettings) -> Frame:
    """What departments take for use without billing, once a slot: goods not billed separately."""
    draw, starts = settings.draw("use"), slot_starts(settings)
    goods = np.flatnonzero([not item.billable for item in catalogue.items()])
    shelf = (np.arange(settings.orgs)[:, None] * len(catalogue.items()) + goods[None, :]).ravel()
    shelf = np.repeat(shelf, len(starts))
    slot = np.tile(np.arange(len(starts)), settings.orgs * len(goods))
    busy = max(1, settings.visits // 400)
    return {
        "shelf": shelf,
        "time": starts[slot] * DAY + draw.between(36_000, 60_000, len(slot)),
        "count": draw.between(1, 6, len(slot)) * busy,
    }


def transfers(plan: Plan) -> Ints:
    """Smallest units that go to the pharmacy before each slot, in whole packs; shelf × slot.

    The packs received so far within a batch always cover what the batch has given out so far.
    """
    pack = np.tile(catalogue.column("pack_size"), plan.shelves // len(catalogue.items()))
    sent = np.zeros_like(plan.demand)
    given, received = np.zeros(plan.shelves, dtype=np.int64), np.zeros(plan.shelves, dtype=np.int64)
    for slot in range(plan.slots):
        fresh = slot > 0 and plan.batch_of[:, slot] != plan.batch_of[:, slot - 1]
        given = np.where(fresh, 0, given) + plan.demand[:, slot]
        received = np.where(fresh, 0, received)
        needed = -(-given // pack) * pack
        sent[:, slot] = needed - received
        received = needed
    return sent


def batches(settings: CentreSettings, plan: Plan, sent: Ints) -> Frame:
    """Every batch: shelf, number within the shelf, first slot, units bought, returned, lost, made up.

    The batch of the first slot is opening stock; a later one exists when it is needed.
    """
    draw = settings.draw("purchases")
    wide = int(plan.batch_of.max()) + 1
    total = np.zeros((plan.shelves, wide), dtype=np.int64)
    given = np.zeros_like(total)
    first = np.full_like(total, plan.slots)
    last = np.zeros_like(total)
    rows = np.arange(plan.shelves)
    for slot in range(plan.slots):
        column = plan.batch_of[:, slot]
        total[rows, column] += sent[:, slot]
        given[rows, column] += plan.demand[:, slot]
        first[rows, column] = np.minimum(first[rows, column], slot)
        last[rows, column] = slot
    stocked = np.tile(catalogue.stocked(), plan.shelves // len(catalogue.items()))
    opening = (first == 0) & stocked[:, None]
    shelf, number = np.nonzero(opening | (total > 0))
    size, pack = len(shelf), np.tile(catalogue.column("pack_size"), settings.orgs)[shelf]
    needed, spare = total[shelf, number], total[shelf, number] - given[shelf, number]
    starts_open = first[shelf, number] == 0
    returned = np.where(draw.chance(size, 30) & ~starts_open, pack, 0)
    lost = np.where(draw.chance(size, 25), np.minimum(spare, draw.between(1, 3, size)), 0)
    found = np.where(draw.chance(size, 15) & (lost == 0) & (needed > 0), 1, 0)
    return {
        "shelf": shelf,
        "number": number,
        "first": first[shelf, number],
        "last": last[shelf, number],
        "bought": needed + draw.between(0, 3, size) * pack + returned,
        "returned": returned,
        "counted": found - lost,
    }


def month_ends(settings: CentreSettings) -> Ints:
    """The days of the balances: the eve of the window, every month's end in it, and its last day."""
    days = np.arange(settings.first_day - 1, settings.last_day + 1, dtype=np.int64)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    ends = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    return days[(days == ends) | (days == days[0]) | (days == days[-1])]


def _movement(kind: int | Ints, store: int, batch: Ints, time: Ints, count: Ints, **extra: Ints) -> Frame:
    """Movements of whole batches; `count` is signed, in smallest units."""
    size = len(batch)
    blank = np.full(size, -1, dtype=np.int64)
    frame = {
        "kind": np.broadcast_to(np.asarray(kind, dtype=np.int64), size),
        "store": np.full(size, store, dtype=np.int64),
        "batch": batch,
        "time": time,
        "count": count,
        "factor": np.ones(size, dtype=np.int64),
        "packed": np.zeros(size, dtype=np.int64),
        "line": blank,
        "setl": blank,
        "price": blank,
        "document": blank,
    }
    return frame | extra


def routine_movements(settings: CentreSettings, plan: Plan, lots: Frame, sent: Ints) -> list[Frame]:
    """Purchases, returns to suppliers, transfers and stocktakes."""
    draw = settings.draw("stock routine")
    start, pack = plan.starts[lots["first"]], np.tile(catalogue.column("pack_size"), settings.orgs)
    bought = np.flatnonzero(lots["first"] > 0)
    day = np.maximum(start[bought] - draw.between(3, 8, len(bought)), settings.first_day)
    lot_pack = pack[lots["shelf"]]
    arrival = day * DAY + draw.between(10, 12, len(bought)) * 3600

    def whole_packs(rows: Ints) -> Frame:
        return {"factor": lot_pack[rows], "packed": np.ones(len(rows), dtype=np.int64)}

    units = lots["bought"]
    parts = [_movement(BUY, MAIN, bought, arrival, units[bought], document=day, **whole_packs(bought))]
    sent_back = np.flatnonzero(lots["returned"][bought] > 0)
    rows = bought[sent_back]
    gone = arrival[sent_back] + 3 * 3600
    parts.append(
        _movement(SEND_BACK, MAIN, rows, gone, -lots["returned"][rows], document=gone // DAY, **whole_packs(rows))
    )
    lot_of = lot_index(plan, lots)
    shelf, slot = np.nonzero(sent[:, 1:])
    moved, slot = lot_of[shelf, plan.batch_of[shelf, slot + 1]], slot + 1
    sent_day = plan.starts[slot] - 1
    amount = sent[shelf, slot]
    for store, sign in ((MAIN, -1), (PHARMACY, 1)):
        when = sent_day * DAY + 16 * 3600 + 600 * store
        extra = whole_packs(moved)
        parts.append(_movement(TRANSFER, store, moved, when, sign * amount, document=sent_day, **extra))
    counted = np.flatnonzero(lots["counted"] != 0)
    ends = month_ends(settings)[1:]
    closing = np.append(plan.starts, settings.last_day + 1)[lots["last"][counted] + 1] - 1
    day = ends[np.searchsorted(ends, closing)]
    count = lots["counted"][counted]
    parts.append(_movement(COUNT, PHARMACY, counted, day * DAY + 23 * 3600, count, document=day))
    return parts


def lot_index(plan: Plan, lots: Frame) -> Ints:
    """The position in `lots` of each shelf's batch; shelf × batch number, -1 where there is none."""
    index = np.full((plan.shelves, int(plan.batch_of.max()) + 1), -1, dtype=np.int64)
    index[lots["shelf"], lots["number"]] = np.arange(len(lots["shelf"]))
    return index


def sale_movements(plan: Plan, lot_of: Ints, sold: Frame, lines: int, ward: bool) -> Frame:
    """One movement per stock line; refunds and what is settled anew move the original's batch."""
    slot = plan.slot(sold["time"])
    own = lot_of[sold["shelf"], plan.batch_of[sold["shelf"], slot]]
    by_line = np.full(lines, -1, dtype=np.int64)
    by_line[sold["line"]] = own
    batch = np.where(sold["source"] >= 0, by_line[sold["source"]], own)
    back: Bools = sold["count"] < 0
    out, into = (WARD_SALE, WARD_BACK) if ward else (SALE, SALE_BACK)
    return _movement(
        np.where(back, into, out),
        PHARMACY,
        batch,
        sold["time"],
        -sold["count"],
        factor=sold["factor"],
        line=sold["line"],
        setl=sold["setl"],
        price=sold["price"],
        document=sold["setl"],
    )


def use_movements(plan: Plan, lot_of: Ints, used: Frame) -> Frame:
    """Goods given to departments."""
    slot = plan.slot(used["time"])
    batch = lot_of[used["shelf"], plan.batch_of[used["shelf"], slot]]
    return _movement(USE, PHARMACY, batch, used["time"], -used["count"], document=used["time"] // DAY)


def make_stock(
    settings: CentreSettings, visits: tuple[Frame, Frame], stays: tuple[Frame, Frame]
) -> tuple[Frame, Frame, Ints]:
    """All movements, all batches, and the opening balance of every batch (store × batch).

    Args:
        settings: the centre.
        visits: outpatient episodes and their lines, refunds included.
        stays: the same for inpatients.
    """
    sold = [stock_lines(lines, episodes) for episodes, lines in (visits, stays)]
    used = make_use(settings)
    plan = make_plan(settings, sold, used)
    sent = transfers(plan)
    lots = batches(settings, plan, sent)
    lot_of = lot_index(plan, lots)
    parts = routine_movements(settings, plan, lots, sent)
    parts.append(use_movements(plan, lot_of, used))
    for number, (_, lines) in enumerate((visits, stays)):
        parts.append(sale_movements(plan, lot_of, sold[number], len(lines["item"]), ward=number == 1))
    opening = np.zeros((2, len(lots["shelf"])), dtype=np.int64)
    held = np.flatnonzero(lots["first"] == 0)
    opening[PHARMACY, held] = sent[lots["shelf"][held], 0]
    opening[MAIN, held] = lots["bought"][held] - opening[PHARMACY, held]
    return stack(parts), lots, opening


def balances(settings: CentreSettings, movements: Frame, lots: Frame, opening: Ints) -> Frame:
    """Units at the end of every balance day, of every batch that the store has had by then."""
    days, size = month_ends(settings), len(lots["shelf"])
    change = np.zeros((len(days), 2, size), dtype=np.int64)
    period = np.searchsorted(days, movements["time"] // DAY, side="left")
    cells = period, movements["store"], movements["batch"]
    np.add.at(change, cells, movements["count"])
    seen = np.zeros((len(days), 2, size), dtype=np.bool_)
    seen[cells] = True
    seen[0] |= opening > 0
    change[0] += opening
    day, store, batch = np.nonzero(np.logical_or.accumulate(seen, axis=0))
    count = np.cumsum(change, axis=0)[day, store, batch]
    return {"day": days[day], "store": store, "batch": batch, "count": count}
