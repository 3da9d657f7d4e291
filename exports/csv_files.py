"""The canonical CSV: UTF-8, LF, official header, no quoting, nothing that any reader could mistake.

Values hold no line break, control character, double quote or delimiter, so that a reader that knows
quoting and one that splits on the bare token see the same fields. What stood there is replaced by a
look-alike and counted (rule F5 of the inspection handbook; trap T19).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, one_row, quoted
from exports.parts import Part
from schemas.format import FormatTable

_BREAKS = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]"
_QUOTE, _WIDE_QUOTE = '"', "\uff02"


@dataclass(frozen=True)
class Replaced:
    """How many values of a column held something that a reader could take for structure."""

    table: str
    column: str
    values: int


def find_unsafe(database: Any, table: FormatTable, path: Path, delimiter: str) -> list[Replaced]:
    """Count, column by column, the text values that must be cleaned before they are written."""
    texts = [column.name for column in table.columns if column.kind == "text"]
    if not texts:
        return []
    token = _token(delimiter)
    counts = ", ".join(
        f"count(*) FILTER (WHERE regexp_matches({name}, {literal(_BREAKS)}) OR contains({name}, '\"')"
        f" OR contains({name}, {literal(token)}))"
        for name in map(quoted, texts)
    )
    row = one_row(database, f"SELECT {counts} FROM read_parquet({literal(path)})")
    return [Replaced(table.name, name, count) for name, count in zip(texts, row, strict=True) if count]


def write_part(
    database: Any, table: FormatTable, path: Path, part: Part, delimiter: str, unsafe: set[str], into: Path
) -> None:
    """Write one part in the order of the assembled table; columns named in `unsafe` are cleaned."""
    listed = ", ".join(
        f"{_clean(quoted(column.name), delimiter)} AS {quoted(column.name)}"
        if column.name in unsafe
        else quoted(column.name)
        for column in table.columns
    )
    limit = f" LIMIT {part.rows} OFFSET {part.offset}" if part.offset or part.rows else ""
    select = f"SELECT {listed} FROM read_parquet({literal(path)}) WHERE {part.where}{limit}"
    options = (
        f"FORMAT csv, HEADER, DELIMITER {literal(delimiter)}, QUOTE '', ESCAPE '', NULLSTR '',"
        " TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S', DATEFORMAT '%Y-%m-%d'"
    )
    database.execute(f"COPY ({select}) TO {literal(into / part.file)} ({options})")


def _token(delimiter: str) -> str:
    """The shortest text that could end up as a delimiter beside a neighbouring one."""
    return delimiter[:-1] if len(delimiter) > 1 else delimiter


def _clean(name: str, delimiter: str) -> str:
    token = _token(delimiter)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in token)
    text = f"regexp_replace({name}, {literal(_BREAKS)}, ' ', 'g')"
    text = f"replace({text}, {literal(_QUOTE)}, {literal(_WIDE_QUOTE)})"
    return f"replace({text}, {literal(token)}, {literal(wide)})"
