"""The data of two years compared: rows, amounts, empty cells, codes, units."""

from decimal import Decimal

import pytest

from schemas.drift.compare import compare
from schemas.drift.records import Difference, Drift, Level
from schemas.drift.thresholds import Thresholds
from schemas.profile import ItemProfile, MonthProfile, TableProfile
from tests.two_years import Row, amount, column, data, form, monthly, profile, table_data, year

KEY = data("K", 1000, 1000)


def two(
    old: list[Row], new: list[Row], before: TableProfile | None, after: TableProfile | None, months: int = 12
) -> Drift:
    """Two editions of table T with the data of 2023 and of the first `months` of 2024."""
    old_data = profile(*filter(None, [before]), months=year(2023))
    new_data = profile(*filter(None, [after]), months=year(2024, 1, months))
    return compare(form({"T": old}), form({"T": new}), old_data, new_data)


def judged(drift: Drift) -> tuple[Difference, ...]:
    """The differences, without the one that says what could not be compared."""
    return tuple(one for one in drift.differences if one.kind != "content_unverified")


def only(drift: Drift) -> Difference:
    (found,) = judged(drift) or drift.differences
    return found


def same(before: TableProfile, after: TableProfile, *columns: Row, months: int = 12) -> Drift:
    """The data of two years in a format that stayed the same."""
    return two([column("K"), *columns], [column("K"), *columns], before, after, months)


def table(months: dict[str, MonthProfile], **facts: object) -> TableProfile:
    rows = sum(month.rows for month in months.values())
    return table_data("T", data("K", rows, rows), rows=rows, months=months, **facts)


def test_the_same_data_are_the_same() -> None:
    one = table(monthly(year(2023), 100, 80, COST="1000.00"), key_unique=True, items={"X": items_of("1", "2")})
    sides = profile(one, months=year(2023))
    old = form({"T": [column("K"), amount("COST")]})
    drift = compare(old, old, sides, sides)
    assert [one.kind for one in drift.differences] == []
    assert drift.sentence == "与上年度一致，没有差异。"


def items_of(price: str, quantity: str = "1") -> ItemProfile:
    return ItemProfile(10, Decimal(price), Decimal(quantity))


def test_rows_that_deviate_are_notable_and_name_the_month() -> None:
    after = monthly(year(2024), 100)
    after["202403"] = MonthProfile(20, {})
    found = only(same(table(monthly(year(2023), 100)), table(after)))
    assert (found.kind, found.level) == ("rows_deviate", Level.NOTABLE)
    assert found.evidence == "03 月 -80%"
    assert "超过界限的月份有 1 个" in found.reason


def test_a_month_without_rows_deviates() -> None:
    after = {month: one for month, one in monthly(year(2024), 100).items() if month != "202407"}
    assert only(same(table(monthly(year(2023), 100)), table(after))).evidence == "07 月 -100%"


def test_a_quarter_is_compared_with_the_same_quarter() -> None:
    drift = same(table(monthly(year(2023), 100)), table(monthly(year(2024, 1, 3), 110)), months=3)
    assert judged(drift) == ()
    assert "按两年都有的月份（01、02、03）逐月对应比较" in drift.basis


def test_what_cannot_be_put_per_month_is_not_verified_where_the_months_differ() -> None:
    """A month shows fewer different values and codes than a year: that is no deviation, and no proof either."""
    columns = [column("K"), column("C", codes="a|b|c"), column("D")]
    codes = data("C", 1200, 3, values=(("a", 400), ("b", 400), ("c", 400)))
    before = table_data(
        "T", data("K", 1200, 1200), codes, data("D", 1200, 900), rows=1200, months=monthly(year(2023), 100)
    )
    code = data("C", 100, 1, values=(("a", 100),))
    after = table_data(
        "T", data("K", 100, 100), code, data("D", 100, 40), rows=100, months=monthly(year(2024, 3, 3), 100)
    )
    formats = form({"T": columns}), form({"T": columns})
    drift = compare(*formats, profile(before, months=year(2023)), profile(after, months=year(2024, 3, 3)))
    assert judged(drift) == ()
    [unverified] = drift.differences
    assert unverified.level is Level.UNVERIFIED
    assert "上年覆盖 12 个月，本年 1 个月" in unverified.reason


