"""MySQL and MariaDB: PyMySQL logs in and asks, rows come straight from the protocol; values stay the server's text."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, unquote
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pymysql
from pymysql.constants import FIELD_TYPE
from pymysql.converters import encoders

from flows.sources.catalogue import SourceTable
from flows.sources.connection import Totals, add_up, parse_url, raw_type
from flows.sources.dialect import Dialect
from flows.sources.digest import digest_text
from flows.sources.mysql_catalogue import read_catalogue
from flows.sources.mysql_rows import row_batches
from schemas.errors import SettingsError, SourceError, SourceLostError

_REASONS = {
    1040: "服务器的连接数已满，请稍后重试",
    1045: "用户名或口令错误",
    1698: "用户名或口令错误",
    1044: "该用户无权访问这个库",
    1049: "库不存在",
    1142: "该用户没有读取权限",
    1143: "该用户没有读取某些列的权限",
    1146: "表不存在",
    1054: "列不存在",
    1205: "等待锁超过时限，请稍后重试",
    1969: "服务器执行超过了设定的时限（timeout_seconds），请在业务空闲时重试，或加大时限",
    3024: "服务器执行超过了设定的时限（timeout_seconds），请在业务空闲时重试，或加大时限",
    2003: "无法连通服务器，请检查主机、端口、网络与服务状态",
    2006: "连接已断开",
    2013: "连接中断",
}
_LOST = {1040, 1053, 1077, 1080, 1152, 1158, 1159, 1160, 1161, 1927, 2003, 2006, 2013, 2055, 4031}
_NUMBERS = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR),
        int,
    ),
    **dict.fromkeys((FIELD_TYPE.DECIMAL, FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.FLOAT, FIELD_TYPE.DOUBLE), Decimal),
}
_PATIENCE = 28_800  # seconds that the server waits for us, who read slowly on purpose
_BINARY = {"bit", "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "float", "double", "geometry"}


@dataclass(frozen=True)
class _Column:
    """A column as declared; `charset` is None where it holds no text."""

    name: str
    declared: str
    kind: str
    charset: str | None


class MysqlConnection:
    """A MySQL or MariaDB database in one consistent, read-only snapshot (InnoDB).

    A table is `name` or `database.name`. TIMESTAMP is read in the hospital's zone, FLOAT as its shortest digits, BIT as
    a number, binary columns as text where they hold UTF-8 and else escaped. A latin1 column that in truth holds GBK or
    UTF-8 bytes comes as latin1 has them, letter by letter, unless the URL says `?latin1=gbk` (or `utf8mb4`).
    MyISAM and Aria tables know no snapshot: `snapshot` names those that were read. A result must be read to its end
    before the next question.
    """

    stands = ""
    dialect = Dialect(("`", "`"), "CAST({} AS CHAR)")

    def __init__(self, connection: Any, timezone: str, timeout_seconds: int = 0, latin1: str = "") -> None:
        self._connection = connection
        self._latin1 = latin1
        self._unsteady: dict[str, None] = {}
        version = self._rows("SELECT VERSION()")[0][0]
        self._mariadb = "MariaDB" in version
        self.engine = f"{'MariaDB' if self._mariadb else 'MySQL'} {'.'.join(version.split('.')[:2])}"
        self._rows("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._rows(
            f"SET SESSION time_zone = '{_offset(timezone)}', sql_mode = 'NO_BACKSLASH_ESCAPES',"
            f" wait_timeout = {_PATIENCE}, net_write_timeout = {_PATIENCE}"
            + (f", lock_wait_timeout = {timeout_seconds}" if timeout_seconds else "")
        )
        self._timeout = timeout_seconds
        self._limit(timeout_seconds)
        self._rows("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    @property
    def snapshot(self) -> str:
        """How far it stands still, with the tables read so far that do not."""
        text = "读取期间为同一快照（InnoDB 一致性快照，只读；MyISAM 表除外）"
        return text + (f"；不在快照内的表：{'、'.join(sorted(self._unsteady))}" if self._unsteady else "")

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table."""
        return {column.name: raw_type(column.declared) for column in self._columns(table)}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, every column as text; no time limit holds here, since we may read slowly on purpose."""
        declared = self._declared(table, columns)
        self._note_engine(table)
        floats = [column.name for column in declared if column.kind == "float"]
        listed = ", ".join(self._value(column) for column in declared)
        try:
            with self._unlimited():
                for batch in row_batches(self._connection, f"SELECT {listed} FROM {_named(table)}{where}", columns):
                    yield _shortest(batch, floats) if floats else batch
        except pymysql.Error as error:
            raise _refusal(error, f"读取表 {table}") from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in DECIMAL."""
        day = "NULL"
        if month:
            [dated] = self._declared(table, (month,))
            value, text = self._value(dated), pa.types.is_string(raw_type(dated.declared))
            day = f"LEFT({value}, 10)" if text else f"CAST(CAST({value} AS DATE) AS CHAR)"
        listed = "".join(f", COALESCE(SUM({self.dialect.name(column)}), 0)" for column in columns)
        groups = self._rows(f"SELECT {day} AS day, COUNT(*){listed} FROM {_named(table)}{where} GROUP BY 1")
        return add_up(((key, rows, *map(Decimal, sums)) for key, rows, *sums in groups), columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """The digest of `flows/sources/digest.py`; None for binary columns and floats."""
        declared = self._declared(table, columns)
        if any(column.kind in _BINARY for column in declared):
            return None
        row = f"CONCAT_WS(';', {', '.join(self._canonical(column) for column in declared)})"
        number = f"CAST(CONV(LEFT(MD5({row}), 15), 16, 10) AS UNSIGNED)"
        [(rows, total)] = self._rows(f"SELECT COUNT(*), COALESCE(SUM({number}), 0) FROM {_named(table)}{where}")
        return digest_text(rows, total)

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the database."""
        return read_catalogue(self._rows)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT: numbers as int or Decimal, all else as the text that the server sends."""
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
                raise _refusal(error, "查询源库") from None

    @contextmanager
    def _unlimited(self) -> Iterator[None]:
        if self._timeout:
            self._limit(0)
        try:
            yield
        finally:
            if self._timeout:
                with suppress(SourceError):
                    self._limit(self._timeout)

    def _limit(self, seconds: int) -> None:
        limit = f"max_statement_time = {seconds}" if self._mariadb else f"max_execution_time = {seconds * 1000}"
        self._rows(f"SET SESSION {limit}")

    def _columns(self, table: str) -> list[_Column]:
        rows = self._rows(
            "SELECT column_name, column_type, data_type, character_set_name FROM information_schema.columns"
            f" WHERE {_place(table)} ORDER BY ordinal_position"
        )
        return [_Column(name, declared, kind.lower(), charset) for name, declared, kind, charset in rows]

    def _declared(self, table: str, columns: tuple[str, ...]) -> list[_Column]:
        """The declared columns of these names; one that is not there is asked of the server, which says so."""
        known = {column.name: column for column in self._columns(table)}
        return [known.get(name, _Column(name, "", "", None)) for name in columns]

    def _value(self, column: _Column) -> str:
        """What is read of a column."""
        name = self.dialect.name(column.name)
        if column.kind == "bit":
            return f"({name} + 0)"
        if column.kind == "float":
            return f"({name} + 0e0)"  # as FLOAT the server would show six digits of it
        if column.charset == "latin1" and self._latin1:
            return f"CONVERT(CAST({name} AS BINARY) USING {self._latin1})"
        return name

    def _canonical(self, column: _Column) -> str:
        """The text of a value in a digest."""
        value, kind = self._value(column), raw_type(column.declared)
        if pa.types.is_string(kind):
            text = f"CONVERT({value} USING utf8mb4)"
            return f"IFNULL(CONCAT(CHAR_LENGTH({text}), ':', {text}), 'N')"
        if pa.types.is_timestamp(kind) and "(" in column.declared:
            value = f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {value}))"
        elif "zerofill" in column.declared or column.kind == "year":
            value = f"({value} + 0)"  # as a number, without the zeros before it
        return f"IFNULL({value}, 'N')"

    def _note_engine(self, table: str) -> None:
        unsteady = self._rows(
            "SELECT t.engine FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine"
            f" WHERE {_place(table)} AND e.transactions <> 'YES'"
        )
        self._unsteady |= {f"{table}（{engine}）": None for (engine,) in unsteady}


