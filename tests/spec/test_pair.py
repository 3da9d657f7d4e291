"""`feijian pair`: in a package, has A, with or without B, in the same day, hour or stay."""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from exports.acceptance.package import Delivery
from exports.access_log import read_log, verify_log
from exports.disclosure.scanner import scan
from exports.pairing.answer import Answer, answer
from exports.pairing.question import ask
from exports.pairing.source import open_delivery
from flows.cli import main
from schemas.account import ExportClass
from schemas.errors import PackageError, SettingsError
from tests.tiny_package import ORG, Line, line, package, refund_of

KEY = b"k" * 32


def asked(delivery: Delivery, has: str = "A", with_: str = "B", **narrowed: Any) -> Answer:
    """The answer in class C: pseudonyms, and times as they are."""
    shape = {name: narrowed.pop(name) for name in ("limit", "summary", "shown", "extra") if name in narrowed}
    without = narrowed.pop("without", "")
    question = ask([has], [with_] if with_ and not without else [], [without] if without else [],
                   narrowed.pop("within", "day"), **narrowed)  # fmt: skip
    with duckdb.connect() as database:
        return answer(
            database, delivery, question, shape.get("shown", ExportClass.C), KEY, shape.get("limit", 1000),
            shape.get("summary", False), shape.get("extra", False),
        )  # fmt: skip


def column(found: Answer, title: str) -> list[Any]:
    place = [one.title for one in found.columns].index(title)
    return [row[place] for row in found.rows]


def windows(delivery: Delivery, **narrowed: Any) -> tuple[int, int, int]:
    """With, without, unsure."""
    found = asked(delivery, **narrowed).counts.windows
    return found["with"], found["without"], found["unsure"]


def test_both_sides_lines_of_the_same_day_are_shown_and_marked(tmp_path: Path) -> None:
    found = asked(package(tmp_path, mz=[
        line("A", at="2024-05-06 00:30:00"), line("B", at="2024-05-06 23:59:59"), line("C"),
        line("A", at="2024-05-07 09:00:00"), line("B", person="P2"),
    ]))  # fmt: skip
    assert column(found, "A或B") == ["A", "B"] and column(found, "编码") == ["A", "B"]
    assert column(found, "线索号") == [1, 1] and set(column(found, "结论")) == {"有A有B"}
    assert column(found, "比较时间") == ["2024-05-06 00:30:00", "2024-05-06 23:59:59"]
    assert (found.counts.windows, found.total) == ({"with": 1, "without": 1, "unsure": 0}, 2)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("09:00:00", "09:59:59", True), ("09:59:59", "10:00:00", False), ("09:10:00", "10:09:00", False)],
)
def test_an_hour_is_a_clock_hour_not_sixty_minutes(tmp_path: Path, first: str, second: str, same: bool) -> None:
    held = package(tmp_path, mz=[line("A", at=f"2024-05-06 {first}"), line("B", at=f"2024-05-06 {second}")])
    assert windows(held, within="hour") == ((1, 0, 0) if same else (0, 1, 0))
    assert windows(held, within="day") == (1, 0, 0)


def test_a_day_without_a_clock_time_tells_no_hour(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[
        line("A", at="2024-05-06 00:00:00"), line("B", at="2024-05-06 09:00:00"),
        line("A", person="P2"), line("B", person="P2", at="2024-05-06 00:00:00"),
        line("A", person="P3", at="2024-05-06 00:00:00"),
    ])  # fmt: skip
    assert windows(held, within="hour") == (0, 1, 2), "where there is no B all day there is none in the hour"
    assert windows(held, within="day") == (2, 1, 0)
    assert asked(held, without="B", within="hour").total == 1, "what cannot be said is no answer"
    unsure = asked(held, without="B", within="hour", unsure=True)
    assert Counter(column(unsure, "结论")) == {"不能判断": 4, "有A无B": 1}


