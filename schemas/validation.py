"""Pandera over a table that does not fit in memory: piece by piece, counted exactly, rule by rule."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pandera.pandas as pp

from schemas.result import CheckResult, Outcome

SAMPLES = 5
_BUILT_IN = {"isin": "codes", "str_length": "width"}


@dataclass(frozen=True)
class Rule:
    """One rule of one column, `<table>.<column>.<kind>`; `blocks`: a failure stands in the way of delivery."""

    id: str
    column: str
    title: str
    blocks: bool


class Validator:
    """Validates the pieces of one table and adds up.

    Pandera's word is the verdict; nothing is dropped, coerced or sampled away. A rule is `required`
    (not nullable), `codes` (`Check.isin`), `width` (`Check.str_length`), or a named check.
    """

    def __init__(self, table: str, schema: pp.DataFrameSchema, rules: list[Rule]) -> None:
        self.table = table
        self.schema = schema
        self.rules = {rule.id: rule for rule in rules}
        self.rows = 0
        self._results = {
            rule.id: CheckResult(rule.id, rule.title, Outcome.PASSED, table, rule.column) for rule in rules
        }

    def validate(self, frame: pd.DataFrame) -> None:
        """Check one piece (Arrow dtypes, any number of rows, `_row` among its columns).

        Raises:
            pandera.errors.SchemaErrors: the piece has other columns or types than the schema: our error.
        """
        self.rows += len(frame)
        try:
            self.schema.validate(frame, lazy=True)
        except pp.errors.SchemaErrors as errors:
            for error in errors.schema_errors:
                rule = self._rule_of(error)
                if rule not in self.rules:
                    raise
                self._count(rule, frame, _failed(error, frame))

    def results(self) -> list[CheckResult]:
        """The result of each rule over all pieces seen; for an empty table "not applicable"."""
        return [self._judge(result) for result in self._results.values()]

    def _rule_of(self, error: Any) -> str:
        if error.reason_code is pp.errors.SchemaErrorReason.SERIES_CONTAINS_NULLS:
            return f"{self.table}.{error.schema.name}.required"
        check = getattr(error.check, "name", "")
        kind = _BUILT_IN.get(check)
        return f"{self.table}.{error.schema.name}.{kind}" if kind else check

    def _count(self, rule: str, frame: pd.DataFrame, failed: Any) -> None:
        before = self._results[rule]
        first = frame.loc[failed, "_row"].sort_values().head(SAMPLES)
        sample = tuple(sorted({*before.sample, *first})[:SAMPLES])
        self._results[rule] = replace(before, failing=before.failing + int(failed.sum()), sample=sample)

    def _judge(self, result: CheckResult) -> CheckResult:
        if self.rows == 0:
            return replace(result, outcome=Outcome.NOT_APPLICABLE, reason="表中没有数据")
        failed = Outcome.FAILED if self.rules[result.id].blocks else Outcome.WARNED
        return replace(result, total=self.rows, outcome=failed if result.failing else Outcome.PASSED)


def _failed(error: Any, frame: pd.DataFrame) -> Any:
    if error.check_output is None:
        return frame[error.schema.name].isna()
    held = error.check_output.astype("boolean").reindex(frame.index)  # empty cells are left out of it
    return ~held.fillna(True).astype("bool")
