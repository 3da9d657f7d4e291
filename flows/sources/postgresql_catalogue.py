"""What PostgreSQL says of the tables that a user may read."""

from collections.abc import Callable
from typing import Any

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import raw_type

DECLARED = """CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod)
    ELSE format_type(a.atttypid, a.atttypmod) END"""

_NAME = """CASE WHEN pg_table_is_visible({0}.oid) THEN {0}.relname::text
    ELSE (SELECT nspname FROM pg_namespace WHERE oid = {0}.relnamespace) || '.' || {0}.relname END"""
_TABLE = _NAME.format("c")
_READABLE = """c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.relnamespace IN (
        SELECT oid FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'USAGE'))
    AND has_table_privilege(c.oid, 'SELECT')"""
_ESTIMATE = """CASE WHEN bool_or(p.reltuples < 0 OR p.relpages = 0 AND p.reltuples = 0
    AND current_setting('server_version_num')::int < 140000) THEN NULL ELSE sum(p.reltuples)::bigint END"""
_TABLES = f"""
SELECT {_TABLE}, coalesce(obj_description(c.oid, 'pg_class'), ''), whole.rows, whole.size, c.relkind::text
FROM pg_class c LEFT JOIN LATERAL (
    SELECT {_ESTIMATE} AS rows, sum(pg_total_relation_size(p.oid))::bigint AS size FROM pg_class p
    WHERE p.oid = c.oid AND c.relkind IN ('r', 'm')
        OR c.relkind = 'p' AND p.oid IN (SELECT relid FROM pg_partition_tree(c.oid) WHERE isleaf)
) AS whole ON true
WHERE {_READABLE} ORDER BY 1"""
_COLUMNS = f"""
SELECT {_TABLE}, a.attname::text, {DECLARED}, NOT a.attnotnull, coalesce(col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE {_READABLE} ORDER BY 1, a.attnum"""
_INDEXES = f"""
SELECT {_TABLE}, x.relname::text, coalesce(a.attname::text, '(expression)'), i.indisunique, i.indisprimary
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
WHERE {_READABLE} ORDER BY 1, 2, k.place"""
_REFERENCES = f"""
SELECT {_TABLE}, a.attname::text, {_NAME.format("r")}, b.attname::text
FROM pg_class c JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND cardinality(f.conkey) = 1
JOIN pg_class r ON r.oid = f.confrelid
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
WHERE {_READABLE} ORDER BY 1, 2"""

Rows = list[tuple[Any, ...]]


def read_catalogue(ask: Callable[[str], Rows]) -> tuple[SourceTable, ...]:
    """The tables and views of every schema that the user may read; four questions, however many there are.

    A table that the search path does not find is called `schema.table`. A partitioned table stands once, with the rows
    and bytes of its parts.
    """
    columns, indexes, references = (_grouped(ask(sql)) for sql in (_COLUMNS, _INDEXES, _REFERENCES))
    return tuple(
        SourceTable(
            name,
            tuple(
                SourceColumn(column, declared, raw_type(declared), nullable, said)
                for _, column, declared, nullable, said in columns.get(name, ())
            ),
            comment,
            rows,
            size,
            tuple(column for _, _, column, _, primary in indexes.get(name, ()) if primary),
            _indexes(indexes.get(name, [])),
            {column: (other, their) for _, column, other, their in references.get(name, ())},
            kind in "vm",
        )
        for name, comment, rows, size, kind in ask(_TABLES)
    )


def _indexes(rows: Rows) -> tuple[SourceIndex, ...]:
    found: dict[str, SourceIndex] = {}
    for _, name, column, unique, _ in rows:
        before = found[name].columns if name in found else ()
        found[name] = SourceIndex(name, (*before, column), unique)
    return tuple(found.values())


def _grouped(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
