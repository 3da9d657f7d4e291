"""Where the comparison of two formats draws its lines; the numbers stand in `reference/formats/drift.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from schemas.errors import SettingsError
from schemas.reference import REFERENCE, read_toml

FILE = REFERENCE / "formats" / "drift.toml"
COUNTS = ("moved_columns", "shared_tables", "same_values_distinct", "small_count", "items_shown", "unit_rows")
FACTORS = ("unit_ratio",)


@dataclass(frozen=True)
class Thresholds:
    """The limits of the comparison: shares between 0 and 1, counts as whole numbers, `unit_ratio` a factor above 1.

    What each of them means stands beside its value in the file.
    """

    table_share: Decimal
    moved_columns: int
    shared_tables: int
    same_values: Decimal
    same_values_distinct: int
    mandatory_empty_before: Decimal
    mandatory_empty_now: Decimal
    unit_ratio: Decimal
    unit_items: Decimal
    unit_rows: int
    deviation: Decimal
    share_points: Decimal
    stray_month: Decimal
    small_count: int
    items_shown: int

    @classmethod
    def load(cls, overrides: Mapping[str, object] | None = None) -> Self:
        """The shipped limits with some of them replaced.

        Raises:
            SettingsError: an override has an unknown name, or a value is out of its range.
        """
        names = [one.name for one in fields(cls)]
        values: dict[str, object] = {**read_toml(FILE), **(overrides or {})}
        unknown = sorted(set(values) - set(names))
        if unknown:
            raise SettingsError(
                f"没有名为 {'、'.join(unknown)} 的界限；可改的有 {'、'.join(names)}（见 {FILE.name}）。"
            )
        missing = [name for name in names if name not in values]
        if missing:
            raise SettingsError(f"{FILE} 缺少 {'、'.join(missing)}。")
        limits: dict[str, Any] = {name: _limit(name, values[name]) for name in names}
        return cls(**limits)

    def words(self) -> dict[str, str]:
        """Every limit as people read it: shares in percent."""
        return {
            name: f"{value}" if name in (*COUNTS, *FACTORS) else f"{(value * 100).normalize():f}%"
            for name, value in vars(self).items()
        }


def _limit(name: str, value: object) -> Decimal | int:
    try:
        number = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if name in COUNTS:
        if number.is_finite() and number == int(number) and number >= 0:
            return int(number)
        raise SettingsError(f"界限 {name} 应为不小于 0 的整数，而不是 {value!r}。")
    if name in FACTORS:
        if number.is_finite() and number > 1:
            return number
        raise SettingsError(f"界限 {name} 应为大于 1 的倍数，而不是 {value!r}。")
    if number.is_finite() and 0 <= number <= 1:
        return number
    raise SettingsError(f"界限 {name} 应为 0 到 1 之间的比例，而不是 {value!r}。")
