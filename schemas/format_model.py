"""Pandera schemas built from a format, and the reading of what they say.

A rule is named `<TABLE>.<COLUMN>.<rule>`; the rules of a column are `required`, `required_when`,
`codes` and `width`, as far as the format asks for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pandera.pandas as pp
import pyarrow as pa

from schemas.format import FormatColumn, FormatTable
from schemas.result import CheckResult, Outcome

SAMPLES = 5
BUILT_IN = {"isin": "codes", "str_length": "width"}


@dataclass(frozen=True)
class FormatRule:
    """One rule of one emitted column; `blocks` says whether a failure stands in the way of delivery."""

    id: str
    column: FormatColumn
    kind: str
    title: str
    blocks: bool


def arrow_type(column: FormatColumn) -> pa.DataType:
    """The Arrow type in which a column is assembled; amounts are DECIMAL, never floating point."""
    if column.kind == "decimal":
        return pa.decimal128(column.precision or 16, column.scale or 0)
    return {"text": pa.string(), "date": pa.date32(), "datetime": pa.timestamp("us")}[column.kind]


def rules_of(table: FormatTable) -> dict[str, FormatRule]:
    """Every rule of a table by its id."""
    return {rule.id: rule for column in table.columns for rule in _column_rules(column)}


def _column_rules(column: FormatColumn) -> Iterator[FormatRule]:
    def rule(kind: str, title: str, blocks: bool) -> FormatRule:
        return FormatRule(f"{column.table}.{column.name}.{kind}", column, kind, title, blocks)

    if column.required == "always":
        yield rule("required", f"{column.label}必填", True)
    if column.condition is not None:
        yield rule("required_when", f"{column.label}在 {column.condition.text} 时必填", True)
    if column.codes:
        yield rule("codes", f"{column.label}应在取值范围内", not column.codes_open)
    if column.kind == "text" and column.length is not None:
        yield rule("width", f"{column.label}不超过 {column.length} 个字", False)


def build_schema(table: FormatTable) -> pp.DataFrameSchema:
    """The Pandera schema of an assembled table.

    Columns that start with `_` (the source row and the helpers of conditions) may stand beside the
    format's own; anything else that is missing or too many is a failure of ours.
    """
    columns: dict[str, Any] = {column.name: _column_schema(column) for column in table.columns}
    columns["^_"] = pp.Column(None, regex=True, required=False, nullable=True)
    return pp.DataFrameSchema(
        columns,
        checks=[_required_when(column) for column in table.columns if column.condition is not None],
        strict=True,
        ordered=False,
        title=table.title,
        description=table.grain,
        name=table.name,
    )


def _column_schema(column: FormatColumn) -> pp.Column:
    checks = []
    if column.codes:
        checks.append(pp.Check.isin(column.codes))
    if column.kind == "text" and column.length is not None:
        checks.append(pp.Check.str_length(max_value=column.length))
    return pp.Column(
        pd.ArrowDtype(arrow_type(column)),
        checks,
        nullable=column.required != "always",
        title=column.label,
        description=column.note or None,
    )


def _required_when(column: FormatColumn) -> pp.Check:
    condition = column.condition
    assert condition is not None

    def filled(frame: pd.DataFrame) -> pd.Series:
        return ~condition.mask(frame) | frame[column.name].notna()

    return pp.Check(filled, name=f"{column.table}.{column.name}.required_when", n_failure_cases=1)


def _failed(error: Any, frame: pd.DataFrame) -> pd.Series:
    if error.check_output is None:
        return frame[error.schema.name].isna()
    held = error.check_output.astype("boolean").reindex(frame.index)  # empty cells are left out of it
    return ~held.fillna(True).astype("bool")


class FormatValidator:
    """Validates one assembled table piece by piece and adds up, rule by rule, exactly.

    Pandera's word is the verdict; nothing is dropped, coerced or sampled away.
    """

    def __init__(self, table: FormatTable) -> None:
        self.table = table
        self.schema = build_schema(table)
        self.results = {
            rule.id: CheckResult(rule.id, rule.title, Outcome.PASSED, table.name, rule.column.name)
            for rule in rules_of(table).values()
        }
        self.rows = 0

    def validate(self, frame: pd.DataFrame) -> None:
        """Check one piece (Arrow dtypes, any number of rows, `_row` among its columns).

        Raises:
            pandera.errors.SchemaErrors: the piece has other columns or types than the format: our error.
        """
        self.rows += len(frame)
        try:
            self.schema.validate(frame, lazy=True)
        except pp.errors.SchemaErrors as errors:
            for error in errors.schema_errors:
                rule = self._rule_of(error)
                if rule not in self.results:
                    raise
                self._count(rule, frame, _failed(error, frame))

    def _rule_of(self, error: Any) -> str:
        if error.reason_code is pp.errors.SchemaErrorReason.SERIES_CONTAINS_NULLS:
            return f"{self.table.name}.{error.schema.name}.required"
        check = getattr(error.check, "name", "")
        kind = BUILT_IN.get(check)
        return f"{self.table.name}.{error.schema.name}.{kind}" if kind else check

    def _count(self, rule: str, frame: pd.DataFrame, failed: pd.Series) -> None:
        before = self.results[rule]
        room = SAMPLES - len(before.sample)
        sample = before.sample + tuple(frame.loc[failed, "_row"].head(room))
        self.results[rule] = replace(before, failing=before.failing + int(failed.sum()), sample=sample)

    def finish(self) -> list[CheckResult]:
        """The result of each rule over all pieces seen; an empty table is "not applicable"."""
        return [self._judge(result) for result in self.results.values()]

    def _judge(self, result: CheckResult) -> CheckResult:
        if self.rows == 0:
            return replace(result, outcome=Outcome.NOT_APPLICABLE, reason="表中没有数据")
        failed = Outcome.FAILED if rules_of(self.table)[result.id].blocks else Outcome.WARNED
        outcome = failed if result.failing else Outcome.PASSED
        return replace(result, total=self.rows, outcome=outcome)
