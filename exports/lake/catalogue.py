"""The catalogue of the lake: which files are its content. It is one JSON file, and replacing it is the commit.

Partitions are immutable files named by their content. A sync writes the new ones, then the catalogue, aside and
renamed: who reads sees the whole of one sync or of the one before, never a mixture. Files that neither this catalogue
nor the one before names are swept at the next sync.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from exports.duck import literal, quoted
from exports.seal.digests import file_sha256
from schemas.commission.std import MODELS, lake_table
from schemas.errors import StoreError
from schemas.std import duckdb_type

CATALOGUE, BEFORE = "catalogue.json", "catalogue.before.json"
DATA = "data"
WHOLE = "all"
SCHEMA = "lake"
SMALL = 1_000_000


@dataclass(frozen=True)
class Part:
    """One partition: a file with the rows of one source, system, table, institution and month.

    `month` is `yyyymm`, `all` for tables that are brought whole, `none` for rows without a date. `first`, `last` are
    its business dates and `changed` the latest `updated_at`, as ISO text; None where there is none.
    """

    source: str
    system: str
    table: str
    inst: str
    month: str
    path: str
    rows: int
    deleted: int
    sha256: str
    first: str | None
    last: str | None
    changed: str | None

    @property
    def place(self) -> tuple[str, str, str, str, str]:
        """What identifies the partition."""
        return (self.source, self.table, self.system, self.inst, self.month)


@dataclass(frozen=True)
class Synced:
    """How far one source has been brought: the adapter, the watermark of each raw table, when (Asia/Shanghai).

    `unheld` is how many rows of a raw table the lake does not hold although they were read: of one key, or of none.
    """

    adapter: str
    at: str
    watermarks: dict[str, str]
    tables: tuple[str, ...]
    unheld: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Lake:
    """An opened lake: a folder and what its catalogue names."""

    folder: Path
    parts: tuple[Part, ...] = ()
    sources: dict[str, Synced] = field(default_factory=dict)

    def files(self, table: str) -> list[Path]:
        """The files of one table, in the order of their partitions."""
        return [self.folder / part.path for part in self.of(table)]

    def of(self, table: str) -> list[Part]:
        """The partitions of one table."""
        return self._by_table.get(table, [])

    @property
    def _by_table(self) -> dict[str, list[Part]]:
        cached: dict[str, list[Part]] | None = self.__dict__.get("_tables")
        if cached is None:
            cached = defaultdict(list)
            for part in self.parts:
                cached[part.table].append(part)
            object.__setattr__(self, "_tables", cached)
        return cached

    def attach(self, database: Any, tables: Iterable[str] = MODELS, small: int = SMALL) -> None:
        """Make tables readable as `lake.<table>`; a table that nothing was brought for is there, and empty.

        Tables of at most `small` rows are read once, since a report asks each of them many times; larger ones stay
        where they are.
        """
        database.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        database.execute("SET parquet_metadata_cache = true")  # partitions never change under their name
        for name in tables:
            kind = "TABLE" if sum(part.rows for part in self.of(name)) <= small else "VIEW"
            database.execute(f"CREATE OR REPLACE {kind} {SCHEMA}.{quoted(name)} AS {self.select(name)}")

    def select(self, table: str) -> str:
        """SQL for all rows of one table."""
        columns = lake_table(table).spec.columns
        files = self.files(table)
        if files:
            listed = ", ".join(quoted(column.name) for column in columns)
            return f"SELECT {listed} FROM read_parquet([{', '.join(map(literal, files))}], hive_partitioning = false)"
        empty = ", ".join(f"CAST(NULL AS {duckdb_type(c.type)}) AS {quoted(c.name)}" for c in columns)
        return f"SELECT {empty} WHERE false"


def open_lake(folder: Path) -> Lake:
    """Read the catalogue; a folder without one is an empty lake.

    Raises:
        StoreError: the catalogue cannot be read.
    """
    path = folder / CATALOGUE
    if not path.is_file():
        return Lake(folder)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        parts = tuple(Part(**dict(zip(record["columns"], row, strict=True))) for row in record["parts"])
        sources = {
            name: Synced(one["adapter"], one["at"], one["watermarks"], tuple(one["tables"]), one.get("unheld", {}))
            for name, one in record["sources"].items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"数据湖目录 {path} 已损坏（{error}）；可把 {BEFORE} 改名为 {CATALOGUE} 恢复到上次同步。"
        ) from None
    return Lake(folder, parts, sources)


def commit(lake: Lake) -> None:
    """Make the lake's content what `lake` names: the catalogue is written aside, made durable and renamed."""
    lake.folder.mkdir(parents=True, exist_ok=True)
    parts = sorted(lake.parts, key=lambda part: part.place)
    columns = list(Part.__dataclass_fields__)
    record = {
        "columns": columns,
        "parts": [[getattr(part, column) for column in columns] for part in parts],
        "sources": {name: asdict(one) for name, one in sorted(lake.sources.items())},
    }
    aside, path = lake.folder / f".{CATALOGUE}", lake.folder / CATALOGUE
    with aside.open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    if path.is_file():
        before = lake.folder / f".{BEFORE}"
        before.write_bytes(path.read_bytes())
        before.replace(lake.folder / BEFORE)
    aside.replace(path)


def sweep(lake: Lake, source: str) -> int:
    """Remove the files of a source that neither the lake's catalogue nor the one before names; how many.

    Args:
        lake: as its catalogue is now.
        source: whose files are looked at; others' are when they are synced.
    """
    kept = {part.path for part in lake.parts if part.source == source} | _named_before(lake.folder)
    top = f"{lake.folder.as_posix()}/"
    found = (
        f"{Path(folder).as_posix()}/{name}".removeprefix(top)
        for folder, _, names in os.walk(lake.folder / DATA / source)
        for name in names
        if name.endswith(".parquet")
    )
    unused = [path for path in found if path not in kept]
    for path in unused:
        (lake.folder / path).unlink()
    return len(unused)


def _named_before(folder: Path) -> set[str]:
    path = folder / BEFORE
    if not path.is_file():
        return set()
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        place = record["columns"].index("path")
        return {row[place] for row in record["parts"]}
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"数据湖目录 {path} 已损坏（{error}）；{CATALOGUE} 完好时可以删除它，再同步一次。") from None


def broken_parts(lake: Lake) -> list[Part]:
    """The partitions whose file is missing or is not what the catalogue says."""
    return [part for part in lake.parts if file_sha256(lake.folder / part.path) != part.sha256]
