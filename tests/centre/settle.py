"""Who pays what: payment parts of settlements, and refunds as settlements of their own.

Every settlement keeps the identities of the national interface to the fen (invariants I04-I07):
total = fund + hospital + personal, personal = account + family account + cash, and
total = in scope + first self-paid + over the limit + own expense. The rates are made up.
"""

import numpy as np

from tests.centre.draw import Draw
from tests.centre.frame import DAY, NONE, Bools, Frame, Ints, half_up, stack, take
from tests.centre.people import EMPLOYEE, RESIDENT, SELF_PAY
from tests.centre.settings import CentreSettings
from tests.centre.visits import CHRONIC, PAID, WARD

PARTS = ("amount", "own", "over", "preself", "inscope")
MONEY = (
    *("amount", "own", "over", "preself", "inscope", "deductible", "pooled", "civil_aid", "company"),
    *("serious", "large", "relief", "other", "fund", "hospital", "personal", "account", "family", "cash"),
    *("self_paid", "own_paid"),
)
REFUNDS_PER_MILLE = 10


def sums(values: Ints, settlement: Ints, size: int) -> Ints:
    """Whole-number sums of line values by settlement; lines need not be sorted."""
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, settlement, values)
    return total


def _rate(chronic: Bools, ward: Bools, employee: Bools, away: Bools) -> Ints:
    """Per cent of the in-scope amount that the pooled fund pays."""
    clinic = np.where(chronic, np.where(employee, 80, 75), np.where(employee, 65, 55))
    return np.where(ward, np.where(employee, 88, 85), clinic) - np.where(away, 10, 0)


def pay(settlements: Frame, lines: Frame, episodes: Frame) -> Frame:
    """Add all money columns to settlements that are no reversals.

    Args:
        settlements: columns episode, time, status, refund, origin.
        lines: lines of these settlements; `setl` counts from 0 in `settlements`.
        episodes: visits or stays.
    """
    size = len(settlements["episode"])
    total = {part: sums(lines[part], lines["setl"], size) for part in PARTS}
    who = take(episodes, settlements["episode"])
    resident, employee = who["scheme"] == RESIDENT, who["scheme"] == EMPLOYEE
    ward, chronic = who["care"] >= WARD, who["care"] == CHRONIC
    insured = (who["scheme"] != SELF_PAY).astype(np.int64)
    start = np.where(ward, np.where(employee, 15_000, 10_000), 0) * insured
    deductible = np.minimum(start, total["inscope"])
    limit = np.where(ward, 2_000_000, np.where(chronic, 60_000, np.where(employee, 20_000, 6_000)))
    rate = _rate(chronic, ward, employee, who["place"] > 0)
    pooled = np.minimum(half_up((total["inscope"] - deductible) * rate, 100), limit) * insured
    left = total["inscope"] - pooled
    serious = half_up(np.maximum(left - 50_000, 0) * 60, 100) * (resident & ward)
    large = half_up(np.maximum(left - 30_000, 0) * 50, 100) * (employee & ward)
    left = left - serious - large
    civil_aid = half_up(left * 30, 100) * (employee & (who["civil"] == 1))
    relief = half_up(left * 60, 100) * (resident & (who["poor"] == 1))
    fund = pooled + serious + large + civil_aid + relief
    hospital = np.minimum(who["waived"] * (ward & (insured == 1)), total["inscope"] - fund)
    personal = total["amount"] - fund - hospital
    account = np.minimum(who["balance"], personal) * employee
    family = np.minimum(who["family"], personal) * resident
    own_paid = total["own"] + total["over"]
    zero = np.zeros(size, dtype=np.int64)
    return (
        settlements
        | total
        | {
            "deductible": deductible,
            "pooled": pooled,
            "civil_aid": civil_aid,
            "company": zero,
            "serious": serious,
            "large": large,
            "relief": relief,
            "other": zero,
            "fund": fund,
            "hospital": hospital,
            "personal": personal,
            "account": account,
            "family": family,
            "cash": personal - account - family,
            "self_paid": personal - own_paid,
            "own_paid": own_paid,
        }
    )


