"""What a dossier says of an unknown database: its tables, and which of them may feed which std table."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Value:
    """A value of a code column and how often it stands in the sample."""

    value: str
    count: int


@dataclass(frozen=True)
class SeenColumn:
    """One column as it was seen.

    `arrow` is the type it is read as; `filled` and `distinct` are counted in the sampled rows; `first` and `last` are
    days (ISO) of a date column; `values` those of a code column alone, most frequent first; `shape` is what the sampled
    values look like (a name of `reference/dossier/shapes.toml`), empty when nothing special.
    """

    name: str
    declared: str
    arrow: str
    comment: str = ""
    nullable: bool = True
    filled: int = 0
    distinct: int = 0
    first: str = ""
    last: str = ""
    shape: str = ""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class SeenTable:
    """One table as it was seen.

    `rows` is its number of rows, `exact` whether it was counted or is the engine's estimate; `sampled` how many rows
    were looked at. `key` is its primary key, `indexes` the columns of each index.
    """

    name: str
    comment: str
    rows: int
    exact: bool
    sampled: int
    columns: tuple[SeenColumn, ...]
    key: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    is_view: bool = False

    def column(self, name: str) -> SeenColumn | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class ColumnChoice:
    """A source column that may stand for a std column: how sure (0 to 100), and why, in Chinese."""

    column: str
    score: int
    evidence: str


@dataclass(frozen=True)
class Candidate:
    """A source table that may feed a std table: how sure (0 to 100), why, and what may stand for its columns."""

    table: str
    score: int
    evidence: tuple[str, ...]
    columns: dict[str, tuple[ColumnChoice, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class AmountMatch:
    """How the sums of an amount by day agree with the cashier's report.

    `column` and `code` are the filter on a code column (`column = code`), empty when all rows count. `matched` of
    `days` agree to the fen; `difference` is ours minus the cashier's over all days, yuan as text.
    """

    table: str
    amount: str
    date: str
    column: str
    code: str
    days: int
    matched: int
    difference: str


@dataclass(frozen=True)
class Dossier:
    """All that was found; `day` is the day of the look (ISO), `skipped` tables that could not be read, with reason."""

    source: str
    engine: str
    snapshot: str
    day: str
    tables: tuple[SeenTable, ...]
    candidates: dict[str, tuple[Candidate, ...]]
    amounts: tuple[AmountMatch, ...] = ()
    skipped: dict[str, str] = field(default_factory=dict)

    def table(self, name: str) -> SeenTable:
        """The table of that name."""
        return next(table for table in self.tables if table.name == name)

    def to_json(self) -> dict[str, Any]:
        """For `dossier.json`."""
        return asdict(self)


def dossier_from(record: dict[str, Any]) -> Dossier:
    """What `to_json` made a record of.

    Raises:
        KeyError, TypeError: it is no such record.
    """
    tables = tuple(_table(one) for one in record["tables"])
    candidates = {std: tuple(_candidate(one) for one in found) for std, found in record["candidates"].items()}
    amounts = tuple(AmountMatch(**one) for one in record["amounts"])
    rest = {name: record[name] for name in ("source", "engine", "snapshot", "day", "skipped")}
    return Dossier(tables=tables, candidates=candidates, amounts=amounts, **rest)


def _table(record: dict[str, Any]) -> SeenTable:
    columns = tuple(
        SeenColumn(**{**one, "values": tuple(Value(**value) for value in one["values"])}) for one in record["columns"]
    )
    indexes = tuple(map(tuple, record["indexes"]))
    return SeenTable(**{**record, "columns": columns, "key": tuple(record["key"]), "indexes": indexes})


def _candidate(record: dict[str, Any]) -> Candidate:
    columns = {std: tuple(ColumnChoice(**one) for one in found) for std, found in record["columns"].items()}
    return Candidate(record["table"], record["score"], tuple(record["evidence"]), columns)
