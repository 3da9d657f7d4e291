"""The reconciliation of stock that goes with a package: a workbook for the hospital, beside the one for the clerks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from exports.duck import open_database
from exports.stock.reconcile import Reconciliation, reconcile
from exports.stock.workbook import write_reconciliation
from flows.job import Job
from flows.settings import Window
from flows.steps.conform import set_window, std_view
from schemas.adapter import Adapter
from schemas.std import std_table

STD = ("stock_item", "warehouse", "stock_balance", "stock_movement", "fee_line", "settlement")
NAME = "进销存核对.xlsx"


def leave_reconciliation(job: Job, std: Path, local: Path, spill: Path) -> None:
    """Write `进销存核对.xlsx` into `local`: what the stock rules compare, and what could not be compared."""
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        set_window(database, job.window)
        for name in STD:
            std_view(database, std, name)
        found = reconcile(database, "std", None)
    unknown = [*absent_stock(job.adapter), *unseen(found, job.window)]
    write_reconciliation(found, local / NAME, [("机构", job.org), ("期间", str(job.window))], unknown)


def absent_stock(adapter: Adapter) -> tuple[str, ...]:
    """What the source has nothing of, one sentence each."""
    absent = adapter.absent_tables
    return tuple(f"源系统没有{std_table(name).title}（{absent[name]}）。" for name in STD if name in absent)


def unseen(found: Reconciliation, window: Window) -> Iterator[str]:
    """What could not be compared, and why."""
    eve = window.first - timedelta(days=1)
    if not found.opening:
        yield f"没有 {eve} 日终的结存（期初）：没有核对期初加入减出是否等于期末，也没有核对收费是否多于期初加购进。"
    if not found.closing:
        yield f"没有 {window.last} 日终的结存（期末）：没有核对期初加入减出是否等于期末。"
    if not found.sales:
        yield "出入库中没有门诊、住院销售：没有核对收费是否多于销售出库。"
    unclear = [row for row in found.codes if row["unclear_lines"]]
    if unclear:
        lines = sum(row["unclear_lines"] for row in unclear)
        yield f"{len(unclear)} 个收费编码有 {lines} 行明细的单位不能换算，没有计入收费（规则 S04i）。"
