"""Whether rows still come in: the last record, days without one, institutions that fell silent.

Weekends and holidays without a row are mentioned, never held against anybody: a centre may be closed.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from schemas.inspection import Activity, Finding, Guide, SourceFacts
from schemas.result import Outcome

_SHOWN = 10
_LEAST_DAYS = 5


def rhythm(facts: SourceFacts, before: SourceFacts | None, guide: Guide, day: date) -> Iterator[Finding]:
    """Every finding about when rows came in."""
    if not facts.activity:
        yield guide.finding("last", Outcome.NOT_APPLICABLE, reason="适配器没有写明哪一列是日期")
        return
    steady = {
        name for name, one in facts.activity.items() if _steady(one, guide, day) or _was_steady(name, before, guide)
    }
    yield from _last(facts, before, guide, day, steady)
    yield from _ahead(facts, guide)
    yield from _missing(facts, guide, day, steady)
    yield _institutions(facts, guide, day)


def working_days(first: date, until: date, guide: Guide) -> list[date]:
    """The days from `first` to the eve of `until` that are neither weekend nor holiday."""
    every = [first + timedelta(days=place) for place in range((until - first).days)]
    return [one for one in every if one.weekday() < 5 and one.isoformat() not in guide.holidays]


def _steady(one: Activity, guide: Guide, day: date) -> bool:
    """Whether nearly every working day up to the last record has rows."""
    if not one.last or not one.since:
        return False
    until = min(day, date.fromisoformat(one.last) + timedelta(days=1))
    days = working_days(date.fromisoformat(one.since), until, guide)
    filled = sum(one.days.get(at.isoformat(), 0) > 0 for at in days)
    return len(days) >= _LEAST_DAYS and filled * 100 >= len(days) * guide.limits.daily_share_percent


def _was_steady(name: str, before: SourceFacts | None, guide: Guide) -> bool:
    then = before.activity.get(name) if before else None
    return bool(then and then.last and _steady(then, guide, date.fromisoformat(then.last) + timedelta(days=1)))


def _last(
    facts: SourceFacts, before: SourceFacts | None, guide: Guide, day: date, steady: set[str]
) -> Iterator[Finding]:
    limits = guide.limits
    threshold = f"天天有记录的表：提示 {limits.silent_days} 天，不通过 {limits.stopped_days} 天"
    fresh, quiet = [], 0
    for name, one in facts.activity.items():
        if one.untold:
            quiet += 1
            yield guide.finding("last", Outcome.NOT_VERIFIED, table=name, threshold=threshold, reason=one.untold)
            continue
        age = (day - date.fromisoformat(one.last)).days if one.last else None
        outcome = _freshness(age, name in steady, guide)
        if outcome is Outcome.PASSED:
            fresh.append(one.last)
            continue
        then = before.activity[name].last if before and name in before.activity else ""
        yield guide.finding(
            "last",
            outcome,
            table=name,
            value="没有记录" if age is None else f"{one.last}，距今 {age} 天",
            threshold=threshold,
            trend=f"上次巡检时为 {then}" if then else "",
            reason="平时工作日几乎天天有记录" if name in steady else "不是天天有记录的表",
        )
    if fresh:
        value = f"{len(fresh)} 张表有近期记录，最近 {max(fresh)}"
        yield guide.finding("last", Outcome.PASSED, value=value, threshold=threshold)


def _freshness(age: int | None, steady: bool, guide: Guide) -> Outcome:
    limits = guide.limits
    if age is None:
        return Outcome.WARNED
    if not steady:
        return Outcome.WARNED if age > limits.window_days else Outcome.PASSED
    if age > limits.stopped_days:
        return Outcome.FAILED
    return Outcome.WARNED if age > limits.silent_days else Outcome.PASSED


def _ahead(facts: SourceFacts, guide: Guide) -> Iterator[Finding]:
    asked = [one for one in facts.activity.values() if not one.untold]
    found = [one for one in asked if one.ahead]
    for one in found:
        yield guide.finding(
            "ahead",
            Outcome.WARNED,
            table=one.table,
            value=f"{one.column} 最晚为 {one.ahead}",
        )
    if not found:
        outcome = Outcome.PASSED if asked else Outcome.NOT_VERIFIED
        yield guide.finding("ahead", outcome, value=f"检查了 {len(asked)} 张表")


def _missing(facts: SourceFacts, guide: Guide, day: date, steady: set[str]) -> Iterator[Finding]:
    judged = [facts.activity[name] for name in sorted(steady) if not facts.activity[name].untold]
    threshold = f"工作日有记录的比例达到 {guide.limits.daily_share_percent}% 的表，工作日不应缺"
    if not judged:
        yield guide.finding("days", Outcome.NOT_APPLICABLE, threshold=threshold, reason="没有平时天天有记录的表")
        return
    found = [(one, days) for one in judged if (days := _holes(one, guide, day))]
    for one, days in found:
        off = _off_days(one, day, guide)
        yield guide.finding(
            "days",
            Outcome.WARNED,
            table=one.table,
            value=f"{len(days)} 个工作日：{'、'.join(days[:_SHOWN])}{'……' if len(days) > _SHOWN else ''}",
            threshold=threshold,
            reason=f"{one.since} 起；另有 {off} 个周末或节假日没有记录，不计" if off else f"{one.since} 起",
        )
    if not found:
        since = min(one.since for one in judged)
        value = f"{len(judged)} 张表自 {since} 起工作日都有记录"
        yield guide.finding("days", Outcome.PASSED, value=value, threshold=threshold)


def _holes(one: Activity, guide: Guide, day: date) -> list[str]:
    days = working_days(date.fromisoformat(one.since), min(day, _after(one.last)), guide)
    return [at.isoformat() for at in days if not one.days.get(at.isoformat())]


def _off_days(one: Activity, day: date, guide: Guide) -> int:
    first, until = date.fromisoformat(one.since), min(day, _after(one.last))
    working = set(working_days(first, until, guide))
    every = [first + timedelta(days=place) for place in range((until - first).days)]
    return sum(at not in working and not one.days.get(at.isoformat()) for at in every)


def _after(day: str) -> date:
    return date.fromisoformat(day) + timedelta(days=1) if day else date.min


def _institutions(facts: SourceFacts, guide: Guide, day: date) -> Finding:
    latest: dict[str, str] = {}
    for one in facts.activity.values():
        for org, at in one.institutions.items():
            latest[org] = max(latest.get(org, ""), at)
    most = guide.limits.stopped_days
    threshold = f"{most} 天"
    if len(latest) < 2:
        reason = "只有一个机构，见“最近一条记录”" if latest else "没有机构一列，或期间没有记录"
        return guide.finding("institutions", Outcome.NOT_APPLICABLE, threshold=threshold, reason=reason)
    ages = {org: (day - date.fromisoformat(at)).days for org, at in sorted(latest.items())}
    silent = {org: age for org, age in ages.items() if age > most}
    listed = [f"{org}（最近 {latest[org]}）" for org in silent]
    lately = any(age <= guide.limits.window_most_days for age in silent.values())
    outcome = Outcome.FAILED if lately else Outcome.WARNED if silent else Outcome.PASSED
    shown = "、".join(listed[:_SHOWN]) + ("……" if len(listed) > _SHOWN else "")
    return guide.finding(
        "institutions",
        outcome,
        value=f"{len(silent)} 个（共 {len(latest)} 个）" + (f"：{shown}" if silent else ""),
        threshold=threshold,
        reason="" if lately or not silent else f"都已超过 {guide.limits.window_most_days} 天，可能已停用",
    )
