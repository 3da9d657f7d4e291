"""SQL Server (2008 and later) through ODBC: Microsoft's driver or FreeTDS; read as texts.

A snapshot only where the database allows snapshot isolation; else each statement reads what is committed, and
`snapshot` says so. Nothing uncommitted is ever read. Not tried on a live server: built on the documentation of SQL
Server and its drivers; the way through ODBC itself is tested on PostgreSQL.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import SplitResult, unquote
from zoneinfo import ZoneInfo

import pyarrow as pa

from flows.sources.connection import parse_url
from flows.sources.dialect import Dialect
from flows.sources.odbc import OdbcTransport, open_odbc
from flows.sources.text_source import Declared, Grammar, Reading, TextSource, url_options

DRIVER = "ODBC Driver 18 for SQL Server"
LOCK_SECONDS = 30
SNAPSHOT = "读取期间为同一快照（SNAPSHOT 隔离级）"
ROW_VERSIONS = (
    "不是同一快照：该库未打开快照隔离，每条语句各自读取其开始时已提交的数据（READ COMMITTED SNAPSHOT）；"
    "请在停止收费时导出，或请数据库管理员执行 ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON"
)
COMMITTED = (
    "不是同一快照：该库未打开快照隔离，只保证读到已提交的数据（READ COMMITTED，读取时有短暂的共享锁）；"
    "请在停止收费时导出，或请数据库管理员执行 ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON"
)
_LEVELS = (
    "SELECT snapshot_isolation_state, is_read_committed_snapshot_on + 0,"
    " CAST(SERVERPROPERTY('ProductVersion') AS NVARCHAR(60)) FROM sys.databases WHERE database_id = DB_ID()"
)
_WHOLE = {"tinyint", "smallint", "int", "bigint"}
_DAY = "CONVERT(CHAR(10), {}, 23)"
_MICROSECONDS = pa.timestamp("us")
_ROW_TEXT = 4000


@dataclass(frozen=True)
class SqlServerDialect(Dialect):
    """T-SQL: a text literal is Unicode, and a SELECT is cut by TOP."""

    def limited(self, select: str, rows: int) -> str:
        """A SELECT that gives at most so many rows."""
        return f"SELECT TOP ({rows}) * FROM ({select}) AS limited"

    @staticmethod
    def literal(text: str) -> str:
        """A text literal that keeps Chinese whatever the collation of the database."""
        return "N" + Dialect.literal(text)


DIALECT = SqlServerDialect(("[", "]"), "CONVERT(NVARCHAR(4000), {}, 126)")


def reading(declared: Declared, offset: str = "+08:00") -> Reading:
    """How a column of SQL Server is read; the day of an instant is that in the hospital's offset.

    Text in a code page (GBK in a Chinese collation) is made Unicode by the server; money keeps its four decimals;
    datetime has the milliseconds that the server shows (.000, .003, .007); datetime2 is cut (not rounded) after the
    microsecond; float has 16 digits and stays text.
    """
    name = declared.name.lower()
    if name in _WHOLE:
        return Reading(pa.int64(), "CONVERT(VARCHAR(20), {})")
    if name in {"decimal", "numeric"}:
        return Reading(pa.decimal128(declared.precision or 18, declared.scale or 0), "CONVERT(VARCHAR(41), {})")
    if name in {"money", "smallmoney"}:
        digits = 19 if name == "money" else 10
        exact = f"CAST({{}} AS DECIMAL({digits}, 4))"
        return Reading(pa.decimal128(digits, 4), f"CONVERT(VARCHAR(30), {exact})", number=exact)
    if name == "bit":
        return Reading(pa.bool_(), "CONVERT(VARCHAR(1), {})")
    return _moment(name, offset) or _text(name, declared.length)


def _moment(name: str, offset: str) -> Reading | None:
    if name == "date":
        return Reading(pa.date32(), _DAY, _DAY)
    if name in {"datetime", "smalldatetime"}:
        return Reading(_MICROSECONDS, "CONVERT(VARCHAR(23), {}, 121)", _DAY)
    if name == "datetime2":
        return Reading(_MICROSECONDS, "LEFT(CONVERT(VARCHAR(27), {}, 121), 26)", _DAY)
    if name == "datetimeoffset":
        utc = "CAST(SWITCHOFFSET({}, '+00:00') AS DATETIME2)"
        text = f"LEFT(CONVERT(VARCHAR(27), {utc}, 121), 26) + 'Z'"
        return Reading(pa.timestamp("us", tz="UTC"), text, f"CONVERT(CHAR(10), SWITCHOFFSET({{}}, '{offset}'), 23)")
    return None


def _text(name: str, length: int | None) -> Reading:
    size = str(length) if length and 0 < length <= _ROW_TEXT else "MAX"
    day = "LEFT({}, 10)"
    if name in {"char", "nchar"}:
        return Reading(pa.string(), f"RTRIM(CAST({{}} AS NVARCHAR({size})))", day)
    if name in {"varchar", "nvarchar", "sysname"}:
        return Reading(pa.string(), f"CAST({{}} AS NVARCHAR({size}))", day)
    texts = {
        "text": "CAST({} AS NVARCHAR(MAX))",
        "ntext": "CAST({} AS NVARCHAR(MAX))",
        "xml": "CAST({} AS NVARCHAR(MAX))",
        "uniqueidentifier": "CONVERT(CHAR(36), {})",
        "time": "CONVERT(VARCHAR(16), {})",
        "float": "CONVERT(VARCHAR(30), {}, 2)",
        "real": "CONVERT(VARCHAR(30), {}, 2)",
        "timestamp": "CONVERT(CHAR(16), CAST({} AS BINARY(8)), 2)",
        "rowversion": "CONVERT(CHAR(16), CAST({} AS BINARY(8)), 2)",
    }
    return Reading(pa.string(), texts.get(name, ""), f"LEFT({texts.get(name, '{}')}, 10)")


def grammar(schema: str, offset: str = "+08:00") -> Grammar:
    """The SQL for one schema."""
    seen = f"""FROM sys.objects t JOIN sys.schemas s ON s.schema_id = t.schema_id AND s.name = {DIALECT.literal(schema)}
