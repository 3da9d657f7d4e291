"""A corrected package delivered in part: what changed, and the proof that nothing else did.

`deliver/` of a redelivery holds the new manifest and its signature, the files of every table and month whose root
changed, and under `previous/` the manifest and signature of the package that it corrects. A table's month that is
not there must have the same root in both manifests.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.manifest import FILE, complete_manifest, read_manifest, require_ready
from exports.seal.edition import CORRECTS
from exports.seal.leaves import KEY, by_month
from exports.seal.proof import judged, prove_files, prove_listed, prove_tables, prove_tree
from exports.seal.signature import OUTSIDE, Expected, check_signature
from schemas.errors import PackageError
from schemas.result import CheckResult, Outcome

PREVIOUS = "previous"
ALWAYS = ("format/", "schemas/")  # without them the files cannot be read
SAME = {"feijian:institution": "机构", "feijian:period": "期间", "feijian:format": "格式", "feijian:months": "月份"}
Cell = tuple[str, str]


@dataclass(frozen=True)
class Difference:
    """Tables' months (`(table, yyyymm)`) of two packages, by whether their roots are the same."""

    changed: frozenset[Cell]
    same: frozenset[Cell]
    gone: frozenset[Cell]

    def sentence(self) -> str:
        """What is proved of the months that are not delivered."""
        gone = f"，{len(self.gone)} 个表月不再有" if self.gone else ""
        return f"更正 {len(self.changed)} 个表月{gone}；其余 {len(self.same)} 个表月未变"


def differ(old: dict[str, Any], new: dict[str, Any]) -> Difference:
    """Compare two manifests by the Merkle roots of their tables' months."""
    before, after = _roots(old), _roots(new)
    same = frozenset(cell for cell, root in after.items() if before.get(cell) == root)
    return Difference(frozenset(after) - same, same, frozenset(before) - frozenset(after))


def redeliver(new: Path, old: Path, out: Path) -> Difference:
    """Write the redelivery of the package `new` (its `deliver`) against `old` into the new folder `out` (mode 0700).

    Raises:
        PackageError: one of them is not whole, they are not of the same institution, period and format, nothing
            changed, `new` is of a lower version or may not be handed over, or it does not say that it corrects `old`.
    """
    if out.exists():
        raise PackageError(f"{out} 已存在，请换一个文件夹。")
    before, after = _whole(old), _whole(new)
    _require_later(before, after)
    blocking = [one for one in (_kin(before, after), _names(after, old / FILE)) if one.blocks]
    if blocking:
        raise PackageError(f"{new} 不能作为 {old} 的更正：{blocking[0].reason}。")
    require_ready(new, after)
    difference = differ(before, after)
    if not difference.changed and not difference.gone:
        raise PackageError(f"{new} 与 {old} 的数据逐表逐月相同，没有要补交的月份。")
    spared = _spared(before, after, difference)
    paths = [record["path"] for record in _listed(after) if record["path"] not in spared]
    deliver = out / "deliver"
    out.mkdir(mode=0o700, parents=True)
    for path in (*paths, *OUTSIDE):
        _copy(new / path, deliver / path)
    for path in OUTSIDE:
        _copy(old / path, deliver / PREVIOUS / path)
    return difference


def is_redelivery(deliver: Path) -> bool:
    """Whether a package says of itself that it is a correction delivered in part."""
    return (deliver / PREVIOUS / FILE).is_file()


def prove_redelivery(deliver: Path, manifest: dict[str, Any], signer: Expected = frozenset()) -> list[CheckResult]:
    """What `prove_files` proves, for a package of which only the changed months are there."""
    previous = deliver / PREVIOUS
    before = read_manifest(previous)
    difference = differ(before, manifest)
    spared = _spared(before, manifest, difference)
    besides = [f"{PREVIOUS}/{path}" for path in OUTSIDE]
    results = [
        *check_signature(deliver, signer),
        *check_signature(previous, signer, "previous", "被更正的包："),
        _kin(before, manifest),
        _names(manifest, previous / FILE),
        prove_tree(manifest),
        prove_tree(before, "previous.merkle", f"{PREVIOUS}/{FILE}"),
        *prove_listed(deliver, manifest, spared, besides),
        _unchanged(deliver, manifest, difference),
    ]
    return results if any(one.blocks for one in results) else [*results, prove_tables(deliver, manifest)]


def prove_package(deliver: Path, manifest: dict[str, Any], signer: Expected = frozenset()) -> list[CheckResult]:
    """Prove the files of a whole package, or of a correction delivered in part."""
    prove = prove_redelivery if is_redelivery(deliver) else prove_files
    return prove(deliver, manifest, signer)


