"""Write a report as one workbook; identical numbers give identical bytes."""

from pathlib import Path

import xlsxwriter

from exports.commission.reports.book.cover import write_cover
from exports.commission.reports.book.forms import write_form
from exports.commission.reports.book.frame import Told
from exports.commission.reports.book.lists import (
    write_adjusted,
    write_changes,
    write_checks,
    write_definitions,
    write_quality,
)
from exports.findings_workbook.sheet import Styles
from exports.workbooks.limits import CREATED


def write_book(told: Told, path: Path) -> None:
    """Write cover, forms, checks, comparison, definitions, data quality and adjusted numbers to `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"tmpdir": str(path.parent)}) as book:
        book.set_properties({"created": CREATED, "title": told.report.pack.title})
        styles = Styles(book)
        write_cover(book, styles, told)
        for form in told.report.pack.forms:
            write_form(book, styles, told, form)
        for write in (write_checks, write_changes, write_definitions, write_quality, write_adjusted):
            write(book, styles, told)
