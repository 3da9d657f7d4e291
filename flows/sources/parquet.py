"""A folder with one Parquet file per table, read by DuckDB."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from exports.duck import literal, quoted, view
from flows.sources.catalogue import SourceColumn, SourceTable
from flows.sources.connection import local_path
from flows.sources.duck_reader import DuckReader, first_line
from schemas.errors import SourceError


class ParquetConnection(DuckReader):
    """A folder of Parquet files; they stand still as long as nobody writes them."""

    snapshot = "文件夹（读取期间请勿改动文件）"
    engine = "Parquet 文件夹"

    def __init__(self, folder: Path, timezone: str) -> None:
        super().__init__(duckdb.connect(), str(folder))
        self._folder = folder
        self._database.execute(f"SET TimeZone = {literal(timezone)}")
        self._files = sorted(folder.glob("*.parquet"))
        self.stands = ";".join(f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in self._files)
        for path in self._files:
            view(self._database, path.stem, path)

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type; empty when there is no such file."""
        if not (self._folder / f"{table}.parquet").is_file():
            return {}
        schema = self._database.sql(f"SELECT * FROM {quoted(table)} LIMIT 0").to_arrow_table().schema
        return dict(zip(schema.names, schema.types, strict=True))

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


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> ParquetConnection:
    """Open `parquet:///folder`; nobody else works there, so no statement has a limit.

    Raises:
        SourceError: there is no such folder.
    """
    folder = local_path(url)
    if not folder.is_dir():
        raise SourceError(f"找不到 Parquet 文件夹 {folder}，请检查数据源的路径。")
    try:
        return ParquetConnection(folder, timezone)
    except duckdb.Error as error:
        raise SourceError(f"{folder} 中有不能读取的 Parquet 文件：{first_line(error)}。") from None
