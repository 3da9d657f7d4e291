"""account: nothing is lost.

For each table and each month of its rows in the source, in rows and in yuan:

    source = delivered + quarantined + outside the window + excluded by a named rule of the adapter or of the format,
             or because a layer took out the table in which the rows would have stood

The source is what the database itself counted where the adapter says which of its tables feed the std table;
delivered is measured on the assembled tables. What is left over must be zero in every month.
"""

from pathlib import Path
from typing import Any

from exports.assembly import EXCLUDED, has_sql, prepare_assembly, sql_path
from exports.duck import literal, open_database, quoted
from flows.extraction.reading import MONTH
from flows.job import Job
from flows.steps.conform import set_window, std_view
from flows.steps.extract import Extracted, raw_files
from flows.steps.flow import Account, Amounts, Flow
from flows.steps.quarantine import quarantined
from schemas.format import Dropped, Format
from schemas.std import MODELS, std_table

Fates = dict[tuple[str, str], Amounts]


def account(job: Job, extracted: Extracted, raw: Path, std: Path, out: Path, spill: Path) -> list[Account]:
    """Follow the rows of every std table that the format names in its `accounts`.

    Args:
        job: what was asked for.
        extracted: what the source counted.
        raw: the source's tables; they say in which month a row is.
        std: the std tables and what is quarantined.
        out: the assembled tables.
        spill: room for temporary files.
    """
    with open_database(spill, job.settings.memory_limit, job.settings.threads) as database:
        _note_dropped(database, std, job)
        return [
            _follow(database, name, tables, extracted, raw, std, out, job)
            for name, tables in job.form.accounts.items()
            if name not in job.adapter.absent_tables
        ]


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


def _words(dropped: Dropped, form: Format) -> str:
    if dropped.layer in form.layers:
        return f"格式层 {dropped.layer} 去掉了表 {dropped.table.name}"
    return f"{dropped.layer}中没有表 {dropped.table.name}"


def _follow(
    database: Any, name: str, tables: dict[str, str], extracted: Extracted, raw: Path, std: Path, out: Path, job: Job
) -> Account:
    spec = std_table(name)
    tables = {table: amount for table, amount in tables.items() if (out / f"{table}.parquet").is_file()}
    nothing = Amounts.nothing(spec.amount)
    _note_months(database, name, raw, job)
    fates = _fates(database, name, tables, std, out, job)
    delivered = _delivered(database, tables, out, nothing)
    source = _source(name, extracted, job)
    if source is not None:
        _move_repeated(database, name, source, raw, job)
    else:
        source = {}
        for (month, _), amounts in fates.items():
            source[month] = source.get(month, nothing).plus(amounts)
    months = sorted({*source, *delivered, *(month for month, _ in fates)})
    return Account(
        name,
        spec.title,
        nothing,
        {
            month: Flow(
                source.get(month, nothing),
                delivered.get(month, nothing),
                fates.get((month, "quarantined"), nothing),
                fates.get((month, "outside"), nothing),
                _excluded(fates, month, job, nothing),
            )
            for month in months
        },
        _unread(name, extracted, job),
    )


def _feeding(name: str, job: Job) -> list[str]:
    return [table.name for table in job.raw_tables if table.feeds == name]


def _source(name: str, extracted: Extracted, job: Job) -> dict[str, Amounts] | None:
    """What the database counted, by month, in the tables that feed a std table; None when the adapter names none."""
    feeding = _feeding(name, job)
    if not feeding:
        return None
    months: dict[str, Amounts] = {}
    for table in feeding:
        totals, column = extracted.tables[table], job.adapter.tables[table].amount
        for month, part in (totals.months or {"": totals}).items():
            amounts = Amounts(part.rows, part.sums[column] if std_table(name).amount else None)
            months[month] = months[month].plus(amounts) if month in months else amounts
    return months


