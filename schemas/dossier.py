"""The dossier of an unknown source: what its tables hold and what they may be, with the evidence.

No record holds a value of a person: `values` is filled for code columns alone.
"""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import TypeAdapter


@dataclass(frozen=True)
class ColumnProfile:
    """One column of a source table as the sample shows it.

    `nulls` of the `TableProfile.sampled` rows are NULL or empty; `distinct` counts different values of the sample.
    `first` and `last` are ISO days of a date column. `values` (value, rows of the sample) is filled for code columns
    only. `shapes` are names of `reference/dossier/shapes.toml`. `points_to` names tables whose key holds the values.
    """

    name: str
    declared: str
    comment: str = ""
    nulls: int = 0
    distinct: int = 0
    first: str = ""
    last: str = ""
    values: tuple[tuple[str, int], ...] = ()
    shapes: tuple[str, ...] = ()
    points_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableProfile:
    """One source table; `rows` is a count if `exact`, else the engine's estimate (None: it has none)."""

    name: str
    comment: str
    rows: int | None
    exact: bool
    sampled: int
    key: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    is_view: bool = False
    unreadable: str = ""

    def column(self, name: str) -> ColumnProfile | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class ColumnCandidate:
    """A source column that may be a std column; `evidence` are Chinese sentences."""

    column: str
    score: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A source table that may be a std table; `columns` has, per std column, its best source columns, best first."""

    table: str
    score: int
    evidence: tuple[str, ...]
    columns: dict[str, tuple[ColumnCandidate, ...]]


@dataclass(frozen=True)
class StdCandidates:
    """The candidates of one std table of the insurance model, best first."""

    std: str
    title: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class AmountMatch:
    """One amount column summed by one date column against the cashier's daily report.

    `filter_column` = `filter_value` is the code that rows must have, empty for all rows. `matched` of `days`
    agree to the fen (days of the cashier's and days between them on which the source has an amount); `difference` is
    source minus cashier in yuan over these days.
    """

    table: str
    amount: str
    day: str
    filter_column: str
    filter_value: str
    matched: int
    days: int
    difference: Decimal

    @property
    def sentence(self) -> str:
        """What was found, in Chinese."""
        code = f"，只取 {self.filter_column} = {self.filter_value}" if self.filter_column else ""
        return (
            f"{self.table}.{self.amount} 按 {self.day} 逐日合计{code}：{self.days} 天中 {self.matched} 天一致，"
            f"合计相差 {self.difference} 元"
        )


@dataclass(frozen=True)
class Dossier:
    """All that was found in one source. `std` follows the order of `schemas.std.MODELS`."""

    source: str
    engine: str
    snapshot: str
    tables: tuple[TableProfile, ...]
    std: tuple[StdCandidates, ...]
    amounts: tuple[AmountMatch, ...] = ()
    cashier_days: int = 0

    def table(self, name: str) -> TableProfile | None:
        """The table of that name."""
        return next((table for table in self.tables if table.name == name), None)

    def candidates(self, std: str) -> tuple[Candidate, ...]:
        """The candidates of a std table, best first; none when there is no such std table."""
        return next((one.candidates for one in self.std if one.std == std), ())


_ADAPTER = TypeAdapter(Dossier)


def to_json(dossier: Dossier) -> str:
    """The dossier as JSON; amounts are text."""
    return _ADAPTER.dump_json(dossier, indent=2).decode() + "\n"


def from_json(text: str) -> Dossier:
    """The dossier that `to_json` wrote.

    Raises:
        pydantic.ValidationError: it is no such JSON.
    """
    return _ADAPTER.validate_json(text)
