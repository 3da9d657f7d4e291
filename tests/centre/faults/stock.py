"""Stock that does not balance."""

from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from tests.centre.faults.money import broken
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import copies, drop, find, give, middle_balances, named, plus, values, where

ONE = Decimal(1)


@fault("期末结存比账面少 1", "S01")
def stock_imbalance(tables: Tables) -> Broken:
    last = find(tables["yk_jc"], jcrq=pc.max(tables["yk_jc"]["jcrq"]).as_py())
    rows = where(tables, "yk_jc", "jcsl", last, ONE)[:4]
    plus(tables, "yk_jc", rows, -ONE, "jcsl")
    return broken(tables, "yk_jc", rows, "S01")


@fault("卖出而从未购进：缺少采购单", "S01", "S03a", "S05", "S06")
def sold_never_bought(tables: Tables) -> Broken:
    item, rows = _bought_to_be_sold(tables)
    drop(tables, "yk_crk", rows)
    return broken(tables, "yk_ypml", find(tables["yk_ypml"], wzdm=item), "S05")


@fault("采购记成了盘盈", "S05", "S06")
def purchase_booked_as_stocktake(tables: Tables) -> Broken:
    item, rows = _bought_to_be_sold(tables)
    give(tables, "yk_crk", rows, ywlx="PD")
    return broken(tables, "yk_ypml", find(tables["yk_ypml"], wzdm=item), "S05")


def _bought_to_be_sold(tables: Tables) -> tuple[str, np.ndarray]:
    """The item that sold most beyond its opening stock, and its purchases."""
    moves = tables["yk_crk"].select(["wzdm", "ywlx", "sl", "zhb"]).to_pylist()
    eve = find(tables["yk_jc"], jcrq=pc.min(tables["yk_jc"]["jcrq"]).as_py())
    beyond = dict.fromkeys(sorted({move["wzdm"] for move in moves}), Decimal(0))
    for item, held in zip(*(values(tables, "yk_jc", column, eve) for column in ("wzdm", "jcsl")), strict=True):
        beyond[item] = beyond.get(item, Decimal(0)) - held
    for move in moves:
        sign = {"MF": 1, "ZF": 1, "MT": -1, "ZT": -1, "CT": 1}.get(move["ywlx"], 0)
        beyond[move["wzdm"]] += sign * move["sl"] * move["zhb"]
    item = max(beyond, key=lambda one: beyond[one])
    return item, find(tables["yk_crk"], wzdm=item, ywlx="CG")


@fault("调拨入库记成了盘盈", "S02")
def transfer_booked_as_stocktake(tables: Tables) -> Broken:
    rows = find(tables["yk_crk"], ywlx="DB", fx="入")[:1]
    give(tables, "yk_crk", rows, ywlx="PD")
    return {"S02": {min(named(tables["yk_crk"], "yk_crk", _same(tables, rows, "wzdm", "ph", ywlx="DB")))}}


@fault("药品先发出后入库", "S03a")
def received_after_sent(tables: Tables) -> Broken:
    rows = find(tables["yk_crk"], ywlx="CG")[:1]
    give(tables, "yk_crk", rows, ywsj=pc.max(tables["yk_crk"]["ywsj"]).as_py())
    sent = _same(tables, rows, "kfdm", "wzdm", "ph", fx="出")
    days = [moment.date() for moment in values(tables, "yk_crk", "ywsj", sent)]
    first = sent[[day == min(days) for day in days]]
    return {"S03a": {min(named(tables["yk_crk"], "yk_crk", first))}}


def _same(tables: Tables, row: np.ndarray, *columns: str, **equal: str) -> np.ndarray:
    """The movements with the values of one movement in `columns`, and others given."""
    alike = {column: values(tables, "yk_crk", column, row)[0] for column in columns}
    return find(tables["yk_crk"], **alike, **equal)


@fault("月末结存为负", "S03b")
def negative_balance(tables: Tables) -> Broken:
    rows = middle_balances(tables)[:2]
    give(tables, "yk_jc", rows, jcsl=-ONE)
    return broken(tables, "yk_jc", rows, "S03b")


@fault("住院包装转化比为零", "S04a")
def unit_factor_zero(tables: Tables) -> Broken:
    rows = np.array([0])
    give(tables, "yk_ypml", rows, zybl=Decimal(0))
    return broken(tables, "yk_ypml", rows, "S04a")


@fault("出入库的转换比为零", "S04b")
def movement_factor_zero(tables: Tables) -> Broken:
    row = copies(tables, "yk_crk", np.array([0]), hh=9001, zhb=Decimal(0))
    return broken(tables, "yk_crk", row, "S04b")


@fault("采购单的包装是目录中的两倍大", "S04c")
def pack_of_other_size(tables: Tables) -> Broken:
    rows = find(tables["yk_crk"], ywlx="CG")[:1]
    [count], [factor] = (values(tables, "yk_crk", column, rows) for column in ("sl", "zhb"))
    give(tables, "yk_crk", rows, sl=count / 2, zhb=factor * 2)
    return broken(tables, "yk_crk", rows, "S04c")


@fault("住院单位就是最小单位，转化比却是 2", "S04d")
def smallest_unit_twice(tables: Tables) -> Broken:
    rows = np.array([0])
    give(tables, "yk_ypml", rows, zybl=Decimal(2))
    return broken(tables, "yk_ypml", rows, "S04d")
