"""Row rules: what must hold in each row of one table, counted in SQL and judged by Pandera from one text."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.pandas as pp
import pyarrow as pa
import pyarrow.compute as pc

from schemas.predicate import Binder, Predicate
from schemas.rule import Rule


@dataclass(frozen=True)
class Probe:
    """One predicate of a rule on one table's rows; a finding names the first of `shows` and quotes them all."""

    shows: tuple[str, ...]
    holds: Predicate
    when: Predicate | None = None

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns that it takes to judge a row and to quote it."""
        asked = self.when.fields if self.when else ()
        return tuple(dict.fromkeys((*self.shows, *self.holds.fields, *asked)))

    @property
    def sql(self) -> str:
        """SQL of the verdict: true, false, or NULL where the rule does not speak of the row."""
        return f"CASE WHEN {self.when.text} THEN {self.holds.text} END" if self.when else f"({self.holds.text})"

    def failed(self, frame: pd.DataFrame, variables: Binder) -> pd.Series:
        """True for the rows that break it, on the frame's own index; Arrow dtypes expected."""
        columns = {name: _arrow(frame[name]) for name in self.fields}
        held = self.holds.evaluate(columns, variables)
        broken = pc.fill_null(pc.invert(held), False)
        if self.when is not None:
            broken = pc.and_(broken, pc.fill_null(self.when.evaluate(columns, variables), False))
        return pd.Series(broken.to_numpy(zero_copy_only=False), index=frame.index, dtype="bool")


@dataclass(frozen=True)
class RowRule:
    """One rule of one table, as it is reported; several probes when the record names several columns."""

    id: str
    table: str
    rule: Rule
    probes: tuple[Probe, ...]


def _arrow(series: pd.Series) -> pa.Array:
    array = pa.array(series)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def row_rules(rules: Iterable[Rule]) -> list[RowRule]:
    """The row rules among the records, one for each table that a record names.

    Raises:
        SettingsError: a predicate is not in the language of rules.
    """
    made = []
    for rule in rules:
        if not rule.holds:
            continue
        holds = Predicate(rule.holds)
        when = Predicate(rule.when) if rule.when else None
        if rule.each:
            for table, columns in rule.each.items():
                own = f"{rule.id}.{table}" if len(rule.each) > 1 else rule.id
                probes = (Probe((name,), holds.on(name), when and when.on(name)) for name in columns)
                made.append(RowRule(own, table, rule, tuple(probes)))
        else:
            made.append(RowRule(rule.id, rule.tables[0], rule, (Probe(rule.shows or holds.fields, holds, when),)))
    return made


def pandera_schema(fields: dict[str, pa.DataType], rules: Iterable[RowRule], variables: Binder) -> pp.DataFrameSchema:
    """A Pandera schema in which each probe of each rule is a check of the frame, named `<rule id>|<place>`.

    Args:
        fields: the columns of the frame with their Arrow types: another type is an error of ours.
        rules: the rules of one table.
        variables: what `getvariable` gives in them.
    """
    columns = {name: pp.Column(pd.ArrowDtype(kind), nullable=True) for name, kind in fields.items()}
    checks = [
        pp.Check(_holds(probe, variables), name=f"{rule.id}|{place}", n_failure_cases=1, ignore_na=False)
        for rule in rules
        for place, probe in enumerate(rule.probes)
    ]
    return pp.DataFrameSchema(columns, checks=checks)


def _holds(probe: Probe, variables: Binder) -> Any:
    def holds(frame: pd.DataFrame) -> pd.Series:
        return ~probe.failed(frame, variables)

    return holds


def judge(schema: pp.DataFrameSchema, frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Pandera's verdict on a frame: check name -> the rows that fail it; checks without a failing row are left out.

    Raises:
        pandera.errors.SchemaErrors: the frame has other columns or types than the schema: our error.
    """
    try:
        schema.validate(frame, lazy=True)
    except pp.errors.SchemaErrors as errors:
        failed = {}
        for error in errors.schema_errors:
            if error.reason_code is not pp.errors.SchemaErrorReason.DATAFRAME_CHECK or error.check_output is None:
                raise
            failed[error.check.name] = ~error.check_output.astype("bool")
        return failed
    return {}
