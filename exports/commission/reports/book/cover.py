"""The cover: whose report, of which period, by which definitions, on which bases, and whether its checks hold."""

from collections import Counter
from datetime import timedelta
from typing import Any

from exports.commission.reports.book.frame import Sheet, Told
from exports.findings_workbook.sheet import Styles
from schemas.account import ExportClass
from schemas.result import Outcome

WIDTHS = (18, 70)
NAMED = 12


def write_cover(book: Any, styles: Styles, told: Told) -> None:
    """Write the first sheet."""
    sheet = Sheet(book, styles, "封面", WIDTHS, told)
    pack = told.report.pack
    sheet.title(pack.title, 18)
    sheet.title(f"{told.area}　{told.report.period.title}", 13)
    for name, text in _facts(told):
        lines = sum(1 + len(line) // 34 for line in text.split("\n"))
        sheet.sheet.set_row(sheet.line, 15 * lines + 4)
        sheet.row((name, text))
    sheet.line += 1
    for name in ("制表人", "审核人", "负责人", "日期"):
        sheet.sheet.set_row(sheet.line, 22)
        sheet.row((name, ""))
    sheet.sheet.fit_to_pages(1, 1)


def _facts(told: Told) -> list[tuple[str, str]]:
    report, pack = told.report, told.report.pack
    days = report.period.days
    editions = Counter(one.edition for one in told.indicators)
    facts = [
        ("单位", f"{told.area}（{len(report.nodes)} 个机构）"),
        ("期间", f"{report.period.title}：{days.first} 至 {days.until - timedelta(days=1)}；累计数自年初起"),
        ("截止时间", told.as_of),
        ("机构树", told.tree),
        ("兵团", told.xpcc),
        ("报表", f"{pack.title}（{pack.id}，{pack.edition}）；依据：{pack.source}"),
        ("口径版本", "；".join(f"{edition}：{n} 项" for edition, n in sorted(editions.items())) + "。逐项见“口径说明”"),
        ("分母来源", _bases(told)),
        ("上报情况", _unreported(told)),
        ("校验结果", _verdict(told)),
        ("数据级别", f"{ExportClass.A}（{ExportClass.A.words}）{told.suppressed and '；' + told.suppressed}"),
        ("制表", f"{told.made}，账户 {told.account}" + (f"，{told.who}" if told.who else "")),
    ]
    return [*facts, *(("说明", note) for note in (pack.note, *report.notes) if note)]


def _bases(told: Told) -> str:
    if not told.bases:
        return "本表没有人工录入的分母"
    ways: Counter[str] = Counter()
    for _, _, way, entries in told.bases:
        ways[way.partition("（")[0]] += entries
    return "；".join(f"{way} {n} 项" for way, n in sorted(ways.items())) + "。逐项见“口径说明”"


def _unreported(told: Told) -> str:
    if not told.unreported:
        return "全部机构均已上报"
    shown = "、".join(f"{name}（{system}）" for name, system in told.unreported[:NAMED])
    more = f"等，共 {len(told.unreported)} 项" if len(told.unreported) > NAMED else ""
    return f"未上报：{shown}{more}。表中以“未上报”标明，不作 0 计"


def _verdict(told: Told) -> str:
    outcomes = Counter(check.result.outcome for check in told.checks)
    if not outcomes:
        return "本表不设校验"
    counted = "、".join(f"{outcome} {outcomes[outcome]} 条" for outcome in Outcome if outcomes[outcome])
    if outcomes[Outcome.FAILED]:
        return f"有 {outcomes[Outcome.FAILED]} 条校验不通过，上报前须更正（{counted}）"
    return counted
