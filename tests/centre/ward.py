"""What is done on paper and at the bedside: prescription lines, order executions, bundles, devices, stocktakes."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from tests.centre import catalogue
from tests.centre.catalogue import facts
from tests.centre.ddl import tables
from tests.centre.frame import Frame, Ints, constant, dates, decimals, numbered, take, times, words
from tests.centre.organisation import House, staff_codes
from tests.centre.records import in_order
from tests.centre.settings import CentreSettings
from tests.centre.stock import COUNT, PHARMACY
from tests.centre.store_records import STORES, line_numbers
from tests.centre.visits import PAID

NURSE, PHARMACIST = 1, 2
WAYS = ("口服", "静脉滴注")
OFTEN = ("每日一次", "每日两次", "每日三次", "每晚一次")
DOSES = ("1", "2", "0.5", "10")
REASONS = ("自然损耗", "拆零误差", "盘点补登", "账实相符")


def prescription_lines(
    settings: CentreSettings, orgs: list[str], layout: House, visits: Frame, lines: Frame, updated: Ints
) -> pa.Table:
    """mz_cfmx: the drugs on every prescription, as they were prescribed; refunds change nothing here."""
    draw = settings.draw("prescription lines")
    drug = catalogue.column("kind")[lines["item"]] <= 3
    kept = take(lines, drug & (lines["origin"] < 0) & (lines["source"] < 0))
    kept = take(kept, np.lexsort((kept["item"], kept["sheet"])))
    size, item = len(kept["item"]), kept["item"]
    who = take(visits, kept["episode"])
    paid = who["status"] == PAID
    herbal = catalogue.column("kind")[item] == catalogue.HERB
    pharmacists = np.flatnonzero(layout.post == PHARMACIST)
    staff, spec = staff_codes(layout), tables()["mz_cfmx"].arrow
    units = [*catalogue.texts("unit"), *catalogue.texts("min_unit")]
    days = draw.between(1, 7, size) * 10_000
    columns: dict[str, pa.Array | Ints] = {
        "cfid": kept["sheet"] + 1,
        "hh": line_numbers(kept["sheet"]),
        "jgdm": words(orgs, who["org"]),
        "zh": constant("1", size),
        "xmdm": words(catalogue.texts("code"), item),
        "xmmc": words(catalogue.texts("name"), item),
        "gg": words(catalogue.texts("spec"), item),
        "yf": words(WAYS, catalogue.injected()[item].astype(np.int64)),
        "dcjl": words(DOSES, item % len(DOSES)),
        "jldw": words(catalogue.texts("min_unit"), item),
        "pc": words(OFTEN, draw.between(0, 3, size)),
        "ts": decimals(days, spec.field("ts").type),
        "sl": decimals(kept["quantity"], spec.field("sl").type),
        "dw": words(units, item + len(catalogue.items()) * (kept["unit"] == 1)),
        "dj": decimals(kept["price"], spec.field("dj").type),
        "je": decimals(kept["amount"], spec.field("je").type),
        "zyfs": words(("水煎服",), np.where(herbal, 0, -1)),
        "js": decimals(days, spec.field("js").type, ~herbal),
        "wgbz": constant("否", size),
        "sfys": words(staff, np.where(paid, pharmacists[item % len(pharmacists)], -1)),
        "tpys": words(staff, np.where(paid, pharmacists[(item + 1) % len(pharmacists)], -1)),
        "fysj": times(kept["done"], ~paid),
        "zt": words(("1", "9"), (who["status"] == 9).astype(np.int64)),
        "gxsj": times(np.maximum(updated[kept["episode"]], kept["done"])),
    }
    return in_order("mz_cfmx", columns)


def executions(settings: CentreSettings, orgs: list[str], layout: House, stays: Frame, lines: Frame) -> pa.Table:
    """zy_yzzx: one row per execution of an order, whether it is billed by now or not."""
    draw = settings.draw("executions")
    kept = take(lines, (lines["origin"] < 0) & (lines["source"] < 0))
    size = len(kept["item"])
    who = take(stays, kept["episode"])
    nurses = np.flatnonzero(layout.post == NURSE)
    columns: dict[str, pa.Array | Ints] = {
        "zxid": np.arange(1, size + 1),
        "jgdm": words(orgs, who["org"]),
        "yzid": kept["sheet"] + 1,
        "zxsj": times(kept["done"]),
        "jssj": times(kept["done"] + draw.between(60, 900, size)),
        "zxks": words(layout.codes, kept["place"]),
        "zxhs": words(staff_codes(layout), nurses[kept["episode"] % len(nurses)]),
    }
    return in_order("zy_yzzx", columns)


def bundle_table(orgs: list[str]) -> pa.Table:
    """sf_tcb: the price of a bundle is the sum of what is in it."""
    prices = {item.code: Decimal(item.price).scaleb(-6) for item in catalogue.items()}
    rows = facts("bundles")
    total: dict[str, Decimal] = {}
    for row in rows:
        total[row["bundle"]] = total.get(row["bundle"], Decimal(0)) + prices[row["item"]] * int(row["quantity"])
    made = [
        {
            "jgdm": org,
            "tcdm": row["bundle"],
            "xmdm": row["item"],
            "tcmc": row["name"],
            "tcjg": total[row["bundle"]].quantize(Decimal("0.01")),
            "wjbm": row["price_code"],
            "dj": prices[row["item"]],
            "sl": Decimal(row["quantity"]).quantize(Decimal("0.0001")),
            "zxks": row["department"],
            "qyrq": date(2020, 1, 1),
            "tyrq": None,
            "sybz": "是",
        }
        for org in orgs
        for row in rows
    ]
    return pa.Table.from_pylist(made, schema=tables()["sf_tcb"].arrow)


def device_table(orgs: list[str]) -> pa.Table:
    """sb_xx."""
    made = [
        {
            "jgdm": org,
            "sbbh": row["device"],
            "sbmc": row["name"],
            "ggxh": row["model"],
            "sccj": row["maker"],
            "zczh": row["registration"],
            "gzrq": date(2018, 3, 1),
            "qyrq": date(2018, 4, 1),
            "tyrq": None,
            "bfrq": None,
            "ksdm": row["department"],
            "xmdm": row["items"].replace("|", ","),
            "pzxkz": row["licence"] or None,
            "gzje": Decimal(row["amount"]),
            "ly": row["origin"],
            "zt": "在用",
        }
        for org in orgs
        for row in facts("devices")
    ]
    return pa.Table.from_pylist(made, schema=tables()["sb_xx"].arrow)


def stocktake_table(
    settings: CentreSettings,
    orgs: list[str],
    layout: House,
    lot_texts: pa.Array,
    lots: Frame,
    held: Frame,
    moves: Frame,
) -> pa.Table:
    """yk_pd: batches of the pharmacy that were counted with a difference, and all of them on the last day."""
    counted = take(moves, moves["kind"] == COUNT)
    batches = len(lots["shelf"])
    differs = dict(
        zip(((counted["time"] // 86_400) * batches + counted["batch"]).tolist(), counted["count"].tolist(), strict=True)
    )
    place = held["day"] * batches + held["batch"]
    change = np.array([differs.get(key, 0) for key in place.tolist()], dtype=np.int64)
    kept = (held["store"] == PHARMACY) & ((change != 0) | (held["day"] == settings.last_day))
    rows = take(held | {"change": change}, kept & ((held["count"] > 0) | (change != 0)))
    org, item = np.divmod(lots["shelf"][rows["batch"]], len(catalogue.items()))
    rows = rows | {"org": org, "item": item}
    rows = take(rows, np.lexsort((rows["batch"], rows["day"], rows["org"])))
    quantity = pa.decimal128(16, 4)
    numbers = zip(rows["org"].tolist(), rows["day"].tolist(), strict=True)
    pharmacist = int(np.flatnonzero(layout.post == PHARMACIST)[0])
    columns: dict[str, pa.Array | Ints] = {
        "pddh": pa.array([f"PD{place:04d}{day:010d}" for place, day in numbers], pa.string()),
        "hh": line_numbers(rows["org"], rows["day"]),
        "jgdm": words(orgs, rows["org"]),
        "kfdm": words(STORES, rows["store"]),
        "pdrq": dates(rows["day"]),
        "wzdm": numbered("W{:04d}", rows["item"] + 1),
        "ph": lot_texts.take(pa.array(rows["batch"])),
        "zmsl": decimals((rows["count"] - rows["change"]) * 10_000, quantity),
        "spsl": decimals(rows["count"] * 10_000, quantity),
        "yksl": decimals(rows["change"] * 10_000, quantity),
        "ykyy": words(REASONS, np.where(rows["change"] < 0, 0, np.where(rows["change"] > 0, 2, 3))),
        "shr": words(staff_codes(layout), np.full(len(rows["day"]), pharmacist, dtype=np.int64)),
    }
    return in_order("yk_pd", columns)
