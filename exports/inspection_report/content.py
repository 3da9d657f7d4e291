"""What the report says, before it is a page or a document: sections of plain text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.inspection import Activity, Finding, Guide, Inspected, Inspection, SourceFacts, TableFacts
from schemas.quantity import change_text, size_text
from schemas.result import Outcome

TITLE = "月度巡检报告（系统运行情况记录）"
MEANING = {
    Outcome.FAILED: "须处理：超过阈值，或数据源连不上",
    Outcome.WARNED: "请留意：接近阈值，或合同约定的库表维护事项",
    Outcome.NOT_VERIFIED: "没有查到：数据库不给出或账户无权看，不等于正常",
    Outcome.PASSED: "查过，在阈值之内",
    Outcome.NOT_APPLICABLE: "这种数据库或这个机构没有这一项",
}
COLOURS = {
    Outcome.FAILED: "#b3261e",
    Outcome.WARNED: "#9a5b00",
    Outcome.NOT_VERIFIED: "#5b4b8a",
    Outcome.PASSED: "#1f6f43",
}
SHOWN = tuple(MEANING)
_HEAD = ("对象", "项目", "表", "发现", "阈值", "与上次比", "说明", "建议")
_WIDTHS = (9, 9, 9, 17, 13, 8, 15, 20)


@dataclass(frozen=True)
class Section:
    """A heading with a table; `widths` in percent; `outcome` colours the heading; `tall` leaves room to write."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    note: str = ""
    outcome: Outcome | None = None
    tall: bool = False


@dataclass(frozen=True)
class Report:
    """The whole report; `worst` is the outcome that the verdict is about."""

    title: str
    verdict: str
    worst: Outcome
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def report_of(done: tuple[Inspected, ...], guide: Guide, units: str) -> Report:
    """What is said of these inspections.

    Args:
        done: the inspections, our own store among them.
        guide: what people check by hand, and the plans for the worst.
        units: the customer's name; empty where it is written by hand.
    """
    worst = worst_of(done)
    first = done[0].now
    facts = (
        ("单位", units or "　"),
        ("巡检日", first.day),
        ("巡检时间", first.at.replace("T", " ")[:19] + "（北京时间）"),
        ("范围", "、".join(one.now.source for one in done if isinstance(one.now.facts, SourceFacts | None))),
    )
    return Report(TITLE, _verdict(done, worst), worst, facts, tuple(_sections(done, guide)))


def worst_of(done: Iterable[Inspected]) -> Outcome:
    """The worst outcome of all; "not verified" alone is not worse than passed, and the verdict says how many."""
    found = {finding.outcome for one in done for finding in one.now.findings}
    return next((one for one in (Outcome.FAILED, Outcome.WARNED) if one in found), Outcome.PASSED)


def _verdict(done: tuple[Inspected, ...], worst: Outcome) -> str:
    counts = {outcome: sum(one.now.count(outcome) for one in done) for outcome in SHOWN}
    down = [one.now.source for one in done if one.unreached]
    said = {
        Outcome.FAILED: f"有 {counts[Outcome.FAILED]} 项不通过，须处理",
        Outcome.WARNED: "没有不通过的项目，有提示",
        Outcome.PASSED: "查到的项目都在阈值之内",
    }[worst]
    unseen = f"；未能巡检：{'、'.join(down)}" if down else ""
    return f"{said}；提示 {counts[Outcome.WARNED]} 项，未验证 {counts[Outcome.NOT_VERIFIED]} 项（不等于正常）{unseen}。"


