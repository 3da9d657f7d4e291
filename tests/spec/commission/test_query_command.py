"""`feijian query`, as it is typed: each sees his own, what he may not have is refused and logged, files are whole."""

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from exports.access_log import read_log, verify_log
from flows.cli import main
from tests.spec.commission.lakes import make_store

UNTIL = ["--param", "until=2024-07-01"]
OVERDUE = ["query", "run", "overdue_followup", *UNTIL]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store"))


@pytest.fixture(autouse=True)
def inside(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store)


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 3
    return capsys.readouterr().err


def test_a_township_and_a_county_see_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    for account, rows in (("town", 30), ("county", 36), ("boss", 40)):
        assert asked(capsys, *OVERDUE, "--as", account, "--class", "B")["rows"] == rows
    assert asked(capsys, *OVERDUE, "--as", "boss", "--class", "B", "--area", "J2")["rows"] == 4


@pytest.mark.parametrize("area", ["C02", "J1", "J2", "V11", "*", "650402", "650402100' OR '1'='1", "%"])
def test_another_area_is_refused_and_the_refusal_logged(
    capsys: pytest.CaptureFixture[str], store: Path, area: str
) -> None:
    assert "范围" in refused(capsys, *OVERDUE, "--as", "town", "--class", "B", "--area", area)
    last = read_log(store / "access" / "access.jsonl")[-1]
    assert (last["result"], last["account"], last["scope"]["area"], last["rows"]) == ("refused", "town", area, None)


def test_a_class_above_the_account_s_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "最多" in refused(capsys, *OVERDUE, "--as", "town", "--class", "D", "--purpose", "x")
    assert main([*OVERDUE, "--as", "sums"]) == 2


def test_a_list_of_names_needs_a_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*OVERDUE, "--as", "town"]) == 2 and "用途" in capsys.readouterr().err
    found = asked(capsys, *OVERDUE, "--as", "town", "--purpose", "补访")
    name = found["columns"].index("姓名")
    assert {row[name] for row in found["data"]} == {"某**"} and found["class"] == "C"


def test_a_workbook_has_a_cover_and_its_hash_in_the_log(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    out = store / "overdue.xlsx"
    found = asked(capsys, *OVERDUE, "--as", "town", "--purpose", "补访", "--out", str(out))
    cover = {row[0].value: row[1].value for row in openpyxl.load_workbook(out)["封面"].iter_rows()}
    assert cover["用途"] == "补访" and cover["行数"] == "30" and "overdue_followup@" in cover["口径"]
    last = read_log(store / "access" / "access.jsonl")[-1]
    assert (last["file_sha256"], last["rows"], last["result"]) == (found["sha256"], 30, "given")
    assert main([*OVERDUE, "--as", "town", "--purpose", "补访", "--out", str(out)]) == 2
    assert "已存在" in capsys.readouterr().err


def test_a_csv_of_the_same_answer(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    asked(capsys, *OVERDUE, "--as", "town", "--class", "B", "--out", str(store / "overdue.csv"))
    assert len((store / "overdue.csv").read_text(encoding="utf-8-sig").splitlines()) == 31


def test_the_terminal_says_how_many_rows_it_does_not_show(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.query_commands.TERMINAL_ROWS", 10)
    assert main([*OVERDUE, "--as", "county", "--class", "B"]) == 0
    assert "还有 26 行未显示" in capsys.readouterr().out


PAPERS = ["--class", "D", "--purpose", "比对", "--letter", "卫函〔2024〕1号", "--expires", "2099-01-01"]


@pytest.mark.parametrize(
    ("without", "said"),
    [("--letter", "公函"), ("--expires", "销毁"), ("--approver", "批准"), ("--out", "加密")],
)
def test_whole_names_need_all_their_papers(
    capsys: pytest.CaptureFixture[str], store: Path, without: str, said: str
) -> None:
    given = [*PAPERS, "--approver", "boss", "--out", str(store / "whole.xlsx")]
    at = given.index(without)
    assert said in refused(capsys, *OVERDUE, "--as", "county", *given[:at], *given[at + 2 :])


def test_whole_names_leave_encrypted_with_a_password_on_the_terminal_only(
    capsys: pytest.CaptureFixture[str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [*OVERDUE, "--as", "county", *PAPERS, "--approver", "boss", "--out", str(store / "whole.xlsx"), "--json"]
    assert "终端" in refused(capsys, *given)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(given) == 0
    told = capsys.readouterr()
    password = told.err.strip().rsplit("：", 1)[1]
    assert len(password) == 16 and password not in told.out
    assert password not in (store / "access" / "access.jsonl").read_text(encoding="utf-8")
    assert (store / "whole.xlsx").read_bytes()[:4] == b"\xd0\xcf\x11\xe0"
    last = read_log(store / "access" / "access.jsonl")[-1]
    assert (last["approved_by"], last["letter"], last["expires"]) == ("boss", "卫函〔2024〕1号", "2099-01-01")


def test_outside_small_cells_are_hidden_and_a_near_answer_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ranking = ["query", "run", "township_ranking", "--param", "item=htn", *UNTIL]
    inside = asked(capsys, *ranking, "--as", "county")
    assert [row[3] for row in inside["data"]] == ["30", "6"]
    outside = asked(capsys, *ranking, "--as", "county", "--outside")
    assert outside["data"][-1][0] == "合计" and outside["data"][-1][3] == "36"
    assert [row[4] for row in outside["data"]] == ["0.00", "*", "0.00"], "no rate when the denominator is below 20"
    assert main([*OVERDUE, "--as", "county", "--class", "B", "--outside"]) == 2


def test_a_file_that_would_show_a_person_is_held_back(
    capsys: pytest.CaptureFixture[str], store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exports.commission.engine import ask

    monkeypatch.setattr(ask, "masked_select", lambda *_, **__: "SELECT id_no AS empi FROM _answer")
    out = store / "leak.csv"
    assert "身份证号" in refused(capsys, *OVERDUE, "--as", "town", "--class", "B", "--out", str(out))
    assert not out.exists() and not list(store.glob(".feijian-*"))


def test_the_log_is_whole_and_can_be_listed(capsys: pytest.CaptureFixture[str], store: Path) -> None:
    asked(capsys, *OVERDUE, "--as", "town", "--class", "B")
    assert verify_log(store / "access" / "access.jsonl") is None
    assert asked(capsys, "log", "verify")["whole"]
    assert asked(capsys, "log", "list", "--as", "boss", "--last", "1")["records"][0]["action"] == "query"


def test_every_card_is_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    cards = asked(capsys, "query", "list")["cards"]
    assert len(cards) >= 20
    assert "SELECT" in asked(capsys, "query", "show", cards[0]["name"])["sql"]


@pytest.mark.parametrize(
    "arguments",
    [["query", "run", "nobody", "--as", "town"], [*OVERDUE, "--as", "nobody"], ["query", "run", "overdue_followup"],
     [*OVERDUE, "--as", "town", "--param", "days"], [*OVERDUE, "--as", "town", "--param", "until=2024-01-01"],
     [*OVERDUE, "--as", "town", "--class", "B", "--out", "x.txt"]],
)  # fmt: skip
def test_what_is_mistyped_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1
