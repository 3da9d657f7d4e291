"""Row rules on one table: one scan counts them all, the rows of the failing ones are fetched, Pandera judges.

DuckDB finds, Pandera has the last word: a row is a finding because Pandera says so, and where the two disagree (they
read the same text) the run stops, for then neither may be believed.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from exports.duck import literal, one_row, quoted
from flows.checking.subject import Checked, Subject, findings_query, result_of, with_findings
from schemas.finding import KEPT
from schemas.predicate import Binder
from schemas.row_rule import Probe, RowRule, judge, pandera_schema

SAMPLE_ROWS = 65_536

Counts = dict[tuple[str, int], tuple[int, int]]  # (rule id, place of the probe) -> rows it speaks of, rows that hold


def check_rows(database: Any, subject: Subject, rules: Sequence[RowRule], variables: Binder) -> Checked:
    """Apply the row rules of one table.

    Args:
        database: an open DuckDB with the domain functions and the variables of the period.
        subject: the table.
        rules: its rules.
        variables: the same variables for Pandera.

    Raises:
        RuntimeError: DuckDB and Pandera disagree about a row.
    """
    if not rules:
        return Checked()
    counts = count_rows(database, subject.relation, rules)
    _agree_on_sample(database, subject, rules, variables, counts)
    failing = [rule for rule in rules if any(_broken(counts, rule, place) for place in range(len(rule.probes)))]
    if failing:
        _gather(database, subject, failing)
    checked = Checked()
    for rule in rules:
        spoken = sum(counts[rule.id, place][0] for place in range(len(rule.probes)))
        broken = sum(_broken(counts, rule, place) for place in range(len(rule.probes)))
        result = result_of(rule.rule, rule.id, rule.table, rule.probes[0].shows[0], broken, spoken)
        if not broken:
            checked += Checked([result])
            continue
        parts = [
            _findings(database, subject, rule, probe, variables)
            for place, probe in enumerate(rule.probes)
            if _broken(counts, rule, place)
        ]
        checked += with_findings(result, parts)
    database.execute("DROP TABLE IF EXISTS failing")
    return checked


def count_rows(database: Any, relation: str, rules: Sequence[RowRule]) -> Counts:
    """Count every probe of every rule in one scan."""
    places = [(rule.id, place, probe) for rule in rules for place, probe in enumerate(rule.probes)]
    held = ", ".join(f"{probe.sql} AS h{number}" for number, (_, _, probe) in enumerate(places))
    asked = ", ".join(f"count(h{number}), count_if(h{number})" for number in range(len(places)))
    row = one_row(database, f"SELECT {asked} FROM (SELECT {held} FROM {relation})")
    return {(name, place): (row[2 * n], int(row[2 * n + 1] or 0)) for n, (name, place, _) in enumerate(places)}


def _broken(counts: Counts, rule: RowRule, place: int) -> int:
    spoken, held = counts[rule.id, place]
    return spoken - held


def _agree_on_sample(
    database: Any, subject: Subject, rules: Sequence[RowRule], variables: Binder, counts: Counts
) -> None:
    """Hold DuckDB against Pandera on the first rows of the table, passing ones included."""
    fields = _fields(subject, [probe for rule in rules for probe in rule.probes])
    listed = ", ".join(map(quoted, fields))
    sample = database.sql(f"SELECT {listed} FROM {subject.relation} LIMIT {SAMPLE_ROWS}").to_arrow_table()
    said = _judged(subject, fields, rules, variables, sample)
    counted = counts
    if sample.num_rows == SAMPLE_ROWS:
        database.register("sample_rows", sample)
        counted = count_rows(database, "sample_rows", rules)
        database.unregister("sample_rows")
    for rule in rules:
        for place in range(len(rule.probes)):
            judged = said.get(f"{rule.id}|{place}")
            _require_agreement(rule, int(judged.sum()) if judged is not None else 0, _broken(counted, rule, place))


def _require_agreement(rule: RowRule, judged: int, counted: int) -> None:
    if judged != counted:
        raise RuntimeError(f"rule {rule.id}: Pandera fails {judged} rows where DuckDB fails {counted}")


def _fields(subject: Subject, probes: list[Probe]) -> dict[str, pa.DataType]:
    names = dict.fromkeys(name for probe in probes for name in probe.fields)
    return {name: subject.fields[name] for name in names}


def _judged(
    subject: Subject, fields: dict[str, pa.DataType], rules: Sequence[RowRule], variables: Binder, rows: pa.Table
) -> dict[str, pd.Series]:
    frame = rows.select(list(fields)).to_pandas(types_mapper=pd.ArrowDtype)
    return judge(pandera_schema(fields, rules, variables), frame)


def _gather(database: Any, subject: Subject, failing: list[RowRule]) -> None:
    """Put every row that breaks any of the rules aside, with the columns it takes to judge and to quote it."""
    probes = [probe for rule in failing for probe in rule.probes]
    wanted = dict.fromkeys(["_row", *_fields(subject, probes), subject.amount, subject.time])
    listed = ", ".join(quoted(name) for name in wanted if name)
    any_fails = " OR ".join(f"NOT {probe.sql}" for probe in probes)
    database.execute(f"CREATE TEMP TABLE failing AS SELECT {listed} FROM {subject.relation} WHERE {any_fails}")


def _findings(database: Any, subject: Subject, rule: RowRule, probe: Probe, variables: Binder) -> pa.Table:
    """The first rows, by name, that break one probe; each of them judged by Pandera."""
    kept = f"SELECT * FROM failing WHERE NOT {probe.sql} ORDER BY _row LIMIT {KEPT}"
    alone = RowRule(rule.id, rule.table, rule.rule, (probe,))
    rows = database.sql(kept).to_arrow_table()
    said = _judged(subject, _fields(subject, [probe]), [alone], variables, rows).get(f"{rule.id}|0")
    _require_agreement(rule, int(said.sum()) if said is not None else 0, rows.num_rows)
    return findings_query(
        database,
        f'SELECT {literal(rule.id)} AS rule, {literal(rule.table)} AS "table", _row,'
        f' {literal(probe.shows[0])} AS "column", {subject.quote(probe.shows)} AS value,'
        f" {literal(rule.rule.expected)} AS expected, {subject.beside} FROM ({kept})",
    )
