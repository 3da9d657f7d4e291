"""The yearly export in its order.

The order is written here once: the command runs it directly, the Prefect flow `flows/annual_export.py`
runs the same stages as tasks; both give the same bytes.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.entitlement import require_right
from flows.job import Job, Tell
from flows.publish import CHECKED, Published, link_tree, publish
from flows.pull import take
from flows.resume import settle
from flows.run import Run, disk_errors
from flows.steps.account import account
from flows.steps.assemble import assemble
from flows.steps.check import FOUND, RESULTS, check_out, check_std, load_results, save_checked
from flows.steps.clerk import gather
from flows.steps.conform import conform, find_place
from flows.steps.drift import REPORTS, check_drift, require_consistent
from flows.steps.extract import extract, load_extracted
from flows.steps.quarantine import keep_quarantined
from flows.steps.render import load_rendered, render, save_rendered
from flows.steps.seal import Evidence, seal
from flows.steps.stock import leave_reconciliation
from schemas.errors import FeijianError


@dataclass(frozen=True)
class Stage:
    """One stage: `name` is its folder in the run, `title` what the user reads, `work` does it.

    What was whole of a stage `in_parts` stays when it is cut.
    """

    name: str
    title: str
    work: Callable[[Job, Run, Path, Tell], None]
    in_parts: bool = False


def _extract(job: Job, run: Run, into: Path, tell: Tell) -> None:
    if job.pulled:
        take(job, into)
    else:
        extract(job, into, tell)


def _conform(job: Job, run: Run, into: Path, tell: Tell) -> None:
    conform(job, run.part("raw"), into, run.spill, tell)


def _check(job: Job, run: Run, into: Path, tell: Tell) -> None:
    save_checked(check_std(job, run.part("raw"), run.part("std"), run.spill, tell), into)


def _assemble(job: Job, run: Run, into: Path, tell: Tell) -> None:
    assemble(job, run.part("std"), into, run.spill, tell)


def _validate(job: Job, run: Run, into: Path, tell: Tell) -> None:
    save_checked(check_out(job, run.part("out"), run.spill, tell), into)


def _compare(job: Job, run: Run, into: Path, tell: Tell) -> None:
    check_drift(job, run.part("out"), into, run.spill, tell)


def _render(job: Job, run: Run, into: Path, tell: Tell) -> None:
    require_consistent(run.part("drift"))
    rendered = render(job, run.part("out"), into / "deliver", run.spill, tell)
    save_rendered(rendered, into)


def _seal(job: Job, run: Run, into: Path, tell: Tell) -> None:
    deliver = into / "deliver"
    link_tree(run.part("rendered") / "deliver", deliver)
    if (run.part("drift") / REPORTS).is_dir():
        link_tree(run.part("drift") / REPORTS, deliver / "reports")
    with closing(duckdb.connect()) as database:
        place = find_place(database, run.part("std"), job.org)
    tell("核对数据去向")
    keep_quarantined(job, run.part("raw"), run.part("std"), into / "local" / "quarantine", run.spill)
    (into / "local").mkdir(exist_ok=True)
    leave_reconciliation(job, run.part("std"), into / "local", run.spill)
    extracted = load_extracted(run.part("raw"))
    evidence = Evidence(
        place=place,
        extracted=extracted,
        checks=tuple(result for stage in CHECKED for result in load_results(run.part(stage) / RESULTS)),
        accounts=tuple(account(job, extracted, run.part("raw"), run.part("std"), run.part("out"), run.spill)),
        findings=gather([run.part(stage) / FOUND for stage in CHECKED]),
        run=run.id,
    )
    seal(job, run.part("out"), load_rendered(run.part("rendered")), evidence, deliver, run.spill, tell)


STAGES = (
    Stage("raw", "抽取", _extract, in_parts=True),
    Stage("std", "转换", _conform),
    Stage("findings", "核对", _check),
    Stage("out", "组装", _assemble),
    Stage("validation", "按格式核对", _validate),
    Stage("drift", "与上年比较", _compare),
    Stage("rendered", "写出", _render),
    Stage("sealed", "验收与封装", _seal),
)


def run_stage(stage: Stage, job: Job, run: Run, tell: Tell) -> None:
    """Do one stage, unless the run already holds it whole.

    Raises:
        StoreError: the disk is full or cannot be written.
        FeijianError: whatever else the stage has to say to its user.
    """
    if run.part(stage.name).is_dir():
        return
    try:
        with disk_errors(), run.stage(stage.name, stage.in_parts) as into:
            stage.work(job, run, into, tell)
    except FeijianError as error:
        with suppress(OSError):  # on a full disk there is no room for this either
            run.note(failed=stage.name, reason=str(error))
        raise


def export(job: Job, run: Run, tell: Tell, out: Path | None = None) -> Published:
    """Do every stage in order and publish the package.

    Args:
        job: what was asked for.
        run: an empty run, or one that was cut: its whole stages are not done again.
        tell: takes a line of progress.
        out: the folder for packages; None: the store's own.

    Raises:
        EntitlementError: the export right of the year is used up; nothing was read.
        StoreError: another process works on the run.
    """
    with run.held():
        prepare(job, run)
        for stage in STAGES:
            run_stage(stage, job, run, tell)
        tell("交付")
        with disk_errors():
            return publish(job, run, out or job.settings.deliver)


def prepare(job: Job, run: Run) -> None:
    """Before the first stage: the right to export, and what of a run that was cut can be gone on with."""
    with disk_errors():
        require_right(job, run)
        settle(job, run, [stage.name for stage in STAGES])
