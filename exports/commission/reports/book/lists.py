"""The sheets behind the forms: checks, comparison, definitions, data quality, adjusted numbers."""

from typing import Any

from exports.commission.reports.book.frame import BAD, Sheet, Told
from exports.commission.reports.quality import LEVELS
from exports.findings_workbook.layout import Weight
from exports.findings_workbook.sheet import FILLS, Styles
from schemas.indicator import Indicator
from schemas.result import Outcome

SHOWN = 2000
_FILL = {Outcome.FAILED: BAD, Outcome.WARNED: FILLS[Weight.LOOK], Outcome.PASSED: FILLS[Weight.ANSWERED]}


def write_checks(book: Any, styles: Styles, told: Told) -> None:
    """H1-H20 with their results, then every broken cell."""
    sheet = Sheet(book, styles, "校验", (8, 46, 10, 10, 10, 10, 60), told)
    sheet.title("校验（H1 至 H20）")
    sheet.head(("编号", "校验关系", "性质", "结果", "不符处", "核对处", "说明"))
    for one in told.checks:
        r = one.result
        kind = "必须平衡" if one.check.hard else "须说明"
        reason = r.reason or one.check.note
        sheet.row((r.id, r.title, kind, str(r.outcome), r.failing, r.total, reason), fill=_FILL.get(r.outcome, ""))
    broken = [one for check in told.checks for one in check.broken]
    sheet.line += 1
    sheet.title("不符的单元格", 12)
    sheet.head(("编号", "不符的关系", "机构", "范围", "表.格", "数值", "逐项"))
    for place in broken[:SHOWN]:
        names = "\n".join(name for name, *_ in place.cells)
        numbers = "\n".join("缺数" if n is None else f"{n.normalize():f}" for *_, n in place.cells)
        sheet.row((place.check, place.sentence, place.node.name, str(place.scope), names, numbers, str(place)))
    if len(broken) > SHOWN:
        sheet.note(f"共 {len(broken)} 处，只列出前 {SHOWN} 处；其余在更正后重新生成时列出。")
    if not broken:
        sheet.note("没有不符的单元格。")


def write_changes(book: Any, styles: Styles, told: Told) -> None:
    """The area's own numbers against last year, against the period before, and against what was published."""
    sheet = Sheet(book, styles, "同比环比", (22, 34, 8, 14, 14, 16, 14, 16, 22), told)
    sheet.title(f"同比与环比：{told.area}（含下属）")
    sheet.note("数量的变化以百分比表示，率的变化以百分点表示；年内累计数先还原为本期数再作环比；分母为零时为“—”。")
    heads = ("表", "指标", "单位", "本期", "上年同期", "同比", "上期（还原）", "环比", "与已发布数")
    sheet.head(heads)
    for one in told.changes:
        sheet.row(
            (one.form, one.title, one.unit, one.now, one.last_year, one.yearly, one.before, one.monthly, one.published)
        )


def write_definitions(book: Any, styles: Styles, told: Told) -> None:
    """Every indicator of the report with its edition and axes, then the entered bases with where they came from."""
    sheet = Sheet(book, styles, "口径说明", (12, 18, 24, 34, 34, 11, 11, 11, 11, 9, 40), told, "A3")
    sheet.title("口径说明")
    sheet.head(("编号", "版本", "指标", "分子", "分母", "机构", "状态", "日期", "期间", "单位", "依据、目标与其他口径"))
    for one in told.indicators:
        sheet.row(
            (
                one.id,
                one.edition,
                one.name,
                f"{one.numerator_text}（{one.counts}）",
                f"{one.denominator_text}（{one.denominator_counts}）" if one.denominator else "—",
                str(one.org_axis),
                str(one.status),
                str(one.date_axis),
                f"{one.kind}，{one.year}",
                one.unit,
                _said(one),
            )
        )
    if told.bases:
        sheet.line += 1
        sheet.title("人工录入的分母与来源", 12)
        sheet.head(("项目", "机构", "来源", "", "", "", "", "", "", "", ""))
        for item, org, way, _ in told.bases:
            sheet.row((item, org, way, "", "", "", "", "", "", "", ""))


def _said(one: Indicator) -> str:
    parts = [one.source]
    if one.target is not None:
        parts.append(f"目标 {one.target}{one.unit}（{one.target_source or '可配置'}）")
    parts += [text for text in (one.variants, one.note) if text]
    given = "，".join(f"{name}={value}" for name, value in sorted(one.parameters.items()))
    return "；".join([*parts, *([f"参数 {given}"] if given else [])])


def write_quality(book: Any, styles: Styles, told: Told) -> None:
    """What the data-quality rules found, and persons who count in two organisations."""
    sheet = Sheet(book, styles, "数据质量", (26, 34, 40, 40, 10, 12, 12, 44), told, "A3")
    sheet.title("数据质量")
    sheet.head(("规则", "说明", "为什么", "怎么办", "性质", "问题行数", "检查行数", "按机构（前十）"))
    for one in told.quality:
        orgs = {node.code: node.name for node in told.report.nodes}
        named = "、".join(f"{orgs.get(code, code)} {n}" for code, n in one.by_org[:10])
        more = f" 等 {len(one.by_org)} 个机构" if len(one.by_org) > 10 else ""
        rule = one.rule
        fill = (BAD if rule.level == "error" else FILLS[Weight.LOOK]) if one.found else ""
        words = (rule.name, rule.title, rule.why, rule.fix, LEVELS[rule.level], one.found, one.rows, named + more)
        sheet.row(words, fill=fill)
    if not told.quality:
        sheet.note("本表没有运行数据质量规则。")
    _twice(sheet, told)


def _twice(sheet: Sheet, told: Told) -> None:
    """Distinct persons do not add up: where the sum of the next level is more, the difference is shown."""
    sheet.line += 1
    sheet.title("下级人数之和与去重人数不等的指标", 12)
    sheet.head(("指标", "机构", "去重人数", "下级之和", "相差", "", "", ""))
    seen = set()
    for value in told.report.values.values():
        figure = value.figure
        if figure is None or figure.children_sum is None or figure.numerator in (None, figure.children_sum):
            continue
        key = (figure.indicator, figure.edition, figure.node.code, figure.scope)
        if key in seen:
            continue
        seen.add(key)
        differs = figure.children_sum - (figure.numerator or 0)
        name = f"{figure.indicator}@{figure.edition}"
        told_row = (name, figure.node.name, f"{figure.numerator}", f"{figure.children_sum}", f"{differs}", "", "", "")
        sheet.row(told_row)
    if not seen:
        sheet.note("没有。")


def write_adjusted(book: Any, styles: Styles, told: Told) -> None:
    """Every number that was corrected by hand, with what was computed, why, by whom and when."""
    sheet = Sheet(book, styles, "调整数", (10, 30, 24, 10, 14, 14, 40, 12, 12, 24), told)
    sheet.title("人工调整数")
    sheet.head(("表", "格", "机构", "范围", "计算数", "调整数", "原因", "调整人", "日期", "提示"))
    adjusted = [value for value in told.report.values.values() if value.adjustment]
    for value in adjusted:
        one = value.adjustment
        assert one is not None
        warning = f"计算数现为 {value.computed}，与调整时不同，请复核" if value.stale else ""
        sheet.row(
            (
                value.form,
                value.cell.title,
                value.node.name,
                str(value.scope),
                f"{one.computed}",
                f"{one.adjusted}",
                one.reason,
                one.who,
                one.day,
                warning,
            )
        )
    if not adjusted:
        sheet.note("没有人工调整的数。")
