"""Reads the tiny centre from a server into a raw folder, and says what it holds, whatever the order of its rows."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from flows.extraction.manners import Manners, Pace
from flows.job import Job, make_job
from flows.sources import open_source
from flows.steps.extract import extract
from tests.centre import DEMO_ORG
from tests.house import settings_for
from tests.interruptions.leaks import PASSWORD
from tests.interruptions.proxy import Incident, Proxy, proxy_before
from tests.interruptions.scene import FIRST, LAST
from tests.interruptions.servers import SOURCE_USER, Server

WAIT = 0.2  # seconds instead of the back-off, which begins with two


@dataclass(frozen=True)
class Read:
    """What an extraction left, table by table, and what it said on the way."""

    tables: dict[str, str]
    told: list[str]


def read_through(server: Server, raw: Path, *incidents: Incident) -> tuple[Read, Proxy]:
    """Extract through a proxy as the source user, with these incidents."""
    with proxy_before(server.port, *incidents) as proxy:
        return read(server.url(SOURCE_USER, PASSWORD, port=proxy.port), raw), proxy


def read(url: str, raw: Path, told: list[str] | None = None) -> Read:
    """Extract the centre; a broken connection is made anew soon."""
    job, said = job_on(url, raw), [] if told is None else told
    raw.mkdir(parents=True, exist_ok=True)
    extract(job, raw, said.append, Pace(Manners(), sleep=lambda seconds: time.sleep(WAIT)))
    return Read({table.name: _contents(raw / table.name) for table in job.raw_tables}, said)


def job_on(url: str, folder: Path) -> Job:
    """An export of the tiny centre."""
    return make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", settings=settings_for(folder, url))


def greeting(server: Server) -> int:
    """How many bytes the server says until a connection is open, before the first question of the extraction."""
    with proxy_before(server.port) as proxy:
        open_source(server.url(SOURCE_USER, PASSWORD, port=proxy.port)).close()
        return proxy.passed


def _contents(folder: Path) -> str:
    """A digest of all rows of a table with their values."""
    whole = hashlib.sha256()
    for row in sorted(map(str, pq.read_table(folder).to_pylist())):
        whole.update(row.encode() + b"\n")
    return whole.hexdigest()
