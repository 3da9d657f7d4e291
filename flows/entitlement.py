"""The right to export: one package that is ready per institution and year of its contract.

Asked before the first row is read, and again at publication while the institution's lock is held, so that of two
exports at once only one is published. A right is counted by institution and day, whatever contract a line of the
ledger names: a contract that is entered late, or renumbered, changes nothing in what was used. Rehearsals, packages
that are not ready and what cannot be sealed use nothing up.

A use is never lost between the package's rename and the ledger's line: an intention is written before and settled
after, by the next export of the institution when the machine stopped in between.

Each use is also a line of the access log, which is chained: a use that stands there and not in the ledger was taken out
of the ledger, and nothing is exported until it is back.

Source: the service contract, annex 1 item 9; that a correction is no second export, and that more than one needs a
change request (article 3), are our reading of it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import Timeout

from exports.durable import replace_text
from exports.manifest import FILE, read_manifest
from exports.seal.digests import file_digests
from exports.seal.edition import Corrected
from flows.job import Job
from flows.package_log import USE, log_package, logged_uses
from flows.run import SHANGHAI, Run
from flows.settings import Settings
from flows.use_ledger import Kind, Use, append_use, locked, read_uses
from schemas.contract import Contract, ServiceYear, contract_of
from schemas.errors import EntitlementError, SettingsError, StoreError

STAGE = "entitlement"  # under which a run's ledger notes a refusal
WORK = ".entitlements"  # locks and intentions, in the store


@dataclass(frozen=True)
class Right:
    """What the next package would be, by which contract and year; `unchecked` says why no contract was consulted."""

    kind: Kind
    contract: Contract | None = None
    year: ServiceYear | None = None
    unchecked: str = ""


@dataclass(frozen=True)
class Claim:
    """A right at the moment of publication; `use` lacks what only the package's folder will tell."""

    use: Use
    intention: Path


def ask_for(job: Job, corrects: str | None, reason: str | None, root: Path) -> Job:
    """The job with what the user wrote to have a second package.

    Args:
        job: what is asked for.
        corrects: name or folder of the package that the new one corrects; it must lie under `root`.
        reason: why an export beyond the right is needed, in words.
        root: where packages of this export go.

    Raises:
        SettingsError: it is a rehearsal, the reason is empty, or the package is another institution's, period's or
            format's.
        PackageError: there is no whole package of that name.
    """
    if job.rehearsal_of and (corrects or reason):
        raise SettingsError("演练不占用导出次数，不要写 --corrects 或 --reason。")
    if reason is not None and not reason.strip():
        raise SettingsError("--reason 后面要写明理由，如“检查组要求增加 2023 年的数据”。")
    corrected = _corrected(job, corrects, root) if corrects else None
    return replace(job, corrects=corrected, reason=" ".join((reason or "").split()))


def _corrected(job: Job, named: str, root: Path) -> Corrected:
    folder = root / Path(named).name
    if Path(named).name != named and Path(named).resolve() != folder.resolve():
        raise SettingsError(f"更正包要与被更正的包 {named} 放在一起：请用 --out 指到它所在的文件夹。")
    if not folder.is_dir():
        raise SettingsError(f"{root} 中没有导出包 {folder.name}；用 feijian contract ledger 查看交付过的包。")
    manifest = read_manifest(folder / "deliver")
    if manifest.get("feijian:rehearsal_of"):
        raise SettingsError(f"{folder.name} 是演练，不是正式的导出包，不能更正。")
    for name, theirs, ours in (
        ("机构", manifest.get("feijian:institution", {}).get("code"), job.org),
        ("期间", manifest.get("feijian:period"), job.window.record()),
        ("格式", manifest.get("feijian:format"), job.form.id),
    ):
        if theirs != ours:
            raise SettingsError(
                f"被更正的包 {folder.name} 的{name}与本次导出不同：包中是 {_words(theirs)}，本次是 {_words(ours)}。"
            )
    return Corrected(folder.name, _manifest_of(folder))


def _words(value: Any) -> str:
    return " 至 ".join(value.values()) if isinstance(value, dict) else str(value or "空")


def decide(job: Job, uses: list[Use]) -> Right:
    """What the job's package would be on the day of the job, with what has been used so far.

    Raises:
        EntitlementError: the right of the year is used up, and it is neither a correction nor has it a reason.
    """
    mine = [use for use in uses if use.institution == job.org]
    recorded = job.corrects is not None and _find(mine, job.org, job.corrects.manifest_sha256) is not None
    kind = Kind.CORRECTION if recorded else Kind.EXPORT
    contract = contract_of(job.settings.contracts, job.org, job.day)
    year = contract.year_of(job.day) if contract else None
    if contract is None or year is None:
        return Right(kind, unchecked=_why_unchecked(job))
    used = exports_in(year, mine)
    if recorded or len(used) < contract.exports_per_year:
        return Right(kind, contract, year)
    if job.reason:
        return Right(Kind.EXTRA, contract, year)
    raise EntitlementError(_refusal(job, contract, year, used))


