"""account: nothing is lost.

For each table, in rows and in yuan:

    source = delivered + outside the window + excluded by a named rule of the adapter or of the format, or because
             a layer took out the table in which the rows would have stood

The source is what the database itself counted where the adapter says which of its tables feed the std
table; delivered is measured on the assembled tables. What is left over must be zero.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from exports.assembly import EXCLUDED, has_sql, prepare_assembly, sql_path
from exports.duck import literal, one_row, open_database, quoted
from flows.job import Job
from flows.steps.conform import set_window, std_view
from flows.steps.extract import Extracted
from schemas.format import Dropped
from schemas.result import CheckResult, Outcome
from schemas.std import MODELS, std_table

ZERO = Decimal("0.00")


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
        return f"{self.rows} 行" + (f" {self.yuan:.2f} 元" if self.yuan is not None else "")


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
        """What is neither delivered nor explained; negative where more is delivered than there was."""
        left = self.source.minus(self.delivered).minus(self.outside)
        for amounts in self.excluded.values():
            left = left.minus(amounts)
        return left

    def result(self) -> CheckResult:
        """The account as a check."""
        left = self.remainder
        closed = left.rows == 0 and not left.yuan
        return CheckResult(
            f"ledger.{self.table}",
            f"{self.title}的去向账平（源 = 交付 + 期间外 + 按规则排除）",
            Outcome.PASSED if closed else Outcome.FAILED,
            self.table,
            failing=abs(left.rows),
            total=self.source.rows,
            threshold="0",
            reason="" if closed else f"有 {left} 对不上：既未交付，也不在期间之外，也没有排除理由（负数为多交付）",
        )


def account(job: Job, extracted: Extracted, std: Path, out: Path, spill: Path) -> list[Account]:
    """Follow the rows of every std table that the format names in its `accounts`."""
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        _note_dropped(database, std, job)
        return [_follow(database, name, tables, extracted, std, out, job) for name, tables in job.form.accounts.items()]


def _note_dropped(database: Any, std: Path, job: Job) -> None:
    """Fill `_dropped` (std_table, _row, rule): the rows of the tables that a layer took out, by the tables' own SQL."""
    database.execute("CREATE TABLE _dropped (std_table VARCHAR, _row VARCHAR, rule VARCHAR)")
    dropped = [one for one in job.form.dropped if has_sql(one.table)]
    if not dropped:
        return
    set_window(database, job.window)
    for name in MODELS:
        std_view(database, std, name)
    prepare_assembly(database, job.form)
    for one in dropped:
        sql = sql_path(one.table).read_text(encoding="utf-8").strip().rstrip(";")
        database.execute(f"SET VARIABLE table_name = {literal(one.table.name)}")
        for name in one.accounts:
            rows = f"SELECT DISTINCT {literal(name)}, _row, {literal(one.table.name)} FROM ({sql})"
            database.execute(f"INSERT INTO _dropped {rows}")


def _words(dropped: Dropped) -> str:
    return f"格式层 {dropped.layer} 去掉了表 {dropped.table.name}"


def _follow(
    database: Any, name: str, tables: dict[str, str], extracted: Extracted, std: Path, out: Path, job: Job
) -> Account:
    spec = std_table(name)
    nothing = Amounts(0, ZERO if spec.amount else None)
    fates = _fates(database, name, tables, std, out, job)
    excluded: dict[str, Amounts] = {}
    dropped = {one.table.name: _words(one) for one in job.form.dropped}
    for rules, kind in ((job.adapter.exclusions, "x:"), (job.form.exclusions, "f:"), (dropped, "g:")):
        for fate, amounts in fates.items():
            if fate.startswith(kind):
                text = rules.get(fate[2:], fate[2:])
                excluded[text] = _sum([amounts, excluded.get(text, nothing)], nothing)
    return Account(
        name,
        spec.title,
        _source(name, extracted, job) or _sum(list(fates.values()), nothing),
        _sum([_delivered(database, out / f"{table}.parquet", amount) for table, amount in tables.items()], nothing),
        fates.get("outside", nothing),
        excluded,
    )


