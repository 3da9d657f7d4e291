"""What each command does, and how it tells: text for people, JSON with `--json`."""

import json
import os
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flows.init import TEMPLATE
from flows.progress import progress
from flows.run import Run, disk_errors, list_runs, start_run
from flows.settings import (
    CONFIG,
    DEFAULT_FORMAT,
    MEMORY_LIMIT,
    Settings,
    SourceSettings,
    Window,
    load_settings,
    parse_day,
)
from schemas.errors import SettingsError, StoreError
from schemas.result import CheckResult, Outcome

if TYPE_CHECKING:
    from flows.job import Job
    from flows.publish import Published

SUPPLEMENT = "supplement/2024"
MARKS = {
    Outcome.PASSED: "✓",
    Outcome.WARNED: "!",
    Outcome.FAILED: "✗",
    Outcome.NOT_APPLICABLE: "–",
    Outcome.NOT_VERIFIED: "?",
}


def say(options: Namespace, record: dict[str, Any], lines: list[str]) -> None:
    """Print a result: as JSON when asked for, else as lines for people."""
    if options.json:
        print(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines))


def check_lines(results: tuple[CheckResult, ...] | list[CheckResult]) -> list[str]:
    """One line for each check: mark, id, outcome, title, reason."""
    width = max((len(one.id) for one in results), default=0) + 1
    return [
        f"  {MARKS[r.outcome]} {r.id:<{width}}{r.outcome}　{r.title}{'：' + r.reason if r.reason else ''}"
        for r in results
    ]


def demo(options: Namespace) -> int:
    """Make a synthetic centre (an SQLite HIS) and run the yearly export on it."""
    from flows.job import make_job
    from flows.signing import new_signer, signer_of
    from tests.centre import DEMO_ORG

    if options.commission:
        from flows.county_commands import demo_county

        return demo_county(options)
    if options.faults == "list":
        return sample(options)
    folder: Path = options.out
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{quote(str((folder / 'his.sqlite').resolve()))}"
    window = Window(parse_day("2024-01-01"), parse_day("2024-12-31"))
    with progress("示例卫生院", options.json), disk_errors():
        _write_centre(url, options, 1, window, replace=True)
    settings = Settings(
        store=folder,
        deliver=folder / "deliver",
        memory_limit=MEMORY_LIMIT,
        threads=os.cpu_count() or 1,
        loadback_url_env="FEIJIAN_LOADBACK_URL",
        sources={"sample": SourceSettings("sample", "sample", url)},
    )
    if not options.json:
        print(f"示例卫生院已写入 {folder / 'his.sqlite'}（合成数据，不含任何真实个人信息）。")
    if not signer_of(settings):
        new_signer(settings)
    job = make_job(
        "sample",
        DEMO_ORG,
        str(window.first),
        str(window.last),
        DEFAULT_FORMAT,
        None,
        settings,
        (SUPPLEMENT,),
        xlsx=True,
    )
    return run_job(options, job, new_run(job))


def sample(options: Namespace) -> int:
    """Write synthetic centres into a database or a folder."""
    from tests.centre import FAULTS

    if options.faults == "list":
        record = {name: fault.title for name, fault in FAULTS.items()}
        width = max(map(len, record)) + 2
        say(options, record, [f"{name:<{width}}{title}" for name, title in record.items()])
        return 0
    window = Window(parse_day(options.date_from), parse_day(options.date_to))
    with progress("示例卫生院", options.json), disk_errors():
        rows = _write_centre(options.target, options, options.orgs, window, replace=options.force)
    say(options, {"tables": rows}, [f"已写入 {len(rows)} 张表、{sum(rows.values())} 行。"])
    return 0


