"""One reading of a regional database for many institutions: each table once, then split by institution.

`<store>/pulls/<source>_<period>/` holds `raw` (every institution together, in parts, as `extract` leaves it) and
`split/<institution>` (what `extract` would have left for that institution alone). Exports with `--pulled` start from
there and never touch the source.
"""

import errno
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.duck import literal, open_database, quoted
from exports.durable import replace_text
from flows.extraction.cutting import WHOLE
from flows.extraction.reading import UNTYPED, UNTYPED_SCHEMA, read_part
from flows.inputs import place_of
from flows.job import Job, Tell
from flows.publish import link_tree
from flows.run import LEDGER, Run, disk_errors, tree_sha256
from flows.sources.connection import Totals
from flows.steps.extract import WHOSE, Extracted, extract, load_extracted, raw_files, save_extracted
from schemas.adapter import RawTable
from schemas.errors import AdapterError, SettingsError, SourceError

RECORD = "pull.json"
RAW, SPLIT = "raw", "split"
DIGESTS = "digests.json"  # of each institution: an export looks at its own alone
BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Pulled:
    """What a pull holds: `rows` are those read of all tables."""

    name: str
    institutions: tuple[str, ...]
    rows: int


def pull(job: Job, institutions: tuple[str, ...], tell: Tell) -> Pulled:
    """Read all tables of an adapter once for these institutions; one that was cut goes on.

    Args:
        job: what is asked for, of whichever institution.
        institutions: codes, each once.
        tell: takes a line of progress.

    Raises:
        AdapterError: a table depends on the institution and the adapter does not say by which column, or in a way that
            cannot be asked for many at once.
        SettingsError: a pull of that name holds something else.
        SourceError: the source cannot be read, or rows belong to none of the institutions.
    """
    _require_columns(job)
    _require_conditions(job)
    regional = replace(job, org="", regional=tuple(sorted(institutions)))
    run = Run(_folder(job))
    with disk_errors():
        run.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with run.held(), disk_errors():
        _agree(run, regional)
        if not run.is_whole(RAW):
            run.forget(SPLIT)
            with run.stage(RAW, in_parts=True) as into:
                extract(regional, into, tell)
        if not run.is_whole(SPLIT):
            with run.stage(SPLIT) as into:
                _split(regional, run.part(RAW), into, run.spill, tell)
    rows = sum(totals.rows for totals in load_extracted(run.part(RAW)).tables.values())
    return Pulled(run.id, regional.regional, rows)


def forget(job: Job) -> None:
    """Remove what the pull of this source and period holds; an export that has taken its part keeps it.

    Raises:
        StoreError: it is at work, or its files cannot be removed.
    """
    run = Run(_folder(job))
    if run.folder.is_dir():
        with run.held(), disk_errors():
            for name in (RECORD, LEDGER):
                (run.folder / name).unlink(missing_ok=True)
            for name in (RAW, SPLIT):
                run.forget(name)


def take(job: Job, into: Path) -> None:
    """What a pull holds for one institution, as the raw stage of an export.

    Raises:
        SettingsError: there is no such pull, it is not whole, or it was made for something else.
    """
    assert job.pulled
    run = Run(job.settings.pulls / job.pulled)
    if not (run.folder / RECORD).is_file() or not run.part(SPLIT).is_dir():
        known = "、".join(sorted(path.name for path in job.settings.pulls.glob("*") if (path / SPLIT).is_dir())) or "无"
        raise SettingsError(f"没有完整的整区域抽取 {job.pulled}；现有：{known}。请先运行 feijian pull。")
    record = _record(run)
    if record["asks"] != _asks(job):
        raise SettingsError(
            f"整区域抽取 {run.id} 与本次导出的数据源、期间、适配器或格式所要的列不同："
            "请用同样的参数重新运行 feijian pull --again。"
        )
    if job.org not in record["institutions"]:
        raise SettingsError(f"整区域抽取 {run.id} 中没有机构 {job.org}。")
    digests = json.loads((run.part(SPLIT) / DIGESTS).read_text(encoding="utf-8"))
    shutil.rmtree(into)
    _link_what_is_there(run.part(SPLIT) / job.org, into)
    if digests[job.org] != tree_sha256(into):
        raise SettingsError(f"整区域抽取 {run.id} 的文件与记录不符（被改动或损坏）：请重新运行 feijian pull。")


def _link_what_is_there(source: Path, target: Path) -> None:
    """Like `link_tree`; what another process removes meanwhile is missing then."""
    try:
        link_tree(source, target)
    except OSError as error:
        if not isinstance(error, FileNotFoundError) and f"Errno {errno.ENOENT}]" not in str(error):
            raise


def _folder(job: Job) -> Path:
    return job.settings.pulls / f"{job.source.name}_{job.window}"


def _require_columns(job: Job) -> None:
    missing = [table.name for table in job.raw_tables if ":org" in table.where and not table.institution]
    if missing:
        raise AdapterError(
            f"适配器 {job.adapter.name} 的表 {'、'.join(missing)} 按机构取数，却没有写明哪一列是机构（institution），"
            "不能整区域一次抽取：请在 source.toml 中补上，或逐个机构 feijian export。"
        )


def _require_conditions(job: Job) -> None:
    """Refuse what would be asked for no institution at all: `= :org` is the only form that becomes a list."""
    wrong = [table.name for table in job.raw_tables if ":org" in re.sub(WHOSE, "", table.where)]
    if wrong:
        raise AdapterError(
            f"适配器 {job.adapter.name} 的表 {'、'.join(wrong)} 不能整区域一次抽取：where 中的 :org 要写成“列 = :org”。"
            "请改写 source.toml，或逐个机构 feijian export。"
        )


