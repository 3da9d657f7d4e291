"""The dossier of OpenHIS, a system that was not designed by us, names the right tables and shows no person."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from exports.dossier_report import write_dossier
from flows.cli import main
from flows.dossier.amounts import read_cashier
from flows.dossier.build import make_dossier
from flows.export import export
from flows.job import make_job
from flows.run import start_run
from flows.scaffold.choose import draft_of
from flows.scaffold.draft import Candidate, Choice, Found, Place
from flows.scaffold.report import MISSING, report_of
from flows.scaffold.write import write_adapter
from flows.settings import DEFAULT_FORMAT, SourceSettings, Window, load_settings
from flows.source_check import check_adapter
from flows.source_live import check_source
from flows.sources import open_source
from schemas.dossier import AmountMatch, Dossier
from schemas.result import Outcome
from tests import test_openhis
from tests.house import go_until

pytestmark = test_openhis.pytestmark
new_database = test_openhis.new_database
published = test_openhis.published

PROVED = AmountMatch("adm_charge_item", "total_price", "occurrence_time", "status_enum", "5", 3, 3, Decimal(0))
LIKELY = {
    "department": ("adm_organization", {"hosp_dept_name": "name"}),
    "person": ("adm_patient", {"psn_name": "name", "brdy": "birth_date", "certno": "id_card"}),
    "registration": ("adm_encounter", {"ipt_otp_no": "bus_no", "begntime": "start_time"}),
    "fee_line": ("adm_charge_item", {"det_item_fee_sumamt": "total_price", "cnt": "quantity_value"}),
    "diagnosis": ("adm_encounter_diagnosis", {"maindiag_flag": "maindise_flag"}),
}


@pytest.fixture(scope="module")
def dossier(published: str, tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    path = tmp_path_factory.mktemp("cashier") / "cashier.csv"
    path.write_text("日期,金额\n2025-03-07,99.99\n2025-03-10,139.99\n2025-03-20,531.40\n", encoding="gbk")
    cashier = read_cashier(path, Window(date(2025, 3, 1), date(2025, 3, 31)))
    return make_dossier(SourceSettings("openhis", "", published), 2000, cashier, lambda line: None)


@pytest.mark.parametrize(
    ("std", "tables"),
    [
        ("person", {"adm_patient"}),
        ("registration", {"adm_encounter"}),
        ("fee_line", {"adm_charge_item"}),
        ("diagnosis", {"adm_encounter_diagnosis", "cli_condition"}),
        ("stock_item", {"med_medication_definition", "med_medication"}),
        ("stock_balance", {"wor_inventory_item"}),
    ],
)
def test_the_right_table_is_among_the_first_three(dossier: Dossier, std: str, tables: set[str]) -> None:
    assert tables <= {one.table for one in dossier.candidates(std)[:3]}


def test_the_amount_test_finds_the_price_and_the_paid_state(dossier: Dossier) -> None:
    whole = [one for one in dossier.amounts if one.matched == one.days == 3]
    assert {(one.table, one.amount) for one in whole} == {("adm_charge_item", "total_price")}
    found = {(one.day, one.filter_column, one.filter_value) for one in whole}
    assert ("occurrence_time", "status_enum", "5") in found
    assert {one.difference for one in whole} == {Decimal(0)}


def test_no_person_of_openhis_stands_in_the_report(dossier: Dossier, published: str, tmp_path: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in write_dossier(dossier, tmp_path))
    source = open_source(published)
    rows = source.ask("SELECT name, id_card, phone, address, link_name, link_telcom, py_str FROM adm_patient")
    rows += source.ask("SELECT name, phone, address, py_str, bus_no, name, name FROM adm_practitioner")
    source.close()
    known = {value.strip() for row in rows for value in row if value and len(value.strip()) > 1}
    assert len(known) > 20
    assert [value for value in known if re.search(whole(value), text)] == []


def whole(value: str) -> str:
    """A pattern for the value, in Latin letters only as a word of its own (`ry` does not stand in `primary`)."""
    return rf"(?<![A-Za-z0-9_]){re.escape(value)}(?![A-Za-z0-9_])" if value.isascii() else re.escape(value)


def test_from_the_dossier_to_an_adapter_that_runs_without_an_edit(
    published: str, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = workdir / "feijian.toml"
    config.write_text(f'[sources.unknown]\nurl = "{published}"\n', encoding="utf-8")
    assert main(["source", "dossier", "unknown"]) == 0
    asked = ["source", "scaffold", "unknown", "--from", "dossiers/unknown/dossier.json", "--as", "first_try"]
    assert main([*asked, "--org", "0091", "--org-name", "示例医院"]) == 0
    told = capsys.readouterr().out
    assert "缺少必填列：settlement.hi_setl_flag" in told and "没有找到有数据的结算表" in told
    config.write_text(f'[sources.unknown]\nadapter = "first_try"\nurl = "{published}"\n', encoding="utf-8")
    assert main(["source", "check", "unknown"]) == 0
    job = make_job("unknown", "0091", "2025-01-01", "2025-12-31", "nhsa/2024", settings=load_settings(workdir))
    run = go_until("std", job, start_run(job.settings.runs, job.record()))
    table = pq.read_table(run.part("std") / "fee_line.parquet", columns=["det_item_fee_sumamt"])
    assert table.num_rows == 32
    assert pc.sum(table["det_item_fee_sumamt"]).as_py() == Decimal("771.38")


def test_a_scaffold_of_it_delivers_the_771_yuan_without_an_edit(published: str, tmp_path: Path) -> None:
    with closing(open_source(published)) as source:
        catalogue = {table.name: table for table in source.catalogue()}
    found = Found(
        {
            std: (Candidate(catalogue[name], 80, "", 10, {one: (Choice(of, 80),) for one, of in columns.items()}),)
            for std, (name, columns) in LIKELY.items()
        },
        {PROVED.table: (PROVED,)},
    )
    draft = draft_of(found, "first", "OpenHIS 初稿", Place("0091", "东北师范大学医院"))
    (tmp_path / "sources" / "first").mkdir(parents=True)
    write_adapter(draft, tmp_path / "sources" / "first")
    sources = {"openhis": SourceSettings("openhis", "first", published)}
    settings = replace(load_settings(tmp_path), sources=sources)
    job = make_job("openhis", "0091", "2025-01-01", "2025-12-31", DEFAULT_FORMAT, settings=settings)
    with closing(open_source(published)) as source:
        types, results = check_source(source, job.adapter)
    results += check_adapter(job.adapter, settings, tmp_path, types)
    assert {one.id: one.reason for one in results if one.outcome is Outcome.FAILED} == {}
    package = export(job, start_run(tmp_path / "runs", job.record()), lambda line: None, tmp_path / "packages")
    said = {result.id: result.reason for result in package.official}
    assert "门诊主单 771.38 元，明细 771.38 元" in said["V3"] and "主单 24 个，明细 24 个" in said["V4"]
    missing = {f"{one.table}.{one.column}" for one in report_of(draft).columns if one.state == MISSING}
    assert {"settlement.hi_setl_flag", "fee_line.med_list_codg", "institution.uscc"} <= missing
    assert any("没有找到有数据的结算表" in todo for todo in draft.todos)
