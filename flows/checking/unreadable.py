"""Values that were not what their column says, in the source or on the way to std: each is a finding, text and all."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from exports.duck import literal
from flows.checking.subject import Checked, result_of, with_findings
from flows.extraction.reading import UNTYPED
from flows.steps.conform import LOST
from schemas.finding import FINDINGS, KEPT
from schemas.marks import load_marks
from schemas.result import CheckResult, Outcome
from schemas.std import MODELS, duckdb_type, std_table
from schemas.unreadable import explain

TITLE = "值能按列的类型读出，且不丢位数"


def check_readable(database: Any, raw: Path, std: Path) -> Checked:
    """One result per column that holds a value that could not be read; one that passed when there is none."""
    rows = database.execute(
        f"SELECT place, field, kind, _row, value FROM ({_at_source(raw)} UNION ALL {_on_the_way(std)})"
        " ORDER BY place, field, _row, value"
    ).fetchall()
    if not rows:
        return Checked([CheckResult("std.readable", TITLE, Outcome.PASSED)])
    found: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for place, field, kind, row, value in rows:
        found.setdefault((place, field), []).append((kind, row, value))
    checked = Checked()
    for (place, field), values in found.items():
        checked += _of_column(place, field, values)
    return checked


def _at_source(raw: Path) -> str:
    scan = f"read_parquet({literal(raw / UNTYPED)})"
    return f'SELECT "table" AS place, "column" AS field, declared AS kind, _row, value FROM {scan}'


def _on_the_way(std: Path) -> str:
    kinds = [
        (f"{name}.{column.name}", duckdb_type(column.type)) for name in MODELS for column in std_table(name).columns
    ]
    types = "MAP {" + ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in kinds) + "}"
    parts = [
        f"SELECT {literal(name)} AS place, unnest(string_split({LOST}, chr(31))) AS lost, _row"
        f" FROM read_parquet({literal(std / f'{name}.parquet')}) WHERE {LOST} IS NOT NULL"
        for name in MODELS
    ]
    field, value = "split_part(lost, '=', 1)", "substr(lost, strpos(lost, '=') + 1)"
    return f"SELECT place, {field}, {types}[place || '.' || {field}], _row, {value} FROM ({' UNION ALL '.join(parts)})"


def _of_column(place: str, field: str, values: list[tuple[str, str, str]]) -> Checked:
    identifier = f"{place}.{field}.readable"
    known = place in MODELS
    table = std_table(place).title if known else place
    column = std_table(place).column(field).title if known else field
    rule = load_marks().rule("readable", identifier, place, place, table=table, column=column)
    result = result_of(rule, identifier, place, field, len(values), len(values))
    records = [
        {
            **dict.fromkeys(FINDINGS.names),
            "rule": identifier,
            "table": place,
            "_row": row,
            "locate": "",
            "column": field,
            "value": value,
            "expected": explain(value, kind),
        }
        for kind, row, value in values[:KEPT]
    ]
    return with_findings(result, [pa.Table.from_pylist(records, FINDINGS)])
