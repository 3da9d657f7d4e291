"""Frames as the tables of the hospital system: settlements, fee lines, registrations, diagnoses."""

import numpy as np
import pyarrow as pa

from tests.centre import catalogue
from tests.centre.ddl import tables
from tests.centre.fees import RX_CLASSES
from tests.centre.frame import DAY, Frame, Ints, constant, dates, decimals, numbered, take, times, whole, words
from tests.centre.inpatient import ADMITTING, LEAVING, LONG, ONCE, ORDER_TYPES
from tests.centre.organisation import House, staff_codes
from tests.centre.people import CLASSES, HOME_DIVISIONS, social_numbers
from tests.centre.visits import CARES, INJURY_WARD, PAID, diseases

SCHEMES = ("", "居民", "职工")
PLACES = ("本地", "省内异地", "省外异地")
CERTIFICATES = ("E", "S", "K")
MONEY_COLUMNS = {
    "zje": "amount",
    "qzfje": "own",
    "cxjje": "over",
    "xxzfje": "preself",
    "fhfwje": "inscope",
    "qfx": "deductible",
    "tczf": "pooled",
    "gwybz": "civil_aid",
    "qybc": "company",
    "dbzf": "serious",
    "dezf": "large",
    "yljz": "relief",
    "qtzf": "other",
    "jjhj": "fund",
    "yyfd": "hospital",
    "grfd": "personal",
    "zhzf": "account",
    "gjzf": "family",
    "xjzf": "cash",
    "grzfu": "self_paid",
    "grzfei": "own_paid",
}


def in_order(name: str, columns: dict[str, pa.Array | Ints]) -> pa.Table:
    """The columns as the table `name`, in the order and the types of the schema."""
    spec = tables()[name].arrow
    return pa.table([columns[field.name] for field in spec], schema=spec)


def _named(texts: tuple[str, ...], values: Ints) -> pa.Array:
    return words(texts, np.where(values > 0, values, -1))


def settlement_table(name: str, orgs: list[str], people: Frame, episodes: Frame, paid: Frame) -> pa.Table:
    """mz_jsb or zy_jsb."""
    who = take(episodes, paid["episode"])
    size, insured = len(who["org"]), who["scheme"] > 0
    amount = pa.decimal128(16, 2)
    person = who["person"]
    null = pa.scalar(None, pa.string())
    columns: dict[str, pa.Array | Ints] = {
        "jsid": np.arange(1, size + 1),
        "jgdm": words(orgs, who["org"]),
        "ghxh" if name == "mz_jsb" else "zyid": paid["episode"] + 1,
        "brid": person + 1,
        "jssj": times(paid["time"]),
        "jslb": words(("Z", "Y"), insured.astype(np.int64)),
        "xz": _named(SCHEMES, who["scheme"]),
        "rylb": words(CLASSES, np.where(insured, people["class"][person], -1)),
        "cbdqh": words(HOME_DIVISIONS, who["home"]),
        "jsdd": words(PLACES, who["place"]),
        "yllb": words(CARES, who["care"]),
        "pzlx": words(CERTIFICATES, who["certificate"]),
        "pzhm": pa.compute.if_else(pa.array(insured), social_numbers(person + 1), null),
        "jszt": words([str(digit) for digit in range(10)], paid["status"]),
        "tfbz": words(("0", "1"), paid["refund"]),
        "yjsid": whole(paid["origin"] + 1, paid["origin"] < 0),
        "czyid": numbered("{}", who["cashier"] + 1031),
    }
    columns |= {column: decimals(paid[part], amount) for column, part in MONEY_COLUMNS.items()}
    return in_order(name, columns)


def fee_table(name: str, orgs: list[str], layout: House, episodes: Frame, paid: Frame, lines: Frame) -> pa.Table:
    """mz_fymx or zy_fymx; lines without a settlement (setl -1) have neither number nor time of one."""
    spec, item, stay = tables()[name].arrow, lines["item"], name == "zy_fymx"
    who = take(episodes, lines["episode"])
    open_ = lines["setl"] < 0
    coded = np.where(lines["coded"] == 1, item, -1)
    small = lines["unit"] == 1
    units = [*catalogue.texts("unit"), *catalogue.texts("min_unit")]
    columns: dict[str, pa.Array | Ints] = {
        "fyid": np.arange(1, len(item) + 1),
        "jgdm": words(orgs, who["org"]),
        "jsid": whole(lines["setl"] + 1, open_),
        "zyid" if stay else "ghxh": lines["episode"] + 1,
        "yzid" if stay else "cfid": lines["sheet"] + 1,
        "sfsj": times(np.where(open_, 0, paid["time"][lines["setl"]]), open_),
        "kdsj": times(lines["ordered"]),
        "zxsj": times(lines["done"]),
        "kdks": words(layout.codes, who["department"]),
        "kdys": words(staff_codes(layout), who["doctor"]),
        "zxks": words(layout.codes, lines["place"]),
        "fylb": words(catalogue.texts("charge"), item),
        "xmdj": words(catalogue.LEVELS, lines["level"]),
        "xmlx": words(catalogue.KIND_CODES, catalogue.column("kind")[item]),
        "xmdm": words(catalogue.texts("code"), item),
        "xmmc": words(catalogue.texts("name"), item),
        "gjbm": words(catalogue.texts("national"), coded),
        "gjmc": words(catalogue.texts("name"), coded),
        "gg": words(catalogue.texts("spec"), item),
        "jxmc": words(catalogue.texts("form"), item),
        "dw": words(units, item + len(catalogue.items()) * small),
        "dj": decimals(lines["price"], spec.field("dj").type),
        "sl": decimals(lines["quantity"], spec.field("sl").type),
        "je": decimals(lines["amount"], spec.field("je").type),
        "cxjje": decimals(lines["over"], spec.field("je").type),
        "xxzfje": decimals(lines["preself"], spec.field("je").type),
        "qzfje": decimals(lines["own"], spec.field("je").type),
        "fhfwje": decimals(lines["inscope"], spec.field("je").type),
        "zfbl": decimals(lines["share"], spec.field("zfbl").type),
        "jszt": words([str(digit) for digit in range(10)], np.where(open_, 0, who["status"])),
        "yfyid": whole(lines["origin"] + 1, lines["origin"] < 0),
    }
    if stay:
        columns["cydybz"] = words(("否", "是"), lines["carried"])
    return in_order(name, columns)


