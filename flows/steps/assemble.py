"""assemble: std to the tables of one format version, as Parquet."""

from pathlib import Path

from exports.assembly import assemble_table, create_macros, has_sql
from exports.duck import open_database
from flows.settings import Settings, Window
from flows.steps.conform import set_window, std_view
from flows.steps.extract import Tell
from schemas.format import Format
from schemas.std import MODELS


def assemble(std: Path, form: Format, window: Window, settings: Settings, into: Path, tell: Tell) -> dict[str, int]:
    """Write every table of the format that feijian can fill; rows per table."""
    rows = {}
    with open_database(into, settings.memory_limit, settings.threads) as database:
        set_window(database, window)
        create_macros(database, form)
        for name in MODELS:
            std_view(database, std, name)
        for table in form.tables:
            if has_sql(table):
                tell(f"组装 {table.name} {table.title}")
                rows[table.name] = assemble_table(database, table, into / f"{table.name}.parquet")
    return rows
