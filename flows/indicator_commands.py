"""What `feijian indicator` does."""

from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from exports.access_log import GIVEN, REFUSED, of_account, record_access
from exports.commission.engine.comparing import Compared, Place, compared
from exports.commission.engine.evaluate import ORDER, Evaluation, evaluate
from exports.commission.engine.frame import Frame
from exports.commission.engine.measure import load_measures
from exports.disclosure.masking import profile
from exports.disclosure.scope import require_area
from flows.caller import caller
from flows.commands import say
from flows.report_commands import lake_database
from flows.settings import load_settings, parse_day
from schemas.account import EVERYWHERE, ExportClass
from schemas.errors import DisclosureError
from schemas.figure import Figure
from schemas.indicator import Indicator, find_indicator, load_indicators
from schemas.period import Period

AXES = {
    "numerator_text": "分子",
    "denominator_text": "分母",
    "org_axis": "机构归属",
    "status": "档案状态",
    "date_axis": "日期口径",
    "kind": "期间口径",
    "year": "年度",
    "counts": "分子计数",
    "denominator_counts": "分母计数",
    "parameters": "参数",
}


def list_indicators(options: Namespace) -> int:
    """List every indicator and edition, by domain."""
    lines, domain = [], ""
    for one in load_indicators():
        if one.domain != domain:
            domain = one.domain
            lines.append(f"{domain}：")
        lines.append(f"  {one.key:<32}{one.name}（{one.unit}）{'' if one.standard else '　其他口径'}")
    say(options, {"indicators": [_record(one) for one in load_indicators()]}, lines)
    return 0


def show_indicator(options: Namespace) -> int:
    """Show all that defines an indicator, with the SQL of its measures.

    Raises:
        SettingsError: there is no such indicator or edition.
    """
    one = find_indicator(options.indicator, options.edition)
    lines = [f"{one.key}　{one.name}（{one.unit}）　{one.domain}", ""]
    lines += [f"  {title}：{_word(one, name)}" for name, title in AXES.items()]
    lines += [f"  结果：× {one.scale}，保留 {one.decimals} 位小数（四舍五入）", f"  来源：{one.source}"]
    lines += (
        [f"  目标：{one.target:f}{one.unit}（{one.target_source or '来源未注明'}）"] if one.target is not None else []
    )
    lines += [f"  其他口径：{one.variants}"] if one.variants else []
    lines += [f"  说明：{one.note}"] if one.note else []
    sql = {name: load_measures()[name].sql for name in _measures(one)}
    for name, text in sql.items():
        lines += ["", f"度量 {name}：", text]
    say(options, {**_record(one), "sql": sql}, lines)
    return 0


def value_of(options: Namespace) -> int:
    """Compute one indicator on every node of an area.

    Raises:
        DisclosureError: the area is not the account's.
        SettingsError: there is no such indicator, edition or area, or nothing was synced.
    """
    one = find_indicator(options.indicator, options.edition)
    made, changes = _evaluate(options, [one])
    figures = _wanted(options, made.figures)
    lines = [f"{one.key}　{one.name}　{Period.parse(options.period).title}"]
    lines += [f"  {_line(figure, one)}{_change(changes, figure)}" for figure in figures]
    lines += made.notes
    values = [_value(figure) | _changes(changes, figure) for figure in figures]
    say(options, {"definition": one.key, "values": values, "notes": made.notes}, lines)
    return 0


def compare_editions(options: Namespace) -> int:
    """Compute editions of an indicator side by side, and name the axes on which they differ.

    Raises:
        DisclosureError: the area is not the account's.
        SettingsError: there is no such indicator, edition or area, or nothing was synced.
    """
    editions = [find_indicator(options.indicator, edition) for edition in options.editions]
    made, _ = _evaluate(options, editions)
    differ = differences(editions)
    lines = [f"{editions[0].name}　{Period.parse(options.period).title}"]
    lines += [
        f"  {AXES[name]}：" + "；".join(f"{key} {text}" for key, text in by.items()) for name, by in differ.items()
    ]
    by_key = {one.key: one for one in editions}
    figures = _wanted(options, made.figures)
    places = dict.fromkeys((figure.node.code, figure.scope) for figure in figures)
    for place in places:
        lines += [
            f"  {_line(figure, by_key[key])}　{key}"
            for figure in figures
            if (figure.node.code, figure.scope) == place
            for key in (f"{figure.indicator}@{figure.edition}",)
        ]
    lines += made.notes
    record = {"differences": differ, "values": [_value(one) for one in figures], "notes": made.notes}
    say(options, record, lines)
    return 0


