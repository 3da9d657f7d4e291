"""Refunds that do not reverse what they name."""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.money import PAID_IN_CASH, broken
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import (
    copies,
    few,
    find,
    give,
    lines_of,
    plus,
    settled,
    shift,
    values,
)


def refunds(tables: Tables) -> np.ndarray:
    """Two outpatient refunds whose originals are there."""
    rows = find(tables["mz_jsb"], jszt="1", tfbz="1")
    origins = tables["mz_jsb"]["yjsid"].take(pa.array(rows))
    there = pc.is_in(origins, value_set=tables["mz_jsb"]["jsid"].combine_chunks())
    return np.asarray(rows[there.to_numpy()][:2])


def originals(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """The settlements that refunds reverse, one for each."""
    numbers = tables["mz_jsb"]["yjsid"].take(pa.array(rows)).combine_chunks()
    return np.asarray(pc.index_in(numbers, tables["mz_jsb"]["jsid"].combine_chunks()).to_numpy(zero_copy_only=False))


def lines(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """The fee lines of settlements."""
    return lines_of(tables, tables["mz_jsb"]["jsid"].take(pa.array(rows)).combine_chunks())


def single(tables: Tables, row: np.ndarray) -> np.ndarray:
    """A line of a refund that takes back one unit: the consultation."""
    return np.intersect1d(lines(tables, row), find(tables["mz_fymx"], sl=Decimal(-1)))[:1]


@fault("非退费结算单总金额为负", "F01d", "V9")
def negative_total_without_refund(tables: Tables) -> Broken:
    rows = refunds(tables)
    give(tables, "mz_jsb", rows, tfbz="0")
    return broken(tables, "mz_jsb", rows, "F01d")


@fault(
    "退费单没有指明原单",
    "F01b",
    "SETTLE_MZ.REFUND_HISID.required_when",
    "SETTLE_MZ_DETAIL.REFUND_HISID.required_when",
)
def refund_without_original(tables: Tables) -> Broken:
    rows = refunds(tables)
    give(tables, "mz_jsb", rows, yjsid=None)
    return broken(tables, "mz_jsb", rows, "F01b")


@fault("退费单指明的原单不存在", "F01b")
def refund_of_unknown_original(tables: Tables) -> Broken:
    rows = refunds(tables)
    give(tables, "mz_jsb", rows, yjsid=999_999_999)
    return broken(tables, "mz_jsb", rows, "F01b")


@fault("正常收费的结算单标成退费", "F01a", "F01b")
def refund_of_positive_total(tables: Tables) -> Broken:
    rows = few(settled(tables["mz_jsb"]), 2)
    give(tables, "mz_jsb", rows, tfbz="1", yjsid=999_999_999)
    return broken(tables, "mz_jsb", rows, "F01a", "F01b")


@fault("退费单比原单少退 2 分", "F01c")
def refund_two_fen_short(tables: Tables) -> Broken:
    rows = refunds(tables)[:1]
    line, more = single(tables, rows), Decimal("0.02")
    plus(tables, "mz_jsb", rows, more, *PAID_IN_CASH)
    plus(tables, "mz_fymx", line, more, "je", "qzfje")
    plus(tables, "mz_fymx", line, -more, "dj")
    return broken(tables, "mz_jsb", rows, "F01c")


@fault("同一结算单退费两次", "F01c", "F02a")
def refunded_twice(tables: Tables) -> Broken:
    rows = refunds(tables)[:1]
    back = lines(tables, rows)
    again = copies(tables, "mz_jsb", rows)
    [number] = values(tables, "mz_jsb", "jsid", again)
    double = copies(tables, "mz_fymx", back, jsid=number)
    both, all_lines = np.append(rows, again), np.append(back, double)
    return broken(tables, "mz_jsb", both, "F01c") | broken(tables, "mz_fymx", all_lines, "F02a")


@fault("退费单的时间早于原单", "F01e")
def refund_before_original(tables: Tables) -> Broken:
    rows = refunds(tables)
    start = values(tables, "mz_jsb", "jssj", originals(tables, rows))
    shift(tables, "mz_jsb", rows, "jssj", start, timedelta(seconds=-1))
    return broken(tables, "mz_jsb", rows, "F01e")


@fault("退费数量是原数量的两倍，单价减半", "F02a")
def refund_beyond_original(tables: Tables) -> Broken:
    line = single(tables, refunds(tables)[:1])
    [price] = values(tables, "mz_fymx", "dj", line)
    give(tables, "mz_fymx", line, sl=Decimal(-2), dj=price / 2)
    return broken(tables, "mz_fymx", line, "F02a")


@fault("退费明细没有指明原明细", "F02b", "F03")
def refund_line_without_original(tables: Tables) -> Broken:
    rows = refunds(tables)[:1]
    line = lines(tables, rows)[:1]
    give(tables, "mz_fymx", line, yfyid=None)
    return broken(tables, "mz_fymx", line, "F02b") | broken(tables, "mz_jsb", rows, "F03")


@fault("被冲销的原单结算日期在将来", "D04a", "F01e")
def future_settlement(tables: Tables) -> Broken:
    """Nothing else of the future is read: the period cuts it off."""
    rows = refunds(tables)[:1]
    first = originals(tables, rows)
    shift(tables, "mz_jsb", first, "jssj", values(tables, "mz_jsb", "jssj", first), timedelta(days=2557))
    return broken(tables, "mz_jsb", first, "D04a") | broken(tables, "mz_jsb", rows, "F01e")
