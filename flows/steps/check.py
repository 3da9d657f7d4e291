"""check: what stands in the way, table by table, with exact counts and the rows that break each rule.

`check_std` applies the rules of `reference/rules` and the std model's own to the std tables, `check_out` the format's
to the assembled tables. Neither changes or drops a row.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exports.duck import literal, one_row, open_database, view
from exports.stock.reconcile import lay_out
from flows.checking.rows import check_rows
from flows.checking.sets import check_key, check_set
from flows.checking.subject import Checked, Subject, format_subject, result_of, std_subject
from flows.checking.unreadable import check_readable
from flows.job import Job, Tell
from flows.settings import Window
from flows.steps.conform import QUARANTINE, all_view, set_window, std_view
from schemas.adapter import Adapter
from schemas.checkdigits import MACROS
from schemas.finding import FINDINGS
from schemas.format import FormatTable
from schemas.marks import format_marks, load_marks, std_marks
from schemas.result import CheckResult, Outcome
from schemas.row_rule import RowRule, row_rules
from schemas.rule import Rule, load_rules
from schemas.std import MODELS, std_table

RESULTS = "results.json"
FOUND = "findings.parquet"


def check_std(job: Job, raw: Path, std: Path, spill: Path, tell: Tell) -> Checked:
    """Check the std tables of one institution.

    Args:
        job: what was asked for.
        raw: what `extract` wrote; its list of unreadable values is reported here.
        std: what `conform` wrote.
        spill: room for temporary files.
        tell: takes a line of progress.
    """
    by_row = [rule for rule in row_rules(load_rules()) if job.form.asks(rule.table)]
    rules = [rule for rule in load_rules() if all(map(job.form.asks, rule.tables))]
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        prepare_rules(database, job, std)
        tell("核对 数据能否读出")
        checked = check_readable(database, raw, std)
        for name in filter(job.form.asks, MODELS):
            tell(f"核对 {name}")
            spec, subject = std_table(name), std_subject(std_table(name), _judged(name))
            own = [rule for rule in by_row if rule.table == name and name not in job.adapter.absent_tables]
            found = check_rows(database, subject, [*std_marks(spec), *own], variables_of(job.window))
            checked += Checked([_unseen(one, own, job.adapter) for one in found.results], found.findings)
            checked += check_key(database, replace(subject, relation=_keyed(name)), spec.key, name)
        for rule in rules:
            if rule.failing and _sees(rule, job.adapter):
                tell(f"核对 {rule.id} {rule.title}")
                sides = [std_subject(std_table(name), f"all_{name}") for name in rule.tables]
                checked += check_set(database, rule, *sides)
    blind = [_blind(rule, job.adapter) for rule in rules if rule.failing and not _sees(rule, job.adapter)]
    blind += [_blind(rule.rule, job.adapter, rule) for rule in by_row if rule.table in job.adapter.absent_tables]
    absent = [
        _absent(name, reason) for name, reason in sorted(job.adapter.absent_tables.items()) if job.form.asks(name)
    ]
    return _located(checked + Checked([*absent, *blind]), job.adapter)


def prepare_rules(database: Any, job: Job, std: Path) -> None:
    """Open the views, the domain functions, the period and the reconciliation of stock that rules may use."""
    set_window(database, job.window)
    for macro in MACROS.values():
        database.execute(macro)
    for name in MODELS:
        std_view(database, std, name)
        all_view(database, std, name)
    view(database, "quarantine", std / QUARANTINE)
    lay_out(database)


def variables_of(window: Window) -> dict[str, Any]:
    """The period as `getvariable` gives it."""
    return {"date_from": window.first, "date_until": window.until}


def _sees(rule: Rule, adapter: Adapter) -> bool:
    return not set(rule.tables) & set(adapter.absent_tables)


def _unseen(result: CheckResult, rules: Sequence[RowRule], adapter: Adapter) -> CheckResult:
    """A rule whose columns the source cannot give is not verified, though it found no row that breaks it."""
    absent = adapter.absent.get(result.table, {})
    probes = [probe for rule in rules if rule.id == result.id for probe in rule.probes]
    reasons = [absent[name] for probe in probes for name in probe.holds.fields if name in absent]
    if result.total or not reasons:
        return result
    return replace(result, outcome=Outcome.NOT_VERIFIED, reason=f"源系统不能提供：{reasons[0]}")


def _judged(name: str) -> str:
    """The rows of a std table that are judged; persons only where a settlement names them: others are not delivered."""
    if name != "person":
        return f"all_{name}"
    return "(SELECT p.* FROM all_person AS p SEMI JOIN all_settlement AS s ON s.psn_no = p.psn_no)"


def _keyed(name: str) -> str:
    """The rows of a std table whose key is whole: an empty one is the quarantine's business and no repetition."""
    empty = f"SELECT _row FROM quarantine WHERE std_table = {literal(name)} AND reason = 'key'"
    return f"(SELECT * FROM all_{name} WHERE _row NOT IN ({empty}))"


