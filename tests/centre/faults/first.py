"""The first faults; to be sorted into modules by what they break."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.registry import Tables, fault
from tests.centre.faults.tools import find, put, share


@fault("医生姓名为空")
def missing_doctor_name(tables: Tables) -> int:
    rows = find(tables["ry_xx"], gw="医师")[:3]
    return put(tables, "ry_xx", "ryxm", rows, None)


def _rename_item(tables: Tables, name: str) -> int:
    """Give the item that is billed most another name."""
    lines = tables["mz_fymx"]
    counts = pc.value_counts(lines["xmdm"].combine_chunks())
    code = max(counts.to_pylist(), key=lambda one: (one["counts"], one["values"]))["values"]
    return put(tables, "mz_fymx", "xmmc", find(lines, xmdm=code), name)


@fault("项目名称中有换行、引号和分隔符")
def newline_and_delimiter_in_item_name(tables: Tables) -> int:
    return _rename_item(tables, '一般诊疗费\r\n"含|@|挂号"')


@fault("项目名称超过 100 个字")
def long_item_name(tables: Tables) -> int:
    return _rename_item(tables, "一般诊疗费（" + "含挂号、诊查、注射与药事服务" * 9 + "）")


@fault("诊断名称 60 个字")
def long_diagnosis_name(tables: Tables) -> int:
    rows = share(find(tables["zd_jlb"], zdlb="3", zcbz="主"), 100)
    return put(tables, "zd_jlb", "zdmc", rows, "慢性阻塞性肺疾病伴急性加重" * 5)


@fault("性别写成字典里没有的文字")
def unknown_gender(tables: Tables) -> int:
    return put(tables, "br_jbxx", "xb", np.arange(0, tables["br_jbxx"].num_rows, 20), "不详")


@fault("日期写成 2024/2/30（只有 SQLite 和文本列放得下）")
def unreadable_date(tables: Tables) -> int:
    """The column becomes text: databases with real dates cannot hold such a value."""
    table = tables["br_jbxx"]
    text = pc.cast(table["csrq"], pa.string()).combine_chunks()
    rows = np.arange(0, table.num_rows, 25)
    mask = np.zeros(table.num_rows, dtype=np.bool_)
    mask[rows] = True
    spoilt = pc.replace_with_mask(text, pa.array(mask), pa.array(["2024/2/30"] * len(rows)))
    place = table.column_names.index("csrq")
    tables["br_jbxx"] = table.set_column(place, "csrq", spoilt)
    return len(rows)
