"""The report as one HTML page that needs nothing beside it and prints on A4 landscape."""

from collections.abc import Iterator
from html import escape

from exports.drift_report.content import printable
from exports.drift_report.page import STYLE
from exports.inspection_report.content import COLOURS, Report, Section

ROOM = """.note { margin: 0 0 4px; color: #4a4a4a; break-after: avoid; }
.tall td { height: 3.2em; }
section.tall { break-inside: avoid; }
"""


def page(report: Report) -> str:
    """The whole page; every text is escaped."""
    head = f'<meta charset="utf-8">\n<title>{_text(report.title)}</title>\n<style>{STYLE}{ROOM}</style>'
    body = "\n".join(_body(report))
    return f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _body(report: Report) -> Iterator[str]:
    colour = COLOURS[report.worst]
    yield f"<h1>{_text(report.title)}</h1>"
    yield f'<p class="verdict" style="border-color: {colour}; color: {colour}">{_text(report.verdict)}</p>'
    yield '<table class="facts">'
    yield from (f"<tr><th>{name}</th><td>{_text(text)}</td></tr>" for name, text in report.facts)
    yield "</table>"
    for section in report.sections:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    colour = f' style="color: {COLOURS[section.outcome]}"' if section.outcome else ""
    kind = "tall" if section.tall else "list"
    yield f'<section class="{kind}">\n<h2{colour}>{_text(section.title)}</h2>'
    if section.note:
        yield f'<p class="note">{_text(section.note)}</p>'
    yield f'<table class="{kind}">'
    yield "<colgroup>" + "".join(f'<col style="width: {width}%">' for width in section.widths) + "</colgroup>"
    yield "<thead><tr>" + "".join(f"<th>{_text(name)}</th>" for name in section.head) + "</tr></thead>\n<tbody>"
    for row in section.rows:
        yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody></table>\n</section>"


def _text(text: str) -> str:
    return escape(printable(text))
