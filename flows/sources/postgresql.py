"""PostgreSQL (and what speaks its protocol) through ADBC: COPY in binary, straight into Arrow.

Kingbase (KingbaseES V8 and later) speaks this protocol and keeps these catalogues; `kingbase://` and `kingbasees://`
open it here. It was not tried on a live Kingbase. openGauss and GaussDB log users in by a method of their own (SHA-256)
that libpq does not know: they are not offered.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlunsplit

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as driver
import pyarrow as pa
import pyarrow.compute as pc

from flows.sources.catalogue import SourceTable
from flows.sources.connection import Totals, add_up, parse_url, raw_type
from flows.sources.dialect import Dialect
from flows.sources.digest import digest_text
from flows.sources.postgresql_catalogue import DECLARED, read_catalogue
from flows.sources.postgresql_errors import refusal
from flows.sources.text import valid_text
from schemas.errors import SettingsError, SourceError, SourceLostError

_ALWAYS = {
    "application_name": "feijian",
    "connect_timeout": "10",
    "keepalives": "1",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
_OURS = ("schema", "encoding")  # what our URLs say besides what libpq knows
_ARGUMENTS = 50  # of one concat_ws; a function of PostgreSQL takes at most 100


class PostgresqlConnection:
    """A PostgreSQL database in one REPEATABLE READ, READ ONLY transaction.

    A table is `name`, found on the search path, or `schema.name`. Integers, booleans and numbers come typed or as their
    digits, everything else as PostgreSQL's own text (`infinity`, dates BC and NaN therefore as such; char(n) without
    its padding, as PostgreSQL compares it). A database of encoding SQL_ASCII gives bytes: `?encoding=gb18030` says what
    they are; what is no text in it comes escaped. A result must be read to its end before the next question.
    """

    snapshot = "读取期间为同一快照（REPEATABLE READ 只读事务）"
    stands = ""
    dialect = Dialect(text_cast="CAST({} AS text)")

    def __init__(
        self, connection: Any, timezone: str, timeout_seconds: int = 0, schema: str = "", encoding: str = ""
    ) -> None:
        self._connection = connection
        self._lost = False
        self._run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._encoding, version, number = self._rows(
            "SELECT current_setting('server_encoding'), version(), current_setting('server_version')"
        )[0]
        self._decode = (encoding or "utf-8") if self._encoding == "SQL_ASCII" else ""
        self.engine = _engine(version, number)
        self._timeout = timeout_seconds
        self._set(
            TimeZone=timezone,
            DateStyle="ISO, YMD",
            IntervalStyle="postgres",
            bytea_output="hex",
            extra_float_digits="3",
            standard_conforming_strings="on",
            client_encoding="SQL_ASCII" if self._decode else "UTF8",
            idle_in_transaction_session_timeout="0",
            statement_timeout=f"{timeout_seconds}s",
            lock_timeout=f"{timeout_seconds}s",
            **({"search_path": ", ".join(map(self.dialect.name, schema.split(",")))} if schema else {}),
        )

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table on the search path."""
        return {name: raw_type(declared) for name, declared in self._declared(table)}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows; no time limit holds here, since we may read slowly on purpose."""
        types = self.columns(table)
        listed = ", ".join(_value(column, types.get(column)) for column in columns)
        try:
            with self._unlimited(), self._connection.cursor() as cursor:
                cursor.execute(f"SELECT {listed} FROM {_named(table)}{where}")
                for batch in cursor.fetch_record_batch():
                    yield pa.RecordBatch.from_arrays(list(map(self._text, batch.columns)), names=list(columns))
        except (driver.Error, OSError) as error:
            raise self._refusal(error, f"读取表 {table}") from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in numeric; an instant belongs to the month that the wall clock shows."""
        day, name = "NULL::text", self.dialect.name
        if month:
            text = pa.types.is_string(self.columns(table).get(month, pa.string()))
            day = f"left({name(month)}::text, 10)" if text else f"{name(month)}::date::text"
        listed = "".join(f", COALESCE(SUM({name(column)}), 0)::text" for column in columns)
        groups = self._rows(f"SELECT {day} AS day, COUNT(*){listed} FROM {_named(table)}{where} GROUP BY 1")
        return add_up(((key, rows, *map(Decimal, sums)) for key, rows, *sums in groups), columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """The digest of `flows/sources/digest.py`; None where the database does not know its own encoding."""
        if self._decode:
            return None
        types = self.columns(table)
        row = _joined([_canonical(column, types.get(column, pa.string())) for column in columns])
        text = row if self._encoding == "UTF8" else f"convert_to({row}, 'UTF8')"
        total = f"COALESCE(SUM(('x' || left(md5({text}), 15))::bit(60)::bigint), 0)::text"
        [(rows, found)] = self._rows(f"SELECT COUNT(*), {total} FROM {_named(table)}{where}")
        return digest_text(rows, Decimal(found))

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of every schema that the user may read."""
        return read_catalogue(self._rows)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; a date that Python does not know comes as text."""
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                table = cursor.fetch_arrow_table()
            except (driver.Error, OSError) as error:
                raise self._refusal(error, "查询源库") from None
        return list(zip(*map(_python, table.columns), strict=True))

    def close(self) -> None:
        """End the transaction and the connection."""
        self._connection.close()

    def _declared(self, table: str) -> list[tuple[Any, ...]]:
        return self._rows(
            f"SELECT a.attname::text, {DECLARED} FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
            f" WHERE a.attrelid = to_regclass({Dialect.literal(_named(table))})"
            " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )

    def _text(self, values: pa.Array) -> pa.Array:
        """A numeric arrives as an extension type over text, SQL_ASCII as bytes that call themselves text."""
        plain = values.storage if isinstance(values.type, pa.BaseExtensionType) else values
        if self._decode and pa.types.is_string(plain.type):
            return valid_text(pc.cast(plain, pa.binary()), self._decode)
        return plain

    def _set(self, **settings: str) -> None:
        """Set what the server knows of these; one that an older or a foreign server lacks is left out."""
        values = ", ".join(f"({Dialect.literal(name)}, {Dialect.literal(text)})" for name, text in settings.items())
        self._rows(
            f"SELECT set_config(s.name, v.value, false) FROM (VALUES {values}) AS v(name, value)"
            " JOIN pg_settings s ON lower(s.name) = lower(v.name)"
        )

    @contextmanager
    def _unlimited(self) -> Iterator[None]:
        if self._timeout:
            self._set(statement_timeout="0")
        try:
            yield
        finally:
            if self._timeout:
                with suppress(SourceError):
                    self._set(statement_timeout=f"{self._timeout}s")

    def _refusal(self, error: Exception, doing: str) -> SourceError:
        """What went wrong; once the connection broke, whatever follows went wrong by that."""
        found = SourceLostError(f"{doing}失败：连接已断开。") if self._lost else refusal(error, doing)
        self._lost = isinstance(found, SourceLostError)
        return found

    def _run(self, sql: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(sql)
                return list(cursor.fetchall())
            except (driver.Error, OSError) as error:
                raise self._refusal(error, "查询源库") from None


def _engine(version: str, number: str) -> str:
    """Product and main version: `PostgreSQL 15`, `KingbaseES V008R006`."""
    if "kingbase" in version.lower():
        return " ".join(version.split()[:2])[:19]
    return "PostgreSQL " + number.split(".")[0]


def _named(table: str) -> str:
    """A table in SQL."""
    schema, _, name = table.rpartition(".")
    return ".".join(PostgresqlConnection.dialect.name(part) for part in (schema, name) if part)


def _value(column: str, kind: pa.DataType | None) -> str:
    """What is read of a column: only what has one binary form comes in binary."""
    name = PostgresqlConnection.dialect.name(column)
    if kind is None or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return name
    if pa.types.is_timestamp(kind) and kind.tz:
        return f"CASE WHEN isfinite({name}) THEN ({name} AT TIME ZONE 'UTC')::text || 'Z' ELSE {name}::text END"
    return f"{name}::text"


def _canonical(column: str, kind: pa.DataType) -> str:
    """The text of a value in a digest."""
    name = PostgresqlConnection.dialect.name(column)
    if pa.types.is_string(kind):
        return f"coalesce(length({name}::text) || ':' || {name}::text, 'N')"
    if pa.types.is_decimal(kind):
        name = f"round({name}, {kind.scale})"
    if pa.types.is_timestamp(kind) and kind.tz:
        name = f"({name} AT TIME ZONE 'UTC')"
    return f"coalesce({name}::text, 'N')"


def _joined(texts: Sequence[str]) -> str:
    groups = [", ".join(texts[at : at + _ARGUMENTS]) for at in range(0, len(texts), _ARGUMENTS)]
    return "concat_ws(';', " + ", ".join(f"concat_ws(';', {group})" for group in groups) + ")"


def _python(column: pa.ChunkedArray) -> list[Any]:
    if isinstance(column.type, pa.BaseExtensionType):
        return [None if text is None else Decimal(text) for text in column.combine_chunks().storage.to_pylist()]
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        return list(pc.cast(column, pa.string()).to_pylist())
    return [Decimal(repr(value)) if isinstance(value, float) else value for value in values]


def _libpq(url: str) -> tuple[str, dict[str, str]]:
    """The URL as libpq takes it, and what it says for us alone."""
    parts = parse_url(url)
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    ours = {name: said.pop(name) for name in _OURS if name in said}
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(_ALWAYS | said), "")), ours


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> PostgresqlConnection:
    """Open `postgresql://user:password@host:port/database`.

    Args:
        url: `?schema=his,fee` is the search path, `?encoding=gb18030` what a SQL_ASCII database holds; the rest of its
            query is libpq's.
        timezone: the hospital's zone.
        timeout_seconds: how long the server may work on a question (not: how long we read rows); 0: no limit.

    Raises:
        SourceError: the server refuses the login.
        SourceLostError: it cannot be reached.
    """
    libpq, ours = _libpq(url)
    encoding = ours.get("encoding", "")
    try:
        "".encode(encoding or "utf-8")
    except LookupError:
        raise SettingsError("连接串中的 encoding 不是认识的编码，如 gb18030。") from None
    try:
        return PostgresqlConnection(driver.connect(libpq), timezone, timeout_seconds, ours.get("schema", ""), encoding)
    except adbc_driver_manager.Error as error:
        where = parse_url(url)
        place = f"{where.hostname or '本机'}:{where.port or 5432}/{where.path.lstrip('/')}"
        raise refusal(error, f"连接 PostgreSQL（{place}，用户 {where.username or '默认'}）") from None
