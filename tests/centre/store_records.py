"""Stock and operations as tables: yk_crk, yk_jc, ss_jlb."""

import numpy as np
import pyarrow as pa

from tests.centre import catalogue
from tests.centre.ddl import tables
from tests.centre.frame import DAY, Frame, Ints, constant, dates, decimals, numbered, take, times, whole, words
from tests.centre.inpatient import OPERATIONS, operated
from tests.centre.organisation import House, doctors_of, staff_codes
from tests.centre.records import in_order
from tests.centre.settings import CentreSettings
from tests.centre.stock import BUY, KINDS, SEND_BACK, TRANSFER, USE, WARD_BACK, WARD_SALE
from tests.centre.visits import PAID

STORES = ("YK01", "YF01")
OTHER_SIDES = ("药库", "药房", "供货商", "门诊", "住院", "注射治疗室", "盘点")
SHELF_LIFE = 730
ANAESTHESIA = ("局部麻醉", "硬膜外麻醉", "静脉麻醉")


def lot_days(starts: Ints, lots: Frame) -> Ints:
    """When each batch was made: some months before its first use."""
    return starts[lots["first"]] - 90 - lots["shelf"] % 60


def lot_numbers(made: Ints, lots: Frame) -> pa.Array:
    """Batch numbers: the production date and a count."""
    dated = made.astype("datetime64[D]")
    year = dated.astype("datetime64[Y]").astype(np.int64) + 1970
    month = dated.astype("datetime64[M]").astype(np.int64) % 12 + 1
    return numbered("{:08d}", (year % 100 * 100 + month) * 10_000 + lots["number"] * 100 + lots["shelf"] % 97)


def _other_side(kind: Ints, store: Ints) -> Ints:
    other = np.where(kind == TRANSFER, 1 - store, 6)
    other = np.where((kind == BUY) | (kind == SEND_BACK), 2, other)
    other = np.where(kind == USE, 5, other)
    ward = (kind == WARD_SALE) | (kind == WARD_BACK)
    return np.where(ward, 4, np.where((kind > TRANSFER) & (kind < WARD_SALE), 3, other))


def line_numbers(*group: Ints) -> Ints:
    """1, 2, 3 … within each group of equal values, in the order of the rows."""
    order = np.lexsort(group[::-1])
    fresh = np.zeros(len(order), dtype=np.bool_)
    fresh[:1] = True
    for values in group:
        fresh[1:] |= np.diff(values[order]) != 0
    heads = np.flatnonzero(fresh)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(heads, np.diff(heads, append=len(order))) + 1
    return rank


