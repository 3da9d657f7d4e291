"""A format: the tables and columns that are handed over, as the rest of the house sees them.

A format is built from a pack (`schemas/pack.py`); the pack is the only place where a column is described, and
Pandera schemas, DDL, CSV headers, the data dictionary and the checks are all built from what stands here.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from schemas.condition import Condition
from schemas.errors import SettingsError
from schemas.pack import Change, Pack, Signature
from schemas.std import ON_DEMAND

Kind = Literal["text", "decimal", "date", "datetime"]
Need = Literal["always", "when", "no"]
Split = Literal["month", "warehouse", "none"]

PATTERNS: dict[str, str] = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S"}


@dataclass(frozen=True)
class FormatColumn:
    """One column as it is emitted.

    `field` is the name in the official list, `name` the one we emit (they differ only where the list
    uses a name twice); `printed` is the official type, `kind` the one we emit. `condition_words` is the condition
    of `required_when` as users read it. `codes` are the values
    that may stand there; an open list (`codes_open`) warns on others, a closed one fails. `pattern` is how a date
    or time is written (strftime; empty for other kinds). `source` names the column of the table's SQL that fills
    it; None when nothing of ours does.
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
    pattern: str = ""
    source: str | None = None

    @property
    def plain_pattern(self) -> bool:
        """Whether a date or time is written as ISO has it, like everywhere in feijian; true for other kinds."""
        return self.pattern == PATTERNS.get(self.kind, "")


@dataclass(frozen=True)
class FormatTable:
    """One table of a format; `key`, `money`, `date_field` and `split_field` name emitted columns.

    `sql` is the SQL file under `exports/insurance` that fills it (without `.sql`), unless a layer brings a file
    of its own (`sql_file`).
    """

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
    sql: str = ""
    sql_file: Path | None = None

    def column(self, name: str) -> FormatColumn:
        """The column emitted as `name`."""
        return next(column for column in self.columns if column.name == name)

    def emitted(self, field: str) -> str:
        """The name under which the list's `field` is emitted; empty when the table has no such column."""
        return next((column.name for column in self.columns if field in (column.name, column.field)), "")

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
class Pair:
    """A main table and its detail, for the acceptance checks V3-V9: which column plays which part.

    A column goes by its name in the list. Empty: the format has no such column. `refunds` and `insured` are the
    values that mean "a refund" and "settled with the insurance" in `refund` and `flag` of the main table.
    """

    word: str
    main: str
    detail: str
    id: str
    total: str
    cost: str
    date: str
    detail_date: str = ""
    refund: str = ""
    refunds: tuple[str, ...] = ()
    flag: str = ""
    insured: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dropped:
    """A table that a layer took out: the layer, the std tables that fed it, and the table itself without columns."""

    layer: str
    accounts: tuple[str, ...]
    table: FormatTable


@dataclass(frozen=True)
class Format:
    """One edition of a format, all its layers merged.

    `maps` are its re-codings (name -> code -> emitted value); `accounts` says in which of its tables
    the rows of a std table must turn up, and under which amount. `joiner` stands between several values of one
    cell. `files` names the kinds of file that are written (`csv` always; `xlsx` beside it). `layers` are the packs
    it was merged from, national first; `changes` what each layer changed, with reason and date; `signatures` the
    deviations from the prior year that a customer has signed. `dropped` are the tables that a layer took out while
    the ledger follows their rows. `charset` is that of the files which the format describes; see `written_charset`.
    `pack` is what all this was read from.
    """

    id: str
    title: str
    source: str
    delimiter: str
    tables: tuple[FormatTable, ...]
    maps: dict[str, dict[str, str]]
    errata: tuple[Erratum, ...]
    accounts: dict[str, dict[str, str]]
    charset: str = "utf-8"
    joiner: str = "|"
    files: tuple[str, ...] = ("csv",)
    pairs: tuple[Pair, ...] = ()
    layers: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    signatures: tuple[Signature, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    pack: Pack = field(default_factory=Pack, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse pairs that name a column which their tables do not have.

        Raises:
            SettingsError: such a column, by name.
        """
        tables = {table.name: table for table in self.tables}
        for pair in self.pairs:
            if not {pair.main, pair.detail} <= set(tables):
                continue
            wanted = [(pair.main, name) for name in (pair.id, pair.total, pair.date)]
            wanted += [(pair.detail, name) for name in (pair.id, pair.cost)]
            missing = [f"{table}.{name}" for table, name in wanted if not tables[table].emitted(name)]
            if missing:
                raise SettingsError(
                    f"格式 {self.id} 的 [[pairs]]（{pair.word}）指明的列不存在：{'、'.join(missing)}。"
                    "主单与明细要靠这些列核对，请保留这些列，或改正 pack.toml。"
                )

    @property
    def written_charset(self) -> str:
        """The charset of the files that feijian itself writes in this format: always UTF-8, as the list demands.

        `charset` is what a learnt delivery was found in, for the comparison with it.
        """
        return "utf-8"

    @property
    def exclusions(self) -> dict[str, str]:
        """Rules by which the format itself leaves rows out, with their Chinese text."""
        return dict(self.pack.facts.get("exclusions", {}))

    @property
    def forbidden(self) -> dict[str, str]:
        """Texts that may stand inside no value, with what is written instead."""
        return dict(self.pack.facts.get("forbidden", {}))

    @property
    def sheet_head(self) -> tuple[str, ...]:
        """What stands above the header of a worksheet, row by row: `label`, `note` or `printed` of the columns."""
        return tuple(self.pack.facts.get("sheet_head", ()))

    @cached_property
    def std_fields(self) -> frozenset[str]:
        """Every std column that the format has a place for, as `person.certno`."""
        return frozenset(column.std_field for table in self.tables for column in table.columns if column.std_field)

    @cached_property
    def std_tables(self) -> frozenset[str]:
        """Every std table that the format has a place for anything of."""
        return frozenset(field.partition(".")[0] for field in self.std_fields)

    def asks(self, std: str) -> bool:
        """Whether the format has a place for anything of a std table, or the table is always read."""
        return std not in ON_DEMAND or std in self.std_tables

    def table(self, name: str) -> FormatTable:
        """The table called `name`."""
        return next(table for table in self.tables if table.name == name)

    def delimiter_of(self, table: FormatTable) -> str:
        """The token between values: the pack's own where a text may hold a comma, else a comma (rule F5a)."""
        return self.delimiter if table.has_free_text else ","