def _write_centre(url: str, options: Namespace, orgs: int, window: Window, replace: bool) -> dict[str, int]:
    from tests.centre import FAULTS, CentreSettings, generate, write

    names = () if options.faults in ("", "none") else tuple(options.faults.split(","))
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise SettingsError(f"没有这样的差错：{'、'.join(unknown)}。用 --faults list 查看全部。")
    if options.visits < 1 or orgs < 1 or options.seed < 0:
        raise SettingsError("--visits 与 --orgs 至少为 1，--seed 不能为负。")
    settings = CentreSettings(
        orgs=orgs, visits=options.visits, date_from=window.first, date_to=window.last, seed=options.seed, faults=names
    )
    tables = generate(settings)
    write(tables, url, replace)
    return {name: table.num_rows for name, table in tables.items()}


def export(options: Namespace) -> int:
    """Export one institution's package."""
    from flows.entitlement import ask_for
    from flows.job import make_job
    from flows.prior import check_side
    from flows.signing import signer_of

    settings = load_settings()
    signer_of(settings)  # a key that cannot be opened is told now, not after hours
    job = make_job(
        options.source,
        options.org,
        options.date_from,
        options.date_to,
        options.form,
        options.finance,
        settings,
        tuple(options.overlay),
        options.prior,
        options.rehearse,
        options.answers,
        xlsx=options.xlsx,
        template=options.workbook_template,
    )
    if options.prior:
        check_side(options.prior, settings)
    job = replace(job, pulled=options.pulled)
    job = ask_for(job, options.corrects, options.reason, options.out or settings.deliver)
    return run_job(options, job, new_run(job, options.out), options.out, _by_prefect(options))


def _by_prefect(options: Namespace) -> bool:
    return bool(options.prefect or os.environ.get("PREFECT_API_URL"))


def new_run(job: "Job", out: Path | None = None) -> Run:
    """A run of a job whose package goes to `out`, or to the store's own folder.

    Raises:
        StoreError: there is no place for the package, which is told now and not after hours.
    """
    place = out or job.settings.deliver
    if place.exists() and not place.is_dir():
        raise StoreError(f"{place} 不是文件夹，请换一个位置。")
    with disk_errors():
        return start_run(job.settings.runs, {**job.record(), "out": str(out.absolute()) if out else None})


def resume(options: Namespace) -> int:
    """Go on with a run that was cut."""
    from flows.resume import find_run, job_of
    from flows.signing import signer_of

    settings = load_settings()
    run = find_run(options.run, settings)
    if said := next((said for said in map(_came_of, run.notes()) if said), None):
        raise SettingsError(f"运行 {run.id} {said}，无须续跑；要再导出请用 feijian export。")
    signer_of(settings)
    job, out = job_of(run, settings)
    return run_job(options, job, run, out, _by_prefect(options))


def run_job(options: Namespace, job: "Job", run: Run, out: Path | None = None, prefect: bool = False) -> int:
    """Do what is left of a run and tell what came of it."""
    from flows.contract_commands import lines_of, reminders
    from flows.entitlement import use_of
    from flows.export import STAGES
    from flows.export import export as run_export
    from flows.rehearse import foresee
    from flows.resume import gone_on_of

    if not options.json:
        print(f"运行号：{run.id}（中断后可用 feijian resume {run.id} 续跑）", flush=True)
    if prefect:
        from flows.annual_export import export_flow

        published = export_flow(job, run, out)
    else:
        with progress("导出", options.json) as tell:
            published = run_export(job, run, tell, out)
    gone_on = gone_on_of(run)
    use = use_of(job.settings, job.org, published.folder)
    record: dict[str, Any] = {
        "run": run.id,
        "package": str(published.folder),
        "known": published.known,
        "ready": published.ready,
        "sealed": published.sealed,
        "signer": published.signer,
        "verdict": published.sentence,
        "official": [result.to_json() for result in published.official],
        "findings": published.summary.to_json(),
        "entitlement": use.to_json() if use else None,
        "resumed": gone_on.to_json() if gone_on else None,
        "reminders": reminders(job.settings.contracts, job.day, job.org),
    }
    lines = [
        *(gone_on.lines({one.name: one.title for one in STAGES}) if gone_on else ()),
        *_export_lines(published, bool(job.prior)),
        *lines_of(job, use),
    ]
    if job.rehearsal_of and published.sealed:
        forecast = foresee(job, run, published.folder)
        record["forecast"] = forecast.to_json()
        lines += ["", *forecast.lines()]
    say(options, record, lines)
    return published.exit_code


