"""Hold new rows to the Pandera models of the commission; rows that break one are kept, counted and named."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from schemas.commission.std import MODELS, lake_table

CHUNK = 200_000
NAMED = 3


@dataclass(frozen=True)
class Broken:
    """Rows of one table that break its model in one column: how many, by which check, and where a few stand."""

    table: str
    column: str
    check: str
    rows: int
    named: tuple[str, ...]


def broken_rows(table: str, path: Path) -> list[Broken]:
    """What Pandera says of a file of std rows; the same check of one column is one entry."""
    from pandera.errors import SchemaErrors

    schema: Any = MODELS[table].to_schema()
    columns = [column.name for column in lake_table(table).spec.columns]
    found: dict[tuple[str, str], list[str]] = {}
    for batch in pq.ParquetFile(path).iter_batches(CHUNK, columns=columns):
        frame = batch.to_pandas(types_mapper=_arrow)
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            for case in errors.failure_cases.to_dict("records"):
                place = case["index"]
                row = str(frame["_row"].iloc[int(place)]) if place == place and place is not None else ""
                found.setdefault((str(case["column"]), str(case["check"])), []).append(row)
    return [
        Broken(table, column, check, len(rows), tuple(rows[:NAMED])) for (column, check), rows in sorted(found.items())
    ]


def _arrow(kind: Any) -> Any:
    import pandas as pd

    return pd.ArrowDtype(kind)
