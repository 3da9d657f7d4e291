"""What stands out in what was measured of a source, and what the report says of it."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.inspection_report.content import report_of
from exports.inspection_report.document import document
from exports.inspection_report.page import page
from flows.inspection.guide import read_guide
from flows.inspection.judge import judge_store
from flows.inspection.judge_engine import engine_state
from flows.inspection.judge_rhythm import rhythm
from flows.inspection.questions import QUESTIONS
from flows.inspection.workdays import with_rhythm
from schemas.inspection import Activity, Answer, Finding, Inspected, Inspection, SourceFacts, StoreFacts
from schemas.quantity import change_text, size_text
from schemas.result import Outcome
from tests.inspected import strict

DAY = date(2025, 5, 6)
UNTOLD = {name: Answer(untold="没有问") for name in QUESTIONS}


def facts(activity: dict[str, Activity], **answers: Answer) -> SourceFacts:
    return SourceFacts("SQLite 3", 0, activity=activity, answers=UNTOLD | answers)


def daily(first: date, last: date, org: str = "A") -> Activity:
    """A table with a row on every day."""
    days = {(first + timedelta(days=n)).isoformat(): 1 for n in range((last - first).days + 1)}
    return Activity("t", "sj", last.isoformat(), "", first.isoformat(), days, {org: last.isoformat()}, {org: len(days)})


def rhythm_of(now: SourceFacts, before: SourceFacts | None = None, day: date = DAY) -> tuple[Finding, ...]:
    return tuple(rhythm(with_rhythm(now, before, strict(), day), before, strict(), day))


def only(found: tuple[Finding, ...], check: str) -> Finding:
    (one,) = (item for item in found if item.check == check)
    return one


def about(found: tuple[Finding, ...], check: str, table: str) -> Finding:
    (one,) = (item for item in found if item.check == check and item.table == table)
    return one


@pytest.mark.parametrize(("silent", "outcome"), [(5, Outcome.WARNED), (15, Outcome.FAILED)])
def test_a_table_that_had_rows_each_day_and_stops_is_noticed_by_its_age(silent: int, outcome: Outcome) -> None:
    last = DAY - timedelta(days=silent)
    found = rhythm_of(facts({"t": daily(date(2025, 4, 1), last)}))
    assert about(found, "last", "t").outcome is outcome
    fresh = rhythm_of(facts({"t": daily(date(2025, 4, 1), DAY - timedelta(days=1))}))
    assert [one.table for one in fresh if one.check == "last"] == [""]


def test_a_table_that_stopped_before_the_window_is_known_from_the_months_before() -> None:
    known = with_rhythm(facts({"t": daily(date(2025, 2, 1), date(2025, 3, 1))}), None, strict(), date(2025, 3, 2))
    stopped = facts({"t": Activity("t", "sj", "2025-03-01", "", "2025-03-05")})
    a_month_on = with_rhythm(stopped, known, strict(), date(2025, 4, 5))
    assert about(rhythm_of(stopped, a_month_on), "last", "t").outcome is Outcome.FAILED
    assert "t" not in {one.table for one in rhythm_of(stopped)}


def test_a_source_in_which_nothing_happens_any_more_fails_as_a_whole() -> None:
    old = facts({"t": Activity("t", "sj", "2025-03-01", "", "2025-04-05"), "u": Activity("u", "sj")})
    assert Outcome.FAILED in {one.outcome for one in rhythm_of(old) if one.value == "全库最近 2025-03-01，距今 66 天"}


def test_a_table_that_gets_a_row_now_and_then_is_not_judged_by_days() -> None:
    rare = Activity("t", "sj", "2025-04-20", "", "2025-04-05", {"2025-04-08": 1, "2025-04-20": 1})
    found = rhythm_of(facts({"t": rare, "u": daily(date(2025, 4, 5), date(2025, 5, 5))}))
    assert [one.outcome for one in found if one.check == "last"] == [Outcome.PASSED, Outcome.NOT_APPLICABLE]
    assert "t" not in {one.table for one in found}


def test_weekends_and_holidays_without_rows_are_never_held_against_a_centre() -> None:
    table = daily(date(2025, 4, 1), date(2025, 5, 5))
    closed = {"2025-04-04", "2025-05-01", "2025-05-02", "2025-05-05"}  # 清明, 劳动节
    weekday = {day: rows for day, rows in table.days.items() if date.fromisoformat(day).weekday() < 5}
    open_days = {day: rows for day, rows in weekday.items() if day not in closed}
    now = facts({"t": replace(table, last="2025-04-30", days=open_days)})
    assert only(rhythm_of(now), "days").outcome is Outcome.PASSED


def test_a_row_dated_in_the_future_and_a_table_that_was_not_asked_are_told_apart() -> None:
    ahead = replace(daily(date(2025, 4, 1), date(2025, 5, 5)), ahead="2099-01-01")
    found = rhythm_of(facts({"t": ahead, "u": Activity("u", "sj", untold="没有索引")}))
    assert (only(found, "ahead").outcome, only(found, "ahead").table) == (Outcome.WARNED, "t")
    assert {one.table: one.outcome for one in found if one.check == "last"}["u"] is Outcome.NOT_VERIFIED


def test_an_institution_that_sent_each_day_and_fell_silent_is_named_and_a_rare_one_is_not() -> None:
    early, late = daily(date(2025, 4, 1), date(2025, 4, 10), "A"), daily(date(2025, 4, 1), date(2025, 5, 5), "B")
    rare = Activity("v", "sj", "2025-04-20", "", "2025-04-01", {"2025-04-20": 1}, {"C": "2025-04-20"}, {"C": 1})
    found = only(rhythm_of(facts({"t": early, "u": replace(late, table="u"), "v": rare})), "institutions")
    assert (found.outcome, found.value) == (Outcome.FAILED, "1 个（共 3 个）：A（最近 2025-04-10）")


@pytest.mark.parametrize(
    ("question", "rows", "outcome"),
    [
        ("backup", (("完整备份", "2025-05-05 03:00:00", None),), Outcome.PASSED),
        ("backup", (("完整备份", "2025-04-20 03:00:00", None),), Outcome.FAILED),
        ("backup", (("WAL 归档", "2025-05-05 03:00:00", "2025-05-05 04:00:00"),), Outcome.FAILED),
        ("backup", (("完整备份", None, None),), Outcome.FAILED),
        ("connections", (("81", "100"),), Outcome.WARNED),
        ("connections", (("80", "100"),), Outcome.PASSED),
        ("transactions", (("7200",),), Outcome.WARNED),
        ("replication", (), Outcome.NOT_APPLICABLE),
        ("replication", (("从库", "900"),), Outcome.WARNED),
        ("replication", (("从库", None),), Outcome.NOT_VERIFIED),
        ("waste", (("t", "45", "900000000"), ("u", "45", "9")), Outcome.WARNED),
        ("unused", (("t", "i", "900000000"), ("t", "j", "9")), Outcome.WARNED),
        ("procedures", (("3", "2025-05-01 08:00:00"),), Outcome.NOT_VERIFIED),
    ],
)
def test_what_the_engine_tells_is_held_against_the_threshold(
    question: str, rows: tuple[tuple[str | None, ...], ...], outcome: Outcome
) -> None:
    found = tuple(engine_state(facts({}, **{question: Answer(rows)}), None, strict(), DAY))
    assert only(found, question).outcome is outcome
    assert {one.outcome for one in found if one.check != question} == {Outcome.NOT_VERIFIED}


def test_a_stored_procedure_that_was_changed_since_last_month_is_noticed() -> None:
    before, now = (facts({}, procedures=Answer((("3", at),))) for at in ("2025-04-01 08:00:00", "2025-05-01 08:00:00"))
    judged = (only(tuple(engine_state(one, before, strict(), DAY)), "procedures") for one in (before, now))
    assert [one.outcome for one in judged] == [Outcome.PASSED, Outcome.WARNED]


@pytest.mark.parametrize(("free", "outcome"), [(50, Outcome.PASSED), (10, Outcome.WARNED), (4, Outcome.FAILED)])
def test_the_disk_of_our_store_is_judged_by_what_is_left(free: int, outcome: Outcome) -> None:
    disk, cleanup = judge_store(StoreFacts(100, free, {"runs": 7}, ("20240101-000000-H1",), 7), None, strict())
    assert disk.outcome is outcome
    assert (cleanup.outcome, cleanup.reason) == (Outcome.WARNED, "20240101-000000-H1")


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_a_change_says_its_direction_and_none_is_steady(now: int, then: int) -> None:
    text = change_text(now, then)
    assert text[0] == ("持" if now == then else "+" if now > then else "−")
    assert ("%" in text) == (now != then and then > 0)


def test_sizes_are_written_for_people() -> None:
    sizes = (0, 999, 1000, 1_234_567, 999_999_999_999, 5 * 10**15)
    assert [size_text(size) for size in sizes] == ["0 B", "999 B", "1.0 KB", "1.2 MB", "999.9 GB", "5000.0 TB"]


def report(*findings: Finding, source: str = "centre") -> str:
    now = Inspection(source, "示例", "2025-05-06", "2025-05-06T08:00:00+08:00", facts({}), findings)
    return page(report_of((Inspected(now),), read_guide(), "某卫生院"))


def test_the_report_has_its_sections_and_rooms_to_write_and_never_calls_unverified_passed() -> None:
    guide = read_guide()
    text = report(
        guide.finding("backup", Outcome.NOT_VERIFIED, reason="数据库不记录备份"),
        guide.finding("temporary", Outcome.WARNED, table="tmp_x", value="3 行"),
    )
    headings = re.findall(r"<h2[^>]*>([^<]*)", text)
    wanted = ["概况", "提示（1 项）", "未验证（1 项）", "centre：各表与趋势", "人工检查", "应急预案", "签字"]
    assert headings == wanted
    assert "未验证 1 项（不等于正常）" in text
    assert guide.checks["temporary"][1] in text
    assert "服务器硬件与故障代码" in text


def test_the_report_escapes_names_and_gives_the_same_bytes_twice() -> None:
    finding = read_guide().finding("temporary", Outcome.WARNED, table="tmp_<script>\x1b[31m")
    text = report(finding)
    assert "<script" not in text
    assert "\x1b" not in text
    assert text == report(finding)


def test_the_document_says_what_the_page_says_and_gives_the_same_bytes_twice() -> None:
    from docx import Document

    finding = read_guide().finding("temporary", Outcome.WARNED, table="tmp_x\x1b[31m", value="3 行")
    now = Inspection("centre", "示例", "2025-05-06", "2025-05-06T08:00:00+08:00", facts({}), (finding,))
    made = report_of((Inspected(now),), read_guide(), "某卫生院")
    written = document(made)
    assert written == document(made)
    read = Document(io.BytesIO(written))
    assert [one.text for one in read.paragraphs if one.style and one.style.name == "Heading 2"] == [
        section.title for section in made.sections
    ]
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    listed = [text.replace("\x1b", " ") for one in made.sections for row in (one.head, *one.rows) for text in row]
    assert cells == [text for pair in made.facts for text in pair] + listed
