"""What `feijian report` and `feijian adjust` do."""

import secrets
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from exports.access_log import GIVEN, REFUSED, of_account, record_access
from exports.commission.engine.frame import Frame
from exports.commission.published import last_published, publish
from exports.commission.reports.adjust import append_adjustment, read_adjustments
from exports.commission.reports.book.frame import Told
from exports.commission.reports.book.write import write_book
from exports.commission.reports.checks import run_checks
from exports.commission.reports.compute import Asked, compute, monthly_sums, settle
from exports.commission.reports.conceal import conceal
from exports.commission.reports.quality import run_quality
from exports.commission.reports.telling import bases_told, changes_told, unreported_told
from exports.commission.reports.values import Adjustment, Report
from exports.disclosure.masking import profile
from exports.disclosure.scanner import require_clean
from exports.disclosure.scope import require_area
from exports.duck import open_database
from exports.lake import open_lake
from exports.seal.digests import file_sha256
from flows.caller import caller
from flows.commands import say
from flows.progress import progress
from flows.release import refusals_logged
from flows.run import SHANGHAI, disk_errors
from flows.settings import Settings, load_settings, parse_day
from schemas.account import Account, ExportClass
from schemas.errors import DisclosureError, SettingsError
from schemas.figure import Scope
from schemas.period import Period
from schemas.report_pack import Form, Pack, find_pack, load_checks, load_packs
from schemas.result import Outcome


@dataclass(frozen=True)
class Request:
    """One report as it was asked for."""

    pack: Pack
    period: Period
    area: str
    frame: Frame = field(default_factory=Frame)
    editions: dict[str, str] = field(default_factory=dict)
    outside: bool = False
    who: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Made:
    """One report that was made: its workbook (when one was asked for) and what it says."""

    told: Told
    file: Path | None


def report(options: Namespace) -> int:
    """Make one report, or list the packs; 1 when a hard check does not hold."""
    if options.pack == "list":
        return _list(options)
    settings = load_settings()
    account = caller(options, settings)
    request = _request(options, account)
    out = Path(options.out) if options.out else None
    with progress(f"报表 {request.pack.id}", options.json), disk_errors():
        made = make_report(settings, account, request, out, publishing=options.publish)
    say(options, _record(made), _lines(made))
    return 1 if any(one.result.outcome is Outcome.FAILED for one in made.told.checks) else 0


def _list(options: Namespace) -> int:
    packs = load_packs().values()
    words = {1: "月", 3: "季", 6: "半年", 12: "年"}
    lines = [f"{p.id:<16}{p.title}（{'、'.join(words[m] for m in p.months)}；{len(p.forms)} 张表）" for p in packs]
    say(options, {"packs": [{"id": p.id, "title": p.title, "months": p.months} for p in packs]}, lines)
    return 0


def _request(options: Namespace, account: Account) -> Request:
    """The report that a command line asks for.

    Raises:
        SettingsError: a parameter is missing or wrong.
    """
    pack = find_pack(options.pack)
    if not options.period:
        raise SettingsError("请用 --period 写明期间，如 2024Q1。")
    period = Period.parse(options.period)
    require_length(pack, period)
    editions = {}
    for text in options.edition:
        name, equals, edition = text.partition("=")
        if not equals:
            raise SettingsError(f"--edition “{text}”应写成 指标=版本，如 GW08=variant-any-way。")
        editions[name] = edition
    as_of = parse_day(options.as_of) if options.as_of else None
    frame = Frame(as_of=as_of, restated=options.restated, xpcc=options.xpcc == "include")
    area = options.area or account.area
    return Request(pack, period, area, frame, editions, options.outside, options.who, options.purpose)


def require_length(pack: Pack, period: Period) -> None:
    """Refuse a period that a pack is not made for.

    Raises:
        SettingsError: it is none of the pack's.
    """
    words = {1: "月（2024-03）", 3: "季（2024Q1）", 6: "半年（2024H1）", 12: "年（2024）"}
    if period.months not in pack.months:
        raise SettingsError(
            f"报表 {pack.id} 的期间应为{'或'.join(words[m] for m in pack.months)}，而不是 {period.label}。"
        )


@contextmanager
def lake_database(settings: Settings) -> Iterator[Any]:
    """A DuckDB with the lake's tables as `lake.<table>`.

    Raises:
        SettingsError: nothing was synced yet.
    """
    lake = open_lake(settings.lake)
    if not lake.parts:
        raise SettingsError("数据湖中还没有数据。请先运行 feijian sync。")
    spill = settings.lake / ".spill"
    spill.mkdir(parents=True, exist_ok=True)
    with open_database(spill, settings.memory_limit, settings.threads) as database:
        lake.attach(database)
        yield database


