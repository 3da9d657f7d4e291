"""What MySQL and MariaDB say of the tables of one database."""

from collections.abc import Callable
from typing import Any

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import raw_type

_TABLES = """
SELECT table_name, IF(table_type LIKE '%VIEW', '', table_comment), table_rows, data_length + index_length, table_type
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type <> 'SEQUENCE' ORDER BY 1"""
_COLUMNS = """
SELECT table_name, column_name, column_type, is_nullable, column_comment
FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, ordinal_position"""
_INDEXES = """
SELECT table_name, index_name, column_name, non_unique
FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1, 2, seq_in_index"""
_REFERENCES = """
SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL ORDER BY 1, 2"""

Rows = list[tuple[Any, ...]]


def read_catalogue(ask: Callable[[str], Rows]) -> tuple[SourceTable, ...]:
    """The tables and views of the database that the user may see; four questions, however many there are."""
    columns, indexes, references = (_grouped(ask(sql)) for sql in (_COLUMNS, _INDEXES, _REFERENCES))
    return tuple(
        SourceTable(
            name,
            tuple(
                SourceColumn(column, declared, raw_type(declared), nullable == "YES", said)
                for _, column, declared, nullable, said in columns.get(name, ())
            ),
            comment,
            None if rows is None else int(rows),
            None if size is None else int(size),
            tuple(column for _, index, column, _ in indexes.get(name, ()) if index == "PRIMARY"),
            _indexes(indexes.get(name, [])),
            {column: (other, their) for _, column, other, their in references.get(name, ())},
            kind.endswith("VIEW"),
        )
        for name, comment, rows, size, kind in ask(_TABLES)
    )


def _indexes(rows: Rows) -> tuple[SourceIndex, ...]:
    """The indexes of one table; a part of an index that is an expression has no column name."""
    found: dict[str, SourceIndex] = {}
    for _, name, column, dull in rows:
        before = found[name].columns if name in found else ()
        found[name] = SourceIndex(name, (*before, column or "(expression)"), int(dull) == 0)
    return tuple(found.values())


def _grouped(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
