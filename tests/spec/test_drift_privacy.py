"""What a comparison never writes down: values that nobody laid down as codes, such as names of people."""

import json
from pathlib import Path

import pytest

from exports.drift_report.terminal import drift_lines
from exports.drift_report.write import write_drift
from schemas.drift.compare import compare
from schemas.drift.records import Difference, Drift
from schemas.registry import format_ids, load_format
from tests.spec.test_drift_content import KEY, two
from tests.two_years import Row, column, data, table_data, with_rows

OLD_NAMES, NEW_NAMES = {"张三丰": 600, "李四光": 400}, {"王五爷": 700, "赵六子": 300}


def one_of(drift: Drift, kind: str) -> Difference:
    return next(one for one in drift.differences if one.kind == kind)


def doctors(**cells: str) -> Drift:
    """A column in which learning found a few names and made an open list of them, in both years."""
    old, new = (
        [column("K"), column("A", "主治", codes=f"~{'|'.join(names)}", **cells)] for names in (OLD_NAMES, NEW_NAMES)
    )
    before, after = (table_data("T", KEY, data("A", 1000, 2, values=names)) for names in (OLD_NAMES, NEW_NAMES))
    return two(old, new, before, after)


def written(drift: Drift, folder: Path) -> str:
    """All that a comparison writes as text."""
    papers = [path.read_text(encoding="utf-8") for path in write_drift(drift, folder) if path.suffix != ".xlsx"]
    return "\n".join([*papers, *drift_lines(drift), json.dumps(drift.to_json(), ensure_ascii=False)])


def test_values_that_were_only_found_are_counted_and_never_listed(tmp_path: Path) -> None:
    drift = doctors()
    text = written(drift, tmp_path)
    assert [name for name in (*OLD_NAMES, *NEW_NAMES) if name in text] == []
    assert one_of(drift, "code_removed").reason == "代码表去掉了：2 个未列出的值。"
    assert one_of(drift, "code_removed").old == "2 个未列出的值（开放）"
    assert "本年新出现：2 个未列出的值。本年不再出现：2 个未列出的值。" in one_of(drift, "values_changed").reason


def test_codes_of_our_model_are_listed() -> None:
    drift = doctors(std_field="settlement.med_type")
    assert one_of(drift, "code_removed").reason == "代码表去掉了：张三丰、李四光。"
    assert "本年新出现：王五爷、赵六子。" in one_of(drift, "values_changed").reason


def test_beside_a_closed_list_only_its_members_are_listed() -> None:
    old = [column("K"), column("A", codes="0|1")]
    new = [column("K"), column("A", codes="~1|王五爷")]
    before = table_data("T", KEY, data("A", 1000, 2, values={"0": 900, "1": 100}))
    after = table_data("T", KEY, data("A", 1000, 2, values={"1": 900, "王五爷": 100}))
    drift = two(old, new, before, after)
    assert one_of(drift, "code_removed").reason == "代码表去掉了：0。"
    assert one_of(drift, "code_removed").new == "1 和 1 个未列出的值（开放）"
    assert "本年新出现：1 个未列出的值。本年不再出现：0。" in one_of(drift, "values_changed").reason


@pytest.mark.parametrize("name", format_ids())
def test_the_lists_of_the_formats_that_ship_are_listed_in_full(name: str) -> None:
    shipped = load_format(name)
    bare = with_rows(shipped, [{**row, "codes": ""} for row in shipped.pack.columns])
    listed = {(one.table, one.column): one.old for one in compare(shipped, bare).differences}
    coded = [one for table in shipped.tables for one in table.columns if one.codes]
    for one in coded:
        words = listed[one.table, one.name]
        assert words.startswith("、".join(one.codes[:20])) and "未列出" not in words, (one.table, one.name)


def test_a_column_whose_values_are_not_kept_is_compared_without_them() -> None:
    rows: list[Row] = [column("K"), column("A", codes="~甲|乙", std_field="settlement.med_type")]
    kept = table_data("T", KEY, data("A", 1000, 2, values={"甲": 900, "乙": 100}))
    gone = table_data("T", KEY, data("A", 1000, 2))
    for before, after in ((kept, gone), (gone, kept), (gone, gone)):
        assert two(rows, rows, before, after).differences == ()
