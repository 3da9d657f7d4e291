"""A dossier names what the tables of an unknown system are, with evidence, and shows nothing of any person."""

import json
import re
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from exports.dossier_report import write_dossier
from flows.cli import main
from flows.dossier.amounts import read_cashier
from flows.dossier.build import make_dossier
from flows.dossier.look import is_private
from flows.settings import SourceSettings, Window, parse_day
from schemas.dossier import Dossier, from_json, to_json
from schemas.errors import SettingsError
from tests.centre import CentreSettings, generate, write

TRUTH = {
    "person": "br_jbxx",
    "registration": "mz_ghb",
    "settlement": "mz_jsb",
    "fee_line": "mz_fymx",
    "diagnosis": "zd_jlb",
    "stock_item": "yk_ypml",
    "stock_movement": "yk_crk",
    "prescription": "mz_cfb",
    "admission": "zy_djb",
    "catalogue_mapping": "yb_dzb",
    "lab_result": "lis_jg",
    "stocktake": "yk_pd",
}
FOREIGN = """
CREATE TABLE tbl_HuanZheXinXi (HuanZheID INTEGER PRIMARY KEY, XingMing TEXT, XingBie TEXT, ShenFenZhengHao TEXT,
  ChuShengRiQi DATE);
CREATE TABLE menzhen_guahao (jiuzhenid INTEGER PRIMARY KEY, huanzheid INTEGER, guahaoshijian DATETIME,
  keshidaima TEXT, zhuangtai TEXT);
CREATE TABLE menzhen_jiesuan (jiesuanid INTEGER PRIMARY KEY, jiuzhenid INTEGER, huanzheid INTEGER,
  jiesuanshijian DATETIME, zongjine DECIMAL(12,2), xianjinzhifu DECIMAL(12,2), zhuangtai TEXT);
CREATE TABLE tbl_OutpFeeDetail (nFeeID INTEGER PRIMARY KEY, jiuzhen_id INTEGER, sItemCode TEXT, sItemName TEXT,
  dPrice DECIMAL(12,4), nQty DECIMAL(12,2), dAmount DECIMAL(12,2), dtFeeTime DATETIME);
CREATE TABLE OutpDiagnosis (nDiagID INTEGER PRIMARY KEY, jiuzhen_id INTEGER, sICD10 TEXT, sDiagName TEXT);
CREATE TABLE DrugDict (sDrugCode TEXT PRIMARY KEY, sDrugName TEXT, sSpec TEXT, sManufacturer TEXT);
CREATE TABLE sys_menu (id INTEGER PRIMARY KEY, title TEXT);
CREATE TABLE sys_operlog (id INTEGER PRIMARY KEY, oper_time DATETIME, status TEXT);
"""
DAYS = {"2024-03-01": Decimal("0.30"), "2024-03-04": Decimal("20.10")}


def looked_at(url: str, cashier: Path | None = None) -> Dossier:
    report = read_cashier(cashier, Window(parse_day("2024-03-01"), parse_day("2024-03-31"))) if cashier else None
    return make_dossier(SourceSettings("unknown", "", url), 2000, report, lambda line: None)


def first_three(dossier: Dossier, std: str) -> list[str]:
    return [one.table for one in dossier.candidates(std)[:3]]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('dossier') / 'his.sqlite'}"
    write(generate(CentreSettings(visits=60, seed=1)), url)
    return url


@pytest.fixture(scope="module")
def dossier(centre: str) -> Dossier:
    return looked_at(centre)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("foreign") / "his.sqlite"
    with sqlite3.connect(path) as database:
        database.executescript(FOREIGN)
        for number in range(1, 9):
            patient, visit = 70000 + number, 8100000 + number
            database.execute(
                "INSERT INTO tbl_HuanZheXinXi VALUES (?, ?, ?, ?, '1950-02-03')",
                (patient, f"王小{'一二三四五六七八'[number - 1]}", "12"[number % 2], f"65040219500203{number:03d}X"),
            )
            database.execute(
                "INSERT INTO menzhen_guahao VALUES (?, ?, '2024-03-01 09:00:00', 'K1', '1')", (visit, patient)
            )
            database.execute("INSERT INTO OutpDiagnosis VALUES (?, ?, 'J06.900', '上呼吸道感染')", (number, visit))
            database.execute("INSERT INTO DrugDict VALUES (?, '阿莫西林', '0.25g', '某厂')", (f"D{number}",))
            database.execute(
                "INSERT INTO tbl_OutpFeeDetail VALUES (?, ?, 'D1', '阿莫西林', 1, 1, 9.99, '2024-03-01 09:00:00')",
                (number, visit),
            )
        paid = [("2024-03-01", "0.10"), ("2024-03-01", "0.20"), ("2024-03-04", "20.10")]
        bills = [
            *((day, amount, "1") for day, amount in paid),
            ("2024-03-01", "7.00", "9"),
            ("2024-03-20", "8.00", "9"),
        ]
        for number, (day, amount, state) in enumerate(bills, 1):
            row = (number, 8100000 + number, 70000 + number, f"{day} 10:00:00", amount, amount, state)
            database.execute("INSERT INTO menzhen_jiesuan VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return f"sqlite:///{path}"


def write_cashier(folder: Path, encoding: str = "gbk") -> Path:
    path = folder / "cashier.csv"
    lines = "".join(f"{day},{amount}\n" for day, amount in DAYS.items())
    path.write_text(f"日期,金额\n{lines}", encoding=encoding)
    return path


@pytest.mark.parametrize("std", TRUTH)
def test_tables_named_by_pinyin_initials_are_recognised(dossier: Dossier, std: str) -> None:
    assert TRUTH[std] in first_three(dossier, std)


@pytest.mark.parametrize(
    ("std", "table"),
    [
        ("person", "tbl_HuanZheXinXi"),
        ("registration", "menzhen_guahao"),
        ("settlement", "menzhen_jiesuan"),
        ("fee_line", "tbl_OutpFeeDetail"),
        ("diagnosis", "OutpDiagnosis"),
        ("stock_item", "DrugDict"),
    ],
)
def test_a_schema_in_full_pinyin_and_hungarian_names_is_recognised(foreign: str, std: str, table: str) -> None:
    assert first_three(looked_at(foreign), std)[0] == table


def test_values_that_stand_in_the_key_of_another_table_are_evidence(foreign: str) -> None:
    found = looked_at(foreign)
    table = found.table("menzhen_guahao")
    assert table and (column := table.column("huanzheid")) and column.points_to == ("tbl_HuanZheXinXi",)
    assert any("tbl_HuanZheXinXi 的主键" in said for said in found.candidates("registration")[0].evidence)


def test_the_column_of_a_std_column_is_named(dossier: Dossier) -> None:
    columns = next(one for one in dossier.candidates("fee_line") if one.table == "mz_fymx").columns
    assert columns["det_item_fee_sumamt"][0].column == "je"
    assert columns["medins_list_codg"][0].column == "xmdm"


def test_an_empty_table_is_kept_and_ranks_lower(tmp_path: Path) -> None:
    path = tmp_path / "his.sqlite"
    with sqlite3.connect(path) as database:
        for name in ("patient", "patient2"):
            database.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, name TEXT, sex TEXT)")
        database.execute("INSERT INTO patient2 VALUES (1, '甲', '1')")
    found = looked_at(f"sqlite:///{path}").candidates("person")
    assert [one.table for one in found] == ["patient2", "patient"]
    assert any("没有数据" in said for said in found[1].evidence)


