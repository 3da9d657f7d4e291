"""What a source tells of itself: its tables with their columns, keys and indexes."""

from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True)
class SourceColumn:
    """One column; `declared` is its type as the engine writes it, `type` the Arrow type it is read as."""

    name: str
    declared: str
    type: pa.DataType
    nullable: bool = True
    comment: str = ""


@dataclass(frozen=True)
class SourceIndex:
    """One index; `columns` in its order."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True)
class SourceTable:
    """One table or view.

    `rows` is the engine's own estimate, None where it has none; `size` its bytes on disk with its indexes, None where
    the engine does not tell. `key` is the primary key. `references` names for a column the table and column that a
    declared foreign key leads to.
    """

    name: str
    columns: tuple[SourceColumn, ...]
    comment: str = ""
    rows: int | None = None
    size: int | None = None
    key: tuple[str, ...] = ()
    indexes: tuple[SourceIndex, ...] = ()
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_view: bool = False

    def column(self, name: str) -> SourceColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)
