"""Whether rows still come in: the last record, rows of the future, days without any.

Weekends and holidays without a row are mentioned, never held against anybody: a centre may be closed. A table that
does not get rows on nearly every working day is not judged by days.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.inspection.judge_institutions import institutions
from flows.inspection.workdays import every_day, is_working
from schemas.inspection import Activity, Finding, Guide, SourceFacts
from schemas.result import Outcome

_SHOWN = 10


def rhythm(facts: SourceFacts, before: SourceFacts | None, guide: Guide, day: date) -> Iterator[Finding]:
    """Every finding about when rows came in."""
    if not facts.activity:
        yield guide.finding("last", Outcome.NOT_APPLICABLE, reason="没有写明日期列的表可查")
        return
    asked = {name: one for name, one in facts.activity.items() if not one.untold}
    then = before.activity if before else {}
    for name in sorted(facts.activity.keys() - asked.keys()):
        yield guide.finding("last", Outcome.NOT_VERIFIED, table=name, reason=facts.activity[name].untold)
    if asked:
        yield _latest(asked, guide, day)
    yield from _stopped(asked, then, guide, day)
    yield from _ahead(asked, guide)
    yield from _missing([one for one in asked.values() if one.steady], guide, day)
    yield institutions(facts, guide, day)


def _latest(asked: dict[str, Activity], guide: Guide, day: date) -> Finding:
    """The latest record of the whole source."""
    limits = guide.limits
    last = max(one.last for one in asked.values())
    age = (day - date.fromisoformat(last)).days if last else None
    outcome = Outcome.FAILED if age is None or age > limits.window_days else Outcome.PASSED
    if outcome is Outcome.PASSED and age is not None and age > limits.stopped_days:
        outcome = Outcome.WARNED
    return guide.finding(
        "last",
        outcome,
        value=f"全库最近 {last}，距今 {age} 天" if last else "全库没有记录",
        threshold=f"提示 {limits.stopped_days} 天，不通过 {limits.window_days} 天",
        reason=f"{len(asked)} 张表中最晚的",
    )


def _stopped(asked: dict[str, Activity], then: dict[str, Activity], guide: Guide, day: date) -> Iterator[Finding]:
    """Tables that used to get rows: each working day, or at least in the time before."""
    limits = guide.limits
    calm = 0
    for name, one in asked.items():
        age = (day - date.fromisoformat(one.last)).days if one.last else limits.window_most_days
        earlier = then.get(name)
        quiet = earlier is not None and any(earlier.days.values()) and not any(one.days.values())
        if one.steady and age > limits.silent_days:
            outcome = Outcome.FAILED if age > limits.stopped_days else Outcome.WARNED
        elif not one.steady and quiet and age > limits.stopped_days:
            outcome = Outcome.WARNED
        else:
            calm += not one.steady
            continue
        yield guide.finding(
            "last",
            outcome,
            table=name,
            value=f"{one.last}，距今 {age} 天" if one.last else "没有记录",
            threshold=f"天天有记录的表：提示 {limits.silent_days} 天，不通过 {limits.stopped_days} 天",
            trend=f"上次巡检时为 {earlier.last}" if earlier and earlier.last else "",
            reason="平时工作日几乎天天有记录" if one.steady else "上一期间有记录，这一期间没有",
        )
    if calm:
        reason = "不是天天有记录的表，没有按天判断；最近日期见“各表与趋势”"
        yield guide.finding("last", Outcome.NOT_APPLICABLE, value=f"{calm} 张表", reason=reason)


def _ahead(asked: dict[str, Activity], guide: Guide) -> Iterator[Finding]:
    found = [one for one in asked.values() if one.ahead]
    for one in found:
        yield guide.finding("ahead", Outcome.WARNED, table=one.table, value=f"{one.column} 最晚为 {one.ahead}")
    if not found:
        outcome = Outcome.PASSED if asked else Outcome.NOT_VERIFIED
        yield guide.finding("ahead", outcome, value=f"检查了 {len(asked)} 张表")


def _missing(judged: list[Activity], guide: Guide, day: date) -> Iterator[Finding]:
    limits = guide.limits
    threshold = f"工作日至少 {limits.daily_share_percent}% 有记录、平均至少 {limits.daily_rows} 行的表，工作日不应缺"
    if not judged:
        yield guide.finding("days", Outcome.NOT_APPLICABLE, threshold=threshold, reason="没有平时天天有记录的表")
        return
    whole = 0
    for one in judged:
        empty = [at for at in _span(one, day) if not one.days.get(at.isoformat())]
        holes = [at.isoformat() for at in empty if is_working(at, guide)]
        if not holes:
            whole += 1
            continue
        off = len(empty) - len(holes)
        yield guide.finding(
            "days",
            Outcome.WARNED,
            table=one.table,
            value=f"{len(holes)} 个工作日：{'、'.join(holes[:_SHOWN])}{'……' if len(holes) > _SHOWN else ''}",
            threshold=threshold,
            reason=f"{one.since} 起" + (f"；另有 {off} 个周末或节假日没有记录，不计" if off else ""),
        )
    if whole:
        value = f"{whole} 张表自 {min(one.since for one in judged)} 起工作日都有记录"
        yield guide.finding("days", Outcome.PASSED, value=value, threshold=threshold)


def _span(one: Activity, day: date) -> list[date]:
    """The days up to the last record: what comes after it is the matter of `last`."""
    until = date.fromisoformat(one.last) + timedelta(days=1) if one.last else date.min
    return every_day(date.fromisoformat(one.since), min(day, until))
