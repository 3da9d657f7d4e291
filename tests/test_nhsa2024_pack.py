"""The default format pack is the national list of 2024, and its SQL keeps the list's traps.

Every person, institution and number here is invented.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from exports.assembly import SQL, assemble_table, prepare_assembly
from exports.duck import literal, open_database
from schemas.format import Format
from schemas.reference import REFERENCE, ROOT, read_rows
from schemas.registry import load_format
from schemas.std import MODELS, duckdb_type, std_table
from tests.nhsa2024_rows import NUMBERED, Row

LIST = ROOT.parent / "shared" / "domain" / "nhsa2024_hospital_fields.csv"
PACK = REFERENCE / "formats" / "nhsa" / "2024"
# Columns and non-null marks as the captions of the list's sheets count them.
COUNTS = {
    "SETTLE_ZY": (44, 27),
    "SETTLE_ZY_DIAGNOSIS": (42, 11),
    "MDCS_FUND_SETL_LIST_OPRN_D": (23, 12),
    "SETTLE_ZY_DETAIL": (33, 19),
    "SETTLE_MZ": (34, 24),
    "SETTLE_MZ_DETAIL": (31, 27),
    "HIS_VS_YB_STORE_MAPPING": (10, 10),
    "HIS_VS_YB_STORE": (22, 21),
    "HIS_VS_YB_INVENTORY": (24, 22),
    "HIS_VS_YB_DELIVER": (23, 21),
    "CONVERT_UNIT": (10, 10),
    "EXAMINFO": (23, 18),
    "LABINFO": (23, 17),
    "MEDICAL_ORDER_PACKAGE": (15, 10),
    "MEDICAL_ORDER_EXECUTE": (22, 13),
    "MEDICAL_FINICAL_INFO": (0, 0),
}
MANDATORY = list(COUNTS)[:11]
Out = Callable[[str], list[Row]]


@pytest.fixture(scope="module")
def pack() -> Format:
    return load_format("nhsa/2024")


def test_the_pack_counts_columns_and_marks_like_the_list(pack: Format) -> None:
    counted = {
        table.name: (len(table.columns), sum(column.required != "no" for column in table.columns))
        for table in pack.tables
    }
    assert counted == COUNTS
    assert [table.name for table in pack.tables if table.mandatory] == MANDATORY
    assert sum(columns for columns, _ in counted.values()) == 379


@pytest.mark.foreign_data
@pytest.mark.skipif(not LIST.is_file(), reason="the national list is not part of the project")
def test_the_pack_equals_the_list_row_by_row() -> None:
    with LIST.open(encoding="utf-8-sig", newline="") as handle:
        wanted = [
            (
                row["table_en"],
                row["seq"],
                row["field"],
                row["label_cn"],
                row["type"],
                row["pk_mark"],
                row["not_null_mark"] == "1",
            )
            for row in csv.DictReader(handle)
        ]
    given = [
        (
            row["table"],
            row["seq"],
            row["field"],
            row["label"],
            row["type"],
            row["key"],
            row["required"] != "no",
        )
        for row in read_rows(PACK / "columns.csv")
    ]
    assert given == wanted


def test_a_name_is_changed_only_where_the_list_uses_it_twice(pack: Format) -> None:
    changed = [(c.table, c.field, c.name) for t in pack.tables for c in t.columns if c.field != c.name]
    assert changed == [("MEDICAL_ORDER_EXECUTE", "ORDER_NAME", "ORDER_NAME_1")]
    for table in pack.tables:
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))
        named = {*table.key, *table.money, table.date_field, table.split_field} - {None}
        assert named <= set(names), table.name


def test_every_softened_mark_has_its_reason_in_the_errata(pack: Format) -> None:
    explained = {
        (table, field)
        for erratum in pack.errata
        for table in erratum.table.split("|")
        for field in erratum.field.split("|")
    }
    softened = {(c.table, c.field) for t in pack.tables for c in t.columns if c.required == "when"}
    retyped = {
        (c.table, c.field)
        for t in pack.tables
        for c in t.columns
        if (c.kind == "decimal") != c.printed.startswith(("DECIMAL", "NUMBER"))
    }
    assert softened | retyped <= explained
    assert {f"T{number}" for number in range(1, 21)} <= {erratum.id for erratum in pack.errata}
    existing = {(c.table, c.field) for t in pack.tables for c in t.columns}
    assert {(t, f) for t, f in explained if t and f} <= existing


def test_std_fields_exist(pack: Format) -> None:
    std = {f"{name}.{column.name}" for name in MODELS for column in std_table(name).columns}
    filled = {c.std_field for t in pack.tables if t.mandatory for c in t.columns}
    assert filled <= std


def test_every_code_table_that_is_named_exists() -> None:
    tables = {path.stem for path in (REFERENCE / "codes").glob("*.csv")}
    named = {column.codes for name in MODELS for column in std_table(name).columns if column.codes}
    assert named <= tables
    for name in tables:
        text = (REFERENCE / "codes" / f"{name}.csv").read_bytes()
        assert text.startswith(b"code,label,source\n") and b"\r" not in text


def test_every_map_is_used_and_every_macro_exists(pack: Format) -> None:
    sql = "".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in MANDATORY)
    assert set(re.findall(r"\brecode_(\w+)\(", sql)) == set(pack.maps)
    assert set(re.findall(r"\blabel_(\w+)\(", sql)) <= {path.stem for path in (REFERENCE / "codes").glob("*.csv")}


def test_the_glossary_explains_every_name(pack: Format) -> None:
    glossary = (REFERENCE / "glossary.md").read_text(encoding="utf-8")
    names = {*MODELS, *(column.name for name in MODELS for column in std_table(name).columns)}
    names |= {table.name for table in pack.tables}
    names |= {c.name for t in pack.tables if t.mandatory for c in t.columns if not re.search(r"OTHER\d+$", c.name)}
    assert not {name for name in names if f"`{name}`" not in glossary}


def _fill(database: Any, rows: list[tuple[str, Row]]) -> None:
    for name in MODELS:
        columns = ", ".join(f'"{column.name}" {duckdb_type(column.type)}' for column in std_table(name).columns)
        database.execute(f"CREATE TABLE {name} ({columns})")
    for name, row in rows:
        marks = ", ".join("?" for _ in row)
        listed = ", ".join(f'"{column}"' for column in row)
        database.execute(f"INSERT INTO {name} ({listed}) VALUES ({marks})", list(row.values()))


def _assembled(pack: Format, folder: Path, rows: list[tuple[str, Row]]) -> Iterator[Out]:
    with open_database(folder, "500MB", 2) as database:
        database.execute("SET VARIABLE date_from = DATE '2024-01-01'")
        database.execute("SET VARIABLE date_until = DATE '2025-01-01'")
        _fill(database, rows)
        prepare_assembly(database, pack)

        def out(name: str) -> list[Row]:
            path = folder / f"{name}.parquet"
            assemble_table(database, pack, pack.table(name), path)
            cursor = database.execute(f"SELECT * FROM read_parquet({literal(path)})")
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

        yield out


@pytest.fixture(scope="module")
def out(pack: Format, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Out]:
    yield from _assembled(pack, tmp_path_factory.mktemp("out"), NUMBERED)


@pytest.fixture(scope="module")
def out_backwards(pack: Format, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Out]:
    yield from _assembled(pack, tmp_path_factory.mktemp("backwards"), NUMBERED[::-1])


def _by(rows: list[Row], column: str) -> dict[Any, Row]:
    return {row[column]: row for row in rows}


@pytest.mark.parametrize("name", MANDATORY)
def test_the_sql_gives_the_columns_in_order_and_what_the_conditions_need(name: str, pack: Format, out: Out) -> None:
    table = pack.table(name)
    columns = list(out(name)[0])
    wanted = [column.name for column in table.columns]
    conditions = [column.condition.fields for column in table.columns if column.condition]
    assert columns[: len(wanted)] == wanted
    helpers = {field for fields in conditions for field in fields if field.startswith("_")}
    assert set(columns[len(wanted) :]) == helpers | {"_row"}
    assert {field for fields in conditions for field in fields} <= set(columns)
    sql = (SQL / f"{name}.sql").read_text(encoding="utf-8")
    assert list(dict.fromkeys(re.findall(r" AS ([A-Z][A-Z0-9_]+),?$", sql, re.MULTILINE))) == wanted


@pytest.mark.parametrize("name", MANDATORY)
def test_the_order_is_total(name: str, out: Out, out_backwards: Out) -> None:
    assert out(name) == out_backwards(name)


def test_t2_zero_means_insured(out: Out) -> None:
    rows = _by(out("SETTLE_MZ"), "HISID")
    assert (rows["S1"]["MEDICAL_INSURANCE_FLAG"], rows["S3"]["MEDICAL_INSURANCE_FLAG"]) == ("0", "1")
    assert (rows["S1"]["BENEFIT_TYPE"], rows["S3"]["BENEFIT_TYPE"]) == ("城乡居民", "自费")
    assert (rows["S1"]["SOCIAL_ID"], rows["S3"]["SOCIAL_ID"]) == ("C1", None)
    assert rows["S3"]["BMI_PAY_AMOUNT"] == 0


def test_t3_class_and_percentage_are_text(out: Out) -> None:
    line = out("SETTLE_MZ_DETAIL")[0]
    assert (line["P_TYPE"], line["P_TYPE_PCT"]) == ("乙类", "90%")


def test_t4_the_outpatient_detail_says_yes_or_no(out: Out) -> None:
    assert {r["HISID"]: r["REFUND_FLAG_TYPE"] for r in out("SETTLE_MZ_DETAIL")} == {
        "S1": "否",
        "S2": "是",
        "S3": "否",
    }
    for name, flags in (("SETTLE_MZ", "0100"), ("SETTLE_ZY", "01"), ("SETTLE_ZY_DETAIL", "01")):
        assert "".join(row["REFUND_FLAG_TYPE"] for row in out(name)) == flags


def test_t5_refunds_keep_the_settlement_they_reverse(out: Out) -> None:
    for name, refund, original in (("SETTLE_MZ", "S2", "S1"), ("SETTLE_ZY", "S6", "S5")):
        for table in (name, f"{name}_DETAIL"):
            rows = _by(out(table), "HISID")
            assert (rows[refund]["REFUND_HISID"], rows[original]["REFUND_HISID"]) == (original, None)


def test_t6_the_way_of_leaving_has_other_codes(pack: Format, out: Out) -> None:
    assert out("SETTLE_ZY")[0]["DISCHARGE_STATUS"] == "4"
    assert pack.maps["dscg_way"] == {"1": "1", "2": "2", "3": "2", "4": "3", "5": "4", "9": "9"}


def test_t7_the_amount_is_exported_as_billed(out: Out) -> None:
    line = out("SETTLE_MZ_DETAIL")[0]
    assert (line["UNIT_PRICE"], line["NUM"], line["COST"]) == (
        Decimal("0.02"),
        Decimal("150.00"),
        Decimal("3.53"),
    )


def test_t9_misleading_names_carry_what_their_label_says(out: Out) -> None:
    line, outpatient, inpatient = out("SETTLE_MZ_DETAIL")[0], out("SETTLE_MZ")[0], out("SETTLE_ZY")[0]
    assert (line["DISCHARGE_DEPT_ID"], line["DISCHARGE_DEPT_NAME"]) == ("KS1", "全科")
    assert (outpatient["SELF_PAY_AMOUNT"], outpatient["CASH"], inpatient["SELF_PAY_AMOUNT"]) == (4, 1, 10)
    assert (inpatient["SELF_PAY_IN"], inpatient["SELF_PAY_OUT"]) == (20, 30)


def test_t12_fifteen_other_diagnoses_fit(out: Out) -> None:
    row = out("SETTLE_ZY_DIAGNOSIS")[0]
    assert (row["DISCHARGE_DISEASE_ID_MAIN"], row["DISCHARGE_DISEASE_NAME_MAIN"]) == ("D3", "诊断3")
    others = [row[f"DISCHARGE_DISEASE_ID_OTHER{number}"] for number in range(1, 16)]
    assert others == [f"D{number}" for number in range(1, 17) if number != 3]


def test_t14_year_and_month_come_from_the_settlement(out: Out) -> None:
    assert {(row["YEAR"], row["MONTH"]) for row in out("SETTLE_MZ")} == {("2024", "03"), ("2024", "12")}


def test_t16_an_item_lists_every_code_valid_in_the_period_and_a_self_pay_item_none(out: Out) -> None:
    rows = [(row["ITEM_ID_STORE"], row["ITEM_ID"], row["SELF_PAY_FLAG"]) for row in out("HIS_VS_YB_STORE_MAPPING")]
    assert rows == [("W1", "XB", "0"), ("W1", "XC", "0"), ("W2", None, "1")]


def test_t17_operations_stand_in_one_row_main_first(out: Out) -> None:
    rows = out("MDCS_FUND_SETL_LIST_OPRN_D")
    assert [row["HISID"] for row in rows] == ["S5", "S6"]
    assert (rows[0]["ICD9_CODE_MAIN"], rows[0]["ICD9_CODE_OTHER"], rows[0]["ICD9_NAME_OTHER"]) == (
        "B",
        "A|",
        "甲|丙",
    )
    assert rows[0]["_other_oprn"] == "1"


def test_t18_factors_are_numbers_without_idle_zeros(out: Out) -> None:
    row = out("CONVERT_UNIT")[0]
    assert (row["STORAGEHOUSE_CONVERT"], row["OUTPATIENT_CONVERT"]) == ("24", "0.5")


def test_t19_diagnoses_are_joined_main_first(out: Out) -> None:
    row = out("SETTLE_MZ")[0]
    assert (row["OUTPATIENT_DISEASE_ID"], row["ADMISSION_DISEASE_NAME"]) == ("J06.900|R05.x00", "上感|咳嗽")


def test_e1_e2_level_and_locality(out: Out) -> None:
    assert {row["P_LEVEL"] for row in out("SETTLE_MZ")} == {"1"}
    assert (out("SETTLE_MZ")[0]["IF_LOCAL_FLAG"], out("SETTLE_ZY")[0]["IF_LOCAL_FLAG"]) == ("本地", "异地")


def test_e11_e12_lines_are_cut_by_their_settlement_and_never_doubled(out: Out) -> None:
    lines = out("SETTLE_MZ_DETAIL")
    assert [line["HISID"] for line in lines] == ["S1", "S2", "S3"]
    assert lines[0]["BILLING_TIME"] == datetime(2024, 3, 5, 8, 0)
    assert [row["HISID"] for row in out("SETTLE_MZ")] == ["S1", "S2", "S3", "S3"]


def test_e15_opening_and_closing_are_the_ends_of_the_period(out: Out) -> None:
    rows = _by(out("HIS_VS_YB_STORE"), "BATCH_NO")
    assert (rows["L1"]["OPENING_BALANCE"], rows["L1"]["CLOSING_BALANCE"]) == (10, 33)
    assert (rows["L1"]["OPENING_DATE"], rows["L1"]["CLOSING_DATE"]) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (rows[None]["OPENING_BALANCE"], rows[None]["CLOSING_BALANCE"], rows[None]["_opening"]) == (
        0,
        0,
        "0",
    )


def test_e15_without_any_balance_the_quantity_is_unknown(pack: Format, tmp_path: Path) -> None:
    moved_only = [(name, row) for name, row in NUMBERED if name != "stock_balance"]
    for out in _assembled(pack, tmp_path, moved_only):
        assert {row["OPENING_BALANCE"] for row in out("HIS_VS_YB_STORE")} == {None}


def test_e18_opening_plus_in_minus_out_is_closing(out: Out) -> None:
    moved_in, moved_out = out("HIS_VS_YB_INVENTORY"), out("HIS_VS_YB_DELIVER")
    assert [(row["STORE_CODE"], row["IMPORT_CNT"]) for row in moved_in] == [
        ("M0", 2),
        ("M1", -1),
        ("M4", 3),
        ("M5", 0),
        ("M7", 1),
    ]
    assert [(row["DEL_CODE"], row["EX_CNT"]) for row in moved_out] == [
        ("M2", 6),
        ("M3", -2),
        ("M6", 1),
        ("M8", 4),
        ("M9", -4),
    ]
    batches = {row["_row"]: row["manu_lotnum"] for name, row in NUMBERED if name == "stock_movement"}
    for row in out("HIS_VS_YB_STORE"):
        of_batch = [r for r in moved_in + moved_out if batches[r["_row"]] == row["BATCH_NO"]]
        change = sum((r.get("IMPORT_CNT", 0) - r.get("EX_CNT", 0)) * Decimal(r["PROD_CONVRAT"]) for r in of_batch)
        assert of_batch and row["OPENING_BALANCE"] + change == row["CLOSING_BALANCE"]
