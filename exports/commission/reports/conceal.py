"""A report that leaves the commission: small numbers are hidden, and what they could be worked out from.

Statutory forms inside keep exact numbers; anything else goes through here (commission.md, section 7). Only 含下属 is
shown then: with 本部 and 下属 beside it, every hidden number would be a difference of two shown ones.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from exports.commission.engine.measure import load_measures
from exports.commission.reports.book.frame import Told
from exports.commission.reports.values import CellValue, Place, Report
from exports.disclosure.suppression import SENSITIVE_THRESHOLD, SMALLEST_DENOMINATOR, THRESHOLD, hide
from exports.disclosure.suppression import Cell as Counted
from schemas.commission.columns import Overlay
from schemas.commission.std import MODELS, lake_table
from schemas.figure import Figure, Scope, State
from schemas.report_pack import Cell, Form

SAID = (
    f"对外提供：1 至 {THRESHOLD - 1} 的数及能推算出它的数以“*”隐去，分母不足 {SMALLEST_DENOMINATOR} 的不给率，"
    "只列含下属"
)
Taken = Callable[[CellValue], Decimal | None]


def conceal(told: Told, threshold: int = THRESHOLD) -> Told:
    """The same report with its small numbers hidden; rates go with the counts they are made of.

    Args:
        told: the report as it stands inside.
        threshold: the smallest count that is shown, besides 0.
    """
    report = told.report
    hidden: set[Place] = set()
    for form in report.pack.forms:
        for place in range(len(form.cells)):
            cell = form.cells[place]
            least = max(threshold, SENSITIVE_THRESHOLD) if _sensitive(cell) else threshold
            hidden |= _hidden(report, form, place, least)
    shown = {(form.id, node.code) for form in report.pack.forms for node in report.rows(form)}
    values = {
        place: replace(value, computed=None, adjustment=None, state=State.HIDDEN, figure=None)
        if place in hidden or place[3] is not Scope.ALL or (place[0], place[2]) not in shown
        else value
        for place, value in report.values.items()
    }
    left = replace(report, values=values, before={}, last_year={}, earlier={})
    return replace(told, report=left, suppressed=SAID, changes=(), checks=(), quality=())


def _sensitive(cell: Cell) -> bool:
    """Whether a cell counts from a table of a sensitive group."""
    indicator = cell.indicator({})
    names = [indicator.numerator, indicator.denominator] if indicator else []
    texts = " ".join(load_measures()[name].sql for name in names if name in load_measures())
    words = set(re.findall(r"\w+", texts))
    return any(name in words for name in MODELS if lake_table(name).overlay is not Overlay.NONE)


def _hidden(report: Report, form: Form, number: int, threshold: int) -> set[Place]:
    """The places of one column that must not be shown."""
    cell = form.cells[number]
    values = {node.code: report.value(form, cell, node, Scope.ALL) for node in report.rows(form)}
    parts: list[Taken] = [lambda value: value.final if value.counted else None]
    if not any(value.counted for value in values.values()):
        parts = [_numerator, _denominator, _rest]
    nodes: set[str] = set()
    for part in parts:
        nodes |= _small(report, form, values, part, threshold)
    if len(parts) > 1:
        nodes |= {code for code, value in values.items() if _thin(value.figure)}
    return {(form.id, cell.id, code, Scope.ALL) for code in nodes}


def _small(report: Report, form: Form, values: dict[str, CellValue], part: Taken, threshold: int) -> set[str]:
    """The nodes to hide so that no group of siblings and its total tells a small number."""
    rows = report.rows(form)
    groups = {node.code: [one.code for one in rows if one.parent == node.code] for node in rows}
    groups = {parent: children for parent, children in groups.items() if children}
    whole = {code: int(part(value) or 0) for code, value in values.items()}
    hidden: set[str] = {code for code, value in whole.items() if 0 < value < threshold}
    size = -1
    while size != len(hidden):
        size = len(hidden)
        for parent, children in groups.items():
            own = max(whole[parent] - sum(whole[child] for child in children), 0)
            cells = [Counted(child, "start", "end", whole[child], False) for child in children]
            cells += [Counted("own", "start", "end", own, False)]
            cells += [Counted(parent, "end", "start", sum(cell.value for cell in cells), True)]
            found = hide(cells, threshold, {cell.key for cell in cells if cell.key in hidden})
            hidden |= {str(key) for key in found if key != "own"}
    return hidden


def _numerator(value: CellValue) -> Decimal | None:
    return value.figure.numerator if value.figure else None


def _denominator(value: CellValue) -> Decimal | None:
    return value.figure.denominator if value.figure else None


def _rest(value: CellValue) -> Decimal | None:
    """Those of the denominator who are not counted: nearly all is as telling as hardly any."""
    figure = value.figure
    if figure is None or figure.numerator is None or figure.denominator is None:
        return None
    return max(figure.denominator - figure.numerator, Decimal(0))


def _thin(figure: Figure | None) -> bool:
    return figure is not None and figure.denominator is not None and 0 < figure.denominator < SMALLEST_DENOMINATOR
