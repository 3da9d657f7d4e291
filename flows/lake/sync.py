"""sync: a source's std tables into the lake, incrementally; late entries, moves and deletions included.

Rows that changed since the watermark are read in one snapshot, conformed by the adapter's SQL, held to the models and
merged by key. When the source then counts other rows than the lake holds, rows were deleted there for good, and the
table is read whole.
"""

import os
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from exports.duck import code_macro, literal, open_database, quoted, write_parquet
from exports.lake.catalogue import Lake, Synced, commit, open_lake, sweep
from exports.lake.partitions import LOST, Merged, merge_table
from flows.extraction.manners import Pace
from flows.extraction.session import in_one_snapshot
from flows.job import Tell
from flows.lake.read import RawRead, read_raw
from flows.lake.validate import Broken, broken_rows
from flows.run import SHANGHAI
from flows.settings import Settings, SourceSettings, Window
from flows.sources.connection import Connection
from flows.steps.conform import raw_view, std_select
from schemas.adapter import COMMISSION, Adapter, load_adapter
from schemas.commission.std import lake_table
from schemas.errors import AdapterError, SettingsError, StoreError


@dataclass(frozen=True)
class Unread:
    """Values of one column that could not be read or cast: how many, and where a few stand."""

    table: str
    column: str
    rows: int
    named: tuple[str, ...]


@dataclass(frozen=True)
class SyncResult:
    """What one sync did.

    `merged` is by std table; `unread` and `broken` are what is wrong in the rows read (they are in the lake all the
    same); `reread` are raw tables that were read whole since rows had been deleted in the source.
    """

    source: str
    adapter: str
    raw: tuple[RawRead, ...]
    merged: tuple[Merged, ...]
    unread: tuple[Unread, ...]
    broken: tuple[Broken, ...]
    reread: tuple[str, ...]
    swept: int

    @property
    def changed(self) -> int:
        """How many partitions were written or taken away."""
        return sum(one.written + one.removed for one in self.merged)


def sync(
    settings: Settings, source: str, tell: Tell, *, window: Window | None = None, full: bool = False
) -> SyncResult:
    """Bring one source into the lake.

    Args:
        settings: of the working folder; the lake is its `lake`.
        source: a source named in feijian.toml whose adapter is of the commission's model.
        tell: what is being done, in Chinese.
        window: only these days, read whole and replaced.
        full: everything, whatever was brought before.

    Raises:
        SettingsError: there is no such source, or it serves the insurance export.
        SourceError: the source cannot be read.
        AdapterError: the adapter's SQL does not fit its tables.
        StoreError: another sync is at work in this lake.
    """
    configured = settings.source(source)
    adapter = load_adapter(configured.adapter, (settings.adapters,))
    if adapter.model != COMMISSION:
        raise SettingsError(f"数据源 {source} 的适配器 {adapter.name} 供飞检导出使用，没有卫健委的数据可同步。")
    settings.lake.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.lake / ".lock", timeout=0)
    try:
        with lock:
            return _sync(settings, configured, adapter, tell, window, full)
    except Timeout:
        raise StoreError(f"数据湖 {settings.lake} 正在被另一个同步写入，请等它结束后再试。") from None


def _sync(
    settings: Settings, source: SourceSettings, adapter: Adapter, tell: Tell, window: Window | None, full: bool
) -> SyncResult:
    lake = open_lake(settings.lake)
    before = None if full else lake.sources.get(source.name)
    if before and before.adapter != adapter.name:
        before = None
    swept = sweep(lake, source.name)
    with tempfile.TemporaryDirectory(dir=settings.lake, prefix=".sync-") as name:
        work = Path(name)
        first = _Pass(settings, source, adapter, lake, before, window, frozenset(), work / "1")
        result, lake = first.run(tell)
        unheld = before.unheld if before else {}
        gone = () if window else _deleted(settings, adapter, lake, result, unheld)
        if gone:
            second = _Pass(settings, source, adapter, lake, before, None, frozenset(gone), work / "2")
            again, lake = second.run(tell)
            result = _joined(result, again, gone)
    if not window:
        marks = {one.table: one.watermark for one in result.raw if one.watermark}
        at = datetime.now(SHANGHAI).isoformat(timespec="seconds")
        unheld = {one.table: one.counted - one.held if one.whole else unheld.get(one.table, 0) for one in result.raw}
        synced = Synced(adapter.name, at, marks, adapter.provides, {table: n for table, n in unheld.items() if n})
        lake = replace(lake, sources={**lake.sources, source.name: synced})
    if result.changed and hasattr(os, "sync"):
        os.sync()  # thousands of small files: one call, and before the catalogue names them
    commit(lake)
    return replace(result, swept=swept)


def _joined(first: SyncResult, again: SyncResult, gone: tuple[str, ...]) -> SyncResult:
    """Both passes as one result: what the second read stands for the first where it read the table whole."""
    merged = {one.table: one for one in first.merged}
    for one in again.merged:
        earlier = merged[one.table]
        merged[one.table] = replace(
            one, written=one.written + earlier.written, removed=one.removed + earlier.removed, gone=one.gone
        )
    return replace(again, merged=tuple(merged.values()), reread=gone)


