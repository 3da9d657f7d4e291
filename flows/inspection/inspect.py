"""One inspection, whoever asks for it: the command and the Prefect flow both call `inspect`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from exports.inspection_report.write import write_report
from flows.inspection.activity import Span
from flows.inspection.guide import read_guide
from flows.inspection.judge import Case, history, judge, judge_store, unreached
from flows.inspection.look import look
from flows.inspection.own_store import STORE, TITLE, look_at_store
from flows.inspection.questions import Line
from flows.inspection.records import FOLDER, keep, latest_before
from flows.inspection.workdays import with_rhythm
from flows.job import Tell
from flows.run import SHANGHAI, disk_errors
from flows.settings import Settings, SourceSettings
from flows.sources import open_source
from schemas.adapter import load_adapter
from schemas.errors import AdapterError, SettingsError, SourceError
from schemas.inspection import Guide, Inspected, Inspection, SourceFacts, StoreFacts
from schemas.result import Outcome

_SERVER = re.compile(r"（[^（）]*，用户[^（）]*）")
_FOLDER = re.compile(r"(?<!\S)(?:/|[A-Za-z]:[/\\])\S*[/\\]")


def inspect(
    settings: Settings,
    names: Sequence[str],
    day: date,
    tell: Tell,
    *,
    exact: bool = False,
    out: Path | None = None,
    guide: Guide | None = None,
) -> tuple[tuple[Inspected, ...], tuple[Path, ...]]:
    """Inspect sources and our own store, keep a record of each, and write the report.

    Args:
        settings: of the working folder.
        names: the sources; all of them when empty.
        day: what counts as today: days from it on are not looked at.
        tell: hears what is being done.
        exact: count large tables too.
        out: the folder of the report; `<store>/inspections` by default.
        guide: thresholds and texts; those of `reference/inspection.toml` by default.

    Returns:
        Each inspection with the one before it, our own store last, and the files of the report.

    Raises:
        SettingsError: no source is configured, or one is unknown.
        StoreError: records or report cannot be written.
    """
    if not settings.sources:
        raise SettingsError("feijian.toml 中没有数据源；请在 [sources.名称] 写明 adapter 与 url_env。")
    guide = guide or read_guide()
    sources = [settings.source(name) for name in names or settings.sources]
    done = []
    with disk_errors():
        for source in sources:
            tell(source.name)
            done.append(_source(settings, source, day, exact, guide))
        done.append(_store(settings, day, guide))
        for one in done:
            keep(settings.store, one.now)
    units = "、".join(dict.fromkeys(contract.unit for contract in settings.contracts if contract.unit))
    return tuple(done), write_report(tuple(done), guide, units, out or settings.store / FOLDER)


def inspect_or_raise(settings: Settings, names: Sequence[str], day: date) -> tuple[Path, ...]:
    """Inspect for somebody who does not look: the files of the report when every source was reached.

    Raises:
        SettingsError: no source is configured, or one is unknown.
        SourceError: a source was not reached; the others are inspected, and the report is there.
        StoreError: records or report cannot be written.
    """
    done, files = inspect(settings, names, day, lambda line: None)
    if down := [one.now.source for one in done if one.unreached]:
        raise SourceError(f"未能巡检：{'、'.join(down)}；原因和其余各项见报告 {'、'.join(map(str, files))}。")
    return files


def _source(settings: Settings, source: SourceSettings, day: date, exact: bool, guide: Guide) -> Inspected:
    before, broken = latest_before(settings.store, source.name, day.isoformat())
    found = Inspection(
        source.name, source.name, day.isoformat(), _now(), None, history(broken, guide), before.day if before else ""
    )
    try:
        adapter = load_adapter(source.adapter, (settings.adapters,))
        found = replace(found, title=adapter.title, adapter=adapter.name)
        line = Line(lambda: open_source(source.location(), adapter.timezone))
        try:
            facts = look(line, adapter, guide, _span(day, before, guide), exact)
        finally:
            line.close()
    except (SourceError, SettingsError, AdapterError) as error:
        outcome = Outcome.FAILED if isinstance(error, SourceError) else Outcome.NOT_VERIFIED  # ours, not the source's
        return Inspected(unreached(found, _without_place(str(error)), guide, outcome), before)
    then = before.facts if before and isinstance(before.facts, SourceFacts) else None
    facts = with_rhythm(facts, then, guide, day)
    judged = judge(Case(facts, then, adapter, guide, day))
    return Inspected(replace(found, facts=facts, findings=(*judged, *found.findings)), before)


def _without_place(reason: str) -> str:
    """Why a source was not reached, without server, account or folder: the record says no more than it must."""
    return _FOLDER.sub("", _SERVER.sub(" ", reason))


def _span(day: date, before: Inspection | None, guide: Guide) -> Span:
    """From the last inspection on, within reason."""
    limits = guide.limits
    earliest = day - timedelta(days=limits.window_most_days)
    first = date.fromisoformat(before.day) if before else day - timedelta(days=limits.window_days)
    return Span(max(first, earliest), day, max(day, today()))


def _store(settings: Settings, day: date, guide: Guide) -> Inspected:
    before, broken = latest_before(settings.store, STORE, day.isoformat())
    facts = look_at_store(settings, day, guide.limits.old_run_days)
    then = before.facts if before and isinstance(before.facts, StoreFacts) else None
    findings = (*judge_store(facts, then, guide), *history(broken, guide))
    earlier = before.day if before else ""
    return Inspected(Inspection(STORE, TITLE, day.isoformat(), _now(), facts, findings, earlier), before)


def _now() -> str:
    return datetime.now(SHANGHAI).isoformat(timespec="seconds")


def today() -> date:
    """The day in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()
