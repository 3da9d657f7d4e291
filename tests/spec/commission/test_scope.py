"""A caller sees his own area and nothing else, and what he asked for beyond it is refused in one sentence."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exports.disclosure.scope import organisations, require_area, restrict
from flows.caller import LOCAL, approver, caller, require_class
from flows.settings import load_settings
from schemas.account import Account, ExportClass
from schemas.commission.std import lake_table
from schemas.errors import DisclosureError, SettingsError
from tests.spec.commission.test_masking import empty_lake, put

CONFIG = """
[accounts.county]
area = "650402"
role = "operator"
top = "C"
unit = "示例区卫健委"
[accounts.boss]
area = "*"
role = "approver"
top = "D"
"""
ORGS = (
    ("W", None, "prefecture", "650400000000"),
    ("J1", "W", "county", "650402000000"),
    ("J2", "W", "county", "650421000000"),
    ("C01", "J1", "township", "650402100000"),
    ("C02", "J1", "township", "650402101000"),
    ("C11", "J2", "township", "650421100000"),
    ("V01", "C01", "village", "650402100201"),
    ("V11", "C11", "village", "650421100201"),
)


def account(area: str) -> Account:
    return Account("某人", area, "operator", ExportClass.C)


@pytest.fixture(scope="module")
def lake() -> Iterator[Any]:
    database = empty_lake()
    for code, parent, level, admin in ORGS:
        put(
            database, "organisation", org_code=code, org_name=code, org_kind="centre", level=level, parent_code=parent,
            admin_code=admin, xpcc_flag="0", valid_from="2020-01-01", valid_to="2024-07-01" if code == "V01" else None,
        )  # fmt: skip
        put(database, "htn_visit", org_code=code, empi=f"E{code}", visit_id=f"H{code}", visit_date="2024-01-01")
        put(database, "health_archive", org_code="W", mana_org=code, empi=f"E{code}", archive_no=f"A{code}", status="0")
    put(
        database, "organisation", org_code="V01", org_name="V01", org_kind="clinic", level="village", parent_code="C02",
        admin_code="650402100201", xpcc_flag="0", valid_from="2024-07-01",
    )  # fmt: skip
    yield database
    database.close()


@pytest.mark.parametrize(
    ("area", "seen"),
    [
        ("*", {"W", "J1", "J2", "C01", "C02", "C11", "V01", "V11"}),
        ("W", {"W", "J1", "J2", "C01", "C02", "C11", "V01", "V11"}),
        ("J1", {"J1", "C01", "C02", "V01"}),
        ("C11", {"C11", "V11"}),
        ("C01", {"C01"}),
        ("C02", {"C02", "V01"}),
        ("650402", {"J1", "C01", "C02", "V01"}),
        ("650402000000", {"J1", "C01", "C02", "V01"}),
        ("650402100", {"C01", "V01"}),
        ("650421100201", {"V11"}),
        ("6504", set()),
        ("650499", set()),
        ("%", set()),
        ("J1' OR '1'='1", set()),
    ],
)
def test_an_area_is_an_organisation_or_a_division_with_all_beneath_it_now(lake: Any, area: str, seen: set[str]) -> None:
    assert organisations(lake, area) == seen


@pytest.mark.parametrize("asked", ["C02", "J1", "W", "*", "650402", "C11", "nobody", "C01%", "C01' OR 1=1 --", ""])
def test_a_township_gets_its_own_and_nothing_else(lake: Any, asked: str) -> None:
    assert require_area(lake, account("C01"), None) == {"C01"}
    with pytest.raises(DisclosureError, match="范围"):
        require_area(lake, account("C01"), asked)


@pytest.mark.parametrize("asked", ["J2", "C11", "V11", "650421", "650421100", "650400000000", "W"])
def test_a_county_cannot_get_another_county_s(lake: Any, asked: str) -> None:
    for own in ("J1", "650402"):
        with pytest.raises(DisclosureError):
            require_area(lake, account(own), asked)


def test_an_account_whose_area_holds_nothing_sees_nothing(lake: Any) -> None:
    with pytest.raises(DisclosureError, match="没有机构"):
        require_area(lake, account("650499"), None)


def test_rows_belong_to_who_did_them_and_archives_to_who_manages_them(lake: Any) -> None:
    restrict(lake, {"C02", "V01"})
    assert lake.execute("SELECT org_code FROM seen.htn_visit ORDER BY 1").fetchall() == [("C02",), ("V01",)]
    assert lake.execute("SELECT empi FROM seen.health_archive ORDER BY 1").fetchall() == [("EC02",), ("EV01",)]
    assert lake.execute("SELECT count(*) FROM seen.organisation").fetchall() == [(len(ORGS) + 1,)]


def test_every_table_can_be_cut_to_an_area() -> None:
    for name in ("htn_visit", "health_archive", "bed_day", "health_worker"):
        assert "org_code" in {column.name for column in lake_table(name).spec.columns}


def configured(folder: Path, text: str) -> Any:
    (folder / "feijian.toml").write_text(text, encoding="utf-8")
    return load_settings(folder)


def test_an_account_is_named_on_the_command_line_or_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(tmp_path, CONFIG)
    assert caller(Namespace(account="county"), settings).unit == "示例区卫健委"
    monkeypatch.setenv("FEIJIAN_ACCOUNT", "boss")
    assert caller(Namespace(account=None), settings).top is ExportClass.D
    monkeypatch.delenv("FEIJIAN_ACCOUNT")
    with pytest.raises(SettingsError, match="--as"):
        caller(Namespace(account=None), settings)
    with pytest.raises(SettingsError, match="没有名为"):
        caller(Namespace(account="本机"), settings)


def test_without_accounts_the_operator_of_the_machine_asks(tmp_path: Path) -> None:
    assert caller(Namespace(account=None), configured(tmp_path, "")) == LOCAL


@pytest.mark.parametrize(
    "text",
    ["[accounts]\nx = 1", '[accounts.x]\narea = "6504 02"\ntop = "C"', '[accounts.x]\narea = "J1"\ntop = "E"',
     '[accounts.x]\narea = "J1"\ntop = "C"\nrights = "all"', '[accounts.x]\ntop = "C"',
     "[disclosure]\nsmall_cells = 1"],
)  # fmt: skip
def test_a_wrong_account_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"feijian\.toml"):
        configured(tmp_path, text)


def test_nobody_exports_above_his_class_or_approves_himself(tmp_path: Path) -> None:
    settings = configured(tmp_path, CONFIG)
    county, boss = settings.accounts["county"], settings.accounts["boss"]
    require_class(county, ExportClass.C)
    with pytest.raises(DisclosureError, match="最多"):
        require_class(county, ExportClass.D)
    assert approver(settings, county, "boss") is boss
    for caller_, second in ((boss, "boss"), (county, None), (county, "nobody"), (boss, "county")):
        with pytest.raises(DisclosureError):
            approver(settings, caller_, second)
