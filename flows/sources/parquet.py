"""A folder with one Parquet file per table, read by DuckDB."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from exports.duck import literal, quoted, view
from flows.sources.catalogue import SourceColumn, SourceTable
from flows.sources.connection import BATCH_ROWS, Totals, add_up, local_path
from flows.sources.dialect import Dialect
from schemas.errors import SourceError


class ParquetConnection:
    """A folder of Parquet files; they stand still as long as nobody writes them."""

    snapshot = "文件夹（读取期间请勿改动文件）"
    dialect = Dialect()

    def __init__(self, folder: Path, timezone: str) -> None:
        self._folder = folder
        self._database: Any = duckdb.connect()
        self._database.execute(f"SET TimeZone = {literal(timezone)}")
        self._files = sorted(folder.glob("*.parquet"))
        self.stands = ";".join(f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in self._files)
        for path in self._files:
            view(self._database, path.stem, path)
        self.engine = "Parquet 文件夹"

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type; empty when there is no such file."""
        if not (self._folder / f"{table}.parquet").is_file():
            return {}
        schema = self._database.sql(f"SELECT * FROM {quoted(table)} LIMIT 0").to_arrow_table().schema
        return dict(zip(schema.names, schema.types, strict=True))

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, typed."""
        try:
            yield from self._stream(columns, table, where)
        except duckdb.Error as error:
            raise SourceError(f"读取 {table}.parquet 失败：{str(error).splitlines()[0]}。") from None

    def _stream(self, columns: tuple[str, ...], table: str, where: str) -> Iterator[pa.RecordBatch]:
        listed = ", ".join(quoted(column) for column in columns)
        yield from self._database.sql(f"SELECT {listed} FROM {quoted(table)}{where}").to_arrow_reader(BATCH_ROWS)

    def totals(self, table: str, columns: tuple[str, ...], where: str, month: str = "") -> Totals:
        """Row count and sums in DECIMAL."""
        text = bool(month) and pa.types.is_string(self.columns(table)[month])
        day = "NULL" if not month else f"left({quoted(month)}, 10)" if text else f"{quoted(month)}::DATE::VARCHAR"
        listed = "".join(f', COALESCE(SUM("{column}"), 0)' for column in columns)
        groups = self._database.execute(
            f"SELECT {day} AS day, COUNT(*){listed} FROM {quoted(table)}{where} GROUP BY ALL"
        ).fetchall()
        return add_up(groups, columns, bool(month))

    def digest(self, table: str, columns: tuple[str, ...], where: str) -> str | None:
        """Not computed: whether the files stand still is known without."""
        return None

    def catalogue(self) -> tuple[SourceTable, ...]:
        """One table a file, with the exact number of its rows."""
        return tuple(
            SourceTable(
                path.stem,
                tuple(SourceColumn(name, str(kind), kind) for name, kind in self.columns(path.stem).items()),
                rows=pq.read_metadata(path).num_rows,
                size=path.stat().st_size,
            )
            for path in self._files
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one small SELECT."""
        try:
            rows: list[tuple[Any, ...]] = self._database.execute(sql).fetchall()
        except duckdb.Error as error:
            raise SourceError(f"查询文件夹失败：{str(error).splitlines()[0]}。") from None
        return rows

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> ParquetConnection:
    """Open `parquet:///folder`.

    Raises:
        SourceError: there is no such folder.
    """
    folder = local_path(url)
    if not folder.is_dir():
        raise SourceError(f"找不到 Parquet 文件夹 {folder}，请检查数据源的路径。")
    try:
        return ParquetConnection(folder, timezone)
    except duckdb.Error as error:
        raise SourceError(f"{folder} 中有不能读取的 Parquet 文件：{str(error).splitlines()[0]}。") from None