def test_the_amount_test_finds_column_day_and_filter_to_the_fen(foreign: str, tmp_path: Path) -> None:
    best = looked_at(foreign, write_cashier(tmp_path)).amounts[0]
    assert (best.table, best.day) == ("menzhen_jiesuan", "jiesuanshijian")
    assert best.amount in {"zongjine", "xianjinzhifu"}
    assert (best.filter_column, best.filter_value) == ("zhuangtai", "1")
    assert (best.matched, best.days, best.difference) == (2, 2, Decimal(0))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("日期,金额\n2024-02-30,1\n", "第 2 行"),
        ("日期,金额\n2024-03-01,1\n2024-03-01,2\n", "同一天"),
        ("日,元\n2024-03-01,1\n", "表头"),
        ("日期,金额\n", "没有"),
    ],
)
def test_a_cashier_report_that_cannot_be_read_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "cashier.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_cashier(path, None)


def test_no_person_stands_in_the_report(centre: str, dossier: Dossier, tmp_path: Path) -> None:
    page, records = write_dossier(dossier, tmp_path)
    text = page.read_text(encoding="utf-8") + records.read_text(encoding="utf-8")
    with sqlite3.connect(centre.removeprefix("sqlite:///")) as database:
        persons = database.execute("SELECT xm, sfzh, lxdh, jtdz, sbkh, ybgrbh, csrq FROM br_jbxx").fetchall()
        staff = database.execute("SELECT ryxm, sjhm FROM ry_xx").fetchall()
    known = {str(value) for row in (*persons, *staff) for value in row if value and len(str(value)) > 1}
    assert len(known) > 100
    assert [value for value in known if value in text] == []


@pytest.mark.parametrize("name", ["xm", "HuanZheXingMing", "py_str", "id_card", "csrq", "create_by", "lxdh", "remark"])
def test_columns_that_speak_of_a_person_are_private(name: str) -> None:
    assert is_private(name, "")


def test_values_of_code_columns_are_shown_with_their_counts(dossier: Dossier) -> None:
    table = dossier.table("mz_jsb")
    assert table and (column := table.column("tfbz"))
    assert sum(rows for _, rows in column.values) + column.nulls == table.sampled


def test_the_record_comes_back_from_its_json(dossier: Dossier) -> None:
    assert from_json(to_json(dossier)) == dossier


def test_the_same_source_gives_the_same_bytes(foreign: str, tmp_path: Path) -> None:
    once, again = (write_dossier(looked_at(foreign), tmp_path / name) for name in ("once", "again"))
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]


def test_the_page_needs_nothing_beside_it(dossier: Dossier, tmp_path: Path) -> None:
    text = write_dossier(dossier, tmp_path)[0].read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=|https?://|@import", text)


def test_the_command_works_before_there_is_an_adapter_and_an_export_says_so(
    foreign: str, workdir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workdir / "feijian.toml").write_text(f'[sources.new]\nurl = "{foreign}"\n', encoding="utf-8")
    assert main(["source", "dossier", "new", "--cashier", str(write_cashier(workdir)), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["candidates"]["settlement"][0] == "menzhen_jiesuan"
    assert (workdir / "dossiers" / "new" / "dossier.html").is_file()
    period = ["--from", "2024-01-01", "--to", "2024-12-31"]
    assert main(["export", "--source", "new", "--org", "H65040200001", *period]) == 2
    assert "还没有写 adapter" in capsys.readouterr().err
