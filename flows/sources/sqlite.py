"""SQLite: one file, opened read-only.

Every value is asked for as text (SQLite keeps decimals as binary floating point, but prints up to 15
digits exactly) and typed by the declared type of its column.
"""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from flows.sources.catalogue import SourceColumn, SourceIndex, SourceTable
from flows.sources.connection import DAY, Totals, add_up, local_path, raw_type, text_batches
from flows.sources.dialect import Dialect
from schemas.errors import SourceError

_DIGIT = "[0-9]"
_DAY = "-".join((_DIGIT * 4, _DIGIT * 2, _DIGIT * 2))
_CLOCK = f":[0-5]{_DIGIT}" * 2
_USUAL = tuple(
    f"{_DAY} {hour}{_CLOCK}{part}" for hour, part in product((f"[01]{_DIGIT}", "2[0-3]"), ("", "." + _DIGIT * 6))
)

_REASONS = {
    "locked": "数据库正被另一个程序锁定写入，请等它写完、或关闭那个程序后重试",
    "malformed": "数据库文件已损坏，请用备份，或用 sqlite3 的 .recover 修复后重试",
    "integer overflow": "合计超出 64 位整数，请核对金额列中是否有异常大的数",
    "disk I/O error": "读取磁盘出错，请检查硬盘或网络盘",
}


class SqliteConnection:
    """A SQLite database in one read transaction."""

    snapshot = "读取期间为同一快照（SQLite 只读事务）"

    dialect = Dialect(text_cast="CAST({} AS TEXT)", sum="SUM(CAST(ROUND({} * 1e6) AS INTEGER))", sum_scale=6)

    def __init__(self, database: sqlite3.Connection, path: Path) -> None:
        self._database = database
        self._database.isolation_level = None
        self.stands = ";".join(map(_state, (path, _log(path))))
        self._database.execute("BEGIN")
        self._database.execute("SELECT COUNT(*) FROM sqlite_master")
        self.engine = f"SQLite {sqlite3.sqlite_version_info[0]}"

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table."""
        rows = self.ask(f"SELECT name, type FROM pragma_table_info({Dialect.literal(table)})")
        return {name: raw_type(declared) for name, declared in rows}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, every column as text."""
        listed = ", ".join(f'CAST("{column}" AS TEXT)' for column in columns)
        try:
            cursor = self._database.execute(f'SELECT {listed} FROM "{table}"{where}')
            yield from text_batches(cursor.fetchmany, columns)
        except sqlite3.Error as error:
            raise SourceError(explain(error, f"读取表 {table}")) from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in whole units of the last declared digit."""
        types = self.columns(table)
        scales = [types[column].scale for column in columns]
        units = zip(columns, scales, strict=True)
        listed = "".join(f', SUM(CAST(ROUND("{name}" * 1e{scale}) AS INTEGER))' for name, scale in units)
        kind = types[month] if month else DAY
        groups = self.ask(f'SELECT {_day(month, kind)} AS day, COUNT(*){listed} FROM "{table}"{where} GROUP BY 1')
        exact = (
            (day, rows, *(Decimal(total or 0).scaleb(-scale) for total, scale in zip(sums, scales, strict=True)))
            for day, rows, *sums in groups
        )
        return add_up(exact, columns, bool(month), DAY if pa.types.is_string(kind) else kind)

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed: whether the file stands still is known without."""
        return None

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables and views of the file; SQLite keeps no comments and no estimates of rows."""
        listed = self.ask(
            "SELECT name, type FROM sqlite_master"
            " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
        )
        return tuple(self._described(name, kind == "view") for name, kind in listed)

    def _described(self, table: str, is_view: bool) -> SourceTable:
        rows = self.ask(f'SELECT name, type, "notnull", pk FROM pragma_table_info({Dialect.literal(table)})')
        parts = sorted((place, name) for name, _, _, place in rows if place)
        indexes = self.ask(f'SELECT name, "unique" FROM pragma_index_list({Dialect.literal(table)}) ORDER BY 1')
        return SourceTable(
            table,
            tuple(SourceColumn(name, kind, raw_type(kind), not strict) for name, kind, strict, _ in rows),
            key=tuple(name for _, name in parts),
            indexes=tuple(SourceIndex(name, self._indexed(name), bool(unique)) for name, unique in indexes),
            is_view=is_view,
        )

    def _indexed(self, index: str) -> tuple[str, ...]:
        return tuple(row[0] for row in self.ask(f"SELECT name FROM pragma_index_info({Dialect.literal(index)})"))

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT; a binary fraction comes as the Decimal of its shortest digits."""
        try:
            rows = self._database.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise SourceError(explain(error, "查询源库")) from None
        return [tuple(Decimal(repr(value)) if isinstance(value, float) else value for value in row) for row in rows]

    def close(self) -> None:
        """End the read transaction."""
        self._database.close()


def _day(column: str, kind: pa.DataType) -> str:
    """SQL for the text by which rows are grouped: usual times by their day, any other as it stands.

    SQLite's own date functions take 30 February for 1 March; what is a day is decided as it is when rows are read.
    """
    if not column:
        return "NULL"
    text = f'CAST("{column}" AS TEXT)'
    if pa.types.is_string(kind):
        return f"substr({text}, 1, 10)"
    usual = " OR ".join(f"{text} GLOB '{shape}'" for shape in _USUAL)
    return f"CASE WHEN {usual} THEN substr({text}, 1, 11) || '00:00:00' ELSE {text} END"


def _state(path: Path) -> str:
    """Size and time of change of a file; empty when there is none."""
    if not path.is_file():
        return ""
    found = path.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> SqliteConnection:
    """Open `sqlite:///file`; it is read in our own process, so no statement has a limit.

    A database in WAL mode on a medium where nothing can be written is read as a file that does not change, when no log
    lies beside it.

    Raises:
        SourceError: there is no such file, it is no SQLite database, or another program has it locked.
    """
    path = local_path(url)
    if not path.is_file():
        raise SourceError(f"找不到 SQLite 数据库文件 {path}，请检查数据源的路径。")
    try:
        return _open(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if "unable to open" not in str(error) or _state(_log(path)):
            raise SourceError(explain(error, f"打开 {path}")) from None
    except sqlite3.Error as error:
        raise SourceError(f"{path} 不是可读的 SQLite 数据库（{error}）。") from None
    try:
        fixed = _open(path, "mode=ro&immutable=1")
    except sqlite3.Error as error:
        raise SourceError(explain(error, f"打开 {path}")) from None
    fixed.snapshot = "数据库文件所在的位置不可写，按不变的文件读取（读取期间请勿改动）"
    return fixed


def _open(path: Path, how: str) -> SqliteConnection:
    database = sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?{how}", uri=True, check_same_thread=False)
    database.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
    try:
        return SqliteConnection(database, path)
    except sqlite3.Error:
        database.close()
        raise


def _log(path: Path) -> Path:
    """Where SQLite keeps what was written last, in WAL mode."""
    return path.with_name(path.name + "-wal")


def explain(error: sqlite3.Error, doing: str) -> str:
    """What went wrong, in Chinese, and what to do."""
    text = str(error)
    return f"{doing}失败：{next((said for sign, said in _REASONS.items() if sign in text), text)}。"
