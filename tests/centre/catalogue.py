"""What the centre sells and stocks: drugs, consumables and services, from the CSV files in `facts/`.

National codes have the right shape and are made up. Herbs (饮片) are billed but not stock items.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
import pyarrow as pa

from tests.centre.ddl import FACTS, tables
from tests.centre.frame import Bools, Ints, constant, dates, decimals, half_up, numbered, words

KINDS = ("西药", "中成药", "饮片", "民族药", "诊疗", "材料")
KIND_CODES = ("1", "2", "3", "4", "5", "6")
HERB, SERVICE, CONSUMABLE = 2, 4, 5
LEVELS = ("A", "B", "C", "Z")
OWN_LEVEL, SELF_PAY_LEVEL = 2, 3
DRUG_CHARGES = {"西药": "XYF", "中成药": "ZCYF", "饮片": "ZYYPF", "民族药": "MZYF", "材料": "CLF"}
BORROWED = {"appendix": ("gi", "ipt"), "excise": ("injury",), "delivery": ("gyn",)}
OWN_PLACE = -1


def facts(name: str) -> list[dict[str, str]]:
    """The rows of one CSV file of `facts/`."""
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Item:
    """One thing with a price; prices and caps in 10^-6 yuan, share in 10^-4."""

    code: str
    name: str
    kind: int
    charge: str
    national: str | None
    spec: str | None
    form: str | None
    maker: str | None
    supplier: str | None
    unit: str
    min_unit: str
    pack: str
    pack_size: int
    factor: int
    price: int
    min_price: int
    cap: int
    level: int
    share: int
    registration: str | None
    billable: bool
    groups: tuple[str, ...]


def _micro(text: str) -> int:
    return int(Decimal(text or "0").scaleb(6))


def _goods(row: dict[str, str], kind: str) -> Item:
    size, price = int(row["pack_size"]), _micro(row["pack_price"])
    factor = size if row.get("sold_as") == "pack" else 1
    return Item(
        code=row["item"],
        name=row["name"],
        kind=KINDS.index(kind),
        charge=DRUG_CHARGES[kind],
        national=row["national"] or None,
        spec=row["spec"],
        form=row.get("form"),
        maker=row["maker"],
        supplier=row["supplier"],
        unit=row["pack"] if factor > 1 else row["min_unit"],
        min_unit=row["min_unit"],
        pack=row["pack"],
        pack_size=size,
        factor=factor,
        price=(price * factor + size // 2) // size,
        min_price=(price + size // 2) // size,
        cap=_micro(row.get("cap", "")),
        level=LEVELS.index(row["level"]),
        share=int(Decimal(row["share"]).scaleb(4)),
        registration=row.get("registration"),
        billable=row.get("nocharge") != "1",
        groups=tuple(row["groups"].split()),
    )


def _service(row: dict[str, str]) -> Item:
    price = _micro(row["price"])
    return Item(
        code=row["item"],
        name=row["name"],
        kind=SERVICE,
        charge=row["charge"],
        national=row["national"] or None,
        spec=None,
        form=None,
        maker=None,
        supplier=None,
        unit=row["unit"],
        min_unit=row["unit"],
        pack=row["unit"],
        pack_size=1,
        factor=1,
        price=price,
        min_price=price,
        cap=0,
        level=LEVELS.index(row["level"]),
        share=int(Decimal(row["share"]).scaleb(4)),
        registration=None,
        billable=True,
        groups=tuple(row["groups"].split()),
    )


@cache
def items() -> tuple[Item, ...]:
    """Everything with an item code: drugs, then consumables, then services."""
    drugs = [_goods(row, row["kind"]) for row in facts("drugs")]
    goods = [_goods(row, "材料") for row in facts("consumables")]
    return (*drugs, *goods, *(_service(row) for row in facts("services")))


def column(name: str) -> Ints:
    """One whole-number attribute of all items as an array."""
    return np.array([getattr(item, name) for item in items()], dtype=np.int64)


def texts(name: str) -> list[str | None]:
    """One text attribute of all items."""
    return [getattr(item, name) for item in items()]


@cache
def injected() -> Bools:
    """Which items are drugs for injection or infusion."""
    return np.array(["注射" in (item.form or "") for item in items()])


def in_group(group: str) -> Ints:
    """The positions of the items of a group."""
    return np.array([i for i, item in enumerate(items()) if group in item.groups], dtype=np.int64)


def stocked() -> Bools:
    """Which items are stock items: drugs other than herbs, and consumables."""
    kind = column("kind")
    return np.asarray((kind != HERB) & (kind != SERVICE))


def weights(groups: list[str], services: bool) -> Ints:
    """Group × item weights for goods or for services; a group without its own borrows."""
    table = np.zeros((len(groups), len(items())), dtype=np.int64)
    for row, group in enumerate(groups):
        for position, item in enumerate(items()):
            wanted = {group, *BORROWED.get(group, ())}
            if item.billable and (item.kind == SERVICE) == services and wanted & set(item.groups):
                table[row, position] = 1 + 2 * (item.level == 0)
    return table


def places(departments: list[str]) -> Ints:
    """The department that carries each item out; OWN_PLACE is the department that ordered it."""

    def place(item: Item) -> str | None:
        if item.kind == CONSUMABLE or "静脉输液" in item.name or ("注射" in item.name and item.kind == SERVICE):
            return "注射治疗室"
        if item.kind != SERVICE:
            return "药房"
        if item.charge == "JCF":
            return "放射科" if "DR" in item.name else "超声心电图室"
        return "检验科" if item.charge == "HYF" else None

    found = [place(item) for item in items()]
    return np.array([departments.index(name) if name else OWN_PLACE for name in found], dtype=np.int64)


def item_table(orgs: list[str]) -> pa.Table:
    """sf_xmb: the price list of every institution."""
    billable = np.flatnonzero([item.billable for item in items()])
    org, item = np.repeat(np.arange(len(orgs)), len(billable)), np.tile(billable, len(orgs))
    spec = tables()["sf_xmb"].arrow
    columns = {
        "jgdm": words(orgs, org),
        "xmdm": words(texts("code"), item),
        "xmmc": words(texts("name"), item),
        "xmlx": words(KIND_CODES, column("kind")[item]),
        "fylb": words(texts("charge"), item),
        "xmdj": words(LEVELS, column("level")[item]),
        "zfbl": decimals(column("share")[item], spec.field("zfbl").type),
        "gg": words(texts("spec"), item),
        "jxmc": words(texts("form"), item),
        "dw": words(texts("unit"), item),
        "dj": decimals(column("price")[item], spec.field("dj").type),
        "tybz": constant("0", len(item)),
    }
    return pa.table(columns, schema=spec)


def mapping_table(orgs: list[str], first_day: int) -> pa.Table:
    """yb_dzb: national codes, valid since long before the window."""
    mapped = np.flatnonzero([item.national is not None for item in items()])
    org, item = np.repeat(np.arange(len(orgs)), len(mapped)), np.tile(mapped, len(orgs))
    since = np.full(len(item), first_day - 900, dtype=np.int64)
    columns = {
        "dzid": np.arange(1, len(item) + 1),
        "jgdm": words(orgs, org),
        "xmdm": words(texts("code"), item),
        "gjbm": words(texts("national"), item),
        "gjmc": words(texts("name"), item),
        "ksrq": dates(since),
        "jsrq": dates(since, np.ones(len(item), dtype=np.bool_)),
    }
    return pa.table(columns, schema=tables()["yb_dzb"].arrow)


def stock_item_table(orgs: list[str]) -> pa.Table:
    """yk_ypml: the stock items with their three units."""
    goods = np.flatnonzero(stocked())
    org, item = np.repeat(np.arange(len(orgs)), len(goods)), np.tile(goods, len(orgs))
    spec, kind, size = tables()["yk_ypml"].arrow, column("kind")[item], len(item)
    device = kind == CONSUMABLE
    billable, yes_no = column("billable")[item], ("否", "是")
    unmapped = np.array([entry.national is None for entry in items()], dtype=np.int64)[item]

    def factor(values: Ints) -> pa.Array:
        return decimals(values * 1_000_000, pa.decimal128(16, 6))

    columns = {
        "jgdm": words(orgs, org),
        "wzdm": numbered("W{:04d}", item + 1),
        "wzmc": words(texts("name"), item),
        "xmdm": words(texts("code"), np.where(billable == 1, item, -1)),
        "xmlx": words(KIND_CODES, kind),
        "zfbz": words(yes_no, unmapped),
        "kdssf": words(yes_no, billable),
        "gg": words(texts("spec"), item),
        "cj": words(texts("maker"), item),
        "ghs": words(texts("supplier"), item),
        "zxdw": words(texts("min_unit"), item),
        "ykdw": words(texts("pack"), item),
        "ykbl": factor(column("pack_size")[item]),
        "mzdw": words(texts("unit"), item),
        "mzbl": factor(column("factor")[item]),
        "zydw": words(texts("min_unit"), item),
        "zybl": factor(np.ones(size, dtype=np.int64)),
        "zczh": words(texts("registration"), item),
        "udi": constant(None, size),
        "hcfl": words(("02",), np.where(device, 0, -1)),
        "gzbz": words(("否",), np.where(device, 0, -1)),
        "gzfl": words(("02",), np.where(device, 0, -1)),
    }
    return pa.table(columns, schema=spec)


def amount(price: Ints, quantity: Ints) -> Ints:
    """Fen from price (10^-6 yuan) × quantity (10^-4), rounded half up; both not negative."""
    return half_up(price * quantity, 100_000_000)
