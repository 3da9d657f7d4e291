"""quarantine: the rows that cannot stand in any format, whole and with the reason.

A row is quarantined when a part of its key that may not be empty, the table's amount or the date that cuts the period
is empty or could not be read; a fee line also when no settlement that stands has its number. A settlement outside the
period does stand: its lines are outside with it. Rows that a named rule of the adapter excludes are not looked at.
"""

from pathlib import Path
from typing import Any

from exports.duck import literal, open_database, quoted, write_parquet
from exports.quarantine import REASONS, write_quarantined
from flows.extraction.reading import UNTYPED
from flows.job import Job
from schemas.std import MODELS, StdSpec, std_table

QUARANTINE = "quarantine.parquet"
LOST = "_lost"


def write_quarantine(database: Any, std: Path) -> None:
    """Write `quarantine.parquet` (std_table, _row, reason) beside the std tables; one reason per row.

    Args:
        database: an open DuckDB.
        std: every std table as Parquet.
    """
    parts = [_unfit(std, std_table(name)) for name in MODELS] + [_orphans(std)]
    weight = f"list_position([{', '.join(map(literal, REASONS))}], reason)"
    select = (
        f"SELECT std_table, _row, min_by(reason, {weight}) AS reason FROM ({' UNION ALL '.join(parts)})"
        " GROUP BY std_table, _row ORDER BY std_table, _row"
    )
    write_parquet(database, select, std / QUARANTINE)


def keep_quarantined(job: Job, raw: Path, std: Path, folder: Path, spill: Path) -> None:
    """Write the quarantined rows, whole, as workbooks in `folder`: for the institution's own eyes.

    Beside the std columns stands what could not be read, in the source or on the way to std, as `column=value`.
    """
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        for name in MODELS:
            write_quarantined(database, std_table(name), _whole(raw, std, name), folder)


def _whole(raw: Path, std: Path, name: str) -> str:
    """SQL of the quarantined rows of a std table with their reason and what could not be read of them."""
    unread = (
        "SELECT _row, string_agg(\"column\" || '=' || value, '；' ORDER BY \"column\") AS said"
        f" FROM read_parquet({literal(raw / UNTYPED)}) GROUP BY _row"
    )
    lost = f"replace({LOST}, chr(31), '；')"
    return (
        f"SELECT q.reason, nullif(concat_ws('；', u.said, {lost}), '') AS unread, t.* EXCLUDE ({LOST})"
        f" FROM {_scan(std, name)} AS t JOIN ({quarantined(std, name)}) AS q USING (_row)"
        f" LEFT JOIN ({unread}) AS u USING (_row) WHERE t._excluded IS NULL"
    )


def quarantined(std: Path, name: str) -> str:
    """SQL of the quarantined rows of one std table: `_row`, `reason`."""
    return f"SELECT _row, reason FROM read_parquet({literal(std / QUARANTINE)}) WHERE std_table = {literal(name)}"


def _unfit(std: Path, spec: StdSpec) -> str:
    """SQL of the rows of one table that lack something themselves."""
    empty = {
        reason: " OR ".join(f"{quoted(name)} IS NULL" for name in names)
        for reason, names in spec.standing.items()
        if names and reason != "parent"
    }
    cases = " ".join(f"WHEN {condition} THEN {literal(reason)}" for reason, condition in empty.items())
    return (
        f"SELECT {literal(spec.name)} AS std_table, _row, CASE {cases} END AS reason FROM {_scan(std, spec.name)}"
        f" WHERE _excluded IS NULL AND ({' OR '.join(empty.values())})"
    )


def _orphans(std: Path) -> str:
    """SQL of the fee lines whose settlement is nowhere, excluded or quarantined itself."""
    bad = f"SELECT _row FROM ({_unfit(std, std_table('settlement'))})"
    standing = f"SELECT setl_id FROM {_scan(std, 'settlement')} WHERE _excluded IS NULL AND _row NOT IN ({bad})"
    return (
        f"SELECT 'fee_line', _row, 'parent' FROM {_scan(std, 'fee_line')} AS line"
        f" ANTI JOIN ({standing}) AS standing ON standing.setl_id = line.setl_id WHERE line._excluded IS NULL"
    )


def _scan(std: Path, name: str) -> str:
    return f"read_parquet({literal(std / f'{name}.parquet')})"
