"""A digest of all values of some rows, in any order: the source computes it of what it holds, we of what we read.

Each row becomes one text, its columns in order and joined by `;`: `N` for NULL; text as `<characters>:<text>`; every
other value as its plain digits (dates and times ISO, fractions of a second without trailing zeros, decimals with all
places of their scale, booleans `true` and `false`, instants in UTC). So NULL is not an empty text, and no two rows
share a text. The digest is the number of rows and the exact sum of the first 60 bits of the MD5 of each text (UTF-8).

It guards against accident, not against malice: rows that changed keep their digest once in 10^18. A value that could
not be typed is NULL with us and something else in the source, so such rows never pass for unchanged.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa


def digest_text(rows: int, total: int | Decimal) -> str:
    """A digest as it is compared: both numbers, as the engines count them."""
    return f"{rows}:{int(total):x}"


def digest_of(paths: Sequence[Path], columns: tuple[str, ...]) -> str | None:
    """The digest of the rows of Parquet files.

    Args:
        paths: files of one schema, at least one.
        columns: the columns that the source was asked for, in that order.

    Returns:
        None where a column is of a kind without an exact text (binary fractions, bytes).
    """
    import duckdb
    import pyarrow.parquet as pq

    from exports.duck import literal, one_row

    schema = pq.read_schema(paths[0])
    texts = [_canonical(column, schema.field(column).type) for column in columns]
    if None in texts:
        return None
    row = f"concat_ws(';', {', '.join(text for text in texts if text)})"
    files = ", ".join(literal(path) for path in paths)
    with duckdb.connect() as database:
        total = f"sum(('0x' || left(md5({row}), 15))::UBIGINT::HUGEINT)"
        rows, found = one_row(database, f"SELECT count(*), coalesce({total}, 0) FROM read_parquet([{files}])")
    return digest_text(rows, found)


def _canonical(column: str, kind: pa.DataType) -> str | None:
    from exports.duck import quoted

    name = quoted(column)
    if pa.types.is_string(kind):
        return f"coalesce(length({name}) || ':' || {name}, 'N')"
    if pa.types.is_floating(kind) or pa.types.is_binary(kind):
        return None
    if pa.types.is_timestamp(kind) and kind.tz:
        name = f"make_timestamp(epoch_us({name}))"
    return f"coalesce({name}::VARCHAR, 'N')"