def _export_lines(published: "Published", compared: bool) -> list[str]:
    known = "（与已有的包逐字节相同，未另立版本）" if published.known else ""
    reports = published.folder / "deliver" / "reports"
    lines = ["", "检查组的十二项验收：", *check_lines(published.official), "", published.sentence]
    place = "导出包" if published.sealed else "核对结果（没有数据文件）"
    lines += ["", *published.summary.lines(published.folder / "local" / "findings.xlsx"), ""]
    lines += [f"{place}：{published.folder}{known}", f"验收报告：{reports / 'acceptance.md'}"]
    if published.sealed:
        lines.append(_signed(published.signer))
    return [*lines, f"与上年比较：{reports / 'drift.html'}"] if compared else lines


def _signed(signer: str | None) -> str:
    if signer is None:
        return "签名：未签名（用 feijian seal key new 建立密钥，再用 feijian seal sign 补签）"
    from exports.seal.keys import spaced

    return f"签名：已签名，公钥指纹 {spaced(signer)}"


def runs(options: Namespace) -> int:
    """List runs with their stages and what came of them."""
    found = [run for run in list_runs(load_settings().runs) if options.run in (None, run.id)]
    if options.run and not found:
        raise SettingsError(f"没有运行 {options.run}。用 feijian runs 查看全部。")
    records = [{"run": run.id, "asked": run.asked(), "ledger": run.notes()} for run in found]
    lines = []
    for run in found:
        notes, asked = run.notes(), run.asked()
        seconds = sum(note.get("seconds", 0) for note in notes)
        result = next((said for said in map(_came_of, notes) if said), None) or _stopped(notes)
        lines.append(
            f"{run.id}　{asked['org']}　{asked['from']} 至 {asked['to']}　{asked['source']}　{seconds:.1f} 秒　{result}"
        )
        lines += [f"    {n['stage']:<12}{n['seconds']:>8.2f} 秒" for n in notes if options.run and "stage" in n]
    say(options, {"runs": records}, lines or ["还没有运行过。"])
    return 0


def _came_of(note: dict[str, Any]) -> str | None:
    if "published" in note:
        return f"已交付 {note['published']}"
    return f"未封装 {note['unsealed']}" if "unsealed" in note else None


def _stopped(notes: list[dict[str, Any]]) -> str:
    last: dict[str, Any] = next((note for note in reversed(notes) if "failed" in note or "stage" in note), {})
    if "failed" in last:
        return f"停在 {_stage_title(last['failed'])}：{last['reason']}"
    return f"停在 {_stage_title(last['stage'])} 之后" if last else "尚未开始"


def _stage_title(name: str) -> str:
    from flows.export import STAGES

    return next((stage.title for stage in STAGES if stage.name == name), name)


def init(options: Namespace) -> int:
    """Write a commented feijian.toml."""
    path = Path.cwd() / CONFIG
    if path.exists() and not options.force:
        raise SettingsError(f"{path} 已存在；确要覆盖请加 --force。")
    with disk_errors():
        path.write_text(TEMPLATE, encoding="utf-8")
    say(options, {"file": str(path)}, [f"已写入 {path}，请按其中的说明填写数据源。"])
    return 0


def form(options: Namespace) -> int:
    """The format registry: list, show, learn, diff."""
    from flows.format_commands import ACTIONS

    return ACTIONS[options.action](options)


def rule(options: Namespace) -> int:
    """The rules: list, show."""
    from flows.rule_commands import ACTIONS

    return ACTIONS[options.action](options)


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "demo": demo,
    "sample": sample,
    "export": export,
    "format": form,
    "rule": rule,
    "runs": runs,
    "resume": resume,
    "init": init,
}
