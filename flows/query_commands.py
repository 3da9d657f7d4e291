"""What `feijian query` and `feijian log` do."""

import secrets
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from exports.access_log import Head, head_of, read_log, verify_log
from exports.commission.engine.ask import Answer, Question, answer, class_given, open_area, period_of
from exports.commission.engine.cards import Card, card_of, load_cards
from exports.disclosure.delivery import plain
from exports.disclosure.differencing import WHOLE_TIME, Released, remember, require_apart
from exports.disclosure.scope import SEEN, require_area
from exports.duck import open_database
from exports.lake import open_lake
from flows.caller import APPROVER, caller
from flows.commands import say
from flows.progress import progress
from flows.release import TERMINAL_ROWS, Request, Result, refusals_logged, release, request_of
from flows.run import disk_errors
from flows.settings import Settings, load_settings
from schemas.account import EVERYWHERE, ExportClass
from schemas.errors import DisclosureError, SettingsError
from schemas.period import Period
from schemas.words import cells_wide

WIDEST = 24


def list_cards(options: Namespace) -> int:
    """List every query card."""
    cards = load_cards().values()
    records = [{"name": c.name, "title": c.title, "class": str(c.export_class), "purpose": c.purpose} for c in cards]
    lines = [f"{c.name:<26}{c.export_class} 类　{c.title}" for c in cards]
    say(options, {"cards": records}, [*lines, "", "用 feijian query show 名称 查看一张卡的参数和语句。"])
    return 0


def show_card(options: Namespace) -> int:
    """Show one card: purpose, class, parameters, columns, SQL."""
    card = card_of(options.name)
    lines = [
        f"{card.title}（{card.name}，版本 {card.version}）",
        f"用途：{card.purpose}",
        f"类别：{card.export_class} 类（{card.export_class.words}）；敏感人群：{card.overlay}；约 {card.seconds} 秒",
        "参数：" if card.parameters else "参数：无",
    ]
    for one in card.parameters:
        choices = f"　可选 {'、'.join(f'{v}（{label}）' for v, label in one.choices)}" if one.choices else ""
        lines.append(f"  {one.name}　{one.label}　默认 {one.default or '（必填）'}{choices}")
    lines += ["各列：", *(f"  {one.shown.name:<14}{one.shown.title}" for one in card.columns), "", card.sql]
    record = {
        "name": card.name, "title": card.title, "purpose": card.purpose, "class": str(card.export_class),
        "overlay": str(card.overlay), "version": card.version, "seconds": card.seconds, "sql": card.sql,
        "parameters": [
            {"name": one.name, "type": one.type, "label": one.label, "default": one.default} for one in card.parameters
        ],
        "columns": [{"name": c.shown.name, "title": c.shown.title} for c in card.columns],
    }  # fmt: skip
    say(options, record, lines)
    return 0


def run_card(options: Namespace) -> int:
    """Answer one card: to a file, or the first rows to the terminal."""
    settings, card = load_settings(), card_of(options.name)
    account = caller(options, settings)
    given = parameters(options.param)
    area = options.area or account.area
    scope = {"card": card.name, "area": area, **given}
    with refusals_logged(settings, account, "query", scope):
        asked = ExportClass(options.export_class or min(card.export_class, account.top))
        extra = len(set(options.approver or ())) > 1
        class_given(card, asked, extra)
        request = request_of(options, settings, account, asked, "query", scope)
        if request.outside and card.export_class is not ExportClass.A:
            raise SettingsError("--outside 只用于汇总（A 类）的查询卡。")
        values = card.values(given, request.today)
        with progress(card.title, options.json), disk_errors(), lake_database(settings) as database:
            orgs = require_area(database, account, area)
            open_area(database, orgs)
            question = Question(card, values, asked, request.outside, extra)
            found = answer(database, question, secrets.token_bytes(32), request.today, settings.small_cells)
            names = resident_names(database) if asked is not ExportClass.D else frozenset()
        result = _result(settings, card, found)
        if request.outside and not found.counts:
            raise DisclosureError(f"查询卡 {card.name} 没有可隐去小数的人数列，不能加 --outside 对外提供。")
        if request.outside:
            released = _released(request, question, found, orgs)
            require_apart(settings.access_log.with_name("answers.jsonl"), released, settings.small_cells)
            remember(settings.access_log.with_name("answers.jsonl"), released)
    facts = release(settings, request, result, names)
    tell(options, request, result, facts)
    return 0


@contextmanager
def lake_database(settings: Settings) -> Iterator[Any]:
    """An open DuckDB with the lake attached.

    Raises:
        SettingsError: the lake is empty.
    """
    lake = open_lake(settings.lake)
    if not lake.parts:
        raise SettingsError("数据湖中还没有数据。请先运行 feijian sync。")
    with (
        tempfile.TemporaryDirectory() as spill,
        open_database(Path(spill), settings.memory_limit, settings.threads) as database,
    ):
        lake.attach(database)
        yield database


