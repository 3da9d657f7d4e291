"""Text that harms or cannot be read."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.persons import numbers, respell, treated
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import find, named, put, settled


def drug_lines(tables: Tables, many: int) -> np.ndarray:
    """Some paid lines of western drugs."""
    return find(tables["mz_fymx"], xmlx="1", jszt="1")[:many]


def rename(tables: Tables, name: str, column: str, rows: np.ndarray, texts: str | list[str]) -> set[str]:
    """Give rows other texts; their names."""
    put(tables, name, column, rows, texts if isinstance(texts, str) else pa.array(texts, pa.string()))
    return named(tables[name], name, rows)


def diagnoses(tables: Tables, many: int) -> np.ndarray:
    """Some diagnoses of outpatients."""
    return find(tables["zd_jlb"], zdlb="1", zcbz="主")[:many]


@fault("药品名称中有换行、引号、逗号和分隔符", "X01.fee_line")
def newline_and_delimiter_in_item_name(tables: Tables) -> Broken:
    rows = drug_lines(tables, 3)
    return {"X01.fee_line": rename(tables, "mz_fymx", "xmmc", rows, '阿莫西林,胶囊\r\n"含|@|铝塑"')}


@fault("诊断名称中有制表符等控制字符", "X01.diagnosis")
def control_characters_in_diagnosis_name(tables: Tables) -> Broken:
    rows = diagnoses(tables, 3)
    return {"X01.diagnosis": rename(tables, "zd_jlb", "zdmc", rows, ["慢性\t胃炎", "感冒\x0b", "\x1b[1m高血压"])}


@fault("项目名称超过 100 个字", "SETTLE_MZ_DETAIL.ITEM_NAME_HOSP.width", "X09.fee_line")
def long_item_name(tables: Tables) -> Broken:
    rows = find(tables["mz_fymx"], xmlx="5", jszt="1")[:5]
    name = "一般诊疗费（" + "含挂号、诊查、注射与药事服务" * 9 + "）"
    lines = rename(tables, "mz_fymx", "xmmc", rows, name)
    return {"X09.fee_line": lines, "SETTLE_MZ_DETAIL.ITEM_NAME_HOSP.width": lines}


@fault("诊断名称 65 个字", "SETTLE_ZY_DIAGNOSIS.DISCHARGE_DISEASE_NAME_MAIN.width")
def long_diagnosis_name(tables: Tables) -> Broken:
    """The main diagnosis of the first stay settled, as each settlement of that stay shows it."""
    bills, table = tables["zy_jsb"], tables["zd_jlb"]
    stay = bills["zyid"][int(find(bills, jszt="1")[0])]
    rows = find(table, jzlx="住", zdlb="3", zcbz="主")
    rows = rows[pc.equal(table["jzid"], stay).to_numpy()[rows]]
    rename(tables, "zd_jlb", "zdmc", rows, "慢性阻塞性肺疾病伴急性加重" * 5)
    shown = find(bills, jszt="1")
    shown = shown[pc.equal(bills["zyid"], stay).to_numpy()[shown]]
    return {"SETTLE_ZY_DIAGNOSIS.DISCHARGE_DISEASE_NAME_MAIN.width": named(bills, "zy_jsb", shown)}


@fault("名称是乱码", "X02.fee_line", "X02.diagnosis", "X02.staff")
def garbled_names(tables: Tables) -> Broken:
    """UTF-8 read as GBK, GBK read as UTF-8, UTF-8 read as Latin-1, and a charset without Chinese."""
    name = "阿莫西林胶囊"
    lines = [name.encode().decode("gbk", "replace"), name.encode("gbk").decode("utf-8", "replace"), "锟斤拷锟斤拷"]
    latin = [name.encode().decode("latin-1"), name.encode("gbk").decode("latin-1"), "??????"]
    return {
        "X02.fee_line": rename(tables, "mz_fymx", "xmmc", drug_lines(tables, 3), lines),
        "X02.diagnosis": rename(tables, "zd_jlb", "zdmc", diagnoses(tables, 3), latin),
        "X02.staff": rename(tables, "ry_xx", "ryxm", find(tables["ry_xx"], gw="收费员")[:1], "鐜嬪缓鍥�"),
    }


@fault("身份证号是全角数字", "P01a", "X03.person")
def full_width_digits_in_identity_number(tables: Tables) -> Broken:
    rows = treated(tables, 2)
    wide = str.maketrans({chr(ord("0") + digit): chr(ord("０") + digit) for digit in range(10)})
    broken = respell(tables, rows, "sfzh", [one.translate(wide) for one in numbers(tables, rows)])
    return {"P01a": broken, "X03.person": broken}


@fault("身份证号变成了科学计数法", "P01a", "X04.person")
def identity_number_in_scientific_notation(tables: Tables) -> Broken:
    rows = treated(tables, 2)
    texts = [f"{one[0]}.{one[1:15]}E+17" for one in numbers(tables, rows)]
    broken = respell(tables, rows, "sfzh", texts)
    return {"P01a": broken, "X04.person": broken}


@fault("社会保障号后面带空格", "X05.settlement")
def blanks_behind_certificate_number(tables: Tables) -> Broken:
    table = tables["mz_jsb"]
    rows = settled(table)
    rows = rows[pc.is_valid(table["pzhm"]).to_numpy()[rows]][:3]
    spaced = [
        text + blank
        for text, blank in zip(table["pzhm"].take(pa.array(rows)).to_pylist(), " \u3000\u00a0", strict=True)
    ]
    return {"X05.settlement": rename(tables, "mz_jsb", "pzhm", rows, spaced)}


@fault("诊断名称中有看不见的字符", "X06.diagnosis")
def invisible_characters_in_diagnosis_name(tables: Tables) -> Broken:
    rows = diagnoses(tables, 2)
    return {"X06.diagnosis": rename(tables, "zd_jlb", "zdmc", rows, ["慢性\u200b胃炎", "\ufeff高血压"])}


@fault("药品规格写着 NULL、N/A", "X07.fee_line")
def null_words_in_specifications(tables: Tables) -> Broken:
    rows = drug_lines(tables, 3)
    return {"X07.fee_line": rename(tables, "mz_fymx", "gg", rows, ["NULL", "N/A", "nan"])}


@fault("诊断名称中有网页标记、公式符号和造字", "X08.diagnosis", "X10.diagnosis", "X11.diagnosis")
def odd_signs_in_diagnosis_names(tables: Tables) -> Broken:
    rows = diagnoses(tables, 3)
    rename(tables, "zd_jlb", "zdmc", rows, ["慢性胃炎&nbsp;<br>", "=高血压", "\ue001疹"])
    rules = ("X08.diagnosis", "X10.diagnosis", "X11.diagnosis")
    return {rule: named(tables["zd_jlb"], "zd_jlb", rows[place : place + 1]) for place, rule in enumerate(rules)}
