"""A finding: one value of one row that breaks one rule, as a clerk can look it up."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

KEPT = 20_000  # findings kept per rule; the counts stay exact and the cut is printed
KEPT_OF_HINT = 200  # of a rule that is only good to know: enough to see what it is about

FINDINGS = pa.schema(
    [
        ("rule", pa.string()),
        ("table", pa.string()),
        ("_row", pa.string()),
        ("locate", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("expected", pa.string()),
        ("amount", pa.decimal128(16, 2)),
        ("time", pa.timestamp("us")),
    ]
)


@dataclass(frozen=True)
class Finding:
    """One row that breaks a rule.

    `rule` is the id of the `CheckResult`; `row` names the source row (`<source table>:<key>`) and is empty when a
    check speaks of the whole package; `locate` says in Chinese where that row stands in the hospital's system;
    `column` is the std or format column and `value` what stands there; `amount` (yuan) is at stake; `time`
    (Asia/Shanghai) is when it happened.
    """

    rule: str
    table: str
    row: str
    locate: str
    column: str
    value: str
    expected: str
    amount: Decimal | None = None
    time: datetime | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same finding in another run."""
        return self.rule, self.table, self.row, self.column


def findings_table(findings: list[Finding]) -> pa.Table:
    """Findings in the layout of the findings file, in the order given."""
    names = ["rule", "table", "row", "locate", "column", "value", "expected", "amount", "time"]
    return pa.table([[getattr(one, name) for one in findings] for name in names], schema=FINDINGS)


def findings_of(table: pa.Table) -> list[Finding]:
    """Findings back from a findings file."""
    return [Finding(row=record.pop("_row"), **record) for record in table.to_pylist()]


def seen_of(value: str | None, expected: str | None) -> str:
    """A short mark of what a finding showed: an answer holds for that and for nothing else."""
    return hashlib.sha256(f"{value or ''}\x1f{expected or ''}".encode()).hexdigest()[:10]


def joined(key: tuple[str, str, str, str]) -> str:
    """A finding's key as one text."""
    return "\x1f".join(key)


def finding_keys(table: pa.Table) -> pa.Array:
    """The key of each finding of a table, as `joined` writes it."""
    parts = [table[name] for name in ("rule", "table", "_row", "column")]
    keys = pc.binary_join_element_wise(*parts, "\x1f", null_handling="replace", null_replacement="")
    return keys.combine_chunks()
