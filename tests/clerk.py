"""A small book of findings for the tests of the clerk's workbook, and a clerk who answers in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from exports.findings_workbook.layout import ANSWER, KEY, NAME, ON, REMARK, RULE, TITLES, UNTIL
from exports.findings_workbook.lines import Book
from schemas.comparison import Past, compare
from schemas.finding import Finding, findings_table
from schemas.result import CheckResult, Outcome
from schemas.waiver import Waiver, apply
from tests.house import FORM

DAY = date(2026, 11, 25)
FAILED, WARNED, NOT_VERIFIED = Outcome.FAILED, Outcome.WARNED, Outcome.NOT_VERIFIED
WHY, FIX = "检查方首先比对主单与明细金额，差一分也要解释。", "按结算单号核对收费明细，逐笔补录后重新结算。"
RESULTS = (
    CheckResult("V8", "每个月都有数据", FAILED, "SETTLE_MZ、SETTLE_ZY", failing=1, reason="门诊缺 202403 月"),
    CheckResult("I01", "明细合计等于总费用", FAILED, "settlement", failing=40, who="收费", why=WHY, fix=FIX),
    CheckResult(
        "I02", "金额等于单价乘数量", WARNED, "fee_line", failing=31_204, who="收费", level="warns", why=WHY, fix=FIX
    ),
    CheckResult("P03", "编码合乎国家编码的形状", WARNED, "fee_line", failing=2, who="医保办", level="hint", fix=FIX),
    CheckResult("R04", "结算单号不重复", FAILED, "settlement", failing=1, who="收费", fix=FIX, waivable=False),
    CheckResult("S01", "进销存相平", Outcome.PASSED, "stock_balance", total=80, who="药房"),
    CheckResult("V11", "总费用与财务报表一致", NOT_VERIFIED, who="收费", reason="未提供财务报表的各月合计"),
)  # fmt: skip


def _finding(rule: str, table: str, number: int, column: str, value: str) -> Finding:
    time = datetime(2024, 3, 1, 8, 30) + timedelta(days=number)
    place = f"门诊收费 → 结算查询 → 结算单号 2024{number:08d}"
    return Finding(rule, table, f"mz_jsb:{number}", place, column, value, "", Decimal("100.50") + number, time)


FINDINGS = (
    *(_finding("I01", "settlement", number, "medfee_sumamt", f"{number}.50") for number in range(40)),
    *(_finding("I02", "fee_line", number, "det_item_fee_sumamt", "3.53") for number in range(30)),
    _finding("P03", "fee_line", 90, "med_list_codg", "650402199001019001"),
    _finding("P03", "fee_line", 91, "med_list_codg", "=1+1"),
    _finding("R04", "settlement", 7, "setl_id", "7，出现 2 次"),
)


def a_waiver(rule: str = "I01", number: int = 0, **changes: Any) -> Waiver:
    """An answer that holds, to a row of a rule."""
    found = next(one for one in FINDINGS if one.rule == rule and one.row == f"mz_jsb:{number}")
    whole = Waiver(found.key, "情况属实", "有单据", "张三", date(2026, 11, 20), date(2027, 11, 20), place="收费第 3 行")
    return replace(whole, **changes)


def a_book(
    waivers: Sequence[Waiver] = (),
    past: Past | None = None,
    results: Sequence[CheckResult] = RESULTS,
    findings: Sequence[Finding] = FINDINGS,
) -> Book:
    """A book as it is written on `DAY`."""
    table = findings_table(list(findings))
    return Book(
        sentence="不可交付：有 3 项核对不通过；V11 未验证。",
        institution="某某镇卫生院（H65040200001）",
        period="2024-01-01 至 2024-12-31",
        form=FORM,
        run="20261125-080000-H65040200001",
        applied=apply(results, table, waivers, DAY),
        findings=table,
        comparison=compare(results, table, past),
    )


def fill(path: Path, sheet: str, rows: Sequence[int], **cells: Any) -> None:
    """Answer in some rows of a sheet and save, as a clerk does; a cell of None stays empty."""
    whole = {ANSWER: "情况属实", REMARK: "手工减免，有单据", NAME: "张三", ON: date(2026, 11, 20), UNTIL: None, **cells}
    book = openpyxl.load_workbook(path)
    for row in rows:
        for title, value in whole.items():
            book[sheet].cell(row, TITLES.index(title) + 1).value = value
    book.save(path)


def rows_of(path: Path, sheet: str, rule: str, own: bool = False) -> list[int]:
    """The row numbers of a rule's rows on a sheet, or of its own line."""
    found = openpyxl.load_workbook(path)[sheet]
    head = [cell.value for cell in found[1]]
    rule_at, key_at = head.index(RULE), head.index(KEY)
    lines = [(number, row) for number, row in enumerate(found.iter_rows(values_only=True), start=1) if number > 1]
    mine = [(number, str(row[key_at])) for number, row in lines if row[rule_at] == rule]
    return [number for place, (number, _) in enumerate(mine) if (place == 0) == own]
