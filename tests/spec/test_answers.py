"""Answers in the clerk's workbook: read back, held against the findings, written into the acceptance report."""

import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.findings_workbook.answers import read_answers
from exports.findings_workbook.layout import ANSWER, KEY, NAME, NUMBER, ON, REMARK, TITLES, UNTIL
from exports.findings_workbook.write import write_findings
from flows.cli import main
from flows.export import export
from flows.job import Job, make_job
from flows.run import start_run
from schemas.errors import AnswersError
from schemas.finding import Finding, findings_table, seen_of
from schemas.reference import ROOT
from schemas.result import CheckResult, Outcome
from schemas.waiver import Fate, Waiver, apply, load_vocabulary, stamp_of
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.centre.faults import break_tables
from tests.centre.faults.money import FEN, PAID_IN_CASH
from tests.centre.faults.tools import plus, settled
from tests.clerk import DAY, FINDINGS, RESULTS, a_book, a_waiver, fill, rows_of
from tests.house import FIRST, LAST, TO_OUT, Exported, export_on, settings_for, text_of

ON_DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("answers") / "findings.xlsx"
    write_findings(a_book(), found)
    return found


@pytest.fixture
def path(blank: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(blank, tmp_path / "findings.xlsx"))


def read(path: Path) -> tuple[Waiver, ...]:
    return read_answers(path, DAY).waivers


def refused(path: Path) -> str:
    with pytest.raises(AnswersError) as error:
        read_answers(path, DAY)
    return str(error.value)


def after(*waivers: Waiver) -> dict[str, CheckResult]:
    found = apply(RESULTS, findings_table(list(FINDINGS)), waivers, DAY)
    return {one.id: one for one in found.results}


def fates(*waivers: Waiver, results: tuple[CheckResult, ...] = RESULTS) -> tuple[Fate, ...]:
    return apply(results, findings_table(list(FINDINGS)), waivers, DAY).fates


def test_an_answer_comes_back_with_its_finding_remark_name_and_days(path: Path) -> None:
    fill(path, "收费", [7], **{UNTIL: date(2027, 3, 1)})
    [found] = read(path)
    assert found == Waiver(
        FINDINGS[4].key, "情况属实", "手工减免，有单据", "张三", ON_DAY, date(2027, 3, 1),
        place="工作表“收费”第 7 行", seen=seen_of(FINDINGS[4].value, FINDINGS[4].expected),
    )  # fmt: skip


def test_an_answer_does_not_hold_when_the_value_is_another(path: Path) -> None:
    fill(path, "收费", [7])
    [found] = read(path)
    assert fates(found) == (Fate.USED,)
    worse = [replace(one, value="90046.00") if one.key == found.key else one for one in FINDINGS]
    assert apply(RESULTS, findings_table(worse), (found,), DAY).fates == (Fate.CHANGED,)


def test_answers_of_another_hospital_period_or_format_are_refused(tmp_path: Path) -> None:
    mine = stamp_of("H65040200001", date(2024, 1, 1), date(2024, 12, 31), "nhsa/2024")
    path = tmp_path / "findings.xlsx"
    write_findings(replace(a_book(), stamp=mine), path)
    fill(path, "收费", [7])
    assert len(read_answers(path, DAY, mine).waivers) == 1
    for org, year, form in (("H65040200002", 2024, "nhsa/2024"), ("H65040200001", 2023, "nhsa/2024")):
        other = stamp_of(org, date(year, 1, 1), date(year, 12, 31), form)
        with pytest.raises(AnswersError, match="另一家机构"):
            read_answers(path, DAY, other)


@pytest.mark.parametrize("key", ["123", "1", "null", "[]", "[1,2]"])
def test_a_key_that_is_no_list_is_told_with_its_row(path: Path, key: str) -> None:
    fill(path, "收费", [7], **{KEY: key})
    assert "第 7 行" in refused(path)


def test_a_file_that_is_damaged_inside_is_refused_in_chinese(path: Path) -> None:
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"][:900]
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert path.read_bytes() != whole
    assert "不能作为 xlsx 打开" in refused(path)


def test_without_a_last_day_an_answer_holds_for_a_year(path: Path) -> None:
    fill(path, "收费", [7])
    fill(path, "收费", [8], **{ON: date(2024, 2, 29)})
    assert [one.until for one in read(path)] == [date(2027, 11, 20), date(2025, 2, 28)]


