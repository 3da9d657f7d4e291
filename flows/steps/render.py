"""render: the assembled tables as files that leave the house: CSV, worksheets and CREATE TABLE statements."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from exports.csv_files import Replaced, find_unsafe, write_part
from exports.ddl import Widened, find_wide, write_ddl
from exports.duck import open_database
from exports.parts import Part, cut
from exports.workbooks.record import Workbook
from exports.workbooks.template import fill_template
from exports.workbooks.write import write_workbooks
from flows.job import Job, Tell
from schemas.format import FormatTable

SUMMARY = "rendered.json"


@dataclass(frozen=True)
class Rendered:
    """What was written, and every deviation from the assembled values and the list's widths."""

    parts: tuple[Part, ...]
    replaced: tuple[Replaced, ...]
    widened: tuple[Widened, ...]
    workbooks: tuple[Workbook, ...] = ()


def render(job: Job, out: Path, deliver: Path, spill: Path, tell: Tell) -> Rendered:
    """Write `deliver/data`, `deliver/ddl` and, where workbooks are wanted, `deliver/xlsx`; rows keep their order."""
    (deliver / "data").mkdir(parents=True)
    (deliver / "ddl").mkdir()
    parts: list[Part] = []
    replaced: list[Replaced] = []
    widened: list[Widened] = []
    form = job.form
    tables = [table for table in form.tables if (out / f"{table.name}.parquet").is_file()]
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        for table in tables:
            path = out / f"{table.name}.parquet"
            delimiter = form.delimiter_of(table)
            unsafe = find_unsafe(database, table, path, delimiter, form.forbidden)
            own = cut(database, table, path, job.org, job.window.months, str(job.window))
            for part in own:
                tell(f"写出 {part.file}")
                names = {found.column for found in unsafe}
                write_part(database, table, path, part, delimiter, names, deliver / "data", form.forbidden)
            parts += own
            replaced += unsafe
            widened += find_wide(database, table, path)
        workbooks = _workbooks(job, database, tables, out, deliver / "xlsx", tell) if job.workbooks else []
    write_ddl(form, tables, widened, deliver / "ddl")
    return Rendered(tuple(parts), tuple(replaced), tuple(widened), tuple(workbooks))


def _workbooks(
    job: Job, database: Any, tables: list[FormatTable], out: Path, folder: Path, tell: Tell
) -> list[Workbook]:
    """The customer's workbook filled, and one per table that has no sheet in it."""
    written: list[Workbook] = []
    if job.template:
        tell(f"填写工作簿模板 {job.template.name}")
        paths = {table.name: out / f"{table.name}.parquet" for table in tables}
        written += fill_template(database, job.template, paths, folder, job.org, job.form.forbidden)
    for table in tables:
        if job.template is None or table.name not in job.template.tables:
            tell(f"写出 {table.title} 的工作簿")
            path, head = out / f"{table.name}.parquet", job.form.sheet_head
            written += write_workbooks(database, table, path, folder, job.org, head, job.form.forbidden)
    return written


def save_rendered(rendered: Rendered, folder: Path) -> None:
    """Keep what was written beside the files."""
    (folder / SUMMARY).write_text(json.dumps(asdict(rendered), ensure_ascii=False, indent=1), encoding="utf-8")


def load_rendered(folder: Path) -> Rendered:
    """Read what `save_rendered` kept."""
    record = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
    return Rendered(
        tuple(Part(**part) for part in record["parts"]),
        tuple(Replaced(**found) for found in record["replaced"]),
        tuple(Widened(**found) for found in record["widened"]),
        tuple(Workbook(**one) for one in record["workbooks"]),
    )
