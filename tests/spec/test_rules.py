"""Every rule has a fault that trips it, and every fault trips its rules and no other."""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from schemas.adapter import load_adapter
from schemas.result import Outcome
from tests.centre.faults import FAULTS, Tables
from tests.crowd import Crowd, hints, unofficial
from tests.faulty import centre, look_at


@pytest.fixture(scope="module")
def tables() -> Tables:
    return centre()


@pytest.fixture(scope="module")
def crowd(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Crowd:
    return Crowd(tables, tmp_path_factory.mktemp("crowd"))


def test_a_clean_centre_trips_nothing(tables: Tables, tmp_path: Path) -> None:
    sight = look_at(tmp_path, tables, supplemented=True)
    assert {name: one.sample for name, one in sight.tripped.items()} == {}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_trips_its_rules_and_no_other(name: str, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pandera judges the rows that are found; that it agrees about the rest was seen on the clean centre."""
    monkeypatch.setattr("flows.checking.rows._agree_on_sample", lambda *given: None)
    together, sight = crowd.look(name)
    rules = set().union(*map(unofficial, together))
    assert unofficial(name) <= set(sight.tripped) | (rules & sight.hinted) <= rules
    broken = sight.broken[name]
    assert set(broken) <= unofficial(name)
    assert broken or not unofficial(name), "a fault knows the rows that it broke"
    for rule, rows in broken.items():
        found = set(sight.rows(rule))
        assert rows and (rows <= found if rule in hints() else rows == found), rule


def test_every_fault_names_rules_that_there_are() -> None:
    assert [name for name, one in FAULTS.items() if not one.trips] == []


def test_a_rule_about_a_column_that_the_source_cannot_give_is_not_verified(tables: Tables, tmp_path: Path) -> None:
    adapter = load_adapter("sample")
    folder = tmp_path / "adapter"
    shutil.copytree(adapter.folder, folder)
    sql = folder / "settlement.sql"
    sql.write_text(sql.read_text(encoding="utf-8").replace("    s.begun AS begntime,\n", ""), encoding="utf-8")
    absent = {**adapter.absent, "settlement": {"begntime": "系统不记录就诊开始时间"}}
    sight = look_at(tmp_path, tables, adapter=replace(adapter, folder=folder, absent=absent))
    results = {one.id: one for one in sight.checked.results}
    unseen = {name for name, one in results.items() if "系统不记录就诊开始时间" in one.reason}
    assert unseen
    assert {results[name].outcome for name in unseen if "." not in name} == {Outcome.NOT_VERIFIED}


def put_value(tables: Tables, name: str, column: str, row: int, value: object) -> Tables:
    """The tables with one cell changed."""
    table = tables[name]
    cells = table[column].to_pylist()
    cells[row] = value
    field = table.schema.field(column)
    changed = table.set_column(table.column_names.index(column), field, pa.array(cells, field.type))
    return {**tables, name: changed}


def test_a_barcode_typed_as_a_quantity_is_found_and_stops_nothing(tables: Tables, tmp_path: Path) -> None:
    lines = put_value(tables, "mz_fymx", "sl", 0, Decimal("6901234567"))
    both = put_value(lines, "yk_crk", "sl", 0, Decimal("69012345678"))
    sight = look_at(tmp_path, both)
    assert "I02" in sight.tripped and "S01" in sight.tripped


def test_a_person_whom_no_settlement_names_is_not_judged(tables: Tables, tmp_path: Path) -> None:
    people = tables["br_jbxx"]
    stranger = people.slice(0, 1).to_pylist()[0] | {"brid": 10**9, "ybgrbh": "X", "sfzh": "6.5E+17"}
    more = pa.Table.from_pylist([stranger], schema=people.schema)
    sight = look_at(tmp_path, {**tables, "br_jbxx": pa.concat_tables([people, more])})
    assert "X04.person" not in sight.tripped


def test_an_empty_key_is_quarantined_and_no_repetition(tables: Tables, tmp_path: Path) -> None:
    one = put_value(tables, "zd_jlb", "zdxh", 0, None)
    sight = look_at(tmp_path, put_value(one, "zd_jlb", "zdxh", 1, None))
    assert set(sight.tripped) >= {"Q01"} and "diagnosis.key" not in sight.tripped


def test_a_rule_of_several_tables_looks_at_those_that_there_are(tables: Tables, tmp_path: Path) -> None:
    adapter = load_adapter("sample")
    blind = replace(adapter, absent_tables={**adapter.absent_tables, "operation": "系统没有手术记录"})
    results = {one.id: one for one in look_at(tmp_path, tables, adapter=blind).checked.results}
    assert results["X02.operation"].outcome is Outcome.NOT_VERIFIED
    assert results["X02.diagnosis"].outcome is Outcome.PASSED


def test_stock_that_was_counted_on_other_days_is_not_called_sold_without_purchase(
    tables: Tables, tmp_path: Path
) -> None:
    days = tables["yk_jc"]["jcrq"]
    earlier = pc.cast(pc.subtract(pc.cast(days, pa.int32()), pa.scalar(5, pa.int32())), pa.date32())
    moved = tables["yk_jc"].set_column(
        tables["yk_jc"].column_names.index("jcrq"), tables["yk_jc"].schema.field("jcrq"), earlier
    )
    results = {one.id: one for one in look_at(tmp_path, {**tables, "yk_jc": moved}).checked.results}
    assert {results[rule].outcome for rule in ("S01", "S03a", "S05")} == {Outcome.NOT_VERIFIED}
    assert "期初" in results["S05"].reason
