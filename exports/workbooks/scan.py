"""What must be done to the values of a table before they stand in cells, found out in one scan of each column."""

from dataclasses import dataclass
from typing import Any

from exports.csv_files import without
from exports.duck import literal, one_row, quoted
from exports.workbooks.limits import DIGITS, FIRST_DATE, FORMULA, LAST_DATE, LONGEST_TEXT
from schemas.format import FormatTable

ILLEGAL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"
RUNS = rf"^[\n{''.join(FORMULA).replace('-', chr(92) + '-')}]"
ESCAPE_LIKE = "_x[0-9A-Fa-f]{4}_"  # Excel's own way to write a character by its number
REPLACED = rf"{ILLEGAL}|\r"
_SUSPECT = rf"[\x00-\x1f&<>\x{{FFFE}}\x{{FFFF}}]|{RUNS}|^ | $|{ESCAPE_LIKE}"
_FIRST, _LAST = f"DATE '{FIRST_DATE}'", f"DATE '{LAST_DATE}'"


@dataclass(frozen=True)
class Column:
    """One column as its values are: `kind` is what the cells hold; `sql` is the value.

    `suspect` says that a text may need escaping, cleaning or cutting; `wide` that a number has too many digits for a
    cell, or a date lies outside Excel's calendar.
    """

    name: str
    kind: str
    sql: str
    scale: int = 0
    suspect: bool = False
    wide: bool = False


def scan(database: Any, table: FormatTable, relation: str, forbidden: dict[str, str]) -> tuple[Column, ...]:
    """The columns of a table as their values are.

    Args:
        database: an open DuckDB.
        table: the format's table.
        relation: SQL of the assembled table.
        forbidden: texts that the format allows in no value, with what is written instead.
    """
    types = {row[0]: row[1] for row in database.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
    columns = [_column(one.name, one.kind, types[one.name], forbidden) for one in table.columns]
    found = one_row(database, f"SELECT {', '.join(_question(one) for one in columns)} FROM {relation}")
    return tuple(
        Column(
            one.name, one.kind, one.sql, one.scale, one.kind == "text" and bool(odd), one.kind != "text" and bool(odd)
        )
        for one, odd in zip(columns, found, strict=True)
    )


def _column(name: str, kind: str, held: str, forbidden: dict[str, str]) -> Column:
    """What a value of SQL type `held` can be in a cell: a date that is kept as text stays text."""
    if kind == "decimal" and held.startswith("DECIMAL"):
        return Column(name, "decimal", quoted(name), int(held.rstrip(")").rpartition(",")[2]))
    if kind == "decimal" and held.endswith(("INT", "INTEGER")):
        return Column(name, "decimal", quoted(name))
    if kind == "date" and held in ("DATE", "TIMESTAMP"):
        return Column(name, "date", f"CAST({quoted(name)} AS DATE)")
    if kind == "datetime" and held in ("DATE", "TIMESTAMP"):
        return Column(name, "datetime", f"CAST({quoted(name)} AS TIMESTAMP)")
    return Column(name, "text", without(f"CAST({quoted(name)} AS VARCHAR)", forbidden))


def _question(column: Column) -> str:
    if column.kind == "text":
        return f"bool_or(regexp_matches({column.sql}, {literal(_SUSPECT)}) OR strlen({column.sql}) > {LONGEST_TEXT})"
    return f"bool_or({too_wide(column)})"


def too_wide(column: Column) -> str:
    """SQL: whether a number has more digits than a cell keeps, or a date lies outside Excel's calendar."""
    if column.kind == "decimal":
        return f"abs({column.sql}) >= {_power(DIGITS - column.scale)}"
    return f"CAST({column.sql} AS DATE) NOT BETWEEN {_FIRST} AND {_LAST}"


def _power(exponent: int) -> str:
    return "1" + "0" * exponent if exponent >= 0 else "0." + "0" * (-exponent - 1) + "1"


def too_long(text: str) -> str:
    """SQL: whether a text is longer than a cell, in UTF-16 units."""
    wide = rf"length(regexp_replace({text}, '[\x{{0}}-\x{{FFFF}}]', '', 'g'))"
    return f"(strlen({text}) > {LONGEST_TEXT} AND length({text}) + {wide} > {LONGEST_TEXT})"
