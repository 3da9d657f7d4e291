"""A text file of any charset and delimiter as Parquet, every value text; what does not fit is refused by line."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.learn.encoding import Charset, Utf8Stream, find_charset, read_head
from flows.learn.text_tables import Layout, batches, find_layout, original
from schemas.errors import SourceError

_SHOWN = 5


@dataclass(frozen=True)
class Survey:
    """What Python's own csv reader finds: the header, the line on which it ends, the records below it."""

    header: tuple[str, ...]
    line: int
    records: int


def text_rows(path: Path, file: str, into: Path) -> tuple[tuple[str, ...], int]:
    """Write a text file as Parquet in bounded memory; two readers that know nothing of each other count its records.

    Returns:
        Its header and the number of its rows.

    Raises:
        LearnError: the charset is unknown, with the line of the first byte that does not fit.
        SourceError: the file is empty, has no delimiter, or records have another number of fields than the header.
    """
    charset = find_charset(path, file)
    lines, _ = read_head(path, charset)
    if not any(line.strip() for line in lines):
        raise SourceError(f"{file} 是空文件：请重新导出；没有数据的表也要有一行表头，确实没有这张表的请删除文件。")
    layout = find_layout(path, charset, lines)
    if layout is None:
        raise SourceError(
            f"{file} 不像表格：各行找不到一致的分隔符（, ; | |@| 或制表符）。不是数据的文件请移出文件夹。"
        )
    survey = _survey(path, file, charset, layout)
    schema = pa.schema([(name, pa.string()) for name in survey.header])
    count = 0
    with pq.ParquetWriter(into, schema, compression="snappy") as writer:
        for arrays in _columns(path, file, charset, replace(layout, width=len(survey.header)), survey):
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            count += len(arrays[0])
    if count != survey.records:
        raise SourceError(f"{file} 用两种方法读到的行数不同（{survey.records} 与 {count}），请检查引号与换行。")
    return survey.header, count


def _columns(path: Path, file: str, charset: Charset, layout: Layout, survey: Survey) -> Iterator[list[Any]]:
    if not survey.records:
        return
    stream = Utf8Stream(path, charset, layout.delimiter, layout.quoted)
    try:
        for batch in batches(stream, layout, survey.line, lambda row: "skip"):
            yield [original(column, layout) for column in batch.columns]
    except pa.ArrowInvalid as error:
        raise SourceError(f"{file} 无法拆成行和列（{error}），请检查引号与换行。") from None


def _survey(path: Path, file: str, charset: Charset, layout: Layout) -> Survey:
    with path.open(encoding=charset.codec, newline="") as handle:
        lines = (line.replace(layout.delimiter, layout.separator) for line in handle)
        reader = csv.reader(
            lines,
            delimiter=layout.separator,
            quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        try:
            return _counted(reader, file)
        except csv.Error as error:
            raise SourceError(f"{file} 第 {reader.line_num} 行无法按分隔符拆开（{error}），请检查引号。") from None


def _counted(reader: Any, file: str) -> Survey:
    header = tuple(field.strip() for field in next(record for record in reader if any(map(str.strip, record))))
    line, width, records = reader.line_num, len(header), 0
    wrong: list[str] = []
    more = 0
    for record in reader:
        if len(record) == width:
            records += 1
        elif any(map(str.strip, record)):
            more += 1
            if more <= _SHOWN:
                wrong.append(f"第 {reader.line_num} 行（{len(record)} 个）")
    if wrong:
        raise SourceError(
            f"{file} 有 {more} 行的字段数与表头的 {width} 个不符：{'、'.join(wrong)}{' 等' if more > _SHOWN else ''}。"
            "多半是内容里含有分隔符、引号或换行，请从原系统重新导出，或改正这些行。"
        )
    return Survey(header, line, records)
