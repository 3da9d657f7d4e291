"""Persons who are not who their identity number says, and doctors without a name."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import add, find, highest, named, put
from tests.centre.people import ID_CHECK, ID_WEIGHTS

NOWHERE = "659099"  # no person of the centre has a number from there


def identity(first17: str) -> str:
    """The identity number with these first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, ID_WEIGHTS, strict=True))
    return first17 + chr(ID_CHECK[total % len(ID_CHECK)])


def treated(tables: Tables, many: int) -> np.ndarray:
    """Some grown-up persons who paid for a visit and never stayed: they are read whatever the period."""
    persons, bills, stays = tables["br_jbxx"], tables["mz_jsb"], tables["zy_djb"]["brid"].combine_chunks()
    came = bills.filter(pc.and_(pc.equal(bills["jszt"], "1"), pc.equal(bills["tfbz"], "0")))["brid"].combine_chunks()
    grown = pc.less(persons["csrq"], date(2000, 1, 1))
    outside = pc.and_not(pc.is_in(persons["brid"], value_set=came), pc.is_in(persons["brid"], value_set=stays))
    return np.flatnonzero(pc.and_(outside, grown).to_numpy(zero_copy_only=False))[:many]


def respell(tables: Tables, rows: np.ndarray, column: str, texts: list[str]) -> set[str]:
    """Give persons other values; the names of their rows."""
    put(tables, "br_jbxx", column, rows, pa.array(texts, pa.string()))
    return named(tables["br_jbxx"], "br_jbxx", rows)


def numbers(tables: Tables, rows: np.ndarray) -> list[str]:
    """The identity numbers of persons."""
    return [str(text) for text in tables["br_jbxx"]["sfzh"].take(pa.array(rows)).to_pylist()]


@fault("身份证号的校验码不对", "P01a")
def wrong_check_character(tables: Tables) -> Broken:
    rows = treated(tables, 3)
    wrong = [one[:17] + ("1" if one[17] != "1" else "2") for one in numbers(tables, rows)]
    return {"P01a": respell(tables, rows, "sfzh", wrong)}


@fault("出生日期比身份证号早一天", "P01b")
def birth_date_beside_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 3)
    births = [day - timedelta(1) for day in tables["br_jbxx"]["csrq"].take(pa.array(rows)).to_pylist()]
    put(tables, "br_jbxx", "csrq", rows, pa.array(births, pa.date32()))
    return {"P01b": named(tables["br_jbxx"], "br_jbxx", rows)}


@fault("性别与身份证号不符", "P01c")
def sex_beside_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 2)
    sexes = tables["br_jbxx"]["xb"].take(pa.array(rows)).to_pylist()
    return {"P01c": respell(tables, rows, "xb", ["女" if sex == "男" else "男" for sex in sexes])}


@fault("还在用 15 位的旧身份证号", "P01d")
def old_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 2)
    return {"P01d": respell(tables, rows, "sfzh", [one[:6] + one[8:17] for one in numbers(tables, rows)])}


@fault("身份证号里的生日是 2 月 30 日", "P01e")
def impossible_date_in_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 2)
    wrong = [identity(one[:10] + "0230" + one[14:17]) for one in numbers(tables, rows)]
    return {"P01e": respell(tables, rows, "sfzh", wrong)}


@fault("身份证号末位是小写 x", "P01f")
def small_x_in_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 1)
    [one] = numbers(tables, rows)
    tails = (identity(f"{one[:14]}{sequence:03d}") for sequence in range(int(one[16]) % 2, 1000, 2))
    return {"P01f": respell(tables, rows, "sfzh", [next(text.lower() for text in tails if text[17] == "X")])}


@fault("同一人员编号建了两份档案，证件号码不同", "P02a", "person.key")
def one_person_two_identity_numbers(tables: Tables) -> Broken:
    rows = treated(tables, 1)
    numbered = highest(tables, "br_jbxx", "brid")
    twins = set()
    for place in (1, 2):
        number = identity(f"{NOWHERE}19310203{900 + 2 * place}")
        twins |= add(
            tables,
            "br_jbxx",
            int(rows[0]),
            brid=numbered + place,
            ybgrbh="65049999999999999999",
            sfzh=number,
            csrq=date(1931, 2, 3),
            xb="女",
        )
    return {"P02a": twins, "person.key": {min(twins)}}


@fault("两个人员编号用同一个身份证号", "P02b")
def two_persons_one_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 1)
    another = highest(tables, "br_jbxx", "brid") + 1
    copy = add(tables, "br_jbxx", int(rows[0]), brid=another, ybgrbh="65049999999999999998")
    return {"P02b": copy | named(tables["br_jbxx"], "br_jbxx", rows)}


@fault("出生日期是默认值 1901-01-01", "P05")
def birth_date_by_default(tables: Tables) -> Broken:
    rows = treated(tables, 1)
    [one] = numbers(tables, rows)
    respell(tables, rows, "sfzh", [identity(one[:6] + "19010101" + one[14:17])])
    put(tables, "br_jbxx", "csrq", rows, date(1901, 1, 1))
    person = tables["br_jbxx"]["brid"][int(rows[0])].as_py()
    bills = tables["mz_jsb"]
    theirs = pc.and_(pc.equal(bills["brid"], person), pc.equal(bills["jszt"], "1"))
    return {"P05": named(bills, "mz_jsb", np.flatnonzero(theirs.to_numpy(zero_copy_only=False)))}


@fault("性别写成字典里没有的文字", "person.gend.codes", "SETTLE_MZ.PATIENT_GENDER.codes")
def unknown_gender(tables: Tables) -> Broken:
    rows = treated(tables, 3)
    return {"person.gend.codes": respell(tables, rows, "xb", ["不详"] * len(rows))}


@fault(
    "医生姓名为空",
    "SETTLE_MZ.DOCTOR_NAME.required",
    "SETTLE_MZ_DETAIL.DOCTOR_NAME.required",
    "EXAMINFO.APPY_DR_NAME.required",
    "LABINFO.BILG_DR_NAME.required",
    "V10",
)
def missing_doctor_name(tables: Tables) -> Broken:
    """A doctor who never writes for an inpatient."""
    stays = [
        ("zy_djb", "zzys"),
        ("zy_fymx", "kdys"),
        ("zy_yzb", "ysdm"),
        *(("ss_jlb", one) for one in ("zdys", "mzys")),
    ]
    wards = {code for name, column in stays for code in tables[name][column].to_pylist()}
    wards |= {code for codes in tables["ss_jlb"]["zsys"].drop_null().to_pylist() for code in codes.split(",")}
    visits, bills = tables["mz_ghb"], tables["mz_jsb"]
    paid = bills["ghxh"].filter(pc.equal(bills["jszt"], "1")).combine_chunks()
    seen = visits.filter(pc.is_in(visits["ghxh"], value_set=paid))["ysdm"].to_pylist()
    doctor = min(set(seen) - wards)
    visited = visits["ghxh"].filter(pc.equal(visits["ysdm"], doctor)).combine_chunks()
    theirs = pc.and_(pc.is_in(bills["ghxh"], value_set=visited), pc.equal(bills["jszt"], "1"))
    put(tables, "ry_xx", "ryxm", find(tables["ry_xx"], rydm=doctor), None)
    rows = np.flatnonzero(theirs.to_numpy(zero_copy_only=False))
    return {"SETTLE_MZ.DOCTOR_NAME.required": named(bills, "mz_jsb", rows)}
