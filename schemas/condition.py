"""The small language of `required_when`: `REFUND_FLAG_TYPE=1`, `_drug=1&DRUG_SPEC?`, `FLAG!=0|9`.

Conditions are joined by `&`; each compares one column of the same row with a list of values, or asks
whether the column is filled. An empty cell never equals and never differs from a value.
"""

import re
from dataclasses import dataclass

import pandas as pd

from schemas.errors import SettingsError

_TERM = re.compile(r"^(?P<field>\w+)(?:(?P<filled>\?)|(?P<operator>!?=)(?P<values>[^=].*))$")


@dataclass(frozen=True)
class Term:
    """One comparison; `values` is empty when the question is whether the column is filled."""

    field: str
    negated: bool
    values: tuple[str, ...]

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """True for the rows that meet the term, False where the column is empty."""
        column = frame[self.field]
        filled = column.notna()
        if not self.values:
            return filled
        hit = column.astype("string[pyarrow]").isin(list(self.values))
        return (filled & ~hit if self.negated else filled & hit).astype("bool")

    def words(self, labels: dict[str, str]) -> str:
        """The term for a Chinese reader, with `labels` in place of column names."""
        label = labels.get(self.field, self.field)
        verb = "不为" if self.negated else "为"
        return f"{label}{verb}{'或'.join(self.values)}" if self.values else f"{label}已填写"

    def sql(self) -> str:
        """The same question as a SQL predicate that is never NULL."""
        if not self.values:
            return f'("{self.field}" IS NOT NULL)'
        listed = ", ".join("'" + value.replace("'", "''") + "'" for value in self.values)
        operator = "NOT IN" if self.negated else "IN"
        return f'coalesce(CAST("{self.field}" AS VARCHAR) {operator} ({listed}), false)'


@dataclass(frozen=True)
class Condition:
    """All terms must hold."""

    text: str
    terms: tuple[Term, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns that the condition looks at."""
        return tuple(dict.fromkeys(term.field for term in self.terms))

    def mask(self, frame: pd.DataFrame) -> pd.Series:
        """True for the rows of `frame` that meet the condition."""
        result = self.terms[0].mask(frame)
        for term in self.terms[1:]:
            result = result & term.mask(frame)
        return result

    def sql(self) -> str:
        """The condition as a SQL predicate that is never NULL."""
        return " AND ".join(term.sql() for term in self.terms)


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        SettingsError: the text is not of the form described at the top of this module.
    """
    terms = []
    for part in text.split("&"):
        match = _TERM.match(part.strip())
        if match is None:
            raise SettingsError(f"条件“{text}”写法有误：应为 列=值、列!=值|值 或 列?，多个条件用 & 相连。")
        values = tuple(match["values"].split("|")) if match["values"] else ()
        terms.append(Term(match["field"], match["operator"] == "!=", values))
    return Condition(text, tuple(terms))
