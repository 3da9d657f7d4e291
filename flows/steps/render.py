"""render: the assembled tables as files that leave the house: CSV and CREATE TABLE statements."""

from dataclasses import dataclass
from pathlib import Path

from exports.csv_files import Replaced, find_unsafe, write_part
from exports.ddl import Widened, find_wide, write_ddl
from exports.duck import open_database
from exports.parts import Part, cut
from flows.settings import Settings, Window
from flows.steps.conform import Place
from flows.steps.extract import Tell
from schemas.format import Format


@dataclass(frozen=True)
class Rendered:
    """What was written, and every deviation from the assembled values and the list's widths."""

    parts: tuple[Part, ...]
    replaced: tuple[Replaced, ...]
    widened: tuple[Widened, ...]


def render(out: Path, form: Format, place: Place, window: Window, settings: Settings, deliver: Path, tell: Tell) -> Rendered:
    """Write `deliver/data/*.csv` and `deliver/ddl/*.sql`; rows stay in the order of the assembled tables."""
    (deliver / "data").mkdir(parents=True)
    (deliver / "ddl").mkdir()
    parts: list[Part] = []
    replaced: list[Replaced] = []
    widened: list[Widened] = []
    tables = [table for table in form.tables if (out / f"{table.name}.parquet").is_file()]
    with open_database(out, settings.memory_limit, settings.threads) as database:
        for table in tables:
            path = out / f"{table.name}.parquet"
            delimiter = form.delimiter_of(table)
            unsafe = find_unsafe(database, table, path, delimiter)
            own = cut(database, table, path, place.fixmedins_code, window.months, str(window))
            for part in own:
                tell(f"写出 {part.file}")
                names = {found.column for found in unsafe}
                write_part(database, table, path, part, delimiter, names, deliver / "data")
            parts += own
            replaced += unsafe
            widened += find_wide(database, table, path)
    write_ddl(form, tables, widened, deliver / "ddl")
    return Rendered(tuple(parts), tuple(replaced), tuple(widened))
