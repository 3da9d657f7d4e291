"""The dossier of OpenHIS, a system that was not designed by us, names the right tables and shows no person."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from exports.dossier_report import write_dossier
from flows.dossier.amounts import read_cashier
from flows.dossier.build import make_dossier
from flows.settings import SourceSettings, Window
from flows.sources import open_source
from schemas.dossier import Dossier
from tests import test_openhis

pytestmark = test_openhis.pytestmark
new_database = test_openhis.new_database
published = test_openhis.published


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
