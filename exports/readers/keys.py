"""A digest of a table's key columns that does not depend on the order of rows, the same in every database.

Each row's key columns become one text (`=value`, or `-` where there is none, joined by the control character U+001F,
which no value holds); the first 15 hexadecimal digits of its MD5 in UTF-8 are read as a number, and the numbers of all
rows are added up. A row too many, too few or doubled, and a changed character of a key all change the sum.
"""

from pathlib import Path
from typing import Any, Literal

from exports.csv_files import Replaced, written
from exports.ddl import sql_name
from exports.duck import literal, one_row, quoted
from schemas.format import Format, FormatTable

Dialect = Literal["duckdb", "postgresql", "mysql"]

_JOINER = "\x1f"
_NUMBER: dict[Dialect, str] = {
    "duckdb": "CAST('0x' || left(md5({text}), 15) AS BIGINT)",
    "postgresql": "('x' || left(md5({text}), 15))::bit(60)::bigint",
    "mysql": "CAST(CONV(LEFT(MD5({text}), 15), 16, 10) AS UNSIGNED)",
}
_TEXT: dict[Dialect, str] = {"duckdb": "VARCHAR", "postgresql": "TEXT", "mysql": "CHAR"}


def key_columns(table: FormatTable) -> tuple[str, ...]:
    """The columns that the digest covers: text columns of the table's key, else those that are always required.

    Dates and amounts are left to the totals, since each database writes them in its own way; a table that has
    neither is covered by all its text columns.
    """
    texts = [column for column in table.columns if column.kind == "text"]
    own = tuple(column.name for column in texts if column.name in table.key)
    required = tuple(column.name for column in texts if column.required == "always")
    return own or required or tuple(column.name for column in texts)


def key_digest(table: FormatTable, dialect: Dialect = "duckdb") -> str:
    """SQL of the digest, as decimal text; MySQL needs `PIPES_AS_CONCAT` in its `sql_mode`."""
    name = quoted if dialect == "duckdb" else lambda column: sql_name(column, dialect)
    marks = [f"coalesce('=' || {name(column)}, '-')" for column in key_columns(table)]
    number = _NUMBER[dialect].format(text=f" || '{_JOINER}' || ".join(marks) or "''")
    return f"CAST(coalesce(sum({number}), 0) AS {_TEXT[dialect]})"


def declared_keys(database: Any, form: Format, out: Path, replaced: tuple[Replaced, ...]) -> dict[str, Any]:
    """What the manifest says of the key columns, from the assembled tables: columns, rows and digest per table.

    Args:
        database: an open DuckDB.
        form: the format.
        out: the folder of the assembled tables; those that are not there are left out.
        replaced: the columns whose values were cleaned when they were written.
    """
    return {
        table.name: _declared(database, form, table, out / f"{table.name}.parquet", replaced)
        for table in form.tables
        if (out / f"{table.name}.parquet").is_file()
    }


def _declared(
    database: Any, form: Format, table: FormatTable, path: Path, replaced: tuple[Replaced, ...]
) -> dict[str, Any]:
    unsafe = {found.column for found in replaced if found.table == table.name}
    delimiter = form.delimiter_of(table)
    columns = key_columns(table)
    listed = ", ".join(
        f"nullif({written(table.column(name), delimiter, unsafe, form.forbidden)}, '') AS {quoted(name)}"
        for name in columns
    )
    scan = f"(SELECT {listed or 'NULL'} FROM read_parquet({literal(path)}))"
    rows, digest = one_row(database, f"SELECT count(*), {key_digest(table)} FROM {scan}")
    return {"columns": list(columns), "rows": rows, "digest": digest}