def resident_names(database: Any) -> frozenset[str]:
    """The names of the area's residents, for the last look at the file."""
    rows = database.execute(f"SELECT DISTINCT name FROM {SEEN}.resident WHERE name IS NOT NULL").fetchall()
    return frozenset(name for (name,) in rows)


def parameters(texts: Sequence[str] | None) -> dict[str, str]:
    """`k=v` of the command line.

    Raises:
        SettingsError: one has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or name in found:
            raise SettingsError(f"--param {text} 写法有误：应写成 名称=值，同一名称只写一次。")
        found[name] = value
    return found


def _result(settings: Settings, card: Card, found: Answer) -> Result:
    synced = open_lake(settings.lake).sources.values()
    until = max((one.at for one in synced), default="—")
    titles = tuple(one.title for one in found.columns)
    definitions = (f"{card.name}@{card.version}",)
    return Result(card.title, definitions, titles, found.rows, found.export_class, (("数据同步于", until),))


def _released(request: Request, question: Question, found: Answer, orgs: frozenset[str]) -> Released:
    days = period_of(question.values, request.today)
    timed = any(isinstance(value, Period) for value in question.values.values())
    filters = {name: str(value) for name, value in question.values.items() if name not in ("until", "period")}
    first = days.first.isoformat() if timed else WHOLE_TIME
    card = question.card.name
    return Released(
        request.account.name, card, tuple(sorted(orgs)), first, days.until.isoformat(), filters, found.counts
    )


def tell(options: Namespace, request: Request, result: Result, facts: dict[str, Any]) -> None:
    """Say what was given: where the file is, or the first rows and how many more there are."""
    shown = [] if request.out else [[plain(value) for value in row] for row in result.rows[:TERMINAL_ROWS]]
    hidden = 0 if request.out else len(result.rows) - len(shown)
    record = {
        **facts,
        "title": result.title,
        "definitions": result.definitions,
        "out": str(request.out) if request.out else None,
        "columns": result.titles,
        "data": shown,
        "not_shown": hidden,
        "truncated": result.truncated,
    }
    lines = table(result.titles, shown) if not request.out else [f"已写入 {request.out}"]
    lines += [f"还有 {hidden} 行未显示；用 --out 文件.xlsx 可得到全部。"] if hidden else []
    lines += [result.truncated] if result.truncated else []
    lines.append(f"{result.title}：{facts['rows']} 行，{result.export_class} 类（{result.export_class.words}）。")
    if result.export_class < request.export_class:
        lines.append(f"涉及敏感人群，按 {result.export_class} 类提供，低于所要的 {request.export_class} 类。")
    say(options, record, lines)


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows for a terminal, in columns; a Chinese character is two wide."""
    every = [list(titles), *[list(row) for row in rows]]
    widths = [min(max(cells_wide(row[at]) for row in every), WIDEST) for at in range(len(titles))]
    return ["  ".join(_padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in every]


def _padded(text: str, width: int) -> str:
    while cells_wide(text) > width:
        text = text[:-2] + "…"
    return text + " " * (width - cells_wide(text))


def list_log(options: Namespace) -> int:
    """List the access log, the latest last."""
    settings = load_settings()
    account = caller(options, settings)
    own = account.area != EVERYWHERE and account.role != APPROVER
    records = [r for r in read_log(settings.access_log) if not own or r["account"] == account.name][-options.last :]
    words = {"given": "提供", "refused": "拒绝", "failed": "未成"}
    lines = [
        f"{r['number']:>6}  {r['at'][:19]}  {r['account']}  {r['action']}  {words.get(r['result'], r['result'])}"
        f"  {r['export_class'] or '—'}  {'—' if r['rows'] is None else r['rows']} 行  {r['purpose'] or r['reason']}"
        for r in records
    ]
    say(options, {"records": records}, lines or ["访问日志还是空的。"])
    return 0


def verify_chain(options: Namespace) -> int:
    """Hold the log to its chain; 1 and the first broken line when it is not whole."""
    log = load_settings().access_log
    anchor = None
    if options.anchor:
        number, _, told = options.anchor.partition(":")
        if not (number.isdigit() and told):
            raise SettingsError("--anchor 应写成 条数:校验值，例如 12:0f3a…，见导出文件的封面。")
        anchor = Head(int(number), told)
    broken = verify_log(log, anchor)
    head = head_of(log)
    if broken:
        say(
            options,
            {"whole": False, "line": broken.number, "why": broken.why},
            [f"第 {broken.number} 行：{broken.why}。"],
        )
        return 1
    say(options, {"whole": True, "records": head.number, "hash": head.hash}, [f"访问日志完整，共 {head.number} 条。"])
    return 0
