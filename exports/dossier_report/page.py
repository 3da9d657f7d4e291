"""The dossier as one HTML page in Chinese that needs nothing beside it."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from schemas.dossier import Candidate, ColumnProfile, Dossier, StdCandidates, TableProfile
from schemas.std import std_table

FIRST = 3
VALUES = 12
STYLE = """
* { box-sizing: border-box; }
body { font: 14px/1.55 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif;
  color: #1b1b1b; max-width: 1180px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 22px; margin: 0 0 10px; }
h2 { font-size: 17px; margin: 26px 0 8px; }
h3 { font-size: 15px; margin: 16px 0 4px; }
.verdict { border-left: 6px solid #9a5b00; padding: 8px 12px; background: #f5f5f5; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #b8b8b8; padding: 3px 7px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eceff1; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
ul { margin: 0; padding-left: 1.2em; }
details { margin: 4px 0; }
summary { cursor: pointer; padding: 3px 0; }
code { font-family: Consolas, Menlo, monospace; }
.quiet { color: #666; }
input { font: inherit; width: 100%; padding: 5px 8px; margin: 4px 0 8px; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } input { display: none; } }
"""
SEARCH = """
const box = document.getElementById("search");
box.addEventListener("input", () => {
  const wanted = box.value.trim().toLowerCase();
  for (const one of document.querySelectorAll("#tables > details"))
    one.hidden = wanted !== "" && !one.textContent.toLowerCase().includes(wanted);
});
"""
CAUTION = (
    "本报告由表名、列名、注释、样本取值和主键关系推断，是线索而不是结论，均未核实；写适配器前请逐项确认。"
    "报告不显示姓名、证件号码、电话、地址和文字内容，只列出代码列的取值。"
)


def page(dossier: Dossier) -> str:
    """The whole page; every text is escaped."""
    title = f"源库档案：{dossier.source}"
    head = f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{STYLE}</style>'
    body = "\n".join(_body(dossier, title))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n</head>\n'
        f"<body>\n{body}\n<script>{SEARCH}</script>\n</body>\n</html>\n"
    )


def _body(dossier: Dossier, title: str) -> Iterator[str]:
    yield f"<h1>{escape(title)}</h1>"
    yield f'<p class="verdict">{CAUTION}</p>'
    yield from _facts(dossier)
    yield "<h2>一览：各标准表最像的源表</h2>"
    overview = ((f"{one.title}（{one.std}）", *(_best(one, place) for place in range(FIRST))) for one in dossier.std)
    yield from _table(("标准表", "第一", "第二", "第三"), overview)
    if dossier.cashier_days:
        yield from _amounts(dossier)
    yield "<h2>依据</h2>"
    for one in dossier.std:
        yield from _std(one, dossier)
    yield f"<h2>全部表（{len(dossier.tables)} 张）</h2>"
    yield '<input id="search" placeholder="按表名、列名或注释查找">\n<div id="tables">'
    for table in dossier.tables:
        yield from _profile(table)
    yield "</div>"


def _facts(dossier: Dossier) -> Iterator[str]:
    empty = sum(table.rows == 0 for table in dossier.tables)
    days = [day for table in dossier.tables for column in table.columns for day in (column.first, column.last) if day]
    unread = sum(bool(table.unreadable) for table in dossier.tables)
    facts = (
        ("数据库", f"{dossier.engine}；{dossier.snapshot}"),
        ("表", f"{len(dossier.tables)} 张，其中 {empty} 张没有数据，{unread} 张读取失败"),
        ("行数", f"已计数的表合计 {sum(table.rows or 0 for table in dossier.tables if table.exact)} 行"),
        ("样本中的日期", f"{min(days)} 至 {max(days)}" if days else "没有日期列"),
        ("模型", "只与医保标准表比对；卫健委的标准表未比对"),
    )
    yield "<table>"
    yield from (f"<tr><th>{name}</th><td>{escape(text)}</td></tr>" for name, text in facts)
    yield "</table>"


def _best(one: StdCandidates, place: int) -> str:
    if place >= len(one.candidates):
        return "—"
    return f"{one.candidates[place].table}（{one.candidates[place].score} 分）"


def _amounts(dossier: Dossier) -> Iterator[str]:
    yield f"<h2>金额比对：收费处日报 {dossier.cashier_days} 天</h2>"
    if not dossier.amounts:
        yield "<p>试过的金额列没有一天与日报相合：请检查日报的口径，或扩大 --from、--to。</p>"
        return
    yield "<p>日报未列的日子视为没有收入；源库在这些日子有金额，即算不一致。</p>"
    rows = (
        (
            one.table,
            one.amount,
            one.day,
            f"{one.filter_column} = {one.filter_value}" if one.filter_column else "全部行",
            f"{one.matched}/{one.days}",
            str(one.difference),
        )
        for one in dossier.amounts
    )
    yield from _table(("表", "金额列", "日期列", "取哪些行", "一致天数", "合计相差（元）"), rows)


def _std(one: StdCandidates, dossier: Dossier) -> Iterator[str]:
    yield f"<h3>{escape(one.title)} <code>{one.std}</code></h3>"
    if not one.candidates:
        yield '<p class="quiet">没有找到像的表。</p>'
    for place, candidate in enumerate(one.candidates[:FIRST], 1):
        table = dossier.table(candidate.table)
        said = _rows(table) if table else ""
        comment = f"“{table.comment}”" if table and table.comment else ""
        opened = " open" if place == 1 else ""
        yield f"<details{opened}><summary>{place}. <code>{escape(candidate.table)}</code> {escape(comment)}"
        yield f"{candidate.score} 分，{said}</summary><ul>"
        yield from (f"<li>{escape(text)}</li>" for text in candidate.evidence)
        yield "</ul>"
        yield from _columns(one.std, candidate)
        yield "</details>"


def _columns(std: str, candidate: Candidate) -> Iterator[str]:
    titles = {column.name: column.title for column in std_table(std).columns}
    rows = (
        (
            f"{titles[name]}（{name}）",
            "、".join(f"{one.column}（{one.score}）" for one in found),
            "；".join(found[0].evidence),
        )
        for name, found in candidate.columns.items()
    )
    yield "<details><summary>列的候选</summary>"
    yield from _table(("标准列", "源列（分）", "第一个的依据"), rows)
    yield "</details>"


def _rows(table: TableProfile) -> str:
    if table.unreadable:
        return table.unreadable
    if table.rows is None:
        return "行数未核实"
    return f"{table.rows} 行" if table.exact else f"约 {table.rows} 行（数据库的估计，未逐行计数）"


def _profile(table: TableProfile) -> Iterator[str]:
    view = "，视图" if table.is_view else ""
    comment = f" {table.comment}" if table.comment else ""
    yield f"<details><summary><code>{escape(table.name)}</code>{escape(comment)}：{_rows(table)}{view}</summary>"
    key = "、".join(table.key) or "没有主键"
    yield f'<p class="quiet">主键：{escape(key)}；取样 {table.sampled} 行</p>'
    yield from _table(
        ("列", "类型", "注释", "空值", "不同值", "样本所见"),
        (
            (
                one.name,
                one.declared,
                one.comment,
                f"{one.nulls * 100 // table.sampled}%" if table.sampled else "—",
                str(one.distinct) if table.sampled else "—",
                _seen(one),
            )
            for one in table.columns
        ),
    )
    yield "</details>"


def _seen(column: ColumnProfile) -> str:
    said = []
    if column.first:
        said.append(f"{column.first} 至 {column.last}")
    if column.values:
        most = sorted(column.values, key=lambda one: (-one[1], one[0]))[:VALUES]
        more = " …" if len(column.values) > VALUES else ""
        said.append("取值 " + "、".join(f"{value}（{rows}）" for value, rows in most) + more)
    if column.points_to:
        said.append("值都在主键中：" + "、".join(column.points_to))
    return "；".join(said)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "<table><thead><tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr></thead>\n<tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</tbody></table>"