def test_a_code_that_is_new_in_a_single_month_is_new() -> None:
    columns = [column("K"), column("C", codes="~a|b")]
    code = data("C", 1200, 1, values=(("a", 1200),))
    before = table_data("T", data("K", 1200, 1200), code, rows=1200, months=monthly(year(2023), 100))
    codes = data("C", 100, 2, values=(("a", 50), ("b", 50)))
    after = table_data("T", data("K", 100, 100), codes, rows=100, months=monthly(year(2024, 3, 3), 100))
    formats = form({"T": columns}), form({"T": columns})
    drift = compare(*formats, profile(before, months=year(2023)), profile(after, months=year(2024, 3, 3)))
    assert only(drift).kind == "values_changed"


def test_the_share_of_empty_cells_in_a_handful_of_rows_says_nothing() -> None:
    before = table_data("T", data("K", 61, 61), data("C", 54, 1), rows=61)
    after = table_data("T", data("K", 5, 5), data("C", 5, 1), rows=5)
    assert "empty_deviates" not in {one.kind for one in judged(same(before, after, column("C")))}


def test_without_a_month_in_common_the_means_are_compared() -> None:
    before, after = monthly(year(2023, 7, 12), 100), monthly(year(2024, 1, 3), 200)
    formats = form({"T": [column("K")]}), form({"T": [column("K")]})
    drift = compare(
        *formats, profile(table(before), months=year(2023, 7, 12)), profile(table(after), months=year(2024, 1, 3))
    )
    assert only(drift).kind == "rows_deviate"
    assert (only(drift).old, only(drift).new) == ("每月平均 100 行", "每月平均 200 行")
    assert "没有相同的月份；按覆盖月份的每月平均比较" in drift.basis


@pytest.mark.parametrize("month", ["202212", "190001", "202401", "999912"])
def test_a_stray_month_outside_the_delivery_distorts_nothing_and_is_named(month: str) -> None:
    before = monthly(year(2023), 1000, 800, COST="1000.00")
    before[month] = MonthProfile(9, {"COST": Decimal("9.00")}, 9)
    after = monthly(year(2024), 1000, 800, COST="1000.00")
    one = form({"T": [column("K"), amount("COST")]})
    old, new = (profile(table(months), months=tuple(sorted(months))) for months in (before, after))
    for drift in (compare(one, one, old, new), compare(one, one, new, old)):
        assert drift.differences == ()
        assert "上年覆盖 12 个月，本年覆盖 12 个月" in drift.basis
        assert f"的零星月份 {month}（9 行）在交付期间之外，行数不到中位月份的 1%，不计入" in drift.basis


def test_what_counts_as_a_stray_month_is_a_limit() -> None:
    one = form({"T": [column("K")]})
    months = {"202211": MonthProfile(9, {}), **monthly(year(2023), 1000)}
    side = profile(table(months), months=tuple(months))
    assert "零星" not in compare(one, one, side, side, Thresholds.load({"stray_month": "0.009"})).basis
    assert "零星" in compare(one, one, side, side, Thresholds.load({"stray_month": "0.0091"})).basis


def test_many_stray_months_do_not_make_the_true_ones_look_rich() -> None:
    before = monthly(year(2023, 1, 3), 1000) | monthly([f"{1900 + place}01" for place in range(40)], 2)
    old = profile(table(before), months=tuple(sorted(before)))
    new = profile(table(monthly(year(2024, 1, 3), 1000)), months=year(2024, 1, 3))
    one = form({"T": [column("K")]})
    drift = compare(one, one, old, new)
    assert drift.differences == ()
    assert "等 40 个月在交付期间之外" in drift.basis


def test_a_month_that_ran_dry_inside_the_delivery_is_no_stray() -> None:
    after = monthly(year(2024), 1000)
    after["202407"] = MonthProfile(2, {})
    drift = same(table(monthly(year(2023), 1000)), table(after))
    assert only(drift).evidence == "07 月 -100%"
    assert "零星" not in drift.basis


def test_rows_without_a_date_are_no_month() -> None:
    before = {**monthly(year(2023), 100), "": MonthProfile(40, {})}
    one = form({"T": [column("K")]})
    old, new = (profile(table(months), months=tuple(sorted(months))) for months in (before, monthly(year(2024), 100)))
    drift = compare(one, one, old, new)
    assert drift.differences == ()
    assert drift.basis.startswith("上年覆盖 12 个月，本年覆盖 12 个月；")


