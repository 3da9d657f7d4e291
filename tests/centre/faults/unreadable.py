"""Values that are no date and no number. Their columns become text: databases with real types cannot hold them."""

import numpy as np
import pyarrow as pa

from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import as_text, find, named, put


def spoil_lines(tables: Tables, column: str, texts: list[str]) -> set[str]:
    """Put texts into a column of paid outpatient lines."""
    rows = find(tables["mz_fymx"], jszt="1", xmlx="5")[: len(texts)]
    as_text(tables, "mz_fymx", column)
    put(tables, "mz_fymx", column, rows, pa.array(texts))
    return named(tables["mz_fymx"], "mz_fymx", np.asarray(rows))


@fault(
    "执行时间写成 2024/2/30 和 0000-00-00",
    "fee_line.fee_ocur_time.readable",
    "SETTLE_MZ_DETAIL.USAGE_DATE.required",
    "V10",
)
def unreadable_date(tables: Tables) -> Broken:
    lines = spoil_lines(tables, "zxsj", ["2024/2/30", "0000-00-00", "0000-00-00 00:00:00"])
    return {"fee_line.fee_ocur_time.readable": lines, "SETTLE_MZ_DETAIL.USAGE_DATE.required": lines}


@fault(
    "单价写成 1,234.50元 和全角数字",
    "fee_line.pric.readable",
    "SETTLE_MZ_DETAIL.UNIT_PRICE.required",
    "V10",
)
def unreadable_price(tables: Tables) -> Broken:
    lines = spoil_lines(tables, "dj", ["1,234.50元", "１２.５０", "￥8"])
    return {"fee_line.pric.readable": lines, "SETTLE_MZ_DETAIL.UNIT_PRICE.required": lines}
