"""Service contracts and their years: what an institution may export, and when the customer is to be reminded.

Source of the rules: the service contract, annex 1 item 9 (各医疗机构每年享受1次医保飞行检查数据导出服务), article 4
(term, both days included) and the duty to remind one month before the end.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from schemas.errors import SettingsError
from schemas.reference import read_date, read_rows

INSTITUTION = re.compile(r"[A-Za-z0-9_-]{1,40}")
COLUMN = "机构编码"  # of a CSV that lists a contract's institutions
_TEXTS = {"number": "合同编号", "project": "项目名称", "unit": "单位名称", "person": "客户负责人", "phone": "联系电话"}
_KEYS = {*_TEXTS, "from", "to", "institutions", "exports_per_year", "year"}


class Basis(StrEnum):
    """What "every year" of the contract means; the contract does not say, so the service year is the default."""

    SERVICE = "service"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class ServiceYear:
    """A year of entitlement, both days included; `number` is n of the n-th service year, or the calendar year."""

    number: int
    first: date
    last: date
    basis: Basis = Basis.SERVICE

    @property
    def title(self) -> str:
        """As people call it."""
        days = f"{self.first} 至 {self.last}"
        return f"第 {self.number} 服务年（{days}）" if self.basis is Basis.SERVICE else f"日历年（{days}）"

    def holds(self, day: date) -> bool:
        """Whether the day lies in this year."""
        return self.first <= day <= self.last

    def record(self) -> dict[str, Any]:
        """A plain dictionary, days as ISO text."""
        return {
            "number": self.number,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "basis": str(self.basis),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "ServiceYear":
        """The year that `record` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        first, last = date.fromisoformat(record["from"]), date.fromisoformat(record["to"])
        return cls(int(record["number"]), first, last, Basis(record["basis"]))