AND t.type IN ('U', 'V') AND t.is_ms_shipped = 0"""
    comment = "sys.extended_properties p ON p.class = 1 AND p.name = 'MS_Description' AND p.major_id = t.object_id"
    return Grammar(
        dialect=DIALECT,
        reading=partial(reading, offset=offset),
        tables=f"""SELECT t.name, CAST(p.value AS NVARCHAR(4000)),
(SELECT SUM(r.rows) FROM sys.partitions r WHERE r.object_id = t.object_id AND r.index_id IN (0, 1)),
CASE t.type WHEN 'V' THEN 'VIEW' ELSE 'TABLE' END
{seen} LEFT JOIN {comment} AND p.minor_id = 0 ORDER BY t.name""",
        columns=f"""SELECT t.name, c.name, COALESCE(TYPE_NAME(c.system_type_id), 'clr'),
CASE WHEN TYPE_NAME(c.system_type_id) IN ('nchar', 'nvarchar') AND c.max_length > 0 THEN c.max_length / 2
WHEN TYPE_NAME(c.system_type_id) IN ('char', 'varchar') AND c.max_length > 0 THEN c.max_length END,
CASE WHEN TYPE_NAME(c.system_type_id) IN ('decimal', 'numeric') THEN c.precision + 0 END, c.scale + 0,
CASE c.is_nullable WHEN 1 THEN 'Y' ELSE 'N' END, CAST(p.value AS NVARCHAR(4000))
{seen} JOIN sys.columns c ON c.object_id = t.object_id
LEFT JOIN {comment} AND p.minor_id = c.column_id WHERE 1 = 1/*named*/ ORDER BY t.name, c.column_id""",
        keys=f"""SELECT t.name, c.name
{seen} JOIN sys.indexes i ON i.object_id = t.object_id AND i.is_primary_key = 1
JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id ORDER BY t.name, k.key_ordinal""",
        indexes=f"""SELECT t.name, i.name, CASE i.is_unique WHEN 1 THEN 'Y' ELSE 'N' END, c.name
{seen} JOIN sys.indexes i ON i.object_id = t.object_id AND i.name IS NOT NULL
JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id AND k.is_included_column = 0
JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id ORDER BY t.name, i.name, k.key_ordinal""",
        references=f"""SELECT t.name, MIN(c.name), MIN(OBJECT_NAME(k.referenced_object_id)), MIN(o.name)
{seen} JOIN sys.foreign_key_columns k ON k.parent_object_id = t.object_id
JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id
JOIN sys.columns o ON o.object_id = k.referenced_object_id AND o.column_id = k.referenced_column_id
GROUP BY t.name, k.constraint_object_id HAVING COUNT(*) = 1 ORDER BY 1, 2""",
        named="t.name",
        total="ISNULL(CONVERT(VARCHAR(41), SUM({})), '0')",
        schema=schema,
    )


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> TextSource:
    """Open `mssql://user:password@host:1433/database` (or `sqlserver://…`).

    Options: `driver` (the ODBC driver's name), `schema` (else `dbo`), `verify=1` (the server's certificate must be
    known to this machine), `encrypt` (what Microsoft's driver knows as Encrypt).

    Raises:
        SettingsError: an option is unknown.
        SourceError: the driver is missing, the server cannot be reached or refuses the login.
    """
    where = parse_url(url)
    options = url_options(where, ("driver", "schema", "verify", "encrypt"))
    settings = connection_settings(where, options)
    place = f"{where.hostname or '127.0.0.1'}:{where.port or 1433}/{settings['Database']}"
    user, password = unquote(where.username or ""), unquote(where.password or "")
    doing = f"连接 SQL Server（{place}，用户 {user}）"
    transport = open_odbc(settings, user, password, doing, timeout_seconds)
    return opened(transport, options.get("schema", "dbo"), timezone)


def connection_settings(where: SplitResult, options: dict[str, str]) -> dict[str, str]:
    """What stands in the connection string: for FreeTDS, or as Microsoft's drivers know it."""
    driver, host, port = options.get("driver", DRIVER), where.hostname or "127.0.0.1", str(where.port or 1433)
    database = unquote(where.path.lstrip("/"))
    if "freetds" in driver.lower():
        return {"Driver": driver, "Server": host, "Port": port, "Database": database}
    return {
        "Driver": driver,
        "Server": f"{host},{port}",
        "Database": database,
        "ApplicationIntent": "ReadOnly",
        "APP": "feijian",
        "TrustServerCertificate": "no" if options.get("verify") == "1" else "yes",
        **({"Encrypt": options["encrypt"]} if "encrypt" in options else {}),
    }


def opened(transport: OdbcTransport, schema: str, timezone: str) -> TextSource:
    """A session made ready: in a snapshot where the database allows one, else on committed rows only."""
    allowed, versions, version = (transport.rows(_LEVELS) or [(0, 0, "?")])[0]
    transport.end()
    level, said = ("SNAPSHOT", SNAPSHOT) if int(allowed) == 1 else ("READ COMMITTED", _committed(versions))
    for statement in session(level):
        transport.run(statement)
    text = datetime.now(ZoneInfo(timezone)).strftime("%z")
    major = str(version).split(".")[0]
    return TextSource(transport, grammar(schema, f"{text[:3]}:{text[3:]}"), f"SQL Server {major}", said)


def _committed(row_versions: Any) -> str:
    return ROW_VERSIONS if int(row_versions) else COMMITTED


def session(level: str) -> tuple[str, ...]:
    """The statements with which a session begins; none of them begins a transaction.

    Under `DATEFORMAT ymd` the literals of adapters (`'2024-01-31'`) mean the same in every language of a login.
    """
    return (
        "SET DATEFORMAT ymd",
        f"SET LOCK_TIMEOUT {LOCK_SECONDS * 1000}",
        "SET DEADLOCK_PRIORITY LOW",
        f"SET TRANSACTION ISOLATION LEVEL {level}",
    )
