"""A folder of CSV, text, Excel and Parquet files, each read once; DuckDB answers over what was read."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from exports.duck import literal, quoted
from flows.sources.catalogue import SourceColumn, SourceTable
from flows.sources.connection import local_path
from flows.sources.duck_reader import DuckReader, first_line
from flows.sources.file_tables import FileTable, read_folder
from schemas.errors import SourceError

_TEXT = "\x1f"
"""What is added to a column's name for its text; under the name itself `where` and sums find it typed."""
_CLOCK = r"[ T]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?"
_USUAL = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}({_CLOCK})?"
_WHOLE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?"


class FilesConnection(DuckReader):
    """A folder of files; what it gives is what stood there when it was opened."""

    engine = "文件夹"

    def __init__(self, folder: Path, timezone: str) -> None:
        self._cache = TemporaryDirectory(prefix="feijian-files-")
        database = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": self._cache.name})
        super().__init__(database, folder.name)
        try:
            database.execute(f"SET TimeZone = {literal(timezone)}")
            found = read_folder(folder, Path(self._cache.name))
            for table in found.tables.values():
                database.execute(_view(table))
            places = ", ".join(map(literal, (self._cache.name, folder.absolute())))
            database.execute(f"SET allowed_directories = [{places}]")
            database.execute("SET enable_external_access = false")
        except duckdb.Error as error:
            self.close()
            raise SourceError(f"{folder} 中的文件不能读取：{first_line(error)}。") from None
        except BaseException:
            self.close()
            raise
        self._tables = found.tables
        self.stands = found.stands
        self.snapshot = "；".join(("打开时把各文件读取一遍，之后的改动不影响本次读取", *found.notes))

    def columns(self, table: str) -> dict[str, pa.DataType]:
        """Column name -> type, for text the declared one; empty when there is no such table."""
        return self._tables[table].types if table in self._tables else {}

    def value(self, table: str, column: str) -> str:
        """SQL for a column as it is read: text as it stood, so that what is no amount or day is named."""
        return quoted(column + _TEXT) if column in self._tables[table].texts else quoted(column)

    def day(self, table: str, column: str) -> tuple[str, pa.DataType]:
        """SQL for the text of a column's day, and the type that makes it a day."""
        if column not in self._tables[table].texts:
            return super().day(table, column)
        text = quoted(column + _TEXT)
        usual = f"regexp_full_match({text}, {literal(_WHOLE)})"
        return f"CASE WHEN {usual} THEN left({text}, 10) || ' 00:00:00' ELSE {text} END", self.columns(table)[column]

    def catalogue(self) -> tuple[SourceTable, ...]:
        """The tables that were handed over, with the exact number of their rows."""
        return tuple(
            SourceTable(
                name,
                tuple(
                    SourceColumn(column, str(kind), kind, comment=table.shape.titles.get(column, ""))
                    for column, kind in table.types.items()
                    if column in table.names
                ),
                table.shape.title,
                sum(part.rows for part in table.parts),
                sum(part.size for part in table.parts),
                table.shape.key,
            )
            for name, table in self._tables.items()
            if table.parts
        )

    def close(self) -> None:
        """Let go of the files, and delete what was kept of them."""
        super().close()
        self._cache.cleanup()


def _view(table: FileTable) -> str:
    """A view with every column typed, and beside it the text of those that were text."""
    listed = ", ".join(_listed(table, column, kind) for column, kind in table.types.items())
    if not table.parts:
        return f"CREATE VIEW {quoted(table.name)} AS SELECT {listed} WHERE false"
    paths = ", ".join(literal(part.path) for part in table.parts)
    return f"CREATE VIEW {quoted(table.name)} AS SELECT {listed} FROM read_parquet([{paths}], union_by_name = true)"


def _listed(table: FileTable, column: str, kind: pa.DataType) -> str:
    if column not in table.names:
        return f"CAST(NULL AS {_sql_type(kind)}) AS {quoted(column)}"
    there = quoted(table.names[column])
    if column not in table.texts:
        return f"{there} AS {quoted(column)}"
    text = _iso(there, kind) if pa.types.is_temporal(kind) else f"trim({there})"
    return f"TRY_CAST({text} AS {_sql_type(kind)}) AS {quoted(column)}, {text} AS {quoted(column + _TEXT)}"


def _iso(there: str, kind: pa.DataType) -> str:
    """SQL for a day or time as ISO writes it, be it 2024/1/3 or 2024-01-03 00:00:00; what is neither stays as it is."""
    moment = f"TRY_CAST(replace(trim({there}), '/', '-') AS TIMESTAMP)"
    usual = f"regexp_full_match(trim({there}), {literal(_USUAL)})"
    if pa.types.is_date(kind):
        whole = f"{usual} AND {moment} = date_trunc('day', {moment})"
        return f"CASE WHEN {whole} THEN CAST(CAST({moment} AS DATE) AS VARCHAR) ELSE trim({there}) END"
    return f"CASE WHEN {usual} THEN coalesce(CAST({moment} AS VARCHAR), trim({there})) ELSE trim({there}) END"


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_timestamp(kind):
        return "TIMESTAMPTZ" if kind.tz else "TIMESTAMP"
    names = {pa.int64(): "BIGINT", pa.date32(): "DATE", pa.bool_(): "BOOLEAN"}
    return names.get(kind, "VARCHAR")


def connect(url: str, timezone: str, timeout_seconds: int = 0) -> FilesConnection:
    """Open `files:///folder`; it is read in our own process, so no statement has a limit.

    Raises:
        SourceError: there is no such folder, or a file in it cannot be read whole; the message names file and line.
    """
    folder = local_path(url)
    if not folder.is_dir():
        raise SourceError(f"找不到文件夹 {folder}，请检查数据源的路径。")
    return FilesConnection(folder, timezone)
