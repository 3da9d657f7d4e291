"""The ledger of rows and yuan closes in every month, or says in which it does not."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from schemas.result import Outcome
from tests.centre import CentreSettings, generate, write
from tests.house import Exported, write_centre
from tests.traced import Traced, trace


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    """A clean small centre."""
    folder = tmp_path_factory.mktemp("whole")
    url = f"sqlite:///{folder / 'his.sqlite'}"
    write_centre(url, 100)
    return trace(folder, url)


def altered(traced: Traced, folder: Path, table: str, select: str) -> Traced:
    """The same centre with one assembled table changed after the fact."""
    for part in ("raw", "std", "out", "spill"):
        shutil.copytree(traced.part(part), folder / part)
    path = folder / "out" / f"{table}.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t AS FROM read_parquet('{path}')")
        database.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return Traced(traced.job, folder)


def test_every_month_of_every_table_closes(whole: Traced) -> None:
    accounts = whole.accounts
    dated = {"settlement", "fee_line", "stock_movement", "lab_result", "order_execution"}
    assert set(accounts) == {*dated, "exam_report", "order_package"}
    for name, one in accounts.items():
        assert one.result().outcome is Outcome.PASSED
        assert not one.result().waivable
        assert [month for month, flow in one.months.items() if not flow.remainder.none] == []
        assert set(whole.job.window.months) <= set(one.months) or name not in dated


def test_the_months_of_the_source_are_its_own_count(whole: Traced) -> None:
    counted = whole.extracted.tables["mz_jsb"].months["202403"], whole.extracted.tables["zy_jsb"].months["202403"]
    march = whole.accounts["settlement"].months["202403"]
    assert march.source.rows == sum(part.rows for part in counted)
    assert march.source.yuan == sum((part.sums["zje"] for part in counted), Decimal(0))


def test_what_is_lost_in_one_month_and_doubled_in_another_is_seen(whole: Traced, tmp_path: Path) -> None:
    """A whole that agrees proves nothing: a bill of March is gone, one of May stands there twice with its amount."""
    gone = "(SELECT min(_row) FROM t WHERE MONTH = '03')"
    may = "(SELECT min(_row) FROM t WHERE MONTH = '05')"
    twice = f"SELECT * REPLACE ((SELECT TOTAL_AMOUNT FROM t WHERE _row = {gone}) AS TOTAL_AMOUNT) FROM t"
    select = f"SELECT * FROM t WHERE _row <> {gone} UNION ALL {twice} WHERE _row = {may}"
    account = altered(whole, tmp_path, "SETTLE_MZ", select).accounts["settlement"]
    assert account.whole.remainder.none
    result = account.result()
    assert result.outcome is Outcome.FAILED
    assert result.failing == 2
    assert "2024-03 1 行" in result.reason and "2024-05 -1 行" in result.reason


def test_a_fen_too_many_in_one_month_is_seen(whole: Traced, tmp_path: Path) -> None:
    first = "(SELECT min(_row) FROM t WHERE MONTH(BILL_DATE) = 6)"
    select = f"SELECT * REPLACE (if(_row = {first}, COST + 0.01, COST)::DECIMAL(16,2) AS COST) FROM t"
    result = altered(whole, tmp_path, "SETTLE_MZ_DETAIL", select).accounts["fee_line"].result()
    assert result.outcome is Outcome.FAILED
    assert "2024-06 0 行 -0.01 元" in result.reason


def test_a_line_charged_in_another_month_than_its_settlement_stands_in_its_own(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=80))
    lines = tables["mz_fymx"]
    rows = pc.equal(lines["fyid"], pc.min(pc.filter(lines["fyid"], pc.equal(pc.month(lines["sfsj"]), 7))))
    moved = pc.if_else(rows, pa.scalar(datetime(2024, 6, 30, 23, 50), pa.timestamp("us")), lines["sfsj"])
    tables["mz_fymx"] = lines.set_column(lines.column_names.index("sfsj"), lines.schema.field("sfsj"), moved)
    url = f"parquet://{tmp_path / 'his'}"
    write(tables, url)
    traced = trace(tmp_path, url)
    account = traced.accounts["fee_line"]
    assert account.result().outcome is Outcome.PASSED
    own = traced.query("SELECT count(*) FROM '{raw}/[mz][zy]_fymx/*.parquet' WHERE _month = '202406'")
    assert [(account.months["202406"].source.rows,)] == own
    [(billed,)] = traced.query(
        "SELECT count(*) FROM read_parquet(['{out}/SETTLE_MZ_DETAIL.parquet', '{out}/SETTLE_ZY_DETAIL.parquet'],"
        " union_by_name = true) WHERE month(BILL_DATE) = 6"
    )
    assert account.months["202406"].delivered.rows == billed + 1


def test_a_number_that_stands_in_two_months_is_counted_in_the_first(tmp_path: Path) -> None:
    tables = generate(CentreSettings(visits=80))
    bills = tables["mz_jsb"]
    again = bills.slice(bills.num_rows - 1)
    moved = again.set_column(
        bills.column_names.index("jssj"),
        bills.schema.field("jssj"),
        pa.array([datetime(2024, 1, 2, 9)], again["jssj"].type),
    )
    tables["mz_jsb"] = pa.concat_tables([bills, moved])
    url = f"parquet://{tmp_path / 'his'}"
    write(tables, url)
    traced = trace(tmp_path, url)
    account = traced.accounts["settlement"]
    assert account.result().outcome is Outcome.PASSED, account.result().reason
    [(january,)] = traced.query("SELECT count(*) FROM '{raw}/[mz][zy]_jsb/*.parquet' WHERE _month = '202401'")
    assert account.months["202401"].source.rows == january + 1


def test_lines_of_a_settlement_outside_the_period_are_outside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'his.sqlite'}"
    write_centre(url, 80, ("future_settlement",))
    traced = trace(tmp_path, url)
    accounts = traced.accounts
    assert traced.quarantine == {}
    assert sum(flow.outside.rows for month, flow in accounts["settlement"].months.items() if month > "2030") == 1
    assert accounts["fee_line"].whole.outside.rows > 0
    assert accounts["fee_line"].whole.outside.yuan == accounts["settlement"].whole.outside.yuan
    assert {one.result().outcome for one in accounts.values()} == {Outcome.PASSED}


def test_an_amount_that_is_none_is_left_out_of_the_source_sum_and_said(tmp_path: Path) -> None:
    path = tmp_path / "his.sqlite"
    write_centre(f"sqlite:///{path}", 80)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE mz_fymx SET je = '拾元' WHERE fyid = (SELECT min(fyid) FROM mz_fymx WHERE jszt = '1')")
    traced = trace(tmp_path, f"sqlite:///{path}")
    account = traced.accounts["fee_line"]
    assert account.result().outcome is Outcome.PASSED
    assert "mz_fymx.je 有读不出的值" in account.result().reason
    assert account.whole.quarantined.rows == 1
    assert account.whole.quarantined.yuan == 0
    assert list(traced.quarantine.values()) == [("fee_line", "amount")]


def test_the_report_has_a_line_for_each_month(clean: Exported) -> None:
    report = json.loads((clean.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    [settlements] = [line for line in report["ledger"] if line["title"] == "结算"]
    assert [line["month"] for line in settlements["months"]] == [f"2024-{month:02d}" for month in range(1, 13)]
    assert all(line["remainder"] == "0 行 0.00 元" for line in settlements["months"])
    text = (clean.deliver / "reports" / "acceptance.md").read_text(encoding="utf-8")
    march = settlements["months"][2]
    assert f"| 结算 | 2024-03 | {march['source']} | {march['delivered']} | 0 行 0.00 元 |" in text
