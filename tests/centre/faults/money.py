"""Amounts that do not add up."""

from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import (
    billed,
    few,
    find,
    give,
    lines_of,
    named,
    plus,
    settled,
    values,
    where,
)

FEN, YUAN = Decimal("0.01"), Decimal("1.00")
PAID_IN_CASH = ("zje", "qzfje", "grfd", "xjzf", "grzfei")
FUNDS = ("tczf", "gwybz", "qybc", "dbzf", "dezf", "yljz", "qtzf", "jjhj")


def insured(tables: Tables, column: str = "zje", least: Decimal = YUAN) -> np.ndarray:
    """A few insured outpatient settlements that stand, in which a column is not less than `least`."""
    rows = np.intersect1d(settled(tables["mz_jsb"]), find(tables["mz_jsb"], jslb="Y"))
    return few(where(tables, "mz_jsb", column, rows, least))


def charged(tables: Tables, column: str = "je", **equal: str) -> np.ndarray:
    """A few outpatient lines in which a column is not less than one yuan."""
    return few(where(tables, "mz_fymx", column, billed(tables, **equal), YUAN))


def broken(tables: Tables, name: str, rows: np.ndarray, *rules: str) -> Broken:
    """The rows break these rules."""
    return {rule: named(tables[name], name, rows) for rule in rules}


@fault("主单总金额比明细多 1%（全记在一张单上）", "I01", "V3")
def header_detail_mismatch(tables: Tables) -> Broken:
    rows = settled(tables["mz_jsb"])[:1]
    more = round(pc.sum(tables["mz_jsb"]["zje"]).as_py() / 100, 2)
    plus(tables, "mz_jsb", rows, more, *PAID_IN_CASH)
    return broken(tables, "mz_jsb", rows, "I01")


@fault("主单总金额比明细多 1 分", "I01")
def header_one_fen_more(tables: Tables) -> Broken:
    rows = few(settled(tables["mz_jsb"]))
    plus(tables, "mz_jsb", rows, FEN, *PAID_IN_CASH)
    return broken(tables, "mz_jsb", rows, "I01")


@fault("明细单价多 1 元，金额没有跟着改", "I02")
def price_times_quantity(tables: Tables) -> Broken:
    rows = charged(tables)
    plus(tables, "mz_fymx", rows, YUAN, "dj")
    return broken(tables, "mz_fymx", rows, "I02")


@fault("单价有三位小数，四舍五入后乘不出金额", "T07")
def price_of_three_decimals(tables: Tables) -> Broken:
    lines = tables["mz_fymx"]
    single = find(lines, sl=YUAN)
    exact = np.flatnonzero(pc.equal(lines["je"], lines["dj"]).to_numpy(zero_copy_only=False))
    rows = few(np.intersect1d(np.intersect1d(billed(tables), single), exact))
    plus(tables, "mz_fymx", rows, Decimal("0.005"), "dj")
    return broken(tables, "mz_fymx", rows, "T07")


@fault("收费明细的数量记成负数，金额仍为正", "I03a", "I02")
def quantity_of_other_sign(tables: Tables) -> Broken:
    rows = charged(tables)
    give(tables, "mz_fymx", rows, sl=[-old for old in values(tables, "mz_fymx", "sl", rows)])
    return broken(tables, "mz_fymx", rows, "I03a", "I02")


@fault("收费明细的单价为负", "I03b", "I02")
def negative_price(tables: Tables) -> Broken:
    rows = charged(tables)
    give(tables, "mz_fymx", rows, dj=[-old for old in values(tables, "mz_fymx", "dj", rows)])
    return broken(tables, "mz_fymx", rows, "I03b", "I02")


def _one_yuan_more(tables: Tables, column: str, rule: str) -> Broken:
    rows = insured(tables)
    plus(tables, "mz_jsb", rows, YUAN, column)
    return broken(tables, "mz_jsb", rows, rule)


@fault("医院负担多记 1 元，三方之和超过总费用", "I04")
def bearers_do_not_add_up(tables: Tables) -> Broken:
    return _one_yuan_more(tables, "yyfd", "I04")


