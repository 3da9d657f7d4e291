"""The lake of a county of 250,000 residents with three years of examinations, written by the lake's own merge."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from exports.duck import literal, open_database, quoted
from exports.lake.catalogue import Lake, Part, Synced, commit
from exports.lake.partitions import merge_table
from schemas.commission.std import lake_table
from schemas.std import StdColumn, duckdb_type
from tests.bench.lake_rows import EXAM, EXAM_ITEM, PERSON, ROWS, YEARS
from tests.county.place import START, Places, make_places

SOURCE = "bench"
SYSTEMS = ("ph", "fd", "his", "exam", "twocard", "report")


def make_lake(folder: Path, memory: str = "3GB") -> Lake:
    """Write the whole lake and commit it; the same bytes every time."""
    places = make_places(12, 100)
    parts: list[Part] = []
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name, open_database(Path(name), memory, 2) as database:
        _homes(database, places)
        database.execute(f"CREATE TABLE person AS {PERSON}")
        database.execute(f"CREATE TABLE exam AS {EXAM}")
        for table, sql in (_trees(places) | _entered(places) | ROWS).items():
            parts += _merge(database, folder, Path(name), table, sql)
        for first, until in _months():  # month by month, each into a lake without the others: no old rows to look for
            sql = EXAM_ITEM.format(first=first, until=until)
            parts += _merge(database, folder, Path(name), "exam_item", sql)
    lake = Lake(folder, tuple(parts), {SOURCE: Synced("bench", "2025-01-10T08:00:00", {}, tuple(ROWS))})
    commit(lake)
    return lake


def _months() -> list[tuple[date, date]]:
    starts = [date(year, month, 1) for year in (*YEARS, YEARS[-1] + 1) for month in range(1, 13)]
    return [(a, b) for a, b in zip(starts, starts[1:], strict=False) if a.year in YEARS]


def _merge(database: Any, folder: Path, aside: Path, table: str, sql: str) -> tuple[Part, ...]:
    given = {name for name, *_ in database.execute(f"DESCRIBE {sql}").fetchall()}
    listed = ", ".join(f"{_value(table, one, given)} AS {quoted(one.name)}" for one in lake_table(table).spec.columns)
    database.execute(f"CREATE OR REPLACE TEMP VIEW {quoted('new_' + table)} AS SELECT {listed} FROM ({sql})")
    return merge_table(database, Lake(folder), SOURCE, table, aside, None).parts


def _value(table: str, column: StdColumn, given: set[str]) -> str:
    """A column as the SELECT gives it; else what every row carries; else the first value allowed, or NULL."""
    kind, spec = duckdb_type(column.type), lake_table(table)
    entered = spec.business if spec.business in given else "_on" if "_on" in given else None
    entered_at = f"CAST({entered} AS TIMESTAMP)" if entered else f"TIMESTAMP '{START}'"
    carried = {
        "_row": literal(table + ":") + " || " + " || '|' || ".join(
            f"CAST({'org' if key == 'org_code' else key} AS VARCHAR)" for key in spec.spec.key
        ),
        "system": literal(spec.system), "inst_code": "inst", "org_code": "org", "deleted": "'0'",
        "created_at": entered_at + " + INTERVAL 18 HOUR", "updated_at": entered_at + " + INTERVAL 18 HOUR",
    }  # fmt: skip
    if column.name in given:
        return f"CAST({quoted(column.name)} AS {kind})"
    if column.name in carried:
        return carried[column.name]
    least = literal(column.isin[0] if column.isin else "0") if column.required and kind == "VARCHAR" else "NULL"
    return f"CAST({'0' if column.required and kind != 'VARCHAR' else least} AS {kind})"


def _homes(database: Any, places: Places) -> None:
    """Where persons live: a clinic of county A, filed by its centre."""
    database.execute("CREATE TABLE home (number BIGINT, org VARCHAR, inst VARCHAR, home VARCHAR)")
    clinics = [one for one in places.clinics if one.kind == "clinic" and one.code.startswith("650402")]
    rows = [(number, one.code, one.parents[0][1], one.admin_code) for number, one in enumerate(clinics)]
    database.executemany("INSERT INTO home VALUES (?, ?, ?, ?)", rows)


def _trees(places: Places) -> dict[str, str]:
    divisions = [
        ("base", "base", one.code, one.name, one.level, one.parent, one.valid_from, str(int(one.xpcc)))
        for one in places.divisions.values()
    ]
    orgs = [
        (one.code, "base", one.name, one.kind, one.level, parent, one.admin_code, since,
         one.parents[at + 1][0] if at + 1 < len(one.parents) else None, str(int(one.xpcc)))
        for one in places.orgs.values() for at, (since, parent) in enumerate(one.parents)
    ]  # fmt: skip
    return {
        "admin_division": _values("org, inst, code, name, level, parent_code, valid_from, xpcc_flag", divisions),
        "organisation": _values(
            "org, inst, org_name, org_kind, level, parent_code, admin_code, valid_from, valid_to, xpcc_flag", orgs
        ),
    }  # fmt: skip


def _entered(places: Places) -> dict[str, str]:
    """Who handed in what in every month, and the residents of every village."""
    filed = {one.code: one.code for one in places.centres} | {one.code: one.parents[0][1] for one in places.clinics}
    handed = [
        (code, inst, f"{code}-{system}-{first:%Y%m}", system, first, first)
        for code, inst in filed.items() for system in SYSTEMS for first, _ in _months()
    ]  # fmt: skip
    bases = [
        (code, inst, item, year, "own", 2_500, "registered", date(year, 1, 1), 1)
        for code, inst in filed.items() for item in ("permanent", "elder65", "htn_due", "dm_due", "child06") for year in YEARS
    ]  # fmt: skip
    return {
        "submission": _values("org, inst, submission_id, of_system, of_month, submitted_at", handed),
        "base_population": _values("org, inst, item, year, covers, value, basis, as_of, version", bases),
    }


def _values(columns: str, rows: list[tuple[Any, ...]]) -> str:
    listed = ", ".join("(" + ", ".join("NULL" if cell is None else literal(cell) for cell in row) + ")" for row in rows)
    return f"SELECT * FROM (VALUES {listed}) AS given({columns})"
