"""Stock against bills: one smallest unit everywhere, what came, went and is there, and what was billed of it."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from exports.duck import open_database
from exports.stock.reconcile import Reconciliation, reconcile
from flows.settings import Window
from flows.steps.conform import set_window, std_view
from schemas.rule import load_rules
from schemas.std import MODELS, std_table
from tests.faulty import Sight, centre, look_at

YEAR = Window(date(2024, 1, 1), date(2024, 12, 31))
EVE, MAY, LAST = date(2023, 12, 31), datetime(2024, 5, 5), date(2024, 12, 31)
Rows = dict[str, list[dict[str, Any]]]


def item(code: str, billed_as: str | None, **packs: object) -> dict[str, object]:
    """A good of 盒 = 24 粒 for store and outpatients, 板 = 12 粒 for inpatients."""
    units = {"store_prcunt": "箱", "store_convrat": 240, "otp_prcunt": "盒", "otp_convrat": 24}
    units |= {"ipt_prcunt": "板", "ipt_convrat": 12, "min_prcunt": "粒"}
    return {"fixmedins_hilist_id": code, "fixmedins_hilist_name": code, "medins_list_codg": billed_as, **units, **packs}


def move(kind: str, count: object, unit: str = "盒", store: str = "K1", good: str = "W1") -> dict[str, object]:
    factor = {"箱": 240, "盒": 24, "板": 12, "粒": 1}[unit]
    return {
        "inv_codg": store, "inv_chg_type": kind, "inv_chg_time": MAY, "fixmedins_hilist_id": good, "cnt": count,
        "prcunt": unit, "convrat": factor,
    }  # fmt: skip


def bill(count: object, unit: str, side: str = "MZ", used: datetime = MAY, code: str = "Y1") -> dict[str, object]:
    return {"setl_id": side, "medins_list_codg": code, "prcunt": unit, "cnt": count, "fee_ocur_time": used}


def balance(day: date, count: object, store: str = "K1", good: str = "W1") -> dict[str, object]:
    return {"inv_codg": store, "fixmedins_hilist_id": good, "invdate": day, "inv_cnt": count}


STORES = [{"inv_codg": "K1", "inv_name": "药库", "inv_lv": "一级库"}, {"inv_codg": "F1", "inv_lv": "二级库"}]
BILLS = [{"setl_id": side, "mz_zy": side, "setl_time": datetime(2024, 6, 1)} for side in ("MZ", "ZY")]
PLAIN: Rows = {
    "stock_item": [item("W1", "Y1")],
    "warehouse": STORES,
    "settlement": BILLS,
    "stock_balance": [balance(EVE, 24), balance(LAST, 216), balance(LAST, 12, "F1")],
    "stock_movement": [
        move("物资采购", 1, "箱"), move("购入退库", -1), move("库房调拨", -1), move("库房调拨", 1, store="F1"),
        move("门诊销售", -1, store="F1"), move("门诊销售", Decimal("0.5"), store="F1"),
    ],
    "fee_line": [bill(1, "盒"), bill(Decimal("-0.5"), "盒")],
}  # fmt: skip


def told(rows: Rows, code: str | None = None) -> Reconciliation:
    """The reconciliation of std tables that hold these rows and nothing else."""
    with duckdb.connect() as database:
        set_window(database, YEAR)
        for name in ("stock_item", "warehouse", "settlement", "stock_balance", "stock_movement", "fee_line"):
            given = [{"_row": f"{name}:{place}", **row} for place, row in enumerate(rows.get(name, []))]
            schema = pa.schema([(column.name, column.type) for column in std_table(name).columns])
            database.register(name, pa.Table.from_pylist([_exact(row) for row in given], schema=schema))
        return reconcile(database, item=code)


def _exact(row: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if isinstance(value, int) else value for name, value in row.items()}


def test_every_pack_comes_down_to_the_smallest_unit() -> None:
    found = told(PLAIN)
    assert found.uneven == found.transferred == found.over_bought == found.over_sold == []
    [code] = found.codes
    assert (code["bought"], code["sent_back"], code["available"]) == (240, -24, 240)
    assert (code["billed"], code["sold_otp"], code["beyond_bought"], code["beyond_sold"]) == (12, 12, -228, 0)


def test_an_inpatient_unit_is_the_inpatients_own() -> None:
    strips = {"otp_prcunt": "板", "otp_convrat": 6}
    lines = [bill(1, "板"), bill(1, "板", "ZY")]
    [code] = told(PLAIN | {"stock_item": [item("W1", "Y1", **strips)], "fee_line": lines}).codes
    assert (code["billed_otp"], code["billed_ipt"]) == (6, 12)


def test_transfers_net_to_zero_and_a_lost_one_is_named() -> None:
    found = told(PLAIN | {"stock_movement": PLAIN["stock_movement"][:3]})
    assert [row["fixmedins_hilist_id"] for row in found.transferred] == ["W1"]
    assert [(row["inv_codg"], row["difference"]) for row in found.uneven] == [("F1", 12)]


def test_what_the_pharmacy_calls_a_purchase_is_not_bought_twice() -> None:
    again = [*PLAIN["stock_movement"], move("购入入库", 100, "箱", store="F1")]
    [code] = told(PLAIN | {"stock_movement": again}).codes
    assert (code["bought"], code["bought_below"]) == (240, 24000)


def test_where_there_is_no_store_of_the_first_level_purchases_count_where_they_are() -> None:
    second = [{"inv_codg": "K1", "inv_lv": "二级库"}]
    [code] = told(PLAIN | {"warehouse": second}).codes
    assert (code["bought"], code["bought_below"]) == (240, 0)


def test_more_billed_than_was_there_is_a_clue_from_one_unit_and_two_in_a_hundred_on() -> None:
    def over(count: int) -> bool:
        return bool(told(PLAIN | {"fee_line": [bill(count, "粒")]}).over_bought)

    assert [over(240), over(244), over(245)] == [False, False, True]


def test_what_was_billed_and_never_left_the_stock_is_a_clue() -> None:
    found = told(PLAIN | {"fee_line": [bill(4, "盒")]})
    assert [row["beyond_sold"] for row in found.over_sold] == [84]


def test_what_was_used_before_the_period_left_the_stock_before_it() -> None:
    [code] = told(PLAIN | {"fee_line": [bill(9, "盒", used=datetime(2023, 12, 30))]}).codes
    assert (code["billed"], code["billed_early"]) == (0, 216)


def test_a_refund_of_the_prior_year_brings_goods_back_this_year() -> None:
    refunds = [bill(5, "盒"), bill(-3, "盒", used=datetime(2023, 12, 30))]
    [code] = told(PLAIN | {"fee_line": refunds}).codes
    assert (code["billed"], code["billed_early"]) == (48, 0)


def test_a_unit_that_no_item_has_is_counted_apart_and_not_guessed() -> None:
    [code] = told(PLAIN | {"fee_line": [bill(1, "盒"), bill(500, "瓶")]}).codes
    assert (code["billed"], code["unclear_lines"]) == (24, 1)


def test_items_under_one_code_that_disagree_about_a_unit_are_not_converted() -> None:
    two = [item("W1", "Y1"), item("W2", "Y1", otp_convrat=36)]
    [code] = told(PLAIN | {"stock_item": two}).codes
    assert (code["items"], code["billed"], code["unclear_lines"]) == (2, 0, 2)


def test_without_an_opening_balance_nothing_is_called_even() -> None:
    found = told(PLAIN | {"stock_balance": [balance(LAST, 216)]})
    assert not found.opening and found.closing
    assert {row["difference"] for row in found.places} == {row["opening"] for row in found.places} == {None}
    assert [(row["available"], row["over_bought"]) for row in found.codes] == [(None, False)]


def test_without_sales_in_the_stock_bills_are_not_held_against_them() -> None:
    found = told(PLAIN | {"stock_movement": PLAIN["stock_movement"][:4]})
    assert not found.sales and found.over_sold == [] and found.codes[0]["beyond_sold"] is None


def test_what_was_billed_without_ever_being_in_stock_is_there() -> None:
    found = told(PLAIN | {"stock_item": [item("W1", "Y1"), item("W2", "Y2")], "fee_line": [bill(2, "粒", code="Y2")]})
    assert [row["medins_list_codg"] for row in found.over_bought] == ["Y2"]


def test_one_item_can_be_asked_for_by_either_code() -> None:
    rows = PLAIN | {"stock_item": [item("W1", "Y1"), item("W2", "Y2")]}
    for code in ("W1", "Y1"):
        found = told(rows, code)
        assert {row["fixmedins_hilist_id"] for row in (*found.goods, *found.places)} == {"W1"}
        assert [row["medins_list_codg"] for row in found.codes] == ["Y1"]


def test_stocktakes_stand_apart() -> None:
    found = told(PLAIN | {"stock_movement": [move("库存盘点", 3, "粒"), move("库存盘点", -5, "粒")]})
    assert [(row["counted_up"], row["counted_down"]) for row in found.counted] == [(3, -5)]


FAULTY = ("stock_imbalance", "billed_beyond_stock", "sales_booked_as_use")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sight, Reconciliation]]:
    """A centre with faults of stock: what the rules find, and what the command shows."""
    folder = tmp_path_factory.mktemp("faulty")
    sight = look_at(folder, centre(), *FAULTY)
    with open_database(folder / "spill", "1GB", 2) as database:
        set_window(database, YEAR)
        for name in MODELS:
            std_view(database, folder / "std", name)
        yield sight, reconcile(database)


def findings(sight: Sight, rule: str) -> list[dict[str, Any]]:
    return [row for row in sight.checked.findings.to_pylist() if row["rule"] == rule]


def test_the_rules_and_the_reconciliation_find_the_same(faulty: tuple[Sight, Reconciliation]) -> None:
    sight, found = faulty
    goods = {row["medins_list_codg"]: row["fixmedins_hilist_id"] for row in found.goods}
    for rule, rows in (("S06", found.over_bought), ("S07", found.over_sold)):
        said = {
            row["_row"].rsplit("|")[-1]: row["value"] for row in findings(sight, rule) if row["table"] == "stock_item"
        }
        assert said.keys() == {goods[row["medins_list_codg"]] for row in rows} and said, rule
        for row in rows:
            assert f"收费 {row['billed']:.2f}" in said[goods[row["medins_list_codg"]]]
    gaps = sum((row["difference"] for row in found.uneven), Decimal(0))
    assert gaps == -len(findings(sight, "S01")) < 0


def test_what_is_sold_beyond_what_was_there_names_the_rows_of_both_sides(faulty: tuple[Sight, Reconciliation]) -> None:
    rows = findings(faulty[0], "S06")
    assert {row["table"] for row in rows} >= {"stock_item", "fee_line", "stock_movement"}
    assert all(row["amount"] for row in rows if row["table"] == "fee_line")
    assert all(row["time"] for row in rows if row["table"] != "stock_item")
    assert {row["locate"].partition("（")[0] for row in rows} >= {"门诊费用明细", "出入库流水"}


def test_a_clue_is_not_called_a_violation() -> None:
    for rule in load_rules():
        if rule.id in ("S05", "S06", "S07", "S09"):
            assert "线索" in rule.why and "请核实" in rule.fix and rule.level == "warns"


def test_what_a_rule_shows_are_columns_of_its_tables() -> None:
    for rule in load_rules():
        columns = {column.name for name in rule.tables for column in std_table(name).columns}
        assert rule.official or rule.each or set(rule.shows) <= columns, rule.id