def test_the_moment_falls_back_and_the_answer_says_how_often(tmp_path: Path) -> None:
    bare = line("A", at=None, person="P2", BILLING_TIME="2024-05-05 08:00:00")
    held = package(tmp_path, mz=[line("A"), bare, line("B", at=None, person="P2", BILL_DATE="2024-05-05 08:30:00")])
    found = asked(held)
    assert found.counts.moments == {"执行时间": 1, "开单时间": 1, "结算时间": 1}
    assert column(found, "比较时间取自") == ["开单时间", "结算时间"]
    assert windows(held, within="hour") == (0, 1, 1), "the time of settlement is no hour of service"


def test_a_stay_is_one_visit_number_whatever_the_day(tmp_path: Path) -> None:
    stay = {"ZYH": "Z1", "HISID": "S1"}
    held = package(
        tmp_path,
        mz=[line("A", HISID="S8", MZH="M1"), line("B", HISID="S9", MZH="M2")],
        zy=[line("A", at="2024-05-01 09:00:00", **stay), line("B", at="2024-05-06 09:00:00", **stay)],
    )
    assert windows(held, within="stay") == (1, 1, 0) and windows(held, within="day") == (1, 1, 0)
    found = asked(held, within="stay")
    assert column(found, "数据来源") == ["住院", "住院"] and column(found, "住院天数") == [3, 3]
    assert column(found, "疾病诊断编码") == ["I10.x00", "I10.x00"]
    assert windows(held, within="day", side="MZ") == (1, 0, 0) and windows(held, within="day", side="ZY") == (0, 1, 0)


def test_without_a_person_or_a_visit_nothing_can_be_said(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[line("A", person=None), line("B", person=None)])
    assert windows(held) == (0, 0, 1) and windows(held, within="stay") == (0, 0, 1)


def test_items_go_by_either_code_a_beginning_a_name_or_a_file(tmp_path: Path) -> None:
    held = package(
        tmp_path / "p", mz=[line("A1"), line("A2", person="P2"), line("X", person="P3", ITEM_NAME="A类护理")]
    )
    (tmp_path / "list.csv").write_bytes("项目编码,名称\nA1,甲\n名称:护理,\n".encode("gb18030"))
    listed = str(tmp_path / "list.csv")
    for item, lines in (("a1", 1), ("00A2", 1), ("a*", 2), ("名称:护理", 1), ("名称：A", 3), (listed, 2)):
        assert asked(held, item, with_="").counts.windows["without"] == lines, item
    assert asked(held, listed, with_="").counts.matched == {"编码": 1, "名称": 1}
    assert asked(held, "A1", without="B9").counts.unseen == ("B9",), "a code that nothing meets may be misspelt"