@fault("账户共济多记 1 元，超过个人负担", "I05")
def personal_parts_do_not_add_up(tables: Tables) -> Broken:
    return _one_yuan_more(tables, "gjzf", "I05")


@fault("其他基金多记 1 元，超过基金支付合计", "I06")
def funds_do_not_add_up(tables: Tables) -> Broken:
    return _one_yuan_more(tables, "qtzf", "I06")


@fault("结算单先行自付多记 1 元，四部分之和超过总费用", "I07a")
def header_scope_does_not_add_up(tables: Tables) -> Broken:
    return _one_yuan_more(tables, "xxzfje", "I07a")


@fault("明细超限价多记 1 元，四部分之和超过金额", "I07b")
def line_scope_does_not_add_up(tables: Tables) -> Broken:
    rows = charged(tables)
    plus(tables, "mz_fymx", rows, YUAN, "cxjje")
    return broken(tables, "mz_fymx", rows, "I07b")


@fault("统筹支付多记，以负的企业补充冲平", "I08")
def pooled_fund_paid_twice(tables: Tables) -> Broken:
    rows = insured(tables)
    for row in rows.reshape(-1, 1):
        [total] = values(tables, "mz_jsb", "zje", row)
        plus(tables, "mz_jsb", row, total + YUAN, "tczf")
        plus(tables, "mz_jsb", row, -total - YUAN, "qybc")
    return broken(tables, "mz_jsb", rows, "I08")


@fault("符合范围金额大于总费用，以负的先行自付冲平", "I09a", "I09c")
def more_in_scope_than_charged(tables: Tables) -> Broken:
    header = insured(tables, "fhfwje")[:1]
    [total], [inside] = (values(tables, "mz_jsb", column, header) for column in ("zje", "fhfwje"))
    settlement = tables["mz_jsb"]["jsid"].take(header).combine_chunks()
    line = where(tables, "mz_fymx", "fhfwje", lines_of(tables, settlement), FEN)[:1]
    for name, row in (("mz_jsb", header), ("mz_fymx", line)):
        plus(tables, name, row, total - inside + YUAN, "fhfwje")
        plus(tables, name, row, inside - total - YUAN, "xxzfje")
    return broken(tables, "mz_jsb", header, "I09a") | broken(tables, "mz_fymx", line, "I09c")


@fault("结算单把 1 元符合范围的费用记成先行自付，明细没有", "I09b")
def header_and_lines_differ_in_scope(tables: Tables) -> Broken:
    rows = insured(tables, "fhfwje")
    plus(tables, "mz_jsb", rows, -YUAN, "fhfwje")
    plus(tables, "mz_jsb", rows, YUAN, "xxzfje")
    return broken(tables, "mz_jsb", rows, "I09b")


@fault("标为自费的结算单有统筹支付", "I11a")
def self_pay_with_fund(tables: Tables) -> Broken:
    rows = insured(tables, "tczf")
    give(tables, "mz_jsb", rows, jslb="Z", xz=None, pzhm=None)
    return broken(tables, "mz_jsb", rows, "I11a")


@fault("参保病人的结算单标为自费，险种和凭证号还在", "I11b")
def self_pay_with_scheme(tables: Tables) -> Broken:
    rows = insured(tables)
    total = values(tables, "mz_jsb", "zje", rows)
    nothing = dict.fromkeys((*FUNDS, "yyfd", "zhzf", "gjzf"), Decimal(0))
    give(tables, "mz_jsb", rows, jslb="Z", grfd=total, xjzf=total, **nothing)
    return broken(tables, "mz_jsb", rows, "I11b")


@fault("丙类项目有符合范围的金额", "I12")
def own_expense_in_scope(tables: Tables) -> Broken:
    rows = charged(tables, "fhfwje", xmdj="A")
    give(tables, "mz_fymx", rows, xmdj="C")
    return broken(tables, "mz_fymx", rows, "I12")
