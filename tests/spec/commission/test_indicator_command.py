"""`feijian indicator`: definitions shown whole, numbers with their edition, an account within its area."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exports.access_log import read_log, verify_log
from flows.cli import main
from flows.settings import load_settings
from schemas.indicator import load_indicators
from tests.spec.commission.conftest import AREA

VALUE = ["indicator", "value", "GW08", "--area", AREA, "--period"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def test_the_list_names_every_edition_and_show_every_axis_and_statement(
    workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(answer(capsys, "indicator", "list")["indicators"]) == len(load_indicators())
    assert main(["indicator", "show", "GW08", "--edition", "variant-any-way"]) == 0
    told = capsys.readouterr().out
    for word in (
        "GW08@variant-any-way",
        "机构归属：现管辖机构",
        "档案状态：不含注销",
        "日期口径：业务日期",
        "FROM htn_visit",
    ):
        assert word in told


def test_a_value_carries_its_definition_its_parts_and_who_handed_in(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = answer(capsys, *VALUE, "2024", "--level", "county", "--scope", "含下属")
    [value] = record["values"]
    assert value["definition"] == "GW08@national-2017" and value["org"] == "WJ650402"
    assert int(value["numerator"]) <= int(value["denominator"]) and value["reported"] == value["due"] == 6


def test_editions_stand_side_by_side_with_the_axes_on_which_they_differ(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--editions", "national-2017", "variant-by-plan", "--area", AREA, "--period", "2024", "--level", "county"]
    record = answer(capsys, "indicator", "compare", "GW08", *asked)
    assert set(record["differences"]) == {"numerator_text", "parameters"}
    texts = {value["definition"]: value["text"] for value in record["values"] if value["scope"] == "含下属"}
    assert len(set(texts.values())) == 2


def test_changes_are_points_of_rates_and_per_cent_of_periods_taken_apart(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    county = ["--area", AREA, "--level", "county", "--scope", "含下属"]
    [rate] = answer(capsys, *VALUE, "2024Q3", "--level", "county", "--scope", "含下属", "--change")["values"]
    assert rate["yearly"].endswith("个百分点") and rate["monthly"].endswith("个百分点")
    quarters = ("2024Q1", "2024Q2", "2024Q3")
    one, two, three = (
        int(answer(capsys, "indicator", "value", "SF01", "--period", label, *county)["values"][0]["value"])
        for label in quarters
    )
    [visits] = answer(capsys, "indicator", "value", "SF01", "--period", "2024Q3", *county, "--change")["values"]
    alone, before = three - two, two - one
    assert visits["monthly"].startswith(f"{'+' if alone > before else ''}{(alone - before) * 100 / before:.1f}"[:4])
    [first] = answer(capsys, "indicator", "value", "SF01", "--period", "2024Q1", *county, "--change")["values"]
    assert first["monthly"] == "—"


def test_what_was_entered_after_a_day_is_said_beside_what_was_known_then(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["indicator", "value", "SF01", "--area", AREA, "--period", "2024", "--level", "county", "--scope", "含下属"]
    [whole] = answer(capsys, *asked)["values"]
    [then] = answer(capsys, *asked, "--as-of", "2024-07-01", "--change")["values"]
    assert int(then["value"]) < int(whole["value"])
    assert int(then["entered_since"]) == int(whole["value"]) - int(then["value"])


def test_a_clinic_that_was_handed_over_counts_where_it_was_or_where_it_is_now(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["indicator", "value", "DA02", "--area", "650402C01", "--period", "2024Q2", "--scope", "含下属"]
    was = {value["org"] for value in answer(capsys, *asked)["values"]}
    now = {value["org"] for value in answer(capsys, *asked, "--restated")["values"]}
    assert was - now == {"650402V001"}


def test_units_of_xpcc_can_be_left_out(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["indicator", "value", "DA02", "--area", AREA, "--period", "2024", "--level", "township"]
    assert {v["org"] for v in answer(capsys, *asked)["values"]} == {"650402C01", "650402C02"}
    assert {v["org"] for v in answer(capsys, *asked, "--xpcc", "exclude")["values"]} == {"650402C01"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["indicator", "show", "GW99"], "没有指标 GW99"),
        (["indicator", "show", "GW08", "--edition", "none"], "没有口径“none”"),
        ([*VALUE, "2024-00"], "期间“2024-00”无效"),
        (["indicator", "value", "GW08", "--area", "999999", "--period", "2024"], "不能查询 999999"),
    ],
)
def test_a_wrong_question_ends_in_one_chinese_sentence(
    synced: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) in (2, 3)
    assert said in capsys.readouterr().err


def test_a_township_gets_its_own_numbers_and_no_others_and_both_are_logged(
    synced: Path, accounts: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    accounts()
    own = answer(capsys, "indicator", "value", "DA02", "--period", "2024", "--as", "township")
    assert {value["org"] for value in own["values"]} <= {"650402C01", "650402V002", "650402V001"}
    for area in ("650402C02", AREA, "650421", "*"):
        assert main(["indicator", "value", "DA02", "--area", area, "--period", "2024", "--as", "township"]) == 3
        assert "不能查询" in capsys.readouterr().err
    log = load_settings(synced).access_log
    assert [line["result"] for line in read_log(log)] == ["given", *["refused"] * 4]
    assert verify_log(log) is None
