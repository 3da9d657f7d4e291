"""The lines of the clerk's sheets, one person after the other: a rule's own line, then its rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from exports.findings_workbook.layout import Weight, weigh
from schemas.comparison import Comparison, State
from schemas.finding import KEPT, KEPT_OF_HINT, seen_of
from schemas.format import Format
from schemas.result import CheckResult
from schemas.rule import WHO
from schemas.std import MODELS, std_table
from schemas.waiver import OPEN, Applied, Waiver, count_listed, own_line
from schemas.waiver import lines as lines_of

ORDER = [(name, "ascending") for name in ("time", "_row", "column", "value")]


class Line(NamedTuple):
    """One line in the order of `COLUMNS`."""

    number: int
    weight: str
    rule: str
    title: str
    why: str
    fix: str
    table: str
    locate: str
    time: datetime | None
    column: str
    value: str
    expected: str
    amount: Decimal | None
    state: str
    answer: str
    remark: str
    name: str
    on: date | None
    until: date | None
    key: str

    @property
    def own(self) -> bool:
        """Whether it is a rule's own line and not one of its rows."""
        return len(json.loads(self.key)) == 6


@dataclass(frozen=True)
class Book:
    """What the workbook is written from.

    `applied` holds the results after the answers; `findings` (layout `FINDINGS`) are those that the answers were held
    against, and `comparison` speaks of them in the same order. `stamp` is that of the run (`stamp_of`).
    """

    sentence: str
    institution: str
    period: str
    form: Format
    run: str
    applied: Applied
    findings: pa.Table
    comparison: Comparison
    stamp: str = ""

    def listed(self) -> dict[str, int]:
        """How many findings there are of each rule."""
        return count_listed(self.findings)

    def open(self, who: str) -> list[CheckResult]:
        """The results that a person has to look at, heaviest first; what nobody is named for goes to 信息科."""
        listed = self.listed()
        mine = [one for one in self.applied.results if one.outcome in OPEN and person(one) == who]
        return sorted(mine, key=lambda one: (list(Weight).index(weigh(one, listed.get(one.id, 0))), one.id))


def person(result: CheckResult) -> str:
    """Who mends it."""
    return result.who if result.who in WHO else "信息科"


class Names:
    """Chinese names of tables and columns, of the std model and of a format."""

    def __init__(self, form: Format) -> None:
        self.tables = {name: std_table(name).title for name in MODELS}
        self.tables |= {table.name: table.title for table in form.tables}
        self.columns = {(name, one.name): one.title for name in MODELS for one in std_table(name).columns}
        self.columns |= {(table.name, one.name): one.label for table in form.tables for one in table.columns}

    def table(self, name: str) -> str:
        """The title of a table, or of several joined by `、`; a name that is unknown stays as it is."""
        return "、".join(self.tables.get(one, one) for one in name.split("、"))

    def column(self, table: str, name: str) -> str:
        """A column's title, or its name."""
        return self.columns.get((table, name), name)


def lines(book: Book, who: str) -> Iterator[Line]:
    """The lines of one person, numbered, the rows of a rule by time; identical input gives identical lines."""
    names = Names(book.form)
    given = {one.id: one for one in book.applied.given}
    columns = {"_state": book.comparison.states, "_used": book.applied.rows}
    table = book.findings
    for name, values in columns.items():
        table = table.append_column(name, values)
    number = 0
    for result in book.open(who):
        mine = table.filter(pc.equal(table["rule"], result.id)).sort_by(ORDER)
        number += 1
        yield _own(book, result, given[result.id], mine.num_rows, number, names)
        for record in mine.to_pylist():
            number += 1
            yield _row(book, result, weigh(result, mine.num_rows), record, number, names)


def write_key(number: int, stamp: str, key: tuple[str, str, str, str], seen: str, *about: str) -> str:
    """What ties a line to its finding: it holds `序号` too, so that a sheet sorted in part is noticed.

    `stamp` says which hospital, period and format the workbook is of, `seen` what value the row showed. A rule's own
    line adds what it is about, empty when there is nothing to answer on it.
    """
    return json.dumps([number, stamp, *key, seen, *about], ensure_ascii=False, separators=(",", ":"))


