"""H1-H20: the balances a report is held to, and the cells in which they break (commission.md 3.7).

A check says of each organisation and scope whether it holds, does not, or cannot be told because a number is
missing. What was not told is not passed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from exports.commission.reports.values import CellValue, Place, Report
from exports.duck import literal, quoted
from schemas.figure import Node, Scope, half_up
from schemas.indicator import Counts
from schemas.report_pack import Check, CheckKind, Form
from schemas.result import CheckResult, Outcome

QUERIES = Path(__file__).resolve().parent.parent / "checks"
CHANGE_LIMIT = Decimal("0.30")
LIMIT = 5
_CELL = re.compile(r"\b((?:before_|last_)?)(f\w+)\.(\w+)\b")


@dataclass(frozen=True)
class Broken:
    """One place where a check does not hold: the sentence, the organisation, the cells with their numbers."""

    check: str
    sentence: str
    node: Node
    scope: Scope
    cells: tuple[tuple[str, str, Decimal | None], ...]

    def __str__(self) -> str:
        """In Chinese, for lists."""
        told = "，".join(f"{title} {_shown(value)}" for _, title, value in self.cells)
        return f"{self.node.name}（{self.scope}）{self.sentence}：{told}"


@dataclass(frozen=True)
class Checked:
    """One check with its result and every place where it broke."""

    check: Check
    result: CheckResult
    broken: tuple[Broken, ...]


@dataclass
class _Tally:
    broken: list[Broken]
    told: int = 0
    untold: int = 0


def run_checks(
    database: Any, report: Report, checks: tuple[Check, ...], monthly: dict[Place, Decimal]
) -> list[Checked]:
    """Hold a report to every check.

    Args:
        database: the frame at the period's cut-off, for checks that are queries.
        report: with its numbers of the period before and of last year.
        checks: H1 to H20.
        monthly: for counts of events, what the months of the period's year add up to (H17).
    """
    _write_forms(database, report)
    return [_checked(check, report, _look(database, report, check, monthly)) for check in checks]


def _look(database: Any, report: Report, check: Check, monthly: dict[Place, Decimal]) -> _Tally | None:
    """What a check finds; None when it is not about this period."""
    if check.whole_year and report.period.months != 12:
        return None
    if check.kind is CheckKind.CELLS:
        return _cells(database, report, check)
    if check.kind is CheckKind.QUERY:
        return _query(database, report, check)
    if check.kind is CheckKind.MONTHS:
        return _pairs(
            report, check, ((report.values[p], report.values[p].computed, n) for p, n in monthly.items()), _same
        )
    if check.kind is CheckKind.ROLLUP:
        return _pairs(report, check, _rollup(report), _same)
    if check.kind is CheckKind.MONOTONE:
        return None if report.period.opens_year else _pairs(report, check, _earlier(report), _not_less)
    return _pairs(report, check, _yearly(report, check.line), _near)


def _write_forms(database: Any, report: Report) -> None:
    """One table per form: code, level, scope and a DECIMAL per cell; `before_` and `last_` beside it."""
    finals = {place: value.final for place, value in report.values.items()}
    for form in report.forms:
        for prefix, numbers in (("", finals), ("before_", report.before), ("last_", report.last_year)):
            places = [(node, scope) for node in report.rows(form) for scope in Scope]
            columns = {
                "code": pa.array([node.code for node, _ in places], pa.string()),
                "level": pa.array([node.level for node, _ in places], pa.string()),
                "scope": pa.array([str(scope) for _, scope in places], pa.string()),
            }
            rows = [_numbers(form, numbers, node, scope) for node, scope in places]
            for number, cell in enumerate(form.cells):
                columns[cell.id] = pa.array([row[number] for row in rows], pa.decimal128(38, 4))
            database.register("_form", pa.table(columns))
            database.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(prefix + form.id)} AS SELECT * FROM _form")
            database.unregister("_form")


def _numbers(form: Form, numbers: dict[Place, Decimal | None], node: Node, scope: Scope) -> list[Decimal | None]:
    """One row of a form; who has entered some of its items by hand meant zero by those that were left out."""
    found = (numbers.get((form.id, cell.id, node.code, scope)) for cell in form.cells)
    row = [None if number is None else half_up(number, 4) for number in found]
    if any(number is not None for cell, number in zip(form.cells, row, strict=True) if cell.by_hand):
        zeros = (Decimal(0) if cell.by_hand else None for cell in form.cells)
        row = [zero if number is None else number for number, zero in zip(row, zeros, strict=True)]
    return row


def _cells(database: Any, report: Report, check: Check) -> _Tally | None:
    tally = _Tally([])
    forms = {form.id: form for form in report.forms}
    nodes = {node.code: node for node in report.nodes}
    known = False
    for sentence, holds in check.holds.items():
        used = list(dict.fromkeys(_CELL.findall(holds)))
        if not {form for _, form, _ in used} <= set(forms):
            continue
        known = True
        for row in _predicate(database, report, check, holds, used):
            code, scope, held, *numbers = row
            if held is None:
                tally.untold += 1
                continue
            tally.told += 1
            if not held:
                named = tuple(
                    (f"{prefix}{form}.{cell}", _title(forms[form], cell, prefix), number)
                    for (prefix, form, cell), number in zip(used, numbers, strict=True)
                )
                tally.broken.append(Broken(check.id, sentence, nodes[code], Scope(scope), named))
    return tally if known else None


def _predicate(database: Any, report: Report, check: Check, holds: str, used: list[tuple[str, str, str]]) -> list[Any]:
    tables = list(dict.fromkeys(prefix + form for prefix, form, _ in used))
    first, *others = tables
    joins = "".join(f" LEFT JOIN {quoted(t)} USING (code, level, scope)" for t in others)
    listed = "".join(f", {quoted(prefix + form)}.{quoted(cell)}" for prefix, form, cell in used)
    levels = f" AND level IN ({', '.join(map(literal, check.levels))})" if check.levels else ""
    when = f" AND ({check.when})" if check.when else ""
    days = (report.period.days.until - report.period.days.first).days
    source = f"(SELECT *, {days} AS days, {report.period.months} AS months FROM {quoted(first)}) AS {quoted(first)}"
    rows: list[Any] = database.execute(
        f"SELECT code, scope, ({holds}){listed} FROM {source}{joins} WHERE true{levels}{when} ORDER BY code, scope"
    ).fetchall()
    return rows


def _title(form: Form, cell: str, prefix: str) -> str:
    when = {"": "", "before_": "上期", "last_": "上年同期"}[prefix]
    return when + next(one.title for one in form.cells if one.id == cell)


def _query(database: Any, report: Report, check: Check) -> _Tally:
    """A query gives org_code, sentence, left, right; both sides must be equal."""
    nodes = {node.code: node for node in report.nodes}
    tally = _Tally([])
    sql = (QUERIES / f"{check.id}.sql").read_text(encoding="utf-8").strip().rstrip(";")
    for code, sentence, left, right in database.execute(f"SELECT * FROM ({sql}) ORDER BY ALL").fetchall():
        if code not in nodes:
            continue
        tally.told += 1
        if left != right:
            cells = (("", "一边", Decimal(left)), ("", "另一边", Decimal(right)))
            tally.broken.append(Broken(check.id, sentence, nodes[code], Scope.OWN, cells))
    return tally


Pair = tuple[CellValue, Decimal | None, Decimal | None]


def _pairs(report: Report, check: Check, pairs: Iterator[Pair], holds: Any) -> _Tally | None:
    """Compare two numbers of one place; where one is missing nothing can be told."""
    tally = _Tally([])
    titles = {form.id: form.title for form in report.forms}
    for value, left, right in pairs:
        if left is None or right is None:
            tally.untold += left is not None
            continue
        tally.told += 1
        if not holds(left, right):
            told = (("本表", left), (_other(check.kind), right))
            cells = tuple((f"{value.form}.{value.cell.id}", title, number) for title, number in told)
            sentence = f"{titles[value.form]}“{value.cell.title}”"
            tally.broken.append(Broken(check.id, sentence, value.node, value.scope, cells))
    return tally if tally.told or tally.untold else None


def _other(kind: CheckKind) -> str:
    return {
        CheckKind.MONTHS: "各月相加",
        CheckKind.ROLLUP: "下属相加",
        CheckKind.MONOTONE: "上期累计",
        CheckKind.CHANGE: "上年同期",
    }[kind]


def _same(left: Decimal, right: Decimal) -> bool:
    return left == right


def _not_less(now: Decimal, before: Decimal) -> bool:
    return now >= before


def _near(now: Decimal, last: Decimal) -> bool:
    return now == last if last == 0 else abs(now - last) <= CHANGE_LIMIT * abs(last)


def _rollup(report: Report) -> Iterator[Pair]:
    """Counts that add up: an organisation with its subordinates against its own and theirs."""
    for form in report.forms:
        rows = report.rows(form)
        for node in rows:
            children = [one for one in rows if one.parent == node.code]
            for cell in form.cells if children else ():
                value = report.value(form, cell, node, Scope.ALL)
                if value.counted in ("", Counts.PERSON):
                    continue
                parts = [report.value(form, cell, one, Scope.ALL).final for one in children]
                parts.append(report.value(form, cell, node, Scope.OWN).final)
                yield value, value.final, sum((part or Decimal(0) for part in parts), Decimal(0))


def _earlier(report: Report) -> Iterator[Pair]:
    """Cumulative counts of this period and of the one before, where nobody corrected either by hand.

    Persons under management, and what goes with them, may become fewer: they die and move.
    """
    for place, value in report.values.items():
        if value.counted and value.grows and value.adjustment is None and place in report.before:
            yield value, value.final, report.before[place]


def _yearly(report: Report, line: int) -> Iterator[Pair]:
    """Persons and records of this year and last; numbers that are both below `line` say nothing by their change."""
    own = {form.id for form in report.pack.forms}
    for place, value in report.values.items():
        counted = value.counted in (Counts.PERSON, Counts.RECORD) and value.form in own
        if counted and value.scope is Scope.ALL and place in report.last_year:
            now, last = value.final, report.last_year[place]
            if max(now or Decimal(0), last or Decimal(0)) >= line:
                yield value, now, last


def _checked(check: Check, report: Report, tally: _Tally | None) -> Checked:
    if tally is None or not (tally.told or tally.untold):
        reason = "仅用于全年报表" if check.whole_year and report.period.months != 12 else "本表没有这一项所核对的数"
        return Checked(check, CheckResult(check.id, check.title, Outcome.NOT_APPLICABLE, reason=reason), ())
    failing = len(tally.broken)
    bad = Outcome.FAILED if check.hard else Outcome.WARNED
    outcome = bad if failing else Outcome.PASSED if tally.told else Outcome.NOT_VERIFIED
    reason = f"{tally.untold} 处缺数，无法核对" if tally.untold else ""
    sample = tuple(map(str, tally.broken[:LIMIT]))
    level = "blocks" if check.hard else "warns"
    result = CheckResult(
        check.id, check.title, outcome, failing=failing, total=tally.told, reason=reason, sample=sample, level=level
    )
    return Checked(check, result, tuple(tally.broken))


def _shown(value: Decimal | None) -> str:
    return "缺数" if value is None else f"{value.normalize():f}"
