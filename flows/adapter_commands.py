"""What `feijian source list` and `feijian source check` do."""

import tempfile
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from flows.commands import check_lines, say
from flows.settings import Settings, load_settings
from schemas.adapter import Adapter, adapter_names, load_adapter
from schemas.errors import FeijianError, SettingsError, SourceError
from schemas.result import CheckResult, Outcome


def list_sources(options: Namespace) -> int:
    """The adapters that there are, and the sources that use them; a broken one is named, not fatal."""
    settings = load_settings()
    roots = (settings.adapters,)
    records, lines = [], ["适配器："]
    for name in adapter_names(roots):
        record, line = _adapter(name, settings)
        records.append(record)
        lines.append(line)
    sources = {name: one.adapter for name, one in settings.sources.items()}
    lines += ["数据源（feijian.toml）：", *(f"  {name}　适配器 {one or '未写'}" for name, one in sources.items())]
    say(options, {"adapters": records, "sources": sources}, lines if sources else [*lines, "  无"])
    return 0


def _adapter(name: str, settings: Settings) -> tuple[dict[str, Any], str]:
    own = (settings.adapters / name).is_dir()
    try:
        adapter = load_adapter(name, (settings.adapters,))
    except FeijianError as error:
        return {"name": name, "error": str(error)}, f"  ✗ {name}　{error}"
    layers = [vars(one) for one in adapter.deviations]
    where = f"，分层于 {adapter.below[0].name}（{len(layers)} 处不同）" if adapter.below else ""
    line = f"  {name}　{adapter.title}　{len(adapter.provides)} 张标准表{'，自有' if own else ''}{where}"
    record = {
        "name": name,
        "title": adapter.title,
        "model": adapter.model,
        "own": own,
        "provides": list(adapter.provides),
        "deviations": layers,
    }
    return record, line


def check(options: Namespace) -> int:
    """Check an adapter, and its source where one is configured: 1 something failed, 2 something is not verified."""
    settings = load_settings()
    configured = settings.sources.get(options.name)
    adapter = _named(options.name, settings)
    with tempfile.TemporaryDirectory(prefix="feijian-") as spill:
        results = _live(configured.location(), adapter, settings, Path(spill)) if configured else []
        results = results or _alone(adapter, settings, Path(spill))
        if options.run:
            results.append(_run(options.run, settings, Path(spill)))
    head = f"{adapter.name}（{adapter.title}）"
    changes = [f"  {one.day} {one.layer}：{one.place}　{one.reason}" for one in adapter.deviations]
    told = [f"分层的改动 {len(changes)} 处：", *changes] if changes else []
    record = {"adapter": adapter.name, "checks": [one.to_json() for one in results]}
    say(options, record, [f"核对适配器 {head}", *told, *check_lines(results), "", _verdict(results)])
    outcomes = {one.outcome for one in results}
    return 1 if Outcome.FAILED in outcomes else 2 if Outcome.NOT_VERIFIED in outcomes else 0


def _named(name: str, settings: Settings) -> Adapter:
    """The adapter of a source, or the adapter of that name."""
    roots = (settings.adapters,)
    configured = settings.sources.get(name)
    if configured is None and name not in adapter_names(roots):
        sources, adapters = "、".join(settings.sources) or "无", "、".join(adapter_names(roots))
        raise SettingsError(f"没有名为 {name} 的数据源或适配器；数据源：{sources}；适配器：{adapters}。")
    return load_adapter(configured.adapter if configured else name, roots)


def _alone(adapter: Adapter, settings: Settings, spill: Path) -> list[CheckResult]:
    from flows.source_check import check_adapter

    return check_adapter(adapter, settings, spill)


def _live(url: str, adapter: Adapter, settings: Settings, spill: Path) -> list[CheckResult]:
    """The contract with the types of the source, and the source itself; an unreachable source is not verified."""
    from flows.source_check import check_adapter
    from flows.source_live import check_source
    from flows.sources import open_source

    try:
        with closing(open_source(url, adapter.timezone)) as source:
            types, results = check_source(source, adapter)
    except SourceError as error:
        unreached = CheckResult("source", "源库与适配器相符", Outcome.NOT_VERIFIED, reason=str(error))
        return [*check_adapter(adapter, settings, spill), unreached]
    return [*check_adapter(adapter, settings, spill, types), *results]


def _run(text: str, settings: Settings, spill: Path) -> CheckResult:
    """Which std columns a run left empty throughout."""
    from flows.run import Run
    from flows.source_check import check_filled
    from schemas.registry import load_format

    run = Run(settings.runs / text)
    if not (run.part("std") / "person.parquet").is_file():
        raise SettingsError(f"没有运行 {text}，或它还没有生成标准表；feijian runs 列出全部。")
    asked = run.asked()
    form = load_format(asked["format"], tuple(asked["overlays"]), (settings.formats,))
    adapter = load_adapter(asked["adapter"], (settings.adapters,))
    return check_filled(adapter, form.std_fields, settings, run.part("std"), spill)


def _verdict(results: list[CheckResult]) -> str:
    count = {outcome: sum(one.outcome is outcome for one in results) for outcome in Outcome}
    if count[Outcome.FAILED]:
        return f"有 {count[Outcome.FAILED]} 项不通过，请先改好适配器或分层，再导出。"
    if count[Outcome.NOT_VERIFIED]:
        return f"没有不通过的项；{count[Outcome.NOT_VERIFIED]} 项未验证，不等于通过。"
    return "全部通过。" if not count[Outcome.WARNED] else f"没有不通过的项；{count[Outcome.WARNED]} 项请看一看。"