def _own(book: Book, result: CheckResult, given: CheckResult, listed: int, number: int, names: Names) -> Line:
    about = own_line(given, listed)
    place = book.applied.own.get(result.id)
    return Line(
        number,
        weigh(result, listed),
        result.id,
        result.title,
        result.why,
        result.fix,
        names.table(result.table),
        counted(result, listed),
        None,
        names.column(result.table, result.column),
        "" if listed else given.reason,
        result.expected,
        None,
        book.comparison.rules.get(result.id, State.FIRST),
        *_answer(None if place is None else book.applied.waivers[place]),
        write_key(number, book.stamp, (result.id, result.table, "", ""), "", about),
    )


def counted(result: CheckResult, listed: int) -> str:
    """How many rows a rule has and where they stand."""
    if not listed:
        return "整条规则，没有逐行的明细" + (f"（{result.failing} 处）" if result.failing else "")
    if result.failing > listed:
        rest = result.failing - listed
        return f"共 {result.failing} 行，只列 {listed} 行；其余 {rest} 行未列出，在本行作答"
    return f"共 {listed} 行，逐行列在下面，请逐行作答"


def _row(book: Book, result: CheckResult, weight: Weight, record: dict[str, Any], number: int, names: Names) -> Line:
    used = record["_used"]
    table, column = record["table"] or "", record["column"] or ""
    return Line(
        number,
        weight if used is None else Weight.ANSWERED,
        result.id,
        result.title,
        "",
        result.fix,
        names.table(table),
        record["locate"] or record["_row"] or "",
        record["time"],
        names.column(table, column),
        record["value"] or "",
        record["expected"] or result.expected,
        record["amount"],
        record["_state"],
        *_answer(None if used is None else book.applied.waivers[used]),
        write_key(
            number,
            book.stamp,
            (result.id, table, record["_row"] or "", column),
            seen_of(record["value"], record["expected"]),
        ),
    )


def _answer(waiver: Waiver | None) -> tuple[str, str, str, date | None, date | None]:
    """An answer that still holds stands in the next workbook too, so that it need not be given twice."""
    if waiver is None:
        return "", "", "", None, None
    return waiver.answer, waiver.remark, waiver.name, waiver.on, waiver.until


@dataclass(frozen=True)
class Share:
    """What one person has to do: rules and lines, lines by weight, and how they stand against the last run."""

    rules: int
    places: int
    weights: dict[str, int]
    states: dict[str, int]
    solved: int


def share(book: Book, who: str) -> Share:
    """Count a person's lines; a line that has an answer is counted under `已有说明` alone."""
    listed, mine = book.listed(), book.open(who)
    left: dict[str, int] = {}
    weights = dict.fromkeys(map(str, Weight), 0)
    for one in mine:
        there = listed.get(one.id, 0)
        left[one.id] = lines_of(one, there) - one.waived
        weights[weigh(one, there)] += left[one.id]
        weights[Weight.ANSWERED] += one.waived
    rules = pa.array([one.id for one in mine], pa.string())
    hit = pc.is_in(book.findings["rule"], value_set=rules).combine_chunks()
    counts = {one["values"]: one["counts"] for one in pc.value_counts(book.comparison.states.filter(hit)).to_pylist()}
    for one in mine:
        if one.id not in listed:
            state = book.comparison.rules.get(one.id, State.FIRST)
            counts[state] = counts.get(state, 0) + 1
    titles = book.comparison.titles
    gone = [rule for rule in book.comparison.solved["rule"].to_pylist() if titles[rule].who == who]
    gone += [rule for rule, one in book.comparison.solved_rules.items() if one.who == who]
    open_rules = sum(count > 0 for count in left.values())
    return Share(open_rules, sum(left.values()), weights, {state: counts.get(state, 0) for state in State}, len(gone))


def _limit(result: CheckResult) -> str:
    return f"仅供参考的规则最多列 {KEPT_OF_HINT} 行" if result.level == "hint" else f"每条规则最多列 {KEPT} 行"


def cuts(book: Book) -> list[str]:
    """Chinese: the rules of which not every row is listed."""
    listed = book.listed()
    return [
        f"{one.id} {one.title}：共 {one.failing} 行，只列 {listed[one.id]} 行（{_limit(one)}）"
        for one in book.applied.results
        if one.outcome in OPEN and one.failing > listed.get(one.id, 0) > 0
    ]
