"""How a question is answered: refunds are netted, windows are judged, and both sides' lines of the answers are shown.

* A **day** is one person's calendar day (Asia/Shanghai), an **hour** one person's clock hour (09:00:00 to 09:59:59, as
  the inspectors' own statements truncate to the hour, not "within 60 minutes"), a **stay** one visit number of one
  institution. A line's moment is when it was done, else ordered, else settled; how many were which is said.
* A day without a clock time (00:00:00), or the time of settlement alone, tells no hour. A window of which it cannot
  be said whether B stands in it is `unsure`: neither with nor without. So `with + without + unsure = has`, always.
* A charge that was refunded in full does not count, one refunded in part counts with what is left, unless `gross`.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from exports.acceptance.package import Delivery
from exports.disclosure.masking import CHILD_YEARS, SENSITIVE_ICD, Shown, make_pseudonyms, masked_select, remaining
from exports.duck import literal, one_row
from exports.pairing.columns import LINE_COLUMNS, SUMMARY_COLUMNS
from exports.pairing.question import CODES, NAMES, Question, Side, Within
from exports.pairing.source import choose, open_views, require_whole
from schemas.account import ExportClass
from schemas.errors import PackageError, SettingsError

SQL = Path(__file__).with_name("sql")
KEYS = ("by_id", "by_moment", "by_item", "by_day")
VERDICTS = {"with": "有A有B", "without": "有A无B", "unsure": "不能判断"}
SENSITIVE = (
    f"coalesce(PATIENT_AGE < {CHILD_YEARS}, false)"
    f" OR coalesce(regexp_matches(DISEASE_ID, {literal(SENSITIVE_ICD.replace('^', '(^|[|])', 1))}), false)"
)
_UNITS = {
    Within.DAY: ("c.PATIENT_ID", "CAST(c.moment AS DATE)", "0"),
    Within.HOUR: (
        "c.PATIENT_ID",
        "CAST(c.moment AS DATE)",
        "if(c.basis = '结算时间' OR CAST(c.moment AS TIME) = TIME '00:00:00', NULL, hour(c.moment))",
    ),
    Within.STAY: (
        "if(c.VISIT_NO IS NULL, NULL, concat_ws(chr(31), c.side, coalesce(c.HOSPITAL_ID, ''), c.VISIT_NO))",
        "DATE '1970-01-01'",
        "0",
    ),
}


@dataclass(frozen=True)
class Counts:
    """What was found: windows, lines of A and their net amount (yuan) by status; and what was left out, and why.

    `moments` are lines of A and B by what their moment was taken from, `matched` by what recognised them.
    """

    windows: dict[str, int]
    lines: dict[str, int]
    amounts: dict[str, str]
    moments: dict[str, int]
    matched: dict[str, int]
    refunded_whole: int
    refunded_part: int
    refunds_alone: int
    nothing_billed: int
    unseen: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Rows as they may be shown, in order; `total` is how many there are, when not all are in `rows`."""

    columns: tuple[Shown, ...]
    rows: list[tuple[Any, ...]]
    total: int
    sensitive: int
    counts: Counts
    notes: tuple[str, ...] = field(default=())


