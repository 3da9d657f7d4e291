"""The package of the clean centre: what an inspector finds in it."""

import json
import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from exports.seal.digests import file_digests
from exports.seal.leaves import merkle_record
from exports.verify import verify
from flows.signing import new_signer
from schemas.result import Outcome
from tests.house import FORM, TO_OUT, Exported, export_on, settings_for

OPTIONAL = ("检查报告", "检验结果", "医嘱执行", "收费组套")
MANDATORY = [table.name for table in FORM.tables if table.mandatory]


def test_it_holds_the_eleven_mandatory_tables_and_four_optional_ones_and_each_has_rows(clean: Exported) -> None:
    rows = {table.name: clean.query(f"SELECT count(*) FROM {table.name}")[0][0] for table in clean.delivery.tables()}
    assert list(rows) == [*MANDATORY, "EXAMINFO", "LABINFO", "MEDICAL_ORDER_PACKAGE", "MEDICAL_ORDER_EXECUTE"]
    assert all(rows.values())


def test_the_twelve_checks_pass_where_they_can_be_made(clean: Exported) -> None:
    outcomes = {result.id: result.outcome for result in clean.published.official}
    assert list(outcomes) == [f"V{number}" for number in range(1, 13)]
    unverified = {number for number, outcome in outcomes.items() if outcome is Outcome.NOT_VERIFIED}
    assert unverified == {"V11", "V12"}
    assert {outcome for number, outcome in outcomes.items() if number not in unverified} == {Outcome.PASSED}


def test_a_clean_centre_is_ready_to_hand_over(clean: Exported) -> None:
    assert clean.published.exit_code == 0, clean.published.sentence
    assert clean.published.sentence.startswith("可以交付")


def test_main_and_detail_agree_to_the_fen(clean: Exported) -> None:
    for main, detail in (("SETTLE_MZ", "SETTLE_MZ_DETAIL"), ("SETTLE_ZY", "SETTLE_ZY_DETAIL")):
        differing = clean.query(
            f"SELECT HISID FROM {main} AS m LEFT JOIN (SELECT HISID, sum(COST) AS cost FROM {detail} GROUP BY HISID)"
            " USING (HISID) WHERE coalesce(cost, 0) <> m.TOTAL_AMOUNT"
        )
        assert differing == []


def test_every_refund_names_its_original_and_the_pair_sums_to_zero(clean: Exported) -> None:
    for main in ("SETTLE_MZ", "SETTLE_ZY"):
        pairs = clean.query(
            f"SELECT r.TOTAL_AMOUNT + o.TOTAL_AMOUNT FROM {main} AS r LEFT JOIN {main} AS o ON o.HISID = r.REFUND_HISID"
            " WHERE r.REFUND_FLAG_TYPE = '1'"
        )
        assert all(rest == (Decimal("0.00"),) for rest in pairs)
    refunds = clean.query("SELECT count(*) FROM SETTLE_MZ WHERE REFUND_FLAG_TYPE = '1'")[0][0]
    assert refunds > 0


def test_opening_plus_in_minus_out_is_closing_for_every_item_and_warehouse(clean: Exported) -> None:
    broken = clean.query(
        """
        WITH moved AS (
            SELECT INVENTORY_NAME, ITEM_ID_STORE, IMPORT_CNT * PROD_CONVRAT::DECIMAL(16,2) AS units
            FROM HIS_VS_YB_INVENTORY
            UNION ALL
            SELECT INVENTORY_NAME, ITEM_ID_STORE, -EX_CNT * PROD_CONVRAT::DECIMAL(16,2) FROM HIS_VS_YB_DELIVER
        )
        SELECT INVENTORY_NAME, ITEM_ID_STORE
        FROM (SELECT INVENTORY_NAME, ITEM_ID_STORE, sum(OPENING_BALANCE) AS opening, sum(CLOSING_BALANCE) AS closing
              FROM HIS_VS_YB_STORE GROUP BY ALL)
        FULL JOIN (SELECT INVENTORY_NAME, ITEM_ID_STORE, sum(units) AS units FROM moved GROUP BY ALL)
            USING (INVENTORY_NAME, ITEM_ID_STORE)
        WHERE coalesce(opening, 0) + coalesce(units, 0) <> coalesce(closing, 0)
        """
    )
    assert broken == []