def exports_in(year: ServiceYear, uses: list[Use]) -> list[Use]:
    """The uses that count against a year: exports of its days; corrections and extra ones do not."""
    return [use for use in uses if use.kind is Kind.EXPORT and year.holds(use.day)]


def _why_unchecked(job: Job) -> str:
    contracts = job.settings.contracts
    if not contracts:
        return "feijian.toml 中没有合同"
    if not any(job.org in one.institutions for one in contracts):
        return f"机构 {job.org} 不在任何合同之中"
    return f"{job.day} 不在机构 {job.org} 任何合同的服务期之内"


def _refusal(job: Job, contract: Contract, year: ServiceYear, used: list[Use]) -> str:
    first = used[0]
    unknown = f"要更正的 {job.corrects.package} 没有交付记录，不能算作更正。" if job.corrects else ""
    return (
        f"拒绝导出：合同 {contract.number} 每年 {contract.exports_per_year} 次，机构 {job.org} 在{year.title}已用完："
        f"{first.day} 已交付 {first.package}（第 {first.version} 版）。{unknown}"
        f"要更正它，请加 --corrects {first.package}；确需另外导出，请先与客户办理变更申请，再用 --reason 写明理由。"
    )


@contextmanager
def publishing(job: Job) -> Iterator[None]:
    """Hold the institution's lock while its package is published; rehearsals need none.

    Raises:
        StoreError: another export of the institution has been publishing for ten minutes.
    """
    if job.rehearsal_of:
        yield
        return
    try:
        with locked(_place(job.settings, job.org, "lock")):
            yield
    except Timeout:
        raise StoreError(f"机构 {job.org} 的另一次导出正在交付，请等它结束后再试。") from None


def require_right(job: Job, run: Run) -> Right | None:
    """Ask for the right before anything is read; a rehearsal needs none.

    A run that was cut after its package was published may go on: the right it used is its own.

    Raises:
        EntitlementError: it is used up; the run notes it.
        SettingsError: the institution is written otherwise than in the contract.
        StoreError: a use is missing from the ledger.
    """
    if job.rehearsal_of:
        return None
    _require_spelling(job)
    with publishing(job):
        settle(job.settings, job.org)
        uses = _whole_ledger(job)
    own = next((use for use in uses if (use.institution, use.run) == (job.org, run.id)), None)
    return Right(own.kind, unchecked=own.unchecked) if own else _decide(job, run, uses)


def _decide(job: Job, run: Run, uses: list[Use]) -> Right:
    try:
        return decide(job, uses)
    except EntitlementError as error:
        run.note(failed=STAGE, reason=str(error))
        raise


def claim_right(job: Job, run: Run, root: Path, known: Path | None) -> Claim | None:
    """Ask for the right once more, with the lock of `publishing` held, and write down what is about to happen.

    Args:
        job: what was asked for.
        run: the run whose sealed package is ready to hand over.
        root: where it is about to appear.
        known: the package that is there already, byte for byte; when it is in the ledger it is no second use.

    Returns:
        What `record_use` needs; None when nothing is used up.

    Raises:
        EntitlementError: another export used the right meanwhile; the run notes it and stays whole.
    """
    if job.rehearsal_of:
        return None
    settle(job.settings, job.org)
    uses = _whole_ledger(job)
    if known and _find(uses, job.org, _manifest_of(known)):
        return None
    claim = Claim(_use(job, run, _decide(job, run, uses)), _place(job.settings, job.org, "json"))
    before = sorted(path.name for path in _packages(root, job.org))
    intended = {"root": str(root.absolute()), "before": before, "use": claim.use.to_json()}
    replace_text(claim.intention, json.dumps(intended, ensure_ascii=False))
    return claim


def _use(job: Job, run: Run, right: Right) -> Use:
    return Use(
        institution=job.org,
        contract=right.contract.number if right.contract else "",
        year=right.year,
        unchecked=right.unchecked,
        day=job.day,
        kind=right.kind,
        package="",
        version=0,
        manifest_sha256="",
        period=job.window.record(),
        format=job.form.id,
        corrects=job.corrects.package if job.corrects else "",
        reason=job.reason,
        run=run.id,
        at=datetime.now(SHANGHAI).isoformat(timespec="seconds"),
    )


