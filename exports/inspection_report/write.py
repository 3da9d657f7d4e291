"""Write the report of an inspection."""

from pathlib import Path

from exports.durable import replace_text
from exports.inspection_report.content import report_of
from exports.inspection_report.page import page
from schemas.inspection import Guide, Inspected


def write_report(done: tuple[Inspected, ...], guide: Guide, units: str, folder: Path) -> tuple[Path, ...]:
    """Write `巡检报告_<day>.html`, numbered when there is one already; the same inspections give the same bytes.

    Args:
        done: the inspections.
        guide: what people check by hand, and the plans for the worst.
        units: the customer's name, or empty.
        folder: made when it is not there.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = report_of(done, guide, units)
    stem = f"巡检报告_{done[0].now.day}"
    names = (stem, *(f"{stem}_{number}" for number in range(2, 1000)))
    path = next(path for path in (folder / f"{name}.html" for name in names) if not path.exists())
    replace_text(path, page(report))
    return (path,)
