"""The indicator registry: one record per indicator and edition, from `reference/indicators/*.toml`.

No headline rate has one definition (commission.md 5.1): what is counted, by whose organisation, under which status,
by which date and in which kind of period stands in the record, and every number that leaves carries its id and
edition. The four axes are explicit; none has a default.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from schemas.errors import SettingsError
from schemas.period import Kind, Year
from schemas.reference import REFERENCE, read_toml

POPULATION = "population:"


class OrgAxis(StrEnum):
    """Whose number it is."""

    ARCHIVE = "建档机构"
    MANAGING = "现管辖机构"
    SERVICE = "服务机构"
    RESIDENCE = "居住地区划"


class Status(StrEnum):
    """Which archives count at the cut-off: all, or those neither cancelled nor of a person who died."""

    ALL = "含注销"
    LIVE = "不含注销"


class DateAxis(StrEnum):
    """Which date of a record decides its period."""

    BUSINESS = "业务日期"
    ENTRY = "录入日期"
    CHARGE = "收费日期"
    CLOSE = "结账日期"
    SUM = "汇总日期"


class Counts(StrEnum):
    """The key by which rows are counted: distinct persons, records, or the sum of `value`."""

    PERSON = "人数"
    RECORD = "件次"
    SUM = "合计"


@dataclass(frozen=True)
class Indicator:
    """One indicator in one edition.

    `numerator` names a measure (`exports/commission/measures/<name>.sql`); `denominator` another, or
    `population:<item>` (entered by hand), or nothing for a plain count. `parameters` reach the measures' SQL as
    variables `p_<name>`. `scale` multiplies the quotient (100 for per cent, 1 for yuan or days per head).
    `subset` says that every counted person of the numerator must stand in the denominator. Where the four axes of the
    denominator are not the numerator's, the measure itself fixes them and says so. `standard` is the edition taken
    when nobody asks for another.
    """

    id: str
    edition: str
    name: str
    domain: str
    numerator: str
    numerator_text: str
    org_axis: OrgAxis
    status: Status
    date_axis: DateAxis
    kind: Kind
    counts: Counts
    level: str
    decimals: int
    source: str
    denominator: str | None = None
    denominator_text: str = ""
    denominator_counts: Counts = Counts.PERSON
    year: Year = Year.CALENDAR
    unit: str = "%"
    scale: int = 100
    subset: bool = False
    target: Decimal | None = None
    target_source: str = ""
    standard: bool = True
    system: str = "ph"
    variants: str = ""
    note: str = ""
    parameters: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """`<id>@<edition>`, as outputs carry it."""
        return f"{self.id}@{self.edition}"

    @property
    def population(self) -> str | None:
        """The item of the base population that divides, if one does."""
        divides = self.denominator or ""
        return divides.removeprefix(POPULATION) if divides.startswith(POPULATION) else None


_ENUMS: dict[str, type[StrEnum]] = {
    "org_axis": OrgAxis,
    "status": Status,
    "date_axis": DateAxis,
    "kind": Kind,
    "counts": Counts,
    "denominator_counts": Counts,
    "year": Year,
}


@cache
def load_indicators() -> tuple[Indicator, ...]:
    """Every indicator and edition, in the order of the files and of their records.

    Raises:
        SettingsError: a record lacks something, holds an unknown word, or stands twice.
    """
    found = [_indicator(record, path.name) for path, record in _records()]
    keys = [one.key for one in found]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    standard = [one.id for one in found if one.standard]
    wrong = sorted({one.id for one in found if standard.count(one.id) != 1})
    if twice or wrong:
        raise SettingsError(
            f"指标登记有误：重复的 {'、'.join(twice) or '无'}；没有或不止一个标准口径的 {'、'.join(wrong) or '无'}。"
        )
    return tuple(found)


def find_indicator(identifier: str, edition: str | None = None) -> Indicator:
    """One indicator: `GW08`, or `GW08@national-2017`, or the id with its edition.

    Raises:
        SettingsError: there is none; the message names the editions there are.
    """
    name, _, stated = identifier.partition("@")
    wanted = edition or stated
    editions = [one for one in load_indicators() if one.id == name]
    for one in editions:
        if one.edition == wanted or (not wanted and one.standard):
            return one
    known = "、".join(one.edition for one in editions)
    if known:
        raise SettingsError(f"指标 {name} 没有口径“{wanted}”；现有：{known}。")
    raise SettingsError(f"没有指标 {name}。用 feijian indicator list 查看全部。")


def _records() -> Iterator[tuple[Any, dict[str, Any]]]:
    for path in sorted((REFERENCE / "indicators").glob("*.toml")):
        shared = read_toml(path)
        for record in shared.pop("indicator", []):
            yield path, {**shared, **record}


def _indicator(record: dict[str, Any], file: str) -> Indicator:
    values = dict(record)
    try:
        for name, kind in _ENUMS.items():
            if name in values:
                values[name] = kind(values[name])
        if "target" in values:
            values["target"] = Decimal(str(values["target"]))
        return Indicator(**values)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{file} 中的指标 {record.get('id', '（无编号）')} 写法有误：{error}。") from None
