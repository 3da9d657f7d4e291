"""The Prefect flow of a report pack: the same as `feijian report`, its parameters as a form."""

from argparse import Namespace
from pathlib import Path

from prefect import flow, task

import flows.prefect_settings  # noqa: F401  (before Prefect)
from flows.caller import caller
from flows.report_commands import Request, make_report, require_length
from flows.run import disk_errors
from flows.settings import load_settings
from schemas.errors import FeijianError
from schemas.period import Period
from schemas.report_pack import find_pack
from schemas.result import Outcome


@task(persist_result=False)
def report_task(request: Request, account: str | None, file: Path) -> str:
    """Compute, check and write one pack."""
    settings = load_settings()
    asking = caller(Namespace(account=account), settings)
    with disk_errors():
        made = make_report(settings, asking, request, file)
    failed = [one.check.id for one in made.told.checks if one.result.outcome is Outcome.FAILED]
    if failed:
        raise FeijianError(f"报表已写入 {file}，但校验 {'、'.join(failed)} 不通过，上报前须更正。")
    return str(file)


@flow(name="report-pack", persist_result=False)
def report_pack(
    pack: str,
    area: str,
    period: str,
    account: str | None = None,
    folder: str = "reports",
    who: str = "",
    purpose: str = "定期报表",
) -> str:
    """生成一本卫健委报表工作簿；返回文件的位置.

    Args:
        pack: 报表，如 gw-quarter、fd-month、med-month、exam-progress。
        area: 范围：机构编码或 6 至 12 位区划代码。
        period: 期间：2024-03、2024Q1、2024H1 或 2024。
        account: 账户：feijian.toml 的 [accounts] 中的名称；没有账户时不填。
        folder: 文件夹：工作簿写到哪里。
        who: 制表人，写在封面上。
        purpose: 用途，记入访问日志。
    """
    found, when = find_pack(pack), Period.parse(period)
    require_length(found, when)
    request = Request(found, when, area, who=who, purpose=purpose)
    return report_task(request, account, Path(folder) / f"{pack}-{area}-{when.label}.xlsx")
