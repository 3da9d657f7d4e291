"""Numbers and codes that lead nowhere, and rows that others should lead to but that are gone."""

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.money import broken
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import (
    billed,
    copies,
    drop,
    few,
    find,
    give,
    lines_of,
    middle_balances,
    named,
    settled,
    values,
)

NOWHERE = 999_999_999
UNNAMED_GOODS = (
    "HIS_VS_YB_STORE.ITEM_NAME_STORE.required",
    "HIS_VS_YB_STORE.SPEC.required",
    "HIS_VS_YB_STORE.PRODENTP_NAME.required",
    "HIS_VS_YB_STORE.PROD_CONVRAT.required",
    "HIS_VS_YB_STORE.MIN_PRCUNT.required",
    "HIS_VS_YB_INVENTORY.ITEM_NAME_STORE.required",
    "HIS_VS_YB_INVENTORY.SPEC.required",
    "HIS_VS_YB_INVENTORY.MIN_PRCUNT.required",
    "HIS_VS_YB_DELIVER.ITEM_NAME_STORE.required",
    "HIS_VS_YB_DELIVER.SPEC.required",
    "HIS_VS_YB_DELIVER.MIN_PRCUNT.required",
)


def discharged(tables: Tables) -> np.ndarray:
    """Stays with one settlement, which stands; by the end of the stay."""
    bills = tables["zy_jsb"]
    times = {one["values"]: one["counts"] for one in pc.value_counts(bills["zyid"]).to_pylist()}
    stays = [stay for stay in values(tables, "zy_jsb", "zyid", settled(bills)) if times[stay] == 1]
    rows = np.flatnonzero([number in set(stays) for number in tables["zy_djb"]["zyid"].to_pylist()])
    ends = values(tables, "zy_djb", "cysj", rows)
    return rows[sorted(range(len(rows)), key=lambda place: ends[place])]


def bills_of(tables: Tables, visits: np.ndarray) -> np.ndarray:
    """All settlements of registrations."""
    numbers = set(values(tables, "mz_ghb", "ghxh", visits))
    paid = find(tables["mz_jsb"], jszt="1")
    return paid[[number in numbers for number in values(tables, "mz_jsb", "ghxh", paid)]]


def visits(tables: Tables) -> np.ndarray:
    """A few registrations with a settlement that stands."""
    numbers = set(values(tables, "mz_jsb", "ghxh", few(settled(tables["mz_jsb"]))))
    return np.flatnonzero([number in numbers for number in tables["mz_ghb"]["ghxh"].to_pylist()])


@fault("结算单重复出现", "settlement.key", "SETTLE_MZ.key", "V3", "V6")
def duplicate_settlement(tables: Tables) -> Broken:
    rows = _largest(tables)
    again = tables["mz_jsb"].take(rows)
    tables["mz_jsb"] = pa.concat_tables([tables["mz_jsb"], again]).combine_chunks()
    return broken(tables, "mz_jsb", rows, "settlement.key")


@fault("费用明细找不到结算单", "Q04")
def orphan_detail(tables: Tables) -> Broken:
    rows = copies(tables, "mz_fymx", few(billed(tables), 5), jsid=NOWHERE)
    return broken(tables, "mz_fymx", rows, "Q04")


@fault("已收费的门诊明细没有结算号", "Q04")
def paid_line_without_settlement(tables: Tables) -> Broken:
    rows = copies(tables, "mz_fymx", few(billed(tables), 5), jsid=None)
    return broken(tables, "mz_fymx", rows, "Q04")


@fault("住院诊断找不到住院登记", "R01a")
def diagnosis_without_stay(tables: Tables) -> Broken:
    rows = copies(tables, "zd_jlb", find(tables["zd_jlb"], zdlb="3", zcbz="主")[:1], jzid=NOWHERE)
    return broken(tables, "zd_jlb", rows, "R01a")


@fault("手术记录找不到住院登记", "R01b")
def operation_without_stay(tables: Tables) -> Broken:
    row = operation(tables)
    give(tables, "ss_jlb", row, zyid=NOWHERE)
    return broken(tables, "ss_jlb", row, "R01b")


@fault("结算单没有明细", "R02", "EV03", "EV04", "V3", "V4", "V5")
def settlement_without_detail(tables: Tables) -> Broken:
    rows = _largest(tables)
    drop(tables, "mz_fymx", lines_of(tables, tables["mz_jsb"]["jsid"].take(rows).combine_chunks()))
    return broken(tables, "mz_jsb", rows, "R02")


