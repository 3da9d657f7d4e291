"""What is known of a table before its file is read: std tables by their model, others by `types.toml` in the folder.

A file stands for a std table when it bears its name or Chinese title (`settlement`, `结算`); its columns may be headed
by either too. Not so where a `types.toml` lies in the folder: then the tables are the hospital's own, and it gives the
SQL types of their text columns, one section a table: `["收费"]`, `je = "DECIMAL(16,2)"`.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa

from flows.sources.connection import raw_type
from flows.sources.folder import TYPES
from schemas.errors import SourceError
from schemas.reference import read_toml
from schemas.std import MODELS, std_table

NEEDED = (
    *("institution", "department", "staff", "person", "settlement", "fee_line", "diagnosis", "catalogue_item"),
    "catalogue_mapping",
)
"""Std tables without which there is no export; the others may be missing."""


@dataclass(frozen=True)
class Shape:
    """The columns that a table should have; `known` are their other names, `needed` those it cannot do without.

    `whole` says that it has no other columns.
    """

    types: dict[str, pa.DataType]
    known: dict[str, str]
    titles: dict[str, str]
    needed: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    title: str = ""
    whole: bool = False

    def names(self, header: tuple[str, ...], place: str) -> dict[str, str]:
        """Name of the header -> column.

        Raises:
            SourceError: a name is empty or repeated, names nothing of a std table, or a needed column is missing.
        """
        if "" in header:
            raise SourceError(f"{place} 的第 {header.index('') + 1} 列没有列名，请补上。")
        names = {name: self.known.get(name.casefold(), name) for name in header}
        columns = [names[name] for name in header]
        if repeated := sorted({name for name in header if columns.count(names[name]) > 1}):
            raise SourceError(f"{place} 的表头中重复出现列 {'、'.join(repeated)}，请只留一列。")
        if unknown := [name for name in header if self.whole and names[name] not in self.types]:
            raise SourceError(
                f"{place} 的列 {'、'.join(unknown)} 不是标准表“{self.title}”的列，无处可放：请改正列名，或删去这些列；"
                f"若是医院自己的表，请在文件夹中放一个 {TYPES}（可以是空的）。"
            )
        if missing := [f"{self.titles[name]}（{name}）" for name in self.needed if name not in columns]:
            raise SourceError(f"{place} 缺少列 {'、'.join(missing)}：“{self.title}”表不能没有这些列，请补上。")
        return names


PLAIN = Shape({}, {}, {})


@cache
def std_shape(name: str) -> Shape:
    """The shape of a std table."""
    spec = std_table(name)
    columns = [column for column in spec.columns if not column.name.startswith("_")]
    return Shape(
        {column.name: column.type for column in columns},
        {word.casefold(): column.name for column in columns for word in (column.name, column.title)},
        {column.name: column.title for column in columns},
        tuple(column.name for column in columns if column.required),
        spec.key,
        spec.title,
        True,
    )


def std_name(label: str) -> str | None:
    """The std table that a file or worksheet stands for."""
    known = {word: name for name in MODELS for word in (name, std_table(name).title)}
    return known.get(label.strip().casefold())


def declared_types(folder: Path) -> dict[str, Shape] | None:
    """The shapes that `types.toml` gives; None when there is none.

    Raises:
        SourceError: a type is none that a text can be read as.
    """
    path = folder / TYPES
    if not path.is_file():
        return None
    shapes = {}
    for table, columns in read_toml(path).items():
        types = {column: raw_type(str(declared)) for column, declared in columns.items()}
        unknown = [column for column, kind in types.items() if pa.types.is_string(kind) and columns[column] != "TEXT"]
        if unknown:
            raise SourceError(
                f"{path} 的 [{table}] 中 {'、'.join(unknown)} 的类型无法识别；"
                "可写 DECIMAL(16,2)、BIGINT、DATE、TIMESTAMP、TEXT。"
            )
        shapes[table] = Shape(types, {}, {})
    return shapes
