"""Against the last run: what is new, what is still there, what has been solved."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.findings_workbook.lines import share
from exports.findings_workbook.write import write_findings
from flows.history import HISTORY, history_folder, last_run, remember
from flows.job import Job, make_job
from flows.settings import Window
from flows.steps.clerk import summarise
from schemas.comparison import PAST, Past, PastRule, compare, past_rules
from schemas.errors import StoreError
from schemas.finding import FINDINGS as LAYOUT
from schemas.finding import findings_table
from schemas.result import CheckResult, Outcome
from tests.centre import DEMO_ORG
from tests.clerk import FINDINGS, RESULTS, a_book
from tests.house import FIRST, LAST, TO_OUT, export_from, export_on, settings_for, write_centre

DAY = date(2026, 11, 20)
TABLE = findings_table(list(FINDINGS))


def past(table: pa.Table = TABLE, **rules: PastRule) -> Past:
    """The small book as an earlier run left it, with these rules otherwise."""
    kept = {**past_rules(RESULTS, TABLE), **rules}
    return Past("20261120-080000-H65", "2026-11-20", kept, table.select(PAST.names))


def without(*rows: str) -> pa.Table:
    return findings_table([one for one in FINDINGS if one.row not in rows])


def one_row_of(rule: str) -> list[CheckResult]:
    """The results, with a single failing row of one rule."""
    return [replace(one, failing=1) if one.id == rule else one for one in RESULTS]


def states(rule: str, found: Past | None, table: pa.Table = TABLE) -> list[str]:
    words = compare(RESULTS, table, found).states.to_pylist()
    return [word for word, name in zip(words, table["rule"].to_pylist(), strict=True) if name == rule]


def test_without_an_earlier_run_nothing_is_called_new() -> None:
    assert set(compare(RESULTS, TABLE, None).states.to_pylist()) == {"首次"}


def test_a_row_that_was_there_is_still_there_and_another_is_new() -> None:
    assert states("P03", past(without("mz_jsb:91"))) == ["仍在", "新增"]


def test_a_row_that_is_gone_is_solved() -> None:
    found = compare(one_row_of("P03"), without("mz_jsb:91"), past())
    assert found.solved["_row"].to_pylist() == ["mz_jsb:91"]


def test_the_row_of_another_rule_or_column_is_another_finding() -> None:
    other = findings_table([replace(one, column="psn_no") if one.row == "mz_jsb:90" else one for one in FINDINGS])
    assert states("P03", past(other)) == ["新增", "仍在"]


def test_a_rule_whose_rows_were_cut_is_compared_by_count_alone() -> None:
    before = PastRule("金额等于单价乘数量", "收费", 40_000, 30, 0)
    found = compare(RESULTS, TABLE, past(I02=before))
    assert set(states("I02", past(I02=before))) == {"只比总数"}
    assert [(one.rule, one.before, one.now) for one in found.counted] == [("I02", 40_000, 31_204)]
    gone = compare(RESULTS, without(*(f"mz_jsb:{number}" for number in range(40))), past(I02=before))
    assert "I02" not in gone.solved["rule"].to_pylist()


def test_a_rule_without_rows_that_passes_is_solved() -> None:
    passed = [replace(one, outcome=Outcome.PASSED) if one.id == "V8" else one for one in RESULTS]
    assert list(compare(passed, TABLE, past()).solved_rules) == ["V8"]
    assert compare(RESULTS, TABLE, past()).rules["V8"] == "仍在"


def test_what_is_not_verified_any_more_is_not_called_solved() -> None:
    blind = [replace(one, outcome=Outcome.NOT_VERIFIED) if one.id == "P03" else one for one in RESULTS]
    found = compare(blind, without("mz_jsb:90", "mz_jsb:91"), past())
    assert found.unchecked == ("P03",)
    assert found.solved.num_rows == 0


def test_the_workbook_counts_and_lists_what_is_solved(tmp_path: Path) -> None:
    rest = [one for one in FINDINGS if one.row not in ("mz_jsb:90", "mz_jsb:91") or one.rule != "P03"]
    results = [replace(one, outcome=Outcome.PASSED, failing=0) if one.id == "P03" else one for one in RESULTS]
    book = a_book(past=past(without("mz_jsb:39")), results=results, findings=rest)
    mine = share(book, "收费")
    assert (mine.states["新增"], mine.states["仍在"], mine.states["只比总数"]) == (1, 40, 30)
    assert share(book, "医保办").solved == 2
    write_findings(book, tmp_path / "f.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "f.xlsx")["已解决"].iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in rows] == [("医保办", "P03", "编码合乎国家编码的形状")] * 2
    assert [row[4] for row in rows] == [one.locate for one in FINDINGS if one.rule == "P03"]


@pytest.fixture
def job(tmp_path: Path) -> Job:
    settings = settings_for(tmp_path, "sqlite:///none.sqlite")
    return make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings, day=DAY)


def remembered(job: Job, run: str, table: pa.Table = TABLE) -> None:
    path = job.settings.store / "findings.parquet"
    pq.write_table(table, path)
    remember(job, run, path, past_rules(RESULTS, table), verdict="不可交付", package="v1")


def test_the_last_run_of_the_same_period_and_format_is_remembered(job: Job) -> None:
    remembered(job, "a", without("mz_jsb:91"))
    remembered(job, "b")
    found = last_run(job, "c")
    assert found is not None
    assert (found.run, found.day, found.findings.num_rows) == ("b", "2026-11-20", len(FINDINGS))
    assert found.rules["I02"] == PastRule("金额等于单价乘数量", "收费", 31_204, 30, 0)
    earlier = last_run(job, "b")
    assert earlier is not None
    assert earlier.run == "a"


def test_other_periods_formats_and_rehearsals_do_not_mix(job: Job) -> None:
    remembered(job, "a")
    month = Window(date(2024, 3, 1), date(2024, 3, 31))
    for other in (
        replace(job, window=month),
        replace(job, rehearsal_of=job.window),
        replace(job, form=replace(job.form, id="nhsa/legacy")),
        replace(job, org="H65040200099"),
    ):
        assert last_run(other, "b") is None


def test_the_history_keeps_no_values(job: Job) -> None:
    remembered(job, "a")
    kept = pq.read_table(history_folder(job) / "a.parquet")
    assert kept.schema.names == PAST.names
    assert set(LAYOUT.names) - set(kept.schema.names) == {"value", "expected"}


def test_a_run_is_remembered_once_and_a_torn_line_does_no_harm(job: Job) -> None:
    remembered(job, "a")
    remembered(job, "a")
    path = history_folder(job) / HISTORY
    assert len(path.read_text(encoding="utf-8").splitlines()) == 1
    with path.open("a", encoding="utf-8") as handle:
        handle.write('{"run": "tor')
    remembered(job, "b")
    assert [one.run for one in (last_run(job, run) for run in ("b", "c")) if one] == ["a", "b"]


def test_a_spoilt_history_is_named(job: Job) -> None:
    remembered(job, "a")
    (history_folder(job) / "a.parquet").write_bytes(b"x")
    with pytest.raises(StoreError, match=r"a\.parquet 已损坏：请删去它后重试"):
        last_run(job, "b")


def test_the_summary_says_against_which_run_it_counts(job: Job) -> None:
    said = summarise(job, a_book(past=past(without("mz_jsb:91")))).lines(Path("findings.xlsx"))
    assert "与上次比较（2026-11-20，运行 20261120-080000-H65）：新增 1，仍在 43，只比总数 30，已解决 0。" in said
    assert "  只比总数（行没有列全）：I02 上次 31204 行，本次 31204 行。" in said


def test_two_exports_of_the_same_data_give_the_same_package_and_nothing_new(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, 60, ("stock_imbalance",))
    first = export_from(tmp_path, url)
    second = export_on(first, tmp_path, first.job, TO_OUT)
    assert first.published.summary.against is None
    assert second.published.known
    against = second.published.summary.against
    assert against is not None
    assert against["run"] == first.run.id
    assert against["states"]["新增"] == against["states"]["已解决"] == 0
    assert against["states"]["仍在"] > 0
