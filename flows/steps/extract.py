"""extract: what the source said, table by table, into Parquet; nothing dropped, nothing mended.

Every row gets `_row` (`<table>:<key>`), and `_month` (`yyyymm` or empty) where the adapter says which column dates
it. Counts and money totals are asked of the source in the same snapshot, month by month, and must match what was
written.
"""

import json
import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.job import Job, Tell
from flows.sources import open_source
from flows.sources.connection import Connection, Totals, Untyped, add_up, month_of, typed
from schemas.adapter import RawTable
from schemas.errors import SourceError

SHOWN = 3
UNTYPED = "_untyped.parquet"
SUMMARY = "_extract.json"
MONTH = "_month"
_UNTYPED_SCHEMA = pa.schema([(name, pa.string()) for name in ("table", "_row", "column", "declared", "value")])


@dataclass(frozen=True)
class Extracted:
    """What was read: engine and snapshot in words, and rows and sums (yuan) per source table.

    `unreadable` (source table -> columns) are the money columns in which something is no amount: their sums are
    those of what could be read.
    """

    engine: str
    snapshot: str
    tables: dict[str, Totals]
    unreadable: dict[str, tuple[str, ...]] = field(default_factory=dict)


def extract(job: Job, into: Path, tell: Tell) -> Extracted:
    """Read every table the adapter names into `<into>/<table>.parquet`, all in one snapshot.

    Columns on demand are asked of the source only when the format has a place for them; else they are NULL.
    Values that are not what their column was declared to be are NULL there and stand, as text, in
    `_untyped.parquet` (table, `_row`, column, declared type, value).

    Raises:
        SourceError: a table or column is missing, or the source counts otherwise than we read.
    """
    tell(f"连接 {job.source.name}")
    with (
        pq.ParquetWriter(into / UNTYPED, _UNTYPED_SCHEMA) as untyped,
        closing(open_source(job.source.location(), job.adapter.timezone)) as source,
    ):
        _require(source, job)
        read = {table.name: _read_whole(source, table, job, into, untyped, tell) for table in job.raw_tables}
        result = Extracted(
            source.engine,
            source.snapshot,
            {name: totals for name, (totals, _) in read.items()},
            {name: columns for name, (_, columns) in read.items() if columns},
        )
    _save(result, into)
    return result


def _read_whole(
    source: Connection, table: RawTable, job: Job, into: Path, untyped: pq.ParquetWriter, tell: Tell
) -> tuple[Totals, tuple[str, ...]]:
    """Read one table and hold it against what the source itself counts; the money columns without a comparable sum."""
    tell(f"抽取 {table.name}")
    where = where_of(table, job)
    asked = source.totals(table.real_name, table.totals, where, table.month)
    read, unreadable = _read(source, table, job, where, into, untyped)
    months: list[str | None] = [*sorted({*asked.months, *read.months})]
    wrong = [
        f"{_month(month)}读到 {_words(read, month)}，而源库自己统计为 {_words(asked, month)}"
        for month in months or [None]
        if not _agree(_part(asked, month), _part(read, month), unreadable)
    ]
    if wrong:
        raise SourceError(
            f"表 {table.name} {'；'.join(wrong[:SHOWN])}{f'；等 {len(wrong)} 个月' if len(wrong) > SHOWN else ''}："
            "抽取不完整或源库正在被改动，请重试；若仍不符请联系维护人员。"
        )
    return read, tuple(column for column in table.totals if column in unreadable)


def _part(totals: Totals, month: str | None) -> Totals:
    """The totals of one month, or all of them."""
    if month is None:
        return totals
    return totals.months.get(month, Totals(0, dict.fromkeys(totals.sums, Decimal(0))))


def _month(month: str | None) -> str:
    return "" if month is None else f"{month[:4]}-{month[4:]} 月" if month else "无日期的行"


def _words(totals: Totals, month: str | None) -> str:
    part = _part(totals, month)
    return f"{part.rows} 行、合计 {_money(part)}"


def load_extracted(raw: Path) -> Extracted:
    """The summary that `extract` left beside the tables."""
    record = json.loads((raw / SUMMARY).read_text(encoding="utf-8"))
    return Extracted(
        record["engine"],
        record["snapshot"],
        {name: _totals(totals) for name, totals in record["tables"].items()},
        {name: tuple(columns) for name, columns in record["unreadable"].items()},
    )


def _totals(record: dict[str, Any]) -> Totals:
    sums = {column: Decimal(value) for column, value in record["sums"].items()}
    return Totals(record["rows"], sums, {month: _totals(one) for month, one in record.get("months", {}).items()})


def _record(totals: Totals) -> dict[str, Any]:
    record: dict[str, Any] = {"rows": totals.rows, "sums": {c: str(value) for c, value in totals.sums.items()}}
    if totals.months:
        record["months"] = {month: _record(one) for month, one in totals.months.items()}
    return record


def _save(result: Extracted, into: Path) -> None:
    record = {
        "engine": result.engine,
        "snapshot": result.snapshot,
        "tables": {name: _record(totals) for name, totals in result.tables.items()},
        "unreadable": result.unreadable,
    }
    (into / SUMMARY).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")


