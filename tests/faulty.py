"""A centre checked without being written out: what a fault trips, and where."""

from dataclasses import dataclass, replace
from pathlib import Path

from flows.checking.subject import Checked
from flows.job import make_job
from flows.steps.account import account
from flows.steps.assemble import assemble
from flows.steps.check import check_out, check_std
from flows.steps.conform import conform
from flows.steps.extract import extract
from schemas.adapter import Adapter
from schemas.result import CheckResult, Outcome
from schemas.rule import load_rules
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.centre.faults import FAULTS, Broken, Tables, break_tables
from tests.house import FIRST, FORM, LAST, settings_for

SUPPLEMENT = "supplement/2024"
TRIPPED = (Outcome.FAILED, Outcome.WARNED)


@dataclass(frozen=True)
class Sight:
    """What the checks see of a centre: `tripped` leaves out what is only a hint."""

    checked: Checked
    broken: dict[str, Broken]

    @property
    def tripped(self) -> dict[str, CheckResult]:
        """Every result that failed or warned, by id."""
        return {one.id: one for one in self._found if one.level != "hint"}

    @property
    def hinted(self) -> set[str]:
        """The hints that were given, by id."""
        return {one.id for one in self._found if one.level == "hint"}

    @property
    def _found(self) -> list[CheckResult]:
        return [one for one in self.checked.results if one.outcome in TRIPPED]

    def rows(self, rule: str) -> list[str]:
        """The source rows that the findings of a rule name."""
        found = self.checked.findings
        return [
            row for name, row in zip(found["rule"].to_pylist(), found["_row"].to_pylist(), strict=True) if name == rule
        ]


def look_at(
    folder: Path, tables: Tables, *faults: str, adapter: Adapter | None = None, supplemented: bool = False
) -> Sight:
    """Break a copy of the tables, run every stage up to the checks, and say what was found.

    Rules about tables that only the supplement asks for are seen with the supplement.
    """
    spoilt = dict(tables)
    broken = break_tables(spoilt, faults)
    url = f"parquet://{folder / 'his'}"
    write(spoilt, url)
    rules = [one for one in load_rules() if {one.id} & {trip for name in faults for trip in FAULTS[name].trips}]
    more = () if all(FORM.asks(table) for rule in rules for table in rule.tables) else (SUPPLEMENT,)
    overlays = (SUPPLEMENT,) if supplemented else more
    job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(folder, url), overlays)
    job = replace(job, adapter=adapter or job.adapter)
    raw, std, out, spill = (folder / part for part in ("raw", "std", "out", "spill"))
    for part in (raw, std, out, spill):
        part.mkdir()
    quiet = lambda line: None  # noqa: E731
    extracted = extract(job, raw, quiet)
    conform(job, raw, std, spill, quiet)
    checked = check_std(job, raw, std, spill, quiet)
    assemble(job, std, out, spill, quiet)
    checked += check_out(job, out, spill, quiet)
    ledger = [one.result() for one in account(job, extracted, raw, std, out, spill)]
    return Sight(checked + Checked(ledger), broken)


def centre(visits: int = 80, seed: int = 1) -> Tables:
    """The clean tables that faults are tried on."""
    return generate(CentreSettings(visits=visits, seed=seed))
