"""check: what stands in the way, table by table, with exact counts.

`check_std` looks at the std tables (readable? keys? rules of `reference/rules`), `check_out` holds the
assembled tables against the Pandera schema of the format. Neither changes or drops a row.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from exports.duck import literal, one_row, open_database, quoted
from flows.job import Job, Tell
from flows.steps.conform import LOST, set_window, std_view
from flows.steps.extract import UNTYPED
from schemas.adapter import Adapter
from schemas.format import FormatTable
from schemas.format_model import format_validator
from schemas.result import CheckResult, Outcome
from schemas.rule import StdRule, load_rules
from schemas.std import MODELS, std_table, std_validator
from schemas.validation import SAMPLES, Validator

RESULTS = "results.json"
PIECE_ROWS = 131_072


def check_std(job: Job, raw: Path, std: Path, spill: Path, tell: Tell) -> list[CheckResult]:
    """Check the std tables of one institution.

    Args:
        job: what was asked for.
        raw: what `extract` wrote; its list of unreadable values is reported here.
        std: what `conform` wrote.
        spill: room for temporary files.
        tell: takes a line of progress.
    """
    results = []
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        set_window(database, job.window)
        for name in MODELS:
            std_view(database, std, name)
        tell("核对 数据能否读出")
        results += _unreadable(database, raw, std)
        for name in MODELS:
            tell(f"核对 {name}")
            results += validate_file(std_validator(name), std / f"{name}.parquet")
            results.append(_unique(database, f"std.{name}.key", name, quoted(name), std_table(name).key))
        results += [_absent(name, reason) for name, reason in sorted(job.adapter.absent_tables.items())]
        for rule in load_rules():
            tell(f"核对 {rule.id} {rule.title}")
            results.append(_apply(database, rule, job.adapter))
    return results


def check_out(job: Job, out: Path, spill: Path, tell: Tell) -> list[CheckResult]:
    """Hold every assembled table against the format: Pandera for the rows, DuckDB for the keys."""
    results = []
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        for table in job.form.tables:
            path = out / f"{table.name}.parquet"
            if table.mandatory:
                results.append(_present(database, table, path, job.adapter))
            if not path.is_file():
                continue
            tell(f"按格式核对 {table.name}")
            results += [_explain(result, table, job.adapter) for result in validate_file(format_validator(table), path)]
            if table.key:
                relation = f"read_parquet({literal(path)})"
                results.append(_unique(database, f"{table.name}.key", table.name, relation, table.key))
    return results


def _present(database: Any, table: FormatTable, path: Path, adapter: Adapter) -> CheckResult:
    """A mandatory table must be there; an empty one is worth a question, or cannot be verified."""
    identifier, title = f"{table.name}.present", f"必提表{table.title}有数据"
    if not path.is_file():
        return CheckResult(identifier, title, Outcome.FAILED, table.name, reason="程序还不能生成这张必提表")
    [rows] = one_row(database, f"SELECT count(*) FROM read_parquet({literal(path)})")
    if rows:
        return CheckResult(identifier, title, Outcome.PASSED, table.name, total=rows)
    sources = {column.std_field.partition(".")[0] for column in table.columns}
    reasons = [reason for name, reason in sorted(adapter.absent_tables.items()) if name in sources]
    if reasons:
        return CheckResult(identifier, title, Outcome.NOT_VERIFIED, table.name, reason=f"源系统不能提供：{reasons[0]}")
    return CheckResult(identifier, title, Outcome.WARNED, table.name, reason="期间内一行也没有，请确认是否属实")


def save_results(results: list[CheckResult], path: Path) -> None:
    """Keep results as JSON, one record each."""
    path.write_text(json.dumps([r.to_json() for r in results], ensure_ascii=False, indent=1), encoding="utf-8")


def load_results(path: Path) -> list[CheckResult]:
    """Read what `save_results` kept."""
    return [CheckResult.from_json(record) for record in json.loads(path.read_text(encoding="utf-8"))]


def _pieces(path: Path, only: list[str] | None = None) -> Iterator[pd.DataFrame]:
    """A table in pieces, without rows that a rule excludes and without the bookkeeping of conform."""
    file = pq.ParquetFile(path)
    wanted = None if only is None else {*only, "_row"}
    columns = [name for name in file.schema_arrow.names if name != LOST and (wanted is None or name in wanted)]
    for batch in file.iter_batches(PIECE_ROWS, columns=columns):
        table = pa.Table.from_batches([batch])
        if "_excluded" in columns:
            table = table.filter(pc.is_null(table["_excluded"]))
        yield table.to_pandas(types_mapper=pd.ArrowDtype)


def validate_file(validator: Validator, path: Path, only: list[str] | None = None) -> list[CheckResult]:
    """Run a validator over a Parquet file piece by piece, all columns or `only` these and the row's name."""
    for piece in _pieces(path, only):
        validator.validate(piece)
    return validator.results()


