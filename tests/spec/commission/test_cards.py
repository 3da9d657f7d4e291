"""Every query card answers, with its own columns and parameters, and what it finds is what was put in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exports.commission.engine.ask import Answer, Question, answer, open_area, read_list
from exports.commission.engine.cards import Card, card_of, load_cards
from exports.disclosure.scope import organisations
from schemas.account import ExportClass
from schemas.commission.columns import Reveals
from schemas.errors import SettingsError
from tests.county.residents import identity_number
from tests.spec.commission.test_masking import empty_lake, put
from tests.spec.commission.test_scope import ORGS

TODAY = date(2024, 7, 1)
BORN = date(1950, 3, 7)
OPENED: list[str] = []
GIVEN = {"period": "2024Q2", "list": ""}


def person(database: Any, number: int, org: str, birth: date = BORN, **values: Any) -> None:
    empi, id_no = f"E{number}", identity_number("650402", birth, 900 + number)
    put(
        database, "resident", **{"empi": empi, "org_code": org, "name": f"张{number}号", "id_no": id_no, "birth": birth,
        "sex": "1" if number % 2 else "2", "mobile": "13912345678", "addr_code": "650402100201", **values},
    )  # fmt: skip
    put(
        database, "health_archive", org_code=org, mana_org=org, create_org=org, empi=empi, archive_no=f"A{number:05d}",
        status="0", create_date="2020-01-01",
    )  # fmt: skip


@pytest.fixture(scope="module")
def lake() -> Iterator[Any]:
    database = empty_lake()
    for code, parent, level, admin in ORGS:
        put(
            database, "organisation", org_code=code, org_name=f"{code}院", org_kind="centre", level=level,
            parent_code=parent, admin_code=admin, xpcc_flag="0", valid_from="2020-01-01",
        )  # fmt: skip
    for number, org in enumerate(["V01"] * 4 + ["V11"] * 2):
        person(database, number, org)
        put(database, "htn_file", org_code=org, empi=f"E{number}", file_id=f"F{number}", status="0",
            register_date="2023-01-01")  # fmt: skip
    for number, sbp, day in ((0, 150, "2024-06-01"), (1, 120, "2024-06-20"), (4, 170, "2024-06-20")):
        put(
            database, "htn_visit", org_code="V01" if number < 4 else "V11", empi=f"E{number}", visit_id=f"H{number}",
            visit_date=day, sbp=sbp, dbp=80, effect="2" if number == 1 else "1", late_flag="0", complete_flag="1",
        )  # fmt: skip
    put(database, "exam_form", org_code="V01", empi="E0", form_id="X0", exam_date="2024-03-01", way="2")
    put(database, "exam_reg", org_code="V01", empi="E1", exam_no="X1", year=2023, reg_date="2023-03-01",
        exam_date="2023-03-01", void_flag="0")  # fmt: skip
    put(database, "death_record", org_code="J1", empi="E2", death_id="D2", death_date="2024-05-01", source="1")
    put(database, "death_record", org_code="J2", empi="E4", death_id="D4", death_date="2024-05-01", source="1")
    person(database, 10, "V01", birth=date(1990, 1, 1), name="王小花", id_no="650402199001019999")
    person(database, 11, "V01", birth=date(1990, 1, 1), name="王·小花", id_no="", sex="2", mobile="13800000000")
    person(database, 13, "V01", birth=date(1990, 1, 1), name="王小花", sex="2", mobile="13800000000")
    person(database, 12, "V01", birth=date(2015, 1, 1), name="小娃")
    put(database, "preg_file", org_code="V01", empi="E10", preg_id="P1", lmp="2023-10-01", book_date="2023-12-01")
    put(
        database,
        "tb_case",
        org_code="V01",
        empi="E3",
        case_id="T1",
        confirm_date="2024-01-01",
        notify_date="2024-01-02",
    )
    put(database, "tb_visit", org_code="V01", empi="E3", visit_id="TV1", visit_date="2024-05-01", missed_doses=3)
    put(database, "fd_team", org_code="V01", team_id="G1", team_name="一队", valid_from="2020-01-01")
    for number in (0, 1):
        put(
            database, "fd_contract", org_code="V01", empi=f"E{number}", contract_id=f"S{number}", team_id="G1",
            package_id="K", sign_date="2024-01-01", begin_date="2024-01-01", end_date="2025-01-01", sign_flag="1",
            fee=0,
        )  # fmt: skip
    put(database, "fd_service", org_code="V01", empi="E0", service_id="V0", contract_id="S0", item_id="1",
        service_date="2024-02-02")  # fmt: skip
    medicine(database)
    yield database
    database.close()


def medicine(database: Any) -> None:
    put(database, "health_worker", org_code="V01", staff_id="DR1", staff_name="李医生", antibiotic_grade="1", post="1",
        valid_from="2020-01-01")  # fmt: skip
    put(database, "drug", org_code="V01", drug_id="Y1", drug_name="特殊药", antibiotic_flag="1", antibiotic_grade="3")
    for number, org, at in ((1, "V01", "10:00"), (2, "C02", "10:03"), (3, "V01", "12:00")):
        put(
            database, "rx", org_code=org, empi="E0", rx_id=f"R{number}", visit_id="1", rx_time=f"2024-05-05 {at}:00",
            rx_type="1", doctor_id="DR1", void_flag="0", amount=1,
        )  # fmt: skip
    put(database, "rx_line", org_code="V01", empi="E0", rx_id="R1", line_no=1, rx_time="2024-05-05 10:00:00",
        drug_id="Y1", qty=1, amount=1)  # fmt: skip
    for number in range(24):
        put(
            database, "op_diagnosis", org_code="C01", empi="E12" if number == 3 else "E0", visit_id=f"O{number}",
            diag_no=1, icd10="I10" if number < 22 else "J06", diag_name="高血压", main_flag="1",
            diag_time="2024-05-05 10:00:00",
        )  # fmt: skip
    put(
        database, "national_report", org_code="C01", cell_id="N1", form="01", cell="GW02", of_month="2024-06-01",
        value=9,
    )  # fmt: skip


def ask(database: Any, name: str, area: str = "J1", cls: str | None = None, **given: str) -> Answer:
    card = card_of(name)
    params = {one.name: GIVEN[one.name] for one in card.parameters if one.default is None}
    values = card.values({**params, **given}, TODAY)
    if area not in OPENED:
        open_area(database, organisations(database, area))
        OPENED[:] = [area]
    question = Question(card, values, ExportClass(cls or card.export_class))
    return answer(database, question, b"key", TODAY, 5)


def column(found: Answer, name: str) -> list[Any]:
    at = [one.name for one in found.columns].index(name)
    return [row[at] for row in found.rows]


@pytest.mark.parametrize("name", load_cards())
def test_every_card_answers_in_every_class_it_can(lake: Any, name: str, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text("身份证号\n1\n", encoding="utf-8")
    card = card_of(name)
    given = {"list": str(listed)} if name == "cross_match" else {}
    for cls in "A" if card.export_class is ExportClass.A else "BC":
        found = ask(lake, name, cls=cls, **given)
        assert found.columns and all(len(row) == len(found.columns) for row in found.rows)
        if cls == "B":
            assert not {one.reveals for one in found.columns} & {Reveals.NAME, Reveals.CERTIFICATE, Reveals.PHONE}


@pytest.mark.parametrize("card", load_cards().values(), ids=lambda card: card.name)
def test_every_card_says_what_it_is_for_in_chinese(card: Card) -> None:
    assert card.title and card.purpose and 0 < card.seconds <= 60
    assert card.used <= {one.name for one in card.parameters} | {"period_from", "period_until"}
    if card.export_class is ExportClass.A:
        assert all(one.shown.reveals is Reveals.NOTHING for one in card.columns)


FOUND = {
    "overdue_followup": 1, "elder_unexamined": 2, "signed_not_served": 1, "htn_uncontrolled": 1, "lost_to_followup": 1,
    "dead_not_cancelled": 1, "duplicate_persons": 2, "id_faults": 3, "due_soon": 1, "tb_missed_doses": 1,
    "rx_two_places": 1, "antibiotics_beyond_grade": 1, "single_disease": 1, "minors_high_risk": 1,
    "report_vs_platform": 1, "last_places": 1, "inspection_sample": 8, "transfer_pack": 7,
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_a_card_finds_in_its_county_what_was_put_there(lake: Any, name: str) -> None:
    assert len(ask(lake, name).rows) == FOUND[name]


@pytest.mark.parametrize("name", ["overdue_followup", "dead_not_cancelled", "inspection_sample"])
def test_a_card_asked_by_another_county_finds_its_own(lake: Any, name: str) -> None:
    assert set(column(ask(lake, name, "J2", "D"), "org_code")) == {"V11"}
    assert set(column(ask(lake, name, "J1", "D"), "org_code")) <= {"V01", "C01"}
    assert not ask(lake, name, "C02").rows


def test_a_township_is_ranked_with_its_rate_and_the_year_s_pace(lake: Any) -> None:
    found = ask(lake, "township_ranking", until="2024-06-30")
    assert [str(value) for value in found.rows[0]] == ["C01", "C01院", "1", "3", "33.33", "50.00"]


def test_an_idle_clinic_is_listed_with_its_zeros(lake: Any) -> None:
    assert ask(lake, "idle_village_clinics", most="5").rows == [("V01", "V01院", "C01院", 0, 2, 0)]


def test_a_list_is_matched_line_by_line(lake: Any, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    ours, theirs = identity_number("650402", BORN, 900), identity_number("650402", BORN, 904)
    path.write_bytes(f"序号,姓名,身份证号\n1,张0号,{ours}\n2,别人,{ours}\n3,张4号,{theirs}\n4,无,123\n".encode("gbk"))
    found = ask(lake, "cross_match", list=str(path))
    assert column(found, "matched") == ["匹配", "匹配，姓名不同", "未匹配", "证件号位数不对"]
    assert column(found, "line") == [2, 3, 4, 5]


def test_the_same_seed_draws_the_same_archives(lake: Any) -> None:
    drawn = [column(ask(lake, "inspection_sample", cls="D", number="3", seed=s), "archive_no") for s in ("a", "a", "b")]
    assert drawn[0] == drawn[1] and len(drawn[0]) == 3
    assert drawn[0] != drawn[2]


def test_a_sensitive_card_leaves_in_class_b_at_most(lake: Any) -> None:
    assert ask(lake, "due_soon", cls="D").export_class is ExportClass.B
    assert not {"name", "id_no"} & {one.name for one in ask(lake, "tb_missed_doses", cls="C").columns}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("overdue_followup", {"kind": "htn' OR '1'='1"}),
        ("overdue_followup", {"kind": "smd"}),
        ("overdue_followup", {"until": "2024-02-30"}),
        ("overdue_followup", {"until": "2024-01-01'; DROP TABLE x"}),
        ("overdue_followup", {"days": "-1"}),
        ("overdue_followup", {"days": "1 OR 1=1"}),
        ("overdue_followup", {"days": "９０"}),
        ("overdue_followup", {"area": "J2"}),
        ("overdue_followup", {"org_code": "V11"}),
        ("idle_village_clinics", {}),
        ("idle_village_clinics", {"period": "2024Q5"}),
        ("inspection_sample", {"seed": "x" * 201}),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_sentence(name: str, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        card_of(name).values(given, TODAY)


@pytest.mark.parametrize("seed", ["'; DROP TABLE lake.resident; --", "' OR 1=1 --", "$until", "1') UNION SELECT * --"])
def test_a_text_parameter_is_bound_and_never_pasted(lake: Any, seed: str) -> None:
    assert len(ask(lake, "inspection_sample", seed=seed, number="2").rows) == 2
    assert lake.execute("SELECT count(*) FROM lake.resident").fetchall() == [(10,)]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", "姓名\n张三\n".encode(), b""])
def test_a_list_that_cannot_be_read_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="名单"):
        read_list(path)
