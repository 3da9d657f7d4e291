"""The report as a Word document, A4 landscape, for those who fill it in and file it."""

import io
from collections.abc import Sequence
from typing import Any

from exports.drift_report.content import printable
from exports.inspection_report.content import COLOURS, Report, Section
from exports.papers.template import forget, timeless

_FONT = "宋体"
_WIDTH, _HEIGHT, _MARGIN = 297, 210, 12  # mm
_TALL = 11  # mm


def document(report: Report) -> bytes:
    """The whole document; the same report gives the same bytes."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    made = Document()
    page = made.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(_WIDTH), Mm(_HEIGHT)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)
    made.styles["Normal"].font.size = Pt(9)
    made.styles["Normal"].paragraph_format.space_after = Pt(2)
    for name in ("Normal", "Heading 1", "Heading 2"):
        _chinese(made.styles[name])
    made.add_heading(report.title, level=1)
    _coloured(made.add_paragraph(), report.verdict, COLOURS[report.worst])
    _table(made, (), report.facts, (12, 88), False)
    for section in report.sections:
        _section(made, section)
    forget(made.core_properties, report.title)
    packed = io.BytesIO()
    made.save(packed)
    return timeless(packed.getvalue())


def _section(made: Any, section: Section) -> None:
    _coloured(made.add_heading("", level=2), section.title, COLOURS.get(section.outcome) if section.outcome else None)
    if section.note:
        made.add_paragraph(printable(section.note)).paragraph_format.keep_with_next = True
    _table(made, section.head, section.rows, section.widths, section.tall)


def _table(made: Any, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int], tall: bool) -> None:
    """A table whose head comes again on each page; its cells are filled through one list, since each access walks."""
    from docx.shared import Mm

    lines = [*([head] if head else []), *rows]
    table = made.add_table(len(lines), len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm((_WIDTH - 2 * _MARGIN) * width / 100)
    cells = iter(table._cells)
    for place, line in enumerate(lines):
        for text, width in zip(line, widths, strict=True):
            cell = next(cells)
            cell.width = Mm((_WIDTH - 2 * _MARGIN) * width / 100)
            run = cell.paragraphs[0].add_run(printable(text))
            run.bold = place == 0 and bool(head)
    for row in table.rows[1:] if tall else ():
        row.height = Mm(_TALL)
    if head:
        _repeat(table.rows[0])


def _repeat(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _coloured(paragraph: Any, text: str, colour: str | None) -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(printable(text))
    run.bold = True
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())


def _chinese(style: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name = _FONT
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), _FONT)
