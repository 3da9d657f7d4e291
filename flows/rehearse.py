"""A rehearsal: one month exported whole, and what it lets us foresee of the year.

Only counts of the source and this run's own figures are used; the source is asked once more how many rows the whole
period holds. The forecast stays in `local/`: it speaks of a machine and of minutes.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from exports.manifest import read_manifest
from flows.job import Job
from flows.run import Run
from flows.settings import Window
from flows.sources import open_source
from flows.steps.extract import load_extracted, where_of
from schemas.reference import REFERENCE, read_toml
from schemas.result import CheckResult, Outcome

FILE = "forecast"
MONTHLY = "（演练只有一个月，各月齐全与否要到全年导出时才能核对）"


@dataclass(frozen=True)
class Finding:
    """A check that did not pass in the month, and how many rows are to be expected in the year."""

    id: str
    title: str
    outcome: str
    month: int
    year: int


@dataclass(frozen=True)
class Forecast:
    """The year as one month lets it be foreseen: seconds, bytes of `deliver/`, rows per table, findings.

    Tables in `at_least` hold one row per batch that was there or moved: a year has more of them than a month, and how
    many cannot be told from one month.
    """

    month: str
    period: str
    seconds: int
    bytes: int
    rows: dict[str, int]
    month_rows: dict[str, int]
    at_least: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The forecast for a Chinese reader."""
        total = sum(self.rows.values())
        lines = [
            f"演练月份 {self.month}，据此预计 {self.period} 全期："
            f"约 {total} 行，{_size(self.bytes)}，用时约 {_time(self.seconds)}。"
        ]
        lines += [
            f"  {table}　本月 {self.month_rows[table]} 行　全期{'至少' if table in self.at_least else '约'} {rows} 行"
            for table, rows in self.rows.items()
        ]
        if not self.findings:
            lines.append(f"本月没有不通过或提示的核对项{MONTHLY}。")
            return lines
        lines.append(f"本月有 {len(self.findings)} 个核对项没有通过，全期预计{MONTHLY}：")
        lines += [
            f"  {one.outcome}　{one.id}　{one.title}"
            + (f"　本月 {one.month} 处　全期约 {one.year} 处" if one.month else "　见验收报告")
            for one in self.findings
        ]
        return lines


def foresee(job: Job, run: Run, package: Path) -> Forecast:
    """Foresee the whole period from the month just exported, and leave the forecast in the package's `local/`.

    Raises:
        SourceError: the source does not answer any more.
    """
    period = job.rehearsal_of
    assert period is not None
    ratios = _ratios(job, run)
    manifest = read_manifest(package / "deliver")
    month_rows: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for record in manifest["resources"]:
        name = record["feijian:table"]
        month_rows[name] = month_rows.get(name, 0) + record["feijian:rows"]
        sizes[name] = sizes.get(name, 0) + record["bytes"]
    grows = {name: _growth(job, name, ratios) for name in month_rows}
    others = sum(record["bytes"] for record in manifest["feijian:files"])
    lines = sum(_extracted(job, run, "fee_line").values())
    forecast = Forecast(
        month=f"{job.window.first:%Y-%m}",
        period=f"{period.first} 至 {period.last}",
        seconds=_seconds(run, lines, _round(lines * _largest(ratios, period))),
        bytes=others + sum(_round(size * grows[name]) for name, size in sizes.items()),
        rows={name: _round(rows * grows[name]) for name, rows in month_rows.items()},
        month_rows=month_rows,
        at_least=tuple(name for name in month_rows if _per_batch(job, name)),
        findings=tuple(_findings(package, grows, ratios)),
    )
    text = json.dumps(forecast.to_json(), ensure_ascii=False, indent=1)
    (package / "local" / f"{FILE}.json").write_text(text, encoding="utf-8")
    (package / "local" / f"{FILE}.md").write_text("\n".join(forecast.lines()) + "\n", encoding="utf-8")
    return forecast


def _largest(ratios: dict[str, Decimal], period: Window) -> Decimal:
    """How the work grows: with the fee lines, else with whatever the format follows, else with the months."""
    return ratios.get("fee_line") or max(ratios.values(), default=Decimal(len(period.months)))


def _extracted(job: Job, run: Run, std: str) -> dict[str, int]:
    """Rows read in the month from each source table that feeds a std table."""
    read = load_extracted(run.part("raw")).tables
    return {table.name: read[table.name].rows for table in job.adapter.tables.values() if table.feeds == std}


def _ratios(job: Job, run: Run) -> dict[str, Decimal]:
    """How many times the month's rows the whole period holds, per std table that the ledger follows."""
    assert job.rehearsal_of is not None
    year = replace(job, window=job.rehearsal_of)
    ratios = {}
    with closing(open_source(job.source.location(), job.adapter.timezone)) as source:
        for std in job.form.accounts:
            read = _extracted(job, run, std)
            there = sum(source.totals(name, (), where_of(job.adapter.tables[name], year)).rows for name in read)
            here = sum(read.values())
            ratios[std] = Decimal(there) / here if here else Decimal(len(year.window.months))
    return ratios


def _growth(job: Job, table: str, ratios: dict[str, Decimal]) -> Decimal:
    """How a table of the format grows from the month to the period: with what fills it; lists of items do not."""
    for std, fed in job.form.accounts.items():
        if table in fed:
            return ratios[std]
    columns = {column.std_field.partition(".")[0] for column in job.form.table(table).columns}
    return ratios["settlement"] if "settlement" in columns and "settlement" in ratios else Decimal(1)


def _per_batch(job: Job, table: str) -> bool:
    fields = {column.std_field.partition(".")[0] for column in job.form.table(table).columns}
    followed = any(table in fed for fed in job.form.accounts.values())
    return "stock_balance" in fields and not followed


def _seconds(run: Run, month_lines: int, year_lines: int) -> int:
    """This machine's seconds for the month, scaled as the benchmark's time grows with the fee lines."""
    facts = read_toml(REFERENCE / "forecast.toml")
    fixed, per_million = Decimal(facts["fixed_seconds"]), Decimal(facts["seconds_per_million_lines"])
    taken = sum((Decimal(str(note["seconds"])) for note in run.notes() if "stage" in note), Decimal(0))
    benchmark = [fixed + per_million * lines / 1_000_000 for lines in (month_lines, year_lines)]
    return max(1, _round(taken * benchmark[1] / benchmark[0]))


def _findings(package: Path, grows: dict[str, Decimal], ratios: dict[str, Decimal]) -> Iterator[Finding]:
    """What the month's acceptance did not pass, grown to the period."""
    report = json.loads((package / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    for result in map(CheckResult.from_json, (*report["official"], *report["checks"])):
        if result.outcome in (Outcome.FAILED, Outcome.WARNED):
            growth = grows.get(result.table) or ratios.get(result.table) or Decimal(1)
            yield Finding(result.id, result.title, result.outcome, result.failing, _round(result.failing * growth))


def _round(value: Decimal | int) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))


def _size(count: int) -> str:
    size = Decimal(count)
    for unit in ("字节", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.1f} {unit}" if unit != "字节" else f"{count} 字节"
        size /= 1024
    raise AssertionError("GB ends the list")


def _time(seconds: int) -> str:
    return f"{seconds} 秒" if seconds < 120 else f"{seconds // 60} 分 {seconds % 60} 秒"
