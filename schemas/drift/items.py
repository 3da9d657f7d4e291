"""Whether the unit of measure changed: the price and quantity of the same items in two years."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schemas.drift.content import Sides
from schemas.drift.kinds import difference
from schemas.drift.records import Difference
from schemas.drift.thresholds import Thresholds
from schemas.profile import ItemProfile


@dataclass(frozen=True)
class Shift:
    """One item whose median price (yuan) or quantity differs between the years."""

    code: str
    old: Decimal
    new: Decimal

    @property
    def factor(self) -> Decimal:
        """How many times the larger one is the smaller."""
        return max(self.old, self.new) / min(self.old, self.new)


def unit_differences(sides: Sides, thresholds: Thresholds) -> Iterator[Difference]:
    """One difference for prices and one for quantities, where items shifted by more than the factor."""
    old, new = sides.old.items or {}, sides.new.items or {}
    common = sorted(code for code in old if code in new and _enough(old[code], new[code], thresholds))
    for title, unit, part in (("单价", "元", "price"), ("数量", "", "quantity")):
        shifts = [shift for code in common if (shift := _shift(code, old[code], new[code], part))]
        large = sorted(
            (shift for shift in shifts if shift.factor > thresholds.unit_ratio),
            key=lambda shift: (-shift.factor, shift.code),
        )
        if large:
            many = len(large) > thresholds.unit_items * len(shifts)
            yield _report(
                "unit_changed" if many else "unit_shifted", sides.name, title, unit, large, len(shifts), thresholds
            )


def _enough(old: ItemProfile, new: ItemProfile, thresholds: Thresholds) -> bool:
    """Whether both medians rest on enough rows: that of one or two purchases says nothing about a unit."""
    return min(old.rows, new.rows) >= thresholds.unit_rows


def unit_gap(sides: Sides) -> str:
    """That two years have no item in common, so that units cannot be compared; empty when they can."""
    old, new = sides.old.items or {}, sides.new.items or {}
    return f"{sides.name} 的计量单位（两年没有相同的项目编码）" if old and new and not set(old) & set(new) else ""


def _shift(code: str, old: ItemProfile, new: ItemProfile, part: str) -> Shift | None:
    """The two medians of an item; None where one is missing, zero or of the other sign."""
    before, now = getattr(old, part), getattr(new, part)
    return Shift(code, abs(before), abs(now)) if before and now and (before > 0) == (now > 0) else None


def _report(
    kind: str, table: str, title: str, unit: str, large: list[Shift], compared: int, thresholds: Thresholds
) -> Difference:
    shown = large[: thresholds.items_shown]
    listed = "、".join(
        f"{shift.code}（{_plain(shift.old)}→{_plain(shift.new)}{f' {unit}' if unit else ''}）" for shift in shown
    )
    factor = thresholds.words()["unit_ratio"]
    reason = (
        f"可比的 {compared:,} 个共同项目中，有 {len(large):,} 个的{title}中位数变为上年的 {factor} 倍以上"
        f"或 {factor} 分之一以下，{'计量单位可能改变' if kind == 'unit_changed' else '请核对'}。"
    )
    evidence = f"变化最大的 {len(shown)} 个：{listed}"
    share = f"{title}变化大的项目 {Decimal(len(large)) / compared:.1%}"
    return difference(kind, table, "", reason, old=f"{title}中位数", new=share, evidence=evidence)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