def _unique(database: Any, identifier: str, table: str, relation: str, key: tuple[str, ...]) -> CheckResult:
    listed = ", ".join(quoted(column) for column in key)
    twice = f"SELECT min(_row) AS _row, count(*) AS times FROM {relation} GROUP BY {listed} HAVING count(*) > 1"
    extra, sample = one_row(database, f"SELECT coalesce(sum(times - 1), 0), min(_row, {SAMPLES}) FROM ({twice})")
    [total] = one_row(database, f"SELECT count(*) FROM {relation}")
    outcome = Outcome.FAILED if extra else Outcome.PASSED if total else Outcome.NOT_APPLICABLE
    title = f"主键（{'、'.join(key)}）不重复"
    return CheckResult(identifier, title, outcome, table, "", int(extra), total, "0", "", tuple(sample or ()))


def _unreadable(database: Any, raw: Path, std: Path) -> list[CheckResult]:
    """Values that were not what their column says, in the source or on the way to std."""
    at_source = f'SELECT "table" AS place, "column" AS field, _row FROM read_parquet({literal(raw / UNTYPED)})'
    on_the_way = " UNION ALL ".join(
        f"SELECT {literal(name)}, split_part(unnest(string_split({LOST}, chr(31))), '=', 1), _row"
        f" FROM read_parquet({literal(std / f'{name}.parquet')}) WHERE {LOST} IS NOT NULL"
        for name in MODELS
    )
    rows = database.execute(
        f"SELECT place, field, count(*), min(_row, {SAMPLES})"
        f" FROM ({at_source} UNION ALL {on_the_way}) GROUP BY place, field ORDER BY place, field"
    ).fetchall()
    title = "值能按列的类型读出，且不丢位数"
    if not rows:
        return [CheckResult("std.readable", title, Outcome.PASSED)]
    return [
        CheckResult(
            f"{place}.{field}.readable",
            title,
            Outcome.FAILED,
            place,
            field,
            count,
            0,
            "0",
            "无法读出的值已置空并列出源行",
            tuple(sample),
        )
        for place, field, count, sample in rows
    ]


def _explain(result: CheckResult, table: FormatTable, adapter: Adapter) -> CheckResult:
    """Say why a column stays empty where the adapter has declared that its source cannot fill it."""
    name, _, field = table.column(result.column).std_field.partition(".")
    reason = adapter.absent_tables.get(name) or adapter.absent.get(name, {}).get(field)
    return replace(result, reason=f"源系统不能提供：{reason}") if result.failing and reason else result


def _absent(name: str, reason: str) -> CheckResult:
    title = f"源系统提供{std_table(name).title}"
    return CheckResult(f"std.{name}.present", title, Outcome.NOT_VERIFIED, name, reason=reason)


def _apply(database: Any, rule: StdRule, adapter: Adapter) -> CheckResult:
    absent = [name for name in rule.tables if name in adapter.absent_tables]
    table = rule.tables[0]
    if absent:
        reason = f"源系统没有{'、'.join(std_table(name).title for name in absent)}"
        return CheckResult(rule.id, rule.title, Outcome.NOT_VERIFIED, table, reason=reason)
    failing, sample = one_row(database, f"SELECT count(*), min(_row, {SAMPLES}) FROM ({rule.failing}) AS broken(_row)")
    [total] = one_row(database, rule.denominator)
    failed = Outcome.FAILED if rule.level == "blocks" else Outcome.WARNED
    outcome = failed if failing else Outcome.PASSED if total else Outcome.NOT_APPLICABLE
    reason = f"{rule.why}{rule.fix}（{rule.who}）" if failing else ""
    return CheckResult(
        rule.id, rule.title, outcome, table, "", failing, total, rule.tolerance, reason, tuple(sample or ())
    )
