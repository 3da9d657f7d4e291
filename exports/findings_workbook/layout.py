"""The columns of a clerk's sheet: written and read back by the same titles.

`为什么` stands on a rule's own line only; what to do (`怎么改`) on every line, so that a sorted, filtered or printed
line can be worked on by itself. A rule's own line is a line like the others, not a merged band: sorting and
filtering carry it along, and `序号` brings the first order back.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from schemas.result import CheckResult, Outcome
from schemas.waiver import lines

Kind = Literal["text", "number", "money", "time", "day"]


class Weight(StrEnum):
    """How much an open rule weighs for the clerk, heaviest first."""

    MUST = "必须处理"
    LOOK = "请核实"
    HINT = "仅供参考"
    ANSWERED = "已有说明"


@dataclass(frozen=True)
class Column:
    """One column: its title, its width in characters (a Chinese one takes two), how its cells are typed."""

    title: str
    width: int
    kind: Kind = "text"
    answer: bool = False


NUMBER, RULE, KEY = "序号", "规则", "核对码"
ANSWER, REMARK, NAME, ON, UNTIL = "处理结果", "说明", "处理人", "处理日期", "有效期至"
COLUMNS = (
    Column(NUMBER, 6, "number"),
    Column("级别", 9),
    Column(RULE, 12),
    Column("标题", 22),
    Column("为什么", 18),
    Column("怎么改", 26),
    Column("表", 10),
    Column("HIS 中的位置", 24),
    Column("发生时间", 16, "time"),
    Column("栏目", 11),
    Column("现值", 14),
    Column("应为", 14),
    Column("涉及金额（元）", 13, "money"),
    Column("状态", 9),
    Column(ANSWER, 12, answer=True),
    Column(REMARK, 18, answer=True),
    Column(NAME, 9, answer=True),
    Column(ON, 12, "day", answer=True),
    Column(UNTIL, 12, "day", answer=True),
    Column(KEY, 12),
)
TITLES = tuple(column.title for column in COLUMNS)
SOLVED = "已解决"
COVER = "封面"


def weigh(result: CheckResult, listed: int) -> Weight:
    """The weight of an open result with so many listed rows, after the answers."""
    if result.outcome is Outcome.FAILED:
        return Weight.MUST
    if result.waived >= lines(result, listed):
        return Weight.ANSWERED
    return Weight.HINT if result.level == "hint" else Weight.LOOK
