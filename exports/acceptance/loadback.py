"""V1 and V2: load every CSV with our own CREATE TABLE into a real database, count and add up there.

SQLite is always there; a PostgreSQL is used when its URL is given. Before that, each file must look to a
reader that only splits lines on the delimiter as its manifest says.
"""

import errno
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import adbc_driver_manager
import duckdb

from exports.acceptance.package import Delivery, declared_rows, declared_sums
from exports.ddl import is_plain, sql_name
from exports.duck import quoted
from exports.manifest import relation
from exports.readers.keys import key_digest
from schemas.format import FormatTable
from schemas.result import CheckResult, Outcome

BLOCK = 1 << 24
LOADBACK_SCHEMA = "feijian_loadback"
UNREACHABLE = "无法连接用于载入验证的 PostgreSQL，请检查 FEIJIAN_LOADBACK_URL"


@dataclass(frozen=True)
class Loaded:
    """What one database says after loading: rows and money sums per table, and what went wrong.

    `digests` are those of the key columns (`exports.readers.keys`), where the database can compute them.
    `unavailable` says in Chinese why the database could not be asked at all: that is no fault of the package.
    """

    engine: str
    rows: dict[str, int]
    sums: dict[str, dict[str, Decimal]]
    problems: tuple[str, ...] = ()
    unavailable: str = ""
    digests: dict[str, str] = field(default_factory=dict)


def statements(delivery: Delivery) -> dict[str, str]:
    """Table -> its CREATE TABLE statement, as delivered for PostgreSQL (SQLite understands it too)."""
    text = (delivery.folder / "ddl" / "postgresql.sql").read_text(encoding="utf-8")
    found = re.finditer(r"^CREATE TABLE (\w+) \(\n.*?^\);$", text, flags=re.MULTILINE | re.DOTALL)
    return {statement[1]: statement[0] for statement in found}


def misshapen(delivery: Delivery) -> list[str]:
    """Files that do not hold, on the bare count of line ends and delimiters, the rows and columns they should."""
    wrong = []
    for table in delivery.tables():
        for record in delivery.resources(table.name):
            lines, delimiters = _count(delivery.folder / record["path"], record["dialect"]["delimiter"])
            expected = record["feijian:rows"] + 1
            if (lines, delimiters) != (expected, expected * (len(table.columns) - 1)):
                wrong.append(f"{record['path']} 有 {lines} 行、{delimiters} 个分隔符，与 {expected} 行不符")
    return wrong


def _count(path: Path, delimiter: str) -> tuple[int, int]:
    token = delimiter.encode()
    lines = delimiters = 0
    rest = b""
    with path.open("rb") as handle:
        while block := handle.read(BLOCK):
            lines += block.count(b"\n")
            block = rest + block
            delimiters += block.count(token)
            rest = block[block.rfind(token) + len(token) :] if token in block else block
            rest = rest[-(len(token) - 1) :] if len(token) > 1 else b""
    return lines, delimiters


def load_sqlite(delivery: Delivery, database: Any, spill: Path) -> Loaded:
    """Load the whole package into a SQLite file in `spill`, which is removed again.

    Args:
        delivery: the package.
        database: a DuckDB cursor of its own, through which the files are read as plain text.
        spill: room for the file.
    """
    import adbc_driver_sqlite.dbapi as driver

    path = spill / "loadback.sqlite"
    path.unlink(missing_ok=True)
    rows: dict[str, int] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    try:
        create = statements(delivery)
        with driver.connect(str(path), autocommit=True) as connection, connection.cursor() as cursor:
            for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                cursor.execute(f"PRAGMA {pragma}")
                cursor.fetchall()
            for table in delivery.tables():
                cursor.execute(create[table.name])
                cursor.adbc_ingest(table.name, _text(delivery, table, database), mode="append")
        with closing(sqlite3.connect(path)) as loaded:
            for table in delivery.tables():
                rows[table.name], sums[table.name] = _ask_sqlite(loaded, table)
    except (adbc_driver_manager.Error, sqlite3.Error, duckdb.Error, KeyError) as error:
        if "disk is full" in str(error) or "disk I/O error" in str(error):
            raise OSError(errno.ENOSPC, "No space left on device", str(path)) from None
        return Loaded("SQLite", rows, sums, (str(error).splitlines()[0],))
    finally:
        path.unlink(missing_ok=True)
    return Loaded("SQLite", rows, sums)


def _text(delivery: Delivery, table: FormatTable, database: Any) -> Any:
    """A table's files as a stream of text columns."""
    scan = relation(delivery.resources(table.name), table, delivery.folder, typed=False)
    return database.sql(f"SELECT * FROM {scan}").to_arrow_reader(65_536)


