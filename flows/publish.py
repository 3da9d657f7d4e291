"""From a sealed run to a package folder that appears whole or not at all.

`<institution>_<from>-<to>_v<n>/deliver` may leave the house, `local` must not. The same data sealed again
is recognised by its manifest and makes no new version.

What cannot be sealed (rows unaccounted for, or quarantined without an answer) leaves no data: `<base>_unsealed_v<n>`
holds the reports and what stays in the house.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from exports.acceptance.verdict import NUMBERS
from exports.manifest import FILE, read_manifest
from exports.verify import REPORT, prove_files
from flows.entitlement import claim_right, publishing, record_use
from flows.history import remember
from flows.job import Job
from flows.run import LEDGER, Run, make_durable
from flows.settings import DEFAULT_FORMAT
from flows.steps.check import RESULTS
from flows.steps.clerk import NAME, Summary, load_summary
from schemas.result import CheckResult

UNSEALED = "_unsealed"
CHECKED = ("findings", "validation", "drift")  # the stages that leave results


@dataclass(frozen=True)
class Published:
    """A package where it lies; `known` says that it was there before, byte for byte.

    One that is not `sealed` has reports and no data. `summary` is what the run that was published says of the findings.
    """

    folder: Path
    known: bool
    ready: bool
    sealed: bool
    sentence: str
    official: tuple[CheckResult, ...]
    summary: Summary

    @property
    def exit_code(self) -> int:
        """0 ready to hand over, 1 findings stand in the way."""
        return 0 if self.ready else 1


def link_tree(source: Path, target: Path) -> None:
    """Give the files of a folder a second name elsewhere; where the file system cannot, copy them."""
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def publish(job: Job, run: Run, root: Path) -> Published:
    """Put the sealed package of a run under `root`, with the next free version number.

    What could not be sealed goes to `<base>_unsealed_v<n>`: its reports and what stays in the house, no data.
    The run keeps its Parquet stages; the rendered files live on in the package alone.

    Raises:
        EntitlementError: another export used up the right of the year meanwhile; nothing is published, the run stays.
    """
    with publishing(job):
        return _publish(job, run, root)


def _publish(job: Job, run: Run, root: Path) -> Published:
    sealed = run.part("sealed") / "deliver"
    root.mkdir(parents=True, exist_ok=True)
    base = f"{job.org}_{job.window}{_format_tag(job)}{'_rehearsal' if job.rehearsal_of else ''}"
    report = _report(sealed)
    whole = report["sealed"]
    known = _known(sealed, root, base) if whole else None
    claim = claim_right(job, run, root, known) if whole and report["ready"] else None
    folder = known or (_put(run, sealed, root, base) if whole else _put_unsealed(run, sealed, root, base))
    if claim:
        record_use(job.settings, claim, folder)
    summary = load_summary(run.part("sealed") / "local")
    findings = run.part("sealed") / "local" / f"{NAME}.parquet"
    remember(job, run.id, findings, summary.rules, verdict=summary.verdict, package=folder.name)
    for part in ("sealed", "rendered", "spill"):
        shutil.rmtree(run.part(part), ignore_errors=True)
    run.note(**{"published" if whole else "unsealed": folder.name}, known=known is not None)
    return _read_published(folder, known is not None, summary)


def _format_tag(job: Job) -> str:
    """Packages in another format than the national list say so in their name."""
    return "" if job.form.layers[0] == DEFAULT_FORMAT else "_" + re.sub(r"[^A-Za-z0-9.]+", "-", job.form.id)


def _read_published(folder: Path, known: bool, summary: Summary) -> Published:
    """The verdict of a package as its own acceptance report has it."""
    report = _report(folder / "deliver")
    official = tuple(CheckResult.from_json(record) for record in report["official"])
    assert tuple(result.id for result in official) == NUMBERS
    return Published(folder, known, report["ready"], report["sealed"], report["verdict"], official, summary)


def _report(deliver: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((deliver / REPORT).read_text(encoding="utf-8"))
    return report


def _known(sealed: Path, root: Path, base: str) -> Path | None:
    """An earlier package with the same manifest whose files are all whole."""
    manifest = (sealed / FILE).read_bytes()
    for folder in sorted(root.glob(f"{base}_v*")):
        path = folder / "deliver" / FILE
        same = path.is_file() and path.read_bytes() == manifest
        if same and not any(result.blocks for result in prove_files(folder / "deliver", read_manifest(path.parent))):
            return folder
    return None


def _put(run: Run, sealed: Path, root: Path, base: str) -> Path:
    with _aside(run, root, base) as aside:
        link_tree(sealed, aside / "deliver")
        make_durable(aside)
        return _rename(aside, root, base)


def _put_unsealed(run: Run, sealed: Path, root: Path, base: str) -> Path:
    """Reports alone; an earlier folder stays, for somebody may be filling in its workbook."""
    with _aside(run, root, base) as aside:
        link_tree(sealed / "reports", aside / "deliver" / "reports")
        make_durable(aside)
        return _rename(aside, root, f"{base}{UNSEALED}")


@contextmanager
def _aside(run: Run, root: Path, base: str) -> Iterator[Path]:
    """A folder that holds what stays in the house, gone again when the block does not end well."""
    aside = root / f".{base}-{run.id}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        _local(run, aside / "local")
        yield aside
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _rename(aside: Path, root: Path, base: str) -> Path:
    """Give the package the next free version, even when another export takes one at the same moment."""
    for version in count(1):
        folder = root / f"{base}_v{version}"
        if folder.exists():
            continue
        try:
            return aside.rename(folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise AssertionError("count() never ends")


def _local(run: Run, folder: Path) -> None:
    """What stays in the house: the run's own account of how the package came to be."""
    link_tree(run.part("sealed") / "local", folder)
    shutil.copy2(run.folder / LEDGER, folder / LEDGER)
    for stage in CHECKED:
        shutil.copy2(run.part(stage) / RESULTS, folder / f"{stage}.json")