def answer(
    database: Any,
    delivery: Delivery,
    question: Question,
    export_class: ExportClass,
    key: bytes,
    limit: int,
    summary: bool = False,
    extra_approver: bool = False,
) -> Answer:
    """Ask a package.

    Args:
        database: an empty DuckDB.
        delivery: the package.
        question: what is asked.
        export_class: B, C or D: how persons are shown.
        key: the secret of this delivery's pseudonyms.
        limit: the most rows that are given.
        summary: one row for every window instead of its lines.
        extra_approver: whether a second approver lets sensitive rows leave whole in class D.

    Raises:
        PackageError: a file is missing, was changed, or cannot be read.
    """
    source = choose(delivery)
    require_whole(delivery, source)
    absent = open_views(database, delivery, source)
    try:
        judge(database, (SQL / f"{source.sql}.sql").read_text(encoding="utf-8"), question)
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise PackageError(f"导出包的文件读不出：{str(error).splitlines()[0]}") from None
    counts = count(database, question)
    make_pseudonyms(database, key)
    _show(database, question, summary, "unit" if export_class is ExportClass.D else "pseudonym(unit)")
    free = export_class is ExportClass.D and extra_approver
    columns = SUMMARY_COLUMNS if summary else LINE_COLUMNS
    order = "CLUE, line" if summary else "CLUE, ROLE, MOMENT, line"
    select = masked_select(columns, "answer", export_class, "false" if free else f"({SENSITIVE})", order)
    rows = database.execute(f"{select} LIMIT {limit}").fetchall()
    total, sensitive = one_row(database, f"SELECT count(*), count_if({SENSITIVE}) FROM answer")
    notes = (*source.notes, *_notes(delivery, absent))
    return Answer(tuple(remaining(columns, export_class)), rows, total, sensitive, counts, notes)


def _notes(delivery: Delivery, absent: list[str]) -> list[str]:
    """What the reader of an answer must know of the package."""
    first, last = delivery.period
    lacking = [f"这个包的格式没有这些列，故留空：{'、'.join(absent)}"] if absent else []
    return [*lacking, f"包内只有结算日期在 {first} 至 {last} 的明细；此外结算的 B 看不到"]


def _show(database: Any, question: Question, summary: bool, order: str) -> None:
    """Make the table `answer`: what is shown, whole and unmasked; clues are numbered by `order` (SQL), day and hour.

    Numbered by persons' own numbers, the clues of two deliveries could be laid beside one another in spite of their
    pseudonyms.
    """
    verdict = "CASE h.status " + " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in VERDICTS.items()) + " END"
    _run(
        database, "summary" if summary else "rows", wanted=", ".join(map(literal, _wanted(question))),
        verdict=verdict if question.other.items else "'有A'", gross=_flag(question.gross), order=order,
    )  # fmt: skip


def judge(database: Any, lines: str, question: Question) -> None:
    """Net the refunds among `lines` (SQL) and judge every window: makes the tables `counted` and `windows`.

    Raises:
        SettingsError: a line is both A and B.
    """
    a, b = question.has, question.other
    side = f"side = {literal(question.side)}" if question.side else "true"
    by_code = f"{a.by_code()} OR {b.by_code()}"
    _run(database, "charged", a=a.sql(), b=b.sql(), by_code=by_code, side=side, lines=lines)
    _require_apart(database)
    _run(database, "refunds")
    for key in KEYS:
        _run(database, "match_refunds", key=key)
        for taken in ("paid", "back"):
            _run(database, "take_matched", key=key, side=taken)
    unit, day, slot = _UNITS[question.within]
    _run(
        database, "windows", unit=unit, day=day, slot=slot, period=_period(question), department=_department(question),
        gross=_flag(question.gross), any_b=_flag(bool(b.items)), minimum=str(question.minimum),
    )  # fmt: skip


def _require_apart(database: Any) -> None:
    """Refuse a question in which one line is both A and B: it would answer itself.

    Raises:
        SettingsError: with how many lines there are, and one of their items.
    """
    both, code, name = one_row(
        database,
        "SELECT count(*), coalesce(min(ITEM_ID_HOSP), ''), coalesce(arg_min(ITEM_NAME_HOSP, ITEM_ID_HOSP), '')"
        " FROM charged WHERE is_a AND is_b",
    )
    if both:
        raise SettingsError(
            f"有 {both} 行收费既符合 A 又符合 B（例如 {code} {name}）：一行不能与自己相比，请把 A 或 B 写得更窄。"
        )