def _move_repeated(database: Any, name: str, source: dict[str, Amounts], raw: Path, job: Job) -> None:
    """Count rows whose number is repeated in several months in the first of them, as all that follows does."""
    for table in _feeding(name, job):
        one = job.adapter.tables[table]
        if not one.month:
            continue
        yuan = f"coalesce(sum(t.{quoted(one.amount)}), 0)" if std_table(name).amount else "NULL"
        moved = database.execute(
            f"SELECT t.{MONTH}, m.month, count(*), {yuan} FROM read_parquet({literal(raw_files(raw, table))}) AS t"
            f" JOIN _months AS m USING (_row) WHERE t.{MONTH} <> m.month GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for own, first, rows, total in moved:
            source[own] = source[own].minus(Amounts(rows, total))
            source[first] = source.get(first, Amounts.nothing(one.amount or None)).plus(Amounts(rows, total))


def _unread(name: str, extracted: Extracted, job: Job) -> str:
    """A word on amounts that the source could not have added up."""
    tables = [job.adapter.tables[table] for table in _feeding(name, job)]
    columns = [f"{one.name}.{one.amount}" for one in tables if one.amount in extracted.unreadable.get(one.name, ())]
    return f"金额列 {'、'.join(columns)} 有读不出的值，源合计按读得出的值计" if columns else ""


def _note_months(database: Any, name: str, raw: Path, job: Job) -> None:
    """Fill `_months` (_row, month): where each source row stands in time; all dated tables when none is named."""
    dated = [table.name for table in job.raw_tables if table.month]
    feeding = _feeding(name, job) or dated
    parts = [
        f"SELECT _row, {MONTH} AS month FROM read_parquet({literal(raw_files(raw, table))})"
        for table in feeding
        if table in dated
    ]
    rows = " UNION ALL ".join(parts or ["SELECT '' AS _row, '' AS month WHERE false"])
    database.execute(f"CREATE OR REPLACE TABLE _months AS SELECT _row, min(month) AS month FROM ({rows}) GROUP BY _row")


def _excluded(fates: Fates, month: str, job: Job, nothing: Amounts) -> dict[str, Amounts]:
    """The Chinese text of each rule that took rows of a month out, and how many."""
    excluded: dict[str, Amounts] = {}
    dropped = {one.table.name: _words(one, job.form) for one in job.form.dropped}
    for rules, kind in ((job.adapter.exclusions, "x:"), (job.form.exclusions, "f:"), (dropped, "g:")):
        for (when, fate), amounts in fates.items():
            if when == month and fate.startswith(kind):
                text = rules.get(fate[2:], fate[2:])
                excluded[text] = excluded.get(text, nothing).plus(amounts)
    return excluded


def _delivered(database: Any, tables: dict[str, str], out: Path, nothing: Amounts) -> dict[str, Amounts]:
    """What the assembled tables hold, by the month of the source row."""
    months: dict[str, Amounts] = {}
    for table, amount in tables.items():
        yuan = f"coalesce(sum({quoted(amount)}), 0)" if amount else "NULL"
        rows = database.execute(
            f"SELECT coalesce(m.month, '') AS month, count(*), {yuan}"
            f" FROM read_parquet({literal(out / f'{table}.parquet')}) AS t LEFT JOIN _months AS m ON m._row = t._row"
            " GROUP BY 1 ORDER BY 1"
        ).fetchall()
        for month, count, total in rows:
            months[month] = months.get(month, nothing).plus(Amounts(count, total))
    return months


def _fates(database: Any, name: str, tables: dict[str, str], std: Path, out: Path, job: Job) -> Fates:
    """Std rows by month and by what became of them.

    `x:<adapter's rule>`, `quarantined`, `delivered`, `outside`, `f:<format's rule>`, `g:<table that is gone>`, or
    `left`.
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
        "CASE WHEN t._excluded IS NOT NULL THEN 'x:' || t._excluded WHEN q._row IS NOT NULL THEN 'quarantined'"
        " WHEN d._row IS NOT NULL THEN 'delivered'"
        f" WHEN {time} < DATE '{job.window.first}' OR {time} >= DATE '{job.window.until}' THEN 'outside'"
        " WHEN f.rule IS NOT NULL THEN 'f:' || f.rule WHEN g.rule IS NOT NULL THEN 'g:' || g.rule ELSE 'left' END"
    )
    rows = database.execute(
        f"SELECT coalesce(m.month, '') AS month, {fate} AS fate, count(*), {yuan}"
        f" FROM read_parquet({literal(std / f'{name}.parquet')}) AS t{join} LEFT JOIN _months AS m ON m._row = t._row"
        f" LEFT JOIN ({quarantined(std, name)}) AS q ON q._row = t._row"
        f" LEFT JOIN ({delivered}) AS d ON d._row = t._row LEFT JOIN ({left_out}) AS f ON f._row = t._row"
        f" LEFT JOIN ({gone}) AS g ON g._row = t._row"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {(month, fate): Amounts(count, total) for month, fate, count, total in rows}


def _left_out(name: str, out: Path, job: Job) -> str:
    """SQL of the rows of a std table that the format's own rules leave out; one rule per row."""
    if not job.form.exclusions:
        return "SELECT NULL AS _row, NULL AS rule WHERE false"
    scan = f"read_parquet({literal(out / f'{EXCLUDED}.parquet')})"
    return f"SELECT _row, min(rule) AS rule FROM {scan} WHERE std_table = {literal(name)} GROUP BY _row"


def _time(name: str, std: Path) -> tuple[str, str]:
    """SQL of the time that cuts a std table, and the join it needs: fee lines are cut by their settlement."""
    spec = std_table(name)
    if spec.time or not spec.parent:
        return (f"t.{quoted(spec.time)}" if spec.time else "NULL"), ""
    scan = f"read_parquet({literal(std / 'settlement.parquet')})"
    times = f"SELECT setl_id, arg_min(setl_time, _row) AS setl_time FROM {scan} GROUP BY setl_id"
    return "s.setl_time", f" LEFT JOIN ({times}) AS s USING (setl_id)"
