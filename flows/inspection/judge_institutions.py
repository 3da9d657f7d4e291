"""Institutions that fell silent, among those that used to send on nearly every working day."""

from datetime import date

from schemas.inspection import Finding, Guide, SourceFacts
from schemas.result import Outcome

_SHOWN = 10


def institutions(facts: SourceFacts, guide: Guide, day: date) -> Finding:
    """Silence is held against an institution by its own rhythm: many village clinics send a few times a month."""
    limits = guide.limits
    latest: dict[str, str] = {}
    for one in facts.activity.values():
        for org, last in one.institutions.items():
            latest[org] = max(latest.get(org, ""), last)
    regular = {org for one in facts.activity.values() for org in one.regular}
    threshold = f"平时工作日几乎天天上传的机构，{limits.stopped_days} 天没有记录"
    if len(latest) < 2:
        reason = "只有一个机构，见“最近一条记录”" if latest else "没有机构一列，或期间没有记录"
        return guide.finding("institutions", Outcome.NOT_APPLICABLE, threshold=threshold, reason=reason)
    ages = {org: (day - date.fromisoformat(last)).days for org, last in sorted(latest.items())}
    silent = [org for org, age in ages.items() if org in regular and limits.stopped_days < age]
    gone = [org for org, age in ages.items() if org not in silent and limits.window_most_days < age]
    shown = "、".join(f"{org}（最近 {latest[org]}）" for org in (silent or gone)[:_SHOWN])
    more = "……" if len(silent or gone) > _SHOWN else ""
    outcome = Outcome.FAILED if silent else Outcome.WARNED if gone else Outcome.PASSED
    return guide.finding(
        "institutions",
        outcome,
        value=f"{len(silent or gone)} 个（共 {len(latest)} 个）" + (f"：{shown}{more}" if shown else ""),
        threshold=threshold,
        reason=f"其中 {len(regular)} 个平时几乎天天上传"
        + (f"；{len(gone)} 个超过 {limits.window_most_days} 天没有记录，可能已停用" if gone else ""),
    )
