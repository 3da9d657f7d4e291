"""What the data of a delivery look like, column by column: enough to compare two years, without a single patient.

A profile is counted over whole files, never sampled. Values are kept only where a column holds a short list of codes;
what identifies a person is described by the names of its forms alone (`digits`, `code`, `text` ...).
"""

import json
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

FILE = "profile.json"
CODE_LIMIT = 60
SHAPE_LIMIT = 20
DIGITS, CLOCK = "digits", "time"
VAGUE = ("text", "code")


@dataclass(frozen=True)
class ColumnProfile:
    """One column of one table.

    `filled` rows of the table's hold a value; `distinct` of those differ (estimated to about 3 % on large tables);
    `longest` is in characters. `values` are all values with their rows where they are codes and at most CODE_LIMIT of
    them, else empty. `low` and `high` are the extremes of a date (ISO) or an amount, empty where they are not kept.

    `shapes` are the most frequent forms of the values with their rows, at most SHAPE_LIMIT, the most frequent first.
    Their vocabulary: `digits`, `negative` (a whole number below zero), `decimal`, `grouped` (1,234.50), `scientific`,
    `percent`; a day or a moment as its strftime pattern (`%Y-%m-%d`, `%Y/%m/%d %H:%M:%S` ...); `time` (08:30 or
    08:30:00); `full_width` (something with full-width digits); `code` (Latin letters with digits and signs); `text`
    (anything else). Dates and times that were read as such always have the ISO pattern.
    """

    name: str
    filled: int
    distinct: int
    longest: int
    shapes: tuple[tuple[str, int], ...] = ()
    values: tuple[tuple[str, int], ...] = ()
    low: str = ""
    high: str = ""

    @property
    def form(self) -> str:
        """The form that most of the values have; empty without values."""
        return self.shapes[0][0] if self.shapes else ""


@dataclass(frozen=True)
class MonthProfile:
    """One month (`yyyymm`) of a table: rows, sums in yuan by column, rows settled with the insurance."""

    rows: int
    sums: dict[str, Decimal]
    insured: int | None = None


@dataclass(frozen=True)
class ItemProfile:
    """One billed or stocked item: rows, and the medians of its price (yuan) and quantity."""

    rows: int
    price: Decimal | None
    quantity: Decimal | None


@dataclass(frozen=True)
class TableProfile:
    """One table; `key_unique` is None when the format names no key, `items` is empty where a table has no items."""

    name: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    months: dict[str, MonthProfile]
    key_unique: bool | None = None
    items: dict[str, ItemProfile] | None = None

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of one column; None when the table has none of that name."""
        return next((column for column in self.columns if column.name == name), None)

    def empty_share(self, name: str) -> Decimal | None:
        """The share of rows in which a column is empty, 0 to 1; None without rows or column."""
        column = self.column(name)
        return None if column is None or not self.rows else 1 - Decimal(column.filled) / self.rows


@dataclass(frozen=True)
class Profile:
    """The profile of a delivery: its tables, and the months (`yyyymm`) that it covers."""

    tables: tuple[TableProfile, ...]
    months: tuple[str, ...]

    def table(self, name: str) -> TableProfile | None:
        """The profile of one table; None when it was not delivered."""
        return next((table for table in self.tables if table.name == name), None)


def write_profile(profile: Profile, folder: Path) -> None:
    """Write `profile.json` into the folder of a pack; decimals as text, so that nothing passes through a float."""
    text = json.dumps(asdict(profile), ensure_ascii=False, indent=1, default=str)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def read_profile(folder: Path) -> Profile | None:
    """The profile that lies in a folder; None when there is none."""
    path = folder / FILE
    if not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    return Profile(tuple(_table(table) for table in record["tables"]), tuple(record["months"]))


def _table(record: dict[str, Any]) -> TableProfile:
    columns = tuple(
        ColumnProfile(
            **{
                **column,
                "shapes": tuple((shape, rows) for shape, rows in column["shapes"]),
                "values": tuple((value, rows) for value, rows in column["values"]),
            }
        )
        for column in record["columns"]
    )
    months = {
        month: MonthProfile(one["rows"], {k: Decimal(v) for k, v in one["sums"].items()}, one["insured"])
        for month, one in record["months"].items()
    }
    items = record["items"] and {
        code: ItemProfile(one["rows"], _decimal(one["price"]), _decimal(one["quantity"]))
        for code, one in record["items"].items()
    }
    return TableProfile(record["name"], record["rows"], columns, months, record["key_unique"], items)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
