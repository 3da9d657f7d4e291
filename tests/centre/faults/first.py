"""The first faults; to be sorted into modules by what they break."""

from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.registry import Tables, fault
from tests.centre.faults.tools import drop, find, lines_of, put, settled, share


@fault("结算单重复出现")
def duplicate_settlement(tables: Tables) -> int:
    table = tables["mz_jsb"]
    rows = share(settled(table), 10)
    tables["mz_jsb"] = pa.concat_tables([table, table.take(rows)]).combine_chunks()
    return len(rows)


@fault("三月份的门诊结算与明细全部缺失")
def missing_month(tables: Tables) -> int:
    broken = 0
    for name, column in (("mz_jsb", "jssj"), ("mz_fymx", "sfsj")):
        month = pc.fill_null(pc.equal(pc.month(tables[name][column]), 3), False)
        broken += drop(tables, name, np.flatnonzero(month.to_numpy(zero_copy_only=False)))
    return broken


@fault("费用明细找不到结算单")
def orphan_detail(tables: Tables) -> int:
    rows = share(find(tables["mz_fymx"], jszt="1"), 5)
    return put(tables, "mz_fymx", "jsid", rows, 999_999_999)


@fault("主单总金额比明细多 1%")
def header_detail_mismatch(tables: Tables) -> int:
    table = tables["mz_jsb"]
    rows = settled(table)
    more = pc.cast(
        pc.round(pc.multiply(table["zje"].take(rows), pa.scalar("1.01").cast(pa.decimal128(3, 2))), 2), "string"
    )
    return put(tables, "mz_jsb", "zje", rows, pc.cast(more, pa.decimal128(16, 2)).combine_chunks())


@fault("结算单没有明细")
def settlement_without_detail(tables: Tables) -> int:
    rows = share(settled(tables["mz_jsb"]), 10)
    lines = lines_of(tables, tables["mz_jsb"]["jsid"].take(rows).combine_chunks())
    drop(tables, "mz_fymx", lines)
    return len(rows)


@fault("非退费结算单总金额为负")
def negative_total_without_refund(tables: Tables) -> int:
    rows = find(tables["mz_jsb"], tfbz="1")
    return put(tables, "mz_jsb", "tfbz", rows, "0")


@fault("退费单没有指明原单")
def refund_without_original(tables: Tables) -> int:
    rows = find(tables["mz_jsb"], tfbz="1")[:2]
    return put(tables, "mz_jsb", "yjsid", rows, None)


@fault("期末结存比账面少 1")
def stock_imbalance(tables: Tables) -> int:
    table = tables["yk_jc"]
    last = pc.max(table["jcrq"]).as_py()
    one = pa.scalar(Decimal("1.0000"), pa.decimal128(16, 4))
    held = pc.and_(pc.equal(table["jcrq"], last), pc.greater(table["jcsl"], one))
    rows = np.flatnonzero(held.to_numpy(zero_copy_only=False))[:4]
    less = pc.cast(pc.subtract(table["jcsl"].take(rows), one), pa.decimal128(16, 4)).combine_chunks()
    return put(tables, "yk_jc", "jcsl", rows, less)


@fault("卖出而从未购进：缺少采购单")
def sold_never_bought(tables: Tables) -> int:
    return drop(tables, "yk_crk", find(tables["yk_crk"], ywlx="CG")[:5])


@fault("结算日期在将来")
def future_settlement(tables: Tables) -> int:
    """Outside every period that has passed: the ledger shows it, the package does not hold it."""
    rows = share(settled(tables["mz_jsb"]), 2)
    moment = pa.scalar(date(2031, 1, 1)).cast(pa.timestamp("us")).as_py()
    return put(tables, "mz_jsb", "jssj", rows, moment)


@fault("已收费的门诊明细丢了结算号")
def paid_line_without_settlement(tables: Tables) -> int:
    rows = share(find(tables["mz_fymx"], jszt="1"), 5)
    return put(tables, "mz_fymx", "jsid", rows, None)


@fault("结算单没有结算时间")
def settlement_without_date(tables: Tables) -> int:
    rows = settled(tables["mz_jsb"])[:3]
    return put(tables, "mz_jsb", "jssj", rows, None)


@fault("同一结算单退费两次")
def refunded_twice(tables: Tables) -> int:
    table = tables["mz_jsb"]
    rows = find(table, tfbz="1")[:1]
    again = table.take(rows)
    number = pa.array([pc.max(table["jsid"]).as_py() + 1])
    again = again.set_column(again.column_names.index("jsid"), table.schema.field("jsid"), number)
    tables["mz_jsb"] = pa.concat_tables([table, again]).combine_chunks()
    return 1
