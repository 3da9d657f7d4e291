"""What is understood of `feijian pair`: has A, with or without B, asked of one package."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the command of this part; `parser` is the class of parsers, in Chinese."""
    text = "在一个导出包里查：同日、同一小时或同次就诊（住院）有 A、且有或没有 B（线索，须核实）"
    pair = commands.add_parser("pair", help=text, description=text)
    pair.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    pair.set_defaults(does="flows.pair_commands:run_pair")
    pair.add_argument("package", type=Path, metavar="导出包", help="导出包文件夹")
    item = "院内或医保项目编码；编码开头加 *；“名称:文字”；或每行一个的 .txt、.csv 文件。可多个，任一即算"
    pair.add_argument("--has", nargs="+", required=True, metavar="项目", help=f"A：{item}")
    other = pair.add_mutually_exclusive_group()
    other.add_argument("--with", dest="with_", nargs="+", default=[], metavar="项目", help="B：要求有（写法同上）")
    other.add_argument("--without", nargs="+", default=[], metavar="项目", help="B：要求没有（写法同上）")
    pair.add_argument(
        "--within", choices=("day", "hour", "stay"), default="day",
        help="day 同一人同一天（默认）；hour 同一人同一钟点；stay 同一门诊号或住院号",
    )  # fmt: skip
    pair.add_argument("--from", dest="date_from", metavar="日期", help="A 的第一天（按比较时间）")
    pair.add_argument("--to", dest="date_to", metavar="日期", help="A 的最后一天（按比较时间）")
    pair.add_argument("--side", choices=("MZ", "ZY"), default="", help="只看门诊（MZ）或住院（ZY）")
    pair.add_argument("--dept", default="", metavar="文字", help="A 的执行科室或就诊科室含有这些文字")
    pair.add_argument("--min", dest="minimum", type=int, default=0, metavar="N", help="A 的数量合计至少 N")
    pair.add_argument("--gross", action="store_true", help="已退费的也算，并列出退费行（默认冲抵，全退的不算）")
    pair.add_argument("--unsure", action="store_true", help="同时列出不能判断的（缺时刻、个人编码或就诊号）")
    pair.add_argument("--summary", action="store_true", help="每条线索一行：A、B 各几行、数量、金额")
    pair.add_argument("--limit", type=int, default=100_000, metavar="N", help="最多写出几行（默认 100000）")
    pair.add_argument("--out", type=Path, metavar="文件", help="写成 .xlsx 或 .csv（默认显示在终端）")
    _ground(pair)


def _ground(pair: Any) -> None:
    """How persons are shown, on what ground, by whom, and to whom it goes."""
    shown = pair.add_mutually_exclusive_group()
    shown.add_argument("--class", dest="export_class", choices=("B", "C"), default="B",
                       help="B 假名、日期到月（默认）；C 假名、日期和时刻照原样，须写 --purpose")  # fmt: skip
    shown.add_argument("--identified", action="store_true", help="不脱敏（D 类）：加密的 xlsx，须有公函、用途、批准")
    pair.add_argument("--as", dest="account", metavar="账户", help="以哪个账户查询（或环境变量 FEIJIAN_ACCOUNT）")
    pair.add_argument("--purpose", metavar="用途", help="用途；C 类和 --identified 必填")
    pair.add_argument("--letter", metavar="文号", help="公函文号；--identified 必填")
    pair.add_argument("--approver", action="append", metavar="账户", help="批准账户；敏感人群须两个，写两次")
    pair.add_argument("--expires", metavar="日期", help="--identified 的文件的销毁日期")
    pair.add_argument("--recipient", dest="recipient", metavar="接收人", help="交给谁，记入访问日志")
