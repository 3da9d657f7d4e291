"""A pack on disk: the rows that people edit, before they mean anything.

`<root>/<pack>/<edition>/` holds `pack.toml`, `tables.csv`, `columns.csv`, `maps.csv`, `errata.csv`. A layer (a pack
with a `base`) holds `changes.csv` instead, one difference a line, each with a reason and a date, and `signed.csv`:
the deviations from the prior year that the customer has signed. A pack without a base may hold a `changes.csv` too:
the history of the layers that were merged into it.
"""

import csv
import io
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import tomli_w

from schemas.errors import SettingsError
from schemas.facts import check_facts
from schemas.reference import read_date, read_rows, read_toml

COLUMN_HEAD = (
    "table", "seq", "field", "emit_as", "label", "type", "as", "length", "precision", "scale", "pattern", "key",
    "required", "required_when", "codes", "std_field", "from", "note",
)  # fmt: skip
TABLE_HEAD = (
    "table", "title", "group", "grain", "key", "date_field", "split", "split_field", "money", "sql", "note",
)  # fmt: skip
COLUMN_NEEDED = ("table", "seq", "field", "label", "type", "as", "key", "required", "std_field")
TABLE_NEEDED = ("table", "title", "group")
MAP_HEAD = ("map", "code", "value")
ERRATUM_HEAD = ("id", "table", "field", "title", "printed", "reading", "why")


@dataclass(frozen=True)
class Change:
    """One difference that a layer makes.

    An empty `table` speaks of the pack, an empty `column` of the table. `attribute` is the head of the cell that
    changes in `columns.csv`, `tables.csv` or `pack.toml`; or `add` (a new column or table; `value` is its std
    field or title), or `drop`.
    """

    layer: str
    table: str
    column: str
    attribute: str
    value: str
    reason: str
    date: str


@dataclass(frozen=True)
class Signature:
    """A deviation from the prior year that the customer accepts: which, why, who, when.

    `kind` is the kind of the difference (`column_missing` ...), or `*`.
    """

    layer: str
    table: str
    column: str
    kind: str
    reason: str
    signed_by: str
    date: str


@dataclass(frozen=True)
class Pack:
    """The files of a pack as rows of text; `sql` maps a table to a SQL file that a layer brings."""

    facts: dict[str, Any] = field(default_factory=dict)
    tables: tuple[dict[str, str], ...] = ()
    columns: tuple[dict[str, str], ...] = ()
    maps: tuple[dict[str, str], ...] = ()
    errata: tuple[dict[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    signatures: tuple[Signature, ...] = ()
    sql: dict[str, Path] = field(default_factory=dict)


def read_pack(folder: Path, identifier: str) -> Pack:
    """Read the files of one pack or layer.

    Raises:
        SettingsError: a file is missing or wrong, or a change has no reason or date.
    """

    def rows(name: str, head: tuple[str, ...] = (), needed: bool = False) -> tuple[dict[str, str], ...]:
        path = folder / name
        found = tuple(read_rows(path)) if needed or path.is_file() else ()
        missing = [column for column in head if found and column not in found[0]]
        if missing:
            raise SettingsError(f"{path} 的表头缺少 {'、'.join(missing)}。")
        return found

    facts = read_toml(folder / "pack.toml")
    check_facts(facts, folder / "pack.toml")
    whole = not facts.get("base")
    columns = rows("columns.csv", COLUMN_NEEDED, whole)
    return Pack(
        facts,
        rows("tables.csv", TABLE_NEEDED, whole),
        tuple({"from": row.get("emit_as") or row["field"], **row} for row in columns),
        rows("maps.csv", MAP_HEAD),
        rows("errata.csv", ERRATUM_HEAD),
        tuple(_record(Change, row, identifier, folder / "changes.csv") for row in rows("changes.csv")),
        tuple(_record(Signature, row, identifier, folder / "signed.csv") for row in rows("signed.csv")),
        {path.stem: path for path in sorted(folder.glob("*.sql"))},
    )


def _record(kind: Any, row: dict[str, str], layer: str, path: Path) -> Any:
    """One line of `changes.csv` or `signed.csv`; nothing is changed or signed without a reason and a date."""
    names = [one.name for one in fields(kind)]
    values = {"layer": layer, **row}
    missing = [name for name in names if name not in values]
    if missing:
        raise SettingsError(f"{path} 的表头缺少 {'、'.join(missing)}。")
    empty = [name for name in ("reason", "date", "signed_by") if name in names and not values[name].strip()]
    place = f"{path} 中 {values['table']}.{values['column']} 一行"
    if empty:
        raise SettingsError(f"{place}没有填写 {'、'.join(empty)}：每处差异都要写明理由和日期，签认还要有签认人。")
    try:
        day = read_date(values["date"]).isoformat()
    except ValueError:
        raise SettingsError(f"{place}的日期“{values['date']}”应写成 2024-01-31 这样的形式。") from None
    return kind(**{name: values[name] for name in names} | {"date": day})


def write_pack(pack: Pack, folder: Path) -> None:
    """Write a whole pack; reading it back gives the same format.

    Args:
        pack: a pack without a base; the SQL files of its layers are copied beside it.
        folder: made when it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.toml").write_text(tomli_w.dumps(pack.facts), encoding="utf-8", newline="\n")
    _write_rows(folder / "tables.csv", TABLE_HEAD, pack.tables)
    _write_rows(folder / "columns.csv", COLUMN_HEAD, pack.columns)
    if pack.maps:
        _write_rows(folder / "maps.csv", MAP_HEAD, pack.maps)
    if pack.errata:
        _write_rows(folder / "errata.csv", tuple(pack.errata[0]), pack.errata)
    for name, records in (("changes.csv", pack.changes), ("signed.csv", pack.signatures)):
        if records:
            head = tuple(one.name for one in fields(records[0]))
            _write_rows(folder / name, head, [vars(record) for record in records])
    for table, path in pack.sql.items():
        (folder / f"{table}.sql").write_bytes(path.read_bytes())


def _write_rows(path: Path, head: tuple[str, ...], rows: Any) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
