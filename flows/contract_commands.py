"""`feijian contract`: contracts with what was used of them, every use, and what an export says of its right."""

from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flows.commands import say
from flows.entitlement import exports_in, settle_all
from flows.job import Job
from flows.run import SHANGHAI, disk_errors
from flows.settings import Settings, load_settings
from flows.use_ledger import Kind, Use, read_uses
from schemas.contract import Contract, ServiceYear, contract_of, reminder_of

UNCHECKED = "未核对合同"
_CALENDAR = 1000  # a --year from here on is a calendar year, below it the number of a service year


def lines_of(job: Job, use: Use | None) -> list[str]:
    """What the user reads of the right at the end of an export, the reminder of the contract's end included."""
    return [f"导出权利：{_sentence(job, use)}", *reminders(job.settings.contracts, job.day, job.org)]


def _sentence(job: Job, use: Use | None) -> str:
    if use is None:
        return "演练，不占用次数。" if job.rehearsal_of else "这一次不可交付，没有占用次数。"
    if use.unchecked:
        return f"{UNCHECKED}（{use.unchecked}），次数没有核对；{use.kind.label} {use.package} 已照此记入台账。"
    said = f"合同 {use.contract}，{use.year.title if use.year else ''}"
    if use.kind is Kind.CORRECTION:
        return f"{said}，更正 {use.corrects}，不另占次数，已记入台账。"
    if use.kind is Kind.EXTRA:
        return f"{said}，次数之外的导出（理由：{use.reason}），已记入台账；请留存客户的变更申请。"
    return f"{said}的次数由 {use.package} 使用，已记入台账。"


def reminders(contracts: tuple[Contract, ...], day: date, institution: str | None = None) -> list[str]:
    """Of which contracts the end must be spoken of; with an institution, only of the one that serves it last."""
    served = [one for one in contracts if institution is None or institution in one.institutions]
    if institution is not None:
        served = sorted(served, key=lambda one: one.last)[-1:]
    return [said for one in served if (said := reminder_of(one, contracts, day))]


def _today() -> date:
    return datetime.now(SHANGHAI).date()


def list_contracts(options: Namespace, day: date | None = None) -> int:
    """Every contract with its years so far, what each institution used of them, and the reminders."""
    day = day or _today()
    settings, uses = _settled()
    shown = [one for one in settings.contracts if options.org is None or options.org in one.institutions]
    records, lines = [], []
    for one in shown:
        years = [year for year in one.years if year.first <= day]
        told = [_year_record(one, year, uses, options.org) for year in years]
        records.append({**one.record(), "in_force": one.in_term(day), "years": told})
        lines += [_contract_line(one, day), *(line for year in told for line in _year_lines(year))]
    outside = sum(options.org in (None, use.institution) and not _covered(use, settings.contracts) for use in uses)
    if outside:
        lines.append(f"另有 {outside} 次导出不在任何合同之内（{UNCHECKED}），见 feijian contract ledger。")
    said = reminders(settings.contracts, day, options.org)
    whose = f"机构 {options.org} 的" if options.org else ""
    none = [f"feijian.toml 中没有{whose}合同（[[contracts]]），导出时{UNCHECKED}。"]
    record = {"day": day.isoformat(), "contracts": records, "outside": outside, "reminders": said}
    say(options, record, [*(lines if shown else none + lines), *said])
    return 0


def _contract_line(one: Contract, day: date) -> str:
    state = "服务期内" if one.in_term(day) else "尚未开始" if day < one.first else "已到期"
    each = "服务年" if one.basis == "service" else "日历年"
    return (
        f"合同 {one.number}　{one.unit}　{one.project}　{one.first} 至 {one.last}（{state}）"
        f"　每{each} {one.exports_per_year} 次　{len(one.institutions)} 个机构"
    )


def _year_record(one: Contract, year: ServiceYear, uses: list[Use], org: str | None) -> dict[str, Any]:
    rows = []
    for code in one.institutions:
        if org in (None, code):
            mine = [use for use in uses if use.institution == code and year.holds(use.day)]
            used = exports_in(year, mine)
            rows.append(
                {
                    "institution": code,
                    "used": len(used),
                    "open": max(one.exports_per_year - len(used), 0),
                    "corrections": sum(use.kind is Kind.CORRECTION for use in mine),
                    "extra": sum(use.kind is Kind.EXTRA for use in mine),
                    "packages": [{"day": use.day.isoformat(), "package": use.package} for use in used],
                }
            )
    return {**year.record(), "title": year.title, "institutions": rows}


def _year_lines(year: dict[str, Any]) -> list[str]:
    lines = [f"  {year['title']}"]
    for row in year["institutions"]:
        also = "".join(
            f"，{name} {row[key]} 次" for key, name in (("corrections", "更正"), ("extra", "另导")) if row[key]
        )
        packages = "".join(f"　{one['day']} {one['package']}" for one in row["packages"])
        lines.append(f"    {row['institution']}　已用 {row['used']} 次，还可导出 {row['open']} 次{also}{packages}")
    return lines


def _covered(use: Use, contracts: tuple[Contract, ...]) -> bool:
    return contract_of(contracts, use.institution, use.day) is not None


def ledger(options: Namespace) -> int:
    """Every use, or those of one institution or year."""
    _, uses = _settled()
    chosen = [use for use in uses if options.org in (None, use.institution) and _in_year(use, options.year)]
    say(options, {"uses": [use.to_json() for use in chosen]}, [_use_line(use) for use in chosen] or ["没有交付记录。"])
    return 0


def _in_year(use: Use, year: int | None) -> bool:
    if year is None or year >= _CALENDAR:
        return year in (None, use.day.year)
    return use.year is not None and use.year.number == year


def _use_line(use: Use) -> str:
    place = f"合同 {use.contract} {use.year.title}" if use.year else f"{UNCHECKED}（{use.unchecked}）"
    also = f"　更正 {use.corrects}" if use.corrects else ""
    also += f"　理由：{use.reason}" if use.reason else ""
    package = f"{use.package}（第 {use.version} 版）"
    return f"{use.day}　{use.institution}　{use.kind.label}　{package}　{place}{also}　运行 {use.run}"


def _settled() -> tuple[Settings, list[Use]]:
    """The settings and every use, after what a stopped machine left has been settled."""
    settings = load_settings()
    with disk_errors():
        settle_all(settings)
        return settings, read_uses(settings.entitlements)


ACTIONS: dict[str, Callable[[Namespace], int]] = {"list": list_contracts, "ledger": ledger}


def contract(options: Namespace) -> int:
    """The contracts: list, ledger."""
    return ACTIONS[options.action](options)