def test_self_pay_cross_province_and_refund_rows_are_in(clean: Exported) -> None:
    assert clean.query("SELECT count(*) FROM SETTLE_MZ WHERE MEDICAL_INSURANCE_FLAG = '1'")[0][0] > 0
    assert clean.query("SELECT count(*) FROM SETTLE_MZ WHERE IF_LOCAL_FLAG = '异地'")[0][0] > 0
    assert clean.query("SELECT count(*) FROM SETTLE_MZ_DETAIL WHERE REFUND_FLAG_TYPE = '是'")[0][0] > 0


def test_files_are_cut_by_month_and_by_warehouse(clean: Exported) -> None:
    names = [record["path"] for record in clean.delivery.manifest["resources"]]
    code = clean.job.org
    for month in range(1, 13):
        assert f"data/{code}_SETTLE_MZ_DETAIL_2024{month:02d}_p01.csv" in names
    stores = list(clean.delivery.resources("HIS_VS_YB_STORE"))
    assert len(stores) == 2
    assert all(re.fullmatch(r"data/[A-Za-z0-9_-]+\.csv", name) for name in names)
    for record in stores:
        listed = record["feijian:label"]
        text = (clean.deliver / record["path"]).read_text(encoding="utf-8").splitlines()
        assert {line.split("|@|")[2] for line in text[1:]} == {listed}


def test_the_header_has_the_official_names_misspellings_included(clean: Exported) -> None:
    for table in clean.delivery.tables():
        path = clean.deliver / clean.delivery.resources(table.name)[0]["path"]
        header = path.read_text(encoding="utf-8").split("\n", 1)[0].split("|@|")
        assert header == [column.name for column in table.columns]
        misspelt = {column.field for column in table.columns if column.field != column.name}
        assert misspelt == ({"ORDER_NAME"} if table.name == "MEDICAL_ORDER_EXECUTE" else set())
        if table.name == "SETTLE_MZ_DETAIL":
            assert {"BMI_CONVERED_AMOUNT", "EXCUTE_DEPT_ID"} <= set(header)


def test_amounts_have_two_decimals_and_nothing_is_in_scientific_notation(clean: Exported) -> None:
    table = FORM.table("SETTLE_MZ_DETAIL")
    place = {column.name: number for number, column in enumerate(table.columns)}
    for record in clean.delivery.resources(table.name):
        for line in (clean.deliver / record["path"]).read_text(encoding="utf-8").splitlines()[1:]:
            fields = line.split("|@|")
            assert len(fields) == len(table.columns)
            assert re.fullmatch(r"-?\d+\.\d\d", fields[place["COST"]])
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", fields[place["BILL_DATE"]])


