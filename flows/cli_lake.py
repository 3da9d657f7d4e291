"""What is understood of the lake: `feijian sync`, `feijian lake`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    text = "把数据源的标准表增量同步到数据湖，供卫健委查询"
    one = commands.add_parser("sync", help=text, description=text)
    one.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    one.add_argument("--source", action="append", metavar="名称", help="feijian.toml 中的数据源，可多次；不写则全部")
    one.add_argument("--from", dest="date_from", metavar="日期", help="只重读这一天起的业务数据")
    one.add_argument("--to", dest="date_to", metavar="日期", help="只重读到这一天的业务数据")
    one.add_argument("--full", action="store_true", help="全部重读，不看上次同步到哪里")
    one.set_defaults(does="flows.lake_commands:sync_sources")

    text = "数据湖：有哪些表、行数、新旧程度，核对文件"
    lake = commands.add_parser("lake", help=text, description=text)
    actions = lake.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    for name, said, does in (
        ("list", "列出各系统各表的行数、月份和最近业务日期", "list_lake"),
        ("show", "查看一张表：各列、谁能看到什么、各机构各月行数", "show_table"),
        ("check", "按目录核对每个文件的校验和", "check_lake"),
    ):
        action = actions.add_parser(name, help=said, description=said)
        action.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
        action.set_defaults(does=f"flows.lake_commands:{does}")
        if name == "show":
            action.add_argument("table", metavar="表", help="如 htn_visit")
