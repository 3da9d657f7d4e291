"""What is understood of report packs: `feijian report`, `feijian adjust`."""

from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    text = "卫健委报表：按机构和期间算出一本工作簿；feijian report list 列出全部"
    one = commands.add_parser("report", help=text, description=text)
    one.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    one.add_argument("pack", metavar="报表", help="如 gw-quarter；list 列出全部")
    one.add_argument("--area", metavar="编码", help="机构编码或 6 至 12 位区划代码；不写则为账户自己的范围")
    one.add_argument("--period", metavar="期间", help="如 2024-03、2024Q1、2024H1、2024")
    one.add_argument("--edition", action="append", default=[], metavar="指标=版本", help="换用另一口径，可多次")
    one.add_argument("--as-of", metavar="日期", help="只看这一天以前录入的数据")
    one.add_argument("--restated", action="store_true", help="按当前隶属重述（不写则按期末隶属）")
    one.add_argument("--xpcc", choices=("include", "exclude"), default="include", help="含不含兵团（默认 include）")
    one.add_argument("--outside", action="store_true", help="对外提供：小数隐藏")
    one.add_argument("--publish", action="store_true", help="作为正式上报数留存，供以后比较")
    one.add_argument("--who", default="", metavar="姓名", help="制表人")
    one.add_argument("--purpose", default="", metavar="用途", help="用途，记入访问日志")
    one.add_argument("--as", dest="account", metavar="账户", help="以哪个账户查询")
    one.add_argument("--out", metavar="文件", help="写到这个 xlsx 文件")
    one.set_defaults(does="flows.report_commands:report")

    text = "人工调整一个报表数：原计算数留存，两者一并导出"
    adjust = commands.add_parser("adjust", help=text, description=text)
    adjust.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    adjust.add_argument("pack", metavar="报表", help="如 gw-quarter")
    for name, meta, said in (
        ("--area", "机构", "要调整的机构编码"),
        ("--period", "期间", "如 2024Q1"),
        ("--cell", "表.格", "如 f07a.standard"),
        ("--value", "数值", "调整后的数；写 none 撤销以前的调整"),
        ("--reason", "原因", "为什么调整"),
        ("--by", "姓名", "谁调整"),
    ):
        adjust.add_argument(name, required=True, metavar=meta, help=said)
    adjust.add_argument("--scope", default="本部", choices=("含下属", "本部", "下属"), help="范围（默认 本部）")
    adjust.add_argument("--as", dest="account", metavar="账户", help="以哪个账户操作")
    adjust.set_defaults(does="flows.report_commands:adjust")
