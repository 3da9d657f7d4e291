"""A MariaDB or MySQL filled with our own `ddl/mysql.sql` and LOAD DATA LOCAL INFILE, under a strict `sql_mode`.

The tables are temporary ones: they belong to our session, hide nobody's tables from anybody else, and are gone with
the session even when the process is killed.
"""

import re
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pymysql

from exports.acceptance.package import Delivery
from exports.ddl import sql_name
from exports.readers.keys import key_digest
from exports.readers.reading import Read, Reading
from schemas.format import FormatColumn, FormatTable

SQL_MODE = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT"
UNREACHABLE = "无法连接用于载入验证的 MariaDB/MySQL，请检查连接串、库名与权限"
REFUSED = "用于载入验证的 MariaDB/MySQL 不许 LOAD DATA LOCAL（local_infile 未打开）或不许建临时表"
_REFUSALS = (1044, 1142, 1148, 2068, 3948, 4166)


def read(delivery: Delivery, url: str) -> Reading:
    """Load the package into temporary tables of the database that the URL names, and ask that database.

    Args:
        delivery: the package.
        url: `mysql://user:password@host:port/database`.
    """
    try:
        connection = pymysql.connect(**_arguments(url))
    except (pymysql.Error, OSError, ValueError):
        return Reading(unavailable=UNREACHABLE)
    tables: dict[str, Read] = {}
    broken: dict[str, str] = {}
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(f"SET SESSION sql_mode = '{SQL_MODE}'")
        create = _statements(delivery)
        for table in delivery.tables():
            try:
                cursor.execute(create[table.name])
                problems = _load(delivery, table, cursor)
                tables[table.name] = _ask(table, cursor, problems)
            except pymysql.Error as error:
                if error.args and error.args[0] in _REFUSALS:
                    return Reading(unavailable=REFUSED)
                broken[table.name] = f"不能载入（错误 {error.args[0] if error.args else '未知'}）"
            except KeyError:
                broken[table.name] = "ddl/mysql.sql 中没有它的建表语句"
    return Reading(tables, broken)


def _arguments(url: str) -> dict[str, Any]:
    where = urlsplit(url)
    return {
        "host": where.hostname or "127.0.0.1",
        "port": where.port or 3306,
        "user": unquote(where.username or ""),
        "password": unquote(where.password or ""),
        "database": where.path.lstrip("/"),
        "charset": "utf8mb4",
        "local_infile": True,
        "connect_timeout": 10,
    }


def _statements(delivery: Delivery) -> dict[str, str]:
    """Table -> its CREATE TABLE statement as delivered, for a temporary table."""
    text = (delivery.folder / "ddl" / "mysql.sql").read_text(encoding="utf-8")
    found = re.finditer(r"^CREATE (TABLE (\w+) \(\n.*?^\)[^\n]*);$", text, flags=re.MULTILINE | re.DOTALL)
    return {statement[2]: f"CREATE TEMPORARY {statement[1]}" for statement in found}


def _load(delivery: Delivery, table: FormatTable, cursor: Any) -> tuple[str, ...]:
    """Load every file of a table; with LOCAL the server turns errors into warnings, so any warning is a problem."""
    variables = ", ".join(f"@c{column.seq}" for column in table.columns)
    values = ", ".join(f"{sql_name(column.name, 'mysql')} = {_value(column)}" for column in table.columns)
    problems = []
    for record in delivery.resources(table.name):
        path = _text((delivery.folder / record["path"]).resolve())
        token = _text(record["dialect"]["delimiter"])
        cursor.execute(
            f"LOAD DATA LOCAL INFILE {path} INTO TABLE {table.name} CHARACTER SET utf8mb4"
            f" FIELDS TERMINATED BY {token} ESCAPED BY '' LINES TERMINATED BY '\n' IGNORE 1 LINES"
            f" ({variables}) SET {values}"
        )
        cursor.execute("SELECT @@warning_count")
        [[count]] = cursor.fetchall()
        if count:
            problems.append(f"{record['path']} 载入时有 {count} 条警告")
    return tuple(problems)


def _value(column: FormatColumn) -> str:
    text = f"NULLIF(@c{column.seq}, '')"
    return text if column.plain_pattern else f"STR_TO_DATE({text}, {_text(_pattern(column.pattern))})"


def _pattern(pattern: str) -> str:
    """A strftime pattern as MySQL spells it: minutes are `%i`."""
    return pattern.replace("%M", "%i")


def _ask(table: FormatTable, cursor: Any, problems: tuple[str, ...]) -> Read:
    sums = "".join(f", COALESCE(SUM({sql_name(column, 'mysql')}), 0)" for column in table.money)
    cursor.execute(f"SELECT COUNT(*), {key_digest(table, 'mysql')}{sums} FROM {table.name}")
    [row] = cursor.fetchall()
    return Read(row[0], dict(zip(table.money, map(Decimal, row[2:]), strict=True)), str(row[1]), problems)


def _text(value: str | Path) -> str:
    """A text literal for MySQL without backslash escapes."""
    text = value.as_posix() if isinstance(value, Path) else value
    return "'" + text.replace("'", "''") + "'"