def _require(source: Connection, job: Job) -> None:
    """Name everything that is missing at once, before the first row is read."""
    adapter, problems = job.adapter, []
    for table in job.raw_tables:
        found = source.columns(table.real_name)
        if not found:
            problems.append(f"没有表 {table.real_name}")
        missing = [column for column in table.asked(job.form.std_fields) if found and column not in found]
        if missing:
            problems.append(f"表 {table.real_name} 没有列 {'、'.join(missing)}")
        inexact = [column for column in table.totals if column in found and not pa.types.is_decimal(found[column])]
        if table.month in found and not _dates(found[table.month]):
            problems.append(f"表 {table.real_name} 的月份列 {table.month} 不是日期、时间或文本")
        if inexact:
            problems.append(f"表 {table.real_name} 的金额列 {'、'.join(inexact)} 不是 DECIMAL")
    if problems:
        raise SourceError(
            f"源库与适配器 {adapter.name}（{adapter.title}）对不上：{'；'.join(problems)}。"
            "请确认连接的库名、模式（schema）和账号权限是否正确，或修改适配器的 source.toml。"
        )


def _dates(kind: pa.DataType) -> bool:
    return bool(pa.types.is_temporal(kind) or pa.types.is_string(kind))


def _agree(asked: Totals, read: Totals, unreadable: set[str]) -> bool:
    """Whether both counted alike; a money column with unreadable values has no sum to compare."""
    comparable = set(asked.sums) - unreadable
    return asked.rows == read.rows and all(asked.sums[column] == read.sums[column] for column in comparable)


def where_of(table: RawTable, job: Job) -> str:
    """The condition under which a source table is read for one institution and period, as SQL."""
    if not table.where:
        return ""
    days = {"eve": job.window.first - timedelta(days=1), "from": job.window.first, "until": job.window.until}
    literals = {"org": job.org, **{name: day.isoformat() for name, day in days.items()}}
    return " WHERE " + re.sub(
        r":(org|eve|from|until)\b", lambda match: "'" + literals[match[1]].replace("'", "''") + "'", table.where
    )


def _read(
    source: Connection, table: RawTable, job: Job, where: str, into: Path, untyped: pq.ParquetWriter
) -> tuple[Totals, set[str]]:
    """Write one table; what was read, and the columns in which something could not be."""
    declared, columns = source.columns(table.real_name), table.asked(job.form.std_fields)
    types = {column: declared[column] for column in columns}
    left = [(column, pa.string()) for column in table.on_demand if column not in columns]
    dated = [(MONTH, pa.string())] if table.month else []
    schema = pa.schema([("_row", pa.string()), *types.items(), *left, *dated])
    groups: list[tuple[Any, ...]] = []
    unreadable: set[str] = set()
    with pq.ParquetWriter(into / f"{table.name}.parquet", schema, compression="snappy") as writer:
        for batch in source.read(table.real_name, columns, where):
            clean, problems = typed(batch, types)
            names = row_names(table, clean)
            nothing = [pa.nulls(clean.num_rows, kind) for _, kind in left]
            months = [month_of(clean[table.month], job.adapter.timezone)] if table.month else []
            arrays = [names, *clean.columns, *nothing, *months]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            groups += _count(clean, table, months)
            if problems:
                untyped.write_table(_problem_rows(table.name, names, problems))
                unreadable |= {problem.column for problem in problems}
    return add_up(groups, table.totals, bool(table.month)), unreadable


def _count(batch: pa.RecordBatch, table: RawTable, months: list[pa.Array]) -> list[tuple[Any, ...]]:
    """First day of the month, rows and sums of one batch, as a source would give them group by group."""
    month = months[0] if months else pa.nulls(batch.num_rows, pa.string())
    counted = pa.table([month, *(batch[column] for column in table.totals)], names=["month", *table.totals])
    sums = [(column, "sum") for column in table.totals]
    groups = counted.group_by("month").aggregate([([], "count_all"), *sums]).to_pylist()
    return [
        (
            f"{one['month'][:4]}-{one['month'][4:]}-01" if one["month"] else None,
            one["count_all"],
            *(one[f"{column}_sum"] or Decimal(0) for column in table.totals),
        )
        for one in groups
    ]


def _problem_rows(table: str, names: pa.Array, problems: list[Untyped]) -> pa.Table:
    rows = [(table, names[one.index].as_py(), one.column, one.declared, one.value) for one in problems]
    columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, schema=_UNTYPED_SCHEMA)


def row_names(table: RawTable, batch: pa.RecordBatch) -> pa.Array:
    """`<table>:<key>` for each row of a batch, the parts of a key joined by `|`."""
    keys = [pc.fill_null(pc.cast(batch.column(column), pa.string()), "") for column in table.key]
    joined = pc.binary_join_element_wise(*keys, "|") if len(keys) > 1 else keys[0]
    return pc.binary_join_element_wise(pa.scalar(table.name), joined, ":")


def _money(totals: Totals) -> str:
    return "、".join(f"{column} {value} 元" for column, value in totals.sums.items()) or "（未设合计列）"
