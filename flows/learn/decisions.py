"""What learning is not sure of, asked of a person in a small CSV, and the answers read back on the next run."""

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.errors import LearnError
from schemas.reference import read_date, read_text

FILE = "decisions.csv"
HEAD = ("事项", "表", "列", "问题", "建议", "把握", "依据", "决定", "决定人", "日期", "备注")
NONE = "无"
_FORMULA = ("=", "+", "-", "@")
TAKE, LEAVE, ACCEPT = "计入", "不计入", "接受"


@dataclass(frozen=True)
class Question:
    """One question: `kind` names what it is about (列的含义, 隐藏工作表, 数据受损 …).

    `proposal` is what happens when nobody answers; `sure` is a share from 0 to 1 as text, or empty.
    """

    kind: str
    table: str
    column: str
    text: str
    proposal: str
    sure: str = ""
    evidence: str = ""

    @property
    def id(self) -> tuple[str, str, str]:
        """What an answer is recognised by."""
        return self.kind, self.table, self.column


@dataclass(frozen=True)
class Decision:
    """A person's answer."""

    kind: str
    table: str
    column: str
    answer: str
    by: str
    date: str
    remark: str = ""

    @property
    def id(self) -> tuple[str, str, str]:
        """The question it answers."""
        return self.kind, self.table, self.column


@dataclass(frozen=True)
class Decisions:
    """All answers of one pack."""

    given: tuple[Decision, ...] = ()

    def answer(self, kind: str, table: str, column: str = "") -> str:
        """The answer to a question, `""` when there is none."""
        return next((one.answer for one in self.given if one.id == (kind, table, column)), "")


def read_decisions(folder: Path) -> Decisions:
    """The answers in a pack's folder; a line without an answer is still open.

    Raises:
        LearnError: the head is not ours, or an answer has no name or date.
    """
    path = folder / FILE
    if not path.is_file():
        return Decisions()
    given = []
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [name for name in HEAD if name not in (reader.fieldnames or ())]
    if missing:
        raise LearnError(f"{path} 的表头缺少 {'、'.join(missing)}；请在 feijian 写出的文件上填写，不要改动表头。")
    for row in reader:
        if not (row["决定"] or "").strip():
            continue
        decision = Decision(
            *(_plain(row[name] or "") for name in ("事项", "表", "列", "决定", "决定人", "日期", "备注"))
        )
        _complete(decision, f"{path} 第 {reader.line_num} 行")
        given.append(decision)
    return Decisions(tuple(given))


def _defused(cell: str) -> str:
    """A cell that a spreadsheet does not run: names of columns come from foreign files."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _complete(decision: Decision, place: str) -> None:
    if not decision.by:
        raise LearnError(f"{place}填写了决定，但没有决定人：请写上姓名。")
    try:
        read_date(decision.date)
    except ValueError:
        raise LearnError(f"{place}的日期“{decision.date}”应写成 2024-01-31 这样的形式。") from None


def write_decisions(questions: list[Question], decisions: Decisions, folder: Path) -> None:
    """Write every question with the answer it has, and answers whose question is gone."""
    answers = {one.id: one for one in decisions.given}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for question in questions:
        given = answers.pop(question.id, None)
        answer = (given.answer, given.by, given.date, given.remark) if given else ("", "", "", "")
        asked = (question.text, question.proposal, question.sure, question.evidence)
        writer.writerow(map(_defused, (*question.id, *asked, *answer)))
    for given in answers.values():
        gone = replace(given, remark=given.remark or "这个问题已不存在")
        writer.writerow(map(_defused, (*gone.id, "", "", "", "", gone.answer, gone.by, gone.date, gone.remark)))
    (folder / FILE).write_text("\ufeff" + text.getvalue(), encoding="utf-8", newline="")


def still_open(questions: list[Question], decisions: Decisions) -> list[Question]:
    """Questions without an answer."""
    answered = {one.id for one in decisions.given}
    return [question for question in questions if question.id not in answered]


def unused(questions: list[Question], decisions: Decisions) -> list[Decision]:
    """Answers to questions that are no longer asked."""
    asked = {question.id for question in questions}
    return [one for one in decisions.given if one.id not in asked]
