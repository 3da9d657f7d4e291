"""assemble: std to the tables of one format version, as Parquet."""

from pathlib import Path

from exports.assembly import assemble_table, has_sql, leave_out, prepare_assembly
from exports.duck import open_database
from flows.job import Job, Tell
from flows.steps.conform import set_window, std_view
from schemas.errors import NothingToExportError
from schemas.format import FormatTable
from schemas.std import MODELS


def assemble(job: Job, std: Path, into: Path, spill: Path, tell: Tell) -> dict[str, int]:
    """Write every table of the format that feijian can fill; rows per table.

    Raises:
        NothingToExportError: the tables that the ledger follows for settlements have no row in the period.
    """
    rows = {}
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        set_window(database, job.window)
        for name in MODELS:
            std_view(database, std, name)
        leave_out(database, job.form, into)
        prepare_assembly(database, job.form)
        for table in job.form.tables:
            if has_sql(table):
                tell(f"组装 {table.name} {table.title}")
                path = into / f"{table.name}.parquet"
                rows[table.name] = assemble_table(database, job.form, table, path)
                if not rows[table.name] and _unfed(job, table):
                    path.unlink()
    if not any(rows.get(table) for table in job.form.accounts.get("settlement", ())):
        raise NothingToExportError(
            f"机构 {job.org} 在 {job.window.first} 至 {job.window.last} 之间没有任何结算记录，没有生成导出包。"
            "请核对起止日期和机构编码，或确认源库中有该期间的数据。"
        )
    return rows


def _unfed(job: Job, table: FormatTable) -> bool:
    """Whether an optional table without a row lacks one because the source has nothing of what it is made from."""
    asked = {column.std_field.partition(".")[0] for column in table.columns}
    asked |= {std for std, tables in job.form.accounts.items() if table.name in tables}
    return not table.mandatory and bool(asked & set(job.adapter.absent_tables))
