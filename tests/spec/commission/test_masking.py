"""What leaves in each class: nothing that names a person in B, masked lists in C, less for a sensitive row."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from exports.disclosure.masking import Shown, masked_select, masked_table, overlaid, prepare, std_columns
from exports.disclosure.scope import restrict
from schemas.account import ExportClass
from schemas.commission.columns import Overlay, Reveals
from schemas.commission.std import MODELS, lake_table
from schemas.errors import DisclosureError
from schemas.std import duckdb_type

KEY, TODAY = b"one delivery", date(2024, 7, 1)
ID, PHONE = "65040219500307901X", "13912345678"
CARRIED = {
    "system": "ph", "inst_code": "C01", "org_code": "V01", "created_at": "2024-01-01", "updated_at": "2024-01-01",
    "deleted": "0", "_row": "t:1",
}  # fmt: skip


def put(database: Any, table: str, **values: Any) -> None:
    row = {**CARRIED, **values}
    for column in lake_table(table).spec.columns:
        if column.required and column.name not in row:
            row[column.name] = "2024-05-06" if "DATE" in duckdb_type(column.type) else "0"
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" for _ in row)
    database.execute(f"INSERT INTO lake.{table} ({names}) VALUES ({marks})", list(row.values()))


def empty_lake() -> Any:
    database = duckdb.connect()
    database.execute("CREATE SCHEMA lake")
    for name in MODELS:
        columns = ", ".join(f'"{c.name}" {duckdb_type(c.type)}' for c in lake_table(name).spec.columns)
        database.execute(f"CREATE TABLE lake.{name} ({columns})")
    return database


@pytest.fixture(scope="module")
def lake() -> Iterator[Any]:
    database = empty_lake()
    for code, parent, level in (("J1", None, "county"), ("C01", "J1", "township"), ("V01", "C01", "village")):
        put(
            database, "organisation", org_code=code, org_name=code, org_kind="centre", level=level, parent_code=parent,
            admin_code="650402100201", xpcc_flag="0", valid_from="2020-01-01",
        )  # fmt: skip
    put(
        database, "admin_division", code="650402100201", name="示例村", level="village", valid_from="2020-01-01",
        xpcc_flag="0",
    )  # fmt: skip
    for empi, name, birth in (("E1", "阿依古丽·买买提", "1950-03-07"), ("E2", "张三丰", "2015-03-07")):
        put(
            database, "resident", empi=empi, name=name, id_no=ID, birth=birth, mobile=PHONE, address="示例村 3 组",
            addr_code="650402100201", sex="1",
        )  # fmt: skip
    put(database, "smd_file", empi="E1", file_id="S1", register_date="2023-05-06", status="0")
    put(database, "exam_reg", empi="E1", exam_no="T1", reg_date="2024-05-06", summary="张三丰 13912345678")
    restrict(database, ["V01", "C01", "J1"])
    prepare(database, KEY, TODAY, "seen")
    yield database
    database.close()


def rows(database: Any, sql: str) -> list[dict[str, Any]]:
    cursor = database.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_class_b_has_neither_name_nor_number_nor_telephone_nor_address(lake: Any) -> None:
    [first, _] = rows(lake, masked_table("resident", ExportClass.B, "seen") + " ORDER BY birth")
    assert not {"name", "id_no", "mobile", "address", "contact_name", "contact_phone", "_row"} & set(first)
    assert first["birth"] == "1950" and first["addr_code"] == "650402100000"
    assert first["org_code"] == "C01", "a village clinic stands for its village"
    assert first["updated_at"] == "2024-01"


def test_a_pseudonym_is_an_hmac_under_the_delivery_s_key_in_letters(lake: Any) -> None:
    [shown] = rows(lake, masked_table("exam_reg", ExportClass.B, "seen"))
    digest = hmac.new(KEY, b"T1", hashlib.sha256).hexdigest()[:20]
    assert shown["exam_no"] == digest.translate(str.maketrans("0123456789", "ghijklmnop"))


def test_another_delivery_has_other_pseudonyms(lake: Any) -> None:
    sql = masked_table("exam_reg", ExportClass.B, "seen", ["empi"])
    before = rows(lake, sql)
    try:
        prepare(lake, b"another", TODAY, "seen")
        assert rows(lake, sql) != before
    finally:
        prepare(lake, KEY, TODAY, "seen")


def test_class_c_masks_names_to_one_length_and_shows_a_number_s_birth_only_once(lake: Any) -> None:
    [first, _] = rows(lake, masked_table("resident", ExportClass.C, "seen") + " ORDER BY birth")
    assert (first["name"], first["id_no"], first["mobile"]) == ("阿**", "650402************", "139****5678")
    assert (first["birth"], first["address"]) == ("1950-03-07", "示例村")
    alone = masked_select([Shown("id_no", "证件号码", Reveals.CERTIFICATE)], "seen.resident", ExportClass.C)
    assert rows(lake, alone)[0]["id_no"] == "650402********901X"


def test_a_child_shows_in_class_c_what_anyone_shows_in_class_b(lake: Any) -> None:
    [_, child] = rows(lake, masked_table("resident", ExportClass.C, "seen") + " ORDER BY birth")
    assert (child["name"], child["id_no"], child["mobile"], child["birth"]) == (None, None, None, "2015")
    assert child["org_code"] == "C01"


def test_a_sensitive_table_leaves_in_class_b_at_most(lake: Any) -> None:
    assert rows(lake, masked_table("smd_file", ExportClass.C, "seen"))[0]["register_date"] == "2023-05"


@pytest.mark.parametrize(
    ("asked", "overlay", "extra", "actual"),
    [
        ("C", Overlay.NONE, False, "C"),
        ("C", Overlay.CHILD, True, "B"),
        ("D", Overlay.MENTAL, False, "B"),
        ("D", Overlay.MENTAL, True, "D"),
        ("A", Overlay.MENTAL, False, "A"),
    ],
)
def test_the_sensitive_overlay_drops_a_class(asked: str, overlay: Overlay, extra: bool, actual: str) -> None:
    assert overlaid(ExportClass(asked), overlay, extra) == actual


def test_free_text_leaves_in_neither_b_nor_c(lake: Any) -> None:
    for each in (ExportClass.B, ExportClass.C):
        assert "summary" not in rows(lake, masked_table("exam_reg", each, "seen"))[0]


def test_positions_leave_in_no_class() -> None:
    for each in (ExportClass.B, ExportClass.C, ExportClass.D):
        assert '"gps"' not in masked_table("svc_event", each, "seen")


def test_class_a_has_no_rows(lake: Any) -> None:
    with pytest.raises(DisclosureError, match="汇总"):
        masked_table("resident", ExportClass.A, "seen")


@pytest.mark.parametrize("name", MODELS)
def test_every_table_can_be_read_in_every_class(lake: Any, name: str) -> None:
    for each in (ExportClass.B, ExportClass.C, ExportClass.D):
        shown = {c[0] for c in lake.execute(masked_table(name, each, "seen")).description}
        assert shown <= {column.name for column in std_columns(name)} and "org_code" in shown
