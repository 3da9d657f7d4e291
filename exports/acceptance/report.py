"""The acceptance report in Chinese: Markdown for people, JSON for machines."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from exports.acceptance.verdict import VERDICT_ORDER, Acceptance, Movement, acceptance_json
from exports.manifest import TableTotals
from schemas.format import Format
from schemas.result import CheckResult, Outcome

SHOWN = VERDICT_ORDER[:3]


def write_report(acceptance: Acceptance, form: Format, folder: Path) -> None:
    """Write `acceptance.md` and `acceptance.json` into `folder`; no clock time, so reruns are identical."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "acceptance.md").write_text("\n".join(_markdown(acceptance, form)) + "\n", encoding="utf-8", newline="\n")
    text = json.dumps(acceptance_json(acceptance), ensure_ascii=False, indent=1) + "\n"
    (folder / "acceptance.json").write_text(text, encoding="utf-8", newline="\n")


def _markdown(acceptance: Acceptance, form: Format) -> Iterator[str]:
    yield f"# 验收报告：{acceptance.org_name}（{acceptance.org}）"
    yield ""
    yield f"**{acceptance.sentence}**"
    yield ""
    yield f"- 检查期间：{acceptance.period[0]} 至 {acceptance.period[1]}（主单与明细按结算日期，库存按业务发生日期）"
    yield f"- 格式：{acceptance.format_title}，依据 {form.source}"
    yield f"- 数据来源：{acceptance.source}"
    yield ""
    yield from _official(acceptance)
    yield from _totals(acceptance, form)
    yield from _ledger(acceptance)
    yield from _checks(acceptance)
    yield from _written(acceptance)
    yield from _deviations(acceptance, form)


def markdown_table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """A Markdown table, line by line, and an empty line."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _official(acceptance: Acceptance) -> Iterator[str]:
    yield "## 检查组的十二项验收（V1–V12）"
    yield ""
    yield "在写出的文件上重新读入后计算，容差按清单。“未验证”不等于“通过”。"
    yield ""
    yield from markdown_table(
        ("编号", "核对项", "结果", "容差", "说明"),
        ((r.id, r.title, r.outcome, r.threshold, r.reason) for r in acceptance.official),
    )


def _totals(acceptance: Acceptance, form: Format) -> Iterator[str]:
    yield "## 交付的表"
    yield ""
    rows = []
    for name, months in acceptance.totals.items():
        table = form.table(name)
        sums = (f"{table.column(column).label} {_sum(months.values(), column)}" for column in table.money)
        rows.append((name, table.title, sum(month.rows for month in months.values()), "；".join(sums)))
    yield from markdown_table(("表", "名称", "行数", "合计（元）"), rows)


def _sum(months: Iterable[TableTotals], column: str) -> Decimal:
    return sum((Decimal(month.sums[column]) for month in months), Decimal("0.00"))


def _ledger(acceptance: Acceptance) -> Iterator[str]:
    yield "## 数据去向（源 = 交付 + 隔离 + 期间外 + 按规则排除 + 未解释）"
    yield ""
    yield (
        "月份是源库中该行自己的月份，两边按源行对应。隔离的是标识、金额或日期缺失或读不出、找不到结算单而无法放进"
        "任何格式的行，整行留在机构内部。"
    )
    yield ""
    yield from _movements(acceptance.ledger)
    yield from (f"- {line.title}：{line.note}" for line in acceptance.ledger if line.note)
    yield ""
    yield "### 逐月"
    yield ""
    yield from _movements(month for line in acceptance.ledger for month in line.months)


def _movements(lines: Iterable[Movement]) -> Iterator[str]:
    yield from markdown_table(
        ("数据", "月份", "源", "交付", "隔离", "期间外", "按规则排除", "未解释"),
        ((m.title, m.month, m.source, m.delivered, m.quarantined, m.outside, m.excluded, m.remainder) for m in lines),
    )


def _checks(acceptance: Acceptance) -> Iterator[str]:
    yield "## 逐条规则核对"
    yield ""
    counts = {outcome: sum(r.outcome is outcome for r in acceptance.checks) for outcome in Outcome}
    yield (
        "、".join(f"{outcome} {count} 条" for outcome, count in counts.items())
        + "。不通过、未验证和提示的各条列在下面，计数为精确数，样例最多 5 个。"
    )
    yield ""
    shown = [r for r in acceptance.checks if r.outcome in SHOWN]
    if shown:
        yield from markdown_table(
            ("规则", "内容", "结果", "不符", "共", "样例（源行）", "说明"),
            (
                (r.id, r.title, r.outcome, *_counts(r), "、".join(r.sample), r.explanation)
                for r in sorted(shown, key=lambda r: VERDICT_ORDER.index(r.outcome))
            ),
        )


def _counts(result: CheckResult) -> tuple[object, object]:
    return (result.failing, result.total or "—") if result.outcome is not Outcome.NOT_VERIFIED else ("—", "—")


def _written(acceptance: Acceptance) -> Iterator[str]:
    if not acceptance.written:
        return
    yield "## 书面说明"
    yield ""
    yield "下列行不符合规则，医院以书面说明确认（签名、日期、有效期）；数据照原样交付，没有改动。"
    yield "被隔离的行（Q01 至 Q04）不在交付的文件中。说明的文字可能提到病人，留在医院。"
    yield ""
    head = ("规则", "内容", "行数", "答复", "处理人", "处理日期", "有效期至")
    yield from markdown_table(
        head, ((w.rule, w.title, w.rows, w.answer, w.name, w.on, w.until) for w in acceptance.written)
    )


def _deviations(acceptance: Acceptance, form: Format) -> Iterator[str]:
    if acceptance.replaced:
        yield "## 写出时替换的字符"
        yield ""
        yield f"值中的换行、控制字符改为空格，双引号和分隔符改为全角，以免错列{_forbidden(form)}："
        yield ""
        yield from markdown_table(
            ("表", "列", "值的个数"), ((r.table, r.column, r.values) for r in acceptance.replaced)
        )
    if acceptance.widened:
        yield "## 建表语句中加宽的列"
        yield ""
        yield "实际内容比清单规定的宽度长，内容不截断，建表语句加宽："
        yield ""
        widths = ((w.table, w.column, w.listed, w.width) for w in acceptance.widened)
        yield from markdown_table(("表", "列", "清单宽度", "建表宽度"), widths)
    if acceptance.absent:
        yield "## 源系统不能提供的内容"
        yield ""
        yield from (f"- {line}" for line in acceptance.absent)
        yield ""
    if form.changes:
        yield "## 在清单之上的差异（省、机构）"
        yield ""
        changes = (
            (c.layer, c.table or "（全包）", c.column, c.attribute, c.value, c.date, c.reason) for c in form.changes
        )
        yield from markdown_table(("格式层", "表", "列", "属性", "改为", "日期", "理由"), changes)
    yield "## 清单勘误与我们的读法"
    yield ""
    errata = (
        (e.id, e.title, e.table.replace("|", "、"), e.field.replace("|", "、"), e.printed, e.reading)
        for e in form.errata
    )
    yield from markdown_table(("编号", "事项", "表", "列", "清单原文", "本包的做法"), errata)


def _forbidden(form: Format) -> str:
    """What the format allows in no value, as half a sentence; nothing when it forbids nothing."""
    names = {" ": "空格", "\t": "制表符"}
    parts = [
        f"“{names.get(text, text)}”{f'改为“{instead}”' if instead else '去掉'}"
        for text, instead in form.forbidden.items()
    ]
    return f"；格式不许值中出现的：{'，'.join(parts)}" if parts else ""
