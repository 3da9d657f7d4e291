"""Worksheets as Parquet, every value text as the workbook stores it; what Excel has lost is refused by cell."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.learn.cells import ERROR, LONG
from flows.learn.workbooks import Cells, Worksheet, to_the_last, worksheets
from schemas.errors import SourceError

_BATCH = 5_000
_CHUNK = 1 << 20
_UNCOMPUTED = re.compile(rb'<c(?![^>]*t="str")[^>]*><f[^<>]*(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>')
"""A formula without a result, as programs write it that do not compute."""
_LONGEST = 10_000
_BAD = {
    ERROR: "是错误值（如 #N/A），请改正公式或填上数据",
    LONG: "是按数值保存的 15 位以上号码，Excel 已把末几位变成 0：请把该列设为文本格式后从原系统重新导出",
}


@dataclass(frozen=True)
class SheetRows:
    """One worksheet as Parquet."""

    name: str
    header: tuple[str, ...]
    rows: int
    path: Path


def sheet_rows(path: Path, file: str, into: Path) -> tuple[list[SheetRows], list[str]]:
    """Write each visible worksheet that holds anything as `<into>_<n>.parquet`; the names of the hidden ones.

    Raises:
        LearnError: the workbook is damaged or has a password.
        SourceError: a cell holds an error, a formula without a result or a number longer than Excel keeps, or stands
            beyond the header.
    """
    found, hidden = [], []
    with worksheets(path, file) as (kind, sheets):
        if kind == "xlsx" and _uncomputed(path):
            raise SourceError(f"{file} 中有公式还没有计算结果，读出来会是空的：请用 Excel 或 WPS 打开并保存一次。")
        for number, sheet in enumerate(sheets):
            if sheet.hidden:
                hidden.append(sheet.name)
                continue
            written = _written(sheet, f"{file} 的工作表“{sheet.name}”", into.with_name(f"{into.name}_{number}.parquet"))
            found += [written] if written else []
    return found, hidden


def _uncomputed(path: Path) -> bool:
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            with book.open(name) as sheet:
                tail = b""
                while data := sheet.read(_CHUNK):
                    if _UNCOMPUTED.search(tail + data):
                        return True
                    tail = data[-_LONGEST:]
    return False


def _written(sheet: Worksheet, place: str, into: Path) -> SheetRows | None:
    rows = ((number, row) for number, row in enumerate(to_the_last(sheet.rows), 1) if any(row[1]))
    first = next(rows, None)
    if first is None:
        return None
    header = tuple((text or "").strip() for text in first[1][0][: len(first[1][1].rstrip(b"\0"))])
    schema = pa.schema([(name, pa.string()) for name in header])
    data, count = _checked(rows, header, place), 0
    with pq.ParquetWriter(into, schema, compression="snappy") as writer:
        while batch := list(islice(data, _BATCH)):
            arrays = [pa.array(column, pa.string()) for column in zip(*batch, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            count += len(batch)
    return SheetRows(sheet.name, header, count, into)


def _checked(rows: Iterator[tuple[int, Cells]], header: tuple[str, ...], place: str) -> Iterator[list[Any]]:
    width = len(header)
    for number, (texts, natives) in rows:
        if any(natives[width:]):
            raise SourceError(f"{place}第 {number} 行的数据超出了表头的 {width} 列，请改正这一行或补上列名。")
        for kind, said in _BAD.items():
            if kind in natives:
                raise SourceError(f"{place}第 {number} 行的“{header[natives.index(kind)]}”{said}。")
        yield [*texts[:width], *[None] * (width - len(texts))]
