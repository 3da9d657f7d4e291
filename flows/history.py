"""The history of an institution: what each run found, so that the next can say what is new, still there or solved.

`<store>/history/<institution>/history.jsonl` gets one line for each published run and is never rewritten; the
findings lie beside it in `<run>.parquet`, without the values of the rows.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exports.durable import append_line, read_lines
from flows.job import Job
from schemas.comparison import PAST, Past, PastRule
from schemas.errors import StoreError

HISTORY = "history.jsonl"


def history_folder(job: Job) -> Path:
    """Where the history of the job's institution lies."""
    return job.settings.store / "history" / job.org


def last_run(job: Job, run: str) -> Past | None:
    """What the last published run of the same period and format found; a rehearsal is compared with rehearsals.

    Args:
        job: what is asked for.
        run: the id of the run that is being made; it is not compared with itself.

    Raises:
        StoreError: the findings of that run cannot be read any more.
    """
    folder = history_folder(job)
    for entry in reversed(_entries(folder)):
        path = folder / f"{entry['run']}.parquet"
        if entry["run"] != run and entry["of"] == _kind(job) and path.is_file():
            rules = {name: PastRule(**record) for name, record in entry["rules"].items()}
            return Past(entry["run"], entry["day"], rules, _read(path))
    return None


def remember(job: Job, run: str, findings: Path, rules: dict[str, PastRule], **facts: Any) -> None:
    """Append a published run to the history, once.

    Args:
        job: what was asked for.
        run: the run's id.
        findings: its findings as Parquet (layout `FINDINGS`).
        rules: the rules that did not pass.
        facts: what else is worth keeping: the verdict, the package.
    """
    folder = history_folder(job)
    if run in (entry["run"] for entry in _entries(folder)):
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{run}.parquet"
    pq.write_table(pq.read_table(findings, columns=PAST.names), aside)
    aside.replace(folder / f"{run}.parquet")
    kept = {name: asdict(rule) for name, rule in rules.items()}
    entry = {"run": run, "day": job.day.isoformat(), "of": _kind(job), **facts, "rules": kept}
    append_line(folder / HISTORY, entry)


def _kind(job: Job) -> dict[str, Any]:
    """What two runs must have in common to be compared."""
    return {**job.window.record(), "format": job.form.id, "rehearsal": job.rehearsal_of is not None}


def _entries(folder: Path) -> list[dict[str, Any]]:
    return read_lines(folder / HISTORY)


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path, schema=PAST)
    except (pa.ArrowInvalid, OSError):
        raise StoreError(f"历史文件 {path} 已损坏：请删去它后重试，届时与更早的一次运行比较。") from None