@pytest.mark.parametrize(
    ("has", "with_", "without", "said"),
    [
        (["A"], ["B"], ["C"], "只能用一个"),
        (["A", "B"], ["b"], [], "既在 A 又在 B"),
        (["名称:"], ["B"], [], "无效"),
        (["*"], ["B"], [], "无效"),
        (["nowhere.csv"], ["B"], [], "找不到"),
    ],
)
def test_a_question_that_says_nothing_is_refused(
    has: list[str], with_: list[str], without: list[str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        ask(has, with_, without, "day")


def test_a_line_that_is_both_a_and_b_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="既符合 A 又符合 B"):
        asked(package(tmp_path, mz=[line("A")]), "A", "名称:A项目")


def test_a_charge_refunded_whole_does_not_count_and_one_in_part_does(tmp_path: Path) -> None:
    gone, part = line("B", HISID="S2"), line("B", person="P2", HISID="S3", NUM="3", COST="30")
    held = package(tmp_path, mz=[
        line("A"), gone, refund_of(gone), line("A", person="P2"), part, refund_of(part, NUM="-1", COST="-10"),
    ])  # fmt: skip
    found = asked(held, summary=True)
    assert windows(held) == (1, 1, 0)
    assert (column(found, "B数量"), column(found, "B金额")) == ([2], [20])
    assert (found.counts.refunded_whole, found.counts.refunded_part, found.counts.refunds_alone) == (1, 1, 0)
    gross = asked(held, gross=True)
    assert gross.counts.windows["with"] == 2
    assert column(gross, "A或B") == ["A", "B", "退费"] * 2 and column(gross, "已退数量") == [0, 1, 0, 0, 1, 0]


def test_a_refund_finds_its_charge_by_time_before_any_other_of_the_settlement(tmp_path: Path) -> None:
    monday, tuesday = line("A", at="2024-05-06 09:00:00"), line("A", at="2024-05-07 09:00:00")
    held = package(tmp_path / "p", mz=[monday, tuesday, refund_of(monday)])
    assert column(asked(held, with_=""), "比较时间") == ["2024-05-07 09:00:00"]
    later = package(tmp_path / "q", mz=[monday, tuesday, refund_of(monday, USAGE_DATE="2024-05-09 10:00:00")])
    assert column(asked(later, with_=""), "比较时间") == ["2024-05-06 09:00:00"], "else the latest is taken back"
    loose = package(tmp_path / "r", mz=[monday, refund_of(monday, HISID="S7", REFUND_HISID="", NUM="-1")])
    assert asked(loose, with_="").total == 0, "a refund that names no settlement goes by person, item and day"


def test_a_refund_of_a_charge_outside_the_package_is_told(tmp_path: Path) -> None:
    found = asked(package(tmp_path, mz=[line("A"), refund_of(line("A", person="P5", HISID="OLD"))]), with_="")
    assert (found.total, found.counts.refunds_alone) == (1, 1)


def test_a_line_with_neither_quantity_nor_amount_is_no_charge(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[line("A"), line("B", NUM="0", COST="0")])
    assert windows(held) == (0, 1, 0) and asked(held).counts.nothing_billed == 1


def test_days_departments_and_quantities_narrow_a_and_never_b(tmp_path: Path) -> None:
    stay = {"ZYH": "Z1"}
    held = package(tmp_path, zy=[
        line("A", at="2024-05-05 23:59:59", **stay),
        line("A", at="2024-05-06 00:00:01", EXCUTE_DEPT_NAME="治疗室", **stay),
        line("B", at="2024-05-09 09:00:00", **stay),
    ])  # fmt: skip
    day = date(2024, 5, 6)
    found = asked(held, within="stay", first=day, last=day)
    assert column(found, "比较时间") == ["2024-05-06 00:00:01", "2024-05-09 09:00:00"]
    assert windows(held, within="stay", department="治疗") == (1, 0, 0) and sum(windows(held, department="骨科")) == 0
    assert windows(held, within="stay", minimum=2) == (1, 0, 0) and windows(held, within="stay", minimum=3) == (0, 0, 0)


def extended(item: str, at: str, **more: object) -> Line:
    known = {"SOURCE_TYPE": "门诊", "VISIT_NO": "M1", "FEE_TIME": "2024-05-06 08:00:00", "BEGIN_TIME": at,
             "INSU_ADMDVS_NAME": "高昌区", "INSU_ADMDVS": "650402", "REG_NO": "G1", "UNIT_PRICE": "10"}  # fmt: skip
    return {**line(item), **known, **more}


def test_the_side_car_fills_every_column_and_the_official_tables_say_what_they_lack(tmp_path: Path) -> None:
    lines = [
        extended("A", "2024-05-06 09:00:00", FEEDETL_SN="F1", END_TIME="2024-05-06 09:30:00", POOLAREA_NO="650400"),
        extended("B", "2024-05-06 09:05:00", FEEDETL_SN="F2"),
        extended("B", "2024-05-06 09:05:00", FEEDETL_SN="F3"),
        extended("B", "2024-05-08 10:00:00", FEEDETL_SN="F4", INIT_FEEDETL_SN="F2", NUM="-1", COST="-10", HISID="S9"),
    ]
    found = asked(package(tmp_path / "p", mz=[line("A")], extended=lines), within="hour")
    filled = {one.title for at, one in enumerate(found.columns) if found.rows[0][at] not in (None, "")}
    empty = {
        "疾病诊断",
        "费用类别",
        "计价单位",
        "执行科室",
        "就诊科室",
        "病案号",
        "住院天数",
        "医保项目名称",
        "疾病诊断编码",
    }
    assert {one.title for one in found.columns} - filled <= empty, "our lines leave those empty"
    assert len(found.rows) == 2 and found.counts.refunded_whole == 1, "the line's own id says which B was taken back"
    assert column(found, "医保类型") == ["医保结算"] * 2 and column(found, "数据来源") == ["门诊"] * 2
    assert column(found, "比较时间")[0] == "2024-05-06 09:00:00"
    assert any("两者不一致" in note for note in found.notes), "four lines stand here and one in the details"
    plain = asked(package(tmp_path / "q", mz=[line("A"), line("B")]))
    assert set(column(plain, "费用明细流水号") + column(plain, "登记号")) == {None}
    assert any("留空：费用明细流水号、登记号" in note for note in plain.notes)


def test_clues_are_not_numbered_by_persons_own_numbers_unless_those_are_shown(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[line("A", f"P{n:02}", HISID=f"S{n:02}", MZH="M", NUM=str(n)) for n in range(1, 21)])
    for summary, title in ((False, "数量"), (True, "A数量")):
        shown = {
            one: column(asked(held, with_="", shown=one, summary=summary), title)
            for one in (ExportClass.B, ExportClass.D)
        }
        assert shown[ExportClass.B] != shown[ExportClass.D] == sorted(shown[ExportClass.B])


def test_persons_stand_under_pseudonyms_and_sensitive_rows_show_less(tmp_path: Path) -> None:
    grown, child = (
        [line("A", MZH="M1"), line("B", MZH="M1")],
        [line("A", "P2", HISID="S2"), line("B", "P2", HISID="S2")],
    )
    ill = [line("A", "P3", HISID="S3"), line("B", "P3", HISID="S3")]
    held = package(tmp_path, mz=[*grown, *({**one, "PATIENT_AGE": "5"} for one in child), *ill], S3="J06.900|F20.900")
    low, high = asked(held, shown=ExportClass.B), asked(held)
    assert set(column(low, "比较时间")) == {"2024-05"}
    assert Counter(column(high, "比较时间")) == {"2024-05-06 09:10:00": 2, "2024-05": 4} and high.sensitive == 4
    assert not {"P1", "M1", "S1"} & {str(value) for row in high.rows + low.rows for value in row}
    whole = asked(held, shown=ExportClass.D)
    assert column(whole, "个人ID")[:2] == ["P1", "P1"] and "P2" not in column(whole, "个人ID")
    assert set(column(asked(held, shown=ExportClass.D, extra=True), "个人ID")) == {"P1", "P2", "P3"}


def test_items_that_nothing_meets_are_counted_as_none(tmp_path: Path) -> None:
    counts = asked(package(tmp_path, mz=[line("A")]), "Z", with_="").counts
    assert (counts.matched, counts.refunded_whole, counts.nothing_billed) == ({"编码": 0, "名称": 0}, 0, 0)


def test_a_correction_delivered_in_part_gives_no_answer(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[line("A")])
    (held.folder / "previous").mkdir()
    (held.folder / "previous" / "datapackage.json").write_text("{}", encoding="utf-8")
    with pytest.raises(PackageError, match="是更正补交"):
        asked(held)


def test_a_package_that_was_touched_gives_no_answer(tmp_path: Path) -> None:
    held = package(tmp_path, mz=[line("A")])
    path = held.folder / "data" / "SETTLE_MZ_DETAIL.csv"
    path.write_bytes(path.read_bytes().replace(b"P1", b"P2"))
    with pytest.raises(PackageError, match=r"SETTLE_MZ_DETAIL\.csv.*校验和不符"):
        asked(held)
    path.unlink()
    with pytest.raises(PackageError, match=r"缺少 data/SETTLE_MZ_DETAIL\.csv"):
        asked(held)
    held.resources("SETTLE_MZ_DETAIL")[0]["path"] = "../secret.csv"
    with pytest.raises(PackageError, match=r"\.\./secret\.csv 指向包外"):
        asked(held)
    manifest = held.folder / "datapackage.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("feijian:files", "files"), encoding="utf-8")
    with pytest.raises(PackageError, match="不完整（feijian:files）"):
        open_delivery(tmp_path / f"{ORG}_v1")


CONFIG = f"""
[accounts.own]
area = "{ORG}"
top = "C"
[accounts.other]
area = "650402C01"
top = "C"
[accounts.all]
area = "*"
top = "D"
[accounts.boss]
area = "*"
top = "D"
role = "approver"
"""


@pytest.fixture
def house(workdir: Path) -> Path:
    """A working folder with accounts and a package in which A and B were billed on the same day."""
    (workdir / "feijian.toml").write_text(CONFIG, encoding="utf-8")
    package(workdir, mz=[line("A"), line("B", ITEM_NAME_HOSP="=cmd()"), line("A", person="P2", HISID="S2")])
    return workdir


ASK = ["pair", f"{ORG}_v1", "--has", "A", "--with", "B"]


def test_the_answer_is_given_logged_and_called_a_clue(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASK, "--as", "own", "--out", "clues.xlsx"]) == 0
    assert "线索，须由检查人员核实，不等于违规" in capsys.readouterr().out
    book = openpyxl.load_workbook("clues.xlsx")
    cover = [(row[0].value, row[1].value) for row in book["封面"].iter_rows()]
    assert ("查询", "同日有A有B") in cover and any(str(said).startswith("同日 2 处：有B 1 处") for _, said in cover)
    cells = {cell.coordinate: cell for row in book["数据"].iter_rows() for cell in row}
    assert all(cell.data_type != "f" for cell in cells.values()) and "=cmd()" in {c.value for c in cells.values()}
    last = read_log(house / "access" / "access.jsonl")[-1]
    assert (last["action"], last["result"], last["rows"], last["export_class"]) == ("pair", "given", 2, "B")
    assert last["scope"]["A"] == "A" and "P1" not in json.dumps(last, ensure_ascii=False)


