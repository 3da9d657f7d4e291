"""How an answer leaves: who may have it, written aside, looked through, logged, and only then given its name.

Queries, SQL and reports go the same way, so that nothing leaves without its line in the access log.
"""

import hashlib
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from exports.access_log import FAILED, GIVEN, REFUSED, SHANGHAI, head_of, of_account, record_access
from exports.disclosure.delivery import encrypt, write_csv, write_workbook
from exports.disclosure.masking import profile
from exports.disclosure.scanner import require_clean
from exports.seal.passwords import new_password
from flows.caller import approver, require_class
from flows.settings import Settings, parse_day
from schemas.account import Account, ExportClass
from schemas.errors import DisclosureError, FeijianError, SettingsError

TERMINAL_ROWS = 200
PASSWORD_LENGTH = 16  # typed by hand: 93 bits
SUFFIXES = (".csv", ".xlsx")


@dataclass(frozen=True)
class Request:
    """One question as asked for: by whom, in which class, on what ground, and where the answer goes (None: here)."""

    account: Account
    export_class: ExportClass
    action: str
    scope: dict[str, Any]
    purpose: str = ""
    letter: str = ""
    approvers: tuple[str, ...] = ()
    expires: str = ""
    delivered_to: str = ""
    outside: bool = False
    out: Path | None = None
    at: datetime = field(default_factory=lambda: datetime.now(SHANGHAI))

    @property
    def today(self) -> date:
        """The day of the question, Asia/Shanghai."""
        return self.at.date()


@dataclass(frozen=True)
class Result:
    """What leaves: title, definitions (name and version), columns' titles, rows, and what was cut off."""

    title: str
    definitions: tuple[str, ...]
    titles: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    export_class: ExportClass
    facts: tuple[tuple[str, str], ...] = ()
    truncated: str = ""


def request_of(
    options: Namespace, settings: Settings, account: Account, asked: ExportClass, action: str, scope: dict[str, Any]
) -> Request:
    """The request of a command line, held against what its class needs.

    Raises:
        SettingsError: something is missing or misspelt.
        DisclosureError: the account may not have this class, or nobody approved it.
    """
    require_class(account, asked)
    named = tuple(getattr(options, "approver", None) or ())
    out: Path | None = options.out
    if out and out.suffix.lower() not in SUFFIXES:
        raise SettingsError("--out 的文件名应以 .csv 或 .xlsx 结尾。")
    if out and out.exists():
        raise SettingsError(f"{out} 已存在；请换一个文件名，或先移走它。")
    if asked >= ExportClass.C and not options.purpose:
        raise SettingsError(f"{asked} 类（{asked.words}）涉及个人，请用 --purpose 写明用途。")
    for name in named:
        approver(settings, account, name)
    expires = parse_day(options.expires).isoformat() if getattr(options, "expires", None) else ""
    request = Request(
        account, asked, action, scope, options.purpose or "", options.letter or "", named, expires,
        getattr(options, "to", None) or "", bool(getattr(options, "outside", False)), out,
    )  # fmt: skip
    if asked is ExportClass.D:
        _require_papers(request, settings)
    return request


def _require_papers(request: Request, settings: Settings) -> None:
    """Class D: letter, purpose, a second person, a day on which it is destroyed, an encrypted workbook, a terminal."""
    wanted = {
        "--letter（公函文号）": request.letter,
        "--purpose（用途）": request.purpose,
        "--expires（销毁日期）": request.expires,
    }
    if missing := [name for name, value in wanted.items() if not value]:
        raise DisclosureError(f"导出 D 类（全标识名单）还缺：{'、'.join(missing)}。")
    for name in request.approvers or (None,):
        approver(settings, request.account, name)
    if request.expires <= request.today.isoformat():
        raise DisclosureError(f"销毁日期 {request.expires} 已过；请写一个以后的日期。")
    if request.out is None or request.out.suffix.lower() != ".xlsx":
        raise DisclosureError("D 类（全标识名单）只能导出为加密的 xlsx：请用 --out 文件.xlsx。")
    if not sys.stderr.isatty():
        raise DisclosureError("D 类（全标识名单）的口令只在终端上显示一次，因此须在终端里直接运行，不能转存输出。")


