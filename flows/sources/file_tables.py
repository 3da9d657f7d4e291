"""The tables of a folder: each file read once, the parts of a table held against each other."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.sources.file_shapes import NEEDED, PLAIN, Shape, declared_types, std_name, std_shape
from flows.sources.file_sheets import sheet_rows
from flows.sources.file_text import text_rows
from flows.sources.folder import PARQUET, WORKBOOKS, DataFile, data_files
from schemas.errors import LearnError, SourceError
from schemas.std import MODELS, std_table


@dataclass(frozen=True)
class Part:
    """One file or worksheet as Parquet; `place` is what messages call it, `source` the file.

    `labels` are the names by which it may stand for a std table.
    """

    table: str
    labels: tuple[str, ...]
    place: str
    source: DataFile
    path: Path
    rows: int
    size: int
    schema: pa.Schema

    @property
    def std(self) -> str:
        """The std table that it stands for, or its own name."""
        return next(filter(None, map(std_name, self.labels)), self.table)


@dataclass(frozen=True)
class FileTable:
    """One table: `names` are column -> name in the header; no parts where the folder lacks an optional std table."""

    name: str
    shape: Shape
    parts: tuple[Part, ...]
    names: dict[str, str]

    @property
    def types(self) -> dict[str, pa.DataType]:
        """Column -> the type it is read as: the file's own, for text the declared one."""
        there = {column: self._type(column, name) for column, name in self.names.items()}
        return {**(self.shape.types if self.shape.whole else {}), **there}

    @property
    def texts(self) -> frozenset[str]:
        """Columns that the file has as text and that are declared to be something else."""
        return frozenset(column for column, kind in self.types.items() if self._native(column) != kind)

    def _type(self, column: str, name: str) -> pa.DataType:
        native: pa.DataType = self.parts[0].schema.field(name).type
        return self.shape.types.get(column, native) if pa.types.is_string(native) else native

    def _native(self, column: str) -> pa.DataType:
        return self.parts[0].schema.field(self.names[column]).type if column in self.names else self.types[column]


@dataclass(frozen=True)
class Folder:
    """What a folder holds; `notes` say in Chinese what was left aside or is not there."""

    tables: dict[str, FileTable]
    stands: str
    notes: tuple[str, ...] = field(default=())


def read_folder(folder: Path, cache: Path) -> Folder:
    """Read every file of a folder once, text and worksheets into Parquet below `cache`.

    Raises:
        SourceError: a file cannot be read whole, a table is there twice, or the files change meanwhile.
    """
    files, left = data_files(folder)
    if not files:
        raise SourceError(f"文件夹 {folder} 中没有数据文件（csv、txt、xlsx、xls、parquet）。")
    stands = ";".join(file.state() for file in files)
    notes = [f"没有读取不是数据的文件：{'、'.join(left)}"] if left else []
    parts: dict[str, list[Part]] = defaultdict(list)
    own = declared_types(folder)
    for number, file in enumerate(files):
        for part in _parts(file, cache / str(number), notes):
            parts[part.std if own is None else part.table].append(part)
    shapes = own if own is not None else {name: std_shape(name) for name in MODELS}
    tables = {name: _table(name, listed, shapes.get(name, PLAIN)) for name, listed in parts.items()}
    if any(table.shape.whole for table in tables.values()):
        tables = _completed(folder, tables, notes)
    if ";".join(file.state() for file in files) != stands:
        raise SourceError(f"文件夹 {folder} 中的文件在读取期间被改动，请等改动结束后重试。")
    return Folder(dict(sorted(tables.items())), stands, tuple(notes))


def _parts(file: DataFile, into: Path, notes: list[str]) -> list[Part]:
    size = file.path.stat().st_size
    if not size:
        raise SourceError(f"{file.name} 是空文件（0 字节）：请重新导出；确实没有这张表的请删除文件。")
    try:
        if file.suffix == PARQUET:
            about = pq.read_metadata(file.path)
            schema = about.schema.to_arrow_schema()
            return [Part(file.table, (file.table,), file.name, file, file.path, about.num_rows, size, schema)]
        if file.suffix in WORKBOOKS:
            return _sheets(file, into, size, notes)
        path = into.with_suffix(PARQUET)
        header, rows = text_rows(file.path, file.name, path)
    except LearnError as error:
        raise SourceError(str(error)) from None
    except pa.ArrowInvalid as error:
        raise SourceError(f"{file.name} 不是可读的 Parquet 文件：{error}。") from None
    return [Part(file.table, (file.table,), file.name, file, path, rows, size, _texts(header))]


def _sheets(file: DataFile, into: Path, size: int, notes: list[str]) -> list[Part]:
    """A single worksheet has the name of the file; one that bears the name of a std table is that table anyhow."""
    sheets, hidden = sheet_rows(file.path, file.name, into)
    notes += [f"没有读取 {file.name} 中隐藏的工作表：{'、'.join(hidden)}"] if hidden else []
    parts = []
    for sheet in sheets:
        alone = len(sheets) == 1
        table = file.table if alone else f"{file.table}.{sheet.name}"
        labels = (file.table, sheet.name) if alone else (sheet.name,)
        place = f"{file.name} 的工作表“{sheet.name}”"
        parts.append(Part(table, labels, place, file, sheet.path, sheet.rows, size, _texts(sheet.header)))
    return parts


def _texts(header: tuple[str, ...]) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in header])


def _table(name: str, parts: list[Part], shape: Shape) -> FileTable:
    """One table of its parts, which must be alike.

    Raises:
        SourceError: they are copies of each other, or have other columns.
    """
    first = parts[0]
    names = [shape.names(tuple(part.schema.names), part.place) for part in parts]
    for part in parts[1:]:
        if part.source.family != first.source.family or part.source == first.source:
            raise SourceError(
                f"{first.place} 和 {part.place} 都是表 {name}：请只留一份；分成几个文件的表请放进一个子文件夹。"
            )
        other = set(part.schema.names) ^ set(first.schema.names)
        if other or any(part.schema.field(one).type != first.schema.field(one).type for one in first.schema.names):
            differ = "、".join(sorted(other)) or "类型"
            raise SourceError(f"{part.place} 与 {first.place} 是同一张表，但列不同（{differ}），请改成一致。")
    if unknown := sorted(set(shape.types) - set(names[0].values())) if not shape.whole else []:
        raise SourceError(f"types.toml 的 [{name}] 中的列 {'、'.join(unknown)} 在 {first.place} 里没有，请改正。")
    return FileTable(name, shape, tuple(parts), {column: header for header, column in names[0].items()})


def _completed(folder: Path, tables: dict[str, FileTable], notes: list[str]) -> dict[str, FileTable]:
    """The std tables of the folder with those that may be missing, and a word on what is not there.

    Raises:
        SourceError: a table is missing without which there is no export.
    """
    missing = [name for name in MODELS if name not in tables]
    if wanted := [f"{std_table(name).title}（{name}）" for name in NEEDED if name in missing]:
        raise SourceError(f"文件夹 {folder} 中缺少表 {'、'.join(wanted)}：请补上同名的 csv、xlsx 或 parquet 文件。")
    if missing:
        notes.append(f"没有交来的表按空表处理：{'、'.join(std_table(name).title for name in missing)}")
    for _, table in sorted(tables.items()):
        lacking = [table.shape.titles[column] for column in table.shape.titles if column not in table.names]
        if lacking:
            notes.append(f"“{table.shape.title}”没有交来的列按空值处理：{'、'.join(lacking)}")
    return {**tables, **{name: FileTable(name, std_shape(name), (), {}) for name in missing}}
