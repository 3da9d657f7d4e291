"""What DuckDB reads, from a file of its own or from a folder, asked the way every source is asked."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

from exports.duck import quoted
from flows.sources.connection import BATCH_ROWS, Totals, add_up
from flows.sources.dialect import Dialect
from schemas.errors import SourceError


class DuckReader:
    """One DuckDB connection with a table or view for each table of the source; a subclass says which there are.

    `place` is what messages call the source.
    """

    dialect = Dialect()

    def __init__(self, database: Any, place: str) -> None:
        self._database = database
        self._place = place

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type; empty when there is no such table."""
        raise NotImplementedError

    def value(self, table: str, column: str) -> str:
        """SQL for a column as it is read."""
        return quoted(column)

    def day(self, table: str, column: str) -> tuple[str, pa.DataType]:
        """SQL for the text of a column's day, and the type that makes it a day."""
        text = pa.types.is_string(self.columns(table)[column])
        return f"left({quoted(column)}, 10)" if text else f"{quoted(column)}::DATE::VARCHAR", pa.date32()

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, a batch at a time."""
        listed = ", ".join(f"{self.value(table, column)} AS {quoted(column)}" for column in columns)
        try:
            yield from self._database.sql(f"SELECT {listed} FROM {quoted(table)}{where}").to_arrow_reader(BATCH_ROWS)
        except (duckdb.Error, OSError) as error:
            raise self._failed(f"读取表 {table}", error) from None

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in DECIMAL."""
        day, kind = self.day(table, month) if month else ("NULL", pa.date32())
        listed = "".join(f", COALESCE(SUM({quoted(column)}), 0)" for column in columns)
        sql = f"SELECT {day} AS day, COUNT(*){listed} FROM {quoted(table)}{where} GROUP BY ALL"
        return add_up(self._rows(sql, f"统计表 {table}"), columns, bool(month), kind)

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed: whether the files stand still is known without."""
        return None

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT."""
        return self._rows(sql, "查询")

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    def _rows(self, sql: str, doing: str) -> list[tuple[Any, ...]]:
        try:
            rows: list[tuple[Any, ...]] = self._database.execute(sql).fetchall()
        except duckdb.Error as error:
            raise self._failed(doing, error) from None
        return rows

    def _failed(self, doing: str, error: Exception) -> SourceError:
        return SourceError(f"{self._place}：{doing}失败：{first_line(error)}。")


def first_line(error: Exception) -> str:
    """The first line of what DuckDB says, without a full stop."""
    return str(error).strip().splitlines()[0].rstrip(".")
