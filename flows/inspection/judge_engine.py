"""What the engine tells of itself: indexes never used, room to regain, sessions, replication, backups."""

from collections.abc import Iterator
from datetime import date

from schemas.inspection import Answer, Finding, Guide, SourceFacts
from schemas.quantity import change_text, size_text
from schemas.result import Outcome

MB = 1_000_000


def engine_state(facts: SourceFacts, before: SourceFacts | None, guide: Guide, day: date) -> Iterator[Finding]:
    """One finding or more for each question; what was not told is not verified."""
    told = {name: one for name, one in facts.answers.items() if not one.untold}
    for check in ("unused", "waste", "procedures", "connections", "transactions", "replication", "backup"):
        if check not in told:
            yield _untold(check, facts.answers[check], guide)
    if "unused" in told:
        yield from _unused(told["unused"], guide)
    if "waste" in told:
        yield from _waste(told["waste"], guide)
    if "procedures" in told:
        yield _procedures(told["procedures"], before, guide)
    if "connections" in told:
        yield _connections(told["connections"], guide)
    if "transactions" in told:
        yield _transactions(told["transactions"], guide)
    if "replication" in told:
        yield _replication(told["replication"], guide)
    if "backup" in told:
        yield _backup(told["backup"], guide, day)


def _untold(check: str, answer: Answer, guide: Guide) -> Finding:
    outcome = Outcome.NOT_VERIFIED if answer.applies else Outcome.NOT_APPLICABLE
    by_hand = "；请人工核实" if check == "backup" else ""
    return guide.finding(check, outcome, reason=answer.untold + by_hand)


def _unused(answer: Answer, guide: Guide) -> Iterator[Finding]:
    least = guide.limits.unused_index_mb * MB
    found = [(table, index, size) for table, index, size in answer.rows if size is None or int(size) >= least]
    for table, index, size in found:
        yield guide.finding(
            "unused",
            Outcome.WARNED,
            table=table or "",
            value=f"{index}{f'，{size_text(int(size))}' if size else ''}",
            threshold=f"不小于 {guide.limits.unused_index_mb} MB",
            reason="自数据库上次重置统计以来",
        )
    if not found:
        yield guide.finding(
            "unused", Outcome.PASSED, value="没有", threshold=f"不小于 {guide.limits.unused_index_mb} MB"
        )


def _waste(answer: Answer, guide: Guide) -> Iterator[Finding]:
    limits = guide.limits
    threshold = f"{limits.waste_percent}%，且表不小于 {limits.waste_mb} MB"
    found = [
        (table, share, size)
        for table, share, size in answer.rows
        if int(share or 0) > limits.waste_percent and int(size or 0) >= limits.waste_mb * MB
    ]
    for table, share, size in found:
        value = f"约 {share}%，表共 {size_text(int(size or 0))}"
        yield guide.finding(
            "waste", Outcome.WARNED, table=table or "", value=value, threshold=threshold, reason="引擎估计"
        )
    if not found:
        yield guide.finding("waste", Outcome.PASSED, value=f"{len(answer.rows)} 张表都在阈值内", threshold=threshold)


def _procedures(answer: Answer, before: SourceFacts | None, guide: Guide) -> Finding:
    count, changed = answer.rows[0]
    then = before.answers["procedures"] if before else Answer()
    earlier = then.rows[0] if then.rows else (None, None)
    altered = bool(then.rows) and (count, changed) != earlier
    return guide.finding(
        "procedures",
        Outcome.WARNED if altered else Outcome.PASSED if then.rows else Outcome.NOT_VERIFIED,
        value=f"{count} 个",
        trend=change_text(int(count or 0), int(earlier[0])) if earlier[0] else "",
        reason=(f"最后改动 {changed}" if changed else "引擎不给出最后改动时间")
        + ("" if then.rows else "；没有上次可比"),
    )


def _connections(answer: Answer, guide: Guide) -> Finding:
    used, most = (int(value or 0) for value in answer.rows[0])
    high = used * 100 > most * guide.limits.connections_percent
    outcome = Outcome.WARNED if high else Outcome.PASSED
    return guide.finding(
        "connections", outcome, value=f"{used}，上限 {most}", threshold=f"{guide.limits.connections_percent}%"
    )


def _transactions(answer: Answer, guide: Guide) -> Finding:
    minutes = int(answer.rows[0][0] or 0) // 60
    long = minutes > guide.limits.long_transaction_minutes
    return guide.finding(
        "transactions",
        Outcome.WARNED if long else Outcome.PASSED,
        value=f"最长 {minutes} 分钟",
        threshold=f"{guide.limits.long_transaction_minutes} 分钟",
    )


def _replication(answer: Answer, guide: Guide) -> Finding:
    if not answer.rows:
        return guide.finding("replication", Outcome.NOT_APPLICABLE, reason="没有从库")
    if any(lag is None for _, lag in answer.rows):
        return guide.finding("replication", Outcome.NOT_VERIFIED, reason="数据库没有给出延迟")
    worst = max(int(lag or 0) for _, lag in answer.rows)
    late = worst > guide.limits.replication_lag_seconds
    return guide.finding(
        "replication",
        Outcome.WARNED if late else Outcome.PASSED,
        value=f"{len(answer.rows)} 路，最长延迟 {worst} 秒",
        threshold=f"{guide.limits.replication_lag_seconds} 秒",
    )


def _backup(answer: Answer, guide: Guide, day: date) -> Finding:
    threshold = f"{guide.limits.backup_days} 天"
    kind, last, failed = answer.rows[0] if answer.rows else ("备份", None, None)
    if last is None:
        reason = f"{kind}没有成功的记录" + (f"，最近一次失败在 {failed}" if failed else "")
        return guide.finding("backup", Outcome.FAILED, threshold=threshold, reason=reason)
    age = (day - date.fromisoformat(last[:10])).days
    broken = failed is not None and failed > last
    return guide.finding(
        "backup",
        Outcome.FAILED if broken or age > guide.limits.backup_days else Outcome.PASSED,
        value=f"{kind}，{last}",
        threshold=threshold,
        reason=f"其后失败：{failed}" if broken else "是否可以恢复，须人工试恢复",
    )
