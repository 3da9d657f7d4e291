"""What is read from a delivery: tables as they stood in the files, statements that describe them, notes."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Note:
    """Something met on the way, for a Chinese reader.

    `place` is a file, or `file!worksheet`; `rows` counts the rows or values concerned; `column` is a name of the
    header, empty where the note speaks of the whole table.
    """

    place: str
    kind: str
    text: str
    rows: int = 0
    column: str = ""


@dataclass(frozen=True)
class Sheet:
    r"""One table as it stood in one file or worksheet.

    Attributes:
        file: path inside the delivery, as its maker named it.
        sheet: worksheet name, empty for text files.
        kind: `csv`, `xlsx` or `xls`.
        header: names as they stand, outer blanks stripped, unique: a second `X` becomes `X_1`.
        labels: the other header row (Chinese labels, as a rule); empty when there is none.
        types: printed types from a type row, upper case without blanks; empty when there is none.
        rows: Parquet with the data rows in file order; columns named as `header`, all text, NULL where empty.
        count: data rows.
        encoding: `utf-8`, `gb18030` or `utf-16`; empty for workbooks.
        bom: whether the text file begins with a byte order mark.
        delimiter: empty for workbooks.
        quoted: whether quotes carry structure.
        line_end: `\n`, `\r\n`, `\r`, `mixed`; empty for workbooks and files of one line.
        natives: per column the cell types met in a workbook (`text`, `number`, `date`, `datetime`, `bool`,
            `error`); empty sets for text files.
        decimals: per column the decimals of the number format in a workbook (0.00 -> 2), else None.
        notes: what was met, dropped or counted.
    """

    file: str
    sheet: str
    kind: str
    header: tuple[str, ...]
    labels: tuple[str, ...]
    types: tuple[str, ...]
    rows: Path
    count: int
    encoding: str
    bom: bool
    delimiter: str
    quoted: bool
    line_end: str
    natives: tuple[frozenset[str], ...]
    decimals: tuple[int | None, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class StatementColumn:
    """One column of a CREATE TABLE: its printed type in upper case, its comment as `label`."""

    name: str
    type: str
    label: str


@dataclass(frozen=True)
class Statement:
    """One CREATE TABLE with its comments; `key` names the columns of the primary key."""

    table: str
    title: str
    file: str
    columns: tuple[StatementColumn, ...]
    key: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """A prior year's delivery; `notes` tell which files and worksheets were left out, and why."""

    sheets: tuple[Sheet, ...]
    statements: tuple[Statement, ...]
    notes: tuple[Note, ...]


def place_of(file: str, sheet: str = "") -> str:
    """How a note or message names a file or a worksheet; also the name by which a hidden one is asked for."""
    return f"{file}!{sheet}" if sheet else file
