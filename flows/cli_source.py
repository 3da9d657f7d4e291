"""What is understood of sources: `feijian source …`."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    source = commands.add_parser("source", help="数据源：查看一个陌生的源库", description="数据源")
    actions = source.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    _dossier(actions)


def _dossier(actions: Any) -> None:
    dossier = _command(actions, "dossier", "查看一个陌生的源库：各表像什么、依据是什么；不显示个人信息")
    dossier.add_argument("name", metavar="名称", help="feijian.toml 中的数据源；可以还没有 adapter")
    dossier.add_argument("--out", type=Path, metavar="文件夹", help="写到哪里（默认 dossiers/名称）")
    dossier.add_argument(
        "--cashier", type=Path, metavar="文件", help="收费处日报（CSV，列为 日期、金额）：据此找出哪一列是收入金额"
    )
    dossier.add_argument("--from", dest="date_from", metavar="日期", help="日报比对的第一天（与 --to 同用）")
    dossier.add_argument("--to", dest="date_to", metavar="日期", help="日报比对的最后一天")
    dossier.add_argument(
        "--sample-rows", type=int, default=2000, metavar="N", help="每张表最多取多少行作样本（默认 2000）"
    )
    dossier.set_defaults(does="flows.source_commands:dossier")


def _command(actions: Any, name: str, text: str) -> Any:
    parser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    return parser
