"""What is checked: a table, how its values are quoted, and the results and findings that come of it."""

from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from exports.duck import literal, quoted
from schemas.finding import FINDINGS, KEPT, KEPT_OF_HINT
from schemas.format import FormatTable
from schemas.format_model import arrow_type
from schemas.result import CheckResult, Outcome
from schemas.rule import Level, Rule
from schemas.std import StdSpec

SAMPLES = 5
_EMPTY = "（空）"


@dataclass(frozen=True)
class Subject:
    """A table whose rows are checked.

    `title` is its Chinese name; `relation` is SQL of its rows, `_row` among the columns; `fields` maps columns to
    Arrow types, `titles` to Chinese; `amount` (yuan) and `time` name the columns that a finding quotes, None when the
    table has none.
    """

    table: str
    title: str
    relation: str
    fields: dict[str, pa.DataType]
    titles: dict[str, str]
    amount: str | None = None
    time: str | None = None

    def quote(self, columns: tuple[str, ...]) -> str:
        """SQL of what stands in the columns, as a clerk reads it; several are named."""
        texts = [f"coalesce({self._text(column)}, {literal(_EMPTY)})" for column in columns]
        if len(texts) == 1:
            return texts[0]
        named = [
            f"{literal(self.titles.get(column, column) + ' ')} || {text}"
            for column, text in zip(columns, texts, strict=True)
        ]
        return f"concat_ws('；', {', '.join(named)})" if named else "''"

    def _text(self, column: str) -> str:
        kind, name = self.fields.get(column, pa.string()), quoted(column)
        if pa.types.is_decimal(kind) and kind.scale > 2:
            return f"rtrim(rtrim(CAST({name} AS VARCHAR), '0'), '.')"
        return f"CAST({name} AS VARCHAR)"

    @property
    def beside(self) -> str:
        """SQL of `amount` and `time` of a row."""
        amount = f"CAST({quoted(self.amount)} AS DECIMAL(16,2))" if self.amount else "CAST(NULL AS DECIMAL(16,2))"
        return f"{amount} AS amount, CAST({quoted(self.time) if self.time else 'NULL'} AS TIMESTAMP) AS time"


def std_subject(spec: StdSpec, relation: str) -> Subject:
    """A std table."""
    columns = [column for column in spec.columns if column.name != "_excluded"]
    times = [column.name for column in columns if pa.types.is_temporal(column.type)]
    return Subject(
        spec.name,
        spec.title,
        relation,
        {column.name: column.type for column in columns},
        {column.name: column.title for column in columns},
        spec.amount,
        spec.time or (times[0] if times else None),
    )


def format_subject(table: FormatTable, relation: str, helpers: tuple[str, ...], amount: str | None) -> Subject:
    """An assembled table; `helpers` are its columns of conditions (text, start with `_`)."""
    times = [column.name for column in table.columns if column.kind in ("date", "datetime")]
    return Subject(
        table.name,
        table.title,
        relation,
        {**{column.name: arrow_type(column) for column in table.columns}, **dict.fromkeys(helpers, pa.string())},
        {column.name: column.label for column in table.columns},
        amount,
        table.date_field or (times[0] if times else None),
    )


@dataclass(frozen=True)
class Checked:
    """What came of checks: the results, and the findings (layout `FINDINGS`, `locate` still empty)."""

    results: list[CheckResult] = field(default_factory=list)
    findings: pa.Table = field(default_factory=FINDINGS.empty_table)

    def __add__(self, other: "Checked") -> "Checked":
        """Both together, in order."""
        return Checked([*self.results, *other.results], pa.concat_tables([self.findings, other.findings]))


def result_of(rule: Rule, identifier: str, table: str, column: str, failing: int, total: int) -> CheckResult:
    """The result of a rule that was applied: `failing` of `total` rows broke it."""
    failed = Outcome.FAILED if rule.level is Level.BLOCKS else Outcome.WARNED
    return CheckResult(
        id=identifier,
        title=rule.title,
        outcome=failed if failing else Outcome.PASSED if total else Outcome.NOT_APPLICABLE,
        table=table,
        column=column,
        failing=failing,
        total=total,
        threshold=rule.tolerance,
        level=str(rule.level),
        why=rule.why,
        fix=rule.fix,
        who=rule.who,
        expected=rule.expected,
        waivable=rule.waivable,
    )


def with_findings(result: CheckResult, parts: list[pa.Table]) -> Checked:
    """A result with its findings, sorted by row and column and cut; the result says how many are listed."""
    kept = KEPT_OF_HINT if result.level == Level.HINT else KEPT
    found = pa.concat_tables(parts).sort_by([("_row", "ascending"), ("column", "ascending")]).slice(0, kept)
    sample = tuple(found["_row"].unique().to_pylist()[:SAMPLES])
    return Checked([replace(result, listed=found.num_rows, sample=sample)], found)


def findings_query(database: Any, select: str) -> pa.Table:
    """Run a SELECT of `_row`, `column`, `value`, `expected`, `amount`, `time` plus `rule` and `table` as findings."""
    listed = ", ".join("'' AS locate" if name == "locate" else f"{quoted(name)}" for name in FINDINGS.names)
    return database.sql(f"SELECT {listed} FROM ({select})").to_arrow_table().cast(FINDINGS)