def _asks(job: Job) -> str:
    """A digest of what is read, whatever the institution."""
    tables = [repr((table, table.asked(job.form.std_fields))) for table in job.raw_tables]
    asked = [*place_of(job.source), job.adapter.timezone, str(job.window), *tables]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()


def _record(run: Run) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((run.folder / RECORD).read_text(encoding="utf-8"))
    return record


def _agree(run: Run, job: Job) -> None:
    record = {"asks": _asks(job), "institutions": list(job.regional)}
    if (run.folder / RECORD).is_file() and _record(run) != record:
        raise SettingsError(f"整区域抽取 {run.id} 已有，但机构、适配器或格式所要的列与这次不同：加 --again 弃旧重抽。")
    replace_text(run.folder / RECORD, json.dumps(record, ensure_ascii=False, indent=1))


def _split(job: Job, raw: Path, into: Path, spill: Path, tell: Tell) -> None:
    whole = load_extracted(raw)
    found: dict[str, dict[str, Totals]] = {org: {} for org in job.regional}
    for org in job.regional:
        (into / org).mkdir()
    with open_database(spill, job.settings.memory_limit, job.settings.threads, job.adapter.timezone) as database:
        untyped = {table.name: _untyped(database, table, raw, job) for table in job.raw_tables}
        for table in job.raw_tables:
            tell(f"按机构拆分 {table.name}")
            if not table.institution:
                for org in job.regional:
                    link_tree(raw / table.name, into / org / table.name)
                    found[org][table.name] = whole.tables[table.name]
                continue
            for org, totals in _split_table(database, table, job, raw, into):
                found[org][table.name] = totals
            _require_all(table, whole, found)
    for org in job.regional:
        _leave(job, whole, found[org], {name: rows.get(org, []) for name, rows in untyped.items()}, into / org)
    digests = {org: tree_sha256(into / org) for org in job.regional}
    (into / DIGESTS).write_text(json.dumps(digests, indent=1), encoding="utf-8")


def _split_table(database: Any, table: RawTable, job: Job, raw: Path, into: Path) -> Iterator[tuple[str, Totals]]:
    """Write the part of each institution, those without a row included."""
    columns = table.asked(job.form.std_fields)
    listed = ", ".join(map(quoted, dict.fromkeys((*columns, table.institution))))
    scan = f"read_parquet({literal(raw_files(raw, table.name))})"
    reader = database.sql(
        f"SELECT {listed} FROM {scan} WHERE {quoted(table.institution)} IN ({', '.join(map(literal, job.regional))})"
        f" ORDER BY {quoted(table.institution)}, _row"
    ).to_arrow_reader(BATCH_ROWS)
    types = {column: reader.schema.field(column).type for column in columns}
    done = set()
    for org, slices in groupby(_slices(reader, table.institution), lambda one: one[0]):
        batches = (batch.select(list(columns)) for _, batch in slices)
        yield org, read_part(batches, table, types, job.adapter.timezone, into / org, WHOLE)[0]
        done.add(org)
    for org in job.regional:
        if org not in done:
            yield org, read_part(iter(()), table, types, job.adapter.timezone, into / org, WHOLE)[0]


def _slices(reader: Any, institution: str) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Each batch cut where the institution changes."""
    for batch in reader:
        ends = pc.run_end_encode(batch[institution])
        start = 0
        for org, end in zip(ends.values.to_pylist(), ends.run_ends.to_pylist(), strict=True):
            yield org, batch.slice(start, end - start)
            start = end


def _require_all(table: RawTable, whole: Extracted, found: dict[str, dict[str, Totals]]) -> None:
    split = sum(tables[table.name].rows for tables in found.values() if table.name in tables)
    if split != whole.tables[table.name].rows:
        raise SourceError(
            f"表 {table.name} 抽到 {whole.tables[table.name].rows} 行，按 {table.institution} 只分到 {split} 行："
            "源库认为相同的机构编码写法不一（空格、大小写或空值），请在源库或适配器的 where 中统一。"
        )


def _untyped(database: Any, table: RawTable, raw: Path, job: Job) -> dict[str, list[dict[str, Any]]]:
    """Institution -> what could not be typed of a table; all institutions where the table is everybody's."""
    if not table.institution:
        rows = pq.read_table(raw / UNTYPED, filters=[("table", "=", table.name)]).to_pylist()
        return dict.fromkeys(job.regional, rows)
    found: dict[str, list[dict[str, Any]]] = {}
    for org, *row in database.execute(
        f"SELECT t.{quoted(table.institution)}, u.* FROM read_parquet({literal(raw / UNTYPED)}) AS u"
        f" JOIN (SELECT DISTINCT {quoted(table.institution)}, _row"
        f" FROM read_parquet({literal(raw_files(raw, table.name))})) AS t USING (_row)"
        f" WHERE u.table = {literal(table.name)} ORDER BY ALL"
    ).fetchall():
        found.setdefault(org, []).append(dict(zip(UNTYPED_SCHEMA.names, row, strict=True)))
    return found


def _leave(
    job: Job, whole: Extracted, tables: dict[str, Totals], untyped: dict[str, list[dict[str, Any]]], into: Path
) -> None:
    rows = [row for table in job.raw_tables for row in untyped[table.name]]
    pq.write_table(pa.Table.from_pylist(rows, schema=UNTYPED_SCHEMA), into / UNTYPED)
    unreadable = {
        table.name: tuple(
            column for column in table.totals if any(row["column"] == column for row in untyped[table.name])
        )
        for table in job.raw_tables
    }
    ordered = {table.name: tables[table.name] for table in job.raw_tables}
    unread = {name: columns for name, columns in unreadable.items() if columns}
    save_extracted(Extracted(whole.engine, whole.snapshot, ordered, unread), into)
