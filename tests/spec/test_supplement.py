"""The tables beside the eleven that must be given: examinations, laboratory, orders, what inspectors ask for later."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.job import make_job
from flows.steps.assemble import assemble
from flows.steps.conform import conform
from flows.steps.extract import extract
from schemas.errors import SettingsError
from schemas.layers import merge
from schemas.pack import read_pack
from schemas.registry import SHIPPED, load_format
from tests.centre import DEMO_ORG
from tests.house import FIRST, FORM, LAST, Exported, settings_for

SUPPLEMENT = "supplement/2024"
WHOLE = load_format("nhsa/2024", (SUPPLEMENT,))
EXTRA = [table.name for table in WHOLE.tables if table.name.startswith("X_")]
SEVERAL = "SETTLE_MZ_DETAIL", "SETTLE_ZY_DETAIL"
EMPTY_IN_A_SMALL_CENTRE = {
    *("LABINFO.EXAM_ORG_CODE", "LABINFO.EXAM_ORG_NAME", "X_LAB_REQ.OUT_ORG_NAME", "X_EXAM_REQ.OUT_ORG_NAME"),
    *("MEDICAL_ORDER_PACKAGE.STOP_DATE", "X_ORG_INFO.ENDDATE", "X_ORG_INFO.SUPE_ORG_CODE", "X_DEPT.ENDTIME"),
    *("X_STAFF.ENDDATE", "X_EQUIP.ENDDATE", "X_EQUIP.SCRP_DATE", "X_OTP_REG.RETN_TIME", "X_IPT_REG.DIE_DATE"),
    *("X_IPT_REG.NWB_ADM_TYPE", "X_IPT_REG.NWB_BIR_WT", "X_IPT_REG.NWB_ADM_WT", "X_IPT_ORDER.SKINTST_RSLT"),
    *("X_STOCK_MOVE.DRUG_TRAC_CODG", "X_CATALOG_MAP.ENDDATE", "X_IPT_REG.REFLDEPT_DEPT_NAME"),
    "X_SELFPAY.INIT_HISID",
}


def test_the_package_holds_all_sixteen_tables_and_the_supplementary_ones_each_with_rows(supplemented: Exported) -> None:
    assert len(FORM.tables) == 16 and len(EXTRA) == 16
    held = {table.name for table in supplemented.delivery.tables()}
    assert held == {table.name for table in WHOLE.tables} == {table.name for table in FORM.tables} | set(EXTRA)
    assert {name for name in held if supplemented.query(f'SELECT count(*) FROM "{name}"') == [(0,)]} == set()
    assert supplemented.published.sealed and supplemented.published.ready


def test_every_column_of_them_is_filled_somewhere_or_has_a_reason(supplemented: Exported) -> None:
    empty = set()
    for table in WHOLE.tables:
        if table.mandatory:
            continue
        counts = ", ".join(f'count("{column.name}")' for column in table.columns)
        [row] = supplemented.query(f'SELECT {counts} FROM "{table.name}"')
        empty |= {f"{table.name}.{c.name}" for c, filled in zip(table.columns, row, strict=True) if not filled}
    assert empty <= EMPTY_IN_A_SMALL_CENTRE


def test_each_of_them_is_held_against_its_marks_and_key(supplemented: Exported) -> None:
    for table in WHOLE.tables:
        if table.mandatory:
            continue
        assert supplemented.check(f"{table.name}.key").total > 0
        required = next(column for column in table.columns if column.required == "always")
        assert supplemented.check(f"{table.name}.{required.name}.required").failing == 0


def test_the_side_car_has_exactly_the_lines_of_both_details(supplemented: Exported) -> None:
    whole = " UNION ALL ".join(f'SELECT "HISID", "ITEM_ID_HOSP", "COST" FROM {name}' for name in SEVERAL)
    beside = 'SELECT "HISID", "ITEM_ID_HOSP", "COST" FROM X_FEE_DETAIL'
    assert supplemented.query(f"({whole}) EXCEPT ALL ({beside})") == []
    assert supplemented.query(f"({beside}) EXCEPT ALL ({whole})") == []
    assert supplemented.query('SELECT count(*) - count(DISTINCT "FEEDETL_SN") FROM X_FEE_DETAIL') == [(0,)]


def test_the_side_car_keeps_the_digits_that_the_list_rounds_away(supplemented: Exported) -> None:
    """T7: price times quantity is the amount again."""
    off = 'abs(round("UNIT_PRICE" * "NUM", 2) - "COST") > 0.01'
    assert supplemented.query(f"SELECT count(*) FROM X_FEE_DETAIL WHERE {off}") == [(0,)]


def test_the_side_car_tells_sex_age_diagnosis_stay_and_the_end_of_an_item(supplemented: Exported) -> None:
    told = 'count("PATIENT_GENDER"), count("PATIENT_AGE"), count("DISEASE_NAME")'
    [(rows, *filled)] = supplemented.query(f"SELECT count(*), {told} FROM X_FEE_DETAIL")
    assert set(filled) == {rows}
    ward = "SELECT count(*) FROM X_FEE_DETAIL WHERE \"SOURCE_TYPE\" = '住院'"
    [(lying,)] = supplemented.query(ward)
    [(days,)] = supplemented.query(f'{ward} AND "ZYTS" > 0')
    assert 0 < days == lying
    assert supplemented.query('SELECT count(*) FROM X_FEE_DETAIL WHERE "END_TIME" < "BEGIN_TIME"') == [(0,)]


def test_the_finance_report_adds_up_to_the_settlements_of_each_month(supplemented: Exported) -> None:
    main = " UNION ALL ".join(
        f"SELECT strftime(\"BILL_DATE\", '%Y%m') AS m, '{word}' AS w, sum(\"TOTAL_AMOUNT\") AS y"
        f" FROM {name} GROUP BY ALL"
        for name, word in (("SETTLE_MZ", "门诊"), ("SETTLE_ZY", "住院"))
    )
    report = 'SELECT "STAT_MONTH" AS m, "VISIT_TYPE" AS w, sum("AMOUNT") AS y FROM MEDICAL_FINICAL_INFO GROUP BY ALL'
    assert supplemented.query(f"({main}) EXCEPT ({report})") == supplemented.query(f"({report}) EXCEPT ({main})") == []
    parts = 'sum("INSURED_AMOUNT" + "UNINSURED_AMOUNT" - "AMOUNT")'
    assert supplemented.query(f"SELECT {parts} FROM MEDICAL_FINICAL_INFO") == [(0,)]


@pytest.mark.parametrize("name", ["EXAMINFO", "LABINFO", "MEDICAL_ORDER_EXECUTE", "X_DIAG"])
def test_what_names_a_settlement_names_one_of_the_main_sheets(supplemented: Exported, name: str) -> None:
    mains = 'SELECT "HISID" FROM SETTLE_MZ UNION ALL SELECT "HISID" FROM SETTLE_ZY'
    lost = f'SELECT count(*) FROM {name} WHERE "HISID" NOT IN ({mains})'
    assert supplemented.query(lost) == [(0,)]


def test_a_settlement_that_was_taken_back_is_named_only_where_nothing_else_stands(supplemented: Exported) -> None:
    gone = 'SELECT "REFUND_HISID" FROM SETTLE_MZ WHERE "REFUND_HISID" IS NOT NULL'
    anew = 'SELECT "MZH" FROM SETTLE_MZ GROUP BY "MZH" HAVING count(*) > 2'
    named = (
        f'SELECT count(*) FROM EXAMINFO JOIN SETTLE_MZ USING ("HISID") WHERE "HISID" IN ({gone}) AND "MZH" IN ({anew})'
    )
    assert supplemented.query(named) == [(0,)]


def test_cardiograms_stand_beside_pictures(supplemented: Exported) -> None:
    rows = supplemented.query(
        'SELECT left("RPOTC_NO", 1), count(*), count("EXAM_PIC_NO") FROM EXAMINFO GROUP BY 1 ORDER BY 1'
    )
    (picture, seen, numbered), (heart, beats, none) = rows
    assert (picture, heart, none) == ("P", "X", 0) and seen == numbered and beats


def test_a_qualitative_result_needs_no_unit(supplemented: Exported) -> None:
    [(words, units)] = supplemented.query(
        "SELECT count(*), count(\"EXAM_RESULT_UNIT\") FROM LABINFO WHERE \"EXAM_RESULT\" IN ('阴性', '阳性')"
    )
    assert words and not units


def test_executions_of_who_still_lies_in_stay_behind_by_name(supplemented: Exported) -> None:
    out = pq.read_table(supplemented.run.part("out") / "_excluded.parquet").to_pylist()
    held = {one["_row"] for one in out if one["std_table"] == "order_execution"}
    assert held and {one["rule"] for one in out} == {"not_settled"}
    [(rows,)] = supplemented.query("SELECT count(*) FROM MEDICAL_ORDER_EXECUTE")
    assert rows + len(held) == pq.read_table(supplemented.run.part("raw") / "zy_yzzx", columns=["_row"]).num_rows


def test_registers_of_people_are_read_only_for_a_format_that_asks(supplemented: Exported, clean: Exported) -> None:
    raw = clean.run.part("raw")
    assert not any((raw / name).exists() for name in ("mz_cfmx", "sb_xx", "yk_pd"))
    licences = [pq.read_table(one.run.part("raw") / "ry_xx")["zyzs"] for one in (clean, supplemented)]
    assert licences[0].null_count == len(licences[0]) > licences[1].null_count


def test_an_optional_table_that_the_source_cannot_give_is_left_out_and_not_delivered_empty(
    his: str, tmp_path: Path
) -> None:
    job = make_job("centre", DEMO_ORG, FIRST, LAST, "nhsa/2024", None, settings_for(tmp_path, his), (SUPPLEMENT,))
    gone = dict.fromkeys(("lab_result", "equipment", "prescription_line"), "没有接这个系统")
    job = replace(job, adapter=replace(job.adapter, absent_tables={**job.adapter.absent_tables, **gone}))
    raw, std, out = (tmp_path / name for name in ("raw", "std", "out"))
    for folder in (raw, std, out):
        folder.mkdir()
    extract(job, raw, lambda line: None)
    conform(job, raw, std, tmp_path, lambda line: None)
    assemble(job, std, out, tmp_path, lambda line: None)
    held = {path.stem for path in out.glob("[!_]*.parquet")}
    assert {table.name for table in WHOLE.tables} - held == {"LABINFO", "X_EQUIP", "X_OTP_RX"}


def test_an_older_format_reads_neither_lis_nor_pacs(legacy: Exported) -> None:
    raw = {path.name for path in legacy.run.part("raw").iterdir() if path.is_dir()}
    assert raw and not raw & {"lis_sqd", "lis_jg", "pacs_sqd", "pacs_bg", "xd_bg", "zy_yzb", "zy_yzzx"}


def test_a_supplement_cannot_change_a_table_that_has_columns() -> None:
    base, layer = (read_pack(SHIPPED / name, name) for name in ("nhsa/2024", SUPPLEMENT))
    more = replace(layer, columns=(*layer.columns, {**layer.columns[0], "table": "SETTLE_MZ"}))
    with pytest.raises(SettingsError, match="SETTLE_MZ 在下层已有列"):
        merge(base, more, SUPPLEMENT)


def test_a_supplement_may_lie_over_a_province_and_a_site_over_it() -> None:
    base, layer = (read_pack(SHIPPED / name, name) for name in ("nhsa/2024", SUPPLEMENT))
    merged = merge(replace(base, facts={**base.facts, "layer": "province"}), layer, SUPPLEMENT)
    assert merged.facts["layer"] == "province" and merged.facts["layers"] == [SUPPLEMENT]
    assert set(merged.facts["accounts"]) > set(base.facts["accounts"])
