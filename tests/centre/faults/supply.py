"""Stock and bills that do not fit: packs that make no chain, goods billed that were never there or never left."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from tests.centre.faults.money import broken
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import add, billed, find, give, named, values

ONE = Decimal(1)
BOUGHT = ("CG", "CT")


def _new_item(tables: Tables, code: str, pack: str, store: int, outpatient: int) -> set[str]:
    """An item that is not billed and that nobody has moved: a pack of the store, a 盒, single pieces."""
    like = int(find(tables["yk_ypml"], kdssf="否")[0])
    units = {"ykdw": pack, "mzdw": "盒", "zydw": "个", "zxdw": "个"}
    return add(
        tables, "yk_ypml", like, wzdm=code, ykbl=Decimal(store), mzbl=Decimal(outpatient), zybl=ONE, **units
    )  # fmt: skip


@fault(
    "目录中的包装不成链：药库的一箱比门诊的一盒小；一箱拆不成整盒；两种“盒”不一样大；同一收费编码下最小单位不同",
    "S04e", "S04f", "S04g", "S04h",
)  # fmt: skip
def packs_that_make_no_chain(tables: Tables) -> Broken:
    first = find(tables["yk_ypml"], kdssf="是")[:1]
    other = {"zxdw": "份", "zydw": "份", "mzdw": "份", "mzbl": ONE, "zybl": ONE}
    added = add(tables, "yk_ypml", int(first[0]), wzdm="W9104", **other)
    return {
        "S04e": _new_item(tables, "W9101", "箱", 10, 20),
        "S04f": _new_item(tables, "W9102", "箱", 24, 10),
        "S04g": _new_item(tables, "W9103", "盒", 20, 10),
        "S04h": added | named(tables["yk_ypml"], "yk_ypml", first),
    }


@fault("明细的计价单位不在物资目录中", "S04i")
def billed_in_an_unknown_unit(tables: Tables) -> Broken:
    rows = _stocked_lines(tables)[:1]
    give(tables, "mz_fymx", rows, dw="大件")
    return broken(tables, "mz_fymx", rows, "S04i")


@fault("收费数量多录了一万倍，单价相应改小", "S06", "S07")
def billed_beyond_stock(tables: Tables) -> Broken:
    line = _last_of_its_item(tables)
    [count], [price], [code] = (values(tables, "mz_fymx", name, line) for name in ("sl", "dj", "xmdm"))
    give(tables, "mz_fymx", line, sl=count * 10_000, dj=price / 10_000)
    goods = find(tables["yk_ypml"], xmdm=code)
    [item] = values(tables, "yk_ypml", "wzdm", goods)
    supplied = np.concatenate([find(tables["yk_crk"], wzdm=item, ywlx=kind) for kind in BOUGHT])
    held = find(tables["yk_jc"], wzdm=item, jcrq=pc.min(tables["yk_jc"]["jcrq"]).as_py())
    held = held[[count != 0 for count in values(tables, "yk_jc", "jcsl", held)]]
    sides = {"mz_fymx": line, "yk_ypml": goods, "yk_crk": supplied, "yk_jc": held}
    rows = set().union(*(named(tables[name], name, places) for name, places in sides.items()))
    return {"S06": rows, **broken(tables, "yk_ypml", goods, "S07")}


@fault("发药记成了科室领用", "S07")
def sales_booked_as_use(tables: Tables) -> Broken:
    line = _stocked_lines(tables)[:1]
    goods = find(tables["yk_ypml"], xmdm=values(tables, "mz_fymx", "xmdm", line)[0])
    [item] = values(tables, "yk_ypml", "wzdm", goods)
    for kind in ("MF", "MT", "ZF", "ZT"):
        give(tables, "yk_crk", find(tables["yk_crk"], wzdm=item, ywlx=kind), ywlx="LY")
    return broken(tables, "yk_ypml", goods, "S07")


@fault("药房领药时又记了一笔采购", "S08")
def bought_again_by_the_pharmacy(tables: Tables) -> Broken:
    into = find(tables["yk_crk"], ywlx="DB", fx="入")[:1]
    [item], [lot] = (values(tables, "yk_crk", name, into) for name in ("wzdm", "ph"))
    both = find(tables["yk_crk"], wzdm=item, ph=lot, ywlx="DB", djh=values(tables, "yk_crk", "djh", into)[0])
    sent = both[[way == "出" for way in values(tables, "yk_crk", "fx", both)]]
    give(tables, "yk_crk", into, ywlx="CG", dfbm="供货商", fph="90000001")
    give(tables, "yk_crk", sent, ywlx="LY", dfbm="药房")
    return broken(tables, "yk_crk", into, "S08")


@fault("目录标为不可单独收费的物资照样收费", "S09")
def billed_though_not_billable(tables: Tables) -> Broken:
    line = _stocked_lines(tables)[:1]
    [code] = values(tables, "mz_fymx", "xmdm", line)
    give(tables, "yk_ypml", find(tables["yk_ypml"], xmdm=code), kdssf="否")
    rows: set[str] = set()
    for name in ("mz_fymx", "zy_fymx"):
        lines = find(tables[name], xmdm=code, jszt="1")
        bought = [count > 0 for count in values(tables, name, "sl", lines)]
        rows |= named(tables[name], name, lines[bought])
    return {"S09": rows}


def _stocked_lines(tables: Tables) -> np.ndarray:
    """Outpatient lines that stand, of goods that the store keeps."""
    kept = tables["yk_ypml"]["xmdm"].drop_null().combine_chunks()
    hit = pc.is_in(tables["mz_fymx"]["xmdm"], value_set=kept).to_numpy(zero_copy_only=False)
    return np.intersect1d(billed(tables), np.flatnonzero(hit))


def _last_of_its_item(tables: Tables) -> np.ndarray:
    """A line of a bought item, its price in whole fen, after which nothing of the item is billed, to anybody."""
    bought = set(values(tables, "yk_crk", "wzdm", find(tables["yk_crk"], ywlx="CG")))
    codes = zip(tables["yk_ypml"]["wzdm"].to_pylist(), tables["yk_ypml"]["xmdm"].to_pylist(), strict=True)
    supplied = {code for item, code in codes if item in bought}
    last: dict[str, datetime] = {}
    for name in ("mz_fymx", "zy_fymx"):
        for code, used in zip(tables[name]["xmdm"].to_pylist(), tables[name]["zxsj"].to_pylist(), strict=True):
            last[code] = max(used, last.get(code, used))
    rows = _stocked_lines(tables)
    columns = (values(tables, "mz_fymx", name, rows) for name in ("xmdm", "zxsj", "dj"))
    fits = [
        code in supplied and used == last[code] and price == round(price, 2)
        for code, used, price in zip(*columns, strict=True)
    ]
    return rows[fits][:1]