def _source(name: str, extracted: Extracted, job: Job) -> Amounts | None:
    """What the database counted in the tables that feed a std table; None when the adapter names none."""
    feeding = [table for table in job.adapter.tables.values() if table.feeds == name]
    if not feeding:
        return None
    rows = sum(extracted.tables[table.name].rows for table in feeding)
    if std_table(name).amount is None:
        return Amounts(rows, None)
    return Amounts(rows, sum((extracted.tables[table.name].sums[table.amount] for table in feeding), ZERO))


def _sum(parts: list[Amounts], nothing: Amounts) -> Amounts:
    yuan = None if nothing.yuan is None else sum((part.yuan or ZERO for part in parts), ZERO)
    return Amounts(sum(part.rows for part in parts), yuan)


def _delivered(database: Any, path: Path, amount: str) -> Amounts:
    yuan = f"coalesce(sum({quoted(amount)}), 0)" if amount else "NULL"
    rows, total = one_row(database, f"SELECT count(*), {yuan} FROM read_parquet({literal(path)})")
    return Amounts(rows, total)


def _fates(database: Any, name: str, tables: dict[str, str], std: Path, out: Path, job: Job) -> dict[str, Amounts]:
    """Std rows by what became of them.

    `x:<adapter's rule>`, `delivered`, `outside`, `f:<format's rule>`, `g:<table that is gone>`, or `left`.
    """
    spec = std_table(name)
    delivered = " UNION ".join(
        ["SELECT NULL AS _row WHERE false"]
        + [f"SELECT _row FROM read_parquet({literal(out / f'{table}.parquet')})" for table in tables]
    )
    yuan = f"coalesce(sum(t.{quoted(spec.amount)}), 0)" if spec.amount else "NULL"
    time, join = _time(name, std)
    left_out = _left_out(name, out, job)
    gone = f"SELECT _row, min(rule) AS rule FROM _dropped WHERE std_table = {literal(name)} GROUP BY _row"
    fate = (
        "CASE WHEN t._excluded IS NOT NULL THEN 'x:' || t._excluded WHEN d._row IS NOT NULL THEN 'delivered'"
        f" WHEN {time} < DATE '{job.window.first}' OR {time} >= DATE '{job.window.until}' THEN 'outside'"
        " WHEN f.rule IS NOT NULL THEN 'f:' || f.rule WHEN g.rule IS NOT NULL THEN 'g:' || g.rule ELSE 'left' END"
    )
    rows = database.execute(
        f"SELECT {fate} AS fate, count(*), {yuan} FROM read_parquet({literal(std / f'{name}.parquet')}) AS t{join}"
        f" LEFT JOIN ({delivered}) AS d ON d._row = t._row LEFT JOIN ({left_out}) AS f ON f._row = t._row"
        f" LEFT JOIN ({gone}) AS g ON g._row = t._row"
        " GROUP BY fate ORDER BY fate"
    ).fetchall()
    return {fate: Amounts(count, total) for fate, count, total in rows}


def _left_out(name: str, out: Path, job: Job) -> str:
    """SQL of the rows of a std table that the format's own rules leave out; one rule per row."""
    if not job.form.exclusions:
        return "SELECT NULL AS _row, NULL AS rule WHERE false"
    scan = f"read_parquet({literal(out / f'{EXCLUDED}.parquet')})"
    return f"SELECT _row, min(rule) AS rule FROM {scan} WHERE std_table = {literal(name)} GROUP BY _row"


def _time(name: str, std: Path) -> tuple[str, str]:
    """SQL of the time that cuts a std table, and the join it needs: fee lines are cut by their settlement."""
    own = std_table(name).time
    if own:
        return f"t.{quoted(own)}", ""
    scan = f"read_parquet({literal(std / 'settlement.parquet')})"
    times = f"SELECT setl_id, arg_min(setl_time, _row) AS setl_time FROM {scan} GROUP BY setl_id"
    return "s.setl_time", f" LEFT JOIN ({times}) AS s USING (setl_id)"
