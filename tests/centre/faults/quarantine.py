"""Rows that cannot stand in any format: without a key, without an amount."""

from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import find, named, put


@fault("次要诊断没有序号", "Q01")
def diagnosis_without_number(tables: Tables) -> Broken:
    rows = find(tables["zd_jlb"], zcbz="次")[:1]
    put(tables, "zd_jlb", "zdxh", rows, None)
    broken = named(tables["zd_jlb"], "zd_jlb", rows)
    return {"Q01": broken}


@fault("收费明细没有金额", "Q02", "I01")
def line_without_amount(tables: Tables) -> Broken:
    """A line of a service, so that no stock movement points to it; its settlement does not add up any more."""
    lines = tables["mz_fymx"]
    rows = find(lines, jszt="1", xmlx="5")[:2]
    put(tables, "mz_fymx", "je", rows, None)
    broken = named(lines, "mz_fymx", rows)
    bills = {f"mz_jsb:{number}" for number in lines["jsid"].take(rows).to_pylist()}
    return {"Q02": broken, "I01": bills}