@fault(
    "住院病人没有主要出院诊断",
    "R03",
    "SETTLE_ZY_DIAGNOSIS.DISCHARGE_DISEASE_ID_MAIN.required",
    "SETTLE_ZY_DIAGNOSIS.DISCHARGE_DISEASE_NAME_MAIN.required",
    "V10",
)
def stay_without_main_diagnosis(tables: Tables) -> Broken:
    stays = set(values(tables, "zy_djb", "zyid", discharged(tables)[:2]))
    main = find(tables["zd_jlb"], zdlb="3", zcbz="主")
    rows = main[[stay in stays for stay in values(tables, "zd_jlb", "jzid", main)]]
    give(tables, "zd_jlb", rows, zcbz="次")
    bills = np.flatnonzero([stay in stays for stay in tables["zy_jsb"]["zyid"].to_pylist()])
    return broken(tables, "zy_jsb", bills, "R03")


@fault("收费项目不在院内项目表中", "R05a", "R05b")
def item_not_in_price_list(tables: Tables) -> Broken:
    rows = _coded(tables)
    give(tables, "mz_fymx", rows, xmdm="X9999")
    return broken(tables, "mz_fymx", rows, "R05a", "R05b")


@fault("明细的医保编码是另一个项目的", "R05b")
def item_under_other_code(tables: Tables) -> Broken:
    """Of the same kind of item."""
    rows = _coded(tables)[:1]
    [own] = values(tables, "mz_fymx", "gjbm", rows)
    other = next(code for code in tables["yb_dzb"]["gjbm"].to_pylist() if code[0] == own[0] and code != own)
    give(tables, "mz_fymx", rows, gjbm=other)
    return broken(tables, "mz_fymx", rows, "R05b")


@fault("对照停用以后还在用", "R05b")
def mapping_expired(tables: Tables) -> Broken:
    """From the last day on which its item is billed."""
    [item] = values(tables, "mz_fymx", "xmdm", _coded(tables)[:1])
    used = {name: find(tables[name], xmdm=item, jszt="1") for name in ("mz_fymx", "zy_fymx")}
    used = {
        name: rows[[code is not None for code in values(tables, name, "gjbm", rows)]] for name, rows in used.items()
    }
    last, late = _on_last_day(tables, used)
    give(tables, "yb_dzb", find(tables["yb_dzb"], xmdm=item), jsrq=last.date() - timedelta(days=1))
    return {"R05b": late}


@fault("出入库的物资不在物资目录中", "R06a", *UNNAMED_GOODS, "V10")
def movement_of_unknown_item(tables: Tables) -> Broken:
    """In and out again on one day, so that the books still balance."""
    pair = copies(tables, "yk_crk", np.array([0, 0]), ywlx="PD", wzdm="W9999", hh=[9001, 9002], fx=["入", "出"])
    return broken(tables, "yk_crk", pair, "R06a")


@fault("结存的物资不在物资目录中", "R06b")
def balance_of_unknown_item(tables: Tables) -> Broken:
    row = copies(tables, "yk_jc", middle_balances(tables)[:1], wzdm="W9999")
    return broken(tables, "yk_jc", row, "R06b")


@fault("明细的开单科室不在科室表中", "R07a", "SETTLE_MZ_DETAIL.DISCHARGE_DEPT_NAME.required", "V10")
def unknown_department(tables: Tables) -> Broken:
    rows = few(billed(tables))
    give(tables, "mz_fymx", rows, kdks="9999")
    return broken(tables, "mz_fymx", rows, "R07a")


@fault("科室停用以后还在执行项目", "R07a")
def department_closed(tables: Tables) -> Broken:
    """The department that carries out and does not order, from its last day on."""
    order = set(tables["mz_ghb"]["ksdm"].to_pylist()) | set(tables["zy_djb"]["ryks"].to_pylist())
    order |= set(tables["zy_djb"]["cyks"].to_pylist())
    done = find(tables["zy_fymx"], jszt="1")
    place = min(set(values(tables, "zy_fymx", "zxks", done)) - order)
    last, late = _on_last_day(
        tables, {name: find(tables[name], zxks=place, jszt="1") for name in ("mz_fymx", "zy_fymx")}
    )
    give(tables, "ks_xx", find(tables["ks_xx"], ksdm=place), tysj=last - timedelta(days=1))
    return {"R07a": late}


