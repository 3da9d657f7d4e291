"""A bounded look into each table: how many rows, and a sample of them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa

from flows.dossier.knowledge import parts, privacy, shapes
from flows.sources.catalogue import SourceColumn, SourceTable
from flows.sources.connection import Connection
from schemas.dossier import ColumnProfile, TableProfile
from schemas.errors import SourceError, SourceLostError

COUNTED = 200_000
SAMPLE = 2_000
KEY_LENGTH = 4
UNSAMPLED = ("bytea", "blob", "binary", "image", "clob", "longtext", "xml", "raw", "json")

Samples = dict[str, dict[str, frozenset[str]]]
"""Table -> column -> the different values of the sample, kept in memory only."""


def look(
    source: Connection, catalogue: tuple[SourceTable, ...], most: int, tell: Callable[[str], None]
) -> tuple[tuple[TableProfile, ...], Samples]:
    """Profile every table; one that cannot be read is kept, with the reason.

    Raises:
        SourceLostError: the connection broke.
    """
    found, samples = [], {}
    for place, table in enumerate(catalogue, 1):
        if place % 50 == 0:
            tell(f"已看 {place}/{len(catalogue)} 张表")
        try:
            profile, values = _table(source, table, most)
        except SourceLostError:
            raise
        except SourceError:
            unread = "读取失败：没有权限，或视图已失效"
            profile, values = replace(_empty(table), unreadable=unread), {}
        found.append(profile)
        samples[table.name] = values
    return tuple(found), samples


def _empty(table: SourceTable) -> TableProfile:
    columns = tuple(ColumnProfile(one.name, one.declared, one.comment) for one in table.columns)
    return TableProfile(table.name, table.comment, table.rows, False, 0, table.key, columns, table.is_view)


def _table(source: Connection, table: SourceTable, most: int) -> tuple[TableProfile, dict[str, frozenset[str]]]:
    dialect = source.dialect
    name = dialect.name(table.name)
    rows, exact = table.rows, False
    if table.rows is None or table.rows <= COUNTED:
        some = dialect.limited(f"SELECT 1 AS one FROM {name}", COUNTED + 1)
        counted = int(source.ask(f"SELECT COUNT(*) FROM ({some}) counted")[0][0])
        exact = counted <= COUNTED
        rows = counted if exact else table.rows
    profile = replace(_empty(table), rows=rows, exact=exact)
    read = [one for one in table.columns if not any(kind in one.declared.lower() for kind in UNSAMPLED)]
    if rows == 0 or not read:
        return profile, {}
    listed = ", ".join(dialect.text(dialect.name(one.name)) for one in read)
    order = "".join(f", {dialect.name(one)} DESC" for one in table.key)[1:]
    rows_read = source.ask(dialect.limited(f"SELECT {listed} FROM {name}" + (order and f" ORDER BY{order}"), most))
    columns = dict(zip((one.name for one in read), zip(*rows_read, strict=True), strict=False))
    values = {column: [_plain(value) for value in cells] for column, cells in columns.items()}
    profiled = tuple(
        _column(one, values[one.name], one.name in table.key)
        if one.name in values
        else ColumnProfile(one.name, one.declared, one.comment)
        for one in table.columns
    )
    kept = {column: frozenset(filter(None, cells)) for column, cells in values.items()}
    return replace(profile, sampled=len(rows_read), columns=profiled), kept


def _plain(value: object) -> str:
    return "" if value is None else str(value).strip()


def _column(column: SourceColumn, cells: list[str], is_key: bool) -> ColumnProfile:
    filled = [cell for cell in cells if cell]
    counted = Counter(filled)
    shaped = _shapes(filled)
    dated = "date" in shaped and not is_private(column.name, column.comment)
    is_day = shapes()[1]["date"].fullmatch
    days = sorted(_iso(cell) for cell in filled if is_day(cell)) if dated else []
    shown = () if is_key or not _may_show(column, counted) else tuple(sorted(counted.items()))
    return ColumnProfile(
        column.name,
        column.declared,
        column.comment,
        nulls=len(cells) - len(filled),
        distinct=len(counted),
        first=days[0] if days else "",
        last=days[-1] if days else "",
        values=shown,
        shapes=shaped,
    )


def _iso(cell: str) -> str:
    digits = "".join(filter(str.isdigit, cell[:10]))
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"


def _shapes(filled: list[str]) -> tuple[str, ...]:
    share, patterns, _ = shapes()
    if not filled:
        return ()
    fits = {name: sum(map(bool, map(pattern.fullmatch, filled))) for name, pattern in patterns.items()}
    return tuple(name for name, count in fits.items() if count * 100 >= share * len(filled))


def is_private(name: str, comment: str) -> bool:
    """Whether the name or the comment of a column speaks of a person or of free text."""
    known = privacy()
    own = parts(name)
    if {*own, "".join(own)} & known.private_names or any(word in comment for word in known.private_comments):
        return True
    return any(len(word) >= KEY_LENGTH and word in "".join(own) for word in known.private_names)


def _may_show(column: SourceColumn, counted: Counter[str]) -> bool:
    """Only codes: named as such, few, short; Chinese ones only where the column is plainly named a code."""
    known = privacy()
    if is_private(column.name, column.comment) or not 0 < len(counted) <= known.most:
        return False
    if pa.types.is_timestamp(column.type) or any(len(value) > known.longest for value in counted):
        return False
    own = frozenset(parts(column.name))
    plainly = bool(own & known.code_words) or any(word in column.comment for word in known.code_comments)
    if not plainly and not own & known.code_initials:
        return False
    return all(value.isascii() for value in counted)
