"""The access log: who asked for what and what he was given or refused (commission.md, section 7).

One JSON line per question, chained: `hash` is SHA-256 over the hash of the line before and the line's own content in
canonical form, so that a line that is changed, taken out or put in breaks the chain from there on. How far the log
reaches stands in a head file beside it, so that lines cut off its end are missed too. It holds no row of any answer.
Whoever may write the folder can write another log; the head's hash, printed on every delivery's cover, then differs.
"""

import hashlib
import json
import os
import socket
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from exports.durable import replace_text
from schemas.account import Account
from schemas.errors import StoreError

SHANGHAI = timezone(timedelta(hours=8))
START = "0" * 64
_TAIL = 1 << 20
GIVEN, REFUSED, FAILED = "given", "refused", "failed"


@dataclass(frozen=True)
class Access:
    """One question and what became of it.

    `scope` says areas, period, fields or parameters; `definitions` the versions of the indicators, cards or SQL text
    used; `rows` how many rows left; `file_sha256` of the delivered file as it lies on the disk; `expires` when a class
    D copy must be destroyed. Values of rows never stand here.
    """

    action: str
    result: str
    account: str
    area: str
    role: str = ""
    unit: str = ""
    letter: str = ""
    purpose: str = ""
    approved_by: str = ""
    export_class: str = ""
    masking: str = ""
    scope: dict[str, Any] = field(default_factory=dict)
    definitions: tuple[str, ...] = ()
    rows: int | None = None
    file: str = ""
    file_sha256: str = ""
    delivered_to: str = ""
    expires: str = ""
    reason: str = ""
    at: str = ""
    host: str = ""


@dataclass(frozen=True)
class Head:
    """How far the log reaches: the number of its last line and that line's hash."""

    number: int = 0
    hash: str = START


@dataclass(frozen=True)
class Broken:
    """The first line at which the log is not what it was; numbers start at 1."""

    number: int
    why: str


def of_account(account: Account, action: str, result: str, **facts: Any) -> Access:
    """A record with the account's own facts filled in."""
    return Access(action, result, account.name, account.area, account.role, account.unit, **facts)


def record_access(log: Path, access: Access) -> Head:
    """Append one record, durably, under a lock; what is returned may be printed as its receipt.

    Args:
        log: the log's file; its folder is made when it is not there.
        access: what happened; time (Asia/Shanghai) and host are filled in when empty.

    Raises:
        StoreError: the log cannot be written: then nothing may be handed over.
    """
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(log.with_suffix(".lock")), log.open("a+b") as file:
            head = _last(file)
            content = asdict(access) | {"number": head.number + 1, "previous": head.hash}
            content["at"] = access.at or datetime.now(SHANGHAI).isoformat(timespec="seconds")
            content["host"] = access.host or socket.gethostname()
            after = Head(head.number + 1, chained(content))
            file.write(_canonical(content | {"hash": after.hash}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
            _write_head(log, after)
    except OSError as error:
        raise StoreError(f"访问日志 {log} 写不进去（{error.strerror}），因此没有交出数据；请检查磁盘和权限。") from None
    return after


def read_log(log: Path) -> list[dict[str, Any]]:
    """Every record in order; verify first when it matters.

    Raises:
        StoreError: a line is no JSON.
    """
    try:
        return [json.loads(line) for line in _lines(log)]
    except ValueError:
        raise StoreError(f"访问日志 {log} 有读不出的行；请运行 feijian log verify。") from None


def head_of(log: Path) -> Head:
    """How far the log says it reaches."""
    path = _head_path(log)
    if not path.is_file():
        return Head()
    try:
        return Head(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return Head(-1, "")


def verify_log(log: Path, anchor: Head | None = None) -> Broken | None:
    """Hold every line to the chain, its end to the head file, and to a receipt when one is given; None when whole.

    Args:
        log: the log's file.
        anchor: number and hash (or its beginning) as printed on a delivery's cover.
    """
    hashes = [START]
    for number, line in enumerate(_lines(log), start=1):
        try:
            content = json.loads(line)
            told = content.pop("hash")
            right = content["number"] == number and content["previous"] == hashes[-1] and told == chained(content)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Broken(number, "这一行读不出")
        if not right:
            return Broken(number, "这一行或它之前的一行被改动、删除或插入过")
        hashes.append(told)
    head, last = head_of(log), len(hashes) - 1
    if head.number < 0 or (head == Head() and last > 1):
        return Broken(last + 1, "日志头文件缺失或读不出，无法证明末尾没有被截去")
    for one in (head, anchor):
        if one and one.number > last:
            return Broken(last + 1, f"末尾被截去：应有 {one.number} 行，现有 {last} 行")
        if one and not hashes[one.number].startswith(one.hash):
            return Broken(one.number, "与留存的校验值不符，整个日志可能被换过")
    return None


def chained(content: dict[str, Any]) -> str:
    """The hash of a record: SHA-256 over the hash before it and its canonical form."""
    return hashlib.sha256(content["previous"].encode() + _canonical(content)).hexdigest()


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _lines(log: Path) -> list[bytes]:
    return log.read_bytes().splitlines() if log.is_file() else []


def _last(file: BinaryIO) -> Head:
    """The last whole line; what a crash left of a line that nobody was told of is cut off."""
    start = max(file.seek(0, os.SEEK_END) - _TAIL, 0)
    file.seek(start)
    content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        file.truncate(start + whole)
    if not whole:
        return Head()
    line = content[:whole].splitlines()[-1]
    try:
        last = json.loads(line)
        return Head(int(last["number"]), str(last["hash"]))
    except (ValueError, KeyError, TypeError):
        raise StoreError("访问日志的最后一行读不出，因此没有交出数据；请运行 feijian log verify。") from None


def _head_path(log: Path) -> Path:
    return log.with_suffix(".head.json")


def _write_head(log: Path, head: Head) -> None:
    replace_text(_head_path(log), json.dumps(asdict(head)))
