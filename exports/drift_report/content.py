"""What every form of the report says: the same words in Markdown, HTML, Excel and on the terminal."""

from dataclasses import dataclass

from schemas.drift.kinds import KINDS
from schemas.drift.records import LEVEL_ORDER, Difference, Drift, Level

TITLE = "格式与上年度比较报告"
HEAD = ("表", "列", "上年", "本年", "说明", "依据", "签认")
SHOWN = LEVEL_ORDER[:-1]
SIGNING = (("客户单位", "签认人", "日期"), ("供应商", "经办人", "日期"))
MEANING = {
    Level.BREAKING: "装载或解读会出错，客户未签认前不能交付。",
    Level.NOTABLE: "须由客户签认后交付。",
    Level.UNVERIFIED: "缺少数据，没有核对；未核对不等于通过。",
    Level.COMPATIBLE: "不影响使用，仅作说明。",
}


@dataclass(frozen=True)
class Section:
    """The differences of one level: rows of HEAD, and how many of them are signed."""

    level: Level
    rows: tuple[tuple[str, ...], ...]
    signed: int


def sections(drift: Drift) -> list[Section]:
    """One section for each level, the heaviest first."""
    found = []
    for level in SHOWN:
        own = [one for one in drift.differences if one.level is level]
        found.append(Section(level, tuple(row(one) for one in own), sum(one.signature is not None for one in own)))
    return found


def row(one: Difference) -> tuple[str, ...]:
    """A difference as the cells of HEAD."""
    reason = f"【{KINDS[one.kind].title}】{one.reason}"
    cells = (place(one), one.column, one.old, one.new, reason, one.evidence, consent(one))
    return tuple(printable(cell) for cell in cells)


def place(one: Difference) -> str:
    """The table of a difference, or that it speaks of the whole delivery."""
    return one.table or "（整个交付包）"


def consent(one: Difference) -> str:
    """Who signed a difference, when and why; empty where nobody did."""
    return f"{one.signature.signed_by} {one.signature.date}：{one.signature.reason}" if one.signature else ""


def printable(text: str) -> str:
    """Text without control characters: names come from files of other people."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def facts(drift: Drift) -> list[tuple[str, str]]:
    """What was compared with what."""
    basis = drift.basis or "只比较了格式，没有比较两年的数据"
    return [(title, printable(text)) for title, text in (("上年", drift.old), ("本年", drift.new), ("比较范围", basis))]


def same_tables(drift: Drift) -> list[tuple[str, ...]]:
    """Tables without any difference: name, title, number of columns."""
    return [
        (printable(table.new), printable(table.title), str(table.same_columns))
        for table in drift.tables
        if not table.differences
    ]


def rules(drift: Drift) -> list[tuple[Level, str, str]]:
    """The definition of the levels: level, kind, rule with its limits."""
    return [(kind.level, kind.title, kind.sentence(drift.thresholds)) for kind in KINDS.values()]
