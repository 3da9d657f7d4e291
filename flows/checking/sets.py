"""Rules that look at more than one row, keys, and values that could not be read."""

from dataclasses import replace
from typing import Any

import pyarrow as pa

from exports.duck import literal, one_row, quoted
from flows.checking.subject import Checked, Subject, findings_query, result_of, with_findings
from schemas.finding import KEPT
from schemas.marks import load_marks
from schemas.result import Outcome
from schemas.rule import Rule

_SHOWN_ROWS = 5


def check_set(database: Any, rule: Rule, subject: Subject, *others: Subject) -> Checked:
    """Apply a set rule: its own SQL over the std views; findings quote the row that they name.

    A row is one of `subject`, or of the subject that `std_table` names when the rule's SQL gives that column.
    """
    missing = one_row(database, rule.needs)[0] if rule.needs else None
    if missing:
        unseen = result_of(rule, rule.id, subject.table, "", 0, 0)
        return Checked([replace(unseen, outcome=Outcome.NOT_VERIFIED, reason=missing)])
    database.execute(f"CREATE TEMP TABLE broken AS SELECT DISTINCT * FROM ({rule.failing})")
    given = {row[0] for row in database.execute("DESCRIBE broken").fetchall()}
    [failing] = one_row(database, "SELECT count(*) FROM broken")
    [total] = one_row(database, rule.denominator)
    result = result_of(rule, rule.id, subject.table, "".join(_shown(rule, subject)[:1]), failing, int(total or 0))
    sides = [subject, *others] if "std_table" in given else [subject]
    parts = [_broken_rows(database, rule, one, given) for one in sides] if failing else []
    database.execute("DROP TABLE broken")
    return with_findings(result, parts) if parts else Checked([result])


def _shown(rule: Rule, subject: Subject) -> tuple[str, ...]:
    """The columns that a rule shows of a table."""
    return tuple(name for name in rule.shows if name in subject.fields)


def _broken_rows(database: Any, rule: Rule, subject: Subject, given: set[str]) -> pa.Table:
    """The rows that the rule names, with what stands in them where they are rows of the subject."""
    value = "CAST(b.value AS VARCHAR)" if "value" in given else "t.quote"
    expected = "CAST(b.expected AS VARCHAR)" if "expected" in given else literal(rule.expected)
    side = f" WHERE std_table = {literal(subject.table)}" if "std_table" in given else ""
    shown = _shown(rule, subject)
    rows = (
        f"SELECT _row, any_value({subject.quote(shown)}) AS quote, any_value(amount) AS amount,"
        f" any_value(time) AS time FROM (SELECT *, {subject.beside} FROM {subject.relation})"
        " WHERE _row IN (SELECT _row FROM kept) GROUP BY _row"
    )
    return findings_query(
        database,
        f"WITH kept AS (SELECT * FROM broken{side} ORDER BY _row LIMIT {KEPT})"
        f' SELECT {literal(rule.id)} AS rule, {literal(subject.table)} AS "table", b._row,'
        f" {literal(shown[0] if shown else '')} AS \"column\", coalesce({value}, '') AS value,"
        f" {expected} AS expected, t.amount, t.time FROM kept AS b LEFT JOIN ({rows}) AS t USING (_row)",
    )


def check_key(database: Any, subject: Subject, key: tuple[str, ...], std: str) -> Checked:
    """The key of a table is unique; each repeated key is one finding that names the rows it stands in.

    Args:
        database: an open DuckDB.
        subject: the table.
        key: its key columns.
        std: the std table that says who mends it.
    """
    identifier = f"{subject.table}.key"
    titles = "、".join(subject.titles.get(column, column) for column in key)
    rule = load_marks().rule("key", identifier, subject.table, std, table=subject.title, column=titles)
    listed = ", ".join(map(quoted, key))
    twice = (
        f"SELECT min(_row) AS _row, list_sort(list(_row)) AS rows, any_value({subject.quote(key)}) AS quote,"
        f" any_value(amount) AS amount, any_value(time) AS time"
        f" FROM (SELECT _row, {listed}, {subject.beside} FROM {subject.relation}) GROUP BY {listed} HAVING count(*) > 1"
    )
    database.execute(f"CREATE TEMP TABLE twice AS {twice}")
    [failing] = one_row(database, "SELECT count(*) FROM twice")
    [total] = one_row(database, f"SELECT count(*) FROM {subject.relation}")
    result = result_of(rule, identifier, subject.table, key[0], failing, total)
    shown = f"array_to_string(list_distinct(rows)[:{_SHOWN_ROWS}], '、')"
    select = (
        f'SELECT {literal(identifier)} AS rule, {literal(subject.table)} AS "table", _row,'
        f" {literal(key[0])} AS \"column\", quote || '，出现 ' || len(rows) || ' 次：' || {shown} AS value,"
        f" {literal(rule.expected)} AS expected, amount, time FROM twice ORDER BY _row LIMIT {KEPT}"
    )
    parts = [findings_query(database, select)] if failing else []
    database.execute("DROP TABLE twice")
    return with_findings(result, parts) if parts else Checked([result])