def make_report(
    settings: Settings, account: Account, request: Request, out: Path | None, *, publishing: bool = False
) -> Made:
    """Compute a report for an account, check it, write its workbook, record the access.

    Args:
        settings: of the working folder.
        account: who asks; it gets nothing outside its area.
        request: what is asked for.
        out: the workbook; None computes only.
        publishing: keep the numbers as published.

    Raises:
        DisclosureError: the area is not the account's, or the finished file tells of a person.
        SettingsError: there is no such indicator, edition or area.
    """
    log = settings.access_log
    facts = _facts(request)
    with lake_database(settings) as database:
        try:
            orgs = require_area(database, account, request.area)
            told = _tell(settings, database, account, request, tuple(sorted(orgs)))
            aside = _written(told, out, _names(database)) if out else None
        except DisclosureError as error:
            record_access(log, of_account(account, "report", REFUSED, reason=str(error), **facts))
            raise
    definitions = tuple(one.key for one in told.indicators)
    written = {"file": out.name, "file_sha256": file_sha256(aside)} if out and aside else {}
    rows = len(told.report.values)
    try:
        record_access(log, of_account(account, "report", GIVEN, definitions=definitions, rows=rows, **written, **facts))
        if publishing:
            publish(settings.lake, told.report, request.area, told.made, told.as_of, definitions)
        if out and aside:
            aside.replace(out)
    finally:
        if aside:
            aside.unlink(missing_ok=True)
    return Made(told, out)


def _names(database: Any) -> frozenset[str]:
    rows = database.execute("SELECT DISTINCT name FROM lake.resident WHERE name IS NOT NULL").fetchall()
    return frozenset(name for (name,) in rows)


def _written(told: Told, out: Path, names: frozenset[str]) -> Path:
    """The workbook, aside, once it has been seen to name nobody.

    Raises:
        DisclosureError: it does; it is gone.
        SettingsError: the file is to be no workbook.
    """
    if out.suffix.lower() != ".xlsx":
        raise SettingsError("报表的文件名应以 .xlsx 结尾。")
    aside = out.with_name(f".{out.stem}.{secrets.token_hex(4)}.xlsx")
    write_book(told, aside)
    require_clean(aside, names)
    return aside


def _facts(request: Request) -> dict[str, Any]:
    scope = {"pack": request.pack.id, "area": request.area, "period": request.period.label}
    masking = profile(ExportClass.A, request.outside)
    return {"scope": scope, "purpose": request.purpose, "export_class": str(ExportClass.A), "masking": masking}


def _tell(settings: Settings, database: Any, account: Account, request: Request, orgs: tuple[str, ...]) -> Told:
    checks, own = load_checks()
    area = None if request.area == "*" else request.area
    forms = (*request.pack.forms, *(form for form in own if form.id not in {f.id for f in request.pack.forms}))
    asked = Asked(request.pack, forms, area, request.period, request.frame, request.editions)
    adjustments = read_adjustments(settings.lake, request.pack.id, request.period.label)
    made = compute(database, asked, adjustments)
    monthly = monthly_sums(database, asked, made)
    settle(database, asked, request.period)
    checked = tuple(run_checks(database, made, checks, monthly)) if request.pack.checked else ()
    bases, unreported = bases_told(database, asked, made), unreported_told(database, asked, made)
    quality = tuple(run_quality(database, orgs))
    published = last_published(settings.lake, request.pack.id, request.area, request.period.last_year.label)
    told = Told(
        report=made,
        area=made.nodes[0].name if area else "全部",
        made=datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        as_of=_as_of(request.frame, made, settings),
        xpcc="含兵团" if request.frame.xpcc else "不含兵团",
        tree="业务树（当前隶属重述）" if request.frame.restated else "业务树（期末隶属）",
        indicators=tuple(one for one in asked.indicators if _shown(one.key, asked, request.pack)),
        checks=checked,
        quality=quality,
        changes=tuple(changes_told(made, asked, published)),
        bases=bases,
        unreported=unreported,
        who=request.who,
        account=account.name,
    )
    return conceal(told, settings.small_cells) if request.outside else told


def _shown(key: str, asked: Asked, pack: Pack) -> bool:
    """Whether an indicator stands in a form of the pack, and not only in those that checks look at."""
    cells = (cell for form in pack.forms for cell in form.cells)
    return any(one.key == key for cell in cells if (one := cell.indicator(asked.editions)) is not None)