def last_update(episodes: Frame, paid: Frame) -> Ints:
    """When each episode was last touched: its end or its latest settlement."""
    updated = episodes["end"].copy()
    np.maximum.at(updated, paid["episode"], paid["time"])
    return updated


def visit_table(orgs: list[str], layout: House, visits: Frame, updated: Ints) -> pa.Table:
    """mz_ghb."""
    number = np.arange(1, len(visits["org"]) + 1)
    kinds = ("普通", "急诊")
    columns = {
        "ghxh": number,
        "jgdm": words(orgs, visits["org"]),
        "brid": visits["person"] + 1,
        "mzh": numbered("M{:09d}", number),
        "ghsj": times(visits["begin"]),
        "jzwcsj": times(visits["end"]),
        "ksdm": words(layout.codes, visits["department"]),
        "ysdm": words(staff_codes(layout), visits["doctor"]),
        "ghlb": words(kinds, (visits["care"] == 1).astype(np.int64)),
        "gxsj": times(updated),
        "ghf": decimals(np.zeros_like(number), pa.decimal128(16, 2)),
        "zcf": decimals(np.zeros_like(number), pa.decimal128(16, 2)),
        "thbz": constant("否", len(number)),
        "thsj": times(visits["begin"], np.ones(len(number), dtype=np.bool_)),
    }
    return in_order("mz_ghb", columns)


def prescription_table(orgs: list[str], layout: House, visits: Frame, sheets: Frame, updated: Ints) -> pa.Table:
    """mz_cfb."""
    who = take(visits, sheets["episode"])
    columns = {
        "cfid": np.arange(1, len(who["org"]) + 1),
        "jgdm": words(orgs, who["org"]),
        "ghxh": sheets["episode"] + 1,
        "cflb": words(RX_CLASSES, sheets["class"]),
        "kfsj": times(sheets["time"]),
        "ksdm": words(layout.codes, who["department"]),
        "ysdm": words(staff_codes(layout), who["doctor"]),
        "cfzt": words([str(digit) for digit in range(10)], who["status"]),
        "gxsj": times(updated[sheets["episode"]]),
    }
    return in_order("mz_cfb", columns)


