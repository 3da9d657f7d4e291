"""How an assembled table is cut into files, and what the files are called."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.duck import literal, one_row, quoted
from schemas.format import FormatTable

MAX_ROWS = 1_000_000
OTHER_DATES = "（日期为空或不在期间内）"


@dataclass(frozen=True)
class Part:
    """One file to be: the rows of `table` that meet `where`, from `offset`, at most MAX_ROWS.

    `label` says in Chinese what the part holds: a month (`202401`), rows whose date lies in none of them, a
    warehouse's name, or nothing.
    """

    table: str
    file: str
    label: str
    where: str
    offset: int
    rows: int


def cut(database: Any, table: FormatTable, path: Path, code: str, months: list[str], span: str) -> list[Part]:
    """Cut a table by month or warehouse, and what is still too long by rows.

    Args:
        database: an open DuckDB.
        table: the format's table.
        path: the assembled table as Parquet.
        code: institution code, the start of every file name.
        months: every month of the period (`yyyymm`): a month without rows still gets its file.
        span: the period, for the names of tables that are not cut by month.
    """
    if table.split == "month":
        pieces = _by_month(database, table, path, months)
    elif table.split == "warehouse":
        pieces = _by_warehouse(database, table, path, span)
    else:
        pieces = [(span, "", "true", _count(database, path, "true"))]
    return [
        Part(table.name, f"{code}_{table.name}_{tag}_p{number + 1:02d}.csv", label, where, number * MAX_ROWS, size)
        for tag, label, where, rows in pieces
        for number, size in enumerate(_sizes(rows))
    ]


def _sizes(rows: int) -> list[int]:
    full, rest = divmod(rows, MAX_ROWS)
    return [MAX_ROWS] * full + ([rest] if rest or not full else [])


def _by_month(database: Any, table: FormatTable, path: Path, months: list[str]) -> list[tuple[str, str, str, int]]:
    field = quoted(str(table.split_field))
    counts = dict(
        database.execute(
            f"SELECT strftime({field}, '%Y%m'), count(*) FROM read_parquet({literal(path)}) GROUP BY 1"
        ).fetchall()
    )
    pieces = [(month, month, _in_month(field, month), counts.get(month, 0)) for month in months]
    others = sum(count for month, count in counts.items() if month not in months)
    if others:
        within = " OR ".join(f"({_in_month(field, month)})" for month in months)
        pieces.append(("other", OTHER_DATES, f"NOT coalesce({within}, false)", others))
    return pieces


def _in_month(field: str, month: str) -> str:
    first = f"DATE '{month[:4]}-{month[4:]}-01'"
    return f"{field} >= {first} AND {field} < {first} + INTERVAL 1 MONTH"


def _by_warehouse(database: Any, table: FormatTable, path: Path, span: str) -> list[tuple[str, str, str, int]]:
    """Warehouses by name; the file carries a number, since file names stay ASCII (`label` is the key)."""
    field = quoted(str(table.split_field))
    rows = database.execute(
        f"SELECT {field}, count(*) FROM read_parquet({literal(path)}) GROUP BY 1 ORDER BY 1 NULLS LAST"
    ).fetchall()
    if not rows:
        return [(span, "", "true", 0)]
    return [
        (
            f"{span}_w{number:02d}",
            name or "（库名称为空）",
            f"{field} = {literal(name)}" if name is not None else f"{field} IS NULL",
            count,
        )
        for number, (name, count) in enumerate(rows, start=1)
    ]


def _count(database: Any, path: Path, where: str) -> int:
    return int(one_row(database, f"SELECT count(*) FROM read_parquet({literal(path)}) WHERE {where}")[0])
