"""Findings of a run held against those of the run before: what is new, still there, solved."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.finding import FINDINGS, finding_keys
from schemas.result import CheckResult, Outcome
from schemas.waiver import OPEN, count_listed

KEPT_COLUMNS = ("rule", "table", "_row", "locate", "column", "amount", "time")
ONLY_WHEN_BROKEN = ".readable"  # every column is checked, but there is a result only where a value cannot be read
PAST = pa.schema([FINDINGS.field(name) for name in KEPT_COLUMNS])


class State(StrEnum):
    """How a finding stands against the last run."""

    FIRST = "首次"
    NEW = "新增"
    STILL = "仍在"
    COUNTED = "只比总数"


@dataclass(frozen=True)
class PastRule:
    """What a run said of a rule that did not pass: `failing` rows, of which `listed` stand among its findings."""

    title: str
    who: str
    failing: int
    listed: int
    waived: int

    @property
    def cut(self) -> bool:
        """Whether more rows failed than were listed, so that a row's absence says nothing."""
        return 0 < self.listed < self.failing


@dataclass(frozen=True)
class Past:
    """An earlier run: its id, its day (ISO), the rules that did not pass, its findings (layout `PAST`).

    Values are not kept: to tell whether a row is still there its key is enough.
    """

    run: str
    day: str
    rules: dict[str, PastRule]
    findings: pa.Table


@dataclass(frozen=True)
class Counted:
    """A rule whose rows could not be compared one by one: failing rows then and now."""

    rule: str
    title: str
    before: int
    now: int


@dataclass(frozen=True)
class Comparison:
    """A run against the one before; `run` and `day` are empty when there is none.

    `states` has one word for each finding; `rules` one for each rule that is open; `solved` are the earlier findings
    that are gone (layout `PAST`); `solved_rules` the rules without rows that now pass. `counted` were compared by
    count alone; `unchecked` failed before and are not verified now: nothing of theirs is called solved.
    """

    run: str
    day: str
    states: pa.Array
    rules: dict[str, State]
    solved: pa.Table
    solved_rules: dict[str, PastRule]
    titles: dict[str, PastRule]
    counted: tuple[Counted, ...]
    unchecked: tuple[str, ...]


def past_rules(results: Sequence[CheckResult], findings: pa.Table) -> dict[str, PastRule]:
    """What is kept of each rule that did not pass."""
    listed = count_listed(findings)
    return {
        one.id: PastRule(one.title, one.who, one.failing, listed.get(one.id, 0), one.waived)
        for one in results
        if one.outcome in OPEN
    }


def compare(results: Sequence[CheckResult], findings: pa.Table, past: Past | None) -> Comparison:
    """Hold findings (layout `FINDINGS`) and results against an earlier run of the same period and format."""
    now = past_rules(results, findings)
    if past is None:
        states = pa.array([str(State.FIRST)] * findings.num_rows, pa.string())
        first = dict.fromkeys(now, State.FIRST)
        return Comparison("", "", states, first, PAST.empty_table(), {}, {}, (), ())
    cut = sorted(
        {rule for rules in (now, past.rules) for rule, one in rules.items() if one.cut} & {*now} & {*past.rules}
    )
    unverified = {one.id for one in results if one.outcome is Outcome.NOT_VERIFIED}
    known = {one.id for one in results}
    lost = {rule for rule in past.rules if rule not in known and not rule.endswith(ONLY_WHEN_BROKEN)}
    unchecked = sorted(lost | (unverified & {*past.rules}))
    skipped = pa.array([*cut, *unchecked], pa.string())
    gone = pc.invert(pc.is_in(finding_keys(past.findings), value_set=finding_keys(findings)))
    comparable = pc.invert(pc.is_in(past.findings["rule"], value_set=skipped)).combine_chunks()
    return Comparison(
        past.run,
        past.day,
        _states(findings, past.findings, cut),
        {rule: State.COUNTED if rule in cut else State.STILL if rule in past.rules else State.NEW for rule in now},
        past.findings.filter(pc.and_(gone, comparable)),
        {rule: one for rule, one in past.rules.items() if not one.listed and rule not in {*now, *unchecked}},
        past.rules,
        tuple(Counted(rule, now[rule].title, past.rules[rule].failing, now[rule].failing) for rule in cut),
        tuple(unchecked),
    )


def _states(findings: pa.Table, past: pa.Table, cut: list[str]) -> pa.Array:
    still: Any = pc.is_in(finding_keys(findings), value_set=finding_keys(past))
    counted: Any = pc.is_in(findings["rule"], value_set=pa.array(cut, pa.string())).combine_chunks()
    told = pc.if_else(still, str(State.STILL), str(State.NEW))
    return pc.if_else(counted, str(State.COUNTED), told)
