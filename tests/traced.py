"""A centre followed as far as the assembled tables, without being checked or written out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.package import Delivery
from exports.manifest import describe_part
from flows.job import Job, make_job
from flows.steps.account import account
from flows.steps.assemble import assemble
from flows.steps.conform import conform
from flows.steps.extract import Extracted, extract, load_extracted
from flows.steps.flow import Account
from flows.steps.quarantine import QUARANTINE
from flows.steps.render import render
from tests.centre import DEMO_ORG
from tests.house import FIRST, LAST, settings_for

PARTS = ("raw", "std", "out", "spill")


@dataclass(frozen=True)
class Traced:
    """The folders of one centre's stages below `folder`."""

    job: Job
    folder: Path

    def part(self, name: str) -> Path:
        return self.folder / name

    @property
    def extracted(self) -> Extracted:
        return load_extracted(self.part("raw"))

    @property
    def accounts(self) -> dict[str, Account]:
        raw, std, out, spill = (self.part(name) for name in PARTS)
        return {one.table: one for one in account(self.job, self.extracted, raw, std, out, spill)}

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the Parquet files; `{raw}`, `{std}` and `{out}` are the folders."""
        with duckdb.connect() as database:
            return database.execute(sql.format(**{name: self.part(name) for name in PARTS})).fetchall()

    def render(self) -> Delivery:
        """Write the assembled tables out; a manifest that says of them what the acceptance checks ask for."""
        deliver = self.folder / "deliver"
        parts = render(self.job, self.part("out"), deliver, self.part("spill"), _quiet).parts
        window = self.job.window
        manifest = {
            "feijian:period": {"from": window.first.isoformat(), "to": window.last.isoformat()},
            "feijian:months": window.months,
            "resources": [describe_part(part, self.job.form, deliver) for part in parts],
        }
        return Delivery(deliver, manifest, self.job.form)

    @property
    def quarantine(self) -> dict[str, tuple[str, str]]:
        """Source row -> std table and reason."""
        rows = self.query(f"SELECT _row, std_table, reason FROM '{{std}}/{QUARANTINE}' ORDER BY ALL")
        return {row: (table, reason) for row, table, reason in rows}


def trace(folder: Path, url: str) -> Traced:
    """Extract, conform and assemble the demo institution of a source."""
    traced = Traced(make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(folder, url)), folder)
    raw, std, out, spill = (traced.part(name) for name in PARTS)
    for part in (raw, std, out, spill):
        part.mkdir()
    extract(traced.job, raw, _quiet)
    conform(traced.job, raw, std, spill, _quiet)
    assemble(traced.job, std, out, spill, _quiet)
    return traced


def _quiet(line: str) -> None:
    """Take a line of progress and say nothing."""
