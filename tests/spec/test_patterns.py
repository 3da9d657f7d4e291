"""Dates that a format writes in a way of its own, and files that are judged by the roles of their columns."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.acceptance.checks import run_checks
from exports.acceptance.finance import MonthlyTotals
from exports.acceptance.package import Delivery
from exports.csv_files import write_part
from exports.ddl import write_ddl
from exports.manifest import relation, table_schema
from exports.parts import Part
from flows.export import export
from flows.run import start_run
from schemas.errors import SettingsError
from schemas.format import Format, FormatColumn, FormatTable
from schemas.result import CheckResult, Outcome
from tests.house import FORM, Exported


def dated(name: str, kind: Any, pattern: str) -> FormatColumn:
    return FormatColumn(
        table="T", seq=1, field=name, name=name, label=name, printed="DATE", kind=kind, length=None, precision=None,
        scale=None, key=False, required="no", condition=None, condition_words="", codes=(), codes_open=False,
        std_field="", note="", pattern=pattern,
    )  # fmt: skip


DATES = FormatTable(
    "T", "表", True, "", (), None, "none", None, (), "",
    (dated("A", "date", "%Y%m%d"), dated("B", "datetime", "%d/%m/%Y %H:%M"), dated("C", "date", "%Y-%m-%d")),
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The package folder of one table with two rows, the second empty."""
    rows = pa.table({
        "A": pa.array([date(2024, 1, 2), None], pa.date32()),
        "B": pa.array([datetime(2024, 1, 2, 3, 4), None], pa.timestamp("us")),
        "C": pa.array([date(2024, 1, 2), None], pa.date32()),
    })  # fmt: skip
    pq.write_table(rows, tmp_path / "t.parquet")
    with duckdb.connect() as database:
        write_part(
            database, DATES, tmp_path / "t.parquet", Part("T", "t.csv", "", "true", 0, 2), "|@|", set(), tmp_path
        )
    return tmp_path


def test_a_date_is_written_by_the_pattern_of_its_column(file: Path) -> None:
    lines = (file / "t.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["A|@|B|@|C", "20240102|@|02/01/2024 03:04|@|2024-01-02", "|@||@|"]


def test_it_is_read_back_as_the_date_it_was(file: Path) -> None:
    resource = {"path": "t.csv", "dialect": {"delimiter": "|@|"}}
    with duckdb.connect() as database:
        typed = database.execute(f"SELECT * FROM {relation([resource], DATES, file)}").fetchall()
        bare = database.execute(f"SELECT * FROM {relation([resource], DATES, file, typed=False)}").fetchall()
    assert typed == [(date(2024, 1, 2), datetime(2024, 1, 2, 3, 4), date(2024, 1, 2)), (None, None, None)]
    assert bare[0] == ("20240102", "02/01/2024 03:04", "2024-01-02")


def test_the_pattern_stands_in_the_table_schema_and_the_statements(file: Path) -> None:
    assert [one["format"] for one in table_schema(DATES)["fields"]] == ["%Y%m%d", "%d/%m/%Y %H:%M", "%Y-%m-%d"]
    form = replace(FORM, tables=(DATES,), pairs=())
    write_ddl(form, [DATES], [], file)
    text = (file / "postgresql.sql").read_text(encoding="utf-8")
    assert text.count("文件中写作") == 2
    assert "A DATE,  -- A；文件中写作 %Y%m%d" in text


def test_a_package_with_its_own_dates_passes_the_same_checks(clean: Exported, tmp_path: Path) -> None:
    def compact(table: FormatTable) -> FormatTable:
        columns = (replace(c, pattern="%Y%m%d%H%M%S") if c.name == "BILL_DATE" else c for c in table.columns)
        return replace(table, columns=tuple(columns))

    job = replace(clean.job, form=replace(FORM, tables=tuple(map(compact, FORM.tables))))
    run = start_run(tmp_path / "runs", job.record())
    exported = Exported(export(job, run, lambda line: None, tmp_path / "out"), run, job)
    assert exported.published.exit_code == 0, exported.published.sentence
    line = next((exported.deliver / "data").glob("*_SETTLE_MZ_202401_*")).read_text(encoding="utf-8").splitlines()[1]
    assert line.split("|@|")[4].startswith("202401")
    question = "SELECT HISID, BILL_DATE FROM SETTLE_MZ ORDER BY ALL"
    assert exported.query(question) == clean.query(question)


def judged(clean: Exported, form: Format, finance: MonthlyTotals | None = None) -> dict[str, list[CheckResult]]:
    """V3-V12 on the clean package, read with another format."""
    delivery = Delivery(clean.deliver, clean.delivery.manifest, form)
    with duckdb.connect() as database:
        delivery.open_views(database)
        results = run_checks(delivery, database, finance)
    return {number: [one for one in results if one.id == number] for number in {one.id for one in results}}


def changed(table: str, column: str, **attributes: Any) -> Format:
    """The national list with one column that differs."""

    def change(one: FormatTable) -> FormatTable:
        columns = (replace(c, **attributes) if (one.name, c.name) == (table, column) else c for c in one.columns)
        return replace(one, columns=tuple(columns))

    return replace(FORM, tables=tuple(map(change, FORM.tables)))


def paired(**roles: Any) -> Format:
    return replace(FORM, pairs=tuple(replace(pair, **roles) for pair in FORM.pairs))


def test_a_column_that_a_layer_renames_keeps_its_role(clean: Exported) -> None:
    results = judged(clean, changed("SETTLE_MZ", "HISID", name="JSDH", label="结算号"))
    assert {one.outcome for number in ("V4", "V5", "V6") for one in results[number]} == {Outcome.PASSED}
    assert results["V6"][0].title == "主单的结算号不重复"


def test_without_a_refund_flag_negative_totals_are_not_verified(clean: Exported) -> None:
    assert {one.outcome for one in judged(clean, paired(refund=""))["V9"]} == {Outcome.NOT_VERIFIED}


def test_without_a_flag_of_the_insurance_its_total_is_not_verified_even_with_figures(clean: Exported) -> None:
    figures = MonthlyTotals(
        {}, dict(clean.query("SELECT strftime(BILL_DATE, '%Y%m'), sum(TOTAL_AMOUNT) FROM SETTLE_MZ GROUP BY 1"))
    )
    [result] = judged(clean, paired(flag=""), figures)["V12"]
    assert result.outcome is Outcome.NOT_VERIFIED
    assert "没有医保结算标志列" in result.reason


def test_without_a_date_in_the_detail_only_the_main_table_is_checked_and_that_is_said(clean: Exported) -> None:
    outpatient, lines, *_ = judged(clean, paired(detail_date=""))["V7"]
    assert (outpatient.outcome, lines.outcome) == (Outcome.PASSED, Outcome.NOT_APPLICABLE)
    assert "明细没有结算日期列" in lines.reason


def test_a_pair_that_names_a_missing_column_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"门诊.*SETTLE_MZ\.ZJE"):
        paired(total="ZJE")
