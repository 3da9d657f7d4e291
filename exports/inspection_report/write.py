"""Write the report of an inspection."""

from itertools import count
from pathlib import Path

from exports.durable import replace_text
from exports.inspection_report.content import report_of
from exports.inspection_report.document import document
from exports.inspection_report.page import page
from schemas.inspection import Guide, Inspected


def write_report(done: tuple[Inspected, ...], guide: Guide, units: str, folder: Path) -> tuple[Path, ...]:
    """Write `巡检报告_<day>.html` and `.docx`; numbered when there are some already, for one may be signed.

    The same inspections give the same bytes.

    Args:
        done: the inspections.
        guide: what people check by hand, and the plans for the worst.
        units: the customer's name, or empty.
        folder: made when it is not there.

    Returns:
        Both files, in this order.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = report_of(done, guide, units)
    stem = f"巡检报告_{done[0].now.day}"
    named = (folder / (stem if number == 1 else f"{stem}_{number}") for number in count(1))
    free = next(path for path in named if not path.with_suffix(".html").exists())
    written, paper = free.with_suffix(".html"), free.with_suffix(".docx")
    replace_text(written, page(report))
    paper.write_bytes(document(report))
    return written, paper
