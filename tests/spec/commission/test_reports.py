"""Report packs: computed for an area and a period, adjusted with a reason, compared, concealed, written."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.access_log import read_log
from exports.commission.engine.evaluate import evaluate
from exports.commission.published import last_published
from exports.commission.reports.adjust import read_adjustments
from exports.commission.reports.book.write import write_book
from exports.commission.reports.conceal import conceal
from flows.caller import LOCAL
from flows.cli import main
from flows.report_commands import Made, Request, lake_database, make_report
from flows.settings import load_settings
from schemas.commission.std import SYSTEMS
from schemas.figure import Scope
from schemas.indicator import find_indicator
from schemas.period import Period
from schemas.report_pack import find_pack, load_packs
from tests.spec.commission.conftest import AREA

QUARTER = ["report", "gw-quarter", "--area", AREA, "--period", "2024Q2"]


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def number(record: dict[str, Any], cell: str, org: str, scope: str = "含下属") -> str | None:
    form, _, name = cell.partition(".")
    [found] = [v for v in record["values"] if (v["form"], v["cell"], v["org"], v["scope"]) == (form, name, org, scope)]
    value: str | None = found["value"]
    return value


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}


@pytest.fixture(scope="module")
def quarter(small_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, dict[str, list[list[Any]]]]:
    """The clean county's quarter, in another edition of one indicator, and its workbook read back."""
    folder = tmp_path_factory.mktemp("quarter")
    settings = replace(load_settings(small_lake), store=folder)
    (folder / "lake").mkdir()
    shutil.copy(small_lake / "lake" / "catalogue.json", folder / "lake")
    (folder / "lake" / "data").symlink_to(small_lake / "lake" / "data", target_is_directory=True)
    editions = {"GW08": "variant-any-way"}
    request = Request(find_pack("gw-quarter"), Period.parse("2024Q2"), AREA, editions=editions, who="示例")
    return make_report(settings, LOCAL, request, folder / "q.xlsx"), sheets(folder / "q.xlsx")


Quarter = tuple[Made, dict[str, list[list[Any]]]]


def test_a_clean_county_quarter_passes_its_checks(quarter: Quarter) -> None:
    checks = quarter[0].told.checks
    odd = {one.check.id: one.result for one in checks if one.result.outcome not in ("通过", "不适用")}
    assert odd == {}
    assert [one.check.id for one in checks if one.result.outcome == "不适用"] == ["H18", "H20"]
    assert [one.check.id for one in checks] == [f"H{n}" for n in range(1, 14)] + ["H13S"] + [
        f"H{n}" for n in range(14, 21)
    ]


def test_the_workbook_has_cover_forms_checks_comparison_definitions_quality_and_corrections(quarter: Quarter) -> None:
    found = quarter[1]
    assert next(iter(found)) == "封面"
    assert list(found)[-5:] == ["校验", "同比环比", "口径说明", "数据质量", "调整数"]
    assert len(found) == 6 + len(find_pack("gw-quarter").forms)
    cover = {str(row[0]): str(row[1]) for row in found["封面"] if row[0] and len(row) > 1}
    assert cover["期间"].startswith("2024年二季度：2024-04-01 至 2024-06-30")
    assert cover["兵团"] == "含兵团" and "national-2017" in cover["口径版本"] and "调查" in cover["分母来源"]
    assert all(signed in cover for signed in ("制表人", "审核人", "负责人"))


def test_a_form_has_three_tables_and_one_more_for_what_lies_deeper(quarter: Quarter) -> None:
    made, found = quarter
    rows = found["01 居民健康档案"]
    heads = [index for index, row in enumerate(rows) if str(row[0]).startswith("机构（")]
    assert [rows[index][0] for index in heads] == ["机构（含下属）", "机构（本部）", "机构（下属）", "机构（含下属）"]
    names = [[row[0] for row in takewhile(lambda row: row[1] is not None, rows[start + 1 :])] for start in heads]
    assert names[0][0] == "高昌示例区卫生健康委" and len(names[0]) == 3
    assert names[3][0] == "示例1镇1村卫生室"
    electronic = rows[heads[0]].index("电子健康档案建档人数")
    value = made.told.report.values[("f01", "electronic", "WJ650402", Scope.ALL)].final
    assert value and rows[heads[0] + 1][electronic] == value


