"""What is understood of query cards, SQL and the access log: `feijian query|sql|log`."""

from pathlib import Path
from typing import Any

CLASSES = ("A", "B", "C", "D")


def add(commands: Any, parser: Any) -> None:
    """Add the commands of this part; `parser` is the class of parsers, in Chinese."""
    text = "查询卡：卫健委常问的名单和统计"
    query = commands.add_parser("query", help=text, description=text)
    actions = query.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    _action(actions, "list", "列出全部查询卡", "flows.query_commands:list_cards")
    show = _action(actions, "show", "查看一张卡：用途、参数、各列、语句", "flows.query_commands:show_card")
    show.add_argument("name", metavar="名称", help="如 overdue_followup")
    run = _action(actions, "run", "按一张卡查询，显示前 200 行或写成文件", "flows.query_commands:run_card")
    run.add_argument("name", metavar="名称", help="如 overdue_followup")
    run.add_argument("--param", action="append", metavar="名称=值", help="参数，可多次；见 feijian query show")
    run.add_argument("--area", metavar="编码", help="机构编码或区划代码（默认账户的全部范围）")
    run.add_argument("--class", dest="export_class", choices=CLASSES, help="导出类别（默认按查询卡）")
    run.add_argument("--outside", action="store_true", help="对外使用：小数目不显示，并与以前对外的数据比较")
    _ground(run)
    run.add_argument("--approver", action="append", metavar="账户", help="D 类的批准账户；敏感人群须两个，写两次")
    run.add_argument("--expires", metavar="日期", help="D 类文件的销毁日期")

    text = "即席查询：在沙箱中对本账户看得到的表运行一条 SELECT"
    sql = commands.add_parser("sql", help=text, description=text)
    sql.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    sql.add_argument("sql", metavar="SELECT语句", help='如 "SELECT org_code, count(*) FROM htn_visit GROUP BY 1"')
    sql.add_argument("--class", dest="export_class", choices=("B", "C"), default="B", help="数据类别（默认 B）")
    sql.add_argument("--area", metavar="编码", help="机构编码或区划代码（默认账户的全部范围）")
    sql.add_argument("--limit", type=int, default=10_000, metavar="N", help="最多行数（默认 10000）")
    sql.add_argument("--seconds", type=int, default=60, metavar="N", help="最长秒数（默认 60）")
    _ground(sql)
    sql.set_defaults(does="flows.sql_commands:run_sql")

    text = "访问日志：谁在何时查询、导出了什么"
    log = commands.add_parser("log", help=text, description=text)
    actions = log.add_subparsers(dest="action", metavar="动作", required=True, parser_class=parser)
    listed = _action(actions, "list", "列出最近的记录", "flows.query_commands:list_log")
    listed.add_argument("--as", dest="account", metavar="账户", help="以哪个账户查看；限定范围的账户只看到自己的记录")
    listed.add_argument("--last", type=int, default=50, metavar="N", help="最近几条（默认 50）")
    verify = _action(actions, "verify", "核对日志的链是否完整，指出第一处改动", "flows.query_commands:verify_chain")
    verify.add_argument("--anchor", metavar="条数:校验值", help="导出文件封面上的条数和校验值")


def _action(actions: Any, name: str, text: str, does: str) -> Any:
    action = actions.add_parser(name, help=text, description=text)
    action.add_argument("--json", action="store_true", help="以 JSON 输出，供程序使用")
    action.set_defaults(does=does)
    return action


def _ground(parser: Any) -> None:
    """On what ground, by whom, and where to."""
    parser.add_argument("--as", dest="account", metavar="账户", help="以哪个账户查询（或环境变量 FEIJIAN_ACCOUNT）")
    parser.add_argument("--purpose", metavar="用途", help="用途；C、D 类必填")
    parser.add_argument("--letter", metavar="文号", help="公函文号；D 类必填")
    parser.add_argument("--to", metavar="接收人", help="交给谁，记入访问日志")
    parser.add_argument("--out", type=Path, metavar="文件", help="写成 .csv 或 .xlsx（默认显示在终端）")