def _blind(rule: Rule, adapter: Adapter, own: RowRule | None = None) -> CheckResult:
    tables = (own.table,) if own else rule.tables
    absent = "、".join(std_table(name).title for name in tables if name in adapter.absent_tables)
    return CheckResult(
        own.id if own else rule.id, rule.title, Outcome.NOT_VERIFIED, tables[0], reason=f"源系统没有{absent}",
        level=str(rule.level), why=rule.why, fix=rule.fix, who=rule.who,
    )  # fmt: skip


def _absent(name: str, reason: str) -> CheckResult:
    title = f"源系统提供{std_table(name).title}"
    return CheckResult(f"std.{name}.present", title, Outcome.NOT_VERIFIED, name, reason=reason)


def check_out(job: Job, out: Path, spill: Path, tell: Tell) -> Checked:
    """Hold every assembled table against the marks of the format, and its key."""
    checked = Checked()
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        for table in job.form.tables:
            path = out / f"{table.name}.parquet"
            if table.mandatory:
                checked += Checked([_present(database, table, path, job.adapter)])
            if not path.is_file():
                continue
            tell(f"按格式核对 {table.name}")
            found = check_marks(database, table, path, format_marks(table), _amount(job, table))
            checked += Checked([_explain(one, table, job.adapter) for one in found.results], found.findings)
            if table.key:
                std = table.columns[0].std_field.partition(".")[0]
                checked += check_key(database, _subject(table, path, _amount(job, table)), table.key, std)
    return _located(checked, job.adapter)


def check_marks(
    database: Any, table: FormatTable, path: Path, rules: Sequence[RowRule], amount: str | None = None
) -> Checked:
    """Apply row rules to one assembled table."""
    return check_rows(database, _subject(table, path, amount), rules, {})


def _subject(table: FormatTable, path: Path, amount: str | None) -> Subject:
    helpers = tuple(name for name in pq.read_schema(path).names if name.startswith("_"))
    return format_subject(table, f"read_parquet({literal(path)})", helpers, amount)


def _amount(job: Job, table: FormatTable) -> str | None:
    """The column of an assembled table that the ledger adds up."""
    return next((fed[table.name] for fed in job.form.accounts.values() if fed.get(table.name)), None)


def _present(database: Any, table: FormatTable, path: Path, adapter: Adapter) -> CheckResult:
    """A mandatory table must be there; an empty one is worth a question, or cannot be verified."""
    sources = {column.std_field.partition(".")[0] for column in table.columns}
    rule = load_marks().rule("present", f"{table.name}.present", table.name, "", table=table.title)
    rows = one_row(database, f"SELECT count(*) FROM read_parquet({literal(path)})")[0] if path.is_file() else 0
    if rows:
        return result_of(rule, rule.id, table.name, "", 0, rows)
    missing = replace(result_of(rule, rule.id, table.name, "", 1, 1), failing=0, total=0)
    if not path.is_file():
        return replace(missing, reason="程序还不能生成这张必提表", waivable=False)
    reasons = [reason for name, reason in sorted(adapter.absent_tables.items()) if name in sources]
    if reasons:
        return replace(missing, outcome=Outcome.NOT_VERIFIED, reason=f"源系统不能提供：{reasons[0]}")
    return replace(missing, outcome=Outcome.WARNED, reason="期间内一行也没有，请确认是否属实", level="warns")


def _explain(result: CheckResult, table: FormatTable, adapter: Adapter) -> CheckResult:
    """Say why a column stays empty where the adapter has declared that its source cannot fill it."""
    name, _, field = table.column(result.column).std_field.partition(".")
    reason = adapter.absent_tables.get(name) or adapter.absent.get(name, {}).get(field)
    return replace(result, reason=f"源系统不能提供：{reason}") if result.failing and reason else result


def _located(checked: Checked, adapter: Adapter) -> Checked:
    """Say of each finding where its row stands in the hospital's system."""
    places = [adapter.locate(row) for row in checked.findings["_row"].to_pylist()]
    column = FINDINGS.names.index("locate")
    return Checked(checked.results, checked.findings.set_column(column, "locate", pa.array(places, pa.string())))


def save_checked(checked: Checked, folder: Path) -> None:
    """Keep results as JSON, one record each, and findings as Parquet."""
    save_results(checked.results, folder / RESULTS)
    pq.write_table(checked.findings, folder / FOUND)


def save_results(results: list[CheckResult], path: Path) -> None:
    """Keep results as JSON, one record each."""
    path.write_text(json.dumps([r.to_json() for r in results], ensure_ascii=False, indent=1), encoding="utf-8")


def load_results(path: Path) -> list[CheckResult]:
    """Read what `save_results` kept."""
    return [CheckResult.from_json(record) for record in json.loads(path.read_text(encoding="utf-8"))]