def test_every_number_says_which_definition_it_follows(quarter: Quarter) -> None:
    made, found = quarter
    figures = [value.figure for value in made.told.report.values.values() if value.figure]
    assert "variant-any-way" in {figure.edition for figure in figures if figure.indicator == "GW08"}
    [row] = [row for row in found["口径说明"] if row[0] == "GW08"]
    indicator = find_indicator("GW08", "variant-any-way")
    assert row[1] == "variant-any-way" and indicator.numerator_text in row[3] and str(indicator.org_axis) in row


def test_a_correction_stands_beside_what_was_computed_and_what_it_breaks_is_named(
    synced: Path, quarter: Quarter, capsys: pytest.CaptureFixture[str]
) -> None:
    computed = quarter[0].told.report.values[("f06", "managed", "650402V001", Scope.OWN)].computed
    one = ["adjust", "gw-quarter", "--area", "650402V001", "--period", "2024Q2", "--cell", "f06.managed"]
    assert main([*one, "--value", "9", "--reason", "纸质体检表补录", "--by", "示例员"]) == 0
    assert f"计算数 {computed}，调整为 9" in capsys.readouterr().out
    other = ["adjust", "gw-quarter", "--area", "650402C01", "--period", "2024Q2", "--cell", "f06.elder65"]
    assert main([*other, "--scope", "含下属", "--value", "7777", "--reason", "试", "--by", "示例员"]) == 0
    capsys.readouterr()
    code, record = answer(capsys, *QUARTER, "--out", "q.xlsx")
    assert code == 1
    assert number(record, "f06.managed", "650402V001", "本部") == "9"
    [row] = [row for row in sheets(synced / "q.xlsx")["调整数"] if row[0] == "f06" and row[5] == "9"]
    assert row[4:8] == [f"{computed}", "9", "纸质体检表补录", "示例员"]
    broken = {check["id"]: check["broken"] for check in record["checks"] if check["outcome"] == "不通过"}
    assert {"H15", "H19"} <= set(broken)
    sentence = "示例1镇卫生院（含下属）65岁及以上人口：老年人表 = 中医药表"
    assert any(sentence in line and "7777" in line for line in broken["H15"])


def test_a_correction_is_taken_back_by_another_line_and_both_stay(synced: Path) -> None:
    one = ["adjust", "gw-quarter", "--area", "650402V001", "--period", "2024Q2", "--cell", "f06.managed"]
    assert main([*one, "--value", "9", "--reason", "补录", "--by", "示例员"]) == 0
    assert len(read_adjustments(synced / "lake", "gw-quarter", "2024Q2")) == 1
    assert main([*one, "--value", "none", "--reason", "已入系统", "--by", "示例员"]) == 0
    assert read_adjustments(synced / "lake", "gw-quarter", "2024Q2") == {}
    assert len((synced / "lake" / "adjustments.csv").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--cell", "f06.nothing", "--value", "1"], "没有格 f06.nothing"),
        (["--cell", "f99.managed", "--value", "1"], "没有格 f99.managed"),
        (["--cell", "f06.managed", "--value", "many"], "不是数字"),
        (["--cell", "f06.managed", "--value", "-1"], "不小于零"),
        (["--cell", "f06.managed", "--value", "1", "--reason", " "], "必须写明原因"),
    ],
)
def test_a_wrong_correction_is_refused_in_chinese(
    synced: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    asked = ["adjust", "gw-quarter", "--area", "650402C01", "--period", "2024Q2", "--reason", "试", "--by", "某"]
    assert main([*asked, *more]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "nothing", "--period", "2024Q1"], "没有报表 nothing"),
        (["report", "gw-quarter"], "请用 --period"),
        (["report", "gw-quarter", "--period", "2024-13"], "期间“2024-13”无效"),
        (["report", "gw-quarter", "--period", "2024-03"], "期间应为季"),
        (["report", "gw-quarter", "--period", "2024Q1", "--edition", "GW08"], "应写成 指标=版本"),
        (["report", "gw-quarter", "--period", "2024Q1", "--edition", "GW08=none"], "没有口径“none”"),
        (["report", "gw-quarter", "--period", "2024Q1", "--as-of", "someday"], "日期“someday”无效"),
    ],
)
def test_a_wrong_question_ends_in_one_chinese_sentence(
    synced: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_an_empty_lake_says_what_to_do(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "gw-quarter", "--period", "2024Q1"]) == 2
    assert "请先运行 feijian sync" in capsys.readouterr().err


