"""What the std model and the format ask of single columns: each mark is broken on rows of its own, and found there."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.duck import literal, open_database
from flows.checking.rows import check_rows
from flows.checking.subject import Subject, format_subject, std_subject
from schemas.condition import Condition
from schemas.format import FormatTable
from schemas.format_model import arrow_type
from schemas.marks import format_marks, std_marks
from schemas.row_rule import RowRule
from schemas.std import MODELS, std_table
from tests.house import FORM, Exported

STRANGE = "×"
TABLES = [table for table in FORM.tables if format_marks(table)]


def broken_on_own_rows(
    clean: pd.DataFrame, rules: Sequence[RowRule], spoil: Any
) -> tuple[pd.DataFrame, dict[str, set[str]]]:
    """Two rows for each rule, taken from clean ones and broken in that rule's way; which rows break which rules."""
    parts, expected = [], {rule.id: set[str]() for rule in rules}
    for rule in rules:
        rows = spoil(clean, rule)
        rows["_row"] = [f"{rule.id}:{number}" for number in range(len(rows))]
        parts.append(rows)
        for name in also(rule, rules):
            expected[name] |= set(rows["_row"])
    return pd.concat([*parts, clean], ignore_index=True), expected


def also(rule: RowRule, rules: Sequence[RowRule]) -> set[str]:
    """A text that is too long stands in no list of codes either."""
    codes = rule.id.removesuffix(".width") + ".codes"
    return {rule.id, codes} & {one.id for one in rules}


def found(
    folder: Path, frame: pd.DataFrame, fields: dict[str, pa.DataType], subject: Any, rules: Sequence[RowRule]
) -> dict[str, set[str]]:
    path = folder / "broken.parquet"
    schema = pa.schema([(name, fields[name]) for name in frame.columns])
    pq.write_table(pa.Table.from_pandas(frame, schema, preserve_index=False), path)
    with open_database(folder, "1GB", 1) as database:
        checked = check_rows(database, subject(f"read_parquet({literal(path)})"), rules, {})
    rows: dict[str, set[str]] = {rule.id: set() for rule in rules}
    for one in checked.findings.select(["rule", "_row"]).to_pylist():
        rows[one["rule"]].add(one["_row"])
    assert {one.id: one.failing for one in checked.results} == {name: len(found) for name, found in rows.items()}
    return rows


def arrow_frame(path: Path) -> pd.DataFrame:
    return pq.read_table(path).to_pandas(types_mapper=pd.ArrowDtype)


def put(rows: pd.DataFrame, column: str, value: str | None) -> pd.DataFrame:
    kind: Any = rows[column].dtype
    rows[column] = pd.array([value] * len(rows), dtype=kind)
    return rows


@pytest.mark.parametrize("name", MODELS)
def test_every_mark_of_the_std_model_is_found_where_it_is_broken(name: str, clean: Exported, tmp_path: Path) -> None:
    spec = std_table(name)
    frame = arrow_frame(clean.run.part("std") / f"{name}.parquet").drop(columns="_lost")
    frame = frame[frame["_excluded"].isna()].reset_index(drop=True)
    rules = [rule for rule in std_marks(spec) if rule.id != f"{name}._row.required"]

    def spoil(whole: pd.DataFrame, rule: RowRule) -> pd.DataFrame:
        [column] = rule.probes[0].shows
        return put(whole.head(2).copy(), column, None if rule.id.endswith(".required") else STRANGE)

    fields = {column.name: column.type for column in spec.columns}
    broken, expected = broken_on_own_rows(frame, rules, spoil)
    assert found(tmp_path, broken, fields, lambda scan: std_subject(spec, scan), rules) == expected


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_mark_of_the_format_is_found_where_it_is_broken(
    table: FormatTable, clean: Exported, tmp_path: Path
) -> None:
    path = clean.run.part("out") / f"{table.name}.parquet"
    frame, rules = arrow_frame(path) if path.is_file() else made_up(table), format_marks(table)
    helpers = tuple(name for name in frame.columns if name.startswith("_"))

    def subject(scan: str) -> Subject:
        return format_subject(table, scan, helpers, None)

    def spoil(whole: pd.DataFrame, rule: RowRule) -> pd.DataFrame:
        [column] = rule.probes[0].shows
        kind = rule.id.rpartition(".")[2]
        condition = table.column(column).condition
        if kind == "required_when" and condition is not None:
            rows = meeting(whole, condition)
            for other in table.columns:
                if other.condition == condition and rows[other.name].isna().any():
                    put(rows, other.name, STRANGE)
            return put(rows, column, None)
        value = {"required": None, "codes": STRANGE}.get(kind, "长" * ((table.column(column).length or 0) + 1))
        return put(whole.head(2).copy(), column, value)

    broken, expected = broken_on_own_rows(frame, rules, spoil)
    assert found(tmp_path, broken, subject("").fields, subject, rules) == expected


def meeting(whole: pd.DataFrame, condition: Condition) -> pd.DataFrame:
    """Two clean rows that meet a condition, made to do so where the centre has none."""
    rows = whole[condition.mask(whole)].head(2).copy()
    if rows.empty:
        rows = whole.head(2).copy()
        for term in condition.terms:
            put(rows, term.field, STRANGE if term.negated or not term.values else term.values[0])
    assert condition.mask(rows).all()
    return rows


def made_up(table: FormatTable) -> pd.DataFrame:
    """Rows of a table that nothing fills yet."""
    values = {"date": date(2024, 1, 2), "datetime": datetime(2024, 1, 2), "decimal": Decimal(1)}
    arrays = [
        pa.array([column.codes[0] if column.codes else values.get(column.kind, "字")] * 3, arrow_type(column))
        for column in table.columns
    ]
    names = [column.name for column in table.columns]
    rows = pa.table([*arrays, pa.array(["a", "b", "c"])], names=[*names, "_row"])
    return rows.to_pandas(types_mapper=pd.ArrowDtype)
