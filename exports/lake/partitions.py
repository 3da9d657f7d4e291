"""Merge new rows into the partitions of a table: a row replaces the one of its key, wherever that lies.

Only partitions that gain or lose a row are rewritten, late entries into old months included. Identical rows give
identical files, so that a second sync of the same source changes nothing.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.duck import literal, quoted
from exports.lake.catalogue import DATA, WHOLE, Lake, Part
from exports.seal.digests import file_sha256
from schemas.commission.std import LakeSpec, lake_table

UNDATED = "none"
LOST = "_lost"
BATCH, ROW_GROUP = 200_000, 122_880
_PLACE = ("_sys", "_inst", "_month")


@dataclass(frozen=True)
class Merged:
    """What merging one table did: its partitions now, and rows read, new, changed, gone, doubled and without a key."""

    table: str
    parts: tuple[Part, ...]
    read: int
    written: int
    removed: int
    gone: int
    doubled: int
    keyless: int


def merge_table(database: Any, lake: Lake, source: str, name: str, aside: Path, replace: str | None) -> Merged:
    """Merge the rows of `new_<name>` (the std columns) into the partitions that a source has of a table.

    Args:
        database: an open DuckDB with the new rows.
        lake: the lake as it is.
        source: whose rows they are; rows of other sources are never touched.
        name: the std table.
        aside: an empty folder for files on their way.
        replace: which old rows the new ones replace even when their key is not among them, as SQL over the std
            columns (`true` for a whole read); None when only equal keys are replaced.
    """
    table = lake_table(name)
    fresh, keyed = f"fresh_{name}", " AND ".join(f"{quoted(key)} IS NOT NULL" for key in table.spec.key)
    order = ", ".join(quoted(key) for key in table.spec.key)
    listed = ", ".join(quoted(column.name) for column in table.spec.columns)
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE {quoted(fresh)} AS SELECT {listed}, {_place(table)} FROM {quoted('new_' + name)}"
        f" WHERE {keyed} QUALIFY row_number() OVER (PARTITION BY {order} ORDER BY updated_at DESC, _row) = 1"
    )
    read, kept = _count(database, quoted("new_" + name)), _count(database, quoted(fresh))
    [(keyless,)] = database.execute(f"SELECT count(*) FROM {quoted('new_' + name)} WHERE NOT ({keyed})").fetchall()
    old = [part for part in lake.of(name) if part.source == source]
    gone = _touch(database, lake, table, old, fresh, replace)
    untouched, affected = _split(database, old)
    parts = _write(database, lake, source, table, affected, aside)
    known = {part.sha256: part for part in old}
    written = sum(part.sha256 not in known for part in parts)
    after = {part.place for part in parts}
    removed = sum(part.place not in after for part in affected)
    return Merged(name, (*untouched, *parts), read, written, removed, gone, read - kept - keyless, keyless)


def _place(table: LakeSpec) -> str:
    month = f"coalesce(strftime({quoted(table.month)}, '%Y%m'), '{UNDATED}')" if table.month else f"'{WHOLE}'"
    return f"system AS _sys, inst_code AS _inst, {month} AS _month"


def _count(database: Any, table: str) -> int:
    [(rows,)] = database.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(rows)


def _touch(database: Any, lake: Lake, table: LakeSpec, old: list[Part], fresh: str, replace: str | None) -> int:
    """Make `kept` (old rows of touched partitions that stay) and `touched` (their places); rows gone for good."""
    keys = " AND ".join(f"o.{quoted(key)} = f.{quoted(key)}" for key in table.spec.key)
    scan = _scan(lake, table, old)
    met = f"EXISTS (SELECT 1 FROM {quoted(fresh)} AS f WHERE {keys})"
    replaced = f"({met} OR ({replace}))" if replace else met
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT {', '.join(_PLACE)} FROM {quoted(fresh)}"
        f" UNION SELECT DISTINCT {', '.join(_PLACE)} FROM ({scan}) AS o WHERE {replaced}"
    )
    inside = _scan(lake, table, _split(database, old)[1])
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE rows_after AS SELECT * FROM {quoted(fresh)} UNION ALL BY NAME"
        f" SELECT o.* FROM ({inside}) AS o WHERE NOT {replaced}"
    )
    if not replace or not old:
        return 0
    [(gone,)] = database.execute(f"SELECT count(*) FROM ({inside}) AS o WHERE ({replace}) AND NOT {met}").fetchall()
    return int(gone)


def _scan(lake: Lake, table: LakeSpec, old: list[Part]) -> str:
    listed = ", ".join(quoted(column.name) for column in table.spec.columns)
    if not old:
        return f"SELECT {listed}, {_place(table)} FROM {quoted('new_' + table.name)} WHERE false"
    files = ", ".join(literal(lake.folder / part.path) for part in old)
    return f"SELECT {listed}, {_place(table)} FROM read_parquet([{files}], hive_partitioning = false)"


def _split(database: Any, old: list[Part]) -> tuple[list[Part], list[Part]]:
    touched = set(database.execute("SELECT * FROM touched").fetchall())
    where = {part.place: (part.system, part.inst, part.month) in touched for part in old}
    return [part for part in old if not where[part.place]], [part for part in old if where[part.place]]


def _write(database: Any, lake: Lake, source: str, table: LakeSpec, affected: list[Part], aside: Path) -> list[Part]:
    """Write the touched partitions; those whose content is what it was keep their file."""
    known = {(part.system, part.inst, part.month): part for part in affected}
    facts = _facts(database, table)
    parts = []
    for place, file in _files(database, table, aside):
        system, inst, month = place
        sha256 = file_sha256(file)
        same = known.get(place)
        if same is not None and same.sha256 == sha256:
            parts.append(same)
            file.unlink()
            continue
        relative = f"{DATA}/{source}/{system}/{table.name}/inst={inst}/month={month}/{sha256[:16]}.parquet"
        target = lake.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        rows, deleted, first, last, changed = facts[place]
        parts.append(
            Part(source, system, table.name, inst, month, relative, rows, deleted, sha256, first, last, changed)
        )
    return parts


def _files(database: Any, table: LakeSpec, aside: Path) -> Iterator[tuple[tuple[str, str, str], Path]]:
    """Each partition with its file, rows in the order of their key: DuckDB's own partitioned writer keeps no order."""
    order = ", ".join(quoted(key) for key in table.spec.key)
    listed = ", ".join(quoted(column.name) for column in table.spec.columns)
    sql = f"SELECT {', '.join(_PLACE)}, {listed} FROM rows_after ORDER BY {', '.join(_PLACE)}, {order}"
    schema = pa.schema([(column.name, column.type) for column in table.spec.columns])
    file = aside / f"{table.name}.parquet"
    runs = _runs(database.sql(sql).to_arrow_reader(BATCH))
    for place, stretches in itertools.groupby(runs, key=lambda run: run[0]):
        rows = pa.Table.from_batches([stretch.cast(schema) for _, stretch in stretches]).combine_chunks()
        pq.write_table(rows, file, compression="zstd", row_group_size=ROW_GROUP)
        yield place, file