def test_an_account_gets_a_report_of_its_own_area_and_no_other(
    synced: Path, accounts: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    accounts()
    own = ["report", "dq-annex", "--period", "2024Q2", "--as", "township"]
    _, record = answer(capsys, *own)
    assert {value["org"][:9] for value in record["values"]} == {"650402C01", "650402V00"}
    for area in (AREA, "650402C02", "650402101", "650421", "650400000000", "*", "65"):
        assert main([*own, "--area", area, "--out", "other.xlsx"]) == 3
        assert "不能查询" in capsys.readouterr().err
        assert not (synced / "other.xlsx").exists()
    log = read_log(load_settings(synced).access_log)
    assert [line["result"] for line in log].count("refused") == 7


def test_what_was_published_is_frozen_and_compared_with(synced: Path, capsys: pytest.CaptureFixture[str]) -> None:
    last = ["report", "dq-annex", "--area", AREA, "--period", "2023Q2", "--publish"]
    assert main(last) in (0, 1)
    assert main(last) in (0, 1)
    folder = synced / "lake" / "published" / "dq-annex" / AREA
    assert len(list(folder.glob("2023Q2-*.json"))) == 1
    published = last_published(synced / "lake", "dq-annex", AREA, "2023Q2")
    assert published is not None and "DA02@vendor" in published.definitions
    capsys.readouterr()
    answer(capsys, "report", "dq-annex", "--area", AREA, "--period", "2024Q2", "--out", "dq.xlsx")
    rows = sheets(synced / "dq.xlsx")["同比环比"]
    [row] = [row for row in rows if row[1] == "管理数"]
    frozen = published.values[("q01", "managed", "WJ650402", Scope.ALL)]
    assert str(row[8]).startswith(f"上年已发布 {frozen}")


def test_a_report_for_others_hides_small_numbers_and_what_tells_them(quarter: Quarter, tmp_path: Path) -> None:
    told = quarter[0].told
    inside, outside = told.report, conceal(told).report
    small = 0
    for place, value in outside.values.items():
        true = inside.values[place]
        if value.form in {form.id for form in outside.pack.forms} and true.counted and 0 < (true.final or 0) < 5:
            small += 1
            assert value.final is None, place
    assert small > 20
    for form in outside.pack.forms:
        for cell in form.cells:
            _cannot_be_worked_out(outside, inside, form, cell)
    write_book(conceal(told), tmp_path / "o.xlsx")
    found = sheets(tmp_path / "o.xlsx")
    cover = {str(row[0]): str(row[1]) for row in found["封面"] if row[0] and len(row) > 1}
    assert "隐去" in cover["数据级别"]
    assert any("*" in row for row in found["01 居民健康档案"])


def _cannot_be_worked_out(outside: Any, inside: Any, form: Any, cell: Any) -> None:
    """A hidden number is never alone beneath a shown total."""
    for node in outside.rows(form):
        children = [one for one in outside.rows(form) if one.parent == node.code]
        values = [outside.value(form, cell, one, Scope.ALL) for one in children]
        total = outside.value(form, cell, node, Scope.ALL)
        if not values or total.final is None or not inside.value(form, cell, node, Scope.ALL).counted:
            continue
        hidden = [v for v in values if v.final is None and inside.value(form, cell, v.node, Scope.ALL).final]
        own = inside.value(form, cell, node, Scope.OWN).final or Decimal(0)
        assert len(hidden) != 1 or own > 0, (form.id, cell.id, node.code)


def test_every_pack_shows_something_and_every_product_has_one(small_lake: Path) -> None:
    everything = {
        one.key: one
        for pack in load_packs().values()
        for form in pack.forms
        for cell in form.cells
        if (one := cell.indicator({})) is not None
    }
    with lake_database(load_settings(small_lake)) as database:
        figures = evaluate(database, everything.values(), Period.parse("2024"), area=AREA, whole=False).figures
    counted = {f"{one.indicator}@{one.edition}" for one in figures if one.numerator}
    for name, pack in load_packs().items():
        takes = {one.key for form in pack.forms for cell in form.cells if (one := cell.indicator({}))}
        assert takes & counted, name
    used = {system for pack in load_packs().values() for system in pack.systems}
    assert used | {"base"} == set(SYSTEMS)