@contextmanager
def refusals_logged(settings: Settings, account: Account, action: str, scope: dict[str, Any]) -> Iterator[None]:
    """Write what is refused inside into the access log, and pass it on."""
    try:
        yield
    except FeijianError as error:
        result = REFUSED if isinstance(error, DisclosureError) else FAILED
        record_access(settings.access_log, of_account(account, action, result, scope=scope, reason=str(error)))
        raise


def release(settings: Settings, request: Request, result: Result, names: frozenset[str]) -> dict[str, Any]:
    """Let an answer leave: to a file when one is asked for, else to the terminal; logged in either case.

    Args:
        settings: where the log is.
        request: what was asked and on what ground.
        result: the answer.
        names: names of the area's residents, for the last look.

    Returns:
        What may be told of it: `number` in the log, `sha256` of the file, `rows`.

    Raises:
        DisclosureError: the file shows who somebody is; it is gone, and the refusal is logged.
    """
    password = new_password(PASSWORD_LENGTH) if request.export_class is ExportClass.D else ""
    folder = request.out.parent if request.out else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".feijian-") as aside:
        path = Path(aside) / (request.out.name if request.out else "answer.csv")
        _write(path, settings, request, result)
        with refusals_logged(settings, request.account, request.action, request.scope):
            if not password:
                require_clean(path, names, request.today)
        if password:
            encrypt(path, password)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if request.out else ""
        head = record_access(settings.access_log, _access(request, result, digest))
        if request.out:
            path.replace(request.out)
    if password:
        print(f"打开密码（只显示这一次，请另行告知）：{password}", file=sys.stderr)
    return {"rows": len(result.rows), "log_number": head.number, "sha256": digest, "class": str(result.export_class)}


def _write(path: Path, settings: Settings, request: Request, result: Result) -> None:
    if path.suffix.lower() == ".csv":
        write_csv(path, result.titles, result.rows)
        return
    mark = ""
    if request.export_class is ExportClass.D:
        mark = f"{request.account.name} {request.account.unit} {request.at:%Y-%m-%d %H:%M} 限{request.purpose}使用"
    write_workbook(path, cover(settings, request, result), result.titles, result.rows, mark)


def cover(settings: Settings, request: Request, result: Result) -> list[tuple[str, str]]:
    """Who, when, why, what, and how much of it."""
    head = head_of(settings.access_log)
    lines = [
        ("查询", result.title),
        ("申请账户", f"{request.account.name}　{request.account.unit}"),
        ("时间", f"{request.at:%Y-%m-%d %H:%M:%S}（北京时间）"),
        ("用途", request.purpose or "—"),
        ("公函文号", request.letter or "—"),
        ("批准", "、".join(request.approvers) or "—"),
        ("范围", request.scope.get("area", request.account.area)),
        ("参数", "；".join(f"{k}={v}" for k, v in request.scope.items() if k not in ("area", "sql")) or "—"),
        ("口径", "、".join(result.definitions)),
        (
            "类别",
            f"{result.export_class} 类（{result.export_class.words}）：{profile(result.export_class, request.outside)}",
        ),
        ("行数", f"{len(result.rows)}{result.truncated and '　' + result.truncated}"),
        *result.facts,
        ("销毁日期", request.expires or "—"),
        ("访问日志", f"之前共 {max(head.number, 0)} 条，校验值 {head.hash[:16]}"),
    ]
    return [(what, str(value)) for what, value in lines]


def _access(request: Request, result: Result, digest: str) -> Any:
    return of_account(
        request.account,
        request.action,
        GIVEN,
        letter=request.letter,
        purpose=request.purpose,
        approved_by="、".join(request.approvers),
        export_class=str(result.export_class),
        masking=profile(result.export_class, request.outside),
        scope=request.scope,
        definitions=result.definitions,
        rows=len(result.rows),
        file=str(request.out.name) if request.out else "",
        file_sha256=digest,
        delivered_to=request.delivered_to or ("" if request.out else "终端"),
        expires=request.expires,
        at=request.at.isoformat(timespec="seconds"),
    )
