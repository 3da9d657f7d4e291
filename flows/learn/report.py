"""What was learnt, for a Chinese reader: beside the pack, no clock time, no patient."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flows.learn.pack import Learnt

if TYPE_CHECKING:
    from flows.learn.learn import Lesson

FILE = "学习报告.md"


def write_report(lesson: "Lesson", folder: Path) -> None:
    """Write the report into the pack's folder."""
    (folder / FILE).write_text("\n".join(_lines(lesson)) + "\n", encoding="utf-8", newline="\n")


def _lines(lesson: "Lesson") -> Iterator[str]:
    yield f"# 格式学习报告：{lesson.form.id}"
    yield ""
    rows = sum(one.table.rows for one in lesson.tables)
    like = f"；整体最接近 {lesson.base.title}（{lesson.base.id}）" if lesson.base else "；不像任何已知格式"
    yield f"{lesson.form.source}，{len(lesson.tables)} 张表，{rows} 行{like}。"
    yield ""
    open_ends = len(lesson.questions)
    yield f"**{f'有 {open_ends} 个问题等人决定，见 decisions.csv。' if open_ends else '没有待决定的问题。'}**"
    yield ""
    yield "| 表 | 名称 | 部分 | 行数 | 列数 | 对应的已知表 | 相似度 |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in lesson.tables:
        known = one.match.known
        like = f"{known.name} {known.title}" if known else "—"
        yield _row(one.name, lesson.form.table(one.name).title, len(one.table.sheets), one.table.rows,
                   len(one.table.header), like, f"{min(one.match.share, 1):.0%}")  # fmt: skip
    yield ""
    yield from _questions(lesson)
    yield from _remarks(lesson)
    for one in lesson.tables:
        yield from _columns(lesson, one)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _questions(lesson: "Lesson") -> Iterator[str]:
    if lesson.questions:
        yield "## 待决定"
        yield ""
        yield "| 事项 | 表 | 列 | 问题 | 建议 | 把握 | 依据 |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for one in lesson.questions:
            yield _row(one.kind, one.table, one.column, one.text, one.proposal, one.sure, one.evidence)
        yield ""
    for gone in lesson.unused:
        yield f"- 决定“{gone.kind} {gone.table} {gone.column}：{gone.answer}”已没有对应的问题，没有用到。"
    if lesson.unused:
        yield ""


def _remarks(lesson: "Lesson") -> Iterator[str]:
    lines = [f"{note.place}：{note.text}" for note in lesson.delivery.notes]
    lines += [f"{note.place}：{note.text}" for sheet in lesson.delivery.sheets for note in sheet.notes]
    lines += [f"{one.name}：{remark}" for one in lesson.tables for remark in one.table.remarks]
    lines += [
        f"{one.name}.{name}：{remark}"
        for one in lesson.tables
        for name in one.types
        for remark in one.types[name].remarks
    ]
    lines += lesson.losses
    if lines:
        yield "## 读取时遇到的情况"
        yield ""
        yield from (f"- {line}" for line in lines)
        yield ""


def _columns(lesson: "Lesson", one: Learnt) -> Iterator[str]:
    yield f"## {one.name} {lesson.form.table(one.name).title}"
    yield ""
    yield "| 序 | 列 | 类型 | 对应 | 依据 | 把握 | 空值率 | 不同值 | 最长 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for column in lesson.form.table(one.name).columns:
        match, seen = one.match.columns[column.name], one.seen[column.name]
        known = match.known.name if match.known else match.std_field or "—"
        empty = f"{1 - seen.filled / seen.rows:.1%}" if seen.rows else "—"
        yield _row(column.seq, column.name, column.printed, known, match.evidence, f"{match.sure:.2f}", empty,
                   seen.distinct, seen.longest)  # fmt: skip
    yield ""
