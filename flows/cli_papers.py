"""What is understood of papers: `feijian print`."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the command of this part; `parser` is the class of parsers, in Chinese."""
    text = "把导出包的交接单、数据说明和客户服务确认单转成打印用的 PDF（需要 LibreOffice）"
    paper = commands.add_parser("print", help=text, description=text)
    paper.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    paper.add_argument("package", type=Path, metavar="导出包", help="导出包文件夹")
    paper.add_argument("--out", type=Path, metavar="文件夹", help="PDF 放在哪里（默认导出包的 local）")
    paper.set_defaults(does="flows.paper_commands:print_package")
