"""A piece of reading that needs one snapshot: tried again in a new one when the connection breaks."""

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from flows.extraction.manners import ClosedHoursError, Pace
from flows.job import Tell
from flows.settings import SourceSettings
from flows.sources import open_source
from flows.sources.connection import Connection
from schemas.errors import SourceLostError

Read = TypeVar("Read")


def in_one_snapshot(
    source: SourceSettings, timezone: str, work: Callable[[Connection], Read], pace: Pace, tell: Tell
) -> Read:
    """Open a source and do the work, within the hours of the source; again when the connection broke or they were over.

    Raises:
        SourceLostError: it broke as often as the owner of the source allows; or it was never reached.
        SourceError: whatever else the source says.
    """
    reached = False
    while True:
        pace.wait_for_hours(tell)
        tell(f"连接 {source.name}")
        try:
            with closing(open_source(source.location(), timezone, source.manners.timeout_seconds)) as connection:
                reached = True
                return work(connection)
        except ClosedHoursError:
            continue
        except SourceLostError as error:
            if not reached:
                raise
            pace.back_off(error, tell)