def stay_table(orgs: list[str], layout: House, stays: Frame, updated: Ints) -> pa.Table:
    """zy_djb; who still lies in has neither a discharge nor a way of leaving."""
    lying = stays["status"] != PAID
    number = np.arange(1, len(lying) + 1)
    none = np.ones(len(lying), dtype=np.bool_)
    zero = np.zeros(len(lying), dtype=np.int64)
    columns = {
        "zyid": number,
        "jgdm": words(orgs, stays["org"]),
        "brid": stays["person"] + 1,
        "zyh": numbered("ZY{:08d}", number),
        "bah": numbered("BA{:08d}", number),
        "rysj": times(stays["begin"]),
        "cysj": times(stays["end"], lying),
        "ryks": words(layout.codes, stays["department"]),
        "zkks": words(layout.codes, stays["transfer"]),
        "cyks": words(layout.codes, np.where(lying, -1, stays["left"])),
        "zzys": words(staff_codes(layout), stays["doctor"]),
        "cwh": numbered("{:02d}", stays["bed"]),
        "xserylx": constant(None, len(lying)),
        "xsecstz": decimals(zero, pa.decimal128(16, 4), none),
        "xserytz": decimals(zero, pa.decimal128(16, 4), none),
        "cyfs": words(LEAVING, np.where(lying, -1, stays["leaving"])),
        "zyzt": words(("1", "0"), lying.astype(np.int64)),
        "rytj": words(("门诊", "急诊"), (stays["care"] == INJURY_WARD).astype(np.int64)),
        "ryzdms": words([row["name"] for row in diseases()], stays["disease"]),
        "swrq": dates(stays["end"] // DAY, lying | (stays["leaving"] != LEAVING.index("死亡"))),
        "tjhl": whole(zero, lying),
        "yjhl": whole((stays["nights"] >= 3).astype(np.int64), lying),
        "ejhl": whole(np.maximum(stays["nights"], 1) - (stays["nights"] >= 3), lying),
        "sjhl": whole(zero, lying),
        "zzyjh": constant("否", len(lying)),
        "gxsj": times(np.where(lying, stays["ordered"], updated)),
    }
    return in_order("zy_djb", columns)


def order_table(orgs: list[str], layout: House, stays: Frame, orders: Frame, updated: Ints) -> pa.Table:
    """zy_yzb; `updated` is when each stay was last touched."""
    who, kind, item = take(stays, orders["episode"]), orders["kind"], orders["item"]
    drug = catalogue.column("kind")[item] < catalogue.SERVICE
    nurses = np.flatnonzero(layout.post == 1)
    units = [*catalogue.texts("unit"), *catalogue.texts("min_unit")]
    bundled = np.isin(item, np.flatnonzero([code in ADMITTING for code in catalogue.texts("code")]))
    ended = (kind == LONG) & (who["status"] == PAID)
    columns = {
        "yzid": np.arange(1, len(kind) + 1),
        "jgdm": words(orgs, who["org"]),
        "zyid": orders["episode"] + 1,
        "yzlx": words(ORDER_TYPES, kind),
        "xmdm": words(catalogue.texts("code"), orders["item"]),
        "kzsj": times(who["ordered"]),
        "tzsj": times(who["end"], (kind != LONG) | (who["status"] != PAID)),
        "ksdm": words(layout.codes, who["department"]),
        "ysdm": words(staff_codes(layout), who["doctor"]),
        "yzzh": numbered("{}", orders["episode"] + 1),
        "tcdm": words(("T02",), np.where(bundled & (kind == ONCE), 0, -1)),
        "yznr": words(catalogue.texts("name"), item),
        "yf": words(("口服", "静脉滴注"), np.where(drug, catalogue.injected()[item], -1)),
        "dcjl": words(("1", "2"), np.where(drug, item % 2, -1)),
        "jldw": words(catalogue.texts("min_unit"), np.where(drug, item, -1)),
        "pc": words(("每日一次", "一次", "一次"), kind),
        "sl": decimals(orders["quantity"], pa.decimal128(16, 4)),
        "dw": words(units, item + len(catalogue.items()) * (orders["unit"] == 1)),
        "tzys": words(staff_codes(layout), np.where(ended, who["doctor"], -1)),
        "hdhs": words(staff_codes(layout), nurses[orders["episode"] % len(nurses)]),
        "psjg": constant(None, len(kind)),
        "yzzt": constant("1", len(kind)),
        "gxsj": times(np.maximum(updated[orders["episode"]], who["ordered"])),
    }
    return in_order("zy_yzb", columns)


def diagnosis_table(orgs: list[str], parts: list[tuple[Frame, Frame, str, str, Ints]]) -> pa.Table:
    """zd_jlb.

    Args:
        orgs: institution codes.
        parts: (episodes, further diagnoses, visit kind 门/住, diagnosis class 1/2/3, last update).
    """
    chinese = np.array([row["group"] == "tcm" for row in diseases()], dtype=np.int64)
    codes, names = ([row[column] for row in diseases()] for column in ("code", "name"))
    made, start = [], 1
    for episodes, further, visit_kind, klass, updated in parts:
        size = len(episodes["org"])
        episode = np.concatenate([np.arange(size, dtype=np.int64), further["episode"]])
        disease = np.concatenate([episodes["disease"], further["disease"]])
        main = np.concatenate([np.ones(size, dtype=np.int64), np.zeros_like(further["episode"])])
        if klass == "3":
            kept = episodes["status"][episode] == PAID
            episode, disease, main = episode[kept], disease[kept], main[kept]
        order = np.lexsort((1 - main, episode))
        episode, disease, main = episode[order], disease[order], main[order]
        heads = np.flatnonzero(main)
        rank = np.arange(len(main)) - np.repeat(heads, np.diff(heads, append=len(main)))
        who = take(episodes, episode)
        moment = who["end"] - 1800 if klass == "3" else who["ordered"]
        made.append(
            in_order(
                "zd_jlb",
                {
                    "zdid": np.arange(start, start + len(main)),
                    "jgdm": words(orgs, who["org"]),
                    "jzlx": constant(visit_kind, len(main)),
                    "jzid": episode + 1,
                    "zdlb": constant(klass, len(main)),
                    "zdxh": rank + 1,
                    "zcbz": words(("次", "主"), main),
                    "zxy": words(("西", "中"), chinese[disease]),
                    "icd": words(codes, disease),
                    "zdmc": words(names, disease),
                    "zdsj": times(moment),
                    "gxsj": times(updated[episode]),
                },
            )
        )
        start += len(main)
    return pa.concat_tables(made).combine_chunks()
