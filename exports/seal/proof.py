"""Prove the files of a package from its manifest, and the manifest from its signature and its own tree.

Nothing but the package is needed. The checks stand in the order in which one must believe them: a manifest that is
not the signed one proves nothing about files.
"""

from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from exports.acceptance.package import format_of
from exports.manifest import FILE as MANIFEST
from exports.seal.digests import file_digests
from exports.seal.leaves import KEY, merkle_record
from exports.seal.signature import OUTSIDE, Expected, check_signature
from schemas.result import CheckResult, Outcome


def prove_files(deliver: Path, manifest: dict[str, Any], signer: Expected = frozenset()) -> list[CheckResult]:
    """Whether exactly the files of the manifest are there, byte for byte, and the manifest is whole itself.

    Args:
        deliver: the folder of the package.
        manifest: what `read_manifest` gave for it.
        signer: fingerprints of which each must have signed; empty: not known.
    """
    results = [*check_signature(deliver, signer), *prove_listed(deliver, manifest), prove_tree(manifest)]
    if any(result.blocks for result in results):
        return results
    return [*results, prove_tables(deliver, manifest)]


def prove_listed(
    deliver: Path, manifest: dict[str, Any], absent: Collection[str] = (), besides: Collection[str] = ()
) -> list[CheckResult]:
    """Whether the files are those of the manifest; of `absent` none need be there, `besides` may be there too."""
    listed = [*manifest["resources"], *manifest["feijian:files"]]
    known = {record["path"] for record in listed}
    held = [record for record in listed if record["path"] not in absent or _holds_file(deliver / record["path"])]
    broken = [fault for record in held if (fault := _fault(deliver, record))]
    both = all("feijian:sm3" in record for record in held)
    title = f"每个文件的大小与 {'SHA-256、SM3' if both else 'SHA-256'} 与清单一致"
    there = {path.relative_to(deliver).as_posix(): path for path in deliver.rglob("*")}
    there = {name: path for name, path in there.items() if path.is_symlink() or not path.is_dir()}
    allowed = known | {*OUTSIDE, *besides}
    extra = [f"{name} 不在清单中" for name in sorted(set(there) - allowed)]
    extra += [f"{name} 是链接，不是包里的文件" for name in sorted(allowed & set(there)) if there[name].is_symlink()]
    return [
        judged("files", title, broken, len(held)),
        judged("extra", "没有清单之外的文件", extra, len(there)),
    ]


def prove_tree(manifest: dict[str, Any], identifier: str = "merkle", file: str = MANIFEST) -> CheckResult:
    """Whether the Merkle roots of a manifest are those of the files that it lists."""
    title = f"{file} 中各表各月的 Merkle 根与所列文件一致"
    if KEY not in manifest:
        return CheckResult(identifier, title, Outcome.NOT_VERIFIED, reason=f"{file} 中没有 Merkle 根（较早的包）")
    declared, ours = manifest[KEY], merkle_record(manifest["resources"])
    if declared == ours:
        return judged(identifier, title, [], sum(len(one["months"]) for one in ours["tables"].values()))
    wrong = [
        f"{file} 中 {table} {month or '全部'} 的 Merkle 根不符"
        for table in sorted({*declared["tables"], *ours["tables"]})
        for month in sorted({*_months(declared, table), *_months(ours, table)})
        if _months(declared, table).get(month) != _months(ours, table).get(month)
    ]
    return judged(identifier, title, wrong or [f"{file} 中表或全包的 Merkle 根不符"], len(ours["tables"]))


def prove_tables(deliver: Path, manifest: dict[str, Any]) -> CheckResult:
    """Whether every table that must be there, or that has totals, has a file in the manifest."""
    held = {record["feijian:table"] for record in manifest["resources"]}
    form = format_of(deliver, manifest)
    wanted = {table.name for table in form.tables if table.mandatory} | set(manifest["feijian:totals"])
    missing = [f"{name} 没有文件" for name in sorted(wanted - held)]
    return judged("tables", "必提表与清单有合计的表都有文件", missing, len(wanted))


def judged(identifier: str, title: str, failures: list[str], total: int) -> CheckResult:
    """A check that fails with the first failures named, or passes."""
    outcome = Outcome.FAILED if failures else Outcome.PASSED
    reason = "；".join(failures[:5]) + ("……" if len(failures) > 5 else "")
    return CheckResult(identifier, title, outcome, "", "", len(failures), total, "0", reason, tuple(failures[:5]))


def _months(record: dict[str, Any], table: str) -> dict[str, str]:
    months: dict[str, str] = record["tables"].get(table, {}).get("months", {})
    return months


def _fault(deliver: Path, record: dict[str, Any]) -> str:
    """What is wrong with one listed file, in words; nothing: an empty text."""
    name = record["path"]
    if leads_outside(name):
        return f"{name} 指向包外"
    path = deliver / name
    if not _holds_file(path):
        return f"{name} 缺失"
    if path.stat().st_size != record["bytes"]:
        return f"{name} 大小不符"
    found = file_digests(path).record()
    return "" if all(found[key] == record.get(key, found[key]) for key in found) else f"{name} 校验和不符"


def leads_outside(name: str) -> bool:
    """Whether a path of a manifest leads out of the package, on whatever system it is read."""
    pure = PurePosixPath(name)
    return pure.is_absolute() or ".." in pure.parts or any(sign in name for sign in "\\:")


def _holds_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False  # a name that no file can have