def _runs(reader: Iterable[pa.RecordBatch]) -> Iterator[tuple[tuple[str, str, str], pa.RecordBatch]]:
    """Stretches of rows that lie in one place, without the columns that say so."""
    for batch in reader:
        places = [batch.column(index) for index in range(len(_PLACE))]
        joined = pc.binary_join_element_wise(*places, "\x1f")
        changes = pc.indices_nonzero(pc.not_equal(joined[1:], joined[:-1])).to_pylist()
        rows = batch.select(list(range(len(_PLACE), batch.num_columns)))
        for start, end in itertools.pairwise([0, *(change + 1 for change in changes), batch.num_rows]):
            if start < end:
                system, inst, month = (column[start].as_py() for column in places)
                yield (system, inst, month), rows.slice(start, end - start)


def _facts(database: Any, table: LakeSpec) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Rows, deleted rows, business dates and the latest change of each partition."""
    day = f"CAST({quoted(table.business)} AS DATE)" if table.business else "CAST(NULL AS DATE)"
    rows = database.execute(
        f"SELECT {', '.join(_PLACE)}, count(*), count(*) FILTER (deleted = '1'), CAST(min({day}) AS VARCHAR),"
        f" CAST(max({day}) AS VARCHAR), CAST(max(updated_at) AS VARCHAR) FROM rows_after GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {(system, inst, month): tuple(facts) for system, inst, month, *facts in rows}
