"""Which files of a folder make which table.

A file is a table of its name, without a month or day at its end (`费用明细_202401.csv`, `费用明细_202402.csv` are two
parts of one table); the files of a sub-folder are the parts of a table of the folder's name. A workbook of several
worksheets holds the tables `<file>.<worksheet>`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from flows.learn.unpack import TEXTS
from schemas.errors import SourceError

TYPES = "types.toml"
PARQUET = ".parquet"
WORKBOOKS = {".xlsx", ".xlsm", ".xls"}
_READ = TEXTS | WORKBOOKS | {PARQUET}
_DATED = re.compile(r"[_-]\d{4}(?:-?\d{2}){0,2}\Z")


@dataclass(frozen=True)
class DataFile:
    """One file: its path, its name below the folder, the table it belongs to by name.

    Files of one table share their `family`; two families of one table are two copies of it.
    """

    path: Path
    name: str
    table: str
    family: str

    @property
    def suffix(self) -> str:
        """The ending of its name, lower case."""
        return self.path.suffix.lower()

    def state(self) -> str:
        """Its name, size and time of change."""
        found = self.path.stat()
        return f"{self.name} {found.st_size} {found.st_mtime_ns}"


def data_files(folder: Path) -> tuple[list[DataFile], list[str]]:
    """The files to read, in the order of their names, and the names of those that are left alone.

    Raises:
        SourceError: data lie deeper than one sub-folder.
    """
    files, left = [], []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_dir() or any(part.startswith((".", "~$")) for part in parts) or parts == (TYPES,):
            continue
        name = "/".join(parts)
        if path.suffix.lower() not in _READ:
            left.append(name)
        elif len(parts) > 2:
            raise SourceError(f"{name} 在两层子文件夹之下：一个子文件夹是一张表，请把它移到上一层。")
        else:
            files.append(_placed(path, name, parts))
    return files, left


def _placed(path: Path, name: str, parts: tuple[str, ...]) -> DataFile:
    if len(parts) == 2:
        return DataFile(path, name, parts[0], f"{parts[0]}/")
    table = _DATED.sub("", path.stem)
    dated = "_*" if table != path.stem else ""
    return DataFile(path, name, table, f"{table}{dated}{path.suffix.lower()}")
