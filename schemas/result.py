"""What a check says: one record, five outcomes, exact counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The five results; "not verified" is never shown as "passed"."""

    PASSED = "通过"
    WARNED = "提示"
    FAILED = "不通过"
    NOT_APPLICABLE = "不适用"
    NOT_VERIFIED = "未验证"


@dataclass(frozen=True)
class CheckResult:
    """One check, done or not.

    `failing` of `total` rows (or whatever `unit` says) did not hold; `threshold` is the tolerance in
    words; `reason` explains the outcome to a Chinese reader; `sample` names a few failing rows or
    values (never personal data) and `sample` is all there is only when `failing` is not larger.

    `level` (`blocks`, `warns`, `hint`), `why`, `fix`, `who`, `expected` and `waivable` are the rule's own;
    `listed` is how many of the failing rows stand in the findings file, `waived` how many have a written answer.
    """

    id: str
    title: str
    outcome: Outcome
    table: str = ""
    column: str = ""
    failing: int = 0
    total: int = 0
    threshold: str = ""
    reason: str = ""
    sample: tuple[str, ...] = ()
    level: str = "blocks"
    why: str = ""
    fix: str = ""
    who: str = "信息科"
    expected: str = ""
    waivable: bool = True
    listed: int = 0
    waived: int = 0

    @property
    def blocks(self) -> bool:
        """Whether the package must not be handed over as it is."""
        return self.outcome is Outcome.FAILED

    @property
    def explanation(self) -> str:
        """The reason, or for a rule that failed why it matters, what to do, and who does it."""
        told = f"{self.why}{self.fix}（{self.who}）" if self.failing and self.why else ""
        return self.reason or told

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary for JSON, outcome as its Chinese word."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "CheckResult":
        """The record back from JSON."""
        return cls(**{**record, "outcome": Outcome(record["outcome"]), "sample": tuple(record["sample"])})
