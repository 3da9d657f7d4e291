"""What `feijian inspect` does."""

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from exports.inspection_report.content import SHOWN
from flows.commands import say
from flows.inspection.inspect import inspect, today
from flows.progress import progress
from flows.settings import load_settings, parse_day
from schemas.errors import SettingsError
from schemas.inspection import Inspected
from schemas.result import Outcome


def inspect_sources(options: Namespace) -> int:
    """Inspect the named sources or all of them; 0 nothing stands out, 1 something failed, 2 a source was not reached.

    Raises:
        SettingsError: no source is configured, one is unknown, or the day is wrong.
        StoreError: records or report cannot be written.
    """
    settings = load_settings()
    if options.all and options.sources:
        raise SettingsError("--all 与数据源的名称只写其一。")
    day = parse_day(options.day) if options.day else today()
    with progress("巡检", options.json) as tell:
        done, files = inspect(settings, options.sources, day, tell, exact=options.exact, out=options.out)
    record = {"day": day.isoformat(), "sources": [_record(one) for one in done], "files": [str(path) for path in files]}
    say(options, record, [*_lines(done), *(f"报告：{path}" for path in files)])
    return exit_code(done)


def exit_code(done: tuple[Inspected, ...]) -> int:
    """2 when a source was not reached, 1 when something failed, else 0."""
    if any(one.unreached for one in done):
        return 2
    return 1 if any(one.now.count(Outcome.FAILED) for one in done) else 0


def _record(one: Inspected) -> dict[str, Any]:
    now = one.now
    counts = {outcome.name.lower(): now.count(outcome) for outcome in Outcome}
    findings = [finding for finding in now.to_json()["findings"] if finding["outcome"] != Outcome.PASSED]
    return {"source": now.source, "reached": not one.unreached, "earlier": now.earlier, **counts, "findings": findings}


def _lines(done: tuple[Inspected, ...]) -> Iterator[str]:
    for one in done:
        counts = "，".join(f"{outcome} {one.now.count(outcome)}" for outcome in SHOWN)
        yield f"{one.now.title}（{one.now.source}）：{counts}"
        for finding in one.now.findings:
            if finding.outcome in (Outcome.FAILED, Outcome.WARNED):
                told = "，".join(part for part in (finding.table, finding.value, finding.trend, finding.reason) if part)
                yield f"  {finding.outcome}　{finding.title}：{told}"
