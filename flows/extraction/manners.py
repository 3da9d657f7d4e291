"""How a source is treated: never faster, never at another hour and never more often than its owner allows."""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from schemas.errors import SettingsError, SourceError, SourceLostError

if TYPE_CHECKING:
    import pyarrow as pa

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_WAIT = 60  # seconds between two attempts to reach a source again
FRUITLESS = 2  # times in a row that the hours may end without a part more than before
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Hours:
    """The time of day (Asia/Shanghai) in which a source may be read; an end before the start lies on the next day."""

    start: clock_time
    end: clock_time

    def allow(self, moment: datetime) -> bool:
        """Whether the source may be read at this moment."""
        at = moment.time()
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def next_start(self, moment: datetime) -> datetime:
        """When they begin again."""
        start = moment.replace(hour=self.start.hour, minute=self.start.minute, second=0, microsecond=0)
        return start if start > moment else start + timedelta(days=1)

    def __str__(self) -> str:
        """`20:00-06:00`."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True)
class Manners:
    """What the owner of a source allows.

    `rows_per_second` limits how fast rows are taken; `hours` when; `timeout_seconds` how long the server may work on
    one statement (0: no limit); `retries` how often a broken connection is made anew before the run gives up; a table
    of more than `part_rows` rows whose date is indexed is read in parts of about that many.
    """

    rows_per_second: int | None = None
    hours: Hours | None = None
    timeout_seconds: int = 0
    retries: int = 5
    part_rows: int = 250_000


def read_manners(record: dict[str, Any], said: str) -> Manners:
    """The manners among the settings of a source.

    Args:
        record: `rows_per_second`, `hours`, `timeout_seconds`, `retries`, `part_rows`, as far as they are set.
        said: where they stand, for the message.

    Raises:
        SettingsError: a value is no whole number in its range, or the hours are not like `20:00-06:00`.
    """
    least = {"rows_per_second": 1, "timeout_seconds": 0, "retries": 0, "part_rows": 1}
    for name, lowest in least.items():
        value = record.get(name, lowest)
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            raise SettingsError(f"{said} 的 {name} 应为不小于 {lowest} 的整数。")
    hours = record.get("hours")
    match = _HOURS.fullmatch(hours) if isinstance(hours, str) else None
    if hours is not None and (match is None or hours[:5] == hours[6:]):
        raise SettingsError(f'{said} 的 hours 应写成 "20:00-06:00" 这样的起止时刻（北京时间，止可在次日）。')
    limits = {name: record[name] for name in least if name in record}
    return Manners(hours=_hours(match) if match else None, **limits)


def _hours(match: re.Match[str]) -> Hours:
    first, second, third, fourth = map(int, match.groups())
    return Hours(clock_time(first, second), clock_time(third, fourth))


MANNERS = frozenset(Manners.__dataclass_fields__)


class ClosedHoursError(Exception):
    """The hours in which the source may be read are over; what was read is kept."""


@dataclass
class Pace:
    """Keeps to the manners while a source is read; `now` and `sleep` are the clock's."""

    manners: Manners
    now: Callable[[], datetime] = lambda: datetime.now(SHANGHAI)
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    tries: int = field(default=0, init=False)
    fruitless: int = field(default=0, init=False)

    def wait_for_hours(self, tell: Callable[[str], None]) -> None:
        """Wait until the source may be read."""
        hours = self.manners.hours
        while hours and not hours.allow(self.now()):
            start = hours.next_start(self.now())
            tell(f"源库只许在 {hours} 读取，等到 {start:%m-%d %H:%M}")
            self.sleep(min(600.0, (start - self.now()).total_seconds()))

    def require_hours(self) -> None:
        """May the source be asked for one more part?

        Raises:
            ClosedHoursError: the hours are over.
            SourceError: they ended again without a part more than before: the reading would never come to its end.
        """
        if self.manners.hours is None or self.manners.hours.allow(self.now()):
            return
        self.fruitless += 1
        if self.fruitless > FRUITLESS:
            raise SourceError(
                f"源库只许在 {self.manners.hours} 读取，已连续 {self.fruitless} 次到时没有多抽取一个部分，这样读不完。"
                "请与数据库管理员商量放宽 hours 或 rows_per_second，或缩短导出的期间。"
            )
        raise ClosedHoursError

    def gained(self) -> None:
        """Called when a part is whole that never was before: patience begins anew."""
        self.tries = self.fruitless = 0

    def slowed(self, batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        """The same batches, no faster than the owner allows; a long batch comes in slices of a second."""
        rate = self.manners.rows_per_second
        if rate is None:
            yield from batches
            return
        for batch in batches:
            for start in range(0, batch.num_rows, rate):
                slice_ = batch.slice(start, rate)
                began = self.monotonic()
                yield slice_
                self.sleep(max(0.0, slice_.num_rows / rate - (self.monotonic() - began)))

    def back_off(self, error: SourceLostError, tell: Callable[[str], None]) -> None:
        """Wait before a broken connection is made anew, each time twice as long.

        Raises:
            SourceLostError: it broke as often as the owner allows without a part more than before.
        """
        self.tries += 1
        if self.tries > self.manners.retries:
            raise error
        seconds = min(LONGEST_WAIT, 2**self.tries)
        tell(f"连接中断，{seconds} 秒后第 {self.tries} 次重连")
        self.sleep(seconds)
