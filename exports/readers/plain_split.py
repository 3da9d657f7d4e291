"""A script of three lines: cut the text at line ends, cut the line at the token, believe the result."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from exports.acceptance.package import Delivery
from exports.duck import literal, quoted
from exports.readers.reading import Read, Reading, measure, read_tables
from schemas.format import FormatTable

BLOCK = 1 << 22
_LINES = "plain_lines"
_SCHEMA = pa.schema([("line", pa.string())])


def read(delivery: Delivery, database: Any) -> Reading:
    """Split every file, block by block; DuckDB only adds up what came out."""
    return read_tables(delivery, lambda table: _read(delivery, table, database))


def _read(delivery: Delivery, table: FormatTable, database: Any) -> Read:
    resources = delivery.resources(table.name)
    token = resources[0]["dialect"]["delimiter"]
    problems: list[str] = []
    header = token.join(column.name for column in table.columns)
    batches = (
        batch
        for record in resources
        for batch in _batches(delivery.folder / record["path"], record["path"], header, problems)
    )
    fields = ", ".join(
        f"nullif(fields[{place}], '') AS {quoted(column.name)}" for place, column in enumerate(table.columns, start=1)
    )
    split = f"SELECT string_split(line, {literal(token)}) AS fields FROM {_LINES}"
    scan = f"(SELECT len(fields) AS _width, {fields} FROM ({split}))"
    database.register(_LINES, pa.RecordBatchReader.from_batches(_SCHEMA, batches))
    try:
        found, [uneven] = measure(database, table, scan, [f"count(*) FILTER (_width <> {len(table.columns)})"])
    finally:
        database.unregister(_LINES)
    if uneven:
        problems.append(f"{table.name} 有 {uneven} 行按分隔符拆开后字段数不是 {len(table.columns)}")
    return replace(found, problems=tuple(problems))


def _batches(path: Path, name: str, header: str, problems: list[str]) -> Iterator[pa.RecordBatch]:
    """The lines of a file below its header; what looks like a line end to some reader only is a problem."""
    first = True
    odd = False
    for text in _texts(path, name, problems):
        lines = text.split("\n")
        odd = odd or "\r" in text or len(text.splitlines()) != len(lines)
        if first and lines[0] != header:
            problems.append(f"{name} 的表头与格式不符" + ("（开头有 BOM）" if lines[0].startswith("\ufeff") else ""))
        yield pa.RecordBatch.from_arrays([pa.array(lines[1:] if first else lines, pa.string())], schema=_SCHEMA)
        first = False
    if odd:
        problems.append(f"{name} 中有回车或会被当作换行的字符，或有空行")


def _texts(path: Path, name: str, problems: list[str]) -> Iterator[str]:
    """A file as blocks of whole lines, without the last line end of each block."""
    rest = b""
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            whole, found, rest = (rest + block).rpartition(b"\n")
            if found:
                yield whole.decode("utf-8")
    if rest:
        problems.append(f"{name} 的末行没有换行，可能被截断")
        yield rest.decode("utf-8")
