"""What `feijian rule …` does: the rules in words, and each with the query that finds its rows."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict
from difflib import get_close_matches

from flows.commands import say
from schemas.errors import SettingsError
from schemas.rule import Level, Rule, load_rules

LEVELS = {Level.BLOCKS: "必须处理", Level.WARNS: "请核实", Level.HINT: "仅供参考"}


def list_rules(options: Namespace) -> int:
    """List every record: id, level, who mends it, title."""
    rules = load_rules()
    width = max(len(rule.id) for rule in rules) + 2
    lines = [f"{rule.id:<{width}}{LEVELS[rule.level]}　{rule.who:　<3}　{rule.title}" for rule in rules]
    lines += ["", "另有标准模型和格式对各列的要求（必填、代码、取值、宽度、主键），编号为 表.列.种类，自动成为规则。"]
    say(options, {"rules": [asdict(rule) for rule in rules]}, lines)
    return 0


def show_rule(options: Namespace) -> int:
    """Show one record with its SQL.

    Raises:
        SettingsError: there is none of that id.
    """
    rules = {rule.id: rule for rule in load_rules()}
    if options.rule not in rules:
        near = get_close_matches(options.rule, rules, cutoff=0.3)
        raise SettingsError(
            f"没有规则 {options.rule}；相近的有 {'、'.join(near) or '无'}。用 feijian rule list 查看全部。"
        )
    rule = rules[options.rule]
    say(options, asdict(rule), [f"{rule.id}　{rule.title}", "", *_facts(rule), "", *_queries(rule)])
    return 0


def _facts(rule: Rule) -> Iterator[str]:
    yield f"级别：{LEVELS[rule.level]}　处理：{rule.who}　容差：{rule.tolerance}"
    yield f"为什么：{rule.why}"
    yield f"怎么改：{rule.fix}"
    if rule.expected:
        yield f"应为：{rule.expected}"
    yield f"书面说明：{'可以' if rule.waivable else '不接受，必须改正'}"
    yield f"依据：{rule.source}　自 {rule.since} 起"


def _queries(rule: Rule) -> Iterator[str]:
    """The SQL over the std tables that names the rows."""
    if rule.official:
        yield "这一项在写出的文件上计算，见验收报告。"
    elif rule.failing:
        yield rule.failing.strip()
    else:
        asked = f"({rule.when}) AND " if rule.when else ""
        columns = rule.each or {rule.tables[0]: ("",)}
        for table, names in columns.items():
            said = f"　value 依次为 {'、'.join(names)}" if rule.each else ""
            yield f"SELECT _row FROM {table} WHERE {asked}NOT ({rule.holds.strip()}){said}"


ACTIONS: dict[str, Callable[[Namespace], int]] = {"list": list_rules, "show": show_rule}