def _split_name(table: str) -> tuple[str, str]:
    database, _, name = table.rpartition(".")
    return database, name


def _named(table: str) -> str:
    """A table in SQL."""
    return ".".join(MysqlConnection.dialect.name(part) for part in _split_name(table) if part)


def _place(table: str) -> str:
    """Where the information schema has a table."""
    database, name = _split_name(table)
    schema = Dialect.literal(database) if database else "DATABASE()"
    return f"table_schema = {schema} AND table_name = {Dialect.literal(name)}"


def _shortest(batch: pa.RecordBatch, floats: list[str]) -> pa.RecordBatch:
    """FLOAT arrives as DOUBLE: take the shortest digits that mean the same FLOAT."""
    arrays = [
        pc.cast(pc.cast(values, pa.float32()), pa.string()) if name in floats else values
        for name, values in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _offset(timezone: str) -> str:
    """A zone as MySQL knows it without its zone tables: `+08:00`; China has had no summer time since 1991."""
    text = datetime.now(ZoneInfo(timezone)).strftime("%z")
    return f"{text[:3]}:{text[3:]}"


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> MysqlConnection:
    """Open `mysql://user:password@host:port/database` (or `mariadb://…`).

    Args:
        url: `?latin1=gbk` or `?latin1=utf8mb4` says what latin1 columns hold in truth.
        timezone: the hospital's zone.
        timeout_seconds: how long the server may work on a question (not: how long we read rows); 0: no limit.

    Raises:
        SourceError: the server refuses the login.
        SourceLostError: it cannot be reached.
    """
    latin1 = parse_qs(parse_url(url).query).get("latin1", [""])[0]
    if latin1 not in {"", "gbk", "utf8mb4"}:
        raise SettingsError("MySQL 连接串中的 latin1 只能是 gbk 或 utf8mb4。")
    where = parse_url(url)
    try:
        connection = pymysql.connect(**connection_arguments(url), conv=encoders | _NUMBERS, connect_timeout=10)
        _keep_alive(connection)
        return MysqlConnection(connection, timezone, timeout_seconds, latin1)
    except pymysql.Error as error:
        place = f"{where.hostname}:{where.port or 3306}{where.path}"
        raise _refusal(error, f"连接 MySQL/MariaDB（{place}，用户 {where.username}）") from None


def _keep_alive(connection: Any) -> None:
    """Notice within a minute that the network was cut, where the system lets us say so; PyMySQL set SO_KEEPALIVE."""
    for option, value in (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):
            connection._sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def connection_arguments(url: str) -> dict[str, Any]:
    """What PyMySQL wants to know, from a URL."""
    where = parse_url(url)
    return {
        "host": where.hostname or "127.0.0.1",
        "port": where.port or 3306,
        "user": unquote(where.username or ""),
        "password": unquote(where.password or "").encode(),  # PyMySQL knows only Latin-1
        "database": unquote(where.path.lstrip("/")),
        "charset": "utf8mb4",
    }


def _refusal(error: pymysql.Error, doing: str) -> SourceError:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    lost = number in _LOST or isinstance(error, pymysql.InterfaceError)
    text = "连接已断开" if isinstance(error, pymysql.InterfaceError) else str(error.args[-1] if error.args else error)
    return (SourceLostError if lost else SourceError)(f"{doing}失败：{_REASONS.get(number, text)}。")