def test_every_refusal_is_logged_too(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASK, "--as", "other"]) == 3 and "不能查询" in capsys.readouterr().err
    assert main([*ASK, "--as", "own", "--class", "C"]) == 2 and "用途" in capsys.readouterr().err
    assert main([*ASK, "--as", "own", "--identified"]) == 3 and "最多可导出 C 类" in capsys.readouterr().err
    assert main(["pair", "nowhere", "--has", "A", "--as", "own"]) == 2
    assert [one["result"] for one in read_log(house / "access" / "access.jsonl")] == [
        "refused",
        "failed",
        "refused",
        "failed",
    ]
    assert verify_log(house / "access" / "access.jsonl") is None


def test_whole_persons_need_their_papers_and_leave_encrypted(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = ["--purpose", "飞检", "--letter", "飞检〔2024〕1号", "--expires", "2099-01-01", "--out", "whole.xlsx"]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    given = [*ASK, "--as", "all", "--identified", *papers, "--json"]
    assert main(given) == 3 and "--approver" in capsys.readouterr().err
    assert main([*given, "--approver", "boss", "--recipient", "检查组"]) == 0
    assert (house / "whole.xlsx").read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    last = read_log(house / "access" / "access.jsonl")[-1]
    assert (last["export_class"], last["approved_by"], last["delivered_to"]) == ("D", "boss", "检查组")


def test_what_is_cut_off_is_said(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASK, "--as", "own", "--limit", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["rows"]) == (2, 1) and "结果共 2 行，只写出前 1 行" in told["truncated"]
    assert told["counts"]["windows"] == {"with": 1, "without": 1, "unsure": 0}


def test_a_pseudonym_or_a_sex_in_a_column_of_patients_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "clues.csv"
    path.write_text("患者标识,患者性别,患者\nfnjebokmhbajolnipnco,未说明的性别,**\n", encoding="utf-8")
    assert scan(path) == []
    path.write_text("患者标识,患者性别,患者\nfnjebokmhbajolnipnco,女,张三\n", encoding="utf-8")
    assert [leak.title for leak in scan(path)] == ["患者"]


def test_every_option_of_pair_stands_in_the_manual() -> None:
    import argparse

    from flows.cli import build_parser

    actions = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    options = [text for action in actions.choices["pair"]._actions for text in action.option_strings if text != "-h"]
    manual = (Path(__file__).parents[2] / "reference" / "manual" / "查询与导出.md").read_text(encoding="utf-8")
    assert [option for option in options if option not in manual and option not in ("--help", "--json")] == []
