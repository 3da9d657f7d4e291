"""The dossier as one HTML page that needs nothing beside it."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from schemas.dossier import Candidate, Dossier, SeenColumn, SeenTable
from schemas.std import MODELS, std_table

SHOWN = 3
SURE, LIKELY = 60, 35
STYLE = """
@page { size: A4 landscape; margin: 12mm; }
* { box-sizing: border-box; }
body { font: 13px/1.5 "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei", sans-serif;
  color: #1b1b1b; max-width: 273mm; margin: 12mm auto; padding: 0 4mm; }
h1 { font-size: 22px; margin: 0 0 10px; }
h2 { font-size: 15px; margin: 22px 0 6px; break-after: avoid; }
.note { border-left: 6px solid #9a5b00; padding: 6px 12px; background: #f5f5f5; }
table { border-collapse: collapse; width: 100%; margin: 4px 0; }
th, td { border: 1px solid #b8b8b8; padding: 3px 6px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eceff1; white-space: nowrap; }
tr { break-inside: avoid; }
.sure { color: #1f6f43; font-weight: bold; }
.likely { color: #9a5b00; font-weight: bold; }
.weak { color: #777; }
details { border: 1px solid #d5d5d5; margin: 4px 0; padding: 2px 8px; }
summary { cursor: pointer; }
small { color: #555; }
"""


def page(dossier: Dossier) -> str:
    """The whole page; every text is escaped, and no value of a person is in it."""
    title = f"数据源概览：{dossier.source}"
    head = f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{STYLE}</style>'
    body = "\n".join(_body(dossier, title))
    return f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'


def _body(dossier: Dossier, title: str) -> Iterator[str]:
    filled = [table for table in dossier.tables if table.rows]
    yield f"<h1>{escape(title)}</h1>"
    yield (
        '<p class="note">以下都是按名称、注释、值的样子和表间指向推出的<b>线索</b>，不是结论：'
        "请结合厂家的数据字典核对。分数是把握程度（0–100）。只列代码类列的取值，不列任何人的姓名、证件号、电话、地址。</p>"
    )
    facts = [
        ("数据库", f"{dossier.engine}；{dossier.snapshot}"),
        ("查看日期", dossier.day),
        ("表", f"{len(dossier.tables)} 张，其中 {len(filled)} 张有数据"),
    ]
    yield from _table((), facts)
    yield from _amounts(dossier)
    yield "<h2>各标准表最像的源表</h2>"
    for std in MODELS:
        if std in dossier.candidates:
            yield from _candidates(std, dossier)
    if dossier.skipped:
        yield "<h2>没能查看的表</h2>"
        yield from _table(("表", "原因"), sorted(dossier.skipped.items()))
    yield f"<h2>全部的表（{len(dossier.tables)} 张，有数据的在前）</h2>"
    for table in sorted(dossier.tables, key=lambda one: (not one.rows, one.name)):
        yield from _seen(table)


def _amounts(dossier: Dossier) -> Iterator[str]:
    yield "<h2>金额与收费员日报</h2>"
    if not dossier.amounts:
        yield "<p>没有给出日报，或没有一列与日报有哪怕一天相符：金额列<b>未核实</b>。</p>"
        return
    rows = (
        (
            one.table,
            one.amount,
            one.date,
            f"{one.column} = {one.code}" if one.column else "全部行",
            f"{one.matched} / {one.days} 天",
            f"{one.difference} 元",
        )
        for one in dossier.amounts
    )
    yield from _table(("表", "金额列", "按哪一列的日期", "只计", "相符", "合计相差"), rows)


def _candidates(std: str, dossier: Dossier) -> Iterator[str]:
    found = dossier.candidates[std]
    best = found[0] if found else None
    mark = f'<span class="{_grade(best.score)}">{escape(best.table)} {best.score}</span>' if best else "没有找到"
    yield f"<details{' open' if best and std in ('person', 'settlement', 'fee_line') else ''}>"
    yield f"<summary><b>{std_table(std).title}</b> <small>{std}</small>　{mark}</summary>"
    for one in found[:SHOWN]:
        yield from _candidate(std, one, dossier.table(one.table))
    yield "</details>"


def _candidate(std: str, one: Candidate, table: SeenTable) -> Iterator[str]:
    yield f'<p><span class="{_grade(one.score)}">{escape(one.table)}　{one.score}</span>'
    yield f"　<small>{escape(table.comment)}　{_rows(table)}</small><br>{'；'.join(map(escape, one.evidence))}</p>"
    rows = [
        (
            f"{std_table(std).column(name).title}　{name}",
            "；".join(f"{choice.column}（{choice.score}）" for choice in choices),
            choices[0].evidence,
        )
        for name, choices in one.columns.items()
    ]
    if rows:
        yield from _table(("标准列", "可能的源列（把握）", "依据"), rows)


def _seen(table: SeenTable) -> Iterator[str]:
    kind = "视图" if table.is_view else "表"
    yield f"<details><summary><b>{escape(table.name)}</b>　{escape(table.comment)}"
    yield f"<small>{kind}，{_rows(table)}</small></summary>"
    keys = "、".join(table.key) or "无"
    indexes = "；".join("、".join(columns) for columns in table.indexes) or "无"
    yield f"<p><small>主键：{escape(keys)}；索引：{escape(indexes)}；抽样 {table.sampled} 行</small></p>"
    rows = ((one.name, one.comment, one.declared, _filled(one, table), _content(one)) for one in table.columns)
    yield from _table(("列", "注释", "类型", "有值", "内容"), rows)
    yield "</details>"


def _rows(table: SeenTable) -> str:
    return f"{table.rows} 行" if table.exact else f"约 {table.rows} 行（引擎估计，未逐行统计）"


def _filled(column: SeenColumn, table: SeenTable) -> str:
    return f"{column.filled} / {table.sampled}" if table.sampled else "—"


def _content(column: SeenColumn) -> str:
    if column.values:
        return "、".join(f"{one.value}（{one.count}）" for one in column.values)
    if column.first:
        return f"{column.first} 至 {column.last}"
    return f"{column.distinct} 个不同的值" if column.filled else ""


def _grade(score: int) -> str:
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "weak"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "<table>"
    if head:
        yield "<thead><tr>" + "".join(f"<th>{escape(name)}</th>" for name in head) + "</tr></thead>"
    yield from ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    yield "</table>"
