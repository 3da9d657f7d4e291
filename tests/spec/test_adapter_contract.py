"""The contract of every adapter: each std table and column given or declared absent with a reason, nothing idle."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from flows.cli import main
from flows.settings import load_settings
from flows.source_check import check_adapter, never_filled
from schemas.adapter import Adapter, adapter_names, load_adapter
from schemas.result import CheckResult, Outcome
from tests.house import Exported, write_centre

NEVER_FILLED_AT_THE_CENTRE = {  # newborns, ends of validity, work sent out: rare; codes of packs come by a fault
    "admission": ["nwb_adm_type", "nwb_bir_wt", "nwb_adm_wt"],
    "catalogue_mapping": ["enddate"],
    "department": ["endtime"],
    "exam_request": ["out_org_name"],
    "institution": ["hosp_area", "enddate"],
    "lab_request": ["out_org_name", "out_org_codg"],
    "medical_order": ["skintst_rslt"],
    "order_package": ["enddate"],
    "staff": ["enddate"],
    "stock_balance": ["drug_trac_codg"],
    "stock_item": ["udi"],
    "stock_movement": ["drug_trac_codg"],
}


def checked(adapter: Adapter, folder: Path) -> dict[str, CheckResult]:
    return {one.id: one for one in check_adapter(adapter, load_settings(folder), folder)}


@pytest.mark.parametrize("name", adapter_names())
def test_every_shipped_adapter_keeps_the_contract(name: str, tmp_path: Path) -> None:
    results = checked(load_adapter(name), tmp_path)
    wrong = {one.id: one.reason for one in results.values() if one.outcome in (Outcome.FAILED, Outcome.WARNED)}
    assert wrong == {}
    assert results["adapter.exact"].outcome is Outcome.NOT_VERIFIED, "types are not known without a source"


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., dict[str, CheckResult]]:
    """The contract of the adapter `sample` after a change to one of its files."""

    def of(file: str, old: str, new: str) -> dict[str, CheckResult]:
        folder = tmp_path / "sources" / "town"
        folder.mkdir(parents=True)
        for path in load_adapter("sample").folder.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        path = folder / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
        return checked(load_adapter("town", (tmp_path / "sources",)), tmp_path)

    return of


@pytest.mark.parametrize(
    ("file", "old", "new", "identifier", "said"),
    [
        ("person.sql", "sfzh AS certno,", "", "adapter.columns", "person.certno 既没有给出，也没有说明缺少"),
        ("person.sql", "sfzh AS certno", "sfz AS certno", "adapter.sql", 'person.sql：.*"sfz" not found'),
        ("person.sql", "sfzh AS certno", "sfzh AS zjhm", "adapter.columns", "person.sql 给出的 zjhm 不是标准列"),
        ("person.sql", "code_xb(xb)", "code_sex(xb)", "adapter.codes", "没有 .codes.sex"),
        ("person.sql", "sfzh AS certno", "telephone AS certno", "adapter.sql", "telephone"),
        ("persons.sql", "", "SELECT 1", "adapter.names", "persons.sql 不是标准表的名称"),
        (
            "source.toml",
            "[codes.xb]",
            '[absent.person]\nbrdy = "无"\n[codes.xb]',
            "adapter.columns",
            "person.brdy 说缺少",
        ),
        (
            "source.toml",
            "[codes.xb]",
            '[absent_tables]\nperson = "无"\n[codes.xb]',
            "adapter.tables",
            "说缺少，却有 person",
        ),
        ("source.toml", "[codes.xb]", '[absent.person]\nxm = "无"\n[codes.xb]', "adapter.names", "xm 不是 person 的列"),
        ("source.toml", "[codes.xb]", '[absent.person]\nbrdy = ""\n[codes.xb]', "adapter.reasons", "brdy 没有中文原因"),
        ("source.toml", "[codes.xb]", '[codes.zz]\n1 = "2"\n[codes.xb]', "adapter.codes", "codes.zz. 没有 SQL 使用"),
        ("source.toml", '"sfzh"', '"sfzh", "dh"', "adapter.idle", "表 br_jbxx 的列 dh 没有 SQL 使用"),
        ("source.toml", 'feeds = "registration"', 'feeds = "visits"', "adapter.names", "feeds = visits 不是标准表"),
    ],
)
def test_a_break_of_the_contract_is_named(
    broken: Callable[..., dict[str, CheckResult]], file: str, old: str, new: str, identifier: str, said: str
) -> None:
    result = broken(file, old, new)[identifier]
    assert result.outcome in (Outcome.FAILED, Outcome.WARNED)
    assert re.search(said, result.reason)


def test_a_std_table_with_neither_sql_nor_reason_is_named(tmp_path: Path) -> None:
    adapter = load_adapter("openhis")
    silent = replace(adapter, absent_tables={k: v for k, v in adapter.absent_tables.items() if k != "operation"})
    assert checked(silent, tmp_path)["adapter.tables"].reason == "operation 没有 SQL，也没有说明"


def test_every_std_column_that_the_sample_gives_is_filled_somewhere(clean: Exported, tmp_path: Path) -> None:
    job = clean.job
    found, total = never_filled(job.adapter, job.form.std_fields, job.settings, clean.run.part("std"), tmp_path)
    assert total > 200
    assert found == NEVER_FILLED_AT_THE_CENTRE


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder whose source `town` is a small centre."""
    folder = tmp_path_factory.mktemp("town")
    write_centre(f"sqlite:///{folder / 'his.sqlite'}", visits=20)
    config = f'[sources.town]\nadapter = "sample"\nurl = "sqlite:///{folder / "his.sqlite"}"\n'
    (folder / "feijian.toml").write_text(config, encoding="utf-8")
    return folder


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, CheckResult]]:
    code = main(["source", "check", *words, "--json"])
    record = json.loads(capsys.readouterr().out)
    return code, {one["id"]: CheckResult.from_json(one) for one in record["checks"]}