@fault("明细的开单医生不在人员表中", "R07b", "SETTLE_MZ_DETAIL.DOCTOR_NAME.required", "V10")
def unknown_doctor(tables: Tables) -> Broken:
    rows = few(billed(tables))
    give(tables, "mz_fymx", rows, kdys="D9999")
    return broken(tables, "mz_fymx", rows, "R07b")


@fault("门诊就诊科室不在科室表中", "R07c", "SETTLE_MZ.ADMISSION_DEPT_NAME.required", "V10")
def visit_in_unknown_department(tables: Tables) -> Broken:
    rows = visits(tables)
    give(tables, "mz_ghb", rows, ksdm="9999")
    return broken(tables, "mz_jsb", bills_of(tables, rows), "R07c")


@fault("门诊接诊医生不在人员表中", "R07d", "SETTLE_MZ.DOCTOR_NAME.required", "V10")
def visit_of_unknown_doctor(tables: Tables) -> Broken:
    rows = visits(tables)
    give(tables, "mz_ghb", rows, ysdm="D9999")
    return broken(tables, "mz_jsb", bills_of(tables, rows), "R07d")


@fault("入院科室不在科室表中", "R07e", "SETTLE_ZY.ADMISSION_DEPT_NAME.required", "V10")
def stay_in_unknown_department(tables: Tables) -> Broken:
    rows = discharged(tables)[:1]
    give(tables, "zy_djb", rows, ryks="9999")
    return broken(tables, "zy_djb", rows, "R07e")


@fault("住院主治医生不在人员表中", "R07f", "SETTLE_ZY.DOCTOR_NAME.required", "V10")
def stay_of_unknown_doctor(tables: Tables) -> Broken:
    rows = discharged(tables)[:1]
    give(tables, "zy_djb", rows, zzys="D9999")
    return broken(tables, "zy_djb", rows, "R07f")


def operation(tables: Tables) -> np.ndarray:
    """One more operation, on the first stay that has none."""
    had = set(tables["ss_jlb"]["zyid"].to_pylist())
    stays = discharged(tables)
    row = stays[[stay not in had for stay in values(tables, "zy_djb", "zyid", stays)]][:1]
    [stay] = tables["zy_djb"].take(row).to_pylist()
    begin = stay["rysj"] + timedelta(hours=2)
    numbers = [0, *tables["ss_jlb"]["ssid"].to_pylist()]
    record = dict.fromkeys(tables["ss_jlb"].column_names) | {
        "ssid": max(numbers) + 1,
        "jgdm": stay["jgdm"],
        "zyid": stay["zyid"],
        "ssxh": 1,
        "zcbz": "主",
        "ssbm": "86.2200",
        "ssmc": "伤口清创术",
        "mzfs": "局部麻醉",
        "mzkssj": begin,
        "mzjssj": begin + timedelta(minutes=40),
        "sskssj": begin + timedelta(minutes=10),
        "ssjssj": begin + timedelta(minutes=30),
        "zdys": stay["zzys"],
        "mzys": stay["zzys"],
        "gxsj": stay["gxsj"],
    }
    more = pa.Table.from_pylist([record], schema=tables["ss_jlb"].schema)
    tables["ss_jlb"] = pa.concat_tables([tables["ss_jlb"], more]).combine_chunks()
    return np.array([tables["ss_jlb"].num_rows - 1])


def _largest(tables: Tables) -> np.ndarray:
    """One in a hundred of the settlements that stand: those of the highest amounts."""
    rows = settled(tables["mz_jsb"])
    amounts = values(tables, "mz_jsb", "zje", rows)
    order = sorted(range(len(rows)), key=lambda place: -amounts[place])
    return np.sort(rows[order[: 1 + len(rows) // 100]])


def _coded(tables: Tables) -> np.ndarray:
    """A few outpatient lines with a national code."""
    rows = billed(tables)
    return few(rows[[code is not None for code in values(tables, "mz_fymx", "gjbm", rows)]])


def _on_last_day(tables: Tables, lines: dict[str, np.ndarray]) -> tuple[datetime, set[str]]:
    """The last moment at which one of the lines was carried out, and the names of those of that day."""
    moments = {name: values(tables, name, "zxsj", rows) for name, rows in lines.items()}
    last: datetime = max(moment for times in moments.values() for moment in times)
    late = set()
    for name, times in moments.items():
        late |= named(tables[name], name, lines[name][[moment.date() == last.date() for moment in times]])
    return last, late
