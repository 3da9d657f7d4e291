"""Dameng (达梦) DM8 through its own ODBC driver; its catalogue and most of its SQL are Oracle's.

Not tried on a live server: built on Dameng's manuals; the way through ODBC itself is tested on PostgreSQL. Unlike
Oracle it keeps '' and NULL apart (COMPATIBLE_MODE 0), and its DATE has no time of day.
"""

from urllib.parse import unquote

import pyarrow as pa

from flows.sources.connection import parse_url
from flows.sources.dialect import Dialect
from flows.sources.odbc import OdbcTransport, open_odbc
from flows.sources.oracle_sql import CLOCK, PADDED, UNREADABLE, WHOLE_SECONDS, catalogue_of, decimal_of
from flows.sources.text_source import Declared, Grammar, Reading, TextSource, url_options

DRIVER = "DM8 ODBC DRIVER"
SNAPSHOT = "按达梦手册，读取期间为同一快照（SERIALIZABLE 事务）；未在真实的达梦库上核实"
_WHOLE = {"TINYINT", "BYTE", "SMALLINT", "INT", "INTEGER", "BIGINT", "PLS_INTEGER"}
_TEXTS = {"VARCHAR", "VARCHAR2", "NVARCHAR", "NVARCHAR2", "TEXT", "CLOB", "LONG", "LONGVARCHAR"}
_TEXT = "CAST({} AS VARCHAR(60))"


def reading(declared: Declared) -> Reading:
    """How a column of Dameng is read; a time with a zone and binary values are not."""
    name = declared.name.upper().split("(")[0].strip()
    if name in _WHOLE:
        return Reading(pa.int64(), _TEXT)
    if name in {"NUMBER", "NUMERIC", "DECIMAL", "DEC"}:
        sized = declared if declared.precision else Declared(declared.name)
        return Reading(decimal_of(sized), _TEXT)
    if "TIME ZONE" in declared.name.upper():
        return UNREADABLE
    if name in {"DATETIME", "TIMESTAMP"}:
        return CLOCK
    if name == "DATE":
        return WHOLE_SECONDS
    if name in {"CHAR", "CHARACTER", "NCHAR"}:
        return PADDED
    if name in _TEXTS:
        return Reading(pa.string())
    return Reading(pa.string(), _TEXT) if name in {"BIT", "TIME", "FLOAT", "REAL", "DOUBLE"} else UNREADABLE


def grammar(schema: str) -> Grammar:
    """The SQL for one schema, named as it is stored."""
    return catalogue_of(schema, reading, "COALESCE(CAST(SUM({}) AS VARCHAR(60)), '0')")


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> TextSource:
    """Open `dm://user:password@host:5236` (or `dameng://…`); options: `schema` (else the user's own), `driver`.

    Raises:
        SettingsError: an option is unknown.
        SourceError: the driver is missing, the server cannot be reached or refuses the login.
    """
    where = parse_url(url)
    options = url_options(where, ("driver", "schema"))
    host, port = where.hostname or "127.0.0.1", str(where.port or 5236)
    user, password = unquote(where.username or ""), unquote(where.password or "")
    settings = {"Driver": options.get("driver", DRIVER), "SERVER": host, "TCP_PORT": port}
    doing = f"连接达梦（{host}:{port}，用户 {user}）"
    transport = open_odbc(settings, user, password, doing, timeout_seconds)
    return opened(transport, user, options.get("schema") or where.path.strip("/"))


def opened(transport: OdbcTransport, user: str, schema: str = "") -> TextSource:
    """A session made ready: another schema than the user's own where one is named, then the snapshot."""
    if schema:
        transport.run(f"SET SCHEMA {Dialect().name(schema.upper())}")
        transport.end()
    transport.run("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    return TextSource(transport, grammar((schema or user).upper()), "达梦 DM8", SNAPSHOT)
