"""What every sheet of a report shares: what is told on it, how cells look, how it prints."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exports.commission.reports.checks import Checked
from exports.commission.reports.quality import Quality
from exports.commission.reports.values import CellValue, Report
from exports.findings_workbook.sheet import Styles, write_cell
from schemas.figure import CONCEALED, MISSING, NO_RATE, Scope, State
from schemas.indicator import Indicator

PAPERS = {"A4": 9, "A3": 8}
HEAD = "#DDEBF7"
ADJUSTED = "#FFF2CC"
BAD = "#F9DEDC"
NOT_HERE = "/"


@dataclass(frozen=True)
class Change:
    """One number of the area against others, in words that can be printed: 同比, 环比, 与已发布数比."""

    form: str
    title: str
    unit: str
    now: str
    last_year: str
    yearly: str
    before: str
    monthly: str
    published: str = ""


@dataclass(frozen=True)
class Told:
    """Everything that a report's workbook says besides its numbers.

    `made` is when it was made, `as_of` what was known then (Asia/Shanghai, in words); `bases` is each entered base
    (item, organisations, where it came from, how many entries); `unreported` are organisations that have not handed
    in, by system.
    """

    report: Report
    area: str
    made: str
    as_of: str
    xpcc: str
    tree: str
    indicators: tuple[Indicator, ...]
    checks: tuple[Checked, ...]
    quality: tuple[Quality, ...]
    changes: tuple[Change, ...]
    bases: tuple[tuple[str, str, str, int], ...]
    unreported: tuple[tuple[str, str], ...]
    who: str
    account: str
    suppressed: str = ""


class Sheet:
    """One worksheet, filled from above; `line` is the next free row."""

    def __init__(
        self, book: Any, styles: Styles, name: str, widths: tuple[int, ...], told: Told, paper: str = "A4"
    ) -> None:
        """Make the sheet, its columns and its page."""
        self.sheet, self.styles, self.line, self.last = book.add_worksheet(name), styles, 0, len(widths) - 1
        for place, width in enumerate(widths):
            self.sheet.set_column(place, place, width)
        self.sheet.set_landscape()
        self.sheet.set_paper(PAPERS[paper])
        self.sheet.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)
        self.sheet.set_footer(f"&L{told.report.pack.title} {told.area} {told.report.period.title}&R第 &P 页，共 &N 页")

    def title(self, text: str, size: int = 14) -> None:
        """A heading over all columns."""
        style = self.styles.get(bold=True, font_size=size, border=0, text_wrap=False)
        self.sheet.set_row(self.line, size * 2)
        write_cell(self.sheet, self.line, 0, text, style)
        self.line += 1

    def note(self, text: str) -> None:
        """A sentence over all columns, as high as it needs."""
        style = self.styles.get(border=0, font_color="#595959")
        if self.last:
            self.sheet.merge_range(self.line, 0, self.line, self.last, "", style)
        write_cell(self.sheet, self.line, 0, text, style)
        self.sheet.set_row(self.line, 15 * (1 + len(text) // 60) + 3)
        self.line += 1

    def head(self, values: tuple[str, ...]) -> None:
        """The titles of a table."""
        tallest = max((-(-len(value) * 2 // 12) for value in values), default=1)
        self.sheet.set_row(self.line, 15 * min(max(tallest, 1), 6) + 3)
        self.row(values, bold=True, bg_color=HEAD, align="center", valign="vcenter")

    def row(self, values: tuple[Any, ...], **look: Any) -> None:
        """One row of typed cells."""
        for place, value in enumerate(values):
            kind: Any = "number" if isinstance(value, int) else "text"
            write_cell(self.sheet, self.line, place, value, self.styles.get(kind, **look))
        self.line += 1


def printed(value: CellValue) -> Decimal | str:
    """What stands in a cell: a number, or `—` (nothing to divide by), `未上报` (nothing handed in), `*` (hidden)."""
    if value.final is not None:
        return value.final
    return {State.MISSING: MISSING, State.HIDDEN: CONCEALED}.get(value.state, NO_RATE)


def applies(value: CellValue, leaf: bool) -> bool:
    """Whether a scope says something: a village has no subordinates."""
    return not (leaf and value.scope is Scope.BELOW)
