"""A row that cannot stand in any format is kept back whole, named with the reason, and holds up the sealing."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from exports.acceptance.verdict import QUARANTINE, Acceptance
from exports.findings_workbook.answers import Answers
from flows.cli import main
from flows.steps.check import load_results
from schemas.finding import findings_of
from schemas.result import CheckResult, Outcome
from schemas.waiver import Waiver
from tests.house import TO_OUT, Exported, export_from, export_on, write_centre
from tests.traced import Traced, trace


def spoilt(path: Path, *statements: str, visits: int = 80) -> str:
    """A centre in SQLite, changed by SQL; its URL."""
    write_centre(f"sqlite:///{path}", visits)
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """One row of each kind of harm, and one that has two."""
    folder = tmp_path_factory.mktemp("traced")
    return trace(
        folder,
        spoilt(
            folder / "his.sqlite",
            "UPDATE zd_jlb SET zdxh = NULL WHERE zdid = (SELECT min(zdid) FROM zd_jlb)",
            "UPDATE yk_crk SET djh = '', ywsj = NULL WHERE crkid = (SELECT min(crkid) FROM yk_crk)",
            "UPDATE yk_crk SET ywsj = '2024-02-30 10:00:00' WHERE crkid = (SELECT max(crkid) FROM yk_crk)",
            "UPDATE mz_jsb SET zje = NULL WHERE jsid = 1",
            "UPDATE mz_jsb SET zje = '壹佰元' WHERE jsid = 2",
            "UPDATE mz_jsb SET jssj = NULL WHERE jsid = 3",
            "UPDATE mz_fymx SET jsid = 999999 WHERE fyid = (SELECT max(fyid) FROM mz_fymx WHERE jszt = '1')",
        ),
    )


def harmed(traced: Traced, table: str, reason: str) -> list[str]:
    return [row for row, said in traced.quarantine.items() if said == (table, reason)]


def test_a_row_without_a_part_of_its_key_is_quarantined(traced: Traced) -> None:
    assert harmed(traced, "diagnosis", "key") == ["zd_jlb:1"]


def test_an_amount_that_is_empty_or_no_number_is_quarantined_and_not_delivered(traced: Traced) -> None:
    assert harmed(traced, "settlement", "amount") == ["mz_jsb:1", "mz_jsb:2"]
    delivered = traced.query("SELECT count(*), count(TOTAL_AMOUNT) FROM '{out}/SETTLE_MZ.parquet'")
    assert delivered[0][0] == delivered[0][1] == traced.accounts["settlement"].whole.delivered.rows - inpatients(traced)


def inpatients(traced: Traced) -> int:
    [(rows,)] = traced.query("SELECT count(*) FROM '{out}/SETTLE_ZY.parquet'")
    return int(rows)


def test_a_date_that_cuts_the_period_and_is_empty_or_no_date_is_quarantined(traced: Traced) -> None:
    assert harmed(traced, "settlement", "time") == ["mz_jsb:3"]
    [(last,)] = traced.query("SELECT 'yk_crk:' || max(crkid) FROM '{raw}/yk_crk/*.parquet'")
    assert harmed(traced, "stock_movement", "time") == [last]


def test_a_row_has_one_reason_and_the_key_comes_first(traced: Traced) -> None:
    assert harmed(traced, "stock_movement", "key") == ["yk_crk:1"]


def test_lines_whose_settlement_is_nowhere_or_quarantined_go_with_it(traced: Traced) -> None:
    lines = harmed(traced, "fee_line", "parent")
    owned = traced.query("SELECT _row FROM '{raw}/mz_fymx/*.parquet' WHERE jsid IN (1, 2, 3) AND jszt <> '9'")
    [orphan] = traced.query("SELECT _row FROM '{raw}/mz_fymx/*.parquet' WHERE jsid = 999999")
    assert set(lines) == {row for (row,) in [*owned, orphan]}


def test_the_ledger_closes_with_what_is_quarantined(traced: Traced) -> None:
    for name, one in traced.accounts.items():
        assert one.result().outcome is Outcome.PASSED, one.result().reason
        assert one.whole.quarantined.rows == sum(table == name for table, _ in traced.quarantine.values())
    assert traced.accounts["settlement"].months[""].quarantined.rows == 1


def test_a_row_that_a_rule_of_the_adapter_excludes_is_not_quarantined(tmp_path: Path) -> None:
    unpaid = "WHERE jsid = (SELECT min(jsid) FROM mz_jsb WHERE jszt = '0')"
    traced = trace(tmp_path, spoilt(tmp_path / "his.sqlite", f"UPDATE mz_jsb SET zje = NULL {unpaid}"))
    assert traced.quarantine == {}
    assert traced.accounts["settlement"].result().outcome is Outcome.PASSED


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """A whole export of a centre with rows that cannot stand in the format."""
    folder = tmp_path_factory.mktemp("unsealed")
    return export_from(
        folder,
        spoilt(
            folder / "his.sqlite",
            "UPDATE mz_jsb SET zje = '壹佰元' WHERE jsid = 2",
            "UPDATE mz_jsb SET jssj = NULL WHERE jsid = 3",
        ),
    )


def test_a_package_with_quarantined_rows_is_not_sealed(unsealed: Exported) -> None:
    published = unsealed.published
    assert "_unsealed_v" in published.folder.name
    assert published.exit_code == 1
    assert published.sentence.startswith("未封装：有 ")
    held = {path.name for path in (published.folder / "deliver").iterdir()}
    assert held == {"reports"}
    assert not list(published.folder.rglob("*.csv"))


def test_the_rules_name_every_quarantined_row(unsealed: Exported) -> None:
    found = {one.id: one for one in load_results(unsealed.run.part("findings") / "results.json")}
    assert found["Q01"].outcome is Outcome.PASSED
    assert (found["Q02"].failing, found["Q03"].failing) == (1, 1)
    assert found["Q04"].failing > 2
    assert all(found[rule].blocks and found[rule].waivable and found[rule].fix for rule in ("Q02", "Q03", "Q04"))


def test_the_whole_rows_lie_in_local_with_what_could_not_be_read(unsealed: Exported) -> None:
    folder = unsealed.published.folder / "local" / "quarantine"
    assert {path.name for path in folder.iterdir()} == {"settlement.xlsx", "fee_line.xlsx"}
    sheet = openpyxl.load_workbook(folder / "settlement.xlsx").active
    assert sheet is not None and sheet.title == "结算"
    head, *rows = sheet.iter_rows(values_only=True)
    assert head[:4] == ("隔离原因", "源行", "源库中无法读出的原值", "定点医疗机构编码（fixmedins_code）")
    by_row = {str(row[1]): dict(zip(head, row, strict=True)) for row in rows}
    assert by_row["mz_jsb:2"]["隔离原因"] == "金额缺失或无法读出"
    assert by_row["mz_jsb:2"]["源库中无法读出的原值"] == "zje=壹佰元"
    assert by_row["mz_jsb:3"]["隔离原因"] == "日期缺失或无法读出"
    assert all(isinstance(value, str) for row in rows for value in row if value is not None)


def test_nothing_in_deliver_holds_a_quarantined_row(unsealed: Exported) -> None:
    report = json.loads((unsealed.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    assert report["sealed"] is False
    quarantined = {line["title"]: line["quarantined"] for line in report["ledger"]}
    assert quarantined["结算"].startswith("2 行")


def test_verify_says_that_it_was_never_sealed(unsealed: Exported, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(unsealed.published.folder)]) == 2
    assert "从未封装" in capsys.readouterr().err


def test_an_unsealed_folder_leaves_the_one_before_and_takes_no_version_of_a_package(unsealed: Exported) -> None:
    before = unsealed.published.folder
    (before / "local" / "answered.txt").write_text("x", encoding="utf-8")
    again = export_on(unsealed, unsealed.job.settings.store, unsealed.job, TO_OUT)
    assert again.published.folder != before
    assert (before / "local" / "answered.txt").exists()
    assert {path.name.partition("_unsealed_v")[2] for path in before.parent.iterdir()} == {"1", "2"}


def test_an_answer_to_each_quarantined_row_seals_the_package_without_it(unsealed: Exported, tmp_path: Path) -> None:
    found = findings_of(pq.read_table(unsealed.run.part("findings") / "findings.parquet"))
    day = unsealed.job.day
    waivers = tuple(
        Waiver(one.key, "情况属实", "试机数据，从未收费", "张三", day, day) for one in found if one.rule in QUARANTINE
    )
    job = replace(unsealed.job, answers=Answers("findings.xlsx", "0" * 64, waivers, ()))
    published = export_on(unsealed, tmp_path, job, TO_OUT).published
    assert published.sealed
    assert published.folder.name.endswith("_v1")
    report = json.loads((published.folder / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    results = {one["id"]: one for one in report["checks"]}
    assert all(results[rule]["outcome"] != "不通过" for rule in QUARANTINE)
    assert main(["verify", str(published.folder)]) == 0
    assert (published.folder / "local" / "quarantine" / "settlement.xlsx").is_file()


def test_a_rehearsal_that_is_not_sealed_foresees_nothing(
    unsealed: Exported, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = f'[sources.centre]\nadapter = "sample"\nurl = "{unsealed.job.source.location()}"\n'
    (workdir / "feijian.toml").write_text(toml, encoding="utf-8")
    period = ["--from", "2024-01-01", "--to", "2024-12-31", "--rehearse", "2024-03"]
    assert main(["export", "--source", "centre", "--org", unsealed.job.org, *period]) == 1
    said = capsys.readouterr().out
    assert "未封装" in said and "核对结果（没有数据文件）：" in said and "全期" not in said
    assert main(["runs"]) == 0
    assert f"未封装 {unsealed.job.org}_20240301-20240331_rehearsal_unsealed" in capsys.readouterr().out


def judged(*results: CheckResult) -> Acceptance:
    """An acceptance of which only the checks matter."""
    return Acceptance("H1", "某某卫生院", ("2024-01-01", "2024-12-31"), "", "", (), results, (), {}, (), (), ())


def test_a_quarantine_that_is_answered_for_does_not_stand_in_the_way() -> None:
    failed = CheckResult("Q03", "时间", Outcome.FAILED, "settlement", failing=3, total=9)
    assert judged(failed).unsealable == [failed]
    answered = replace(failed, outcome=Outcome.WARNED, waived=3)
    assert judged(answered).unsealable == []
    assert judged(answered).ready


def test_a_partly_answered_quarantine_says_how_many_are_left() -> None:
    part = CheckResult("Q03", "时间", Outcome.FAILED, "settlement", failing=3, total=9, waived=2)
    assert judged(part).sentence.startswith("未封装：有 1 行")


def test_other_blocking_findings_leave_a_package_that_says_no() -> None:
    other = CheckResult("I01", "合计", Outcome.FAILED, "settlement", failing=1, total=9)
    assert judged(other).unsealable == []
    assert judged(other).sentence == "不可交付：有 1 项核对不通过。"


def test_a_ledger_that_does_not_close_is_said_beside_the_other_findings() -> None:
    ledger = CheckResult("ledger.settlement", "去向", Outcome.FAILED, "settlement", failing=1, total=9, waivable=False)
    other = CheckResult("I01", "合计", Outcome.FAILED, "settlement", failing=1, total=9)
    assert judged(ledger, other).sentence == (
        "未封装：1 张表的数据去向账不平，没有生成可以交付的数据；另有 1 项核对不通过。"
    )
