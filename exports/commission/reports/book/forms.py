"""One sheet per form: three tables (含下属, 本部, 下属), adjusted numbers marked, charts of what one looks at."""

from decimal import Decimal
from typing import Any

from exports.commission.reports.book.frame import ADJUSTED, BAD, NOT_HERE, Sheet, Told, applies, printed
from exports.commission.reports.values import CellValue, Report
from exports.findings_workbook.layout import Weight
from exports.findings_workbook.sheet import FILLS, Styles, write_cell
from schemas.figure import Node, Scope
from schemas.report_pack import Chart, Form

SCOPES = (Scope.ALL, Scope.OWN, Scope.BELOW)
NAME_WIDTH, CELL_WIDTH = 26, 12
CHART_ROWS = 18
_LEVELS = {"region": 0, "prefecture": 0, "county": 1, "township": 2, "village": 3}


def write_form(book: Any, styles: Styles, told: Told, form: Form) -> None:
    """Write one form as a sheet of its own."""
    widths = (NAME_WIDTH, *(CELL_WIDTH for _ in form.cells))
    sheet = Sheet(book, styles, sheet_name(form), widths, told, told.report.pack.paper)
    sheet.title(f"{form.title}（{told.report.period.title}）")
    sheet.note(f"填报单位：{told.area}　{told.tree}　{told.xpcc}　截止：{told.as_of}")
    broken = {
        (name, one.node.code, one.scope): BAD if check.check.hard else FILLS[Weight.LOOK]
        for check in sorted(told.checks, key=lambda check: check.check.hard)
        for one in check.broken
        for name, *_ in one.cells
    }
    rows = told.report.rows(form)
    upper = [node for node in rows if node in (rows[0], *_beneath(rows, rows[0]))]
    tables = {scope: _table(sheet, told.report, form, scope, broken, upper) for scope in SCOPES}
    sheet.note(
        "“/”不适用　“—”分母为零或未录入　“未上报”没有数据，不是 0"
        "　黄底：人工调整数（见“调整数”表）　红底：校验不通过　橙底：须说明"
    )
    for chart in form.charts:
        _chart(book, sheet, form, chart, tables[Scope.ALL])
    if len(rows) > len(upper):
        _table(sheet, told.report, form, Scope.ALL, broken, [one for one in rows if one not in upper], "再下一级")


def sheet_name(form: Form) -> str:
    """A worksheet's name: the form's number and title, at most 31 characters."""
    return f"{form.id.removeprefix('f')} {form.title}".translate(str.maketrans("[]:*?/\\", "       "))[:31]


def _beneath(rows: list[Node], area: Node) -> list[Node]:
    """The organisations directly beneath the area: they get the three tables, what lies deeper one of its own."""
    return [node for node in rows if node.parent == area.code]


def _table(
    sheet: Sheet,
    report: Report,
    form: Form,
    scope: Scope,
    broken: dict[tuple[str, str, Scope], str],
    rows: list[Node],
    title: str = "",
) -> tuple[int, int]:
    """One table; the rows (first, last) of its organisations."""
    sheet.line += 1
    sheet.title(title or f"{scope}", 11)
    sheet.head((f"机构（{scope}）", *(f"{cell.title}{f'（{cell.unit}）' if cell.unit else ''}" for cell in form.cells)))
    first = sheet.line
    parents = {node.parent for node in report.rows(form)}
    shown = [node for node in rows if scope is not Scope.BELOW or node.code in parents]
    for node in shown:
        _row(sheet, report, form, node, scope, broken, node.code not in parents)
    return first, sheet.line - 1


def _row(
    sheet: Sheet,
    report: Report,
    form: Form,
    node: Node,
    scope: Scope,
    broken: dict[tuple[str, str, Scope], str],
    leaf: bool,
) -> None:
    name = node.name + ("（兵团）" if node.xpcc else "")
    style = sheet.styles.get(align="left", indent=_LEVELS[node.level], bold=node.level in ("county", "prefecture"))
    write_cell(sheet.sheet, sheet.line, 0, name, style)
    for place, cell in enumerate(form.cells, start=1):
        value = report.value(form, cell, node, scope)
        wrong = broken.get((f"{form.id}.{cell.id}", node.code, scope), "")
        _cell(sheet, place, value, leaf, wrong)
    sheet.line += 1


def _cell(sheet: Sheet, place: int, value: CellValue, leaf: bool, wrong: str) -> None:
    shown = printed(value) if applies(value, leaf) else NOT_HERE
    digits = -int(shown.as_tuple().exponent) if isinstance(shown, Decimal) else 0
    look: dict[str, Any] = {"align": "right", "num_format": "#,##0" + ("." + "0" * digits if digits > 0 else "")}
    fill = ADJUSTED if value.adjustment else wrong
    write_cell(sheet.sheet, sheet.line, place, shown, sheet.styles.get("number", fill, **look))
    figure = value.figure
    said = []
    if value.adjustment:
        made = value.adjustment
        said.append(f"计算数 {value.computed}，由 {made.who} 于 {made.day} 调整：{made.reason}")
    if figure is not None and figure.reported < figure.due and value.final is not None:
        said.append(f"已上报 {figure.reported}/{figure.due} 个机构")
    if figure is not None and figure.entered < figure.owing and value.final is not None:
        said.append(f"已录入分母 {figure.entered}/{figure.owing} 个机构")
    if said:
        sheet.sheet.write_comment(sheet.line, place, "；".join(said), {"author": "飞检"})


def _chart(book: Any, sheet: Sheet, form: Form, chart: Chart, rows: tuple[int, int]) -> None:
    """Bars over the organisations beneath the area; the area itself stands in the first row and would dwarf them."""
    first, last = min(rows[0] + 1, rows[1]), rows[1]
    drawn = book.add_chart({"type": "column"})
    places = {cell.id: place for place, cell in enumerate(form.cells, start=1)}
    name = sheet.sheet.get_name()
    for cell in chart.cells:
        place = places[cell]
        title = next(one.title for one in form.cells if one.id == cell)
        drawn.add_series(
            {
                "name": title,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, place, last, place],
                "data_labels": {"value": last - first < 16, "font": {"size": 8}},
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_x_axis({"num_font": {"size": 8, "rotation": -45 if last - first > 6 else 0}})
    drawn.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}})
    drawn.set_legend({"position": "bottom"} if len(chart.cells) > 1 else {"none": True})
    drawn.set_size({"width": 900, "height": 20 * CHART_ROWS - 20})
    sheet.sheet.insert_chart(sheet.line + 1, 0, drawn)
    sheet.line += CHART_ROWS + 1
