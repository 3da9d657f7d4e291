"""A folder with one Parquet file per table, read by DuckDB."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from exports.duck import literal, one_row
from flows.sources.connection import BATCH_ROWS, Totals
from schemas.errors import SourceError


class ParquetConnection:
    """A folder of Parquet files; they stand still as long as nobody writes them."""

    snapshot = "文件夹（读取期间请勿改动文件）"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database: Any = duckdb.connect()
        self.engine = "Parquet 文件夹"

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type; empty when there is no such file."""
        if not self._path(table).is_file():
            return {}
        schema = self._database.sql(f"SELECT * FROM {self._scan(table)} LIMIT 0").to_arrow_table().schema
        return dict(zip(schema.names, schema.types, strict=True))

    def read(self, table: str, columns: tuple[str, ...], where: str) -> Iterator[pa.RecordBatch]:
        """The rows, typed."""
        listed = ", ".join(f'"{column}"' for column in columns)
        yield from self._database.sql(f"SELECT {listed} FROM {self._scan(table)}{where}").to_arrow_reader(BATCH_ROWS)

    def totals(self, table: str, columns: tuple[str, ...], where: str) -> Totals:
        """Row count and sums in DECIMAL."""
        listed = "".join(f', COALESCE(SUM("{column}"), 0)' for column in columns)
        row = one_row(self._database, f"SELECT COUNT(*){listed} FROM {self._scan(table)}{where}")
        return Totals(row[0], dict(zip(columns, row[1:], strict=True)))

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    def _path(self, table: str) -> Path:
        return self._folder / f"{table}.parquet"

    def _scan(self, table: str) -> str:
        return f"read_parquet({literal(self._path(table))})"


def connect(url: str) -> ParquetConnection:
    """Open `parquet:///folder`.

    Raises:
        SourceError: there is no such folder.
    """
    folder = Path(unquote(urlsplit(url).path))
    if not folder.is_dir():
        raise SourceError(f"找不到 Parquet 文件夹 {folder}，请检查数据源的路径。")
    return ParquetConnection(folder)
