"""The ledger of export rights that were used: `<store>/entitlements.jsonl`, one JSON line per package handed over.

Lines are appended under a lock and never rewritten. What a power cut left of a last line is no line: the publication
that it belongs to is found again by its intention (`flows/entitlement.py`) and its line is written anew. A line in
the middle that cannot be read is an error, since a use that is not seen would be granted twice.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from schemas.contract import ServiceYear
from schemas.errors import StoreError

PATIENCE = 600  # seconds to wait for another export that is publishing


class Kind(StrEnum):
    """What a package is to the contract: the year's export, a correction of one, or an extra one with a reason."""

    EXPORT = "export"
    CORRECTION = "correction"
    EXTRA = "extra"

    @property
    def label(self) -> str:
        """As people call it."""
        return {"export": "导出", "correction": "更正", "extra": "另导"}[self]


@dataclass(frozen=True)
class Use:
    """One package handed over.

    `day` is the day of the run (Asia/Shanghai), by which the year is decided. Where no contract was in force
    `contract` is empty, `year` is None and `unchecked` says why. `period` and `format` are the package's.
    `corrects` is the name of the package that this one replaces, `reason` what was written down with `--reason`.
    """

    institution: str
    contract: str
    year: ServiceYear | None
    unchecked: str
    day: date
    kind: Kind
    package: str
    version: int
    manifest_sha256: str
    period: dict[str, str]
    format: str
    corrects: str
    reason: str
    run: str
    at: str

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary, as one line of the ledger holds it."""
        year = self.year.record() if self.year else None
        return {**asdict(self), "year": year, "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Use":
        """The use that `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        year = ServiceYear.from_record(record["year"]) if record["year"] else None
        day, kind = date.fromisoformat(record["day"]), Kind(record["kind"])
        return cls(**{**record, "year": year, "day": day, "kind": kind})


def locked(path: Path) -> FileLock:
    """A lock between processes of this machine, waited for as long as `PATIENCE`; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path, timeout=PATIENCE)


def read_uses(ledger: Path) -> list[Use]:
    """Every use in order.

    Raises:
        StoreError: a line other than a torn last one cannot be read.
    """
    lines = ledger.read_bytes().split(b"\n") if ledger.is_file() else [b""]
    uses = []
    for number, line in enumerate(lines, start=1):
        use = _use(line)
        if use:
            uses.append(use)
        elif line.strip() and number < len(lines):
            raise StoreError(
                f"导出权利台账 {ledger} 的第 {number} 行读不出，无法核对次数：请从备份恢复这一行；不要删除整个文件。"
            )
    return uses


def append_use(ledger: Path, use: Use) -> bool:
    """Append one use, durably, unless the same manifest of the institution is there already; whether it was written.

    Raises:
        StoreError: the ledger cannot be read, or another process holds it.
    """
    try:
        with locked(ledger.with_suffix(".lock")):
            known = ((one.institution, one.manifest_sha256) for one in read_uses(ledger))
            if (use.institution, use.manifest_sha256) in known:
                return False
            with ledger.open("a+b") as file:
                _end_with_whole_line(file)
                file.write(json.dumps(use.to_json(), ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
    except Timeout:
        raise StoreError(f"导出权利台账 {ledger} 正被另一个程序占用，请稍后再试。") from None
    return True


def _end_with_whole_line(file: Any) -> None:
    """Cut off a torn last line; one that is whole and lacks only its line break is kept."""
    file.seek(0)
    content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole == len(content):
        return
    if _use(content[whole:]):
        file.write(b"\n")
    else:
        file.truncate(whole)
    file.seek(0, os.SEEK_END)


def _use(line: bytes) -> Use | None:
    try:
        return Use.from_json(json.loads(line))
    except (ValueError, TypeError, KeyError):
        return None
