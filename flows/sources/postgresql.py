"""PostgreSQL (and what speaks its protocol) through ADBC: COPY in binary, straight into Arrow."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import Totals, add_up, day_key, parse_url, raw_type
from flows.sources.dialect import Dialect
from schemas.errors import SourceError

_REASONS = {
    "28P01": "用户名或口令错误",
    "28000": "服务器不允许该用户登录（pg_hba）",
    "3D000": "库不存在",
    "42501": "该用户没有读取权限",
}


_READABLE = """c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND c.relnamespace::regnamespace::text = ANY (current_schemas(false))
    AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')"""
_TABLES = f"""
SELECT c.relname::text, coalesce(obj_description(c.oid, 'pg_class'), ''), c.reltuples::bigint::text,
    pg_total_relation_size(c.oid)::text, c.relkind::text
FROM pg_class c WHERE {_READABLE} ORDER BY 1"""
_COLUMNS = f"""
SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), (NOT a.attnotnull)::text::char(1)::text,
    coalesce(col_description(c.oid, a.attnum), '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE {_READABLE} ORDER BY 1, a.attnum"""
_KEYS = f"""
SELECT c.relname::text, a.attname::text
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
WHERE {_READABLE} ORDER BY 1, k.place"""
_INDEXES = f"""
SELECT c.relname::text, x.relname::text,
    string_agg(coalesce(a.attname::text, '(expression)'), chr(31) ORDER BY k.place), i.indisunique::text::char(1)::text
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number AND k.number > 0
WHERE {_READABLE} GROUP BY 1, 2, i.indisunique ORDER BY 1, 2"""
_REFERENCES = f"""
SELECT c.relname::text, a.attname::text, f.confrelid::regclass::text, b.attname::text
FROM pg_class c JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND cardinality(f.conkey) = 1
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1]
WHERE {_READABLE} ORDER BY 1, 2"""


class PostgresqlConnection:
    """A PostgreSQL database in one REPEATABLE READ, READ ONLY transaction."""

    snapshot = "读取期间为同一快照（REPEATABLE READ 只读事务）"
    stands = ""
    dialect = Dialect(text_cast="CAST({} AS text)")

    def __init__(self, connection: Any, timezone: str) -> None:
        self._connection = connection
        self._run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._run(f"SET TIME ZONE '{timezone}'")
        self.engine = "PostgreSQL " + self._rows("SELECT current_setting('server_version')")[0][0].split(".")[0]

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table on the search path."""
        rows = self._rows(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute"
            f" WHERE attrelid = to_regclass('\"{table}\"') AND attnum > 0 AND NOT attisdropped"
        )
        return {name: raw_type(declared) for name, declared in rows}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, typed by the driver; numeric comes as text, digit for digit."""
        listed = ", ".join(f'"{column}"' for column in columns)
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(f'SELECT {listed} FROM "{table}"{where}')
                yield from (_plain(batch) for batch in cursor.fetch_record_batch())
            except driver.Error as error:
                raise SourceError(explain(error.sqlstate, str(error), f"读取表 {table}")) from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in numeric; an instant belongs to the month that the wall clock shows."""
        day = day_key(f'"{month}"', self.columns(table)[month]) if month else "NULL::text"
        listed = "".join(f', COALESCE(SUM("{column}"), 0)::text' for column in columns)
        groups = self._rows(f'SELECT {day} AS day, COUNT(*){listed} FROM "{table}"{where} GROUP BY 1')
        return add_up(((key, rows, *map(Decimal, sums)) for key, rows, *sums in groups), columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed."""
        return None

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the schemas on the search path."""
        columns, indexes, keys, references = (self._grouped(sql) for sql in (_COLUMNS, _INDEXES, _KEYS, _REFERENCES))
        return tuple(
            SourceTable(
                name,
                tuple(
                    SourceColumn(column, declared, raw_type(declared), nullable == "t", comment)
                    for _, column, declared, nullable, comment in columns.get(name, ())
                ),
                comment,
                None if int(rows) < 0 else int(rows),
                int(size),
                tuple(column for _, column in keys.get(name, ())),
                tuple(
                    SourceIndex(index, tuple(listed.split(chr(31))), unique == "t")
                    for _, index, listed, unique in indexes.get(name, ())
                ),
                {column: (other, their) for _, column, other, their in references.get(name, ())},
                kind in "vm",
            )
            for name, comment, rows, size, kind in self._rows(_TABLES)
        )

    def _grouped(self, sql: str) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._rows(sql):
            found.setdefault(row[0], []).append(row)
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                table = cursor.fetch_arrow_table()
            except driver.Error as error:
                raise SourceError(explain(error.sqlstate, str(error), "查询源库")) from None
        columns = [
            [None if text is None else Decimal(text) for text in column.combine_chunks().storage.to_pylist()]
            if isinstance(column.type, pa.BaseExtensionType)
            else column.to_pylist()
            for column in table.columns
        ]
        return list(zip(*columns, strict=True))

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def _run(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                return list(cursor.fetchall())
            except driver.Error as error:
                raise SourceError(explain(error.sqlstate, str(error), "查询源库")) from None


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Numeric arrives as an extension type over text: take the text."""
    arrays = [column.storage if isinstance(column.type, pa.BaseExtensionType) else column for column in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> PostgresqlConnection:
    """Open `postgresql://user:password@host:port/database`.

    Raises:
        SourceError: the server cannot be reached or refuses the login.
    """
    try:
        return PostgresqlConnection(driver.connect(url), timezone)
    except adbc_driver_manager.Error as error:
        where = parse_url(url)
        place = f"{where.hostname or '本机'}:{where.port or 5432}/{where.path.lstrip('/')}"
        doing = f"连接 PostgreSQL（{place}，用户 {where.username or '默认'}）"
        raise SourceError(explain(error.sqlstate, str(error), doing)) from None


def explain(sqlstate: str | None, text: str, doing: str) -> str:
    """What went wrong, in Chinese: from the server's error code, or from libpq's text where there is none.

    Text without an error code is not shown: it stems from the time before a login and may quote the password.
    """
    known = _REASONS.get(sqlstate or "")
    if known is None and "password authentication failed" in text:
        known = _REASONS["28P01"]
    if known is None and "does not exist" in text and "database" in text:
        known = _REASONS["3D000"]
    if known is None and any(
        sign in text for sign in ("could not connect", "connection to server", "could not translate")
    ):
        known = "无法连通服务器，请检查主机、端口、网络与服务状态"
    return f"{doing}失败：{known or (text.splitlines()[0] if sqlstate else '请检查连接串、网络与权限')}。"
