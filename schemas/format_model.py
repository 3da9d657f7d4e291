"""Pandera schemas built from a format.

A rule is named `<TABLE>.<COLUMN>.<rule>`; the rules of a column are `required`, `required_when`,
`codes` and `width`, as far as the format asks for them.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pp
import pyarrow as pa

from schemas.format import FormatColumn, FormatTable
from schemas.validation import Rule, Validator


def arrow_type(column: FormatColumn) -> pa.DataType:
    """The Arrow type in which a column is assembled; amounts are DECIMAL, never floating point."""
    if column.kind == "decimal":
        return pa.decimal128(column.precision or 16, column.scale or 0)
    return {"text": pa.string(), "date": pa.date32(), "datetime": pa.timestamp("us")}[column.kind]


def format_validator(table: FormatTable) -> Validator:
    """A validator for the pieces of one assembled table."""
    return Validator(table.name, build_schema(table), [rule for column in table.columns for rule in _rules(column)])


def _rules(column: FormatColumn) -> Iterator[Rule]:
    def rule(kind: str, title: str, blocks: bool) -> Rule:
        return Rule(f"{column.table}.{column.name}.{kind}", column.name, title, blocks)

    if column.required == "always":
        yield rule("required", f"{column.label}必填", True)
    if column.condition is not None:
        yield rule("required_when", f"{column.label}在“{column.condition_words}”时必填", True)
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
    if column.required == "always":
        checks.append(_named(column, "required", pd.Series.notna, ignore_na=False))
    if column.codes:
        checks.append(pp.Check.isin(column.codes, n_failure_cases=1))
    if column.kind == "text" and column.length is not None:
        checks.append(pp.Check.str_length(max_value=column.length, n_failure_cases=1))
    return pp.Column(
        pd.ArrowDtype(arrow_type(column)),
        checks,
        nullable=True,
        title=column.label,
        description=column.note or None,
    )


def _named(column: FormatColumn, kind: str, holds: Any, ignore_na: bool = True) -> pp.Check:
    """A check under the name of its rule; one failure case is enough, since `Validator` counts for itself."""
    return pp.Check(holds, name=f"{column.table}.{column.name}.{kind}", n_failure_cases=1, ignore_na=ignore_na)


def _required_when(column: FormatColumn) -> pp.Check:
    condition = column.condition
    assert condition is not None

    def filled(frame: pd.DataFrame) -> pd.Series:
        return ~condition.mask(frame) | frame[column.name].notna()

    return _named(column, "required_when", filled)