@dataclass(frozen=True)
class Contract:
    """One contract: the customer's particulars as the 客户服务确认单 wants them, the term, who is entitled to what."""

    number: str
    project: str
    unit: str
    person: str
    phone: str
    first: date
    last: date
    institutions: tuple[str, ...]
    exports_per_year: int = 1
    basis: Basis = Basis.SERVICE

    @property
    def years(self) -> tuple[ServiceYear, ...]:
        """Every year of entitlement that the term touches.

        Service year n begins at `first` + (n-1) years and ends with the term at the latest. A calendar year is not cut
        to the term: two contracts on end share the year in which they meet.
        """
        if self.basis is Basis.CALENDAR:
            numbers = range(self.first.year, self.last.year + 1)
            return tuple(ServiceYear(n, date(n, 1, 1), date(n, 12, 31), Basis.CALENDAR) for n in numbers)
        years: list[ServiceYear] = []
        begins = self.first
        while begins <= self.last:
            number = len(years) + 1
            after = _years_later(self.first, number)
            years.append(ServiceYear(number, begins, min(after - timedelta(days=1), self.last)))
            begins = after
        return tuple(years)

    @property
    def reminder(self) -> date:
        """The day by which the customer is reminded: one month before the end (2025-11-05 -> 2025-10-05)."""
        year, month = divmod(self.last.year * 12 + self.last.month - 2, 12)
        return date(year, month + 1, min(self.last.day, monthrange(year, month + 1)[1]))

    def in_term(self, day: date) -> bool:
        """Whether the contract is in force on the day."""
        return self.first <= day <= self.last

    def year_of(self, day: date) -> ServiceYear | None:
        """The year of entitlement of a day; None outside the term."""
        return next((year for year in self.years if year.holds(day)), None) if self.in_term(day) else None

    def record(self) -> dict[str, Any]:
        """A plain dictionary, days as ISO text."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "exports_per_year": self.exports_per_year,
            "year": str(self.basis),
            "reminder": self.reminder.isoformat(),
        }


def _years_later(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March, so that a year is never a day short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def contract_of(contracts: tuple[Contract, ...], institution: str, day: date) -> Contract | None:
    """The contract that serves an institution on a day; there is never more than one."""
    return next((one for one in contracts if institution in one.institutions and one.in_term(day)), None)


def reminder_of(contract: Contract, contracts: tuple[Contract, ...], day: date) -> str | None:
    """What is to be said of the contract's end on a day: from a month before it until it has been renewed.

    Renewed means that every institution of the contract stands in one that ends later.
    """
    later = {code for one in contracts if one.last > contract.last for code in one.institutions}
    if day < contract.reminder or later.issuperset(contract.institutions):
        return None
    said = f"合同 {contract.number}（{contract.unit}）"
    if day > contract.last:
        return f"{said}已于 {contract.last} 到期，尚无接续的合同：请与客户办理下一年度合同。"
    left = (contract.last - day).days
    return f"{said}将于 {contract.last} 到期，还有 {left} 天：应在 {contract.reminder} 前提醒客户办理下一年度合同。"


def read_contracts(records: list[Any], path: Path) -> tuple[Contract, ...]:
    """The `[[contracts]]` of a feijian.toml.

    Args:
        records: the tables as TOML has them.
        path: the file; a CSV of institutions is sought beside it.

    Raises:
        SettingsError: a setting is missing, unknown or wrong, or an institution stands in two contracts at one time.
    """
    contracts = tuple(_contract(record, number, path) for number, record in enumerate(records, start=1))
    for place, one in enumerate(contracts):
        for other in contracts[:place]:
            if one.number == other.number:
                raise SettingsError(f"{path.name} 中合同编号 {one.number} 写了两次。")
            both = set(one.institutions) & set(other.institutions)
            if both and one.first <= other.last and other.first <= one.last:
                raise SettingsError(
                    f"{path.name} 中机构 {min(both)} 同时在合同 {other.number} 和 {one.number} 之中，而服务期重叠："
                    "请更正 from、to 或 institutions。"
                )
    return contracts


def _contract(record: Any, number: int, path: Path) -> Contract:
    said = f"{path.name} 的第 {number} 个 [[contracts]]"
    if not isinstance(record, dict):
        raise SettingsError(f"{said} 应是一节，写法见 feijian init 写出的样例。")
    if unknown := set(record) - _KEYS:
        raise SettingsError(f"{said} 中有不认识的设置：{'、'.join(sorted(unknown))}。")
    for name, title in _TEXTS.items():
        if not isinstance(record.get(name), str) or not record[name].strip():
            raise SettingsError(f"{said} 缺少 {name}（{title}），应写成带引号的文字。")
    first, last = _day(record, "from", said), _day(record, "to", said)
    if last < first:
        raise SettingsError(f"{said} 的服务期起止颠倒：从 {first} 到 {last}。")
    allowed = record.get("exports_per_year", 1)
    if type(allowed) is not int or allowed < 1:
        raise SettingsError(f"{said} 的 exports_per_year 应为不小于 1 的整数。")
    if record.get("year", Basis.SERVICE) not in set(Basis):
        raise SettingsError(f'{said} 的 year 应为 "service"（服务年）或 "calendar"（日历年）。')
    return Contract(
        **{name: record[name].strip() for name in _TEXTS},
        first=first,
        last=last,
        institutions=_institutions(record.get("institutions"), said, path),
        exports_per_year=allowed,
        basis=Basis(record.get("year", Basis.SERVICE)),
    )


def _day(record: dict[str, Any], name: str, said: str) -> date:
    """A day of the term: a TOML date, or text that a person wrote."""
    value = record.get(name)
    try:
        day = read_date(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime) or not 1990 <= day.year <= 2100:
        raise SettingsError(f"{said} 的 {name} 应为日期，如 2024-11-06（起止两天都包括在内）。")
    return day


def _institutions(value: Any, said: str, path: Path) -> tuple[str, ...]:
    """Codes as listed, or from a CSV with the column 机构编码."""
    codes = value
    if isinstance(value, str):
        rows = read_rows(path.parent / value)
        if rows and COLUMN not in rows[0]:
            raise SettingsError(f"{said} 的机构名单 {value} 中没有“{COLUMN}”一列。")
        codes = [row[COLUMN].strip() for row in rows]
    if not isinstance(codes, list) or not codes:
        raise SettingsError(f"{said} 的 institutions 应列出机构编码，或写一个有“{COLUMN}”一列的 CSV 文件名。")
    for code in codes:
        if not isinstance(code, str) or not INSTITUTION.fullmatch(code):
            raise SettingsError(f"{said} 的机构编码“{code}”无效：只能由字母、数字组成，并带引号。")
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise SettingsError(f"{said} 的机构编码 {twice} 写了两次。")
    return tuple(codes)
