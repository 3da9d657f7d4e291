"""What is understood of sources: `feijian source dossier`, `source list`, `check`, `scaffold`, `template`."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    source = commands.add_parser(
        "source", help="数据源：查看陌生的源库、列出、核对适配器、生成初稿", description="数据源与适配器"
    )
    actions = source.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    _dossier(actions)
    add_adapters(actions)


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


def add_adapters(actions: Any) -> None:
    """The actions about adapters."""
    every = _command(actions, "list", "列出适配器（随程序的、本院自有的、分层）和已配置的数据源")
    every.set_defaults(does="flows.adapter_commands:list_sources")
    check = _command(actions, "check", "核对一个适配器是否完整；配置了数据源时连同源库一起核对")
    check.add_argument("name", metavar="名称", help="feijian.toml 中的数据源，或适配器的名称")
    check.add_argument("--run", metavar="运行号", help="另看这次运行中哪些标准列始终为空")
    check.set_defaults(does="flows.adapter_commands:check")
    scaffold = _command(actions, "scaffold", "按数据源概览（dossier）生成适配器初稿：能立即运行，拿不准处标 TODO")
    scaffold.add_argument("name", metavar="名称", help="feijian.toml 中的数据源")
    scaffold.add_argument("--from", dest="dossier", type=Path, required=True, metavar="文件", help="概览的 JSON")
    scaffold.add_argument("--as", dest="adapter", required=True, metavar="适配器", help="新适配器的名称，如 renmin_his")
    scaffold.add_argument("--org", metavar="编码", help="定点医疗机构编码：源库没有机构编码时写入初稿")
    scaffold.add_argument("--org-name", metavar="名称", help="机构名称：与 --org 一起写入初稿")
    scaffold.add_argument("--out", type=Path, metavar="文件夹", help="写到哪里（默认工作文件夹的 sources/适配器）")
    scaffold.add_argument("--force", action="store_true", help="覆盖改过的初稿")
    scaffold.set_defaults(does="flows.scaffold.command:scaffold")
    template = _command(
        actions, "template", "写出一套空表和填写说明：只有导出文件、没有数据库时由医院填写，用适配器 files 读取"
    )
    template.add_argument("--out", type=Path, required=True, metavar="文件夹", help="写到哪里（空的或新的文件夹）")
    template.set_defaults(does="flows.source_template:source_template")


def _command(commands: Any, name: str, text: str) -> Any:
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    return parser
