"""Periods: their labels, their days by kind and year, and the periods they are compared with."""

from datetime import date

import pytest

from schemas.errors import SettingsError
from schemas.period import Days, Kind, Period, Year


@pytest.mark.parametrize(
    ("label", "first", "until", "title"),
    [
        ("2024", date(2024, 1, 1), date(2025, 1, 1), "2024年度"),
        ("2024H1", date(2024, 1, 1), date(2024, 7, 1), "2024年上半年"),
        ("2024H2", date(2024, 7, 1), date(2025, 1, 1), "2024年下半年"),
        ("2024Q1", date(2024, 1, 1), date(2024, 4, 1), "2024年一季度"),
        ("2024Q4", date(2024, 10, 1), date(2025, 1, 1), "2024年四季度"),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1), "2024年2月"),
        ("2024-12", date(2024, 12, 1), date(2025, 1, 1), "2024年12月"),
    ],
)
def test_a_label_is_read_and_written_back(label: str, first: date, until: date, title: str) -> None:
    period = Period.parse(label)
    assert (period.label, period.days, period.title) == (label, Days(first, until), title)


@pytest.mark.parametrize(
    "text", ["", "2024Q5", "2024Q0", "2024H3", "2024-13", "2024-00", "2024-1", "24", "1989", "2101"]
)
def test_what_is_no_period_is_refused_in_a_chinese_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match=r"期间“.*”无效，应写成"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("label", "kind", "year", "first", "until"),
    [
        ("2024Q3", Kind.FLOW, Year.CALENDAR, date(2024, 7, 1), date(2024, 10, 1)),
        ("2024Q3", Kind.YTD, Year.CALENDAR, date(2024, 1, 1), date(2024, 10, 1)),
        ("2024Q3", Kind.YTD, Year.MATERNAL, date(2023, 10, 1), date(2024, 10, 1)),
        ("2024Q4", Kind.YTD, Year.MATERNAL, date(2024, 10, 1), date(2025, 1, 1)),
        ("2024-10", Kind.YTD, Year.MATERNAL, date(2024, 10, 1), date(2024, 11, 1)),
        ("2024", Kind.YTD, Year.MATERNAL, date(2023, 10, 1), date(2024, 10, 1)),
        ("2024", Kind.FLOW, Year.MATERNAL, date(2023, 10, 1), date(2024, 10, 1)),
        ("2024", Kind.FLOW, Year.CALENDAR, date(2024, 1, 1), date(2025, 1, 1)),
    ],
)
def test_each_kind_counts_its_days(label: str, kind: Kind, year: Year, first: date, until: date) -> None:
    assert Period.parse(label).counted(kind, year) == Days(first, until)


@pytest.mark.parametrize(
    ("label", "before", "last_year"),
    [
        ("2024-01", "2023-12", "2023-01"),
        ("2024-03", "2024-02", "2023-03"),
        ("2024Q1", "2023Q4", "2023Q1"),
        ("2024H2", "2024H1", "2023H2"),
        ("2024", "2023", "2023"),
    ],
)
def test_the_periods_it_is_compared_with(label: str, before: str, last_year: str) -> None:
    period = Period.parse(label)
    assert (period.before.label, period.last_year.label) == (before, last_year)
