"""What is understood of the reconciliation of stock: `feijian stock`."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the command of this part; `parser` is the class of parsers, in Chinese."""
    text = "进销存核对：每物资每库房的期初、入、出、期末，以及收费与购进、销售出库的比较"
    stock = commands.add_parser("stock", help=text, description=text)
    stock.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    stock.add_argument("source", metavar="运行号或导出包", help="运行号、运行文件夹，或导出包文件夹")
    stock.add_argument("--item", metavar="编码", help="只看一个物资编码或收费编码")
    stock.add_argument("--out", type=Path, metavar="文件", help="写成工作簿，如 进销存核对.xlsx")
    stock.set_defaults(does="flows.stock_commands:reconcile_stock")
