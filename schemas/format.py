"""A format: the tables and columns that are handed over, read from `reference/formats/<pack>/<edition>`.

The pack is the only place where a column is described; Pandera schemas, DDL, CSV headers, the data
dictionary and the checks are all built from what this module reads.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from schemas.condition import Condition, parse_condition
from schemas.errors import SettingsError
from schemas.reference import REFERENCE, code_labels, read_rows, read_toml

Kind = Literal["text", "decimal", "date", "datetime"]
Need = Literal["always", "when", "no"]
Split = Literal["month", "warehouse", "none"]


@dataclass(frozen=True)
class FormatColumn:
    """One column as it is emitted.

    `field` is the name in the official list, `name` the one we emit (they differ only where the list
    uses a name twice); `printed` is the official type, `kind` the one we emit. `condition_words` is the condition
    of `required_when` as users read it. `codes` are the values
    that may stand there; an open list (`codes_open`) warns on others, a closed one fails.
    """

    table: str
    seq: int
    field: str
    name: str
    label: str
    printed: str
    kind: Kind
    length: int | None
    precision: int | None
    scale: int | None
    key: bool
    required: Need
    condition: Condition | None
    condition_words: str
    codes: tuple[str, ...]
    codes_open: bool
    std_field: str
    note: str


@dataclass(frozen=True)
class FormatTable:
    """One table of a format; `key`, `money`, `date_field` and `split_field` name emitted columns."""

    name: str
    title: str
    mandatory: bool
    grain: str
    key: tuple[str, ...]
    date_field: str | None
    split: Split
    split_field: str | None
    money: tuple[str, ...]
    note: str
    columns: tuple[FormatColumn, ...]

    def column(self, name: str) -> FormatColumn:
        """The column emitted as `name`."""
        return next(column for column in self.columns if column.name == name)

    @property
    def has_free_text(self) -> bool:
        """Whether a text column may hold a comma: one without a closed list of values."""
        return any(column.kind == "text" and (not column.codes or column.codes_open) for column in self.columns)


@dataclass(frozen=True)
class Erratum:
    """A known error of the official list with our reading; printed in the hand-over papers."""

    id: str
    table: str
    field: str
    title: str
    printed: str
    reading: str
    why: str


@dataclass(frozen=True)
class Format:
    """One edition of a format.

    `maps` are its re-codings (name -> code -> emitted value); `accounts` says in which of its tables
    the rows of a std table must turn up, and under which amount.
    """

    id: str
    title: str
    source: str
    delimiter: str
    tables: tuple[FormatTable, ...]
    maps: dict[str, dict[str, str]]
    errata: tuple[Erratum, ...]
    accounts: dict[str, dict[str, str]]

    def table(self, name: str) -> FormatTable:
        """The table called `name`."""
        return next(table for table in self.tables if table.name == name)

    def delimiter_of(self, table: FormatTable) -> str:
        """The token between values: the pack's own where a text may hold a comma, else a comma (rule F5a)."""
        return self.delimiter if table.has_free_text else ","


def format_ids() -> list[str]:
    """Every `<pack>/<edition>` that ships with feijian."""
    root = REFERENCE / "formats"
    return sorted(path.parent.relative_to(root).as_posix() for path in root.glob("*/*/pack.toml"))


@cache
def load_format(identifier: str) -> Format:
    """Read the format `<pack>/<edition>`.

    Raises:
        SettingsError: there is no such pack, or one of its files is wrong.
    """
    if identifier not in format_ids():
        raise SettingsError(f"没有格式 {identifier}；现有：{'、'.join(format_ids()) or '无'}。")
    folder = REFERENCE / "formats" / identifier
    pack = read_toml(folder / "pack.toml")
    words = pack.get("conditions", {})
    columns = [_column(row, words) for row in read_rows(folder / "columns.csv")]
    return Format(
        id=identifier,
        title=pack["title"],
        source=pack["source"],
        delimiter=pack["delimiter"],
        tables=tuple(_table(row, columns) for row in read_rows(folder / "tables.csv")),
        maps=_maps(folder / "maps.csv"),
        errata=tuple(
            Erratum(**{name: row[name] for name in Erratum.__dataclass_fields__})
            for row in read_rows(folder / "errata.csv")
        ),
        accounts=pack.get("accounts", {}),
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


def _codes(text: str) -> tuple[tuple[str, ...], bool]:
    if text.startswith("@"):
        return tuple(dict.fromkeys(code_labels(text[1:]).values())), True
    return (tuple(text.split("|")) if text else ()), False


def _column(row: dict[str, str], words: dict[str, str]) -> FormatColumn:
    codes, codes_open = _codes(row["codes"])
    return FormatColumn(
        table=row["table"],
        seq=int(row["seq"]),
        field=row["field"],
        name=row["emit_as"] or row["field"],
        label=row["label"],
        printed=row["type"],
        kind=row["as"],  # type: ignore[arg-type]
        length=_number(row["length"]),
        precision=_number(row["precision"]),
        scale=_number(row["scale"]),
        key=row["key"] == "1",
        required=row["required"],  # type: ignore[arg-type]
        condition=parse_condition(row["required_when"]) if row["required_when"] else None,
        condition_words="且".join(words.get(term, term) for term in row["required_when"].split("&")),
        codes=codes,
        codes_open=codes_open,
        std_field=row["std_field"],
        note=row["note"],
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _table(row: dict[str, str], columns: list[FormatColumn]) -> FormatTable:
    own = sorted((column for column in columns if column.table == row["table"]), key=lambda column: column.seq)
    return FormatTable(
        name=row["table"],
        title=row["title"],
        mandatory=row["group"] == "must",
        grain=row["grain"],
        key=_list(row["key"]),
        date_field=row["date_field"] or None,
        split=row["split"] or "none",  # type: ignore[arg-type]
        split_field=row["split_field"] or None,
        money=_list(row["money"]),
        note=row["note"],
        columns=tuple(own),
    )


def _maps(path: Path) -> dict[str, dict[str, str]]:
    maps: dict[str, dict[str, str]] = {}
    for row in read_rows(path):
        maps.setdefault(row["map"], {})[row["code"]] = row["value"]
    return maps
