"""The canonical CSV: UTF-8, LF, official header, no quoting, nothing that any reader could mistake.

Values hold no line break, control character, double quote or delimiter, so that a reader that knows
quoting and one that splits on the bare token see the same fields; nor any text that the format itself
forbids inside values. What stood there is replaced by a look-alike or left out, and counted (rule F5 of the
inspection handbook; trap T19).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, one_row, quoted
from exports.parts import Part
from schemas.format import FormatColumn, FormatTable

_BREAKS = r"[\x00-\x1f\x7f\x{85}\x{2028}\x{2029}]"
_QUOTE, _WIDE_QUOTE = '"', "\uff02"


@dataclass(frozen=True)
class Replaced:
    """How many values of a column held something that a reader could take for structure."""

    table: str
    column: str
    values: int


def find_unsafe(
    database: Any, table: FormatTable, path: Path, delimiter: str, forbidden: dict[str, str] | None = None
) -> list[Replaced]:
    """Count, column by column, the text values that must be cleaned before they are written.

    Args:
        database: an open DuckDB.
        table: the format's table.
        path: the assembled table as Parquet.
        delimiter: what stands between values.
        forbidden: texts that the format allows in no value, with their look-alikes.
    """
    texts = [column.name for column in table.columns if column.kind == "text"]
    if not texts:
        return []
    tokens = [_QUOTE, _token(delimiter), *(forbidden or {})]
    counts = ", ".join(
        f"count(*) FILTER (WHERE regexp_matches({name}, {literal(_BREAKS)})"
        + "".join(f" OR contains({name}, {literal(token)})" for token in tokens)
        + ")"
        for name in map(quoted, texts)
    )
    row = one_row(database, f"SELECT {counts} FROM read_parquet({literal(path)})")
    return [Replaced(table.name, name, count) for name, count in zip(texts, row, strict=True) if count]


def write_part(
    database: Any,
    table: FormatTable,
    path: Path,
    part: Part,
    delimiter: str,
    unsafe: set[str],
    into: Path,
    forbidden: dict[str, str] | None = None,
) -> None:
    """Write one part in the order of the assembled table; columns named in `unsafe` are cleaned."""
    listed = ", ".join(
        f"{written(column, delimiter, unsafe, forbidden or {})} AS {quoted(column.name)}" for column in table.columns
    )
    limit = f" LIMIT {part.rows} OFFSET {part.offset}" if part.offset or part.rows else ""
    select = f"SELECT {listed} FROM read_parquet({literal(path)}) WHERE {part.where}{limit}"
    options = (
        f"FORMAT csv, HEADER, DELIMITER {literal(delimiter)}, QUOTE '', ESCAPE '', NULLSTR '',"
        " TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S', DATEFORMAT '%Y-%m-%d'"
    )
    database.execute(f"COPY ({select}) TO {literal(into / part.file)} ({options})")


def without(text: str, forbidden: dict[str, str]) -> str:
    """SQL of a text with every forbidden token replaced."""
    for token, instead in forbidden.items():
        text = f"replace({text}, {literal(token)}, {literal(instead)})"
    return text


def written(column: FormatColumn, delimiter: str, unsafe: set[str], forbidden: dict[str, str]) -> str:
    """SQL of a value as it stands in the file; columns named in `unsafe` are cleaned."""
    name = quoted(column.name)
    if column.name in unsafe:
        return _clean(name, delimiter, forbidden)
    return name if column.plain_pattern else f"strftime({name}, {literal(column.pattern)})"


def _token(delimiter: str) -> str:
    """The shortest text that could end up as a delimiter beside a neighbouring one."""
    return delimiter[:-1] if len(delimiter) > 1 else delimiter


def _clean(name: str, delimiter: str, forbidden: dict[str, str]) -> str:
    token = _token(delimiter)
    wide = "".join(chr(ord(character) + 0xFEE0) for character in token)
    text = without(f"regexp_replace({name}, {literal(_BREAKS)}, ' ', 'g')", forbidden)
    text = f"replace({text}, {literal(_QUOTE)}, {literal(_WIDE_QUOTE)})"
    return f"replace({text}, {literal(token)}, {literal(wide)})"
