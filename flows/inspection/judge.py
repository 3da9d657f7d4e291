"""What stands out in what was measured: plain functions of facts, the facts of last time, and the guide."""

from dataclasses import dataclass, replace
from datetime import date

from flows.inspection.judge_drift import drift, present
from flows.inspection.judge_engine import engine_state
from flows.inspection.judge_rhythm import rhythm
from flows.inspection.judge_tables import tables
from schemas.adapter import Adapter
from schemas.inspection import Finding, Guide, Inspection, SourceFacts, StoreFacts
from schemas.quantity import change_text, size_text
from schemas.result import Outcome


@dataclass(frozen=True)
class Case:
    """What is judged: facts of `day`, what was found last time, and how the system is read."""

    facts: SourceFacts
    before: SourceFacts | None
    adapter: Adapter
    guide: Guide
    day: date


def judge(case: Case) -> tuple[Finding, ...]:
    """Every finding about a source that was reached."""
    facts, before, guide = case.facts, case.before, case.guide
    return (
        guide.finding("reach", Outcome.PASSED, value=facts.engine),
        latency(facts, before, guide),
        *tables(facts, before, guide),
        *present(facts, case.adapter, guide),
        *drift(facts, before, case.adapter, guide),
        *rhythm(facts, before, guide, case.day),
        *engine_state(facts, before, guide, case.day),
    )


def latency(facts: SourceFacts, before: SourceFacts | None, guide: Guide) -> Finding:
    """How long a tiny question takes."""
    limits, taken = guide.limits, facts.latency
    outcome = Outcome.PASSED if taken <= limits.latency_warn_ms else Outcome.WARNED
    if taken > limits.latency_fail_ms:
        outcome = Outcome.FAILED
    return guide.finding(
        "latency",
        outcome,
        value=f"{taken} 毫秒",
        threshold=f"提示 {limits.latency_warn_ms} 毫秒，不通过 {limits.latency_fail_ms} 毫秒",
        trend=change_text(taken, before.latency if before else None),
        reason=f"{limits.latency_asks} 次极小查询的中位数",
    )


def judge_store(facts: StoreFacts, before: StoreFacts | None, guide: Guide) -> tuple[Finding, ...]:
    """The disk of our own store, and what could go."""
    limits = guide.limits
    share = facts.free * 100 // facts.total if facts.total else 0
    outcome = Outcome.PASSED if share >= limits.disk_warn_percent else Outcome.WARNED
    if share < limits.disk_fail_percent:
        outcome = Outcome.FAILED
    used = "，".join(f"{name} {size_text(size)}" for name, size in facts.folders.items())
    disk = guide.finding(
        "disk",
        outcome,
        value=f"剩余 {size_text(facts.free)}（{share}%），共 {size_text(facts.total)}",
        threshold=f"提示 {limits.disk_warn_percent}%，不通过 {limits.disk_fail_percent}%",
        trend=change_text(facts.free, before.free if before else None, sized=True),
        reason=f"其中：{used}" if used else "",
    )
    cleanup = guide.finding(
        "cleanup",
        Outcome.WARNED if facts.old_runs else Outcome.PASSED,
        value=f"{len(facts.old_runs)} 个，{size_text(facts.old_size)}",
        threshold=f"{limits.old_run_days} 天",
        reason="、".join(facts.old_runs[:10]) + ("……" if len(facts.old_runs) > 10 else ""),
    )
    return disk, cleanup


def history(broken: tuple[str, ...], guide: Guide) -> tuple[Finding, ...]:
    """Records of earlier inspections that cannot be read."""
    if not broken:
        return ()
    return (guide.finding("history", Outcome.NOT_VERIFIED, value="、".join(broken), reason="记录损坏，没有参与比较"),)


def unreached(inspection: Inspection, reason: str, guide: Guide, outcome: Outcome = Outcome.FAILED) -> Inspection:
    """The inspection of a source that could not be looked at."""
    finding = guide.finding("reach", outcome, reason=reason)
    return replace(inspection, facts=None, findings=(*inspection.findings, finding))