def settle(settings: CentreSettings, name: str, episodes: Frame, lines: Frame) -> tuple[Frame, Frame]:
    """Settlements of all episodes, refunds included, and the lines they are made of.

    Stays that still lie in come last among the episodes: they have lines (setl -1) and no settlement.
    A refund reverses a settlement in full; after a partial one the rest is settled anew (F03).
    """
    closed = np.flatnonzero((episodes["status"] == PAID) | (episodes["care"] < WARD))
    size = len(closed)
    first = {
        "episode": closed,
        "time": episodes["settled"][closed],
        "status": episodes["status"][closed],
        "refund": np.zeros(size, dtype=np.int64),
        "origin": np.full(size, -1, dtype=np.int64),
    }
    waiting = lines["setl"] >= size
    billed, unbilled = take(lines, ~waiting), take(lines, waiting)
    first = pay(first, billed, episodes)
    draw = settings.draw(f"{name} refunds")
    chosen = np.flatnonzero((first["status"] == PAID) & draw.chance(size, REFUNDS_PER_MILLE))
    if not len(chosen) and size > 20:
        chosen = np.flatnonzero(first["status"] == PAID)[size // 2 : size // 2 + 2]
    back, back_lines = _reversals(settings, draw, first, billed, chosen)
    again, again_lines = _resettled(draw, episodes, first, back, billed)
    unbilled["setl"] = np.full_like(unbilled["setl"], NONE)
    return stack([first, back, again]), stack([billed, back_lines, again_lines, unbilled])


def _reversals(settings: CentreSettings, draw: Draw, first: Frame, lines: Frame, chosen: Ints) -> tuple[Frame, Frame]:
    """Settlements that undo `chosen` to the fen, with one negative line for every line of theirs."""
    size, before = len(chosen), len(first["episode"])
    back = take(first, chosen) | {"refund": np.ones(size, dtype=np.int64), "origin": chosen}
    back |= {part: -back[part] for part in MONEY}
    soon = back["time"] + draw.between(1500, 3600, size)
    late = (back["time"] // DAY + draw.between(1, 12, size)) * DAY + draw.between(36_000, 64_000, size)
    late = np.where(late // DAY > settings.last_day, soon, late)
    back["time"] = np.where(draw.chance(size, 600), soon, late)
    number = np.full(before, -1, dtype=np.int64)
    number[chosen] = np.arange(size)
    rows = np.flatnonzero(number[lines["setl"]] >= 0)
    found = take(lines, rows)
    which = number[found["setl"]]
    negative = {part: -found[part] for part in (*PARTS, "quantity")}
    moved = {"origin": rows, "source": rows, "setl": before + which, "moved": back["time"][which]}
    return back, found | negative | moved


def _resettled(draw: Draw, episodes: Frame, first: Frame, back: Frame, lines: Frame) -> tuple[Frame, Frame]:
    """New settlements of what is left after a partial refund: all lines but the last one."""
    before = len(first["episode"]) + len(back["episode"])
    several = sums(np.ones_like(lines["setl"]), lines["setl"], len(first["episode"])) >= 2
    partial = np.flatnonzero(several[back["origin"]] & draw.chance(len(back["episode"]), 400))
    again = {
        "episode": back["episode"][partial],
        "time": back["time"][partial] + 60,
        "status": back["status"][partial],
        "refund": np.zeros(len(partial), dtype=np.int64),
        "origin": np.full(len(partial), -1, dtype=np.int64),
    }
    number = np.full(len(first["episode"]), -1, dtype=np.int64)
    number[back["origin"][partial]] = np.arange(len(partial))
    rows = np.flatnonzero(number[lines["setl"]] >= 0)
    last = np.append(lines["setl"][rows][1:] != lines["setl"][rows][:-1], True)[: len(rows)]
    found = take(lines, rows[~last])
    which = number[found["setl"]]
    local = found | {"setl": which, "origin": np.full(len(which), -1, dtype=np.int64)}
    paid = pay(again, local, episodes)
    return paid, local | {"setl": before + which, "moved": again["time"][which] + 60, "source": rows[~last]}
