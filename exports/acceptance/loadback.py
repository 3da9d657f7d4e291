"""V1 and V2: load every CSV with our own CREATE TABLE into a real database, count and add up there.

The files are read by the plainest reader there is (lines split on the delimiter), not by the engine that
wrote them. SQLite is always there; a PostgreSQL is used when its URL is given.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.acceptance.package import Delivery, declared_rows, declared_sums
from schemas.format import FormatTable
from schemas.result import CheckResult, Outcome


@dataclass(frozen=True)
class Loaded:
    """What one database says after loading: rows and money sums per table, and what went wrong."""

    engine: str
    rows: dict[str, int]
    sums: dict[str, dict[str, Decimal]]
    problems: tuple[str, ...]


def statements(delivery: Delivery) -> dict[str, str]:
    """Table -> its CREATE TABLE statement, as delivered for PostgreSQL (SQLite understands it too)."""
    text = (delivery.folder / "ddl" / "postgresql.sql").read_text(encoding="utf-8")
    found = re.findall(r"^CREATE TABLE (\w+) \(\n.*?^\);$", text, flags=re.MULTILINE | re.DOTALL)
    bodies = re.findall(r"^CREATE TABLE \w+ \(\n.*?^\);$", text, flags=re.MULTILINE | re.DOTALL)
    return dict(zip(found, bodies, strict=True))


def records(path: Path, delimiter: str, width: int) -> Iterator[list[str | None]]:
    """The data rows of a CSV, split on the bare delimiter; empty text is NULL.

    Raises:
        ValueError: a line has another number of fields than the header asks for.
    """
    with path.open(encoding="utf-8", newline="\n") as handle:
        next(handle)
        for number, line in enumerate(handle, start=2):
            fields = line.rstrip("\n").split(delimiter)
            if len(fields) != width:
                raise ValueError(f"{path.name} 第 {number} 行有 {len(fields)} 个字段，应为 {width} 个")
            yield [field or None for field in fields]


def load_sqlite(delivery: Delivery, spill: Path) -> Loaded:
    """Load the whole package into a SQLite file in `spill`, which is removed again."""
    path = spill / "loadback.sqlite"
    path.unlink(missing_ok=True)
    rows: dict[str, int] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    problems: list[str] = []
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            create = statements(delivery)
            for table in delivery.tables():
                try:
                    database.execute(create[table.name])
                    _fill_sqlite(database, delivery, table)
                    rows[table.name], sums[table.name] = _ask_sqlite(database, table)
                except (sqlite3.Error, ValueError, KeyError) as error:
                    problems.append(f"{table.name}：{error}")
    finally:
        path.unlink(missing_ok=True)
    return Loaded("SQLite", rows, sums, tuple(problems))


def _fill_sqlite(database: sqlite3.Connection, delivery: Delivery, table: FormatTable) -> None:
    marks = ", ".join("?" * len(table.columns))
    for resource in delivery.resources(table.name):
        lines = records(delivery.folder / resource["path"], resource["dialect"]["delimiter"], len(table.columns))
        database.executemany(f"INSERT INTO {table.name} VALUES ({marks})", lines)


def _ask_sqlite(database: sqlite3.Connection, table: FormatTable) -> tuple[int, dict[str, Decimal]]:
    """Sums in whole fen: SQLite keeps decimals as floating point, which 16 digits survive one by one."""
    fen = "".join(f", COALESCE(SUM(CAST(ROUND({column} * 100) AS INTEGER)), 0)" for column in table.money)
    row = database.execute(f"SELECT COUNT(*){fen} FROM {table.name}").fetchone()
    return row[0], {column: Decimal(value).scaleb(-2) for column, value in zip(table.money, row[1:], strict=True)}


def load_postgresql(delivery: Delivery, url: str, database: Any) -> Loaded:
    """Load the package into a schema of its own in a PostgreSQL, which is dropped again.

    Args:
        delivery: the package.
        url: `postgresql://…` of a database in which a schema may be created.
        database: DuckDB with the views of the package, from which rows are streamed as Arrow.
    """
    import adbc_driver_postgresql.dbapi as driver

    schema = "feijian_loadback"
    rows: dict[str, int] = {}
    sums: dict[str, dict[str, Decimal]] = {}
    try:
        with driver.connect(url) as connection, connection.cursor() as cursor:
            for statement in (
                f"DROP SCHEMA IF EXISTS {schema} CASCADE",
                f"CREATE SCHEMA {schema}",
                f"SET search_path TO {schema}",
            ):
                cursor.execute(statement)
            for table, create in statements(delivery).items():
                cursor.execute(create)
                stream = database.sql(f'SELECT * FROM "{table}"').to_arrow_reader(65_536)
                cursor.adbc_ingest(table.lower(), _lower(stream), mode="append", db_schema_name=schema)
                money = delivery.form.table(table).money
                listed = "".join(f", COALESCE(SUM({column}), 0)::text" for column in money)
                cursor.execute(f"SELECT COUNT(*){listed} FROM {table}")
                row = cursor.fetchone()
                rows[table] = row[0]
                sums[table] = {column: Decimal(value) for column, value in zip(money, row[1:], strict=True)}
            connection.rollback()
    except driver.Error as error:
        return Loaded("PostgreSQL", rows, sums, (str(error).splitlines()[0],))
    return Loaded("PostgreSQL", rows, sums, ())


def _lower(stream: Any) -> Any:
    """The same batches with column names folded as PostgreSQL folds them."""
    import pyarrow as pa

    schema = pa.schema([pa.field(field.name.lower(), field.type) for field in stream.schema])
    return pa.RecordBatchReader.from_batches(
        schema, (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in stream)
    )


def judge(delivery: Delivery, loaded: list[Loaded]) -> list[CheckResult]:
    """V1 (it can be loaded) and V2 (rows and sums are those of the manifest), over all databases."""
    expected = declared_rows(delivery)
    problems = [f"{one.engine} {problem}" for one in loaded for problem in one.problems]
    engines = "、".join(one.engine for one in loaded)
    differing = [
        f"{one.engine} {table.name}"
        for one in loaded
        for table in delivery.tables()
        if one.rows.get(table.name) != expected[table.name]
        or one.sums.get(table.name) != declared_sums(delivery, table)
    ]
    count = len(expected) * len(loaded)
    return [
        _result("V1", "导出数据可重新载入数据库", problems, count, f"已用交付的建表语句载入 {engines}"),
        _result("V2", "载入后的行数与合计等于导出", differing, count, f"{engines} 的行数、金额合计与清单一致"),
    ]


def _result(identifier: str, title: str, failures: list[str], total: int, reason: str) -> CheckResult:
    outcome = Outcome.FAILED if failures else Outcome.PASSED
    text = "；".join(failures[:3]) if failures else reason
    return CheckResult(identifier, title, outcome, "", "", len(failures), total, "0", text, tuple(failures[:5]))