def _as_of(frame: Frame, made: Report, settings: Settings) -> str:
    if frame.as_of:
        return f"{frame.as_of} 以前录入的数据"
    synced = max((one.at for one in open_lake(settings.lake).sources.values()), default="")
    last = made.period.days.until - timedelta(days=1)
    return f"{last} 及以前发生、{synced[:16].replace('T', ' ')} 同步的数据"


def _record(made: Made) -> dict[str, Any]:
    report = made.told.report
    values = [
        {
            "form": value.form,
            "cell": value.cell.id,
            "title": value.cell.title,
            "org": value.node.code,
            "scope": str(value.scope),
            "value": None if value.final is None else f"{value.final:f}",
            "computed": None if value.computed is None else f"{value.computed:f}",
            "state": str(value.state),
            "definition": value.figure and f"{value.figure.indicator}@{value.figure.edition}",
        }
        for value in report.values.values()
        if value.form in {form.id for form in report.pack.forms}
    ]
    checks = [{**one.result.to_json(), "broken": [str(b) for b in one.broken]} for one in made.told.checks]
    return {
        "pack": report.pack.id,
        "period": report.period.label,
        "area": made.told.area,
        "file": made.file and str(made.file),
        "checks": checks,
        "values": values,
    }


def _lines(made: Made) -> list[str]:
    told = made.told
    lines = [f"{told.report.pack.title}　{told.area}　{told.report.period.title}"]
    for one in told.checks:
        r = one.result
        if r.outcome not in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
            lines.append(
                f"  {r.id} {r.outcome}：{r.title}，{r.failing} 处不符" + (f"（{r.reason}）" if r.reason else "")
            )
            lines += [f"      {broken}" for broken in one.broken[:3]]
    passed = sum(one.result.outcome is Outcome.PASSED for one in told.checks)
    lines.append(f"  校验通过 {passed} 条，共 {len(told.checks)} 条。")
    found = sum(one.found for one in told.quality)
    lines.append(f"  数据质量：{len(told.quality)} 条规则共查出 {found} 行，见“数据质量”表。")
    if made.file:
        lines.append(f"  已写入 {made.file}")
    return lines


def adjust(options: Namespace) -> int:
    """Correct one number by hand, for an organisation of the account's area.

    Raises:
        SettingsError: a parameter is wrong.
        DisclosureError: the organisation is not the account's.
    """
    settings = load_settings()
    account = caller(options, settings)
    pack, period = find_pack(options.pack), Period.parse(options.period)
    require_length(pack, period)
    form, cell = _cell(pack, options.cell)
    scope = {"pack": pack.id, "period": period.label, "cell": options.cell, "area": options.area}
    with refusals_logged(settings, account, "adjust", scope), lake_database(settings) as database:
        require_area(database, account, options.area)
        only = replace(pack, forms=(form,))
        made = compute(database, Asked(only, (form,), options.area, period, Frame(), {}), {})
    node = made.nodes[0]
    takes_back = options.value == "none"
    value = Adjustment(
        pack=pack.id,
        period=period.label,
        form=form.id,
        cell=cell,
        node=node.code,
        scope=Scope(options.scope),
        computed=made.values[(form.id, cell, node.code, Scope(options.scope))].computed,
        adjusted=Decimal(0) if takes_back else _number(options.value),
        reason=options.reason,
        who=options.by,
        day=datetime.now(SHANGHAI).date().isoformat(),
    )
    record_access(settings.access_log, of_account(account, "adjust", GIVEN, scope=scope, reason=options.reason))
    append_adjustment(settings.lake, value, takes_back)
    words = "已撤销调整" if takes_back else f"计算数 {value.computed}，调整为 {value.adjusted}"
    record = {name: str(item) for name, item in vars(value).items()}
    say(options, record, [f"{node.name} {options.cell}：{words}。"])
    return 0


def _cell(pack: Pack, text: str) -> tuple[Form, str]:
    """The form and the cell that `f07a.standard` names.

    Raises:
        SettingsError: the pack has none of that name.
    """
    name, _, cell = text.partition(".")
    form = next((one for one in pack.forms if one.id == name), None)
    if form is None:
        known = "、".join(f"{one.id}（{one.title}）" for one in pack.forms)
        raise SettingsError(f"报表 {pack.id} 没有格 {text}；各表：{known}。")
    if cell not in {one.id for one in form.cells}:
        known = "、".join(f"{form.id}.{one.id}（{one.title}）" for one in form.cells)
        raise SettingsError(f"报表 {pack.id} 没有格 {text}；该表的格：{known}。")
    return form, cell


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise SettingsError(f"--value “{text}”不是数字。") from None
    if not value.is_finite() or value < 0:
        raise SettingsError(f"--value “{text}”应为不小于零的数。")
    return value
