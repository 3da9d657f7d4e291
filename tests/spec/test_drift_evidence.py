"""Which columns the data of two years show to be the same, where names and labels do not."""

from pathlib import Path

import pytest

from flows.learn.decisions import Decisions
from flows.learn.learn import study
from flows.learn.observe import FORMS, OTHER
from schemas.drift.compare import compare
from schemas.drift.records import Drift, Level
from schemas.format import Format
from schemas.profile import CLOCK, DIGITS, VAGUE, ColumnProfile, Profile
from tests.mangled import write_text
from tests.spec.test_drift_content import KEY, only, two
from tests.two_years import column, data, table_data


def test_a_column_is_recognised_by_its_codes() -> None:
    codes = {"城乡居民": 700, "城镇职工": 200, "自费": 100}
    before = table_data("T", KEY, data("INSURANCE", 1000, 3, values=codes))
    after = table_data("T", KEY, data("BENEFIT", 1000, 4, values={**codes, "离休": 10}))
    drift = two([column("K"), column("INSURANCE", "险种")], [column("K"), column("BENEFIT", "待遇")], before, after)
    found = only(drift)
    assert (found.kind, found.level) == ("column_renamed", Level.NOTABLE)
    assert "取值相同（99% 以上的行取值在对方的取值范围内）" in found.evidence


def test_a_flag_of_two_values_is_no_proof_of_a_rename() -> None:
    before = table_data("T", KEY, data("LOCAL", 1000, 2, values={"0": 900, "1": 100}))
    after = table_data("T", KEY, data("REFUND", 1000, 2, values={"0": 900, "1": 100}))
    drift = two([column("K"), column("LOCAL", "本地")], [column("K"), column("REFUND", "退费")], before, after)
    assert {one.kind for one in drift.differences} == {"column_missing", "column_appended"}


def hinted(form: str, longest: int = 18, now: int = 18) -> Drift:
    """A column that is gone, and another one with values of the same form in its place."""
    before = table_data("T", KEY, data("BILL_NO", 1000, 300, longest, shapes=((form, 1000),)))
    after = table_data("T", KEY, data("DJH", 1000, 320, now, shapes=((form, 1000),)))
    return two([column("K"), column("BILL_NO", "单据")], [column("K"), column("DJH", "凭证")], before, after)


@pytest.mark.parametrize("form", ["digits", "%Y-%m-%d", "time", "percent"])
def test_the_same_telling_form_in_the_same_place_is_a_hint_and_no_rename(form: str) -> None:
    missing = hinted(form).blocking[0]
    assert (missing.kind, missing.column) == ("column_missing", "BILL_NO")
    assert "可能改名为 DJH 凭证" in missing.evidence
    assert "不足以确定" in missing.evidence


def test_text_codes_and_digits_of_another_length_are_no_hint() -> None:
    for drift in (hinted("text"), hinted("code"), hinted("digits", 18, 1)):
        assert [(one.kind, one.evidence) for one in drift.blocking] == [("column_missing", "")]


def in_two(day: str = "%Y-%m-%d", clock: str = "time", low: str = "", high: str = "") -> Drift:
    """A column of moments that is gone, and two new ones."""
    moments = (("%Y-%m-%d %H:%M:%S", 1000),)
    whole = data("BILL", 1000, 900, low="2023-01-02 08:00:00", high="2023-12-30 17:30:00", shapes=moments)
    first = data("DAY", 1000, 250, shapes=((day, 1000),), low=low, high=high)
    second = data("CLOCK", 1000, 700, shapes=((clock, 1000),))
    new = [column("K"), column("DAY", "发生日"), column("CLOCK", "钟点")]
    return two(
        [column("K"), column("BILL", "缴费")], new, table_data("T", KEY, whole), table_data("T", KEY, first, second)
    )


def test_a_split_column_is_also_recognised_by_its_data() -> None:
    found = only(in_two(low="2024-01-02", high="2024-12-30"))
    assert (found.kind, found.column, found.level) == ("column_split", "BILL", Level.NOTABLE)
    assert "值的形态可以拼合" in found.evidence
    assert "最早与最晚的日期相符（2023-01-02 至 2023-12-30，2024-01-02 至 2024-12-30）" in found.evidence
    assert only(in_two()).evidence == "值的形态可以拼合（日期时间 = 日期 + 时刻）"


def test_other_days_or_other_forms_are_no_split_column() -> None:
    for drift in (in_two(low="1931-05-06", high="2024-11-08"), in_two(clock="digits"), in_two(day="text")):
        assert {one.kind for one in drift.differences} == {"column_missing", "column_appended"}


def learnt(folder: Path, header: list[str], rows: list[list[str]]) -> tuple[Format, Profile]:
    """The format and the profile of a folder with one text file."""
    folder.mkdir()
    write_text(folder / "缴费.csv", header, rows)
    lesson = study(folder, "site/x", Decisions(), folder / "spill", "500MB", 2, lambda line: None)
    return lesson.form, lesson.profile


def test_a_split_column_is_recognised_in_true_files(tmp_path: Path) -> None:
    """By what learning really writes, not by what a test believes that it writes."""
    clocks = [(f"{day:02d}", f"{day % 12 + 8:02d}:{day + 20}:00") for day in range(1, 29)]
    old, before = learnt(
        tmp_path / "上年",
        ["单号", "MOMENT", "摘要"],
        [[f"A{day}", f"2023-05-{day} {clock}", f"缴费摘要{day}"] for day, clock in clocks],
    )
    new, after = learnt(
        tmp_path / "本年",
        ["单号", "D", "T", "摘要"],
        [[f"B{day}", f"2024-05-{day}", clock, f"缴费摘要{day}"] for day, clock in clocks],
    )
    found = only(compare(old, new, before, after))
    assert (found.kind, found.column, found.new) == ("column_split", "MOMENT", "D；T")
    assert "值的形态可以拼合" in found.evidence


def test_every_form_that_learning_names_stands_in_the_vocabulary_of_the_profile() -> None:
    told = ColumnProfile.__doc__ or ""
    assert [form for form in (*FORMS, OTHER) if not form.startswith("%") and f"`{form}`" not in told] == []
    assert {DIGITS, CLOCK, *VAGUE} <= {*FORMS, OTHER}
