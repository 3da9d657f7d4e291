"""What every source can be asked, and how the text that some engines answer becomes typed.

A connection is read-only and holds one snapshot from its first question to `close()`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.sources.catalogue import SourceTable
from flows.sources.dialect import Dialect
from schemas.errors import SettingsError

BATCH_ROWS = 65_536
DAY = pa.date32()


@dataclass(frozen=True)
class Totals:
    """What a table holds: rows, and the sum of each money column in yuan.

    `months` has the same by month (`yyyymm`; `""` for rows without a readable date); it is empty when nobody
    said which column dates the rows.
    """

    rows: int
    sums: dict[str, Decimal]
    months: dict[str, "Totals"] = field(default_factory=dict)


@dataclass(frozen=True)
class Untyped:
    """A value that is not what its column was declared to be; `index` is its place in the batch."""

    index: int
    column: str
    declared: str
    value: str


class Connection(Protocol):
    """One open source.

    `engine` names product and main version for the report (a patch level would make new bytes of the same
    data); `snapshot` says in Chinese how far the source stands still while it is read. `stands` is a text that is
    another as soon as the source may have changed (for files: sizes and times of change); empty where only a question
    can tell. Each method raises `SourceLostError` when the connection broke and `SourceError` when the source refuses
    or fails.
    """

    engine: str
    snapshot: str
    stands: str
    dialect: Dialect

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type as Arrow; empty when there is no such table."""

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows as the source gives them: typed, or as text where that alone is exact."""

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums, computed by the source in exact arithmetic, all in one query.

        Args:
            table: the source table.
            columns: the DECIMAL columns to add up.
            where: which rows count.
            month: the column that dates a row; the totals are then broken down by its month.
        """

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """A digest of all values of these rows, whatever their order, computed by the source in the snapshot.

        None where the engine cannot; `flows/sources/digest.py` computes the same of rows that were read.
        """

    def catalogue(self) -> tuple[SourceTable, ...]:
        """Every table and view that this user may read, in the order of their names."""

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT as Python values: exact numbers are int or Decimal, never float."""

    def close(self) -> None:
        """Let go of the snapshot and the connection."""


_ILL_WRITTEN = (
    "连接串写法有误，应为 postgresql://用户:口令@主机:5432/库名 这样的形式；"
    "口令中的 @ : / # % 等字符要写成 %40 %3A %2F %23 %25。"
)


def parse_url(url: str) -> SplitResult:
    """The parts of a source's URL.

    Raises:
        SettingsError: it cannot be taken apart; the message does not show it, since it may hold a password.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingsError(_ILL_WRITTEN) from None
    if parts.netloc and "@" in parts.path + parts.query + parts.fragment:
        raise SettingsError(_ILL_WRITTEN)  # a / in the password: what follows it would be shown as host or database
    return parts


def local_path(url: str) -> Path:
    """The file or folder of `scheme:///relative`, `scheme:////absolute` or `scheme:///D:/windows`.

    For `parquet` and `files` three slashes start an absolute path, as in `parquet:///data/his`.
    """
    scheme, _, rest = url.partition("://")
    text = unquote(rest)
    drive = re.match(r"/[A-Za-z]:", text)
    return Path(text[1:] if drive or (scheme in {"sqlite", "duckdb"} and text.startswith("/")) else text)


_TYPE = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)\s*(?:\(\s*(?P<precision>\d+)(?:\s*,\s*(?P<scale>\d+))?\s*\))?\s*(?P<rest>.*)"
)
_WHOLE = {"int", "integer", "bigint", "smallint", "tinyint", "mediumint", "int8", "int4", "int2", "year"}
_EXACT = {"decimal", "numeric", "number"}


def raw_type(declared: str) -> pa.DataType:
    """The Arrow type of a column declared as `declared` in SQL; what we do not know stays text."""
    match = _TYPE.fullmatch(declared.strip().lower())
    if match is None or match["rest"].endswith("[]"):
        return pa.string()
    name, rest = match["name"], match["rest"]
    if name in _WHOLE:
        return pa.decimal128(20, 0) if "unsigned" in rest else pa.int64()
    if name in _EXACT:
        precision, scale = int(match["precision"] or 38), int(match["scale"] or (0 if match["precision"] else 10))
        return pa.decimal128(precision, scale) if precision <= 38 else pa.string()
    if name.startswith(("timestamp", "datetime")):
        zoned = name == "timestamptz" or rest == "with time zone"
        return pa.timestamp("us", tz="UTC") if zoned else pa.timestamp("us")
    if name == "date":
        return pa.date32()
    return pa.bool_() if name in {"boolean", "bool"} else pa.string()