def _period(question: Question) -> str:
    """Whether the moment of a line lies in the days asked for; a line without a moment lies in none."""
    tests = [f"moment >= TIMESTAMP '{question.first}'"] if question.first else []
    tests += [f"moment < TIMESTAMP '{_after(question.last)}'"] if question.last else []
    return f"coalesce({' AND '.join(tests) or 'true'}, false)"


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _department(question: Question) -> str:
    if not question.department:
        return "true"
    text = literal(question.department)
    tests = [f"coalesce(contains({name}, {text}), false)" for name in ("EXCUTE_DEPT_NAME", "ADMISSION_DEPT_NAME")]
    return f"({' OR '.join(tests)})"


def _wanted(question: Question) -> tuple[str, ...]:
    if not question.other.items:
        return tuple(VERDICTS)
    return ("without" if question.lacking else "with", *(("unsure",) if question.unsure else ()))


def count(database: Any, question: Question) -> Counts:
    """What `judge` found."""
    found = database.execute(
        "SELECT status, count(*), CAST(sum(a_lines) AS BIGINT), CAST(sum(a_cost) AS DECIMAL(38,2))"
        " FROM windows GROUP BY 1"
    ).fetchall()
    by_status = {row[0]: row[1:] for row in found}
    told = {status: by_status.get(status, (0, 0, "0.00")) for status in VERDICTS}
    asked = "FROM counted WHERE counts AND (asked_a OR is_b)"
    moments = dict(database.execute(f"SELECT coalesce(basis, '无'), count(*) {asked} GROUP BY 1 ORDER BY 1").fetchall())
    codes, names = one_row(database, f"SELECT count(*) FILTER (by_code), count(*) FILTER (NOT by_code) {asked}")
    whole, part, nothing = one_row(
        database,
        "SELECT count(*) FILTER (left_over = 0), count(*) FILTER (left_over > 0 AND left_over < weight),"
        " count(*) FILTER (coalesce(NUM, 0) = 0 AND coalesce(COST, 0) = 0)"
        " FROM counted WHERE NOT is_refund AND (asked_a OR is_b)",
    )
    [alone] = one_row(database, "SELECT count(*) FROM back JOIN charged USING (line) WHERE rest > 0 AND (is_a OR is_b)")
    return Counts(
        windows={status: row[0] for status, row in told.items()},
        lines={status: row[1] for status, row in told.items()},
        amounts={status: str(row[2]) for status, row in told.items()},
        moments=moments,
        matched={"编码": codes, "名称": names},
        refunded_whole=whole,
        refunded_part=part,
        refunds_alone=alone,
        nothing_billed=nothing,
        unseen=(*_unseen(database, question.has), *_unseen(database, question.other)),
    )


def _unseen(database: Any, side: Side) -> list[str]:
    """The items of a side that no line of the package meets."""
    columns = ", ".join([*(f"coalesce(upper(trim({c})), '')" for c in CODES), *(f"coalesce({n}, '')" for n in NAMES)])
    found = database.execute(f"SELECT DISTINCT {columns} FROM charged WHERE is_a OR is_b").fetchall()
    codes = {code for row in found for code in row[:2]}
    names = {name for row in found for name in row[2:]}
    return [str(item) for item in side.items if not item.meets(tuple(codes), tuple(names))]


def definition(delivery: Delivery) -> tuple[str, ...]:
    """Which statements answered of which package: a checksum of each, for the cover and the log."""
    statements = b"".join(path.read_bytes() for path in sorted(SQL.glob("*.sql")))
    manifest = (delivery.folder / "datapackage.json").read_bytes()
    named = {"pair": statements, str(delivery.manifest["name"]): manifest}
    return tuple(f"{name}@{hashlib.sha256(content).hexdigest()[:12]}" for name, content in named.items())


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _run(database: Any, name: str, **facts: str) -> None:
    """Run one SQL file with its facts put in, once: what a fact says is not looked through again."""
    text = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    database.execute(re.sub(r"\{(\w+)\}", lambda found: facts[found[1]], text))