def differences(editions: Iterable[Indicator]) -> dict[str, dict[str, str]]:
    """The axes on which editions differ: axis -> key of the edition -> its word."""
    every = list(editions)
    found = {name: {one.key: _word(one, name) for one in every} for name in AXES}
    return {name: words for name, words in found.items() if len(set(words.values())) > 1}


def _evaluate(options: Namespace, indicators: list[Indicator]) -> tuple[Evaluation, dict[Place, Compared]]:
    """Evaluate for the account that asks, within its area, with `--change` also what it is compared with; logged."""
    settings = load_settings()
    account = caller(options, settings)
    as_of = parse_day(options.as_of) if options.as_of else None
    frame = Frame(as_of=as_of, restated=options.restated, xpcc=options.xpcc == "include")
    area, period = options.area or account.area, Period.parse(options.period)
    keys = tuple(one.key for one in indicators)
    facts: dict[str, Any] = {
        "scope": {"area": area, "period": period.label},
        "purpose": options.purpose,
        "export_class": str(ExportClass.A),
        "masking": profile(ExportClass.A, False),
    }
    log = settings.access_log
    with lake_database(settings) as database:
        try:
            require_area(database, account, area)
        except DisclosureError as error:
            record_access(log, of_account(account, "indicator", REFUSED, reason=str(error), **facts))
            raise
        levels = (options.level,) if options.level else ORDER
        root = None if area == EVERYWHERE else area
        made = evaluate(database, indicators, period, frame, root, levels)
        asked = getattr(options, "change", False)
        changes = compared(database, indicators[0], period, frame, root, made.figures) if asked else {}
    facts |= {"definitions": keys, "rows": len(_wanted(options, made.figures))}
    record_access(log, of_account(account, "indicator", GIVEN, **facts))
    return made, changes


def _change(changes: dict[Place, Compared], figure: Figure) -> str:
    found = changes.get((figure.node.code, figure.scope))
    if found is None:
        return ""
    late = f"　此后补录 {found.late:f}" if found.late is not None else ""
    return f"　同比 {found.yearly.text}　环比 {found.monthly.text}{late}"


def _changes(changes: dict[Place, Compared], figure: Figure) -> dict[str, Any]:
    found = changes.get((figure.node.code, figure.scope))
    if found is None:
        return {}
    late = None if found.late is None else f"{found.late:f}"
    return {"yearly": found.yearly.text, "monthly": found.monthly.text, "entered_since": late}


def _wanted(options: Namespace, figures: list[Figure]) -> list[Figure]:
    return [one for one in figures if options.scope in (None, str(one.scope))]


def _line(figure: Figure, indicator: Indicator) -> str:
    unit = indicator.unit if figure.value is not None else ""
    parts = "" if figure.denominator is None else f"（{figure.numerator:f}/{figure.denominator:f}）"
    lacking = f"　已上报 {figure.reported}/{figure.due}" if figure.reported < figure.due else ""
    lacking += f"　已录入分母 {figure.entered}/{figure.owing}" if figure.entered < figure.owing else ""
    beyond = f"　分子中 {figure.outside} 个不在分母内" if figure.outside else ""
    return f"{figure.node.code}　{figure.node.name}　{figure.scope}　{figure.text}{unit}{parts}{lacking}{beyond}"


def _value(figure: Figure) -> dict[str, Any]:
    numbers = ("numerator", "denominator", "value", "children_sum")
    return {
        "definition": f"{figure.indicator}@{figure.edition}",
        "period": figure.period,
        "org": figure.node.code,
        "name": figure.node.name,
        "level": figure.node.level,
        "scope": str(figure.scope),
        **{name: None if getattr(figure, name) is None else f"{getattr(figure, name):f}" for name in numbers},
        "state": str(figure.state),
        "text": figure.text,
        "reported": figure.reported,
        "due": figure.due,
        "entered": figure.entered,
        "owing": figure.owing,
        "outside": figure.outside,
    }


def _record(indicator: Indicator) -> dict[str, Any]:
    target = None if indicator.target is None else f"{indicator.target:f}"
    return {"key": indicator.key, **asdict(indicator), "target": target}


def _measures(indicator: Indicator) -> list[str]:
    below = [indicator.denominator] if indicator.denominator and indicator.population is None else []
    return list(dict.fromkeys([indicator.numerator, *below]))


def _word(indicator: Indicator, name: str) -> str:
    if name == "parameters":
        return "、".join(f"{key}={value}" for key, value in sorted(indicator.parameters.items())) or "无"
    return str(getattr(indicator, name)) or "无"