def test_amounts_are_compared_under_the_new_name_of_their_column() -> None:
    before = table(monthly(year(2023), 100, PAY="1000.00"))
    after = table(monthly(year(2024), 100, FEE="1500.00"))
    drift = two([column("K"), amount("PAY", "费用")], [column("K"), amount("FEE", "费用")], before, after)
    found = next(one for one in drift.differences if one.kind == "amount_deviates")
    assert (found.column, found.old, found.new) == ("PAY", "每月平均 1,000.00 元", "每月平均 1,500.00 元")


def test_the_share_settled_with_the_insurance_is_compared() -> None:
    found = only(same(table(monthly(year(2023), 100, 80)), table(monthly(year(2024), 100, 40))))
    assert (found.kind, found.old, found.new) == ("insured_deviates", "80.0%", "40.0%")


def test_a_table_without_months_deviates_only_if_it_does_so_per_month_too() -> None:
    before = table_data("T", data("K", 1200, 1200), rows=1200)
    assert judged(same(before, table_data("T", data("K", 300, 300), rows=300), months=3)) == ()
    assert only(same(before, table_data("T", data("K", 300, 300), rows=300))).kind == "rows_deviate"


def test_small_numbers_are_not_judged_but_vanishing_is() -> None:
    before = table_data("T", data("K", 4, 4), rows=4)
    assert same(before, table_data("T", data("K", 8, 8), rows=8)).differences == ()
    assert only(same(before, table_data("T", rows=0))).old == "4 行"


@pytest.mark.parametrize(
    ("before", "now", "kind"), [(995, 950, "mandatory_empty"), (995, 951, ""), (985, 900, "empty_deviates")]
)
def test_a_mandatory_column_that_was_filled_must_stay_filled(before: int, now: int, kind: str) -> None:
    must = column("A", required="always")
    drift = same(table_data("T", KEY, data("A", before, 500)), table_data("T", KEY, data("A", now, 500)), must)
    assert [one.kind for one in drift.differences] == ([kind] if kind else [])
    assert bool(drift.blocking) is (kind == "mandatory_empty")


def test_an_optional_column_that_empties_is_notable() -> None:
    drift = same(table_data("T", KEY, data("A", 900, 500)), table_data("T", KEY, data("A", 600, 500)), column("A"))
    found = only(drift)
    assert (found.kind, found.old, found.new) == ("empty_deviates", "空值 10.0%", "空值 40.0%")


def test_distinct_values_follow_the_rows_or_deviate() -> None:
    before = table_data("T", KEY, data("A", 1000, 50))
    found = only(same(before, table_data("T", KEY, data("A", 1000, 20)), column("A")))
    assert (found.kind, found.old, found.new) == ("distinct_deviates", "50 个值", "20 个值")


def test_another_use_of_codes_is_seen_though_their_number_is_the_same() -> None:
    flag = column("A", codes="~0|1|是|否", std_field="settlement.refd_setl_flag")
    before = table_data("T", KEY, data("A", 1000, 2, values={"0": 900, "1": 100}))
    after = table_data("T", KEY, data("A", 1000, 2, values={"否": 900, "是": 100}))
    found = only(same(before, after, flag))
    assert (found.kind, found.level) == ("values_changed", Level.NOTABLE)
    assert "本年新出现：否、是" in found.reason


def test_a_key_that_is_no_longer_unique_is_breaking() -> None:
    before, after = table_data("T", KEY, key_unique=True), table_data("T", KEY, key_unique=False)
    found = only(same(before, after))
    assert (found.kind, found.blocks) == ("key_not_unique", True)
    assert same(after, after).differences == ()


def shifted(number: int, factor: str, part: str = "price") -> Drift:
    """A hundred items, of which some have another price or quantity than the year before."""
    before = {f"X{code:03d}": items_of("10", "10") for code in range(100)}
    other = items_of(f"{Decimal(10) * Decimal(factor)}", "10")
    if part == "quantity":
        other = ItemProfile(10, Decimal(10), Decimal(10) * Decimal(factor))
    after = {code: other if place < number else one for place, (code, one) in enumerate(before.items())}
    return same(table_data("T", KEY, items=before), table_data("T", KEY, items=after))


@pytest.mark.parametrize(("part", "title"), [("price", "单价"), ("quantity", "数量")])
def test_a_unit_that_changed_for_many_items_is_breaking(part: str, title: str) -> None:
    found = only(shifted(6, "0.1", part))
    assert (found.kind, found.level) == ("unit_changed", Level.BREAKING)
    assert f"可比的 100 个共同项目中，有 6 个的{title}中位数" in found.reason
    assert "X000（10→1" in found.evidence


