"""Ways round the rules that a reviewer found, each closed."""

from pathlib import Path

import pytest

from exports.access_log import read_log
from flows.cli import main
from flows.settings import load_settings
from tests.spec.commission.conftest import AREA


def test_a_sensitive_table_joined_to_residents_lowers_the_whole_statement(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    joined = "SELECT r.name, s.diagnosis FROM smd_file AS s JOIN resident AS r USING (empi)"
    assert main(["sql", joined, "--class", "C", "--purpose", "试"]) == 3
    assert "B 类（去标识明细）中没有列 name" in capsys.readouterr().err
    assert main(["sql", "SELECT count(*) AS n FROM smd_file", "--class", "C", "--purpose", "试"]) == 0
    assert "按 B 类提供" in capsys.readouterr().out


def test_an_error_tells_no_value_and_is_logged(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leaking = "SELECT CAST(string_agg(empi || '/' || CAST(birth AS VARCHAR), ';') AS INTEGER) AS n FROM resident"
    assert main(["sql", leaking]) == 2
    told = capsys.readouterr().err
    assert "运行时出错" in told and "/19" not in told
    assert read_log(load_settings(synced).access_log)[-1]["result"] == "failed"


def test_rows_have_no_number_by_which_two_answers_could_be_joined(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sql", "SELECT rowid, birth FROM resident"]) == 3
    assert "不能使用 rowid" in capsys.readouterr().err


def test_a_report_that_may_not_leave_touches_no_file(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("kept.xlsx").write_text("以前的文件", encoding="utf-8")
    asked = ["report", "app-month", "--area", AREA, "--period", "2024-06"]
    assert main([*asked, "--who", "张三 13812345678", "--out", "kept.xlsx"]) == 3
    assert Path("kept.xlsx").read_text(encoding="utf-8") == "以前的文件"
    assert main([*asked, "--who", "张三 13812345678", "--out", "other.csv"]) == 2
    assert "应以 .xlsx 结尾" in capsys.readouterr().err and not Path("other.csv").exists()
    log = load_settings(synced).access_log
    for path in (log, log.with_suffix(".lock")):
        path.unlink(missing_ok=True)
    log.mkdir(parents=True)
    assert main([*asked, "--out", "unlogged.xlsx", "--publish"]) == 2
    assert not Path("unlogged.xlsx").exists() and not (synced / "lake" / "published").exists()
    assert [path.name for path in synced.glob(".*.xlsx")] == []
