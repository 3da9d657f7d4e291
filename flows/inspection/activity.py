"""When rows came into a table: its last record, the days with rows, and the institutions that send."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flows.inspection.questions import Engine, Line
from schemas.adapter import RawTable
from schemas.errors import SourceError
from schemas.inspection import Activity

_ORG = re.compile(r"(\w+)\s*=\s*:org\b")


@dataclass(frozen=True)
class Span:
    """The days that are looked at: from `first` to the eve of `day`; what lies after `now` lies in the future."""

    first: date
    day: date
    now: date


def institution_column(table: RawTable, known: tuple[str, ...]) -> str:
    """The column that names the institution: as the adapter filters it, or the first known name; else empty."""
    filtered = _ORG.search(table.where)
    columns = {*table.key, *table.columns}
    if filtered and filtered[1] in columns:
        return filtered[1]
    return next((name for name in known if name in columns), "")


def activity(line: Line, engine: Engine, name: str, column: str, org: str, span: Span) -> Activity:
    """Ask a table by the column that dates its rows; two or three SELECTs, none of which returns a row of it.

    Args:
        line: to the source.
        engine: how it writes days.
        name: the table.
        column: dates its rows.
        org: names the institution of a row; empty where there is none.
        span: the days to look at.
    """
    try:
        return _asked(line, engine, name, column, org, span)
    except SourceError as error:
        return Activity(name, column, untold=f"数据库没有回答：{error}")


def _asked(line: Line, engine: Engine, name: str, column: str, org: str, span: Span) -> Activity:
    dialect = line.connection.dialect
    table, dated = dialect.name(name), dialect.name(column)

    def day(expression: str) -> str:
        return (engine.day or f"SUBSTR({dialect.text('{}')}, 1, 10)").format(expression)

    def bound(at: date) -> str:
        return engine.literal.format(dialect.literal(at.isoformat()))

    until = f"{dated} < {bound(span.day + timedelta(days=1))}"
    newest = latest = line.ask(f"SELECT {day(f'MAX({dated})')} FROM {table}")[0][0] or ""
    if newest > span.day.isoformat():
        latest = line.ask(f"SELECT {day(f'MAX({dated})')} FROM {table} WHERE {until}")[0][0] or ""
    if not all(map(_is_day, filter(None, (newest, latest)))):
        return Activity(name, column, untold=f"{column} 的内容不是日期，无法判断")
    grouped = ", ".join((day(dated), dialect.name(org) if org else "''"))
    days, institutions, sent = _counted(
        line.ask(
            f"SELECT {grouped}, COUNT(*) FROM {table} WHERE {dated} >= {bound(span.first)} AND {until}"
            f" GROUP BY {grouped if org else day(dated)}"
        ),
        span,
    )
    ahead = newest if newest > span.now.isoformat() else ""
    return Activity(name, column, latest, ahead, span.first.isoformat(), days, institutions, sent)


def _counted(
    rows: Iterable[tuple[str | None, ...]], span: Span
) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Rows by day up to the eve; of each institution its latest day and how many it has."""
    days: dict[str, int] = {}
    institutions: dict[str, str] = {}
    sent: dict[str, int] = {}
    for found, org, count in rows:
        if not found or not _is_day(found):
            continue
        if found < span.day.isoformat():
            days[found] = days.get(found, 0) + int(count or 0)
        if org:
            institutions[org] = max(institutions.get(org, ""), found)
            sent[org] = sent.get(org, 0) + 1
    return dict(sorted(days.items())), dict(sorted(institutions.items())), dict(sorted(sent.items()))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