def record_use(settings: Settings, claim: Claim, folder: Path) -> None:
    """Write the use into the ledger once the package lies in its folder."""
    _append(settings, claim.use, folder)
    claim.intention.unlink(missing_ok=True)


def _append(settings: Settings, use: Use, folder: Path) -> None:
    """A line of the ledger, and then one of the access log, so that the log never knows of a use that is not there."""
    whole, deliver = _of_package(use, folder), folder / "deliver"
    if append_use(settings.entitlements, whole):
        log_package(settings, USE, read_manifest(deliver), deliver, file=folder.name, scope=_logged(whole))


def _logged(use: Use) -> dict[str, str]:
    """What of a use decides on later ones, as the access log has it."""
    return {"day": use.day.isoformat(), "kind": str(use.kind)}


def _whole_ledger(job: Job) -> list[Use]:
    """Every use.

    Raises:
        StoreError: the access log knows of one that is not in the ledger, or stands otherwise there.
    """
    ledger = job.settings.entitlements
    uses = read_uses(ledger)
    known = {use.manifest_sha256: _logged(use) for use in uses}
    told = logged_uses(job.settings.access_log, job.org)
    if gone := [name for name, sha256, said in told if known.get(sha256) != said]:
        raise StoreError(
            f"导出权利台账 {ledger} 中没有 {gone[0]}，或与访问日志记的不同：台账被删改过，无法核对次数。"
            "请从备份恢复台账。"
        )
    return uses


def _require_spelling(job: Job) -> None:
    """Refuse a code that some databases take for one of the contract's, and the contract does not."""
    for code in (code for one in job.settings.contracts for code in one.institutions):
        if code != job.org and code.casefold() == job.org.casefold():
            raise SettingsError(f"机构编码 {job.org} 与合同中的 {code} 只差大小写，请写成 {code}。")


def _of_package(use: Use, folder: Path) -> Use:
    version = int(folder.name.rpartition("_v")[2])
    return replace(use, package=folder.name, version=version, manifest_sha256=_manifest_of(folder))


def settle(settings: Settings, institution: str) -> None:
    """Finish what a stopped machine left: the package that an intention led to gets its line, or there is none.

    The institution's lock must be held.

    Raises:
        StoreError: the folder that the package went to is not there, so that nobody can tell.
    """
    path = _place(settings, institution, "json")
    if not path.is_file():
        return
    record = json.loads(path.read_text(encoding="utf-8"))
    use, root = Use.from_json(record["use"]), Path(record["root"])
    if not root.is_dir():
        raise StoreError(
            f"机构 {institution} 上一次交付中断，交付文件夹 {root} 现在不在，无法核对导出次数：请接上那个磁盘后重试；"
            f"那一次确实没有交付，就删去 {path}。"
        )
    for folder in _packages(root, institution):
        if folder.name not in record["before"] and _handed_over(folder, use):
            _append(settings, use, folder)
    path.unlink()


def settle_all(settings: Settings) -> None:
    """Settle what can be settled now; an institution that is publishing at the moment is left alone."""
    for path in sorted((settings.store / WORK).glob("*.json")):
        try:
            with locked(path.with_suffix(".lock")).acquire(timeout=0):
                settle(settings, path.stem)
        except Timeout:
            continue


def _packages(root: Path, institution: str) -> list[Path]:
    named = re.compile(rf"{re.escape(institution)}_.*_v\d+")
    return sorted(path for path in root.glob(f"{institution}_*") if named.fullmatch(path.name))


def _handed_over(folder: Path, use: Use) -> bool:
    """Whether a folder is the package of a use: ready, of the same institution, period and format, no rehearsal."""
    if not (folder / "deliver" / FILE).is_file():
        return False
    manifest = read_manifest(folder / "deliver")
    theirs = [manifest.get(f"feijian:{name}") for name in ("period", "format", "ready", "rehearsal_of")]
    code = manifest.get("feijian:institution", {}).get("code")
    return [code, *theirs] == [use.institution, use.period, use.format, True, None]


def use_of(settings: Settings, institution: str, folder: Path) -> Use | None:
    """The use that a package stands for in the ledger; None when it used nothing up."""
    if not (folder / "deliver" / FILE).is_file():
        return None
    return _find(read_uses(settings.entitlements), institution, _manifest_of(folder))


def _find(uses: list[Use], institution: str, manifest_sha256: str) -> Use | None:
    told = (institution, manifest_sha256)
    return next((use for use in uses if (use.institution, use.manifest_sha256) == told), None)


def _manifest_of(folder: Path) -> str:
    return file_digests(folder / "deliver" / FILE).sha256


def _place(settings: Settings, institution: str, ending: str) -> Path:
    """Lock and intention of an institution."""
    return settings.store / WORK / f"{institution}.{ending}"
