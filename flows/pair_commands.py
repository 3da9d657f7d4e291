"""What `feijian pair` does: one question of one package, logged whatever becomes of it."""

import secrets
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from exports.acceptance.package import Delivery
from exports.duck import open_database
from exports.pairing.answer import Answer, Counts, answer, definition
from exports.pairing.question import Question, ask
from exports.pairing.source import open_delivery
from flows.caller import caller, require_class
from flows.progress import progress
from flows.query_commands import tell
from flows.release import Request, Result, refusals_logged, release, request_of
from flows.run import disk_errors
from flows.settings import Settings, load_settings, parse_day
from schemas.account import EVERYWHERE, Account, ExportClass
from schemas.errors import DisclosureError, SettingsError

MOST_ROWS = 1_000_000
CLUE = "以下是线索，须由检查人员核实，不等于违规。"
STATUS = {"with": "有B", "without": "无B", "unsure": "不能判断"}


def run_pair(options: Namespace) -> int:
    """Answer one question of a package: to a file, or the first rows to the terminal."""
    if not 1 <= options.limit <= MOST_ROWS:
        raise SettingsError(f"--limit 应为 1 至 {MOST_ROWS}。")
    settings = load_settings()
    account = caller(options, settings)
    asked = ExportClass.D if options.identified else ExportClass(options.export_class)
    with refusals_logged(settings, account, "pair", {"package": options.package.name}):
        question, delivery = question_of(options), open_delivery(options.package)
    scope = scope_of(question, delivery)
    options.to = options.recipient
    with refusals_logged(settings, account, "pair", scope):
        require_class(account, asked)
        require_institution(account, delivery)
        request = request_of(options, settings, account, asked, "pair", scope)
        with progress(question.title, options.json), disk_errors():
            found = _ask(settings, delivery, question, request, options)
    result = result_of(question, delivery, request, found, options.limit)
    facts = release(settings, request, result, frozenset())
    if not options.json:
        print("\n".join(f"{what}：{said}" for what, said in result.facts))
    record = {"counts": asdict(found.counts), "facts": result.facts, "total": found.total}
    tell(options, request, result, facts | record)
    return 0


def question_of(options: Namespace) -> Question:
    """The question of a command line.

    Raises:
        SettingsError: a day, an item or a number is wrong.
    """
    return ask(
        options.has, options.with_, options.without, options.within,
        side=options.side, department=options.dept, minimum=options.minimum, gross=options.gross, unsure=options.unsure,
        first=parse_day(options.date_from) if options.date_from else None,
        last=parse_day(options.date_to) if options.date_to else None,
    )  # fmt: skip


def require_institution(account: Account, delivery: Delivery) -> None:
    """Refuse a package of another institution than the account's; a package does not say in which division it lies.

    Raises:
        DisclosureError: it is another's, or the account's area is a division.
    """
    code = delivery.manifest["feijian:institution"]["code"]
    if account.area not in (EVERYWHERE, code):
        raise DisclosureError(f"账户 {account.name} 不能查询 {code} 的导出包：它的范围是 {account.area}。")


def scope_of(question: Question, delivery: Delivery) -> dict[str, Any]:
    """What the log and the cover say of the question; nothing of any row."""
    said = {
        "area": delivery.manifest["feijian:institution"]["code"],
        "package": delivery.folder.parent.name,
        "within": question.within.words,
        "A": question.has.label,
        ("without" if question.lacking else "with"): question.other.label,
        "from": question.first and question.first.isoformat(),
        "to": question.last and question.last.isoformat(),
        "side": question.side,
        "dept": question.department,
        "min": question.minimum,
        "refunds": "不冲抵" if question.gross else "冲抵",
    }
    return {name: value for name, value in said.items() if value}


def _ask(settings: Settings, delivery: Delivery, question: Question, request: Request, options: Namespace) -> Answer:
    with (
        tempfile.TemporaryDirectory() as spill,
        open_database(Path(spill), settings.memory_limit, settings.threads) as database,
    ):
        extra, key = len(set(request.approvers)) > 1, secrets.token_bytes(32)
        return answer(database, delivery, question, request.export_class, key, options.limit, options.summary, extra)


def result_of(question: Question, delivery: Delivery, request: Request, found: Answer, limit: int) -> Result:
    """The answer as it leaves, with its facts for the cover."""
    cut = f"结果共 {found.total} 行，只写出前 {limit} 行；可用 --limit 放宽，或用 --summary、--from、--to 缩小。"
    return Result(
        question.title,
        definition(delivery),
        tuple(column.title for column in found.columns),
        found.rows,
        request.export_class,
        tuple(_facts(question, found, request.export_class)),
        cut if found.total > len(found.rows) else "",
    )


def _facts(question: Question, found: Answer, export_class: ExportClass) -> Iterator[tuple[str, str]]:
    counts = found.counts
    yield "说明", CLUE
    yield "A", question.has.label
    if question.other.items:
        yield f"B（要求{'没有' if question.lacking else '有'}）", question.other.label
        told = "；".join(
            f"{STATUS[status]} {number} 处 {counts.lines[status]} 行 {counts.amounts[status]} 元"
            for status, number in counts.windows.items()
        )
        yield "有A的", f"{question.within.words} {sum(counts.windows.values())} 处：{told}"
    if counts.windows["unsure"] and not question.unsure:
        yield "不能判断", f"{counts.windows['unsure']} 处未列出（缺时刻、个人编码或就诊号），用 --unsure 列出"
    yield "比较时间取自", "，".join(f"{name} {lines} 行" for name, lines in counts.moments.items()) or "—"
    yield "识别依据", "，".join(f"{name} {lines} 行" for name, lines in counts.matched.items())
    if counts.unseen:
        yield "注意", f"包内没有任何明细符合：{'、'.join(counts.unseen[:20])}{'……' if len(counts.unseen) > 20 else ''}"
    yield "退费", _refunds(counts, question.gross)
    if counts.nothing_billed:
        yield "零收费", f"数量和金额都是 0 的 {counts.nothing_billed} 行不算"
    if found.sensitive and export_class is not ExportClass.B:
        yield "敏感人群", f"{found.sensitive} 行（儿童及敏感诊断），无两个批准账户时按 B 类显示"
    for note in found.notes:
        yield "数据", note


def _refunds(counts: Counts, gross: bool) -> str:
    how = "不冲抵，照列" if gross else "已冲抵，全退的不算"
    said = f"{how}：全退 {counts.refunded_whole} 行，部分退 {counts.refunded_part} 行"
    alone = f"；另有 {counts.refunds_alone} 行退费在包内找不到原收费" if counts.refunds_alone else ""
    return said + alone
