"""The monthly inspection on live databases: what happened to a centre between two months stands in the second one."""

from pathlib import Path

import pytest

from schemas.inspection import SourceFacts
from schemas.result import Outcome
from tests.inspected import ENGINES, ORG, STOPPED, Twice, inspect_twice, tables, told


@pytest.fixture(scope="module", params=ENGINES)
def twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    return inspect_twice(request.param, tmp_path_factory.mktemp(request.param))


def test_the_first_time_there_is_nothing_to_compare_with_and_that_is_not_passed(twice: Twice) -> None:
    assert twice.first.earlier == ""
    assert {told(twice.first, check).outcome for check in ("growth", "drift")} == {Outcome.NOT_VERIFIED}


def test_the_database_tells_its_product_size_and_delay(twice: Twice) -> None:
    facts = twice.second.facts
    assert isinstance(facts, SourceFacts)
    assert facts.engine.startswith(("SQLite", "PostgreSQL", "MariaDB"))
    assert told(twice.second, "latency").outcome is Outcome.PASSED
    assert told(twice.second, "size").outcome is Outcome.PASSED
    assert facts.size


def test_a_dropped_column_that_is_read_fails_twice_as_missing_and_as_changed(twice: Twice) -> None:
    missing, changed = told(twice.second, "present"), told(twice.second, "drift", "mz_jsb")
    assert (missing.outcome, missing.table) == (Outcome.FAILED, "mz_jsb")
    assert "qzfje" in missing.value
    assert (changed.outcome, changed.value) == (Outcome.FAILED, "少了列 qzfje")


def test_what_is_new_or_only_tunes_is_mentioned_and_copies_are_no_change(twice: Twice) -> None:
    assert tables(twice.second, "drift") == {"mz_jsb", "ks_xx", "xyw", "mz_ghb"}
    assert told(twice.second, "drift", "ks_xx").value == "新增列 xjl"
    assert told(twice.second, "drift", "xyw").value == "新增的表"
    assert told(twice.second, "drift", "mz_ghb").value == "少了索引 ghsj_mz_ghb"
    assert {told(twice.second, "drift", one).outcome for one in ("ks_xx", "xyw", "mz_ghb")} == {Outcome.WARNED}


def test_the_day_without_a_registration_is_named_and_weekends_are_not(twice: Twice) -> None:
    found = told(twice.second, "days", "mz_ghb")
    assert (found.outcome, found.value) == (Outcome.WARNED, f"1 个工作日：{STOPPED}")
    assert tables(twice.first, "days") == {""}


def test_the_last_record_and_the_sending_institution_are_known(twice: Twice) -> None:
    facts = twice.second.facts
    assert isinstance(facts, SourceFacts)
    assert facts.activity["mz_ghb"].last == "2025-05-05"
    assert facts.activity["mz_ghb"].institutions == {ORG: "2025-05-05"}
    assert Outcome.PASSED in {
        one.outcome for one in twice.second.findings if one.value.startswith("全库最近 2025-05-05")
    }


def test_growth_between_two_months_is_told_in_rows_and_share(twice: Twice) -> None:
    found = told(twice.second, "growth", "mz_ghb")
    assert (found.outcome, found.reason) == (Outcome.WARNED, "两次都是准确行数")
    assert found.trend == "+34（+66.6%）"


def test_a_temporary_table_is_named_with_its_rows_or_that_they_are_unknown(twice: Twice) -> None:
    assert tables(twice.first, "temporary") == {"tmp_ghb"}
    found = told(twice.second, "temporary")
    assert (found.outcome, found.table) == (Outcome.WARNED, "mz_ghb_bak20250401")
    assert found.trend == "上次没有"
    assert "行" in found.value


def test_missing_and_needless_indexes_are_named(twice: Twice) -> None:
    assert "日期列 jssj" in told(twice.first, "index", "mz_jsb").value
    assert "mz_ghb" not in tables(twice.first, "index")
    assert told(twice.first, "duplicate").value == "ghsj_mz_ghb 已被 ghsj_jgdm 覆盖"
    assert told(twice.second, "duplicate").outcome is Outcome.PASSED


def test_what_the_engine_does_not_tell_of_backups_is_not_verified(twice: Twice) -> None:
    found = told(twice.second, "backup")
    assert found.outcome is Outcome.NOT_VERIFIED
    assert found.reason.endswith("请人工核实")


def test_the_record_of_each_month_is_kept_without_place_or_account(twice: Twice) -> None:
    folder = twice.store / "inspections" / "centre"
    assert sorted(path.name for path in folder.iterdir()) == ["2025-04.json", "2025-05.json"]
    text = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    assert not [word for word in ("://", "root", "127.0.0.1", str(Path.home()) + "/") if word in text]
