"""A run that was cut goes on from its last whole stage, unless what it depends on has changed since.

What changed is named. When the rows to be read are others, everything is done again; when only what is made of them is,
all but the extraction. A stage whose files are not what the ledger says of them is done again with all that follow.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from exports.seal.edition import Corrected
from flows.extraction.cutting import WHOLE
from flows.extraction.ledger import part_lines
from flows.inputs import SOURCE, changed_inputs, inputs_of
from flows.job import Job, make_job
from flows.run import Run, list_runs
from flows.settings import Settings, parse_day
from schemas.errors import SettingsError

EXTRACTION = "raw"
SHOWN = 5


@dataclass(frozen=True)
class GoneOn:
    """How a run went on that was cut, or (`cut` is false) whose connection alone was.

    `changed` are the inputs that are others than before, `damaged` the first stage whose files were not what they were,
    `kept` the stages that were not done again; `proved` are parts of tables that the source proved to be unchanged,
    `again` (part -> reason) those that were read again.
    """

    changed: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    proved: tuple[str, ...] = ()
    again: dict[str, str] = field(default_factory=dict)
    cut: bool = True

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return asdict(self)

    def lines(self, titles: dict[str, str]) -> list[str]:
        """For the user; `titles` are the Chinese names of the stages."""
        kept = "、".join(titles[name] for name in self.kept)
        gone_on = f"续跑：沿用已完成的阶段 {kept}。" if kept else "续跑：没有整段可沿用的阶段。"
        lines = [gone_on if self.cut else "抽取途中与源库断开过，已重新连接："]
        lines += [f"  “{titles[name]}”阶段的文件与记录不符，从它起重做。" for name in self.damaged]
        if self.changed:
            what = "全部重做" if SOURCE in self.changed else "抽取之后的各阶段重做"
            lines.append(f"  上次开始以后改过：{'、'.join(self.changed)}；{what}。")
        if self.proved:
            lines.append(f"  {len(self.proved)} 个已抽取的部分经源库逐值核对未变，沿用。")
        for reason in sorted(set(self.again.values())):
            parts = [part.removesuffix(f"/{WHOLE}") for part, why in self.again.items() if why == reason]
            named = f"{'、'.join(parts[:SHOWN])}{f' 等 {len(parts)} 个部分' if len(parts) > SHOWN else ''}"
            lines.append(f"  重新抽取 {named}：{reason}。")
        return lines


def settle(job: Job, run: Run, stages: Sequence[str]) -> None:
    """Remove from a run what cannot be gone on with; the run's lock must be held.

    Args:
        job: what is asked for now.
        run: a run of it, new or cut.
        stages: the names of all stages in their order; the first extracts.
    """
    now = inputs_of(job)
    changed = changed_inputs(_inputs_before(run), now)
    doomed = list(stages[0 if SOURCE in changed else 1 :] if changed else ())
    there = [name for name in stages if run.part(name).is_dir()]
    done = stages[: stages.index(there[-1]) + 1] if there else ()
    damaged = next((name for name in done if name not in doomed and not run.is_whole(name)), None)
    if damaged:
        doomed = [*doomed, *stages[stages.index(damaged) :]]
    for name in doomed:
        run.forget(name)
    if run.notes() or (run.folder / f".{stages[0]}").is_dir():
        kept = [name for name in there if name not in doomed]
        run.note(resumed=kept, changed=changed, damaged=[damaged] if damaged else [], inputs=now)


def gone_on_of(run: Run) -> GoneOn | None:
    """How a run went on the last time; None when it was never cut and its connection never broke."""
    note = next((note for note in reversed(run.notes()) if "resumed" in note), None)
    lines = part_lines(run.part(EXTRACTION))
    last = {part: line for line in lines if (part := line.get("again") or line.get("proved"))}
    proved = tuple(part for part, line in last.items() if "proved" in line)
    again = {part: line["reason"] for part, line in last.items() if "again" in line}
    if note is None:
        return GoneOn(proved=proved, again=again, cut=False) if last else None
    return GoneOn(tuple(note["changed"]), tuple(note["damaged"]), tuple(note["resumed"]), proved, again)


def _inputs_before(run: Run) -> dict[str, str]:
    notes = [note["inputs"] for note in run.notes() if "inputs" in note]
    before: dict[str, str] = notes[-1] if notes else run.asked()["inputs"]
    return before


def find_run(name: str, settings: Settings) -> Run:
    """A run of the store by its id.

    Raises:
        SettingsError: there is none of that id, or it was begun by a version that kept too little to go on.
    """
    found = next((run for run in list_runs(settings.runs) if run.id == name), None)
    if found is None:
        raise SettingsError(f"没有运行 {name}。用 feijian runs 查看全部。")
    if "inputs" not in found.asked():
        raise SettingsError(f"运行 {name} 由旧版程序开始，不能续跑：请用 feijian export 重新导出。")
    return found


def job_of(run: Run, settings: Settings) -> tuple[Job, Path | None]:
    """What a run was asked for, made anew with the configuration of today, and where its package goes.

    Raises:
        SettingsError: the configuration has no such source any more, or a file that was given is gone.
    """
    asked = run.asked()
    period = asked["rehearsal_of"] or asked
    finance, answers, template = (_given(asked, name) for name in ("finance", "answers", "template"))
    job = make_job(
        asked["source"],
        asked["org"],
        period["from"],
        period["to"],
        asked["asked_format"],
        finance,
        settings,
        tuple(asked["overlays"]),
        asked["prior"],
        asked["from"][:7] if asked["rehearsal_of"] else None,
        answers,
        parse_day(asked["day"]),
        asked["xlsx_asked"],
        template,
    )
    out = Path(asked["out"]) if asked.get("out") else None
    corrects, reason = _corrected(asked["corrects"]), asked["reason"] or ""
    return replace(job, corrects=corrects, reason=reason, pulled=asked["pulled"]), out


def _given(asked: dict[str, Any], name: str) -> Path | None:
    record = asked[name]
    if record is None:
        return None
    path = Path(record["path"])
    if not path.is_file():
        raise SettingsError(f"续跑需要当初给的文件 {path}，它已不在原处：请放回后重试。")
    return path


def _corrected(record: dict[str, str] | None) -> Corrected | None:
    return Corrected(record["name"], record["hash"].removeprefix("sha256:")) if record else None