def _ask_sqlite(database: sqlite3.Connection, table: FormatTable) -> tuple[int, dict[str, Decimal]]:
    """Sums in whole fen: SQLite keeps decimals as floating point, which 16 digits survive one by one."""
    fen = "".join(f", COALESCE(SUM(CAST(ROUND({quoted(column)} * 100) AS INTEGER)), 0)" for column in table.money)
    row = database.execute(f"SELECT COUNT(*){fen} FROM {table.name}").fetchone()
    return row[0], {column: Decimal(value).scaleb(-2) for column, value in zip(table.money, row[1:], strict=True)}


def load_postgresql(delivery: Delivery, url: str, database: Any) -> Loaded:
    """Load the package into a schema of its own in a PostgreSQL, which is rolled back again.

    Args:
        delivery: the package.
        url: `postgresql://…` of a database in which a schema may be created.
        database: DuckDB with the views of the package, from which typed rows are streamed as Arrow.
    """
    import adbc_driver_postgresql.dbapi as driver

    rows: dict[str, int] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    digests: dict[str, str] = {}
    try:
        connection = driver.connect(url)
    except adbc_driver_manager.Error:
        return Loaded("PostgreSQL", rows, sums, unavailable=UNREACHABLE)
    try:
        with connection, connection.cursor() as cursor:
            try:
                cursor.execute(f"CREATE SCHEMA {LOADBACK_SCHEMA}")
            except adbc_driver_manager.Error:
                text = f"用于载入验证的 PostgreSQL 中不能建立模式 {LOADBACK_SCHEMA}（没有权限，或已存在）"
                return Loaded("PostgreSQL", rows, sums, unavailable=text)
            cursor.execute(f"SET search_path TO {LOADBACK_SCHEMA}")
            for table, create in statements(delivery).items():
                cursor.execute(create)
                stream = database.sql(f"SELECT * FROM {quoted(table)}").to_arrow_reader(65_536)
                cursor.adbc_ingest(table.lower(), _lower(stream), mode="append", db_schema_name=LOADBACK_SCHEMA)
                rows[table], digests[table], sums[table] = _ask_postgresql(cursor, delivery.form.table(table))
            connection.rollback()
    except (adbc_driver_manager.Error, duckdb.Error) as error:
        return Loaded("PostgreSQL", rows, sums, (str(error).splitlines()[0],), digests=digests)
    return Loaded("PostgreSQL", rows, sums, digests=digests)


def _ask_postgresql(cursor: Any, table: FormatTable) -> tuple[int, str, dict[str, Decimal]]:
    listed = "".join(f", COALESCE(SUM({sql_name(column)}), 0)::text" for column in table.money)
    cursor.execute(f"SELECT COUNT(*), {key_digest(table, 'postgresql')}{listed} FROM {table.name}")
    rows, digest, *found = cursor.fetchone()
    return rows, digest, {column: Decimal(value) for column, value in zip(table.money, found, strict=True)}


def _lower(stream: Any) -> Any:
    """The same batches with column names folded as PostgreSQL folds those that stand without quotes."""
    import pyarrow as pa

    names = [field.name.lower() if is_plain(field.name) else field.name for field in stream.schema]
    schema = pa.schema([pa.field(name, field.type) for name, field in zip(names, stream.schema, strict=True)])
    return pa.RecordBatchReader.from_batches(
        schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in stream)
    )


def judge(delivery: Delivery, loaded: list[Loaded]) -> list[CheckResult]:
    """V1 (it can be loaded) and V2 (rows and sums are those of the manifest), over all databases."""
    expected = declared_rows(delivery)
    asked = [one for one in loaded if not one.unavailable]
    unavailable = [one.unavailable for one in loaded if one.unavailable]
    problems = misshapen(delivery) + [f"{one.engine} {problem}" for one in asked for problem in one.problems]
    engines = "、".join(one.engine for one in asked)
    differing = [
        f"{one.engine} {table.name}"
        for one in asked
        for table in delivery.tables()
        if one.rows.get(table.name) != expected[table.name]
        or one.sums.get(table.name) != declared_sums(delivery, table)
    ]
    count = len(expected) * len(asked)
    loadable = _result("V1", "导出数据可重新载入数据库", problems, count, f"已用交付的建表语句载入 {engines}")
    equal = _result("V2", "载入后的行数与合计等于导出", differing, count, f"{engines} 的行数、金额合计与清单一致")
    return [_also(result, unavailable) for result in (loadable, equal)]


def _result(identifier: str, title: str, failures: list[str], total: int, reason: str) -> CheckResult:
    outcome = Outcome.FAILED if failures else Outcome.PASSED
    text = "；".join(failures[:3]) if failures else reason
    return CheckResult(identifier, title, outcome, "", "", len(failures), total, "0", text, tuple(failures[:5]))


def _also(result: CheckResult, unavailable: list[str]) -> CheckResult:
    """A database that was asked for and could not be used leaves the check unverified, never passed."""
    if not unavailable or result.outcome is Outcome.FAILED:
        return result
    return replace(result, outcome=Outcome.NOT_VERIFIED, reason="；".join([result.reason, *unavailable]))
