"""Nothing is lost without a word: between source, std, files and versions."""

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from flows.job import make_job
from flows.publish import Published
from flows.run import Run, list_runs, start_run
from flows.sources import open_source
from flows.steps.account import account
from flows.steps.check import load_results
from flows.steps.extract import load_extracted
from schemas.adapter import load_adapter
from schemas.result import CheckResult, Outcome
from tests.centre import DEMO_ORG, CentreSettings, generate, write
from tests.house import (
    FIRST,
    LAST,
    TO_OUT,
    Exported,
    carry_on,
    export_from,
    export_on,
    go_until,
    mysql_database,
    postgresql_database,
    settings_for,
)
from tests.traced import trace


def ledger(published: Published) -> dict[str, dict[str, str]]:
    report = json.loads((published.folder / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    return {line["title"]: line for line in report["ledger"]}


def checks(published: Published) -> dict[str, CheckResult]:
    report = json.loads((published.folder / "deliver" / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    return {record["id"]: CheckResult.from_json(record) for record in report["checks"]}


def with_sql(exported: Exported, folder: Path, table: str, more: str) -> Published:
    """Export the same centre with an adapter whose SQL for one std table ends differently."""
    changed = folder / "adapter"
    shutil.copytree(load_adapter("sample").folder, changed)
    path = changed / f"{table}.sql"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    job = replace(exported.job, adapter=replace(exported.job.adapter, folder=changed))
    return export_on(exported, folder, job, ("raw",)).published


def test_rows_that_an_adapter_drops_are_missed_by_the_ledger(clean: Exported, tmp_path: Path) -> None:
    published = with_sql(clean, tmp_path, "stock_movement", "WHERE hh <> 1")
    assert checks(published)["ledger.stock_movement"].outcome is Outcome.FAILED
    assert not ledger(published)["出入库"]["remainder"].startswith("0 ")
    assert published.exit_code == 1


def test_what_is_delivered_is_measured_on_what_is_delivered(clean: Exported, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(clean.run.part("out"), out)
    path = out / "SETTLE_MZ_DETAIL.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t AS SELECT * REPLACE (COST + 1 AS COST) FROM read_parquet('{path}')")
        database.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    extracted = load_extracted(clean.run.part("raw"))
    accounts = {
        one.table: one
        for one in account(clean.job, extracted, clean.run.part("raw"), clean.run.part("std"), out, tmp_path)
    }
    assert accounts["fee_line"].result().outcome is Outcome.FAILED
    assert accounts["fee_line"].whole.remainder.rows == 0
    assert accounts["settlement"].result().outcome is Outcome.PASSED


def test_a_damaged_package_is_not_taken_for_the_same_one(clean: Exported, tmp_path: Path) -> None:
    first = export_on(clean, tmp_path, clean.job, TO_OUT)
    victim = next((first.deliver / "data").glob("*SETTLE_MZ_202401*"))
    victim.write_bytes(victim.read_bytes()[:-5])
    second = export_on(clean, tmp_path, clean.job, TO_OUT)
    assert not second.published.known
    assert second.published.folder.name.endswith("_v2")
    assert second.data() == clean.data()


def test_a_database_of_several_institutions_gives_each_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write(generate(CentreSettings(visits=120, orgs=2)), url)
    exported = export_from(tmp_path, url)
    assert exported.published.exit_code == 0, exported.published.sentence
    assert exported.query("SELECT DISTINCT HOSPITAL_ID FROM SETTLE_MZ") == [(exported.job.org,)]


def test_a_refund_of_a_bill_from_before_the_period_finds_its_original(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=400, seed=1))
    settled = tables["mz_jsb"]
    original = settled["yjsid"].drop_null()[0]
    moved = pa.compute.if_else(
        pa.compute.equal(settled["jsid"], original),
        pa.scalar(datetime(2023, 12, 20), pa.timestamp("us")),
        settled["jssj"],
    )
    tables["mz_jsb"] = settled.set_column(settled.column_names.index("jssj"), settled.schema.field("jssj"), moved)
    lines = tables["mz_fymx"]
    tables["mz_fymx"] = lines.filter(pa.compute.fill_null(pa.compute.not_equal(lines["jsid"], original), True))
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write(tables, url)
    exported = export_from(tmp_path, url)
    assert {exported.check(rule).outcome for rule in ("F01b", "F01c")} == {Outcome.PASSED}
    assert ledger(exported.published)["结算"]["outside"].startswith("1 行")
    assert exported.published.exit_code == 0, exported.published.sentence


def test_an_empty_text_is_no_value(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=200))
    people = tables["br_jbxx"]
    numbers = pa.compute.fill_null(people["ybgrbh"], "")
    tables["br_jbxx"] = people.set_column(people.column_names.index("ybgrbh"), people.schema.field("ybgrbh"), numbers)
    url = f"parquet://{tmp_path / 'his'}"
    write(tables, url)
    traced = trace(tmp_path, url)
    assembled = "SELECT {} FROM '{{out}}/SETTLE_MZ.parquet' WHERE PATIENT_ID {}"
    assert traced.query(assembled.format("count(*)", "IS NULL OR PATIENT_ID = ''")) == [(0,)]
    assert traced.query(assembled.format("count(DISTINCT PATIENT_ID)", "LIKE 'BR%'"))[0][0] > 1


def test_a_whole_number_that_is_none_is_named_not_rounded(clean: Exported, tmp_path: Path) -> None:
    changed = tmp_path / "adapter"
    shutil.copytree(load_adapter("sample").folder, changed)
    path = changed / "operation.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("s.ssxh AS", "s.ssxh + 0.5 AS"), encoding="utf-8")
    job = replace(clean.job, adapter=replace(clean.job.adapter, folder=changed))
    run = go_until("findings", job, carry_on(clean, start_run(tmp_path / "runs", job.record()), ("raw",)))
    results = load_results(run.part("findings") / "results.json")
    assert any(one.id == "operation.oprn_srt_no.readable" and one.outcome is Outcome.FAILED for one in results)


def test_a_mandatory_table_without_rows_is_asked_about(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=200))
    for name in ("zy_djb", "zy_jsb", "zy_fymx", "zy_yzb", "ss_jlb"):
        tables[name] = tables[name].slice(0, 0)
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write(tables, url)
    job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(tmp_path, url))
    run = go_until("validation", job, start_run(job.settings.runs, job.record()))
    results = {one.id: one.outcome for one in load_results(run.part("validation") / "results.json")}
    assert results["SETTLE_ZY.present"] is Outcome.WARNED


