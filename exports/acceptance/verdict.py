"""All that was found out about one package, and what follows from it."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from exports.csv_files import Replaced
from exports.ddl import Widened
from exports.manifest import TableTotals
from schemas.result import CheckResult, Outcome
from schemas.rule import load_rules
from schemas.waiver import Written

VERDICT_ORDER = (Outcome.FAILED, Outcome.NOT_VERIFIED, Outcome.WARNED, Outcome.PASSED, Outcome.NOT_APPLICABLE)
NUMBERS = tuple(f"V{number}" for number in range(1, 13))
LEDGER = "ledger."
QUARANTINE = ("Q01", "Q02", "Q03", "Q04")


@dataclass(frozen=True)
class Movement:
    """Where the rows of one std table went, in words: one line of the ledger, with a line for each month below it."""

    title: str
    month: str
    source: str
    delivered: str
    quarantined: str
    outside: str
    excluded: str
    remainder: str
    note: str = ""
    months: tuple["Movement", ...] = ()


@dataclass(frozen=True)
class Acceptance:
    """The acceptance of one package.

    `official` are the twelve checks V1-V12 in order; `checks` every other check of source, std, ledger
    and format; `absent` says what the source cannot give (Chinese reasons); `written` are the hospital's written
    answers that took findings out of the way.
    """

    org: str
    org_name: str
    period: tuple[str, str]
    format_title: str
    source: str
    official: tuple[CheckResult, ...]
    checks: tuple[CheckResult, ...]
    ledger: tuple[Movement, ...]
    totals: dict[str, dict[str, TableTotals]]
    replaced: tuple[Replaced, ...]
    widened: tuple[Widened, ...]
    absent: tuple[str, ...]
    written: tuple[Written, ...] = ()

    @property
    def blocking(self) -> list[CheckResult]:
        """What stands in the way of handing the package over."""
        return [result for result in (*self.official, *self.checks) if result.blocks]

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blocking

    @property
    def unsealable(self) -> list[CheckResult]:
        """Why the package cannot be sealed: rows are unaccounted for, or quarantined and not answered for."""
        return [result for result in self.blocking if result.id.startswith(LEDGER) or result.id in QUARANTINE]

    @property
    def sentence(self) -> str:
        """The verdict in one Chinese sentence."""
        official = [result.id for result in self.official if result.outcome is Outcome.NOT_VERIFIED]
        others = sum(result.outcome is Outcome.NOT_VERIFIED for result in self.checks)
        unverified = official + ([f"另有 {others} 项规则"] if others else [])
        tail = f"；{'、'.join(unverified)} 未验证" if unverified else ""
        rules = len({one.rule for one in self.written})
        tail += f"；{rules} 条规则有书面说明" if rules else ""
        if self.ready:
            return f"可以交付：没有不通过的核对项{tail}。"
        if not self.unsealable:
            return f"不可交付：有 {len(self.blocking)} 项核对不通过{tail}。"
        others = len(self.blocking) - len(self.unsealable)
        also = f"；另有 {others} 项核对不通过" if others else ""
        return f"未封装：{'，'.join(self._why_unsealed())}，没有生成可以交付的数据{also}{tail}。"

    def _why_unsealed(self) -> list[str]:
        open_ledgers = sum(result.id.startswith(LEDGER) for result in self.unsealable)
        rows = sum(result.failing - result.waived for result in self.unsealable if result.id in QUARANTINE)
        parts = [f"有 {rows} 行无法放进任何格式而被隔离、尚无书面说明"] if rows else []
        return parts + ([f"{open_ledgers} 张表的数据去向账不平"] if open_ledgers else [])


def twelve(results: list[CheckResult]) -> tuple[CheckResult, ...]:
    """One line per official check, outpatient and inpatient together, the worse outcome first, in its rule's words."""
    rules = {rule.id: rule for rule in load_rules() if rule.official}
    merged = (_merge(number, [result for result in results if result.id == number]) for number in NUMBERS)
    return tuple(
        replace(one, why=rule.why, fix=rule.fix, who=rule.who, level=str(rule.level), waivable=rule.waivable)
        for one in merged
        for rule in [rules[one.id]]
    )


def _merge(number: str, results: list[CheckResult]) -> CheckResult:
    if not results:
        return CheckResult(number, "（导出包中没有相应的表）", Outcome.NOT_APPLICABLE)
    outcomes = [result.outcome for result in results if result.outcome is not Outcome.NOT_APPLICABLE]
    outcome = min(outcomes, key=VERDICT_ORDER.index) if outcomes else Outcome.NOT_APPLICABLE
    return replace(
        results[0],
        outcome=outcome,
        table="、".join(result.table for result in results if result.table),
        column="",
        failing=sum(result.failing for result in results),
        total=sum(result.total for result in results),
        reason="；".join(result.reason for result in results if result.reason),
        sample=tuple(sample for result in results for sample in result.sample)[:5],
    )


def acceptance_json(acceptance: Acceptance) -> dict[str, Any]:
    """The acceptance for machines."""
    return {
        "verdict": acceptance.sentence,
        "ready": acceptance.ready,
        "sealed": not acceptance.unsealable,
        "institution": {"code": acceptance.org, "name": acceptance.org_name},
        "period": {"from": acceptance.period[0], "to": acceptance.period[1]},
        "format": acceptance.format_title,
        "source": acceptance.source,
        "official": [result.to_json() for result in acceptance.official],
        "checks": [result.to_json() for result in acceptance.checks],
        "ledger": [asdict(line) for line in acceptance.ledger],
        "replaced": [vars(found) for found in acceptance.replaced],
        "widened": [vars(found) for found in acceptance.widened],
        "absent": list(acceptance.absent),
        "written": [
            {
                name: str(value) if name in ("on", "until") else value
                for name, value in one._asdict().items()
                if name != "remark"
            }
            for one in acceptance.written
        ],
    }
