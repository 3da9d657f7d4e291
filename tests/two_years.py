"""Small formats and profiles of two years, as the tests of the comparison need them."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from schemas.condition import parse_condition
from schemas.format import Format
from schemas.pack import Pack, Signature
from schemas.profile import ColumnProfile, MonthProfile, Profile, TableProfile
from schemas.registry import build_format, load_format
from schemas.wellformed import NAMING

NHSA = load_format("nhsa/2024")
LEGACY_TABLES = ("SETTLE_ZY", "SETTLE_ZY_DETAIL", "SETTLE_MZ", "SETTLE_MZ_DETAIL")
LEGACY_NAMES = {"SOCIAL_ID": "SOCIAL_CARD_ID", "BRIDGE_ID": "MEDICAL_RECORD_ID"}

Row = dict[str, str]


def column(name: str, label: str = "", **cells: str) -> Row:
    """One row of columns.csv without its table; a text of 30 characters unless `cells` say otherwise."""
    row = {"field": name, "label": label or f"{name}名", "type": "", "as": "text", "length": "30", "key": "0"}
    row |= {"required": "no", "std_field": "", "from": name}
    return row | {"as" if head == "kind" else head: value for head, value in cells.items()}


def amount(name: str, label: str = "", **cells: str) -> Row:
    return column(name, label, **{"kind": "decimal", "length": "", "precision": "16", "scale": "2", **cells})


def moment(name: str, label: str = "", kind: str = "datetime", **cells: str) -> Row:
    return column(name, label, **{"kind": kind, "length": "", **cells})


def form(
    tables: dict[str, Iterable[Row]],
    name: str = "test/2024",
    facts: dict[str, Any] | None = None,
    signatures: tuple[Signature, ...] = (),
    **table_cells: str,
) -> Format:
    """A format of the given tables; `table_cells` stand in the row of every table."""
    rows = [
        {"table": table, "seq": str(seq), **row}
        for table, columns in tables.items()
        for seq, row in enumerate(columns, 1)
    ]
    heads = [{"table": table, "title": f"{table}表", "group": "must", **table_cells} for table in tables]
    told = {"title": name, "source": "", "delimiter": "|@|", **(facts or {})}
    return build_format(Pack(told, tuple(heads), tuple(rows), signatures=signatures), name)


def rows_of(form: Format, table: str) -> list[Row]:
    return [{**row, "from": row["field"]} for row in form.pack.columns if row["table"] == table]


def with_rows(form: Format, rows: Iterable[Row]) -> Format:
    """The same format with other rows in columns.csv, whichever columns the acceptance checks would need."""
    return build_format(fitting(replace(form.pack, columns=tuple(rows))), form.id)


def fitting(pack: Pack) -> Pack:
    """The pack without what speaks of columns that it no longer has."""
    named: dict[str, set[str]] = {row["table"]: set() for row in pack.tables}
    for row in pack.columns:
        named[row["table"]].add(row.get("emit_as") or row["field"])

    def asks_in_vain(row: Row) -> bool:
        condition = row.get("required_when", "")
        fields = parse_condition(condition).fields if condition else ()
        return any(field not in named[row["table"]] and not field.startswith("_") for field in fields)

    def kept(row: Row) -> Row:
        there = {part: row.get(part, "").split("|") for part in NAMING}
        left = {part: "|".join(name for name in names if name in named[row["table"]]) for part, names in there.items()}
        return row | left | ({} if left["split_field"] else {"split": "none"})

    facts = {name: fact for name, fact in pack.facts.items() if name not in ("pairs", "accounts")}
    columns = [row | {"required": "no", "required_when": ""} if asks_in_vain(row) else row for row in pack.columns]
    return replace(pack, facts=facts, tables=tuple(map(kept, pack.tables)), columns=tuple(columns))


def legacy() -> Format:
    """The national list as it was before: the diagnoses in the main sheet, two columns under older names."""
    rows = []
    for row in NHSA.pack.columns:
        row = dict(row)
        if row["table"] == "SETTLE_ZY_DIAGNOSIS" and "DISEASE" in row["field"]:
            row |= {"table": "SETTLE_ZY", "seq": str(100 + int(row["seq"]))}
        if row["field"] in LEGACY_NAMES:
            row["field"] = row["emit_as"] = row["from"] = LEGACY_NAMES[row["field"]]
        if row["table"] in LEGACY_TABLES:
            rows.append(row)
    tables = tuple(row for row in NHSA.pack.tables if row["table"] in LEGACY_TABLES)
    return build_format(fitting(replace(NHSA.pack, tables=tables, columns=tuple(rows))), "nhsa/legacy")


def year(number: int, first: int = 1, last: int = 12) -> tuple[str, ...]:
    return tuple(f"{number}{month:02d}" for month in range(first, last + 1))


def data(name: str, filled: int, distinct: int = 1, longest: int = 1, **facts: Any) -> ColumnProfile:
    """The profile of a column; `values` may be a dictionary."""
    values = tuple(sorted(dict(facts.pop("values", {})).items()))
    return ColumnProfile(name, filled, distinct, longest, values=values, **facts)


def table_data(name: str, *columns: ColumnProfile, rows: int = 0, **facts: Any) -> TableProfile:
    """The profile of a table; as many rows as the fullest column has values, unless `rows` says otherwise."""
    rows = rows or max((one.filled for one in columns), default=0)
    return TableProfile(name, rows, columns, facts.pop("months", {}), **facts)


def profile(*tables: TableProfile, months: tuple[str, ...] = ()) -> Profile:
    return Profile(tables, months)


def monthly(months: Iterable[str], rows: int, insured: int | None = None, **sums: str) -> dict[str, MonthProfile]:
    """The same counts and sums in every month."""
    return {
        month: MonthProfile(rows, {name: Decimal(text) for name, text in sums.items()}, insured) for month in months
    }
