"""The Merkle tree of a package: files under months, months under tables, tables under one root.

A month's root covers its files' names, rows and digests; thus a corrected month has another root and every other
month, and its proof, stays as it was. Files that belong to no month of the period (tables that are not cut by month,
rows without a usable date) stand under the month `""`.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.seal.digests import file_digests
from exports.seal.merkle import Proof, holds, merkle_root, prove
from schemas.errors import PackageError

KEY = "feijian:merkle"
_HASHED = ("feijian:table", "feijian:label", "path", "feijian:rows", "hash", "feijian:sm3")
_STEPS = ("in_month", "in_table", "in_package")
_MONTH = re.compile(r"\d{6}")
Months = dict[str, dict[str, list[dict[str, Any]]]]


@dataclass(frozen=True)
class FileProof:
    """That one data file belongs to a package: file in month, month in table, table in the package's root.

    `resource` is the file's record in the manifest as far as it is hashed.
    """

    resource: dict[str, Any]
    month_root: str
    table_root: str
    in_month: Proof
    in_table: Proof
    in_package: Proof

    def record(self) -> dict[str, Any]:
        """A plain dictionary for JSON, hashes hexadecimal."""
        steps = {step: getattr(self, step) for step in _STEPS}
        return {
            "resource": self.resource,
            "month_root": self.month_root,
            "table_root": self.table_root,
            **{
                step: {"index": p.index, "size": p.size, "path": [h.hex() for h in p.path]} for step, p in steps.items()
            },
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "FileProof":
        """The proof back from JSON.

        Raises:
            KeyError: something is missing.
            ValueError: a hash is not hexadecimal.
        """
        steps = {
            step: Proof(int(one["index"]), int(one["size"]), tuple(map(bytes.fromhex, one["path"])))
            for step in _STEPS
            for one in [record[step]]
        }
        return cls(record["resource"], record["month_root"], record["table_root"], **steps)


def month_of(resource: dict[str, Any]) -> str:
    """The month (`yyyymm`) under which a data file stands, or `""`."""
    label = resource["feijian:label"]
    return label if _MONTH.fullmatch(label) else ""


def leaf(resource: dict[str, Any]) -> bytes:
    """What of a data file is hashed: table, label, file, rows, both digests, as JSON without blanks."""
    return json.dumps([resource[name] for name in _HASHED], ensure_ascii=False, separators=(",", ":")).encode()


def merkle_record(resources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The tree of a package's data files as the manifest has it: `{"root", "tables": {T: {"root", "months"}}}`."""
    tables: dict[str, dict[str, Any]] = {}
    for table, months in by_month(resources).items():
        roots = {month: _month_root(files).hex() for month, files in months.items()}
        tables[table] = {"root": merkle_root(_entries(roots)).hex(), "months": roots}
    root = merkle_root(_entries({table: str(one["root"]) for table, one in tables.items()}))
    return {"root": root.hex(), "tables": tables}


def prove_file(resources: list[dict[str, Any]], path: str) -> FileProof:
    """The proof that the data file `path` belongs to the package whose data files these are.

    Raises:
        PackageError: it is none of them.
    """
    resource = next((one for one in resources if one["path"] == path), None)
    if resource is None:
        raise PackageError(f"清单中没有数据文件 {path}。")
    tables = merkle_record(resources)["tables"]
    table, month = resource["feijian:table"], month_of(resource)
    files = by_month(resources)[table][month]
    months = tables[table]["months"]
    roots = {name: str(one["root"]) for name, one in tables.items()}
    return FileProof(
        {name: resource[name] for name in _HASHED},
        months[month],
        roots[table],
        prove([leaf(one) for one in files], files.index(resource)),
        prove(_entries(months), list(months).index(month)),
        prove(_entries(roots), list(roots).index(table)),
    )


def proof_holds(proof: FileProof, root: bytes) -> bool:
    """Whether a proof leads from its file's record to the root of the package."""
    month_root, table_root = bytes.fromhex(proof.month_root), bytes.fromhex(proof.table_root)
    return (
        holds(leaf(proof.resource), proof.in_month, month_root)
        and holds(_entry(month_of(proof.resource), proof.month_root), proof.in_table, table_root)
        and holds(_entry(proof.resource["feijian:table"], proof.table_root), proof.in_package, root)
    )


def check_file(file: Path, proof: FileProof, root: bytes) -> str:
    """What speaks against `file` being the data file of the proof, in a package of this root; nothing: empty."""
    if not file.is_file():
        return f"没有文件 {file}。"
    if file_digests(file).record() != {key: proof.resource[key] for key in ("hash", "feijian:sm3")}:
        return f"{file.name} 与证明中的校验和不符，不是原来的文件。"
    return "" if proof_holds(proof, root) else f"证明与全包的 Merkle 根不符，{file.name} 不属于这个包。"


def by_month(resources: Iterable[dict[str, Any]]) -> Months:
    """Data files by table and month, all sorted by name, so that the order of the manifest does not matter."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for resource in sorted(resources, key=lambda one: (one["feijian:table"], month_of(one), one["path"])):
        found[resource["feijian:table"]][month_of(resource)].append(resource)
    return {table: dict(months) for table, months in found.items()}


def _month_root(files: list[dict[str, Any]]) -> bytes:
    return merkle_root([leaf(resource) for resource in files])


def _entries(roots: dict[str, str]) -> list[bytes]:
    return [_entry(name, root) for name, root in roots.items()]


def _entry(name: str, root: str) -> bytes:
    return json.dumps([name, root], ensure_ascii=False, separators=(",", ":")).encode()
