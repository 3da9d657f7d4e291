"""MySQL and MariaDB through PyMySQL, streamed row by row; values stay the text that the server sends."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pyarrow as pa
import pymysql
from pymysql.converters import encoders
from pymysql.cursors import SSCursor

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import Totals, add_up, day_key, parse_url, raw_type, text_batches
from flows.sources.dialect import Dialect
from schemas.errors import SourceError

_REASONS = {
    1045: "用户名或口令错误",
    1044: "该用户无权访问这个库",
    1049: "库不存在",
    1142: "该用户没有读取权限",
    2003: "无法连通服务器，请检查主机、端口、网络与服务状态",
    2013: "连接中断",
}

_TABLES = """
SELECT table_name, IF(table_type = 'VIEW', '', table_comment), table_rows, data_length + index_length, table_type
FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"""
_COLUMNS = """
SELECT table_name, column_name, column_type, is_nullable, column_comment
FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, ordinal_position"""
_KEYS = """
SELECT table_name, column_name
FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = 'PRIMARY'
ORDER BY 1, seq_in_index"""
_INDEXES = """
SELECT table_name, index_name, GROUP_CONCAT(column_name ORDER BY seq_in_index SEPARATOR '\x1f'), MIN(non_unique)
FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY 1, 2 ORDER BY 1, 2"""
_REFERENCES = """
SELECT table_name, column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage
WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL ORDER BY 1, 2"""


class MysqlConnection:
    """A MySQL or MariaDB database in one consistent, read-only snapshot (InnoDB)."""

    snapshot = "读取期间为同一快照（InnoDB 一致性快照，只读；MyISAM 表除外）"
    stands = ""
    dialect = Dialect(("`", "`"), "CAST({} AS CHAR)")

    def __init__(self, connection: Any, timezone: str) -> None:
        self._connection = connection
        self._rows("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._rows(f"SET SESSION time_zone = '{_offset(timezone)}'")
        self._rows("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        version = self._rows("SELECT VERSION()")[0][0]
        self.engine = f"{'MariaDB' if 'MariaDB' in version else 'MySQL'} {'.'.join(version.split('.')[:2])}"

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table."""
        rows = self._rows(
            "SELECT column_name, column_type FROM information_schema.columns"
            f" WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
        )
        return {name: raw_type(declared) for name, declared in rows}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, every column as text."""
        listed = ", ".join(f"`{column}`" for column in columns)
        with self._connection.cursor(SSCursor) as cursor:
            try:
                cursor.execute(f"SELECT {listed} FROM `{table}`{where}")
                yield from text_batches(cursor.fetchmany, columns)
            except pymysql.Error as error:
                raise SourceError(_explain(error, f"读取表 {table}")) from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in DECIMAL."""
        day = day_key(f"`{month}`", self.columns(table)[month]) if month else "NULL"
        listed = "".join(f", COALESCE(SUM(`{column}`), 0)" for column in columns)
        groups = self._rows(f"SELECT {day} AS day, COUNT(*){listed} FROM `{table}`{where} GROUP BY 1")
        return add_up(((key, rows, *map(Decimal, sums)) for key, rows, *sums in groups), columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed."""
        return None

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the database."""
        columns, indexes, keys, references = (self._grouped(sql) for sql in (_COLUMNS, _INDEXES, _KEYS, _REFERENCES))
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
                tuple(column for _, column in keys.get(name, ())),
                tuple(
                    SourceIndex(index, tuple(listed.split(chr(31))), int(dull) == 0)
                    for _, index, listed, dull in indexes.get(name, ())
                ),
                {column: (other, their) for _, column, other, their in references.get(name, ())},
                kind == "VIEW",
            )
            for name, comment, rows, size, kind in self._rows(_TABLES)
        )

    def _grouped(self, sql: str) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._rows(sql):
            found.setdefault(row[0], []).append(row)
        return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; values come as the text that the server sends."""
        return self._rows(sql)

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                return list(cursor.fetchall())
            except pymysql.Error as error:
                raise SourceError(_explain(error, "查询源库")) from None


def _offset(timezone: str) -> str:
    """A zone as MySQL knows it without its zone tables: `+08:00`; China has had no summer time since 1991."""
    text = datetime.now(ZoneInfo(timezone)).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> MysqlConnection:
    """Open `mysql://user:password@host:port/database` (or `mariadb://…`).

    Raises:
        SourceError: the server cannot be reached or refuses the login.
    """
    try:
        connection = pymysql.connect(**connection_arguments(url), conv=encoders)  # type: ignore[arg-type]
    except pymysql.Error as error:
        where = parse_url(url)
        place = f"{where.hostname}:{where.port or 3306}{where.path}"
        raise SourceError(_explain(error, f"连接 MySQL/MariaDB（{place}，用户 {where.username}）")) from None
    return MysqlConnection(connection, timezone)


def connection_arguments(url: str) -> dict[str, Any]:
    """What PyMySQL wants to know, from a URL."""
    where = parse_url(url)
    return {
        "host": where.hostname or "127.0.0.1",
        "port": where.port or 3306,
        "user": unquote(where.username or ""),
        "password": unquote(where.password or "").encode(),  # PyMySQL knows only Latin-1
        "database": where.path.lstrip("/"),
        "charset": "utf8mb4",
    }


def _explain(error: pymysql.Error, doing: str) -> str:
    number = error.args[0] if error.args else 0
    return f"{doing}失败：{_REASONS.get(number, str(error.args[-1]) if error.args else str(error))}。"