def present_part(deliver: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest cut down to the data files that are there and the totals of their tables' months.

    Files under the month `""` hold the rows of no month of the period, or a table that is not cut by month.
    """
    resources = [record for record in manifest["resources"] if (deliver / record["path"]).is_file()]
    held, listed = by_month(resources), by_month(manifest["resources"])
    totals = {}
    for table in held:
        beyond = "" in held[table]
        whole = set(held[table]) == set(listed[table])
        totals[table] = {
            month: one
            for month, one in manifest["feijian:totals"][table].items()
            if whole or month in held[table] or (beyond and month not in manifest["feijian:months"])
        }
    return {**manifest, "resources": resources, "feijian:totals": totals}


def _unchanged(deliver: Path, manifest: dict[str, Any], difference: Difference) -> CheckResult:
    cells = {
        (table, month): files
        for table, months in by_month(manifest["resources"]).items()
        for month, files in months.items()
    }
    missing = [
        f"{table} {month or '全部'} 有更改而没有交付"
        for table, month in sorted(difference.changed)
        if not all((deliver / one["path"]).is_file() for one in cells.get((table, month), []))
    ]
    result = judged("unchanged", "没有交付的表月与被更正的包相同", missing, len(difference.same))
    return (
        result
        if missing
        else CheckResult(result.id, result.title, Outcome.PASSED, total=result.total, reason=difference.sentence())
    )


def _require_later(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Refuse the two packages the wrong way round: the month would go back to what was corrected."""
    old, new = (int(one.get("feijian:version", 0)) for one in (before, after))
    if new < old:
        raise PackageError(
            f"新旧两个包写反了：新包是第 {new} 版，--against 后面的是第 {old} 版；先写更正后的，--against 后写旧的。"
        )


def _kin(before: dict[str, Any], after: dict[str, Any]) -> CheckResult:
    wrong = [f"{PREVIOUS}/{FILE} 的{word}与本包不同" for key, word in SAME.items() if before[key] != after[key]]
    return judged("previous.kin", "与被更正的包是同一机构、期间和格式", wrong, len(SAME))


def _names(after: dict[str, Any], previous: Path) -> CheckResult:
    """Whether the package that is corrected is the one that the new manifest names.

    A manifest that names none is no correction's: else any whole package could be robbed of its files, with its own
    manifest beside it as the one from before.
    """
    title = "被更正的包就是清单所写的那一个"
    if CORRECTS not in after:
        reason = f"{FILE} 没有写明更正的是哪一个包（导出时未用 --corrects），不是更正，不能只交付一部分"
        return judged("previous.named", title, [reason], 1)
    same = after[CORRECTS]["hash"] == f"sha256:{hashlib.sha256(previous.read_bytes()).hexdigest()}"
    wrong = [] if same else [f"{PREVIOUS}/{FILE} 不是清单所写的 {after[CORRECTS]['name']}"]
    return judged("previous.named", title, wrong, 1)


def _whole(deliver: Path) -> dict[str, Any]:
    manifest = read_manifest(deliver)
    with complete_manifest(deliver):
        proved = prove_files(deliver, manifest)
    if broken := [result for result in proved if result.blocks]:
        raise PackageError(f"{deliver.parent} 不完好，不能补交：{broken[0].reason}。")
    if KEY not in manifest:
        raise PackageError(f"{deliver.parent} 的清单中没有 Merkle 根（较早的包），不能按月补交，请交付完整的包。")
    return manifest


def _roots(manifest: dict[str, Any]) -> dict[Cell, str]:
    tables: dict[str, Any] = manifest[KEY]["tables"]
    return {(table, month): root for table, one in tables.items() for month, root in one["months"].items()}


def _listed(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [*manifest["resources"], *manifest["feijian:files"]]


def _spared(before: dict[str, Any], after: dict[str, Any], difference: Difference) -> frozenset[str]:
    """Paths that need not be delivered again: files of months with the same root, other files with the same digest."""
    cells = by_month(after["resources"])
    data = {one["path"] for table, month in difference.same for one in cells.get(table, {}).get(month, [])}
    held = {(record["path"], record["hash"]) for record in before["feijian:files"]}
    others = {
        record["path"]
        for record in after["feijian:files"]
        if (record["path"], record["hash"]) in held and not record["path"].startswith(ALWAYS)
    }
    return frozenset(data | others)


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        return  # a package that is not signed, or not with SM2
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
