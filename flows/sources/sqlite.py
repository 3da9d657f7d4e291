"""SQLite: one file, opened read-only.

Every value is asked for as text (SQLite keeps decimals as binary floating point, but prints up to 15
digits exactly) and typed by the declared type of its column.
"""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

import pyarrow as pa

from flows.sources.connection import Totals, local_path, raw_type, text_batches
from schemas.errors import SourceError


class SqliteConnection:
    """A SQLite database in one read transaction."""

    snapshot = "读取期间为同一快照（SQLite 只读事务）"

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._database.isolation_level = None
        self._database.execute("BEGIN")
        self.engine = f"SQLite {sqlite3.sqlite_version_info[0]}"

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> declared type; empty when there is no such table."""
        rows = self._database.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
        return {name: raw_type(declared) for name, declared in rows}

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, every column as text."""
        listed = ", ".join(f'CAST("{column}" AS TEXT)' for column in columns)
        try:
            cursor = self._database.execute(f'SELECT {listed} FROM "{table}"{where}')
            yield from text_batches(cursor.fetchmany, columns)
        except sqlite3.Error as error:
            raise SourceError(f"读取表 {table} 失败：{error}。") from None

    def totals(self, table: str, columns: tuple[str, ...], where: str) -> Totals:
        """Row count and sums in whole units of the last declared digit."""
        types = self.columns(table)
        scales = {column: types[column].scale for column in columns}
        listed = "".join(f', SUM(CAST(ROUND("{name}" * 1e{scale}) AS INTEGER))' for name, scale in scales.items())
        row = self._database.execute(f'SELECT COUNT(*){listed} FROM "{table}"{where}').fetchone()
        sums = zip(scales.items(), row[1:], strict=True)
        return Totals(row[0], {name: Decimal(units or 0).scaleb(-scale) for (name, scale), units in sums})

    def close(self) -> None:
        """End the read transaction."""
        self._database.close()


def connect(url: str, timezone: str) -> SqliteConnection:
    """Open `sqlite:///file`.

    Raises:
        SourceError: there is no such file, or it is no SQLite database.
    """
    path = local_path(url)
    if not path.is_file():
        raise SourceError(f"找不到 SQLite 数据库文件 {path}，请检查数据源的路径。")
    try:
        database = sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?mode=ro", uri=True)
        database.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
        database.execute("SELECT COUNT(*) FROM sqlite_master")
    except sqlite3.Error as error:
        raise SourceError(f"{path} 不是可读的 SQLite 数据库（{error}）。") from None
    return SqliteConnection(database)
