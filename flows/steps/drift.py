"""drift: hold what was assembled against the prior year's format, before anything is written that could leave.

Three looks: the format itself, the marks of the prior format over this year's tables, and the content year
on year. The report is written whatever comes out; a breaking difference that nobody has signed refuses the package.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from exports.drift_report.write import write_drift
from exports.duck import literal, open_database
from flows.job import Job, Tell
from flows.learn.profile import profile
from flows.prior import Side, compare_sides, read_side
from flows.steps.check import RESULTS, check_marks, save_results
from schemas.drift.records import Drift, Level
from schemas.errors import DriftError
from schemas.format import Format, FormatColumn, FormatTable
from schemas.marks import format_marks
from schemas.profile import Profile
from schemas.result import CheckResult, Outcome

REPORTS = "reports"
BLOCKED = "blocked.txt"
TITLE = "格式与上年度基本一致"


def check_drift(job: Job, out: Path, into: Path, spill: Path, tell: Tell) -> None:
    """Compare the assembled tables with the prior year; leave results and reports in `into`.

    Raises:
        SettingsError: there is no prior format or package of that name.
        LearnError: the prior year's files cannot be learnt from.
    """
    if job.prior is None:
        reason = "没有提供上年的导出包或格式（--prior），与上年是否一致没有核对"
        save_results([CheckResult("prior.format", TITLE, Outcome.NOT_VERIFIED, reason=reason)], into / RESULTS)
        return
    tell(f"读取上年格式 {job.prior}")
    old = read_side(job.prior, job.settings, spill, tell)
    form = replace(job.form, charset=job.form.written_charset)
    new = Side(form.id, form, _profile(job, out, spill, tell) if old.profile else None)
    tell("与上年格式比较")
    drift = compare_sides(old, new, job.settings.drift)
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        results = [_verdict(drift, old), *_content(old), *_validate(old.form, drift, out, database)]
    write_drift(drift, into / REPORTS, title=f"与上年度格式比较：{old.name} → {job.form.id}")
    save_results(results, into / RESULTS)
    if drift.blocking:
        (into / BLOCKED).write_text(_refusal(drift), encoding="utf-8")


def require_consistent(drift: Path) -> None:
    """Let only what is basically consistent with the prior year go on.

    Raises:
        DriftError: a breaking difference stands, and no signed decision lifts it.
    """
    blocked = drift / BLOCKED
    if blocked.is_file():
        text = blocked.read_text(encoding="utf-8")
        raise DriftError(f"{text}比较报告在 {drift / REPORTS / 'drift.html'}。")


def _content(old: Side) -> Iterator[CheckResult]:
    if old.profile is None:
        reason = f"{old.name} 只有格式的描述，没有上年的数据；行数、金额、空值率、计量单位没有与上年核对"
        yield CheckResult("prior.content", "内容与上年度相近", Outcome.NOT_VERIFIED, reason=reason)


def _profile(job: Job, out: Path, spill: Path, tell: Tell) -> Profile:
    """This year's tables, as they were assembled."""

    def relation(table: FormatTable) -> str | None:
        path = out / f"{table.name}.parquet"
        return f"read_parquet({literal(path)})" if path.is_file() else None

    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        return profile(database, job.form, relation, tell)


def _verdict(drift: Drift, old: Side) -> CheckResult:
    counts = {level: sum(one.level is level for one in drift.differences) for level in Level}
    said = "、".join(f"{level} {count} 处" for level, count in counts.items() if count) or "没有差异"
    passed = drift.level in (Level.SAME, Level.COMPATIBLE)
    outcome = Outcome.FAILED if drift.blocking else Outcome.PASSED if passed else Outcome.WARNED
    return CheckResult(
        "prior.format",
        TITLE,
        outcome,
        failing=len(drift.blocking),
        total=len(drift.differences),
        reason=f"与 {old.name} 比较：{said}；详见 reports/drift.md",
    )


def _refusal(drift: Drift) -> str:
    """Chinese: what breaks, where, old and new, and how to go on."""
    shown = [
        f"{'.'.join(filter(None, (one.table, one.column)))}（上年：{one.old or '无'}；本年：{one.new or '无'}）"
        f"{one.reason}"
        for one in drift.blocking[:5]
    ]
    more = f"；另有 {len(drift.blocking) - 5} 处" if len(drift.blocking) > 5 else ""
    return (
        f"与上年度格式有 {len(drift.blocking)} 处破坏性差异，不予封装：{'；'.join(shown)}{more}。"
        "请修改格式或数据；确经客户同意的，在格式层的 signed.csv 中写明表、列、理由、签认人和日期，"
        "并用 --overlay 带上该层。"
    )


def _validate(old: Format, drift: Drift, out: Path, database: Any) -> Iterator[CheckResult]:
    """The marks of the prior format over the columns that both years have."""
    for table in old.tables:
        pairs = {new: old_column for (name, old_column), new in drift.renamed.items() if name == table.name}
        for name in sorted({new_table for new_table, _ in pairs}):
            path = out / f"{name}.parquet"
            columns = {new: old_column for (new_table, new), old_column in pairs.items() if new_table == name}
            if not path.is_file():
                continue
            prior = _as_prior(table, name, columns, path)
            if prior.columns:
                for result in check_marks(database, prior, path, format_marks(prior)).results:
                    yield _told(result, table)


def _as_prior(table: FormatTable, name: str, columns: dict[str, str], path: Path) -> FormatTable:
    """The prior table under this year's names, as far as this year's columns are of the same kind.

    A column of another kind is a difference of its own; conditions speak of columns that need not be there.
    """
    import pyarrow.parquet as pq

    from schemas.format_model import arrow_type

    held = pq.read_schema(path)
    kept: list[FormatColumn] = []
    for new, old in sorted(columns.items()):
        column = replace(table.column(old), table=name, name=new, condition=None)
        if column.kind == "decimal" and str(held.field(new).type).startswith("decimal"):
            column = replace(column, precision=held.field(new).type.precision, scale=held.field(new).type.scale)
        if held.field(new).type == arrow_type(column):
            kept.append(column)
    return replace(table, name=name, columns=tuple(kept))


def _told(result: CheckResult, table: FormatTable) -> CheckResult:
    """A rule of the prior year: what it finds is said, the levels of the comparison decide what follows."""
    outcome = Outcome.WARNED if result.outcome is Outcome.FAILED else result.outcome
    title = f"上年格式（{table.name}）：{result.title}"
    return replace(result, id=f"prior.{result.id}", title=title, outcome=outcome)