def movement_table(orgs: list[str], lot_texts: pa.Array, made: Ints, lots: Frame, movements: Frame) -> pa.Table:
    """yk_crk: quantities are positive, `fx` says in or out."""
    order = np.lexsort((movements["time"], lots["shelf"][movements["batch"]] // len(catalogue.items())))
    moves = take(movements, order)
    org, item = np.divmod(lots["shelf"][moves["batch"]], len(catalogue.items()))
    spec, kind, store = tables()["yk_crk"].arrow, moves["kind"], moves["store"]
    units = [*catalogue.texts("min_unit"), *catalogue.texts("unit"), *catalogue.texts("pack")]
    many = len(catalogue.items())
    sold = moves["line"] >= 0
    shape = np.where(moves["packed"] == 1, 2, np.where(sold & (moves["factor"] > 1), 1, 0))
    price = np.where(sold, moves["price"], catalogue.column("min_price")[item] * moves["factor"])
    supplied = (kind == BUY) | (kind == SEND_BACK)
    supplier = catalogue.texts("supplier")
    invoice = numbered("{:08d}", 10_000_000 + moves["document"] % 40_000 * 10 + item % 3)
    null = pa.scalar(None, pa.string())
    prefix = words(KINDS, kind).to_pylist()
    papers = zip(prefix, org.tolist(), moves["document"].tolist(), strict=True)
    columns = {
        "crkid": np.arange(1, len(kind) + 1),
        "jgdm": words(orgs, org),
        "kfdm": words(STORES, store),
        "djh": pa.array([f"{name}{place:04d}{number:010d}" for name, place, number in papers], pa.string()),
        "hh": line_numbers(org, store, kind, moves["document"]),
        "ywlx": words(KINDS, kind),
        "fx": words(("入", "出"), (moves["count"] < 0).astype(np.int64)),
        "ywsj": times(moves["time"]),
        "wzdm": words([f"W{number + 1:04d}" for number in range(many)], item),
        "ph": lot_texts.take(pa.array(moves["batch"])),
        "sl": decimals(np.abs(moves["count"]) // moves["factor"] * 10_000, spec.field("sl").type),
        "dw": words(units, item + many * shape),
        "zhb": decimals(moves["factor"] * 1_000_000, spec.field("zhb").type),
        "dj": decimals(price, spec.field("dj").type),
        "ghs": words(supplier, item),
        "cj": words(catalogue.texts("maker"), item),
        "fph": pa.compute.if_else(pa.array(supplied), invoice, null),
        "zsm": constant(None, len(kind)),
        "dfbm": words(OTHER_SIDES, _other_side(kind, store)),
        "jsid": whole(moves["setl"] + 1, moves["setl"] < 0),
        "fyid": whole(moves["line"] + 1, ~sold),
        "scrq": dates(made[moves["batch"]]),
        "yxq": dates(made[moves["batch"]] + SHELF_LIFE),
    }
    return in_order("yk_crk", columns)


def balance_table(orgs: list[str], lot_texts: pa.Array, lots: Frame, held: Frame) -> pa.Table:
    """yk_jc."""
    org, item = np.divmod(lots["shelf"][held["batch"]], len(catalogue.items()))
    columns = {
        "jcid": np.arange(1, len(org) + 1),
        "jgdm": words(orgs, org),
        "kfdm": words(STORES, held["store"]),
        "wzdm": words([f"W{number + 1:04d}" for number in range(len(catalogue.items()))], item),
        "ph": lot_texts.take(pa.array(held["batch"])),
        "jcrq": dates(held["day"]),
        "jcsl": decimals(held["count"] * 10_000, pa.decimal128(16, 4)),
        "dj": decimals(catalogue.column("min_price")[item], pa.decimal128(16, 6)),
        "ghs": words(catalogue.texts("supplier"), item),
    }
    return in_order("yk_jc", columns)


def operation_table(settings: CentreSettings, orgs: list[str], layout: House, stays: Frame, updated: Ints) -> pa.Table:
    """ss_jlb: the main operation of every stay operated on, and a second one for some."""
    draw = settings.draw("operations")
    paid = np.flatnonzero(stays["status"] == PAID)
    names = [pair for first, second, _ in OPERATIONS.values() for pair in (first, second)]
    stay_parts, which_parts = [], []
    for number, group in enumerate(OPERATIONS):
        main = operated(stays, paid, group)
        second = main[draw.chance(len(main), 350)]
        stay_parts += [main, second]
        which_parts += [np.full(len(main), 2 * number), np.full(len(second), 2 * number + 1)]
    stay, which = np.concatenate(stay_parts), np.concatenate(which_parts).astype(np.int64)
    order = np.lexsort((which, stay))
    stay, which = stay[order], which[order]
    who, size = take(stays, stay), len(stay)
    begin = _operation_begin(who, which)
    texts = staff_codes(layout)
    surgery = np.full(size, layout.position("外科"))
    operator = doctors_of(layout, np.where(which // 2 == 2, who["department"], surgery), who["doctor"])
    helper = doctors_of(layout, surgery, who["doctor"] + 1)
    columns = {
        "ssid": np.arange(1, size + 1),
        "jgdm": words(orgs, who["org"]),
        "zyid": stay + 1,
        "ssxh": which % 2 + 1,
        "zcbz": words(("主", "次"), which % 2),
        "ssbm": words([code for code, _ in names], which),
        "ssmc": words([name for _, name in names], which),
        "mzfs": words(ANAESTHESIA, np.where(which // 2 == 0, 1, 0)),
        "mzkssj": times(begin - 900),
        "mzjssj": times(begin + 4500),
        "sskssj": times(begin),
        "ssjssj": times(begin + 3600),
        "zdys": words(texts, operator),
        "zsys": words(texts, np.where(operator == helper, -1, helper)),
        "mzys": words(texts, doctors_of(layout, surgery, who["doctor"] + 2)),
        "gxsj": times(updated[stay]),
    }
    return in_order("ss_jlb", columns)


def _operation_begin(who: Frame, which: Ints) -> Ints:
    """The morning after admission; a second operation follows the first."""
    base = (who["begin"] // DAY + 1) * DAY + 9 * 3600 + who["bed"] * 300
    return base + (which % 2) * 4200