def test_the_manifest_proves_every_file(clean: Exported) -> None:
    manifest = json.loads((clean.deliver / "datapackage.json").read_text(encoding="utf-8"))
    assert manifest["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for record in (*manifest["resources"], *manifest["feijian:files"]):
        path = clean.deliver / record["path"]
        assert path.stat().st_size == record["bytes"]
        assert record["hash"] == f"sha256:{file_digests(path).sha256}"
    months = manifest["feijian:totals"]["SETTLE_MZ"]
    assert list(months) == [f"2024{month:02d}" for month in range(1, 13)]
    total = sum(Decimal(month["sums"]["TOTAL_AMOUNT"]) for month in months.values())
    assert clean.query("SELECT sum(TOTAL_AMOUNT) FROM SETTLE_MZ") == [(total,)]


def test_the_source_is_accounted_for_to_the_last_row_and_fen(clean: Exported) -> None:
    report = json.loads((clean.deliver / "reports" / "acceptance.json").read_text(encoding="utf-8"))
    assert [line["title"] for line in report["ledger"]] == ["结算", "费用明细", "出入库", *OPTIONAL]
    assert {line["remainder"].split(" ")[0] for line in report["ledger"]} == {"0"}
    assert any(line["excluded"] != "—" for line in report["ledger"])


def test_two_runs_give_the_same_bytes_whatever_the_threads(clean: Exported, tmp_path: Path) -> None:
    settings = replace(settings_for(tmp_path, clean.job.source.location()), threads=2)
    again = export_on(clean, tmp_path, replace(clean.job, settings=settings), ())
    files = {path.relative_to(clean.deliver): path.read_bytes() for path in clean.deliver.rglob("*") if path.is_file()}
    second = {path.relative_to(again.deliver): path.read_bytes() for path in again.deliver.rglob("*") if path.is_file()}
    assert files == second


def test_the_same_data_again_make_no_new_version(clean: Exported, tmp_path: Path) -> None:
    first = clean.copied(tmp_path)
    assert first.published.signer is None
    signer = new_signer(first.job.settings)
    second = export_on(first, tmp_path, first.job, TO_OUT)
    assert first.published.folder.name.endswith("_v1")
    assert second.published.known
    assert second.published.folder == first.published.folder
    assert second.published.signer == signer.verifier.fingerprint
    assert second.delivery.manifest["feijian:version"] == 1


def test_verify_proves_a_whole_package(clean: Exported, tmp_path: Path) -> None:
    results = {result.id: result.outcome for result in verify(clean.published.folder, tmp_path, "1GB", 2)}
    own = {name: outcome for name, outcome in results.items() if not name.startswith("reader.")}
    assert own.pop("signature") is Outcome.NOT_VERIFIED
    proofs = ("files", "extra", "merkle", "tables", "rows", "totals", "paper_handover", "paper_dictionary")
    assert own == dict.fromkeys(proofs, Outcome.PASSED)
    assert Outcome.FAILED not in results.values()


@pytest.mark.parametrize("damage", ["flipped byte", "removed row", "missing file", "added file"])
def test_verify_names_the_first_thing_that_is_wrong(clean: Exported, tmp_path: Path, damage: str) -> None:
    package = tmp_path / "package"
    shutil.copytree(clean.published.folder, package)
    victim = package / "deliver" / clean.delivery.resources("SETTLE_MZ")[0]["path"]
    content = victim.read_bytes()
    if damage == "flipped byte":
        victim.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    elif damage == "removed row":
        victim.write_bytes(b"\n".join(content.split(b"\n")[:-2]) + b"\n")
    elif damage == "missing file":
        victim.unlink()
    else:
        victim = victim.with_name("extra.csv")
        victim.write_text("x", encoding="utf-8")
    failed = [result for result in verify(package, tmp_path, "1GB", 2) if result.outcome is Outcome.FAILED]
    assert len(failed) == 1
    assert victim.name in failed[0].reason


def test_a_manifest_that_was_made_to_fit_does_not_hide_a_missing_row(clean: Exported, tmp_path: Path) -> None:
    package = tmp_path / "package"
    shutil.copytree(clean.published.folder, package)
    path = package / "deliver" / "datapackage.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    record = next(one for one in manifest["resources"] if one["feijian:table"] == "SETTLE_MZ")
    victim = package / "deliver" / record["path"]
    victim.write_bytes(b"\n".join(victim.read_bytes().split(b"\n")[:-2]) + b"\n")
    record |= {"bytes": victim.stat().st_size, **file_digests(victim).record()}
    manifest["feijian:merkle"] = merkle_record(manifest["resources"])
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    failed = {result.id for result in verify(package, tmp_path, "1GB", 2) if result.outcome is Outcome.FAILED}
    readers = {
        f"reader.{name}" for name in ("quotes_ignored", "plain_split", "text_first", "pandas_lines", "excel_digits")
    }
    assert failed == {"rows", "totals", "paper_handover"} | readers
