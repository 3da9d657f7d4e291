"""LIS, PACS and ECG: requests for what was billed, and the reports that came of them.

A line in force (paid for, no refund, not taken back) has a request with a report; a line that was taken back and not
settled anew has one that is void.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa

from tests.centre import catalogue
from tests.centre.catalogue import facts
from tests.centre.draw import Draw
from tests.centre.frame import DAY, Frame, Ints, constant, numbered, stack, take, times, words
from tests.centre.organisation import House, staff_codes
from tests.centre.records import in_order
from tests.centre.settings import CentreSettings
from tests.centre.visits import PAID

STATES = ("报告", "作废")
SIDES = ("门", "住")
ECG = "SB0003"
LAB, EXAM = "HYF", "JCF"


@dataclass(frozen=True)
class Side:
    """Outpatients or inpatients: episodes, lines with refunds, and when each episode was last touched."""

    episodes: Frame
    lines: Frame
    updated: Ints


@cache
def _positions(name: str) -> dict[str, int]:
    """Where the items of a facts file stand in the catalogue."""
    codes = [item.code for item in catalogue.items()]
    return {row["item"]: codes.index(row["item"]) for row in facts(name)}


def _requested(side: Side, kind: int, charge: str) -> Frame:
    """The lines of one side that a request stands behind: their row, item, times, and whether it is void."""
    lines = side.lines
    charged = np.array([item.charge == charge for item in catalogue.items()])[lines["item"]]
    first = (lines["origin"] < 0) & (lines["setl"] >= 0) & charged
    first &= side.episodes["status"][lines["episode"]] == PAID
    back = np.zeros(len(first), dtype=np.bool_)
    back[lines["origin"][lines["origin"] >= 0]] = True
    anew = np.zeros(len(first), dtype=np.bool_)
    anew[lines["source"][(lines["source"] >= 0) & (lines["origin"] < 0)]] = True
    rows = np.flatnonzero(first & ~(back & anew))
    found = take({name: lines[name] for name in ("episode", "item", "ordered", "done", "place")}, rows)
    who = take({name: side.episodes[name] for name in ("org", "department", "doctor")}, found["episode"])
    return (
        found
        | who
        | {
            "line": rows,
            "void": back[rows].astype(np.int64),
            "side": np.full(len(rows), kind, dtype=np.int64),
            "updated": side.updated[found["episode"]],
        }
    )


def _all_requested(sides: tuple[Side, Side], charge: str) -> Frame:
    return stack([_requested(side, kind, charge) for kind, side in enumerate(sides)])


def _request_columns(orgs: list[str], layout: House, asked: Frame, prefix: str) -> dict[str, pa.Array | Ints]:
    size = len(asked["org"])
    return {
        "sqdh": numbered(prefix + "{:09d}", np.arange(1, size + 1)),
        "jgdm": words(orgs, asked["org"]),
        "jzlx": words(SIDES, asked["side"]),
        "jzid": asked["episode"] + 1,
        "fyid": asked["line"] + 1,
        "xmdm": words(catalogue.texts("code"), asked["item"]),
        "xmmc": words(catalogue.texts("name"), asked["item"]),
        "sqsj": times(asked["ordered"]),
        "sqks": words(layout.codes, asked["department"]),
        "sqys": words(staff_codes(layout), asked["doctor"]),
        "zxks": words(layout.codes, asked["place"]),
        "wsbz": constant("否", size),
        "wsjgdm": constant(None, size),
        "wsjgmc": constant(None, size),
        "zt": words(STATES, asked["void"]),
        "gxsj": times(np.maximum(asked["updated"], asked["done"] + DAY)),
    }


def laboratory(
    settings: CentreSettings, orgs: list[str], layout: House, sides: tuple[Side, Side]
) -> dict[str, pa.Table]:
    """lis_sqd and lis_jg."""
    draw = settings.draw("laboratory")
    asked = _all_requested(sides, LAB)
    size = len(asked["org"])
    texts = [row["specimen"] for row in facts("specimens")]
    kinds = np.full(len(catalogue.items()), -1, dtype=np.int64)
    for place, position in enumerate(_positions("specimens").values()):
        kinds[position] = place
    columns = _request_columns(orgs, layout, asked, "J")
    columns |= {
        "bblx": words(texts, kinds[asked["item"]]),
        "bbh": numbered("BB{:08d}", np.arange(1, size + 1)),
    }
    requests = in_order("lis_sqd", columns)
    return {"lis_sqd": requests, "lis_jg": _results(draw, orgs, layout, asked)}


def _results(draw: Draw, orgs: list[str], layout: House, asked: Frame) -> pa.Table:
    """One row per analyte of every request that is not void."""
    analytes = facts("analytes")
    codes = [item.code for item in catalogue.items()]
    item_of = np.array([codes.index(row["item"]) for row in analytes], dtype=np.int64)
    done = np.flatnonzero(asked["void"] == 0)
    pairs = [np.flatnonzero(item_of == item) for item in range(len(codes))]
    count = np.array([len(found) for found in pairs], dtype=np.int64)[asked["item"][done]]
    request = np.repeat(done, count)
    analyte = np.concatenate([np.empty(0, np.int64), *(pairs[item] for item in asked["item"][done].tolist())])
    size = len(request)
    mach = asked["done"] + draw.between(600, 1800, len(asked["org"]))
    report = mach + draw.between(900, 3600, len(asked["org"]))
    values, abnormal = _values(draw, analytes, analyte)
    technicians = np.flatnonzero((layout.department == layout.position("检验科")) & (layout.post == 3))
    columns: dict[str, pa.Array | Ints] = {
        "jgid": np.arange(1, size + 1),
        "jgdm": words(orgs, asked["org"][request]),
        "sqdh": numbered("J{:09d}", request + 1),
        "bgdh": numbered("LB{:09d}", request + 1),
        "zbdm": words([row["code"] for row in analytes], analyte),
        "zbmc": words([row["name"] for row in analytes], analyte),
        "jgz": pa.array(values, pa.string()),
        "dw": words([row["unit"] or None for row in analytes], analyte),
        "ckfw": words([row["reference"] for row in analytes], analyte),
        "ycbz": words(("否", "是"), abnormal),
        "sjsj": times(mach[request]),
        "bgsj": times(report[request]),
        "bgys": words(staff_codes(layout), technicians[asked["line"][request] % len(technicians)]),
        "yxbz": constant("是", size),
    }
    return in_order("lis_jg", columns)


def _values(draw: Draw, analytes: list[dict[str, str]], analyte: Ints) -> tuple[list[str], Ints]:
    """What was measured, as text, and whether it is abnormal (made up: the upper tenth)."""
    low, high, digits = (
        np.array([int(row[name] or 0) for row in analytes], dtype=np.int64)[analyte]
        for name in ("low", "high", "digits")
    )
    number = draw.between(low, np.maximum(high, low), len(analyte))
    positive = draw.chance(len(analyte), 60)
    measured = high > 0
    abnormal = np.where(measured, number * 10 > high * 9, positive).astype(np.int64)
    plain = np.array([row["reference"].startswith("Ⅰ") for row in analytes])[analyte]
    texts = [
        (f"{value // 10**places}.{value % 10**places:0{places}d}" if places else str(value))
        if is_number
        else (("Ⅲ" if bad else "Ⅱ") if grade else ("阳性" if bad else "阴性"))
        for value, places, is_number, bad, grade in zip(
            number.tolist(), digits.tolist(), measured.tolist(), positive.tolist(), plain.tolist(), strict=True
        )
    ]
    return texts, abnormal


def examinations(
    settings: CentreSettings, orgs: list[str], layout: House, sides: tuple[Side, Side]
) -> dict[str, pa.Table]:
    """pacs_sqd, pacs_bg and xd_bg."""
    draw = settings.draw("examinations")
    asked = _all_requested(sides, EXAM)
    requests = in_order(
        "pacs_sqd", {k: v for k, v in _request_columns(orgs, layout, asked, "C").items() if k != "wsjgdm"}
    )
    kinds = facts("examinations")
    kind_of = np.full(len(catalogue.items()), -1, dtype=np.int64)
    for place, position in enumerate(_positions("examinations").values()):
        kind_of[position] = place
    done = np.flatnonzero(asked["void"] == 0)
    seen = take(asked, done) | {"request": done, "kind": kind_of[asked["item"][done]]}
    seen["report"] = seen["done"] + draw.between(300, 2400, len(done))
    seen["abnormal"] = draw.chance(len(done), 250).astype(np.int64)
    seen["rate"] = draw.between(58, 98, len(done))
    heart = np.array([row["device"] == ECG for row in kinds])[seen["kind"]]
    return {
        "pacs_sqd": requests,
        "pacs_bg": _images(orgs, layout, kinds, take(seen, ~heart)),
        "xd_bg": _cardiograms(orgs, layout, kinds, take(seen, heart)),
    }


def _report_columns(
    orgs: list[str], layout: House, kinds: list[dict[str, str]], seen: Frame, prefix: str
) -> dict[str, pa.Array | Ints]:
    department = np.array([layout.codes.index(row["department"]) for row in facts("devices")])
    devices = [row["device"] for row in facts("devices")]
    device = np.array([devices.index(row["device"]) for row in kinds], dtype=np.int64)[seen["kind"]]
    doctor = layout.first_doctor[department[device]]
    return {
        "bgdh": numbered(prefix + "{:09d}", seen["request"] + 1),
        "jgdm": words(orgs, seen["org"]),
        "sqdh": numbered("C{:09d}", seen["request"] + 1),
        "jcsj": times(seen["done"]),
        "jcks": words(layout.codes, department[device]),
        "sbbh": words(devices, device),
        "bgsj": times(seen["report"]),
        "bgys": words(staff_codes(layout), doctor),
        "ycbz": words(("否", "是"), seen["abnormal"]),
        "yxbz": constant("是", len(device)),
    }


def _conclusions(kinds: list[dict[str, str]], seen: Frame) -> pa.Array:
    texts = [row["normal"] for row in kinds] + [row["abnormal"] for row in kinds]
    return words(texts, seen["kind"] + len(kinds) * seen["abnormal"])


def _images(orgs: list[str], layout: House, kinds: list[dict[str, str]], seen: Frame) -> pa.Table:
    columns = _report_columns(orgs, layout, kinds, seen, "P") | {
        "jcbw": words([row["part"] for row in kinds], seen["kind"]),
        "jcsjz": words(("形态、回声（密度）未见异常", "局部形态、回声（密度）改变"), seen["abnormal"]),
        "jcjl": _conclusions(kinds, seen),
        "txh": numbered("ACC{:09d}", seen["request"] + 1),
    }
    return in_order("pacs_bg", columns)


def _cardiograms(orgs: list[str], layout: House, kinds: list[dict[str, str]], seen: Frame) -> pa.Table:
    columns = _report_columns(orgs, layout, kinds, seen, "X") | {
        "xl": seen["rate"],
        "xdjl": _conclusions(kinds, seen),
    }
    return in_order("xd_bg", columns)
