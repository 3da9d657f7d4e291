"""What happens to optional tables at the edges: stays settled more than once, over new year, orphans, shared numbers.

Each test fills the std tables by hand with the few rows that matter, and assembles one table of the format.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.assembly import assembly_select, leave_out, prepare_assembly
from exports.duck import quoted
from flows.settings import Window
from flows.steps.conform import set_window
from schemas.registry import load_format
from schemas.rule import load_rules
from schemas.std import MODELS, duckdb_type, std_table

FORM = load_format("nhsa/2024", ("supplement/2024",))
ORG = "H65000000001"
JANUARY = Window(date(2024, 1, 1), date(2024, 1, 31))
AT = {"VARCHAR": "1", "TIMESTAMP": datetime(2024, 1, 10, 9), "DATE": date(2024, 1, 10), "BIGINT": 1}


class Std:
    """Std tables in memory; what a row does not say is empty unless the model requires it."""

    def __init__(self, folder: Path) -> None:
        self.database, self.folder, self.rows = duckdb.connect(), folder, 0
        set_window(self.database, JANUARY)
        for name in MODELS:
            columns = ", ".join(f"{quoted(c.name)} {duckdb_type(c.type)}" for c in std_table(name).columns)
            self.database.execute(f"CREATE TABLE _{name} ({columns})")
            self.database.execute(f"CREATE VIEW {name} AS SELECT * FROM _{name}")
            self.database.execute(f"CREATE VIEW all_{name} AS SELECT * FROM _{name}")

    def give(self, table: str, **values: Any) -> str:
        """Add one row; its `_row`."""
        self.rows += 1
        row = {c.name: AT.get(duckdb_type(c.type), Decimal(1)) for c in std_table(table).columns if c.required}
        row |= {"fixmedins_code": ORG, "_row": f"{table}:{self.rows}"} | values
        marks = ", ".join("?" * len(row))
        self.database.execute(
            f"INSERT INTO _{table} ({', '.join(map(quoted, row))}) VALUES ({marks})", list(row.values())
        )
        return str(row["_row"])

    def settle(self, number: str, visit: str, when: datetime, **values: Any) -> None:
        mine = {"mz_zy": "ZY", "refd_setl_flag": "0", "hi_setl_flag": "1"} | values
        self.give("settlement", setl_id=number, mdtrt_id=visit, setl_time=when, **mine)

    def bill(self, line: str, settlement: str, visit: str, **values: Any) -> str:
        return self.give("fee_line", feedetl_sn=line, setl_id=settlement, mdtrt_id=visit, **values)

    def assemble(self, name: str) -> list[dict[str, Any]]:
        leave_out(self.database, FORM, self.folder)
        prepare_assembly(self.database, FORM)
        return self.rows_of(assembly_select(self.database, FORM, FORM.table(name)))

    def rows_of(self, sql: str) -> list[dict[str, Any]]:
        return self.database.sql(sql).to_arrow_table().to_pylist()

    def broken(self, rule: str) -> set[str]:
        """The rows that a rule names."""
        [one] = (one for one in load_rules() if one.id == rule)
        return {row["_row"] for row in self.rows_of(one.failing)}


@pytest.fixture
def std(tmp_path: Path) -> Iterator[Std]:
    made = Std(tmp_path)
    yield made
    made.database.close()


DAY, LATER = datetime(2024, 1, 10, 9), datetime(2024, 1, 20, 9)
BEFORE, AFTER = datetime(2023, 12, 28, 9), datetime(2024, 2, 3, 9)


def test_an_execution_names_the_settlement_in_which_it_was_billed(std: Std) -> None:
    """A stay that is settled twice (中途结算): inspectors join executions to lines by the settlement."""
    for number, when in (("S1", DAY), ("S2", LATER)):
        std.settle(number, "V", when)
        std.bill(f"F{number}", number, "V", drord_no="O", fee_ocur_time=when)
        std.give("order_execution", exe_sn=number, drord_no="O", exe_time=when)
    std.give("order_execution", exe_sn="unbilled", drord_no="O", exe_time=LATER + timedelta(hours=1))
    std.give("medical_order", drord_no="O", mdtrt_id="V")
    assert [row["HISID"] for row in std.assemble("MEDICAL_ORDER_EXECUTE")] == ["S1", "S2", "S2"]


def test_a_report_does_not_name_a_settlement_that_was_taken_back(std: Std) -> None:
    """The request still points at the line of the first settlement."""
    std.settle("S1", "V", DAY)
    std.settle("R", "V", LATER, refd_setl_flag="1", init_setl_id="S1")
    std.settle("S2", "V", LATER)
    std.bill("F", "S1", "V")
    std.give("lab_request", appy_no="A", mdtrt_id="V", feedetl_sn="F")
    std.give("lab_result", appy_no="A")
    std.give("exam_request", appy_no="A", mdtrt_id="V", feedetl_sn="F")
    std.give("exam_report", appy_no="A")
    assert [row["HISID"] for row in std.assemble("LABINFO")] == ["S2"]
    assert [row["HISID"] for row in std.rows_of(assembly_select(std.database, FORM, FORM.table("EXAMINFO")))] == ["S2"]


def test_two_requests_with_one_number_double_no_result(std: Std) -> None:
    for visit in ("V", "W"):
        std.settle(f"S{visit}", visit, DAY)
        std.give("lab_request", appy_no="A", mdtrt_id=visit)
    result = std.give("lab_result", appy_no="A")
    assert [(row["_row"], row["HISID"]) for row in std.assemble("LABINFO")] == [(result, "SV")]


def test_what_leads_to_no_request_is_not_said_to_be_unsettled(std: Std) -> None:
    std.settle("S", "V", AFTER)
    std.give("lab_request", appy_no="A", mdtrt_id="V")
    later, orphan = std.give("lab_result", appy_no="A"), std.give("lab_result", appy_no="nowhere")
    assert std.assemble("LABINFO") == []
    left = std.rows_of(f"SELECT _row, rule FROM read_parquet('{std.folder}/_excluded.parquet')")
    assert {row["_row"]: row["rule"] for row in left} == {later: "not_settled", orphan: "no_request"}


@pytest.mark.parametrize(("left", "known"), [(LATER, "1"), (AFTER, "0"), (None, "0")])
def test_a_stay_over_the_end_of_the_period_needs_no_discharge_diagnosis(
    std: Std, left: datetime | None, known: str
) -> None:
    """Its discharge is dated later, so that the diagnosis is not even read."""
    std.give("admission", mdtrt_id="V", begntime=DAY, endtime=left)
    assert [row["_left"] for row in std.assemble("X_IPT_REG")] == [known]


def test_a_prescription_line_is_mapped_as_of_its_day(std: Std) -> None:
    std.give("prescription", rxno="R", mdtrt_id="V", isu_time=DAY)
    std.give("prescription_line", rxno="R", rx_line_no=1, medins_list_codg="I")
    for code, first, last in (("OLD", None, date(2024, 1, 9)), ("NOW", date(2024, 1, 10), None)):
        std.give("catalogue_mapping", medins_list_codg="I", med_list_codg=code, begndate=first, enddate=last)
    assert [row["MED_LIST_CODG"] for row in std.assemble("X_OTP_RX")] == ["NOW"]


def test_two_lines_and_one_report_are_a_clue_unless_the_report_names_its_line(std: Std) -> None:
    """EV01: by the line's own number, or by count."""
    std.settle("S", "V", DAY, mz_zy="MZ")
    lines = [
        std.bill(number, "S", "V", med_chrgitm_type="04", medins_list_codg="CBC", det_item_fee_sumamt=Decimal(20))
        for number in ("F1", "F2")
    ]
    std.give("lab_request", appy_no="A", mdtrt_id="V", medins_list_codg="CBC", feedetl_sn="F1")
    std.give("lab_result", appy_no="A")
    assert std.broken("EV01") == {lines[1]}
    std.database.execute("UPDATE _lab_request SET feedetl_sn = NULL")
    assert std.broken("EV01") == set(lines)
    std.database.execute("UPDATE _lab_result SET vali_flag = '0'")
    std.give("lab_request", appy_no="B", mdtrt_id="V", medins_list_codg="CBC")
    std.give("lab_result", appy_no="B", rslt_sn="2")
    assert std.broken("EV01") == set(lines)


@pytest.mark.parametrize(
    ("asked", "named"),
    [(BEFORE, False), (DAY, True), (LATER + timedelta(days=2), False)],
    ids=["before", "in", "after"],
)
def test_a_report_whose_fee_may_stand_in_another_year_is_no_clue(std: Std, asked: datetime, named: bool) -> None:
    """EV03: a stay settled at the end of the year and again when it ends; only this year's lines are read."""
    std.settle("S", "V", LATER)
    request = std.give("lab_request", appy_no="A", mdtrt_id="V", medins_list_codg="CBC", appy_time=asked)
    std.give("lab_result", appy_no="A")
    assert std.broken("EV03") == ({request} if named else set())


def test_no_right_to_prescribe_on_record_is_not_verified(std: Std) -> None:
    """EV16: an empty column found nobody without the right, and that is no proof."""
    [rule] = (one for one in load_rules() if one.id == "EV16")
    std.give("staff", medins_psn_code="1")
    assert std.database.execute(rule.needs).fetchone() == ("源系统没有登记人员的处方权，未核对",)
    std.give("staff", medins_psn_code="2", rx_flag="1")
    assert std.database.execute(rule.needs).fetchone() == (None,)
