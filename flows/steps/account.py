"""account: nothing is lost.

For each table, in rows and in yuan:

    source = delivered + outside the window + excluded by a named rule

What is left over (`remainder`) must be zero, else the package is not ready.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.duck import literal, open_database, quoted
from flows.job import Job
from schemas.result import CheckResult, Outcome
from schemas.std import std_table


@dataclass(frozen=True)
class Amounts:
    """Rows, and their sum in yuan where the table has an amount."""

    rows: int
    yuan: Decimal | None

    def minus(self, other: "Amounts") -> "Amounts":
        """What is left when `other` is taken away."""
        left = None if self.yuan is None or other.yuan is None else self.yuan - other.yuan
        return Amounts(self.rows - other.rows, left)

    def __str__(self) -> str:
        """`12 行 345.00 元`."""
        return f"{self.rows} 行" + (f" {self.yuan} 元" if self.yuan is not None else "")


@dataclass(frozen=True)
class Account:
    """Where the rows of one std table went; `excluded` maps the Chinese text of a rule to its rows."""

    table: str
    title: str
    source: Amounts
    delivered: Amounts
    outside: Amounts
    excluded: dict[str, Amounts]

    @property
    def remainder(self) -> Amounts:
        """What is neither delivered nor explained."""
        left = self.source.minus(self.delivered).minus(self.outside)
        for amounts in self.excluded.values():
            left = left.minus(amounts)
        return left

    def result(self) -> CheckResult:
        """The account as a check."""
        left = self.remainder
        closed = left.rows == 0 and not left.yuan
        reason = "" if closed else f"有 {left} 既未交付，也不在期间之外，也没有排除理由"
        return CheckResult(
            f"ledger.{self.table}",
            f"{self.title}的去向账平（源 = 交付 + 期间外 + 按规则排除）",
            Outcome.PASSED if closed else Outcome.FAILED,
            self.table,
            failing=abs(left.rows),
            total=self.source.rows,
            threshold="0",
            reason=reason,
        )

    def to_json(self) -> dict[str, Any]:
        """A plain dictionary; yuan as text."""
        return asdict(self, dict_factory=lambda items: {k: str(v) if isinstance(v, Decimal) else v for k, v in items})


def account(job: Job, std: Path, out: Path, spill: Path) -> list[Account]:
    """Follow the rows of every std table that the format names in its `accounts`."""
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        return [_follow(database, name, tables, std, out, job) for name, tables in job.form.accounts.items()]


def _follow(database: Any, name: str, tables: tuple[str, ...], std: Path, out: Path, job: Job) -> Account:
    spec = std_table(name)
    delivered = " UNION ".join(
        f"SELECT _row FROM read_parquet({literal(out / f'{table}.parquet')})" for table in tables
    )
    yuan = f"sum(t.{quoted(spec.amount)})" if spec.amount else "CAST(NULL AS DECIMAL(38,2))"
    time, join = _time(name, std)
    fate = (
        "CASE WHEN t._excluded IS NOT NULL THEN 'x:' || t._excluded WHEN d._row IS NOT NULL THEN 'delivered'"
        f" WHEN {time} < DATE '{job.window.first}' OR {time} >= DATE '{job.window.until}' THEN 'outside'"
        " ELSE 'left' END"
    )
    rows = database.execute(
        f"SELECT {fate} AS fate, count(*), {yuan} FROM read_parquet({literal(std / f'{name}.parquet')}) AS t{join}"
        f" LEFT JOIN ({delivered}) AS d ON d._row = t._row GROUP BY fate ORDER BY fate"
    ).fetchall()
    none = Amounts(0, Decimal("0.00") if spec.amount else None)
    fates = {fate: Amounts(count, sums if spec.amount else None) for fate, count, sums in rows}
    total = Amounts(
        sum(amounts.rows for amounts in fates.values()),
        sum((amounts.yuan or Decimal(0) for amounts in fates.values()), Decimal(0)) if spec.amount else None,
    )
    excluded = {
        job.adapter.exclusions.get(fate[2:], fate[2:]): amounts
        for fate, amounts in fates.items()
        if fate.startswith("x:")
    }
    return Account(name, spec.title, total, fates.get("delivered", none), fates.get("outside", none), excluded)


def _time(name: str, std: Path) -> tuple[str, str]:
    """SQL of the time that cuts a std table, and the join it needs: fee lines are cut by their settlement."""
    own = std_table(name).time
    if own:
        return f"t.{quoted(own)}", ""
    scan = f"read_parquet({literal(std / 'settlement.parquet')})"
    times = f"SELECT setl_id, arg_min(setl_time, _row) AS setl_time FROM {scan} GROUP BY setl_id"
    return "s.setl_time", f" LEFT JOIN ({times}) AS s USING (setl_id)"