def typed(batch: pa.RecordBatch, types: dict[str, pa.DataType]) -> tuple[pa.RecordBatch, list[Untyped]]:
    """Cast a batch to its declared types; what cannot be cast becomes NULL and is named, value and all."""
    arrays, untyped = [], []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        wanted = types[name]
        if array.type == wanted:
            arrays.append(array)
            continue
        usual = _without_year_zero(array) if pa.types.is_temporal(wanted) and pa.types.is_string(array.type) else array
        try:
            values = pc.cast(usual, wanted)
        except pa.ArrowInvalid:
            values = pa.array([_cast(value, wanted) for value in usual], wanted)
        arrays.append(values)
        if values.null_count > array.null_count:
            lost = np.flatnonzero(pc.and_(pc.is_null(values), pc.is_valid(array)))
            untyped += [Untyped(int(index), name, str(wanted), str(array[index].as_py())) for index in lost]
    schema = pa.schema([pa.field(name, types[name]) for name in batch.schema.names])
    return pa.RecordBatch.from_arrays(arrays, schema=schema), untyped


def _without_year_zero(texts: pa.Array) -> pa.Array:
    """Dates of the year 0000 as NULL: MySQL's sign for none, and no year that Python or a spreadsheet knows."""
    return pc.if_else(pc.starts_with(texts, "0000-"), pa.scalar(None, pa.string()), texts)


def _cast(value: pa.Scalar, wanted: pa.DataType) -> object:
    try:
        return value.cast(wanted).as_py()
    except (pa.ArrowInvalid, ValueError):
        return None


def month_of(values: pa.Array, timezone: str) -> pa.Array:
    """The month of each value as `yyyymm`, `""` where there is none.

    Args:
        values: dates, wall-clock times, instants, or text whose first ten characters are an ISO date.
        timezone: the zone in which an instant has its date.
    """
    if pa.types.is_string(values.type):
        values = _parsed(pc.utf8_slice_codeunits(values, 0, 10), DAY)
    elif pa.types.is_timestamp(values.type) and values.type.tz:
        values = pc.local_timestamp(pc.cast(values, pa.timestamp("us", timezone)))
    days = pc.cast(values, DAY).dictionary_encode()  # strftime is slow, and days are few
    return pc.fill_null(pc.take(pc.strftime(days.dictionary, "%Y%m"), days.indices), "")


def add_up(groups: Iterable[Sequence[Any]], columns: tuple[str, ...], dated: bool, kind: pa.DataType = DAY) -> Totals:
    """Totals from what a source counted group by group.

    Args:
        groups: day as text, rows, and one sum per column; a day that is none counts as no month.
        columns: what was added up, in order.
        dated: whether the days mean anything.
        kind: the type that makes a text a day.
    """
    listed = [(group[0], Totals(int(group[1]), dict(zip(columns, group[2:], strict=True)))) for group in groups]
    keys = pa.array([key for key, _ in listed], pa.string())
    names = pc.fill_null(pc.strftime(_parsed(keys, kind), "%Y%m"), "").to_pylist()
    months: dict[str, Totals] = {}
    for name, (_, part) in zip(names, listed, strict=True):
        months[name] = plus(months[name], part) if name in months else part
    whole = Totals(0, dict.fromkeys(columns, Decimal(0)))
    for part in months.values():
        whole = plus(whole, part)
    return Totals(whole.rows, whole.sums, dict(sorted(months.items())) if dated else {})


def plus(one: Totals, other: Totals) -> Totals:
    """Both together, without their months."""
    return Totals(one.rows + other.rows, {column: value + other.sums[column] for column, value in one.sums.items()})


def together(parts: Sequence[Totals]) -> Totals:
    """All parts of one table, at least one, with their months."""
    months: dict[str, Totals] = {}
    for part in parts:
        for month, one in part.months.items():
            months[month] = plus(months[month], one) if month in months else one
    whole = parts[0]
    for part in parts[1:]:
        whole = plus(whole, part)
    return Totals(whole.rows, whole.sums, dict(sorted(months.items())))


def _parsed(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    return typed(pa.RecordBatch.from_arrays([texts], names=["day"]), {"day": kind})[0]["day"]


def text_batches(fetch: Callable[[int], Sequence[Any]], columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """What a DB-API `fetchmany` gives, as batches of text columns; numbers and bytes become text too."""
    while block := fetch(BATCH_ROWS):
        arrays = [
            pa.array(
                [value if value is None or isinstance(value, str) else _text(value) for value in column], pa.string()
            )
            for column in zip(*block, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=list(columns))


def _text(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