def test_the_bounds_of_the_period_are_wall_clock_in_postgresql(clean: Exported) -> None:
    import adbc_driver_postgresql.dbapi as driver

    with postgresql_database() as url:
        with driver.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE t (ts timestamptz)")
            cursor.execute(
                "INSERT INTO t VALUES ('2024-01-01 00:30+08'), ('2024-12-31 23:30+08'), ('2025-01-01 00:30+08')"
            )
        source = open_source(url, "Asia/Shanghai")
        assert source.totals("t", (), " WHERE ts >= '2024-01-01' AND ts < '2025-01-01'").rows == 2
        source.close()


def test_instants_of_mysql_are_read_as_wall_clock() -> None:
    import pymysql

    from flows.sources.connection import typed
    from flows.sources.mysql import connection_arguments

    with mysql_database() as url:
        with pymysql.connect(**connection_arguments(url)) as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+08:00'")
            cursor.execute("CREATE TABLE t (ts TIMESTAMP NULL, d DATETIME, n BIGINT UNSIGNED, je DECIMAL(16,2))")
            cursor.execute(
                "INSERT INTO t VALUES ('2024-01-01 00:30:00', '2024-01-01 00:30:00', 18446744073709551615, 0.10)"
            )
            connection.commit()
        source = open_source(url, "Asia/Shanghai")
        [batch] = source.read("t", ("ts", "d", "n"), " WHERE ts >= '2024-01-01'")
        clean, untyped = typed(batch, source.columns("t"))
        source.close()
    assert untyped == []
    assert clean["ts"].to_pylist() == clean["d"].to_pylist() == [datetime(2024, 1, 1, 0, 30)]
    assert clean["n"].to_pylist() == [18446744073709551615]


def test_a_torn_ledger_does_not_hide_the_other_runs(tmp_path: Path) -> None:
    whole, torn, empty = (start_run(tmp_path, {"org": name}) for name in ("A", "B", "C"))
    torn.note(stage="raw", seconds=1)
    with (torn.folder / "ledger.jsonl").open("a", encoding="utf-8") as handle:
        handle.write('{"stage": "st')
    (empty.folder / "settings.json").write_text("")
    assert {run.id for run in list_runs(tmp_path)} == {whole.id, torn.id}
    assert [note["stage"] for note in Run(torn.folder).notes()] == ["raw"]
    torn.note(stage="std", seconds=1)
    assert [note["stage"] for note in Run(torn.folder).notes()] == ["raw", "std"]


def test_an_unreachable_loadback_is_not_verified_and_says_no_more(
    clean: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEIJIAN_TEST_UNSET", "postgresql://someone:s3cret@127.0.0.1:1/none")
    exported = export_on(clean, tmp_path, clean.job, TO_OUT)
    for number in ("V1", "V2"):
        assert exported.official(number).outcome is Outcome.NOT_VERIFIED
    report = (exported.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    assert "无法连接用于载入验证的 PostgreSQL" in report
    assert not any(word in report for word in ("libpq", "s3cret", "someone"))
    assert exported.official("V3").outcome is Outcome.PASSED
