"""The command `feijian`: what is understood, in Chinese; what is done stands in `flows/commands.py`."""

import argparse
import io
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from schemas.errors import FeijianError

PARTS = (
    "flows.cli_pull",
    "flows.cli_seal",
    "flows.cli_lake",
    "flows.cli_indicator",
    "flows.cli_report",
    "flows.cli_query",
    "flows.cli_stock",
    "flows.cli_contract",
    "flows.cli_pair",
    "flows.cli_papers",
    "flows.cli_source",
    "flows.cli_inspect",
)
MESSAGES = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，可选：\3"),
    (r"argument (.*?): invalid int value: (.*)", r"\1 应为整数，而不是 \2"),
    (r"argument (.*?): expected one argument", r"\1 后面缺少值"),
    (r"ambiguous option: (.*?) could match (.*)", r"\1 不明确，可能是 \2"),
)


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese; a wrong command line ends with exit code 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"formatter_class": _Help, "add_help": False, "allow_abbrev": False, **kwargs})
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示帮助并退出")

    def error(self, message: str) -> NoReturn:
        for pattern, chinese in MESSAGES:
            message = re.sub(pattern, chinese, message)
        self.print_usage(sys.stderr)
        self.exit(2, f"错误：{message}。加 --help 查看说明。\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(prog="feijian", description="飞检：医保飞行检查数据导出，卫健委查询与导出")
    commands = parser.add_subparsers(dest="command", metavar="命令", required=True, parser_class=_Parser)
    _demo(commands)
    _sample(commands)
    _export(commands)
    _format(commands)
    _rule(commands)
    runs = _command(commands, "runs", "列出历次运行、各阶段与结果")
    runs.add_argument("--run", metavar="运行号", help="只看一次运行")
    resume = _command(commands, "resume", "续跑一次中断的导出：已完成的阶段和已抽取的部分不再重做")
    resume.add_argument("run", metavar="运行号", help="见导出时的提示或 feijian runs")
    resume.add_argument("--prefect", action="store_true", help="经 Prefect 运行")
    for part in PARTS:
        import_module(part).add(commands, _Parser)
    init = _command(commands, "init", "在当前文件夹写一份带说明的 feijian.toml")
    init.add_argument("--force", action="store_true", help="覆盖已有的 feijian.toml")
    return parser


def _command(commands: Any, name: str, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    return parser


def _centre(parser: argparse.ArgumentParser, visits: int) -> None:
    parser.add_argument("--visits", type=int, default=visits, metavar="N", help=f"门诊人次（默认 {visits}）")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子，相同则数据相同（默认 1）")
    parser.add_argument("--faults", default="none", metavar="名称,…", help="故意放入的差错；list 列出全部，none 不放")


def _demo(commands: Any) -> None:
    parser = _command(commands, "demo", "造一个示例卫生院并完整导出一遍：不需要服务器，不需要配置")
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="文件夹", help="放在哪里（默认 demo）")
    parser.add_argument("--commission", action="store_true", help="改为卫健委部分：示例县、同步、季报和一张查询卡")
    _centre(parser, 2000)


def _sample(commands: Any) -> None:
    parser = _command(commands, "sample", "把示例卫生院写入数据库或文件夹，用于试用和测速")
    parser.add_argument("target", metavar="目标", help="sqlite:///文件、postgresql://…、mysql://… 或 parquet:///文件夹")
    parser.add_argument("--force", action="store_true", help="目标中已有同名的表时，删除后重写")
    parser.add_argument("--orgs", type=int, default=1, metavar="N", help="机构数（默认 1）")
    parser.add_argument("--from", dest="date_from", default="2024-01-01", metavar="日期", help="起（默认 2024-01-01）")
    parser.add_argument("--to", dest="date_to", default="2024-12-31", metavar="日期", help="止（默认 2024-12-31）")
    _centre(parser, 2000)


def _export(commands: Any) -> None:
    parser = _command(commands, "export", "导出一个机构一个期间的医保飞行检查数据包")
    parser.add_argument("--source", required=True, metavar="名称", help="feijian.toml 中的数据源")
    parser.add_argument("--org", required=True, metavar="编码", help="定点医疗机构编码")
    parser.add_argument("--from", dest="date_from", required=True, metavar="日期", help="检查期间第一天，如 2024-01-01")
    parser.add_argument("--to", dest="date_to", required=True, metavar="日期", help="检查期间最后一天，如 2024-12-31")
    parser.add_argument("--format", dest="form", default="nhsa/2024", metavar="格式", help="导出格式（默认 nhsa/2024）")
    parser.add_argument(
        "--overlay", action="append", default=[], metavar="格式层", help="叠加的格式层，可多次，先省后机构"
    )
    parser.add_argument(
        "--prior", metavar="格式或包", help="上年的格式、导出包或文件：封装前与之比较，有破坏性差异则拒绝"
    )
    parser.add_argument("--rehearse", metavar="年-月", help="只完整导出一个月作演练，并预计全年的用时、大小和不通过项")
    parser.add_argument("--finance", type=Path, metavar="文件", help="各月财务与医保端合计（CSV），用于 V11、V12")
    parser.add_argument(
        "--answers", type=Path, metavar="文件", help="医院填好处理结果的院内核对工作簿（findings.xlsx）"
    )
    parser.add_argument("--corrects", metavar="导出包", help="更正以前交付的这个包：另立版本，不另占导出次数")
    parser.add_argument("--reason", metavar="理由", help="本年度次数已用完而确需另导：写明理由，记入台账")
    parser.add_argument("--xlsx", action="store_true", help="每张表同时写一个 xlsx 工作簿")
    parser.add_argument(
        "--workbook-template", type=Path, metavar="文件", help="以客户上年的 xlsx 为模板写工作簿：表头、列宽、样式不变"
    )
    parser.add_argument("--pulled", metavar="名称", help="从 feijian pull 一次抽取的整区域数据中取，不再读源库")
    parser.add_argument("--out", type=Path, metavar="文件夹", help="导出包放在哪里（默认按 feijian.toml）")
    parser.add_argument("--prefect", action="store_true", help="经 Prefect 运行（已配置 PREFECT_API_URL 时自动如此）")


def _format(commands: Any) -> None:
    parser = commands.add_parser("format", help="格式：列出、查看、从上年文件学习、比较", description="格式登记簿")
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True, parser_class=_Parser)
    _command(actions, "list", "列出现有的格式和格式层")
    show = _command(actions, "show", "查看一个格式的表和列")
    show.add_argument("form", metavar="格式", help="如 nhsa/2024")
    show.add_argument("--overlay", action="append", default=[], metavar="格式层", help="叠加的格式层，可多次")
    show.add_argument("--table", metavar="表", help="只看一张表，连同各列")
    learn = _command(actions, "learn", "从上年交付的文件学得一个格式")
    learn.add_argument("path", type=Path, metavar="文件", help="文件夹、zip、xlsx、xls、csv 或 txt")
    learn.add_argument("--as", dest="name", required=True, metavar="名称", help="格式的名称，如 site/2023")
    learn.add_argument("--force", action="store_true", help="手工改过的格式也重新学习并覆盖")
    diff = _command(actions, "diff", "比较两个格式、导出包或上年文件：一致、兼容、须签认、破坏性")
    diff.add_argument("old", metavar="上年", help="格式名称、导出包，或任何能学习的文件")
    diff.add_argument("new", metavar="本年", help="格式名称、导出包，或任何能学习的文件")
    diff.add_argument("--overlay", action="append", default=[], metavar="格式层", help="叠加在本年格式上的格式层")
    diff.add_argument("--out", type=Path, metavar="文件夹", help="把报告（md、html、xlsx、json）写到这里")


