"""The comparison as lines for a terminal."""

from io import StringIO

from exports.drift_report.content import SHOWN, facts, place, printable, same_tables
from schemas.drift.kinds import KINDS
from schemas.drift.records import Drift

WIDTH = 120


def drift_lines(drift: Drift, width: int = WIDTH) -> list[str]:
    """The verdict, the counts and a table of every difference.

    Args:
        drift: the comparison.
        width: in cells of the terminal; a Chinese character takes two.
    """
    lines = [drift.sentence, *(f"{name}：{text}" for name, text in facts(drift))]
    counts = [f"{level} {number} 处" for level, number in drift.counts.items()]
    lines.append("、".join([*counts, f"完全一致的表 {len(same_tables(drift))} 张"]))
    return [*lines, "", *_table(drift, width)] if drift.differences else lines


def _table(drift: Drift, width: int) -> list[str]:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for head, least in (("级别", 8), ("表", 12), ("列", 12), ("说明", 20)):
        table.add_column(head, overflow="fold", min_width=least)
    for level in SHOWN:
        for one in drift.differences:
            if one.level is level:
                signed = f"（{one.signature.signed_by}已签认）" if one.signature else ""
                cells = (level, place(one), one.column, f"{KINDS[one.kind].title}：{one.reason}{signed}")
                table.add_row(*(Text(printable(cell)) for cell in cells))
    out = StringIO()
    Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False).print(table)
    return [line.rstrip() for line in out.getvalue().splitlines() if line.strip()]
