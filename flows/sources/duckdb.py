"""A DuckDB file, opened read-only in one transaction."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from exports.duck import literal, quoted
from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import local_path, raw_type
from flows.sources.duck_reader import DuckReader, first_line
from schemas.errors import SourceError

_SCHEMAS = """
SELECT string_agg(schema_name, ',' ORDER BY schema_name <> 'main', schema_name) FROM duckdb_schemas()
WHERE database_name = current_database() AND (NOT internal OR schema_name = 'main')"""
_TABLES = """
SELECT table_name, coalesce(comment, ''), estimated_size, false FROM duckdb_tables() WHERE NOT internal
UNION ALL SELECT view_name, coalesce(comment, ''), NULL, true FROM duckdb_views() WHERE NOT internal ORDER BY ALL"""
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, coalesce(comment, '') FROM duckdb_columns()
WHERE NOT internal ORDER BY table_name, schema_name, column_index"""
_CONSTRAINTS = """
SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY', 'UNIQUE') ORDER BY constraint_index"""
_INDEXES = "SELECT table_name, index_name, is_unique, expressions FROM duckdb_indexes() ORDER BY ALL"
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_WIDE = {"UBIGINT": pa.decimal128(20, 0), "HUGEINT": pa.decimal128(38, 0), "UHUGEINT": pa.decimal128(38, 0)}
_TIMES = {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS"}
_NESTED = ("STRUCT", "MAP", "UNION")
_ASIDE: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "1GB", "enable_external_access": False}


class DuckdbConnection(DuckReader):
    """A DuckDB file; while it is open for reading, no process can open it for writing."""

    snapshot = "读取期间为同一快照（DuckDB 只读事务）"
    engine = "DuckDB " + duckdb.__version__.split(".")[0]

    def __init__(self, database: Any, path: Path, timezone: str) -> None:
        super().__init__(database, path.name)
        found = path.stat()
        self.stands = f"{found.st_size} {found.st_mtime_ns}"
        database.execute(f"SET TimeZone = {literal(timezone)}")
        [[schemas]] = self._rows(_SCHEMAS, "列出模式")
        database.execute(f"SET search_path = {literal(schemas)}")
        database.execute("BEGIN TRANSACTION READ ONLY")
        self._declared: dict[str, dict[str, str]] = defaultdict(dict)
        for table, column, declared, _, _ in self._rows(_COLUMNS, "列出各列"):
            self._declared[table].setdefault(column, declared)

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type; empty when there is no such table."""
        return {column: _type(declared) for column, declared in self._declared.get(table, {}).items()}

    def value(self, table: str, column: str) -> str:
        """SQL for a column as it is read: what has no exact Arrow type of ours comes as text."""
        declared, name = self._declared[table][column], quoted(column)
        if declared in _WHOLE:
            return f"CAST({name} AS BIGINT)"
        if declared in _TIMES:
            return f"CAST({name} AS TIMESTAMP)"
        if declared.startswith(_NESTED) or declared.endswith("]"):
            return f"CAST(to_json({name}) AS VARCHAR)"
        return f"CAST({name} AS VARCHAR)" if declared in _WIDE or pa.types.is_string(_type(declared)) else name

    def day(self, table: str, column: str) -> tuple[str, pa.DataType]:
        """SQL for the text of a column's day, and the type that makes it a day."""
        if pa.types.is_string(_type(self._declared[table][column])):
            return f"left({self.value(table, column)}, 10)", pa.date32()
        return super().day(table, column)

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the file with their comments; rows as DuckDB estimates them."""
        columns, constraints, indexes = (
            self._grouped(sql, said)
            for sql, said in ((_COLUMNS, "列出各列"), (_CONSTRAINTS, "列出主键"), (_INDEXES, "列出索引"))
        )
        return tuple(
            SourceTable(
                name,
                tuple(
                    SourceColumn(column, declared, _type(declared), nullable, said)
                    for column, declared, nullable, said in columns.get(name, ())
                ),
                comment,
                rows,
                key=next((tuple(key) for kind, key, *_ in constraints.get(name, ()) if kind == "PRIMARY KEY"), ()),
                indexes=tuple(
                    SourceIndex(index, tuple(re.sub("[][\"']", "", listed).split(", ")), unique)
                    for index, unique, listed in indexes.get(name, ())
                ),
                references={
                    ours[0]: (other, theirs[0])
                    for kind, ours, other, theirs in constraints.get(name, ())
                    if kind == "FOREIGN KEY" and len(ours) == 1
                },
                is_view=is_view,
            )
            for name, comment, rows, is_view in self._rows(_TABLES, "列出各表")
        )

    def _grouped(self, sql: str, doing: str) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for table, *row in self._rows(sql, doing):
            found[table].append(tuple(row))
        return found


def _type(declared: str) -> pa.DataType:
    """The Arrow type that a column of a DuckDB type is read as."""
    if declared in _WHOLE:
        return pa.int64()
    if declared in _WIDE:
        return _WIDE[declared]
    if declared in _TIMES:
        return pa.timestamp("us")
    if declared == "TIMESTAMP WITH TIME ZONE":
        return pa.timestamp("us", "UTC")
    return (
        raw_type(declared)
        if declared.startswith(("DECIMAL(", "DATE", "BOOLEAN")) and "[" not in declared
        else pa.string()
    )


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> DuckdbConnection:
    """Open `duckdb:///file`; it is read in our own process, so no statement has a limit.

    Raises:
        SourceError: there is no such file, it is no DuckDB database, or another process has it open for writing.
    """
    path = local_path(url)
    if not path.is_file():
        raise SourceError(f"找不到 DuckDB 数据库文件 {path}，请检查数据源的路径。")
    try:
        return DuckdbConnection(duckdb.connect(path, read_only=True, config=_ASIDE), path, timezone)
    except duckdb.Error as error:
        raise SourceError(_explained(path, error)) from None


def _explained(path: Path, error: duckdb.Error) -> str:
    text = str(error)
    if "Conflicting lock" in text or "different configuration" in text or "being used by another process" in text:
        return f"{path} 正被另一个程序打开写入，不能读取：请先关闭那个程序，或复制一份文件再试。"
    if "not a valid DuckDB" in text:
        return f"{path} 不是 DuckDB 数据库文件。"
    return f"无法打开 DuckDB 数据库 {path}：{first_line(error)}。"