def _rule(commands: Any) -> None:
    parser = commands.add_parser("rule", help="规则：列出、查看一条规则和查出它的语句", description="核对规则")
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True, parser_class=_Parser)
    _command(actions, "list", "列出全部规则")
    show = _command(actions, "show", "查看一条规则：为什么、怎么改、谁处理、查询语句")
    show.add_argument("rule", metavar="编号", help="如 I01")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; every message a user can act on is one Chinese sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a GBK console has no check marks
    options = build_parser().parse_args(arguments)
    try:
        with _told_to_end():
            return _run(options)
    except FeijianError as error:
        print(f"错误：{error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断，没有生成导出包。", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except Exception:
        print("错误：程序自身出错，没有生成导出包。请把以下内容发给维护人员：", file=sys.stderr)
        traceback.print_exc()
        return 2


@contextmanager
def _told_to_end() -> Iterator[None]:
    """End as at Ctrl-C when the system asks for it, so that no unpacked package stays behind in a temporary folder."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(options: argparse.Namespace) -> int:
    """Run what the command line names: `does` is `module:function`, imported when it is needed."""
    if named := getattr(options, "does", None):
        module, _, function = named.partition(":")
        return int(getattr(import_module(module), function)(options))
    from flows import commands

    return commands.COMMANDS[options.command](options)


if __name__ == "__main__":
    sys.exit(main())