@pytest.mark.parametrize(
    "written",
    [
        datetime(2026, 11, 20), 46346, 46346.0, "2026-11-20", "2026/11/20 ", "2026.11.20", "2026年11月20日", "20261120",
        "２０２６－１１－２０", "2026/11/20 0:00:00",
    ],
)  # fmt: skip
def test_days_may_be_cells_numbers_or_texts(path: Path, written: Any) -> None:
    fill(path, "收费", [7], **{ON: written})
    assert read(path)[0].on == ON_DAY


def test_rows_and_columns_may_be_moved_and_sheets_added(path: Path) -> None:
    fill(path, "收费", [7])
    before = read(path)[0]
    book = openpyxl.load_workbook(path)
    sheet = book["收费"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for number, row in enumerate([rows[0], *reversed(rows[1:])], start=3):
        for place, value in enumerate(reversed(row), start=2):
            sheet.cell(number, place).value = value
    sheet.delete_rows(1, 2)
    sheet.delete_cols(1)
    sheet.insert_rows(20, 3)
    book.create_sheet("备注", 0)["A1"] = "我的笔记"
    book.save(path)
    [found] = read(path)
    assert replace(found, place="") == replace(before, place="")


def test_blanks_around_what_was_typed_do_no_harm(path: Path) -> None:
    fill(path, "收费", [7], **{ANSWER: " 情况属实 ", NAME: "张三  "})
    assert [(one.answer, one.name) for one in read(path)] == [("情况属实", "张三")]


@pytest.mark.parametrize("title", [REMARK, NAME, ON])
def test_an_answer_without_remark_name_or_day_is_refused_by_sheet_and_row(path: Path, title: str) -> None:
    fill(path, "收费", [7], **{title: None})
    assert f"工作表“收费”第 7 行：答“情况属实”时“{title}”不能空着" in refused(path)


def test_a_word_that_is_not_on_the_list_is_refused_with_the_choices(path: Path) -> None:
    fill(path, "收费", [7], **{ANSWER: "没问题"})
    assert "工作表“收费”第 7 行：“处理结果”写的是“没问题”，只能选 已修改、情况属实、" in refused(path)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({ON: "上周五"}, "“处理日期”写的是“上周五”，应写成 2026-11-25 这样的日期"),
        ({ON: 20261120}, "应写成 2026-11-25 这样的日期"),
        ({ON: "2026-02-30"}, "应写成 2026-11-25 这样的日期"),
        ({ON: DAY + timedelta(1)}, "“处理日期”2026-11-26 晚于导出的日期 2026-11-25"),
        ({UNTIL: date(2026, 1, 1)}, "“有效期至”2026-01-01 早于“处理日期”2026-11-20"),
        ({KEY: None}, "没有“核对码”，可能是新插入的行"),
        ({KEY: "I01"}, "“核对码”被改动过"),
        ({NUMBER: 9}, "可能只对部分栏排过序"),
    ],
)
def test_what_cannot_stand_is_refused(path: Path, cells: dict[str, Any], said: str) -> None:
    fill(path, "收费", [7], **cells)
    assert said in refused(path)


def test_every_wrong_line_is_counted_and_the_first_ten_are_named(path: Path) -> None:
    fill(path, "收费", range(3, 15), **{NAME: None})
    said = refused(path)
    assert "有 12 处需要改正" in said
    assert said.count("不能空着") == 10
    assert "另有 2 处" in said


def test_an_answer_on_a_rules_line_is_refused_when_each_row_has_its_own(path: Path) -> None:
    fill(path, "收费", rows_of(path, "收费", "I01", own=True))
    assert "请在它下面逐行作答" in refused(path)


def test_two_different_answers_to_one_row_are_refused(path: Path) -> None:
    fill(path, "收费", [7])
    book = openpyxl.load_workbook(path)
    copied = [cell.value for cell in book["收费"][7]]
    book["收费"].append(copied)
    book.save(path)
    assert len(read(path)) == 1
    fill(path, "收费", [7], **{REMARK: "另一种说法"})
    assert "同一行的两份不同答复" in refused(path)


def test_a_remark_without_an_answer_is_told(path: Path) -> None:
    fill(path, "收费", [7], **{ANSWER: None})
    assert read_answers(path, DAY).unfinished == ("工作表“收费”第 7 行",)


