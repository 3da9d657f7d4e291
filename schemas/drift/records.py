"""What changed between two formats: one record per difference, four levels, nothing guessed silently.

The levels are those of "basically consistent with the prior year" (inspection handbook, section 4.4).
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from schemas.drift.thresholds import Thresholds
from schemas.pack import Signature


class Level(StrEnum):
    """How much a difference weighs; "not verified" where one side has no data to compare."""

    SAME = "一致"
    COMPATIBLE = "兼容"
    NOTABLE = "须签认"
    BREAKING = "破坏性"
    UNVERIFIED = "未验证"


LEVEL_ORDER = (Level.BREAKING, Level.NOTABLE, Level.UNVERIFIED, Level.COMPATIBLE, Level.SAME)


@dataclass(frozen=True)
class Difference:
    """One difference, or one thing found the same.

    `kind` is the rule that found it (`column_missing`, `column_renamed`, `width_narrower` ...; see KINDS in
    `schemas/drift/kinds.py`); `table` and `column` are the old names where there is an old side, else the new ones;
    `old` and `new` say what stands on either side; `reason` is a Chinese sentence for the customer; `evidence` is what
    a proposal rests on. `signature` is the customer's consent, which lifts the block.
    """

    level: Level
    kind: str
    table: str
    column: str
    old: str
    new: str
    reason: str
    evidence: str = ""
    signature: Signature | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of delivery."""
        return self.level is Level.BREAKING and self.signature is None


@dataclass(frozen=True)
class TableDrift:
    """One table: its level is the worst of its differences; `old` or `new` is empty where it is on one side only."""

    old: str
    new: str
    title: str
    same_columns: int
    differences: tuple[Difference, ...]

    @property
    def level(self) -> Level:
        """The worst level among the differences."""
        return worst(self.differences)


@dataclass(frozen=True)
class Drift:
    """The comparison of two formats, and of their data where both sides have any.

    `old` and `new` name the two sides; `general` are differences of the delivery as a whole (delimiter, charset);
    `renamed` maps (table, column) of the old side to (table, column) of the new one, for every column that is on both.
    `thresholds` drew the lines; `basis` says in Chinese which months of the data were compared, empty where only the
    formats were.
    """

    old: str
    new: str
    general: tuple[Difference, ...]
    tables: tuple[TableDrift, ...]
    renamed: dict[tuple[str, str], tuple[str, str]]
    thresholds: Thresholds
    basis: str = ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Every difference, the delivery's own first."""
        return (*self.general, *(one for table in self.tables for one in table.differences))

    @property
    def level(self) -> Level:
        """The worst level of all."""
        return worst(self.differences)

    @property
    def blocking(self) -> tuple[Difference, ...]:
        """The breaking differences that nobody has signed."""
        return tuple(one for one in self.differences if one.blocks)

    @property
    def exit_code(self) -> int:
        """0 the same or compatible; 1 something needs the customer's word or was not verified; 3 breaking."""
        if self.blocking:
            return 3
        open_ends = (Level.NOTABLE, Level.UNVERIFIED)
        return int(any(one.level in open_ends and one.signature is None for one in self.differences))

    @property
    def counts(self) -> dict[Level, int]:
        """How many differences there are of each level, the heaviest first."""
        return {level: sum(one.level is level for one in self.differences) for level in LEVEL_ORDER[:-1]}

    @property
    def sentence(self) -> str:
        """The verdict in one Chinese sentence."""
        scope = "" if self.basis else "（只比较了格式，没有比较两年的数据）"
        unsigned, given = self._of(signed=False), self._of(signed=True)
        if blocking := unsigned[Level.BREAKING]:
            return f"与上年度不一致：有 {blocking} 处破坏性差异未经客户签认，不能交付{scope}。"
        asked = ((Level.NOTABLE, "差异须客户签认"), (Level.UNVERIFIED, "未能核对"))
        parts = [f"{unsigned[level]} 处{words}" for level, words in asked if unsigned[level]]
        if parts:
            return f"与上年度是否基本一致待客户确认：没有未签认的破坏性差异，有 {'、'.join(parts)}{scope}。"
        parts = [f"{sum(given.values())} 处差异已由客户签认"] if any(given.values()) else []
        parts += [f"{unsigned[Level.COMPATIBLE]} 处兼容的差异"] if unsigned[Level.COMPATIBLE] else []
        return f"与上年度基本一致：{'，'.join(parts)}{scope}。" if parts else f"与上年度一致，没有差异{scope}。"

    def _of(self, signed: bool) -> dict[Level, int]:
        found = [one for one in self.differences if (one.signature is not None) is signed]
        return {level: sum(one.level is level for one in found) for level in LEVEL_ORDER}

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return {
            "old": self.old,
            "new": self.new,
            "level": self.level,
            "verdict": self.sentence,
            "exit_code": self.exit_code,
            "counts": dict(self.counts),
            "basis": self.basis,
            "thresholds": {name: str(value) for name, value in vars(self.thresholds).items()},
            "general": [asdict(one) for one in self.general],
            "tables": [
                {
                    "old": table.old,
                    "new": table.new,
                    "title": table.title,
                    "level": table.level,
                    "same_columns": table.same_columns,
                    "differences": [asdict(one) for one in table.differences],
                }
                for table in self.tables
            ],
            "columns": [{"old": list(old), "new": list(new)} for old, new in self.renamed.items()],
        }


def worst(differences: tuple[Difference, ...]) -> Level:
    """The heaviest level; SAME when there is none. A signed breaking difference weighs as much as a notable one."""
    levels = {Level.NOTABLE if one.level is Level.BREAKING and one.signature else one.level for one in differences}
    return next((level for level in LEVEL_ORDER if level in levels), Level.SAME)
