"""A source is read no faster, at no other hour and no oftener than its owner allows."""

from datetime import datetime, timedelta
from datetime import time as clock

import pyarrow as pa
import pytest

from flows.extraction.manners import SHANGHAI, ClosedHoursError, Hours, Manners, Pace, read_manners
from schemas.errors import SettingsError, SourceLostError

NIGHT = Hours(clock(20), clock(6))


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, at: str) -> None:
        self.moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def pace(self, manners: Manners) -> Pace:
        return Pace(manners, lambda: self.moment, self.sleep, lambda: self.moment.timestamp())


@pytest.mark.parametrize(
    ("hours", "open_at", "closed_at"),
    [
        (NIGHT, ("20:00", "23:59", "00:00", "05:59"), ("06:00", "12:00", "19:59")),
        (Hours(clock(12), clock(14)), ("12:00", "13:59"), ("11:59", "14:00", "00:00")),
    ],
)
def test_hours_hold_from_their_start_to_before_their_end(
    hours: Hours, open_at: tuple[str, ...], closed_at: tuple[str, ...]
) -> None:
    assert all(hours.allow(datetime.fromisoformat(f"2024-01-01 {at}")) for at in open_at)
    assert not any(hours.allow(datetime.fromisoformat(f"2024-01-01 {at}")) for at in closed_at)


def test_a_source_is_waited_for_until_its_hours_begin() -> None:
    time, said = Clock("2024-01-01 17:30"), list[str]()
    time.pace(Manners(hours=NIGHT)).wait_for_hours(said.append)
    assert time.moment == datetime(2024, 1, 1, 20, tzinfo=SHANGHAI)
    assert said[0] == "源库只许在 20:00-06:00 读取，等到 01-01 20:00"


def test_reading_ends_with_the_part_in_which_the_hours_end() -> None:
    time = Clock("2024-01-01 05:59")
    pace = time.pace(Manners(hours=NIGHT))
    pace.part_read()
    time.sleep(60)
    with pytest.raises(ClosedHoursError):
        pace.part_read()


def test_rows_come_no_faster_than_allowed_and_none_is_lost() -> None:
    time = Clock("2024-01-01 00:00")
    batches = [pa.RecordBatch.from_pydict({"id": list(range(first, first + 250))}) for first in (0, 250)]
    taken = [value for one in time.pace(Manners(100)).slowed(batches) for value in one["id"].to_pylist()]
    assert taken == list(range(500))
    assert sum(time.slept) == pytest.approx(5)


def test_without_a_limit_nobody_waits() -> None:
    time = Clock("2024-01-01 00:00")
    batch = pa.RecordBatch.from_pydict({"id": [1]})
    assert list(time.pace(Manners()).slowed([batch])) == [batch]
    time.pace(Manners()).wait_for_hours(print)
    assert time.slept == []


def test_a_broken_connection_is_made_anew_ever_more_slowly_and_not_for_ever() -> None:
    time = Clock("2024-01-01 00:00")
    pace, broken = time.pace(Manners(retries=7)), SourceLostError("连接中断")
    for _ in range(7):
        pace.back_off(broken, lambda line: None)
    assert time.slept == [2, 4, 8, 16, 32, 60, 60]
    with pytest.raises(SourceLostError):
        pace.back_off(broken, lambda line: None)


def test_a_part_that_was_read_gives_new_patience() -> None:
    time = Clock("2024-01-01 00:00")
    pace = time.pace(Manners(retries=1))
    for _ in range(3):
        pace.back_off(SourceLostError("连接中断"), lambda line: None)
        pace.part_read()
    assert time.slept == [2, 2, 2]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"rows_per_second": 0}, "rows_per_second 应为不小于 1 的整数"),
        ({"rows_per_second": "fast"}, "rows_per_second 应为不小于 1 的整数"),
        ({"retries": True}, "retries 应为不小于 0 的整数"),
        ({"part_rows": 0}, "part_rows 应为不小于 1 的整数"),
        ({"hours": "20-6"}, 'hours 应写成 "20:00-06:00"'),
        ({"hours": "24:00-06:00"}, 'hours 应写成 "20:00-06:00"'),
        ({"hours": "06:00-06:00"}, 'hours 应写成 "20:00-06:00"'),
    ],
)
def test_wrong_manners_are_refused_by_name(record: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_manners(record, "feijian.toml 的 [sources.x]")


def test_manners_are_read_from_the_settings_of_a_source() -> None:
    record = {"rows_per_second": 5000, "hours": "20:00-06:00", "timeout_seconds": 600, "retries": 3, "part_rows": 10}
    assert read_manners(record, "") == Manners(5000, NIGHT, 600, 3, 10)
