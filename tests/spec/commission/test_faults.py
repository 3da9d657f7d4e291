"""Each fault of chronic, special, medical, examination and two-card data is shown, and nothing is shown without one."""

import re

import pytest

from exports.commission.reports.quality import load_quality
from schemas.indicator import load_indicators
from schemas.report_pack import load_checks
from tests.county.faults import FAULTS
from tests.spec.commission.spoilt import SPOILT, judged

RULES = {rule.name: rule for rule in load_quality()}
FOUND = {
    "bp_impossible": 1,
    "glucose_impossible": 2,
    "service_after_death": 2,
    "visit_without_effect": 1,
    "lost_with_result": 2,
    "visit_without_file": 8,
    "file_end_contradicts": 1,
    "visit_entered_late": 1,
    "service_ahead_of_entry": 1,
    "tb_doses_impossible": 1,
    "tb_home_before_notice": 1,
    "cancelled_but_billed": 1,
    "bill_twice": 1,
    "refund_over": 1,
    "bill_does_not_add_up": 1,
    "rx_lines_differ": 1,
    "rx_amount_odd": 1,
    "antibiotic_unmarked": 1,
    "doctor_two_places": 1,
    "admission_open": 1,
    "discharge_before_admission": 1,
    "beds_overfull": 366,
    "exam_twice": 1,
    "final_before_exam": 1,
    "exam_item_impossible": 2,
    "item_normal_without_value": 1,
    "roster_twice": 1,
    "text_tells_person": 1,
    "event_twice": 1,
    "worker_two_places": 1,
    "event_times_odd": 1,
    "points_settled_twice": 1,
    "points_do_not_multiply": 1,
    "smd_confirm_missing": 2,
}


@pytest.mark.parametrize("rule", FOUND)
def test_a_rule_finds_exactly_the_broken_rows(rule: str) -> None:
    before, after = (judged(spoilt)[rule].keys() for spoilt in (False, True))
    assert before <= after
    assert len(after - before) == FOUND[rule]


def test_no_other_rule_finds_anything_new() -> None:
    before, after = judged(False), judged(True)
    assert {name for name in RULES if before[name].keys() != after[name].keys()} == set(FOUND)


@pytest.mark.parametrize("period", ["2023-02", "2024Q2", "2024"])
def test_no_rule_that_calls_for_correction_fires_on_clean_data(period: str) -> None:
    found = judged(False, period)
    assert {name: keys for name, keys in found.items() if keys and RULES[name].level == "error"} == {}


@pytest.mark.parametrize("name", SPOILT)
def test_a_fault_says_in_chinese_what_it_is_and_names_what_shows_it(name: str) -> None:
    one = FAULTS[name]
    known = {*FOUND, *(i.id for i in load_indicators()), *(check.id for check in load_checks()[0])}
    assert one.shown_by in known
    assert any("\u4e00" <= char <= "\u9fff" for char in one.title)


def test_a_list_of_bad_rows_tells_no_number_of_a_person() -> None:
    values = [str(value) for rows in judged(True).values() for value in rows.values()]
    assert len(values) > 400
    assert [value for value in values if re.search(r"1[3-9]\d{9}|\d{17}[\dX]", value)] == []
