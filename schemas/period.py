"""Periods of reports: months, quarters, halves and years, and the days that each kind of indicator counts in them.

Quarter reports are year-to-date (commission.md 3.0); the year of maternal and child health begins on 1 October of the
year before and bears the number of the year in which it ends.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from schemas.errors import SettingsError

_LABEL = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4])|H([12]))?")
MATERNAL_START = 10


class Kind(StrEnum):
    """How an indicator looks at a period."""

    POINT = "时点"
    FLOW = "时期"
    YTD = "年内累计"


class Year(StrEnum):
    """Whose year an indicator counts by."""

    CALENDAR = "日历年"
    MATERNAL = "妇幼年度"


@dataclass(frozen=True)
class Days:
    """Whole days in Asia/Shanghai: `first` included, `until` excluded; `until` is the cut-off."""

    first: date
    until: date


@dataclass(frozen=True)
class Period:
    """One reporting period: `2024`, `2024H1`, `2024Q3` or `2024-07`."""

    year: int
    first_month: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """The period that a person wrote.

        Raises:
            SettingsError: it is none.
        """
        match = _LABEL.fullmatch(text.strip())
        month = int(match[2] or 1) if match else 0
        if match is None or not 1 <= month <= 12 or not 1990 <= int(match[1]) <= 2100:
            raise SettingsError(f"期间“{text}”无效，应写成 2024-03（月）、2024Q1（季）、2024H1（半年）或 2024（年）。")
        year = int(match[1])
        if match[2]:
            return cls(year, month, 1)
        if match[3]:
            return cls(year, 3 * int(match[3]) - 2, 3)
        return cls(year, 6 * int(match[4]) - 5, 6) if match[4] else cls(year, 1, 12)

    @property
    def days(self) -> Days:
        """The period itself."""
        return Days(date(self.year, self.first_month, 1), _month_start(self.year, self.first_month + self.months))

    def counted(self, kind: Kind, year: Year) -> Days:
        """The days an indicator counts: the period, or its year until the period's end; a point has only a cut-off.

        A whole statutory year of maternal and child health ends on 30 September.
        """
        whole = self.months == 12
        maternal = year is Year.MATERNAL
        until = date(self.year, MATERNAL_START, 1) if whole and maternal else self.days.until
        if kind is Kind.FLOW and not whole:
            return Days(self.days.first, until)
        return Days(_year_start(until - timedelta(days=1), maternal), until)

    def months_until(self) -> list[str]:
        """The months of the calendar year until the end of the period, as `yyyymm`."""
        return [f"{self.year:04d}{month:02d}" for month in range(1, self.first_month + self.months)]

    @property
    def last_year(self) -> "Period":
        """The same period of the year before (同比)."""
        return Period(self.year - 1, self.first_month, self.months)

    @property
    def before(self) -> "Period":
        """The period before this one, of the same length (环比)."""
        start = self.year * 12 + self.first_month - 1 - self.months
        return Period(start // 12, start % 12 + 1, self.months)

    @property
    def opens_year(self) -> bool:
        """Whether nothing of the calendar year lies before it, so that year-to-date is the period alone."""
        return self.first_month == 1

    @property
    def label(self) -> str:
        """As it is written: `2024Q1`."""
        part = {1: f"-{self.first_month:02d}", 3: f"Q{(self.first_month + 2) // 3}"}
        half = {6: f"H{(self.first_month + 5) // 6}", 12: ""}
        return f"{self.year}{({**part, **half})[self.months]}"

    @property
    def title(self) -> str:
        """As a table's head says it."""
        if self.months == 12:
            return f"{self.year}年度"
        if self.months == 6:
            return f"{self.year}年{'上' if self.first_month == 1 else '下'}半年"
        if self.months == 3:
            return f"{self.year}年{'一二三四'[self.first_month // 3]}季度"
        return f"{self.year}年{self.first_month}月"


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _year_start(day: date, maternal: bool) -> date:
    if not maternal:
        return date(day.year, 1, 1)
    return date(day.year - (day.month < MATERNAL_START), MATERNAL_START, 1)
