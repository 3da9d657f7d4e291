"""What is understood of indicators: `feijian indicator list|show|value|compare`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    text = "指标：列出、查看完整口径、计算、并列比较不同口径"
    one = commands.add_parser("indicator", help=text, description=text)
    actions = one.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    _action(actions, "list", "列出全部指标和口径", "list_indicators")
    show = _action(actions, "show", "查看一个指标的完整口径：四轴、来源、两条语句", "show_indicator")
    show.add_argument("indicator", metavar="指标", help="如 GW08，或 GW08@national-2017")
    show.add_argument("--edition", metavar="口径", help="不写则为标准口径")
    value = _action(actions, "value", "计算一个指标：范围内每个机构，含下属、本部、下属", "value_of")
    _asked(value)
    value.add_argument("--edition", metavar="口径", help="不写则为标准口径")
    compare = _action(actions, "compare", "并列计算一个指标的几个口径，说明差在哪里", "compare_editions")
    _asked(compare)
    compare.add_argument("--editions", nargs="+", required=True, metavar="口径", help="两个或更多口径")


def _action(actions: Any, name: str, text: str, does: str) -> Any:
    action = actions.add_parser(name, help=text, description=text)
    action.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    action.set_defaults(does=f"flows.indicator_commands:{does}")
    return action


def _asked(action: Any) -> None:
    action.add_argument("indicator", metavar="指标", help="如 GW08")
    action.add_argument("--period", required=True, metavar="期间", help="如 2024-03、2024Q1、2024H1、2024")
    action.add_argument("--area", metavar="编码", help="机构编码或 6 至 12 位区划代码；不写则为账户自己的范围")
    levels = ("region", "prefecture", "county", "township", "village")
    action.add_argument("--level", choices=levels, help="只看这一级")
    action.add_argument("--scope", choices=("含下属", "本部", "下属"), help="只看这一范围")
    action.add_argument("--as-of", metavar="日期", help="只看这一天以前录入的数据")
    action.add_argument("--restated", action="store_true", help="按当前隶属重述（不写则按期末隶属）")
    action.add_argument("--xpcc", choices=("include", "exclude"), default="include", help="含不含兵团（默认 include）")
    action.add_argument("--change", action="store_true", help="同比、环比；与 --as-of 同用时列出此后补录的数")
    action.add_argument("--as", dest="account", metavar="账户", help="以哪个账户查询")
    action.add_argument("--purpose", default="", metavar="用途", help="用途，记入访问日志")