def test_a_file_that_is_no_such_workbook_is_refused(path: Path, tmp_path: Path) -> None:
    assert "没有答复文件" in refused(tmp_path / "none.xlsx")
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 an old or locked file")
    assert "不能作为 xlsx 打开" in refused(tmp_path / "a.xlsx")
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    assert "不是院内核对工作簿" in refused(tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(path)
    book["收费"].delete_cols(len(TITLES))
    book.save(path)
    assert "工作表“收费”缺少“核对码”栏" in refused(path)


def test_thirty_answers_waive_those_rows_and_only_those(path: Path) -> None:
    chosen = rows_of(path, "收费", "I01")[5:35]
    fill(path, "收费", chosen)
    found = apply(RESULTS, findings_table(list(FINDINGS)), read(path), DAY)
    answered = [one.row for one, used in zip(FINDINGS, found.rows.to_pylist(), strict=True) if used is not None]
    assert answered == [f"mz_jsb:{number}" for number in range(5, 35)]
    changed = {one.id for one, given in zip(found.results, RESULTS, strict=True) if one != given}
    assert changed == {"I01"}
    result = next(one for one in found.results if one.id == "I01")
    assert (result.outcome, result.failing, result.waived) == (Outcome.FAILED, 40, 30)
    assert result.reason == "其中 30 行有书面说明"


def test_a_rule_whose_every_row_is_answered_does_not_block_any_more() -> None:
    result = after(*(a_waiver("I01", number) for number in range(40)))["I01"]
    assert (result.outcome, result.waived, result.blocks) == (Outcome.WARNED, 40, False)
    assert result.reason == "40 行均有书面说明（签名、日期、有效期）"


def test_a_result_without_rows_can_be_answered_for_what_it_says(path: Path) -> None:
    fill(path, "信息科", [2])
    [waiver] = read(path)
    assert after(waiver)["V8"].outcome is Outcome.WARNED
    worse = tuple(replace(one, reason="门诊缺 202403、202404 月") if one.id == "V8" else one for one in RESULTS)
    assert fates(waiver, results=worse) == (Fate.CHANGED,)


def test_rows_that_are_not_listed_are_answered_together_and_for_exactly_so_many(path: Path) -> None:
    fill(path, "收费", rows_of(path, "收费", "I02") + rows_of(path, "收费", "I02", own=True))
    waivers = read(path)
    assert len(waivers) == 31
    assert after(*waivers)["I02"].waived == 31_204
    more = tuple(replace(one, failing=31_205) if one.id == "I02" else one for one in RESULTS)
    assert set(fates(*waivers, results=more)) == {Fate.USED, Fate.CHANGED}


def test_mended_waives_nothing_and_is_told_when_the_row_is_still_there() -> None:
    assert after(a_waiver(answer="已修改"))["I01"].waived == 0
    gone = a_waiver(answer="已修改", key=("I01", "settlement", "mz_jsb:77", "medfee_sumamt"))
    assert fates(a_waiver(answer="已修改"), gone) == (Fate.STILL, Fate.MENDED)


def test_an_answer_holds_on_its_last_day_and_not_the_day_after() -> None:
    assert fates(a_waiver(until=DAY), a_waiver(number=1, until=DAY - timedelta(1))) == (Fate.USED, Fate.EXPIRED)


def test_answers_to_what_is_gone_unknown_or_unchecked_are_told() -> None:
    assert fates(
        a_waiver(key=("I01", "settlement", "mz_jsb:77", "medfee_sumamt")),
        a_waiver(key=("X99", "settlement", "mz_jsb:1", "medfee_sumamt")),
        a_waiver(key=("V11", "", "mz_jsb:1", "")),
        a_waiver(key=("I02", "fee_line", "mz_fymx:99", "cnt")),
    ) == (Fate.GONE, Fate.GONE, Fate.UNCHECKED, Fate.UNLISTED)


def test_a_rule_that_takes_no_waiver_goes_on_blocking() -> None:
    waiver = a_waiver("R04", 7)
    assert fates(waiver) == (Fate.REFUSED,)
    assert after(waiver)["R04"].blocks


def test_answers_that_say_the_same_are_one_line_of_the_report() -> None:
    waivers = [a_waiver("I01", number, remark="甲" if number < 3 else "乙") for number in range(5)]
    found = apply(RESULTS, findings_table(list(FINDINGS)), waivers, DAY).written
    assert [(one.rule, one.rows, one.remark) for one in found] == [("I01", 2, "乙"), ("I01", 3, "甲")]


def test_a_row_found_twice_is_answered_once() -> None:
    twice = [Finding("I01", "settlement", "mz_jsb:0", "", "medfee_sumamt", "1", "")] * 2
    results = [replace(RESULTS[1], failing=2)]
    assert apply(results, findings_table(twice), [a_waiver()], DAY).results[0].waived == 2


def job_with(folder: Path, answers: Path | None = None) -> Job:
    settings = settings_for(folder, f"sqlite:///{folder / 'his.sqlite'}")
    return make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings, answers=answers, day=DAY)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A small centre where 31 bills are one fen more than their lines, and the stock does not add up."""
    folder = tmp_path_factory.mktemp("broken")
    tables = generate(CentreSettings(visits=90, seed=1))
    break_tables(tables, ["stock_imbalance"])
    plus(tables, "mz_jsb", settled(tables["mz_jsb"])[:31], FEN, *PAID_IN_CASH)
    write(tables, f"sqlite:///{folder / 'his.sqlite'}")
    job = job_with(folder)
    run = start_run(job.settings.runs, job.record())
    return Exported(export(job, run, lambda line: None), run, job)


@pytest.fixture(scope="module")
def answered(broken: Exported, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """The same centre with thirty answers to the bills, and one to each line of stock."""
    book = tmp_path_factory.mktemp("clerk") / "答复.xlsx"
    shutil.copy2(broken.published.folder / "local" / "findings.xlsx", book)
    fill(book, "收费", rows_of(book, "收费", "I01")[:30])
    fill(book, "药房", rows_of(book, "药房", "S01"), **{ANSWER: "无法追溯", REMARK: "搬迁时遗失单据", NAME: "李四"})
    store = broken.job.settings.store
    return export_on(broken, store, job_with(store, book), TO_OUT)


def report(exported: Exported) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((exported.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    return found


def test_the_report_lists_the_answers_that_were_used(answered: Exported) -> None:
    written = [(one["rule"], one["rows"], one["name"]) for one in report(answered)["written"]]
    assert written == [("I01", 30, "张三"), ("S01", 4, "李四")]
    text = (answered.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "## 书面说明" in text
    assert "| 30 | 情况属实 | 张三 | 2026-11-20 | 2027-11-20 |" in text
    assert not [path for path in answered.deliver.rglob("*.*") if "手工减免" in text_of(path)]
    [result] = [one for one in report(answered)["checks"] if one["id"] == "I01"]
    assert (result["waived"], result["failing"], result["reason"]) == (30, 31, "其中 30 行有书面说明")


def test_a_package_whose_blocking_rows_are_all_answered_can_be_handed_over(
    broken: Exported, answered: Exported
) -> None:
    assert (broken.published.exit_code, answered.published.exit_code) == (1, 0)
    assert answered.published.sentence.startswith("可以交付：没有不通过的核对项；")
    assert answered.published.sentence.endswith("；2 条规则有书面说明。")


def test_answers_change_the_report_and_not_the_data(broken: Exported, answered: Exported) -> None:
    assert answered.data() == broken.data()
    assert answered.published.folder.name.endswith("_v2")
    others = [
        [one for one in report(exported)["checks"] if one["id"] not in ("I01", "S01")]
        for exported in (broken, answered)
    ]
    assert others[0] == others[1]


def test_the_run_keeps_what_was_answered_and_when(answered: Exported) -> None:
    asked = answered.run.asked()
    assert asked["day"] == "2026-11-25"
    assert asked["answers"]["sha256"] == read_answers(Path(asked["answers"]["path"]), DAY).sha256


def test_the_next_run_says_what_became_of_the_answers(answered: Exported) -> None:
    found = answered.published.summary.answers
    assert found is not None
    assert (found["used"], found["told"]) == (34, {})
    said = answered.published.summary.lines(Path("findings.xlsx"))
    assert "院内答复：采用 34 条；已修改并已消失 0 条。" in said


def test_every_answer_and_every_fate_stands_in_the_manual() -> None:
    manual = (ROOT / "reference" / "manual" / "操作手册.md").read_text(encoding="utf-8")
    for word in load_vocabulary().words:
        assert f"| {word} |" in manual
    for fate in (Fate.STILL, Fate.EXPIRED, Fate.GONE, Fate.CHANGED, Fate.UNLISTED, Fate.UNCHECKED, Fate.REFUSED):
        assert any(fate.split("，")[0].split("（")[0] in line for line in manual.splitlines()), fate


def test_the_command_refuses_a_file_before_it_reads_the_source(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[sources.centre]\nadapter = "sample"\nurl = "sqlite:///none.sqlite"\n'
    (workdir / "feijian.toml").write_text(text, encoding="utf-8")
    period = ["--from", FIRST, "--to", LAST, "--answers", "none.xlsx"]
    assert main(["export", "--source", "centre", "--org", DEMO_ORG, *period]) == 2
    assert "没有答复文件 none.xlsx" in capsys.readouterr().err
