"""What is understood of `feijian pull`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the command; `parser` is the class of parsers, in Chinese."""
    text = "整区域一次抽取：每张表只读一遍，再按机构拆开，供 feijian export --pulled 逐个导出"
    pull = commands.add_parser("pull", help=text, description=text)
    pull.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    pull.add_argument("--source", required=True, metavar="名称", help="feijian.toml 中的数据源")
    pull.add_argument("--from", dest="date_from", required=True, metavar="日期", help="检查期间第一天，如 2024-01-01")
    pull.add_argument("--to", dest="date_to", required=True, metavar="日期", help="检查期间最后一天，如 2024-12-31")
    pull.add_argument(
        "--orgs",
        metavar="编码,…或CSV",
        help="机构编码，逗号分隔，或有“机构编码”一列的 CSV（默认：在服务期内的合同的机构）",
    )
    pull.add_argument("--format", dest="form", default="nhsa/2024", metavar="格式", help="导出格式（默认 nhsa/2024）")
    pull.add_argument("--overlay", action="append", default=[], metavar="格式层", help="叠加的格式层，可多次")
    pull.add_argument("--again", action="store_true", help="弃去已有的抽取，重新来过")
    pull.set_defaults(does="flows.pull_commands:pull")