def test_with_its_source_at_hand_an_adapter_is_verified_to_the_types(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town)
    code, results = asked(capsys, "town")
    assert code == 0
    assert {one.outcome for one in results.values()} <= {Outcome.PASSED, Outcome.NOT_APPLICABLE, Outcome.WARNED}
    assert results["adapter.exact"].outcome is results["source.keys"].outcome is Outcome.PASSED


def test_a_source_that_is_not_what_the_adapter_expects_is_told_by_table_and_column(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "his.sqlite").write_bytes((town / "his.sqlite").read_bytes())
    config = f'[sources.town]\nadapter = "sample"\nurl = "sqlite:///{tmp_path / "his.sqlite"}"\n'
    (tmp_path / "feijian.toml").write_text(config, encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "his.sqlite")) as database:
        database.execute("ALTER TABLE ks_xx RENAME TO ks_xx1")
        database.execute("ALTER TABLE ks_xx1 RENAME TO KS_XX")
        database.execute("ALTER TABLE yk_kf RENAME TO kf")
        database.execute("ALTER TABLE br_jbxx RENAME COLUMN sfzh TO zjhm")
        database.execute("CREATE TABLE twice AS SELECT * FROM mz_cfb UNION ALL SELECT * FROM mz_cfb")
        database.execute("DROP TABLE mz_cfb")
        database.execute("ALTER TABLE twice RENAME TO mz_cfb")
        database.commit()
    code, results = asked(capsys, "town")
    assert code == 1
    assert "没有表 yk_kf" in results["source.tables"].reason
    assert "表 br_jbxx 没有列 sfzh" in results["source.columns"].reason
    assert "mz_cfb（cfid）" in results["source.keys.range"].reason


def test_a_source_out_of_reach_is_not_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config = '[sources.town]\nadapter = "openhis"\nurl = "sqlite:///nowhere.sqlite"\n'
    (tmp_path / "feijian.toml").write_text(config, encoding="utf-8")
    code, results = asked(capsys, "town")
    assert code == 2
    assert results["source"].outcome is Outcome.NOT_VERIFIED and "找不到" in results["source"].reason


def test_the_list_tells_own_adapters_layers_and_broken_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("site", 'extends = "sample"\ntitle = "某院"'), ("wrong", 'extends = "nothing"')):
        (tmp_path / "sources" / name).mkdir(parents=True)
        (tmp_path / "sources" / name / "source.toml").write_text(text, encoding="utf-8")
    assert main(["source", "list", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["adapters"]}
    assert found["site"]["own"] and not found["sample"]["own"]
    assert "没有适配器 nothing" in found["wrong"]["error"]
