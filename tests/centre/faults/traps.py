"""What the format cannot hold: too many diagnoses, the joiner inside a name."""

import numpy as np

from tests.centre.faults.money import broken
from tests.centre.faults.references import operation
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import copies, find, give, values


@fault("一次住院有 18 个出院诊断", "T12")
def too_many_diagnoses(tables: Tables) -> Broken:
    main = find(tables["zd_jlb"], zdlb="3", zcbz="主")[:1]
    [stay] = values(tables, "zd_jlb", "jzid", main)
    first = len(find(tables["zd_jlb"], zdlb="3", jzid=stay)) + 1
    fresh = copies(tables, "zd_jlb", np.repeat(main, 19 - first), zcbz="次", zdxh=list(range(first, 19)))
    return broken(tables, "zd_jlb", fresh[-2:], "T12")


@fault("诊断名称中有“|”", "T19a")
def joiner_in_diagnosis_name(tables: Tables) -> Broken:
    rows = find(tables["zd_jlb"], zdlb="3", zcbz="主")[:2]
    give(tables, "zd_jlb", rows, zdmc="急性支气管炎|咳嗽")
    return broken(tables, "zd_jlb", rows, "T19a")


@fault("手术名称中有“|”", "T19b")
def joiner_in_operation_name(tables: Tables) -> Broken:
    rows = operation(tables)
    give(tables, "ss_jlb", rows, ssmc="清创|缝合")
    return broken(tables, "ss_jlb", rows, "T19b")
