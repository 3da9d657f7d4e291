"""From a sealed run to a package folder that appears whole or not at all.

`<institution>_<from>-<to>_v<n>/deliver` may leave the house, `local` must not. The same data sealed again
is recognised by the core of its manifest and makes no new version.

What cannot be sealed (rows unaccounted for, or quarantined without an answer) leaves no data: `<base>_unsealed_v<n>`
holds the reports and what stays in the house.
"""

import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from exports.acceptance.package import REPORT
from exports.acceptance.verdict import NUMBERS
from exports.manifest import read_manifest
from exports.papers.check import check_papers
from exports.papers.facts import Agreement, PaperFacts
from exports.papers.write import write_confirmation, write_papers
from exports.seal.edition import complete, core_of, edition
from exports.seal.keys import Signer, load_verifier
from exports.seal.proof import prove_files
from exports.seal.signature import SIGNER, is_signed, sign_manifest
from flows.entitlement import claim_right, publishing, record_use
from flows.history import remember
from flows.job import Job
from flows.package_log import log_package
from flows.run import LEDGER, Run, make_durable
from flows.settings import DEFAULT_FORMAT
from flows.signing import signer_of
from flows.steps.check import RESULTS
from flows.steps.clerk import NAME, Summary, load_summary
from schemas.contract import contract_of
from schemas.errors import PackageError
from schemas.result import CheckResult

UNSEALED = "_unsealed"
CHECKED = ("findings", "validation", "drift")  # the stages that leave results


@dataclass(frozen=True)
class Published:
    """A package where it lies; `known` says that it was there before, byte for byte.

    One that is not `sealed` has reports and no data. `signer` is the fingerprint of the key that signed it, if any.
    `summary` is what the run that was published says of the findings.
    """

    folder: Path
    known: bool
    ready: bool
    sealed: bool
    sentence: str
    official: tuple[CheckResult, ...]
    summary: Summary
    signer: str | None = None

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
    A package is signed when the store has a key; one that was there before and is not signed is signed then.
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
    signer = signer_of(job.settings)
    known = _known(sealed, root, base) if whole else None
    claim = claim_right(job, run, root, known) if whole and report["ready"] else None
    if known and signer and not is_signed(known / "deliver"):
        sign_manifest(known / "deliver", signer)
    folder = known or (_put(job, run, root, base, signer) if whole else _put_unsealed(run, sealed, root, base))
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
    key = folder / "deliver" / SIGNER
    signer = load_verifier(key).fingerprint if key.is_file() else None
    return Published(folder, known, report["ready"], report["sealed"], report["verdict"], official, summary, signer)


def _report(deliver: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((deliver / REPORT).read_text(encoding="utf-8"))
    return report


def _known(sealed: Path, root: Path, base: str) -> Path | None:
    """An earlier package with the same core whose files are all whole and whose papers say what it holds."""
    core = read_manifest(sealed)
    for folder in sorted(root.glob(f"{base}_v*")):
        deliver = folder / "deliver"
        try:
            manifest = read_manifest(deliver)
        except PackageError:
            continue
        if core_of(manifest) == core and not any(
            result.blocks for result in (*prove_files(deliver, manifest), *check_papers(manifest, deliver))
        ):
            return folder
    return None


def _put(job: Job, run: Run, root: Path, base: str, signer: Signer | None) -> Path:
    """The package as the next free version, which stands in its manifest and papers."""
    sealed = run.part("sealed") / "deliver"
    core, facts = read_manifest(sealed), _paper_facts(job)
    with _aside(run, root, base) as aside:
        link_tree(sealed, aside / "deliver")

        def finish(version: int) -> None:
            manifest = edition(core, version, job.corrects)
            papers = write_papers(manifest, facts, aside / "deliver")
            whole = complete(manifest, aside / "deliver", papers, signer)
            write_confirmation(facts, aside / "deliver", aside / "local")
            log_package(job.settings, "export", whole, aside / "deliver", file=f"{base}_v{version}", reason=job.reason)
            make_durable(aside)

        return _rename(aside, root, base, finish)


def _paper_facts(job: Job) -> PaperFacts:
    """What the papers say besides the manifest: the hand-over from the settings, the parties from the contract."""
    found = contract_of(job.settings.contracts, job.org, job.day)
    agreement = Agreement(found.project, found.number, found.unit, found.person, found.phone) if found else Agreement()
    return PaperFacts(job.settings.handover, agreement, job.settings.papers)


def _put_unsealed(run: Run, sealed: Path, root: Path, base: str) -> Path:
    """Reports alone; an earlier folder stays, for somebody may be filling in its workbook."""
    with _aside(run, root, base) as aside:
        link_tree(sealed / "reports", aside / "deliver" / "reports")
        return _rename(aside, root, f"{base}{UNSEALED}", lambda version: make_durable(aside))


@contextmanager
def _aside(run: Run, root: Path, base: str) -> Iterator[Path]:
    """A folder that holds what stays in the house, gone again when the block does not end well."""
    aside = root / f".{base}-{run.id}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    try:
        _local(run, aside / "local")
        yield aside
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _rename(aside: Path, root: Path, base: str, finish: Callable[[int], None]) -> Path:
    """Finish the package as the next free version and name it, even when another export takes that one meanwhile."""
    for version in count(1):
        folder = root / f"{base}_v{version}"
        if folder.exists():
            continue
        finish(version)
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
