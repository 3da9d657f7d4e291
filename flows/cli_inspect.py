"""What is understood of the monthly inspection: `feijian inspect`."""

from pathlib import Path
from typing import Any


def add(commands: Any, parser: Any) -> None:
    """Add the command of this part; `parser` is the class of parsers, in Chinese."""
    text = "月度巡检：数据源与本机存储的运行情况、增长、缺数、索引、临时表、结构变化，出一份报告"
    one = commands.add_parser("inspect", help=text, description=text)
    one.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    one.add_argument("sources", nargs="*", metavar="数据源", help="feijian.toml 中的名称，可多个；不写则全部")
    one.add_argument("--all", action="store_true", help="全部数据源（不写名称时也是全部）")
    one.add_argument("--out", type=Path, metavar="文件夹", help="报告放在哪里（默认存储下的 inspections）")
    one.add_argument("--day", metavar="日期", help="以这一天为巡检日（默认今天），如 2024-06-30")
    one.add_argument("--exact", action="store_true", help="大表也逐行计数、求最近日期：对源库较重，请在空闲时用")
    one.set_defaults(does="flows.inspect_commands:inspect_sources")
