"""Codes of the wrong shape, of the wrong list, or of no list."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import add, find, highest, named, put, settled
from tests.centre.organisation import credit_code

LINES = ("mz_fymx", "zy_fymx")
PAID = "1"


def seldom(tables: Tables, kind: str) -> str:
    """The item of a kind (`xmlx`) with a national code that is billed least, but billed and paid."""
    times: dict[str, int] = {}
    for name in LINES:
        table = tables[name]
        kept = pc.and_(
            pc.equal(table["xmlx"], kind), pc.and_(pc.is_valid(table["gjbm"]), pc.equal(table["jszt"], PAID))
        )
        for code in table["xmdm"].filter(kept).to_pylist():
            times[code] = times.get(code, 0) + 1
    return min(times, key=lambda code: (times[code], code))


def recode(tables: Tables, item: str, code: str) -> tuple[set[str], set[str]]:
    """Give an item another national code, in the mapping and wherever it was billed: lines and mapping rows."""
    lines = set()
    for name in LINES:
        table = tables[name]
        coded = find(table, xmdm=item)[pc.is_valid(table["gjbm"]).to_numpy()[find(table, xmdm=item)]]
        put(tables, name, "gjbm", coded, code)
        counted = coded[pc.equal(table["jszt"], PAID).to_numpy()[coded]]
        lines |= named(table, name, counted)
    rows = find(tables["yb_dzb"], xmdm=item)
    put(tables, "yb_dzb", "gjbm", rows, code)
    return lines, named(tables["yb_dzb"], "yb_dzb", rows)


@fault("村卫生室的机构编码、信用代码和区划都写得不合规", "P03a", "P03b", "P03m.institution")
def careless_village_clinic(tables: Tables) -> Broken:
    credit = credit_code("12650402MB9999999")
    wrong = credit[:17] + ("A" if credit[17] != "A" else "B")
    row = add(tables, "jg_xx", 0, jgdm="650402900513", jgmc="示例村卫生室", tyshxydm=wrong, xzqh="高昌区")
    return {"P03a": row, "P03b": row, "P03m.institution": row}


@fault(
    "目录对照里的国家编码少了一位",
    "P03c.catalogue_mapping",
    "P03d.catalogue_mapping",
    "P03e.catalogue_mapping",
    "P03f.catalogue_mapping",
    "P03g.catalogue_mapping",
)
def truncated_national_codes(tables: Tables) -> Broken:
    """In the mappings of items that are no longer sold."""
    short = {
        "P03c": "XJ01CAA040A00101012030",
        "P03d": "ZA01AAA010701010989",
        "P03e": "T00170506",
        "P03f": "C14010388163692700",
        "P03g": "00110000001000",
    }
    return {
        f"{rule}.catalogue_mapping": add(
            tables, "yb_dzb", 0, dzid=highest(tables, "yb_dzb", "dzid") + 1, xmdm=f"旧{rule}", gjbm=code
        )
        for rule, code in short.items()
    }


@fault("服务项目编码丢了开头的 0", "P03g.fee_line", "P03g.catalogue_mapping")
def service_code_without_leading_zeros(tables: Tables) -> Broken:
    lines, mapping = recode(tables, seldom(tables, "5"), "1204000060000")
    return {"P03g.fee_line": lines, "P03g.catalogue_mapping": mapping}


@fault("国家编码一栏填的是本院自编代码", "P03h")
def local_code_for_national_code(tables: Tables) -> Broken:
    lines, _ = recode(tables, seldom(tables, "1"), "Y-0001")
    return {"P03h": lines}


@fault("药品对照了耗材的编码", "M02")
def consumable_code_on_drug_lines(tables: Tables) -> Broken:
    lines, _ = recode(tables, seldom(tables, "1"), "C1401038816369270001")
    return {"M02": lines}


@fault("药师的国家医保代码少了前缀", "P03i")
def staff_code_without_prefix(tables: Tables) -> Broken:
    rows = find(tables["ry_xx"], gw="药师")[:1]
    put(tables, "ry_xx", "gjbm", rows, "650402000031")
    return {"P03i": named(tables["ry_xx"], "ry_xx", rows)}


@fault("诊断用了别的编码标准", "P03j", "P03k")
def diagnosis_codes_of_another_standard(tables: Tables) -> Broken:
    rows = find(tables["zd_jlb"], zdlb="1", zxy="西", zcbz="主")[:4]
    put(tables, "zd_jlb", "icd", rows, pa.array(["J06900", "I10-00", "BNX010", "BNX020"]))
    put(tables, "zd_jlb", "zxy", rows[2:], "中")
    table = tables["zd_jlb"]
    return {"P03j": named(table, "zd_jlb", rows[:2]), "P03k": named(table, "zd_jlb", rows[2:])}


@fault("手术代码没有小数点", "P03l")
def operation_code_without_point(tables: Tables) -> Broken:
    """Another operation of a stay that has one, or the first of a stay that has none."""
    stay = tables["zy_djb"].slice(int(settled_stays(tables)[0]), 1).to_pylist()[0]
    begin = stay["rysj"] + timedelta(hours=1)
    there = find_whole(tables["ss_jlb"], "zyid", stay["zyid"])
    row = {
        "ssid": highest(tables, "ss_jlb", "ssid") + 1,
        "jgdm": stay["jgdm"],
        "zyid": stay["zyid"],
        "ssxh": len(there) + 1,
        "zcbz": "次" if len(there) else "主",
        "ssbm": "865900",
        "ssmc": "皮肤缝合术",
        "mzfs": "局部麻醉",
        "mzkssj": begin,
        "mzjssj": begin + timedelta(minutes=50),
        "sskssj": begin + timedelta(minutes=10),
        "ssjssj": begin + timedelta(minutes=40),
        "zdys": stay["zzys"],
        "mzys": stay["zzys"],
        "gxsj": stay["gxsj"],
    }
    table = tables["ss_jlb"]
    tables["ss_jlb"] = pa.concat_tables([table, pa.Table.from_pylist([row], schema=table.schema)]).combine_chunks()
    return {"P03l": named(tables["ss_jlb"], "ss_jlb", np.array([table.num_rows]))}


def settled_stays(tables: Tables) -> np.ndarray:
    """Stays that are over and paid for."""
    return find(tables["zy_djb"], zyzt="1")


def find_whole(table: pa.Table, column: str, number: int) -> np.ndarray:
    """The positions of the rows with a whole number."""
    return np.flatnonzero(pc.equal(table[column], number).to_numpy(zero_copy_only=False))


@fault("参保地区划写成了地名", "P03m.settlement")
def home_division_as_name(tables: Tables) -> Broken:
    table = tables["mz_jsb"]
    rows = settled(table)
    rows = rows[pc.is_valid(table["cbdqh"]).to_numpy()[rows]][:3]
    put(tables, "mz_jsb", "cbdqh", rows, "高昌区")
    return {"P03m.settlement": named(table, "mz_jsb", rows)}


@fault("药品追溯码只有 19 位", "P03n.stock_movement")
def short_trace_code(tables: Tables) -> Broken:
    rows = find(tables["yk_crk"], ywlx="CG")[:6]
    right = [f"8100000000000000{number:04d}" for number in range(len(rows))]
    codes = [code[:19] if place < 3 else code for place, code in enumerate(right)]
    put(tables, "yk_crk", "zsm", rows, pa.array(codes))
    return {"P03n.stock_movement": named(tables["yk_crk"], "yk_crk", rows[:3])}


@fault("科别一栏填的是科室名称", "P03o")
def speciality_as_name(tables: Tables) -> Broken:
    rows = np.array([0])
    put(tables, "ks_xx", "kbdm", rows, "全科医疗科门诊")
    return {"P03o": named(tables["ks_xx"], "ks_xx", rows)}


@fault(
    "院内项目没有对照国家医保编码",
    "M01",
    "SETTLE_MZ_DETAIL.ITEM_ID.required_when",
    "SETTLE_MZ_DETAIL.ITEM_NAME.required_when",
    "V10",
)
def unmapped_local_item(tables: Tables) -> Broken:
    """The service billed least to outpatients only."""
    lines, bills = tables["mz_fymx"], tables["mz_jsb"]
    insured = bills["jsid"].filter(pc.and_(pc.equal(bills["jslb"], "Y"), pc.equal(bills["jszt"], PAID)))
    kept = pc.and_(pc.is_in(lines["jsid"], value_set=insured.combine_chunks()), pc.is_valid(lines["gjbm"]))
    kept = pc.and_(kept, pc.and_(pc.equal(lines["xmlx"], "5"), pc.is_in(lines["xmdj"], value_set=pa.array(["A", "B"]))))
    wards = set(tables["zy_fymx"]["xmdm"].to_pylist())
    billed = [code for code in lines["xmdm"].filter(kept).to_pylist() if code not in wards]
    item = min(set(billed), key=lambda code: (billed.count(code), code))
    theirs = pc.and_(kept, pc.equal(lines["xmdm"], item)).to_numpy(zero_copy_only=False)
    everywhere = find(lines, xmdm=item)
    put(tables, "mz_fymx", "gjbm", everywhere, None)
    put(tables, "mz_fymx", "gjmc", everywhere, None)
    mapping = tables["yb_dzb"]
    tables["yb_dzb"] = mapping.filter(pc.not_equal(mapping["xmdm"], item))
    return {"M01": named(lines, "mz_fymx", np.flatnonzero(theirs))}


@fault("一个项目同时对照两个国家编码", "M03")
def two_codes_for_one_item(tables: Tables) -> Broken:
    row = int(find(tables["yb_dzb"], xmdm="Z0001")[0])
    more = add(tables, "yb_dzb", row, dzid=highest(tables, "yb_dzb", "dzid") + 1, gjbm="001100000010001")
    return {"M03": more | named(tables["yb_dzb"], "yb_dzb", np.array([row]))}


@fault("医疗类别是代码表里没有的代码", "settlement.med_type.codes", "SETTLE_MZ.CLAIM_TYPE.codes")
def unknown_medical_type(tables: Tables) -> Broken:
    rows = settled(tables["mz_jsb"])[:3]
    put(tables, "mz_jsb", "yllb", rows, "TZMZ")
    return {"settlement.med_type.codes": named(tables["mz_jsb"], "mz_jsb", rows)}
