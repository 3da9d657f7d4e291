"""What a monthly inspection keeps of a source: what was measured, and what stands out in it.

Source of the rule: the service contract asks for a monthly inspection with a record of the running state
(系统运行情况记录), for upkeep of temporary tables, indexes, stored procedures and large tables, and for the state of
database, disk and backups. Records hold no row of the source, no personal value and no connection.
"""

import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from schemas.result import Outcome


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    `value`, `threshold` and `trend` (against the last inspection) carry their units; `reason` says why the outcome is
    what it is; `advice` what to do about it.
    """

    check: str
    title: str
    outcome: Outcome
    table: str = ""
    value: str = ""
    threshold: str = ""
    trend: str = ""
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Answer:
    """What the engine answered to one question, as text; `untold` says in Chinese why it did not.

    `applies` is False where the question makes no sense for the engine, such as the connections of a file.
    """

    rows: tuple[tuple[str | None, ...], ...] = ()
    untold: str = ""
    applies: bool = True


@dataclass(frozen=True)
class TableFacts:
    """One table or view; `rows` is the engine's estimate unless `counted`, `size` its bytes with its indexes.

    `columns` leads from name to declared type, `indexes` from name to columns; `unique` names the unique indexes.
    `read` says whether the adapter reads it.
    """

    name: str
    title: str = ""
    read: bool = False
    is_view: bool = False
    rows: int | None = None
    counted: bool = False
    size: int | None = None
    columns: dict[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unique: tuple[str, ...] = ()


@dataclass(frozen=True)
class Activity:
    """How rows came into a table, by its `column` of dates.

    `last` is the day of the latest row up to the day of inspection, `ahead` a day in the future when there is one.
    `days` counts the rows of each day from `since` to the eve of the inspection; `institutions` has for each code the
    latest day with a row, as far as it is known from here or from earlier inspections, `sent` the number of its days
    with rows since `since`. `steady` says that the table had rows on nearly every working day, `regular` names the
    institutions that had. `untold` says why nothing was asked.
    """

    table: str
    column: str
    last: str = ""
    ahead: str = ""
    since: str = ""
    days: dict[str, int] = field(default_factory=dict)
    institutions: dict[str, str] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    steady: bool = False
    regular: tuple[str, ...] = ()
    untold: str = ""


@dataclass(frozen=True)
class SourceFacts:
    """What was measured of a source; `latency` in milliseconds, the median of a few tiny questions."""

    engine: str
    latency: int
    size: int | None = None
    tables: dict[str, TableFacts] = field(default_factory=dict)
    activity: dict[str, Activity] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class StoreFacts:
    """Our own store, in bytes: its disk, its folders, and the runs that could be removed."""

    total: int
    free: int
    folders: dict[str, int] = field(default_factory=dict)
    old_runs: tuple[str, ...] = ()
    old_size: int = 0


@dataclass(frozen=True)
class Inspection:
    """One source, or our own store, on one day; `facts` is None when it could not be reached.

    `day` is the day that is judged, `at` the time of the measuring (Asia/Shanghai), `earlier` the day of the
    inspection that it was compared with.
    """

    source: str
    title: str
    day: str
    at: str
    facts: SourceFacts | StoreFacts | None
    findings: tuple[Finding, ...] = ()
    earlier: str = ""
    adapter: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many findings have this outcome."""
        return sum(one.outcome is outcome for one in self.findings)

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Inspection":
        """The record back from JSON.

        Raises:
            ValueError: it is not such a record.
        """
        try:
            findings = tuple(Finding(**{**one, "outcome": Outcome(one["outcome"])}) for one in record["findings"])
            return cls(**{**record, "facts": _facts(record["facts"]), "findings": findings})
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no inspection record: {error}") from None


@dataclass(frozen=True)
class Inspected:
    """An inspection with the one that it was compared with."""

    now: Inspection
    before: Inspection | None = None

    @property
    def unreached(self) -> bool:
        """Whether there was nothing to look at."""
        return self.now.facts is None


def _facts(record: dict[str, Any] | None) -> SourceFacts | StoreFacts | None:
    if record is None:
        return None
    if "engine" not in record:
        return StoreFacts(**{**record, "old_runs": tuple(record["old_runs"])})
    return SourceFacts(
        **{
            **record,
            "tables": {name: _table(one) for name, one in record["tables"].items()},
            "activity": {name: _activity(one) for name, one in record["activity"].items()},
            "answers": {name: _answer(one) for name, one in record["answers"].items()},
        }
    )


def _table(record: dict[str, Any]) -> TableFacts:
    indexes = {name: tuple(columns) for name, columns in record["indexes"].items()}
    return TableFacts(**{**record, "indexes": indexes, "key": tuple(record["key"]), "unique": tuple(record["unique"])})


def _activity(record: dict[str, Any]) -> Activity:
    return Activity(**{**record, "regular": tuple(record["regular"])})


def _answer(record: dict[str, Any]) -> Answer:
    return Answer(**{**record, "rows": tuple(map(tuple, record["rows"]))})


@dataclass(frozen=True)
class Limits:
    """From where on something stands out: `[limits]` of `reference/inspection.toml`, which says what each is."""

    latency_asks: int
    latency_warn_ms: int
    latency_fail_ms: int
    count_up_to_rows: int
    count_up_to_mb: int
    growth_percent: int
    growth_rows: int
    shrink_percent: int
    silent_days: int
    stopped_days: int
    daily_share_percent: int
    daily_rows: int
    window_days: int
    window_most_days: int
    index_rows: int
    unused_index_mb: int
    split_rows: int
    waste_percent: int
    waste_mb: int
    connections_percent: int
    long_transaction_minutes: int
    replication_lag_seconds: int
    backup_days: int
    disk_warn_percent: int
    disk_fail_percent: int
    old_run_days: int

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The settings it is made of."""
        return tuple(one.name for one in fields(cls))


@dataclass(frozen=True)
class Guide:
    """`reference/inspection.toml`: limits, titles and advice of the checks, and what people fill in by hand.

    `checks` leads from a check to (title, advice); `manual` and `plans` are rows of text; `holidays` are ISO days.
    """

    limits: Limits
    checks: dict[str, tuple[str, str]]
    temporary: tuple[str, ...]
    institution_columns: tuple[str, ...]
    holidays: frozenset[str]
    manual: tuple[tuple[str, str], ...]
    plans: tuple[tuple[str, str], ...]

    def is_temporary(self, table: TableFacts) -> bool:
        """Whether the name is that of a temporary table or a copy; what the adapter reads never is."""
        return not table.read and any(re.search(pattern, table.name, re.IGNORECASE) for pattern in self.temporary)

    def finding(self, check: str, outcome: Outcome, **facts: str) -> Finding:
        """A finding of a check; advice is given only for what does not stand as it should."""
        title, advice = self.checks[check]
        wanted = outcome in (Outcome.WARNED, Outcome.FAILED)
        return Finding(check, title, outcome, **{"advice": advice if wanted else "", **facts})