def test_a_unit_that_changed_for_few_items_is_a_note() -> None:
    assert only(shifted(5, "10")).kind == "unit_shifted"


def test_a_price_three_times_as_high_is_no_other_unit() -> None:
    assert shifted(50, "3").differences == ()


def test_at_most_ten_items_are_listed_and_all_are_counted() -> None:
    found = only(shifted(40, "4"))
    assert "有 40 个" in found.reason
    assert found.evidence.count("→") == 10


def test_the_number_of_items_is_compared() -> None:
    before = {f"X{code}": items_of("1") for code in range(100)}
    after = dict(list(before.items())[:60])
    found = only(same(table_data("T", KEY, items=before), table_data("T", KEY, items=after)))
    assert (found.kind, found.old, found.new) == ("items_deviate", "100 个", "60 个")


def test_a_width_that_would_cut_real_values_names_column_longest_and_width() -> None:
    before, after = (table_data("T", KEY, data("A", 1000, 900, longest)) for longest in (28, 41))
    found = only(same(before, after, column("A", length="30")))
    assert (found.kind, found.column) == ("width_truncates", "A")
    assert "最长 41 个字符，超过规定的宽度 30" in found.reason


def test_a_width_that_was_too_small_before_is_no_difference() -> None:
    before, after = (table_data("T", KEY, data("A", 1000, 900, longest)) for longest in (40, 41))
    assert same(before, after, column("A", length="30")).differences == ()


def test_a_table_that_was_delivered_before_and_is_not_now_is_breaking() -> None:
    found = only(two([column("K")], [column("K")], table_data("T", KEY), None))
    assert (found.kind, found.blocks, found.old) == ("table_undelivered", True, "1,000 行")


def test_a_table_delivered_for_the_first_time_is_compatible() -> None:
    assert only(two([column("K")], [column("K")], None, table_data("T", KEY))).kind == "table_delivered"


def test_data_on_one_side_only_are_one_unverified_difference() -> None:
    one = form({"T": [column("K")]})
    found = only(compare(one, one, None, profile(table_data("T", KEY), months=year(2024))))
    assert (found.kind, found.level, found.table) == ("content_unverified", Level.UNVERIFIED, "")
    assert "上年只有格式，没有数据" in found.reason
    assert "计量单位" in found.reason


def test_each_check_that_one_side_has_no_data_for_is_named() -> None:
    before = table_data("T", KEY, key_unique=True, items={"X": items_of("1")}, months=monthly(year(2023), 83, 60))
    after = table_data("T", rows=1000, months=monthly(year(2024), 83))
    found = only(same(before, after))
    assert found.kind == "content_unverified"
    for title in ("T 的主键唯一性", "T 的项目与计量单位", "T 的医保结算占比", "T.K 的内容"):
        assert f"{title}（本年没有数据）" in found.reason
    assert found.reason.startswith("有 4 项核对")


def test_items_without_a_code_in_common_leave_the_unit_unverified() -> None:
    before, after = (table_data("T", KEY, items={code: items_of("1")}) for code in ("X", "Y"))
    assert "T 的计量单位（两年没有相同的项目编码）" in only(same(before, after)).reason


def test_the_limits_are_those_that_were_given() -> None:
    one = form({"T": [column("K")]})
    before, after = (
        profile(table(monthly(year(number), rows)), months=year(number)) for number, rows in ((2023, 100), (2024, 140))
    )
    assert only(compare(one, one, before, after)).kind == "rows_deviate"
    assert compare(one, one, before, after, Thresholds.load({"deviation": "0.5"})).differences == ()


def test_data_of_columns_that_moved_to_another_table_are_compared_too() -> None:
    must = {"required": "always"}
    old = form({"M": [column("ID"), column("X", **must), column("Y")]})
    new = form({"M": [column("ID")], "N": [column("ID"), column("X", **must), column("Y")]})
    full = [data("ID", 100, 100), data("Y", 100, 50)]
    before = profile(table_data("M", *full, data("X", 100, 50)), months=year(2023))
    after = profile(table_data("M", full[0]), table_data("N", *full, data("X", 50, 50)), months=year(2024))
    drift = compare(old, new, before, after)
    assert [(one.kind, one.table, one.column) for one in drift.blocking] == [("mandatory_empty", "M", "X")]
