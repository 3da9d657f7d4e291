"""What is understood of contracts: `feijian contract`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    text = "合同与导出权利：每个机构每年一次，用了没有、何时到期"
    contract = commands.add_parser("contract", help=text, description=text)
    actions = contract.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    for name, said in (
        ("list", "列出合同、服务年、各机构已用和还可导出的次数、续签提醒"),
        ("ledger", "列出每一次交付：导出、更正、另导"),
    ):
        one = actions.add_parser(name, help=said, description=said)
        one.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
        one.add_argument("--org", metavar="编码", help="只看这个机构")
        if name == "ledger":
            one.add_argument("--year", type=int, metavar="年", help="只看这一年：第几服务年（如 1）或日历年（如 2025）")
        one.set_defaults(does="flows.contract_commands:contract")
