"""extract: what the source said, table by table, into Parquet; nothing dropped, nothing mended.

Every row gets `_row` (`<table>:<key>`), and `_month` (`yyyymm` or empty) where the adapter says which column dates
it. Counts and money totals are asked of the source in the same snapshot, month by month, and must match what was
written.
"""

import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from flows.extraction.ledger import ASIDE, PartLedger, part_file, totals_from, totals_record
from flows.extraction.manners import Pace
from flows.extraction.reading import gather_untyped
from flows.extraction.session import in_one_snapshot
from flows.extraction.tables import Reading
from flows.job import Job, Tell
from flows.sources.connection import Connection, Totals, together
from flows.sources.dialect import Dialect
from schemas.adapter import RawTable
from schemas.errors import SourceError

SHOWN = 3
SUMMARY = "_extract.json"
WHOSE = r"""((?:[\w"`\[\]]+\.)?[\w"`\[\]]+|\w+\([^()]*\))\s*=\s*:org\b"""  # becomes a list for many institutions
LISTED = 1000  # values in one list; Oracle takes no more (ORA-01795)


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


def extract(job: Job, into: Path, tell: Tell, pace: Pace | None = None) -> Extracted:
    """Read every table the adapter names into `<into>/<table>/<part>.parquet`, all in one snapshot.

    Columns on demand are asked of the source only when the format has a place for them; else they are NULL.
    Values that are not what their column was declared to be are NULL there and stand, as text, in
    `_untyped.parquet` (table, `_row`, column, declared type, value).

    A folder that holds parts already is gone on with. When the connection broke, or the hours of the source were over,
    it is opened anew: parts of the earlier snapshot stay only where the source proves, by a digest of all their values,
    that they are what it holds now; the others are read again, so that the result is that of the last snapshot alone.

    Raises:
        SourceError: a table or column is missing, the source counts otherwise than we read, or it stays out of reach.
    """
    pace = pace or Pace(job.source.manners)
    ledger, timezone = PartLedger(into), job.adapter.timezone

    def read(source: Connection) -> Extracted:
        return _extract(job, Reading(source, into, ledger, pace, timezone, tell))

    return in_one_snapshot(job.source, timezone, read, pace, tell)


def _extract(job: Job, reading: Reading) -> Extracted:
    _require(reading.source, job)
    read = {table.name: _read_whole(reading, table, job) for table in job.raw_tables}
    result = Extracted(
        reading.source.engine,
        reading.source.snapshot,
        {name: totals for name, (totals, _) in read.items()},
        {name: columns for name, (_, columns) in read.items() if columns},
    )
    _tidy(reading)
    save_extracted(result, reading.raw)
    return result


def _tidy(reading: Reading) -> None:
    """Leave the parts of this reading and what could not be typed in them, nothing else."""
    gather_untyped(reading.raw, reading.fresh)
    shutil.rmtree(reading.raw / ASIDE, ignore_errors=True)
    wanted = {part_file(reading.raw, table, name) for table, name in reading.fresh}
    for path in reading.raw.glob("*/*.parquet"):
        if path not in wanted:
            path.unlink()


def _read_whole(reading: Reading, table: RawTable, job: Job) -> tuple[Totals, tuple[str, ...]]:
    """Read one table and hold it against what the source itself counts; the money columns without a comparable sum."""
    where = where_of(table, job)
    reading.pace.require_hours()
    reading.tell(f"抽取 {table.name}")
    asked = reading.source.totals(table.real_name, table.totals, where, table.month)
    parts = reading.table(table, job.asked(table), where, asked)
    read = together([part.totals for part in parts])
    unreadable = {column for part in parts for column in part.unreadable}
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


def raw_files(raw: Path, table: str) -> Path:
    """The files of a source table, as DuckDB's `read_parquet` takes them."""
    return raw / table / "*.parquet"


def load_extracted(raw: Path) -> Extracted:
    """The summary that `extract` left beside the tables."""
    record = json.loads((raw / SUMMARY).read_text(encoding="utf-8"))
    return Extracted(
        record["engine"],
        record["snapshot"],
        {name: totals_from(totals) for name, totals in record["tables"].items()},
        {name: tuple(columns) for name, columns in record["unreadable"].items()},
    )


def save_extracted(result: Extracted, into: Path) -> None:
    """Leave the summary beside the tables."""
    record = {
        "engine": result.engine,
        "snapshot": result.snapshot,
        "tables": {name: totals_record(totals) for name, totals in result.tables.items()},
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
        missing = [column for column in job.asked(table) if found and column not in found]
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
    """The condition under which a source table is read for one institution, or a region's, and a period, as SQL."""
    if not table.where:
        return ""
    regional = job.regional
    text = re.sub(WHOSE, lambda match: _one_of(match[1], regional), table.where) if regional else table.where
    days = {"eve": job.window.first - timedelta(days=1), "from": job.window.first, "until": job.window.until}
    literals = {"org": job.org, **{name: day.isoformat() for name, day in days.items()}}
    return " WHERE " + re.sub(
        r":(org|eve|from|until)\b", lambda match: "'" + literals[match[1]].replace("'", "''") + "'", text
    )


def _one_of(column: str, values: tuple[str, ...]) -> str:
    """A condition that holds for each of these values."""
    texts = [Dialect.literal(value) for value in values]
    lists = [", ".join(texts[at : at + LISTED]) for at in range(0, len(texts), LISTED)]
    return "(" + " OR ".join(f"{column} IN ({listed})" for listed in lists) + ")"


def _money(totals: Totals) -> str:
    return "、".join(f"{column} {value} 元" for column, value in totals.sums.items()) or "（未设合计列）"