def _deleted(
    settings: Settings, adapter: Adapter, lake: Lake, result: SyncResult, unheld: dict[str, int]
) -> tuple[str, ...]:
    """Raw tables of which the lake holds another number of rows than the source counts, less those it never held."""
    held: dict[str, int] = {}
    if all(one.whole for one in result.raw):
        return ()
    with open_database(lake.folder, settings.memory_limit, settings.threads) as database:
        for name in adapter.provides:
            files = [str(lake.folder / part.path) for part in lake.of(name) if part.source == result.source]
            if not files:
                continue
            scan = f"read_parquet([{', '.join(map(literal, files))}], hive_partitioning = false)"
            for raw, rows in database.execute(
                f"SELECT split_part(_row, ':', 1), count(DISTINCT _row) FROM {scan} GROUP BY 1"
            ).fetchall():
                held[raw] = max(held.get(raw, 0), rows)
    return tuple(
        one.table
        for one in result.raw
        if not one.whole and one.table in held and held[one.table] + unheld.get(one.table, 0) != one.counted
    )


@dataclass
class _Pass:
    """One reading and merging of a source."""

    settings: Settings
    source: SourceSettings
    adapter: Adapter
    lake: Lake
    before: Synced | None
    window: Window | None
    again: frozenset[str]
    work: Path

    def run(self, tell: Tell) -> tuple[SyncResult, Lake]:
        """Read, conform, validate, merge; the lake with its new partitions, not yet committed."""
        raw, std, aside, spill = (self.work / name for name in ("raw", "std", "aside", "spill"))
        for folder in (raw, std, aside, spill):
            folder.mkdir(parents=True)
        read = self._read(raw, tell)
        unread = [*_untyped(read)]
        merged, broken, parts = [], [], list(self.lake.parts)
        with open_database(spill, self.settings.memory_limit, self.settings.threads, self.adapter.timezone) as database:
            self._prepare(database, raw)
            for name in self.adapter.provides:
                tell(f"转换 {lake_table(name).title}")
                path = std / f"{name}.parquet"
                self._conform(database, name, path)
                unread += _lost(database, name)
                broken += broken_rows(name, path)
                one = merge_table(database, self.lake, self.source.name, name, aside, self._replaces(read, name))
                parts = [p for p in parts if (p.source, p.table) != (self.source.name, name)] + list(one.parts)
                merged.append(one)
            held = _held(database, self.adapter)
        result = SyncResult(
            self.source.name,
            self.adapter.name,
            tuple(replace(one, held=held.get(table, 0)) for table, one in read.items()),
            tuple(merged),
            tuple(unread),
            tuple(broken),
            (),
            0,
        )
        return result, replace(self.lake, parts=tuple(parts))

    def _read(self, raw: Path, tell: Tell) -> dict[str, RawRead]:
        """All that is new, in one snapshot."""
        pace = Pace(self.source.manners)

        def read(connection: Connection) -> dict[str, RawRead]:
            return read_raw(connection, self.adapter, self.before, self.window, self.again, raw, pace, tell)

        return in_one_snapshot(self.source, self.adapter.timezone, read, pace, tell)

    def _prepare(self, database: Any, raw: Path) -> None:
        for name, table in self.adapter.tables.items():
            raw_view(database, table, raw / f"{name}.parquet")
        for name, mapping in self.adapter.codes.items():
            code_macro(database, f"code_{name}", mapping)

    def _conform(self, database: Any, name: str, path: Path) -> None:
        try:
            write_parquet(database, std_select(database, self.adapter, lake_table(name).spec), path)
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "_duckdb":
                raise
            said = str(error).strip().splitlines()[0]
            raise AdapterError(f"适配器 {self.adapter.name} 的 {name}.sql 无法运行：{said}") from error
        database.execute(
            f"CREATE OR REPLACE TEMP VIEW {quoted('new_' + name)} AS SELECT * FROM read_parquet({literal(path)})"
        )

    def _replaces(self, read: dict[str, RawRead], name: str) -> str | None:
        """Which old rows of a table give way although their key was not read: those of raw tables read whole."""
        whole = [table for table, one in read.items() if one.whole]
        if self.window:
            month = lake_table(name).month
            if month is None:
                return None
            return f"CAST({quoted(month)} AS DATE) BETWEEN DATE '{self.window.first}' AND DATE '{self.window.last}'"
        if not whole:
            return None
        return f"split_part(_row, ':', 1) IN ({', '.join(map(literal, whole))})"


def _held(database: Any, adapter: Adapter) -> dict[str, int]:
    """Of each raw table, how many of the rows read went into the lake."""
    held: dict[str, int] = {}
    for name in adapter.provides:
        counted = f"SELECT split_part(_row, ':', 1), count(DISTINCT _row) FROM {quoted('fresh_' + name)} GROUP BY 1"
        for raw, rows in database.execute(counted).fetchall():
            held[raw] = max(held.get(raw, 0), rows)
    return held


def _untyped(read: dict[str, RawRead]) -> list[Unread]:
    found: dict[tuple[str, str], list[str]] = {}
    for one in read.values():
        for problem in one.untyped:
            found.setdefault((one.table, problem.column), []).append(f"{one.table} 第 {problem.index + 1} 行")
    return [Unread(table, column, len(rows), tuple(rows[:3])) for (table, column), rows in sorted(found.items())]


def _lost(database: Any, name: str) -> list[Unread]:
    """The columns of which a value was lost on the way to std, by `_lost` of the conformed rows."""
    rows = database.execute(
        f"SELECT split_part(part, '=', 1) AS col, count(*), list(_row ORDER BY _row)[1:3]"
        f" FROM (SELECT _row, unnest(string_split({LOST}, chr(31))) AS part FROM {quoted('new_' + name)}"
        f" WHERE {LOST} IS NOT NULL) GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return [Unread(name, column, count, tuple(named)) for column, count, named in rows]
