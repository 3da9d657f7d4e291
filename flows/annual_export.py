"""The Prefect flow of the yearly export: the stages of `flows/export.py`, one task each, nothing more.

It needs no server: without a configured API, Prefect starts a temporary one in this machine's memory and
stops it again. Nothing is sent to anybody; telemetry is off.
"""

from pathlib import Path

from prefect import flow, task

import flows.prefect_settings  # noqa: F401  (before Prefect)
from flows.entitlement import ask_for
from flows.export import STAGES, Stage, prepare, run_stage
from flows.job import Job, make_job
from flows.publish import Published, publish
from flows.run import Run, disk_errors, start_run
from flows.settings import DEFAULT_FORMAT


@task(task_run_name="{stage.title}", persist_result=False)
def stage_task(stage: Stage, job: Job, run: Run) -> None:
    """One stage of one centre; a stage that the run already holds is not done again."""
    run_stage(stage, job, run, lambda line: None)


@flow(name="医保飞行检查年度导出", validate_parameters=False, persist_result=False)
def export_flow(job: Job, run: Run, out: Path | None = None) -> Published:
    """Order the stages of one centre's export as tasks and publish the package."""
    with run.held():
        prepare(job, run)
        for stage in STAGES:
            stage_task(stage, job, run)
        with disk_errors():
            return publish(job, run, out or job.settings.deliver)


@flow(name="annual-export", persist_result=False)
def annual_export(
    source: str,
    org: str,
    date_from: str,
    date_to: str,
    form: str = DEFAULT_FORMAT,
    overlays: list[str] | None = None,
    prior: str | None = None,
    answers: str | None = None,
    corrects: str | None = None,
    reason: str | None = None,
    xlsx: bool = False,
    template: str | None = None,
) -> str:
    """The deployment's entry: parameters as plain text; returns the package's folder.

    Args:
        source: a source named in feijian.toml.
        org: institution code.
        date_from: first day, YYYY-MM-DD.
        date_to: last day, YYYY-MM-DD.
        form: format, `<pack>/<edition>`.
        overlays: layers over it, in order.
        prior: the prior year's format or package.
        answers: the clerk's workbook, filled in.
        corrects: an earlier package that this one replaces.
        reason: why there is an export beyond the right of the contract year.
        xlsx: whether to write workbooks beside the CSV.
        template: the customer's own workbook to fill.
    """
    filled, model = (Path(file) if file else None for file in (answers, template))
    job = make_job(
        source, org, date_from, date_to, form, overlays=tuple(overlays or ()), prior=prior, answers=filled,
        xlsx=xlsx, template=model,
    )  # fmt: skip
    job = ask_for(job, corrects, reason, job.settings.deliver)
    return str(export_flow(job, start_run(job.settings.runs, job.record())).folder)
