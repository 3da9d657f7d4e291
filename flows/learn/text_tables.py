"""Tables in text files: delimiter and quoting found from the lines, read as a stream."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from flows.learn.body import Body, name_columns
from flows.learn.encoding import SEPARATOR, Charset, Utf8Stream, find_charset, read_head
from flows.learn.header import SAMPLE, Head, find_head, no_header
from flows.learn.ragged import Ragged
from flows.learn.sheet import Note, Sheet
from schemas.errors import LearnError

_DELIMITERS = ("|@|", "\t", "|", ",", ";")
_BLOCK = 8 << 20
_PROSE = 30
_CLOSED_SHARE = 0.95


@dataclass(frozen=True)
class Layout:
    """How the lines of a text file are made: delimiter, fields a line, whether quotes carry structure."""

    delimiter: str
    width: int
    quoted: bool = False

    @property
    def separator(self) -> str:
        """The one character that stands for the delimiter in the stream."""
        return self.delimiter if len(self.delimiter) == 1 else SEPARATOR


def read_text_table(path: Path, file: str, into: Path, known: frozenset[str]) -> Sheet | Note:
    """Read one text file.

    Args:
        path: the file.
        file: its name inside the delivery.
        into: the Parquet file to write.
        known: plain names of known columns.

    Returns:
        The table, or a note why the file holds none.

    Raises:
        LearnError: the charset is unknown, there is no header, or more than 1 % of the rows have another number of
            fields than the header.
    """
    charset = find_charset(path, file)
    lines, whole = read_head(path, charset)
    if not any(line.strip() for line in lines):
        return Note(file, "empty_file", f"{file} 是空文件。")
    layout = find_layout(path, charset, lines)
    if layout is None:
        return Note(file, "skipped_file", f"{file} 没有读取：各行找不到一致的分隔符，不像表格。")
    records = _records(lines, layout, file)
    head = find_head([record for record, _ in records], known, layout.width)
    if head is None:
        if layout.width <= 2:
            return Note(file, "skipped_file", f"{file} 没有读取：找不到表头，不像表格。")
        raise LearnError(no_header(file))
    return _read(
        path, file, into, charset, layout, head, records[head.size - 1][1], whole and head.size == len(records)
    )


def find_layout(path: Path, charset: Charset, lines: list[str]) -> Layout | None:
    """The delimiter that splits most lines into the same number of fields, and whether quotes carry structure."""
    lines = [line for line in lines[:2000] if line.strip()]
    plain = _best([re.sub(r'"[^"]*"', "", line) for line in lines])
    if not charset.quotes:
        return plain
    bare = _best(lines)
    if plain is None or bare is None:
        return plain or bare
    quoted = replace(plain, quoted=True)
    as_bare = _try(path, charset, bare)
    if not as_bare.ragged:
        return quoted if as_bare.closed else bare
    as_quoted = _try(path, charset, quoted)
    gain = (as_quoted.rows - as_quoted.ragged) - (as_bare.rows - as_bare.ragged)
    return quoted if gain > 0 or (gain == 0 and as_bare.closed) else bare


def _best(lines: list[str]) -> Layout | None:
    """The layout whose delimiter makes the most fields in the most lines."""
    found: list[tuple[int, Layout]] = []
    for delimiter in _DELIMITERS:
        token = SEPARATOR if delimiter == "|@|" else delimiter
        counts = Counter(line.replace("|@|", SEPARATOR).count(token) for line in lines)
        fields, times = max(((one, times) for one, times in counts.items() if one), key=_often, default=(0, 0))
        if fields and times * 2 >= len(lines) - _PROSE:
            found.append((fields * times, Layout(delimiter, fields + 1)))
    return max(found, key=lambda item: item[0])[1] if found else None


def _often(item: tuple[int, int]) -> tuple[int, int]:
    return item[1], item[0]


@dataclass(frozen=True)
class _Trial:
    """How a whole file reads in one layout: rows that fit, rows that do not, whether opening quotes close."""

    rows: int
    ragged: int
    closed: bool


def _try(path: Path, charset: Charset, layout: Layout) -> _Trial:
    rows = opened = closed = 0
    ragged = Ragged("", layout.width)
    try:
        for batch in batches(Utf8Stream(path, charset, layout.delimiter, layout.quoted), layout, 0, ragged):
            rows += batch.num_rows
            for column in () if layout.quoted else batch.columns:
                opens = pc.starts_with(column, '"')
                found = pc.sum(opens).as_py()
                if found:
                    opened += found
                    closed += pc.sum(pc.match_substring_regex(column, '(?s)^".*"$')).as_py()
    except pa.ArrowInvalid:
        return _Trial(0, path.stat().st_size, False)
    return _Trial(rows, ragged.rows, bool(opened) and closed >= _CLOSED_SHARE * opened)


def batches(stream: Utf8Stream, layout: Layout, skip: int, ragged: Callable[[Any], str]) -> Iterator[Any]:
    """The records below the first `skip` lines as batches of text columns `0`, `1` …, NULL where empty."""
    names = [str(place) for place in range(layout.width)]
    with closing(stream):
        reader = pacsv.open_csv(
            stream,
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK, skip_rows=skip, use_threads=False),
            parse_options=pacsv.ParseOptions(
                delimiter=layout.separator,
                quote_char='"' if layout.quoted else False,
                newlines_in_values=layout.quoted,
                invalid_row_handler=ragged,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=True, null_values=[""]
            ),
        )
        yield from reader


def _records(lines: list[str], layout: Layout, file: str) -> list[tuple[list[str], int]]:
    """The first records as fields, each with the number of the line on which it ends."""
    split = (line.replace(layout.delimiter, layout.separator) + "\n" for line in lines)
    reader = csv.reader(
        split, delimiter=layout.separator, quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE
    )
    records = []
    try:
        for record in reader:
            records.append(([field.strip() for field in record], reader.line_num))
            if len(records) == SAMPLE:
                break
    except csv.Error as error:
        raise LearnError(f"{file} 第 {reader.line_num} 行无法按分隔符拆开（{error}），请检查引号。") from error
    return records


def _read(
    path: Path, file: str, into: Path, charset: Charset, layout: Layout, head: Head, skip: int, bare: bool
) -> Sheet:
    """The data rows below the head; `bare` when there are none."""
    layout = replace(layout, width=len(head.header))
    names = name_columns(head.header, file)
    stream = Utf8Stream(path, charset, layout.delimiter, layout.quoted)
    ragged = Ragged(file, layout.width, "条" if layout.quoted else "行")
    with closing(Body(into, head, names, file)) as body:
        try:
            for batch in batches(stream, layout, skip, ragged):
                body.write([original(column, layout) for column in batch.columns])
        except pa.ArrowInvalid as error:
            if not bare:
                raise LearnError(f"{file} 无法拆成行和列（{error}），请检查引号与换行。") from error
        body.drop("blank_rows", ragged.blank)
        body.drop("totals_row", ragged.totals)
    notes = [*body.notes(), *ragged.notes(body.count)]
    if stream.line_end == "mixed":
        notes.append(Note(file, "mixed_line_ends", f"{file} 的行尾不一致（LF、CRLF、CR 混用）。"))
    return Sheet(
        file=file,
        sheet="",
        kind="csv",
        header=body.pick(names.columns),
        labels=body.pick(head.labels),
        types=body.pick(head.types),
        rows=into,
        count=body.count,
        encoding=charset.name,
        bom=charset.bom,
        delimiter=layout.delimiter,
        quoted=layout.quoted,
        line_end=stream.line_end,
        natives=body.pick((frozenset[str](),) * layout.width),
        decimals=body.pick((None,) * layout.width),
        notes=tuple(notes),
    )


def original(column: Any, layout: Layout) -> Any:
    """Values as they stood: a delimiter inside quotes is itself again."""
    if layout.quoted and layout.separator != layout.delimiter:
        return pc.replace_substring(column, layout.separator, layout.delimiter)
    return column