def _sections(done: tuple[Inspected, ...], guide: Guide) -> Iterator[Section]:
    yield _overview(done)
    for outcome in (Outcome.FAILED, Outcome.WARNED, Outcome.NOT_VERIFIED):
        rows = tuple(
            _row(one.now, finding) for one in done for finding in one.now.findings if finding.outcome is outcome
        )
        if rows:
            yield Section(f"{outcome}（{len(rows)} 项）", _HEAD, rows, _WIDTHS, MEANING[outcome], outcome)
    for one in done:
        yield from _details(one)
    manual = tuple((item, how, "", "") for item, how in guide.manual)
    yield Section(
        "人工检查",
        ("项目", "怎么查", "结果", "处理"),
        manual,
        (22, 30, 28, 20),
        "程序看不到的项目，由巡检人现场填写；没有填写的视为未查。",
        tall=True,
    )
    yield Section("应急预案", ("情形", "怎么办"), guide.plans, (22, 78))
    yield Section(
        "签字",
        ("巡检人", "日期", "客户意见", "客户签字（盖章）", "日期"),
        (("",) * 5,),
        (18, 14, 30, 24, 14),
        tall=True,
    )


def _overview(done: tuple[Inspected, ...]) -> Section:
    head = ("对象", "名称", "数据库", "大小", "与上次比", *(str(outcome) for outcome in SHOWN), "上次巡检")
    rows = tuple(_summary(one) for one in done)
    return Section("概况", head, rows, (11, 20, 11, 9, 13, 6, 5, 6, 5, 6, 8))


def _summary(one: Inspected) -> tuple[str, ...]:
    facts, before = one.now.facts, one.before.facts if one.before else None
    engine, size, change = "", "", ""
    if one.unreached:
        engine = "未能连接"
    elif isinstance(facts, SourceFacts):
        engine, size = facts.engine, size_text(facts.size) or "不明"
        change = change_text(facts.size, before.size if isinstance(before, SourceFacts) else None, sized=True)
    counts = (str(one.now.count(outcome)) for outcome in SHOWN)
    return (_name(one.now), one.now.title, engine, size, change, *counts, one.now.earlier or "首次")


def _name(now: Inspection) -> str:
    return "本机" if now.source.startswith("_") else now.source


def _row(now: Inspection, one: Finding) -> tuple[str, ...]:
    return (_name(now), one.title, one.table, one.value, one.threshold, one.trend, one.reason, one.advice)


def _details(one: Inspected) -> Iterator[Section]:
    now, name = one.now, _name(one.now)
    calm = tuple(
        (finding.title, str(finding.outcome), finding.value, finding.threshold, finding.trend, finding.reason)
        for finding in now.findings
        if finding.outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    )
    if calm:
        head = ("项目", "结果", "数值", "阈值", "与上次比", "说明")
        yield Section(f"{name}：其余各项", head, calm, (14, 8, 26, 24, 10, 18))
    if isinstance(now.facts, SourceFacts):
        yield _trend(name, now.facts, one.before)


def _trend(name: str, facts: SourceFacts, before: Inspection | None) -> Section:
    then = before.facts.tables if before and isinstance(before.facts, SourceFacts) else {}
    rows = tuple(
        _trend_row(table, then.get(table.name), facts.activity.get(table.name))
        for table in facts.tables.values()
        if table.read
    )
    head = ("表", "名称", "行数", "与上次比", "大小", "与上次比", "最近记录", "期间有记录")
    others = sum(not table.read for table in facts.tables.values())
    note = f"导出和同步所读取的表；另有 {others} 张表不读取，只看结构与大小。" if others else "导出和同步所读取的表。"
    return Section(f"{name}：各表与趋势", head, rows, (14, 18, 16, 14, 9, 12, 9, 8), note)


def _trend_row(table: TableFacts, then: TableFacts | None, seen: Activity | None) -> tuple[str, ...]:
    rows = "不明" if table.rows is None else f"{table.rows:,}{'' if table.counted else '（估计）'}"
    return (
        table.name,
        table.title,
        rows,
        change_text(table.rows, then.rows if then else None),
        size_text(table.size) or "不明",
        change_text(table.size, then.size if then else None, sized=True),
        "" if seen is None else "未验证" if seen.untold else seen.last or "没有",
        "" if seen is None or seen.untold else f"{sum(count > 0 for count in seen.days.values())} 天",
    )
