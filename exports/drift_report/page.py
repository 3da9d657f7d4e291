"""The report as one HTML page that needs nothing beside it and prints on A4 landscape."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from exports.drift_report.content import (
    HEAD,
    MEANING,
    SHOWN,
    SIGNING,
    facts,
    printable,
    rules,
    same_tables,
    sections,
)
from schemas.drift.records import Drift, Level

COLOURS = {
    Level.BREAKING: "#b3261e",
    Level.NOTABLE: "#9a5b00",
    Level.UNVERIFIED: "#5b4b8a",
    Level.COMPATIBLE: "#1f6f43",
    Level.SAME: "#1f6f43",
}
WIDTHS = (14, 13, 12, 12, 21, 19, 9)
STYLE = """
@page { size: A4 landscape; margin: 12mm; }
* { box-sizing: border-box; }
body { font: 13px/1.5 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif;
  color: #1b1b1b; max-width: 273mm; margin: 12mm auto; padding: 0 4mm; }
h1 { font-size: 22px; margin: 0 0 10px; }
h2 { font-size: 15px; margin: 22px 0 6px; break-after: avoid; }
.verdict { border-left: 6px solid; padding: 8px 12px; background: #f5f5f5; font-size: 16px; font-weight: bold; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th, td { border: 1px solid #b8b8b8; padding: 3px 6px; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { background: #eceff1; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
.facts, .counts { margin: 10px 0; }
.facts th { width: 8em; }
.counts { width: auto; table-layout: auto; }
h3 { font-size: 13px; margin: 8px 0 2px; break-after: avoid; }
.rules { columns: 2; column-gap: 8mm; margin: 0; padding-left: 1.4em; }
.rules li { break-inside: avoid; }
.signing { break-inside: avoid; }
.signing td { height: 3.2em; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 11px; }
  .verdict, th { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
"""


def page(drift: Drift, title: str) -> str:
    """The whole page; every text is escaped."""
    head = f'<meta charset="utf-8">\n<title>{_text(title)}</title>\n<style>{STYLE}</style>'
    body = "\n".join(_body(drift, title))
    return f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _body(drift: Drift, title: str) -> Iterator[str]:
    colour = COLOURS[Level.BREAKING if drift.blocking else drift.level]
    yield f"<h1>{_text(title)}</h1>"
    yield f'<p class="verdict" style="border-color: {colour}; color: {colour}">{_text(drift.sentence)}</p>'
    yield '<table class="facts">'
    yield from (f"<tr><th>{name}</th><td>{_text(text)}</td></tr>" for name, text in facts(drift))
    yield "</table>"
    counted = sections(drift)
    counts = ((one.level, str(len(one.rows)), str(one.signed), MEANING[one.level]) for one in counted)
    yield from _table(("级别", "处数", "其中已签认", "含义"), counts, kind="counts")
    for one in counted:
        if one.rows:
            yield f'<h2 style="color: {COLOURS[one.level]}">{one.level}（{len(one.rows)} 处）</h2>'
            yield from _table(HEAD, one.rows, WIDTHS)
    if same := same_tables(drift):
        yield f"<h2>完全一致的表（{len(same)} 张）</h2>"
        yield from _table(("表", "名称", "列数"), same, (45, 45, 10))
    yield "<h2>判定标准</h2>"
    for level in SHOWN:
        yield f'<h3 style="color: {COLOURS[level]}">{level}：{MEANING[level]}</h3>\n<ul class="rules">'
        yield from (f"<li><b>{title}</b>：{_text(rule)}</li>" for own, title, rule in rules(drift) if own is level)
        yield "</ul>"
    yield '<section class="signing">\n<h2>签认</h2>'
    for names in SIGNING:
        yield from _table(names, [("",) * len(names)])
    yield "</section>"


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int] = (), kind: str = "list"
) -> Iterator[str]:
    yield f'<table class="{kind}">'
    if widths:
        yield "<colgroup>" + "".join(f'<col style="width: {width}%">' for width in widths) + "</colgroup>"
    yield "<thead><tr>" + "".join(f"<th>{_text(name)}</th>" for name in head) + "</tr></thead>\n<tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody></table>"


def _text(text: str) -> str:
    return escape(printable(text))
