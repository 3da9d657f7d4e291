"""`feijian source dossier`: look, find candidates, hold amounts against the cashier's report, write both reports."""

from argparse import Namespace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from exports.dossier_report.write import write_dossier
from flows.commands import say
from flows.dossier.amounts import match_amounts, read_cashier
from flows.dossier.candidates import candidates_of
from flows.dossier.look import look_at
from flows.job import Tell
from flows.progress import progress
from flows.run import SHANGHAI, disk_errors
from flows.settings import SourceSettings, load_settings
from flows.sources import open_source
from flows.sources.connection import Connection
from schemas.dossier import Dossier
from schemas.errors import SettingsError
from schemas.std import std_table

SHOWN = ("person", "registration", "settlement", "fee_line", "diagnosis", "catalogue_item", "stock_item")


def dossier(options: Namespace) -> int:
    """Write the dossier of a source."""
    settings = load_settings()
    source = settings.source(options.name)
    if options.sample_rows < 1:
        raise SettingsError("--sample-rows 至少为 1。")
    cashier = read_cashier(options.cashier) if options.cashier else {}
    day = options.day or datetime.now(SHANGHAI).date().isoformat()
    with progress("数据源概览", options.json) as tell:
        found = make_dossier(source, options.sample_rows, cashier, day, tell)
    folder: Path = options.out or settings.store / "dossiers" / source.name
    with disk_errors():
        write_dossier(found, folder)
    record = {"dossier": str(folder / "dossier.json"), "tables": len(found.tables), "skipped": found.skipped}
    say(options, {**record, "page": str(folder / "dossier.html")}, _lines(found, folder))
    return 0


def make_dossier(
    source: SourceSettings, sample_rows: int, cashier: dict[str, Decimal], day: str, tell: Tell
) -> Dossier:
    """Look at a source.

    Args:
        source: where it is; it needs no adapter.
        sample_rows: how many rows of a table are looked at.
        cashier: day (ISO) -> yuan of the cashier's report; empty: amounts are not tested.
        day: the day of the look, ISO.
        tell: takes a line of progress.

    Raises:
        SourceError: the source cannot be reached.
    """

    def reopen() -> Connection:
        return open_source(source.location(), timeout_seconds=source.manners.timeout_seconds)

    connection, looked, skipped = look_at(reopen, sample_rows, tell)
    try:
        candidates = candidates_of(looked)
        amounts = match_amounts(connection, looked, candidates, cashier, tell) if cashier else ()
        tables = tuple(one.seen for one in looked)
        return Dossier(source.name, connection.engine, connection.snapshot, day, tables, candidates, amounts, skipped)
    finally:
        connection.close()


def _lines(found: Dossier, folder: Path) -> list[str]:
    filled = sum(table.rows > 0 for table in found.tables)
    lines = [f"{found.engine}：{len(found.tables)} 张表，其中 {filled} 张有数据。最像的表（线索，请核对）："]
    for std in SHOWN:
        names = [f"{one.table}（{one.score}）" for one in found.candidates.get(std, ())[:3]]
        lines.append(f"  {std_table(std).title}：{'、'.join(names) or '没有找到'}")
    for one in found.amounts[:1]:
        only = f"，只计 {one.column} = {one.code}" if one.column else ""
        lines.append(f"与收费员日报：{one.table}.{one.amount} 按 {one.date}{only}，{one.matched}/{one.days} 天相符，")
        lines[-1] += f"共差 {one.difference} 元。"
    lines += [f"没能查看 {name}：{reason}" for name, reason in found.skipped.items()]
    return [*lines, f"概览：{folder / 'dossier.html'}"]
