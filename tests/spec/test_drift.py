"""Whether a format is "basically consistent with the prior year": what is found, and how much it weighs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.drift.compare import compare
from schemas.drift.kinds import KINDS
from schemas.drift.records import Difference, Drift, Level
from schemas.drift.thresholds import Thresholds
from schemas.errors import SettingsError
from schemas.format import Format
from schemas.pack import Signature
from tests.two_years import NHSA, Row, amount, column, form, legacy, moment, with_rows

LETTERS = [column("A"), column("B"), column("C"), column("D")]
WHOLE = st.integers(min_value=0, max_value=len(NHSA.pack.columns) - 1)
FILLED = [table for table in NHSA.tables if table.columns]


def kinds(drift: Drift) -> list[str]:
    return [one.kind for one in drift.differences]


def only(drift: Drift) -> Difference:
    """The one difference there is."""
    (found,) = drift.differences
    return found


def two(old: list[Row], new: list[Row]) -> Drift:
    """Two editions of one table."""
    return compare(form({"T": old}), form({"T": new}))


def change(old: Row, new: Row) -> Difference:
    """The one difference between two editions of one column."""
    return only(two([column("K"), old], [column("K"), new]))


def test_a_format_is_the_same_as_itself() -> None:
    drift = compare(NHSA, NHSA)
    assert drift.level is Level.SAME
    assert drift.differences == ()
    assert drift.exit_code == 0
    assert {table.same_columns for table in drift.tables} == {len(table.columns) for table in NHSA.tables}


@settings(max_examples=25, deadline=None)
@given(WHOLE)
def test_a_column_that_is_gone_is_breaking_and_named(place: int) -> None:
    rows = list(NHSA.pack.columns)
    gone = rows.pop(place)
    drift = compare(NHSA, with_rows(NHSA, rows))
    breaking = [(one.kind, one.table, one.column) for one in drift.blocking]
    assert breaking == [("column_missing", gone["table"], gone["emit_as"])]
    assert drift.exit_code == 3


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([table.name for table in NHSA.tables]), st.sampled_from(["text", "date", "decimal"]))
def test_a_column_at_the_end_is_compatible(table: str, kind: str) -> None:
    fresh = {"table": table, "seq": "999", **column("EXTRA", "另加的列", kind=kind, precision="16", scale="2")}
    found = only(compare(NHSA, with_rows(NHSA, [*NHSA.pack.columns, fresh])))
    assert (found.kind, found.level, found.table, found.column) == ("column_appended", Level.COMPATIBLE, table, "EXTRA")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_other_order_of_columns_is_notable_and_never_breaking(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(FILLED))
    order = data.draw(st.permutations(range(len(table.columns))))
    if list(order) == sorted(order):
        return
    places = iter(order)
    rows = [{**row, "seq": str(next(places))} if row["table"] == table.name else dict(row) for row in NHSA.pack.columns]
    found = only(compare(NHSA, with_rows(NHSA, rows)))
    assert (found.kind, found.level, found.table) == ("order_changed", Level.NOTABLE, table.name)


@settings(max_examples=10, deadline=None)
@given(st.lists(WHOLE, unique=True, max_size=30))
def test_the_same_two_formats_give_the_same_differences_the_heaviest_first(places: list[int]) -> None:
    rows = [row for place, row in enumerate(NHSA.pack.columns) if place not in places]
    first, again = (compare(legacy(), with_rows(NHSA, rows)) for _ in range(2))
    assert first.to_json() == again.to_json()
    order = [Level.BREAKING, Level.NOTABLE, Level.COMPATIBLE]
    for table in first.tables:
        levels = [one.level for one in table.differences]
        assert levels == sorted(levels, key=order.index)


def test_the_order_report_names_the_fewest_columns_that_moved() -> None:
    names = [column(name) for name in "ABCDEFG"]
    found = only(two(names, [names[6], *names[:6]]))
    assert found.new == "移动：G"
    assert "G（7→1）" in found.evidence


def test_the_older_list_against_that_of_2024_breaks_nothing() -> None:
    drift = compare(legacy(), NHSA)
    renamed = {
        (one.table, one.column, one.new.split(" ")[0]) for one in drift.differences if one.kind == "column_renamed"
    }
    assert renamed == {
        ("SETTLE_ZY", "SOCIAL_CARD_ID", "SOCIAL_ID"),
        ("SETTLE_ZY", "MEDICAL_RECORD_ID", "BRIDGE_ID"),
        ("SETTLE_MZ", "SOCIAL_CARD_ID", "SOCIAL_ID"),
    }
    assert drift.level is Level.NOTABLE
    assert drift.exit_code == 1
    assert drift.renamed["SETTLE_ZY", "SOCIAL_CARD_ID"] == ("SETTLE_ZY", "SOCIAL_ID")


def test_diagnoses_that_got_a_table_of_their_own_are_one_split() -> None:
    drift = compare(legacy(), NHSA)
    split = [one for one in drift.differences if one.kind == "table_split"]
    assert [(one.old, one.new) for one in split] == [("SETTLE_ZY", "SETTLE_ZY_DIAGNOSIS")]
    assert "ADMISSION_DISEASE_ID" in split[0].evidence
    assert drift.renamed["SETTLE_ZY", "ADMISSION_DISEASE_ID"] == ("SETTLE_ZY_DIAGNOSIS", "ADMISSION_DISEASE_ID")
    assert not {"column_missing", "table_missing"} & set(kinds(drift))
    assert "SETTLE_ZY_DIAGNOSIS" not in {one.table for one in drift.differences if one.kind == "table_added"}


def test_the_way_back_is_one_merger() -> None:
    drift = compare(NHSA, legacy())
    merged = [one for one in drift.differences if one.kind == "table_merged"]
    assert [(one.old, one.new) for one in merged] == [("SETTLE_ZY_DIAGNOSIS", "SETTLE_ZY")]
    assert "SETTLE_ZY_DIAGNOSIS" not in {one.table for one in drift.differences if one.kind == "table_missing"}


def test_what_a_dissolved_table_had_and_nobody_took_over_is_missing() -> None:
    old = form({"MAIN": [column("ID"), column("A")], "SIDE": [column("ID"), column("X"), column("Y"), column("Z")]})
    new = form({"MAIN": [column("ID"), column("A"), column("X"), column("Y")]})
    drift = compare(old, new)
    assert [(one.table, one.column) for one in drift.blocking] == [("SIDE", "Z")]
    assert "table_merged" in kinds(drift)


def test_columns_that_went_to_a_table_that_was_there_before_are_reported_once() -> None:
    old = form({"M": [column("ID"), column("X"), column("Y")], "N": [column("ID"), column("B")]})
    new = form({"M": [column("ID")], "N": [column("ID"), column("B"), column("X"), column("Y")]})
    found = only(compare(old, new))
    assert (found.kind, found.old, found.new) == ("columns_moved", "M", "N")


def test_one_column_of_the_same_name_elsewhere_explains_nothing() -> None:
    old = form({"M": [column("ID"), column("NOTE")]})
    new = form({"M": [column("ID")], "N": [column("NOTE"), column("B"), column("C")]})
    assert {"column_missing", "table_added"} == set(kinds(compare(old, new)))


def test_columns_that_every_table_has_do_not_make_a_split() -> None:
    shared = [column("ID"), column("CARD")]
    old = form({"M": [*shared, column("A")], "N": [*shared, column("B")], "O": [*shared, column("C")]})
    new = form(
        {"M": [column("A")], "N": [*shared, column("B")], "O": [*shared, column("C")], "P": [*shared, column("D")]}
    )
    drift = compare(old, new)
    assert [(one.table, one.column) for one in drift.blocking] == [("M", "ID"), ("M", "CARD")]
    assert "table_split" not in kinds(drift)


def test_a_table_is_known_by_its_title_or_by_its_columns() -> None:
    old = form({"T1": LETTERS})
    titled = form({"T9": LETTERS}, title="T1表")
    by_title = only(compare(old, titled))
    assert (by_title.kind, by_title.evidence) == ("table_renamed", "标题相同（T1表）")
    by_columns = compare(old, form({"T9": LETTERS}))
    assert kinds(by_columns) == ["table_renamed", "title_changed"]
    assert "其中 4 列的列名" in by_columns.differences[0].evidence
    assert by_columns.renamed["T1", "A"] == ("T9", "A")


def test_an_outpatient_table_is_not_the_inpatient_table_that_looks_like_it() -> None:
    old, new = form({"SETTLE_MZ_DETAIL": LETTERS}), form({"SETTLE_ZY_DETAIL": LETTERS})
    assert kinds(compare(old, new)) == ["table_missing", "table_added"]
    old, new = form({"T1": LETTERS}, title="门诊明细"), form({"T2": LETTERS}, title="住院明细")
    assert kinds(compare(old, new)) == ["table_missing", "table_added"]


def test_one_table_that_fell_into_two_is_split() -> None:
    left, right = [column(name) for name in "ABC"], [column(name) for name in "XYZ"]
    extra = [column(f"E{number}") for number in range(9)], [column(f"F{number}") for number in range(9)]
    old, new = form({"T": left + right}), form({"T1": left + extra[0], "T2": right + extra[1]})
    drift = compare(old, new)
    assert [(one.kind, one.new) for one in drift.differences] == [("table_split", "T1"), ("table_split", "T2")]


def test_a_table_that_shares_too_little_is_missing_and_another_one_added() -> None:
    old, new = form({"T1": LETTERS}), form({"T9": [LETTERS[0], column("W"), column("X"), column("Y")]})
    assert kinds(compare(old, new)) == ["table_missing", "table_added"]
    lenient = Thresholds.load({"table_share": "0.25"})
    assert "table_renamed" in kinds(compare(old, new, thresholds=lenient))


@pytest.mark.parametrize(
    ("old", "new", "evidence"),
    [
        (column("CARD", "社保卡号"), column("SOCIAL", "社保卡号"), "中文名称相同"),
        (column("CARD", "卡号", std_field="s.no"), column("SOCIAL", "社保号", std_field="s.no"), "标准字段相同"),
        (column("SOCIAL_ID", "号"), column("SOCIALID", "另一个号"), "列名只有书写不同"),
    ],
)
def test_a_renamed_column_says_what_that_rests_on(old: Row, new: Row, evidence: str) -> None:
    drift = two([column("K"), old, column("Z")], [column("K"), new, column("Z")])
    renamed = next(one for one in drift.differences if one.kind == "column_renamed")
    assert renamed.level is Level.NOTABLE
    assert renamed.evidence.startswith(evidence)
    assert not drift.blocking


def test_a_std_field_that_stands_twice_proves_no_rename() -> None:
    old = [column("K"), column("YEAR", "年", std_field="s.time"), column("B", "日期", std_field="s.time")]
    new = [column("K"), column("JAHR", "年份", std_field="s.time"), column("B", "日期", std_field="s.time")]
    assert kinds(two(old, new)) == ["column_missing", "column_inserted"]


def test_a_time_that_became_a_date_and_a_clock_is_a_split_column() -> None:
    old = [column("K"), moment("BILL", "结算日期时间", std_field="s.time")]
    new = [
        column("K"),
        moment("BILL_DAY", "结算日期", kind="date", std_field="s.time"),
        column("BILL_CLOCK", "结算时间", std_field="s.time"),
    ]
    found = only(two(old, new))
    assert (found.kind, found.column, found.level) == ("column_split", "BILL", Level.NOTABLE)
    assert "标准字段相同" in found.evidence
    assert "结算日期 + 结算时间" in found.evidence


def test_a_code_and_a_name_that_became_one_are_merged_columns() -> None:
    old = [column("K"), column("DEPT_ID", "科室编码"), column("DEPT_NAME", "科室名称")]
    found = only(two(old, [column("K"), column("DEPT", "科室编码及名称")]))
    assert (found.kind, found.column) == ("column_merged", "DEPT_ID")
    assert "科室编码 + 科室名称" in found.evidence


def test_without_evidence_a_column_is_missing_and_others_added() -> None:
    old = [column("K"), column("PLACE", "地点")]
    drift = two(old, [column("K"), column("TOWN", "城镇"), column("STREET", "街道")])
    assert kinds(drift) == ["column_missing", "column_appended", "column_appended"]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (column("A", length="30"), column("A", length="60"), "width_wider"),
        (column("A", length="30"), column("A", length=""), "width_wider"),
        (column("A", length="60"), column("A", length="30"), "width_narrower"),
        (column("A", length=""), column("A", length="30"), "width_narrower"),
        (amount("A"), amount("A", precision="18"), "precision_wider"),
        (amount("A", precision="18"), amount("A"), "precision_narrower"),
        (amount("A"), amount("A", scale="4"), "scale_changed"),
        (column("A"), amount("A"), "type_changed"),
        (column("A"), moment("A"), "type_changed"),
        (moment("A", kind="date"), moment("A"), "time_changed"),
        (moment("A", pattern="%Y/%m/%d"), moment("A"), "pattern_changed"),
        (column("A"), column("A", required="always"), "became_mandatory"),
        (column("A", required="always"), column("A", required="when", required_when="K=1"), "became_optional"),
        (
            column("A", required="when", required_when="K=1"),
            column("A", required="when", required_when="K=2"),
            "condition_changed",
        ),
        (column("A", codes="~1|2"), column("A", codes="~1|2|3"), "code_added"),
        (column("A", codes="1|2"), column("A", codes="1|2|3"), "code_added_closed"),
        (column("A", codes="~1|2"), column("A", codes="~1"), "code_removed"),
        (column("A", codes="1|2"), column("A", codes="~1|2"), "list_closed_changed"),
        (column("A"), column("A", codes="1|2"), "list_closed_changed"),
        (column("A"), column("A", codes="~1|2"), "code_hints_changed"),
        (column("A"), column("A", key="1"), "key_changed"),
        (column("A", "旧名"), column("A", "新名"), "label_changed"),
        (column("A"), column("A", note="新的说明"), "note_changed"),
        (column("A", std_field="s.a"), column("A", std_field="s.b"), "meaning_changed"),
        (column("a", "名"), column("A", "名"), "name_case"),
        (column("A", emit_as="A_1"), column("B", "A名", emit_as="A_1"), "header_changed"),
    ],
)
def test_each_change_of_a_column_has_its_kind(old: Row, new: Row, kind: str) -> None:
    found = change(old, new)
    assert found.kind == kind
    assert found.level is KINDS[kind].level
    assert found.old != found.new
    assert found.reason.endswith("。")


def test_a_column_between_others_is_notable() -> None:
    found = only(two(LETTERS, [*LETTERS[:2], column("NEW"), *LETTERS[2:]]))
    assert (found.kind, found.level, found.column) == ("column_inserted", Level.NOTABLE, "NEW")
    assert "第 3 列" in found.reason


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"delimiter": ","}, "delimiter_changed"),
        ({"charset": "gb18030"}, "charset_changed"),
        ({"joiner": "#"}, "joiner_changed"),
        ({"files": ["csv", "xlsx"]}, "files_changed"),
    ],
)
def test_how_files_are_written_belongs_to_the_format(facts: dict[str, object], kind: str) -> None:
    found = only(compare(form({"T": LETTERS}), form({"T": LETTERS}, facts=facts)))
    assert (found.kind, found.level, found.table) == (kind, Level.NOTABLE, "")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"group": "opt"}, "table_need_changed"),
        ({"grain": "每条明细一行"}, "grain_changed"),
        ({"split": "month", "split_field": "A"}, "cut_changed"),
        ({"date_field": "B"}, "period_column_changed"),
        ({"key": "A|B"}, "key_changed"),
        ({"title": "另一个标题"}, "title_changed"),
        ({"note": "另一个说明"}, "note_changed"),
    ],
)
def test_the_facts_of_a_table_belong_to_the_format(cells: dict[str, Any], kind: str) -> None:
    before: dict[str, Any] = {"grain": "每人一行", "date_field": "A", "key": "A"}
    found = only(compare(form({"T": LETTERS}, **before), form({"T": LETTERS}, **{**before, **cells})))
    assert found.kind == kind


def test_a_key_under_a_new_name_is_the_same_key() -> None:
    old = form({"T": [column("CARD", "卡号"), column("B")]}, key="CARD", date_field="CARD")
    new = form({"T": [column("SOCIAL", "卡号"), column("B")]}, key="SOCIAL", date_field="SOCIAL")
    assert kinds(compare(old, new)) == ["column_renamed"]


def signature(column: str = "", kind: str = "*", table: str = "T") -> Signature:
    return Signature("site/2024", table, column, kind, "接口不再提供", "医保办 甲", "2024-12-01")


def signed(*signatures: Signature) -> Drift:
    return compare(form({"T": LETTERS}), form({"T": LETTERS[:2]}, signatures=signatures))


def test_a_signature_lifts_the_block_of_the_difference_it_names() -> None:
    drift = signed(signature("C", "column_missing"))
    assert [one.column for one in drift.blocking] == ["D"]
    consent = next(one.signature for one in drift.differences if one.column == "C")
    assert consent is not None
    assert consent.signed_by == "医保办 甲"


def test_a_signature_without_a_column_speaks_of_the_whole_table() -> None:
    drift = signed(signature())
    assert drift.blocking == ()
    assert drift.exit_code == 0
    assert "已由客户签认" in drift.sentence


def test_a_signature_of_another_kind_lifts_nothing_and_is_reported() -> None:
    drift = signed(signature("C", "column_renamed"), signature("D"))
    assert [one.column for one in drift.blocking] == ["C"]
    unused = next(one for one in drift.differences if one.kind == "signature_unused")
    assert (unused.level, unused.table, unused.column) == (Level.COMPATIBLE, "T", "C")
    assert "医保办 甲" in unused.reason


def test_limits_can_be_overridden_and_unknown_ones_are_refused() -> None:
    assert Thresholds.load({"deviation": 0.5}).words()["deviation"] == "50%"
    assert Thresholds.load({}).words()["mandatory_empty_now"] == "5%"
    with pytest.raises(SettingsError, match="没有名为 devation 的界限"):
        Thresholds.load({"devation": 0.5})


@pytest.mark.parametrize(
    ("name", "value"),
    [("deviation", "三成"), ("deviation", 30), ("deviation", True), ("unit_ratio", 1), ("items_shown", 2.5)],
)
def test_a_limit_out_of_its_range_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=f"界限 {name} 应为"):
        Thresholds.load({name: value})


def test_every_kind_has_a_title_a_level_and_a_rule_in_which_the_limits_stand() -> None:
    limits = Thresholds.load()
    for name, kind in KINDS.items():
        assert kind.title, name
        assert "{" not in kind.sentence(limits), name
    assert "30%" in KINDS["rows_deviate"].sentence(limits)
    assert {kind.level for kind in KINDS.values()} == set(Level) - {Level.SAME}


def test_the_verdict_says_that_only_formats_were_compared() -> None:
    def sentence(new: Format) -> str:
        return compare(form({"T": LETTERS}), new).sentence

    assert sentence(form({"T": LETTERS})) == "与上年度一致，没有差异（只比较了格式，没有比较两年的数据）。"
    assert sentence(form({"T": LETTERS[:3]})).startswith("与上年度不一致：有 1 处破坏性差异未经客户签认，不能交付")
    assert "有 1 处差异须客户签认" in sentence(form({"T": LETTERS[::-1][:1] + LETTERS[:3]}))
