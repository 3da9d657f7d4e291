"""What goes wrong in maternal and child health, prevention and contracts (commission.md 5.3)."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.county.county import County
from tests.county.faults.registry import fault

Row = dict[str, Any]


def _kept(county: County, table: str) -> list[Row]:
    return [row for row in county.rows[table] if row["scbz"] == 0]


@fault("新生儿没有身份证号", shown_by="child_without_id")
def baby_without_id(county: County) -> None:
    """The youngest child but one was registered without a number and never got one."""
    card = sorted(_kept(county, "et_bjk"), key=lambda row: row["csrq"])[-2]
    people = {empi: person for person in county.residents for empi in person.empis}
    for row in county.rows["jm_zsy"]:
        if row["grid"] in people[card["grid"]].empis:
            row["sfzh"] = None


@fault("同一次分娩由两个机构各登记一次", shown_by="delivery_twice")
def delivery_twice(county: County) -> None:
    """The county's hospital entered it, and a week later the health centre did so too."""
    row = next(
        row for row in _kept(county, "ycf_fm") if row["hcs"] and date(2023, 10, 1) <= row["fmrq"] < date(2024, 9, 1)
    )
    late = row["lrsj"] + timedelta(days=7)
    county.rows["ycf_fm"].append(
        {**row, "fmbh": f"{row['fmbh']}c", "jgdm": county.inst(row["jgdm"]), "lrsj": late, "xgsj": late}
    )


@fault("产后访视早于出院", shown_by="postnatal_before_discharge")
def postnatal_before_discharge(county: County) -> None:
    """A mother whom nobody visited has a visit on the day after the birth, while still in hospital."""
    visited = {row["scbh"] for row in county.rows["ycf_chfs"] if row["lb"] == "CH"}
    for row in [one for one in _kept(county, "ycf_fm") if one["scbh"] not in visited]:
        day = row["fmrq"] + timedelta(days=1)
        visit = {"fsbh": f"CHq{row['scbh'][2:]}", "scbh": row["scbh"], "fsrq": day, "lb": "CH"}
        county.add("ycf_chfs", row["jgdm"], day, grid=row["grid"], **visit)


@fault("接种早于出生", shown_by="vaccination_before_birth")
def vaccination_before_birth(county: County) -> None:
    """The year of a dose was mistyped."""
    row = next(row for row in _kept(county, "jz_jl") if row["szrq"])
    row["szrq"] = row["szrq"].replace(year=row["szrq"].year - 10, day=1)


@fault("传染病报告早于诊断", shown_by="report_before_diagnosis")
def report_before_diagnosis(county: County) -> None:
    """The two times were entered the wrong way round."""
    row = next(row for row in _kept(county, "crb_bgk") if row["bgsj"])
    row["zdsj"], row["bgsj"] = row["bgsj"], row["zdsj"]


@fault("讲座参加人数为负数或多得不可能", shown_by="education_people_odd")
def participants_impossible(county: County) -> None:
    """One lecture with -30 people, one with 50,000."""
    first, second = [row for row in _kept(county, "jkjy") if row["xs"] == "JZ"][:2]
    first["rs"], second["rs"] = -30, 50000


@fault("签而不约：签约一年没有任何服务", shown_by="signed_not_served")
def signed_not_served(county: County) -> None:
    """All service records of a contract are gone; its tasks are open again."""
    served = next(row for row in _kept(county, "qy_fw"))["xybh"]
    county.rows["qy_fw"] = [row for row in county.rows["qy_fw"] if row["xybh"] != served]
    for row in county.rows["qy_rw"]:
        if row["xybh"] == served:
            row.update(zt=0, wcrq=None, fwbh=None)


@fault("一人被两个团队同时签约", shown_by="contract_overlap")
def signed_by_two_teams(county: County) -> None:
    """The second team of the centre signed the same person for the same time."""
    row = next(row for row in reversed(_kept(county, "qy_xy")) if row["qybz"] == "QY" and row["jyrq"] is None)
    county.rows["qy_xy"].append({**row, "xybh": f"{row['xybh']}b", "tdbh": f"{row['tdbh'][:-1]}2", "sqxy": None})


@fault("已解约仍按在约统计：没有解约日期", shown_by="contract_stop_undated")
def stopped_still_counted(county: County) -> None:
    """The contract is flagged as dissolved, the day was left out."""
    row = next(row for row in _kept(county, "qy_xy") if row["qybz"] == "JY")
    row["jyrq"] = row["jyyy"] = None


@fault("过期签约仍在约：到期日写成 2099 年", shown_by="contract_too_long")
def contract_never_ends(county: County) -> None:
    """Renewed by itself for ever."""
    row = next(row for row in _kept(county, "qy_xy") if row["dqrq"] == date(2024, 1, 1) and row["qybz"] == "QY")
    row["dqrq"] = date(2099, 12, 31)


@fault("死后签约", shown_by="contract_after_death")
def dead_person_signed(county: County) -> None:
    """Who died is signed a week after his death."""
    dead = next(p for p in county.residents if p.death and p.death < date(2024, 12, 1))
    model = next(row for row in _kept(county, "qy_xy") if row["qybz"] == "QY")
    sign = (dead.death or date.max) + timedelta(days=7)
    times = {"qyrq": sign, "sxrq": sign, "dqrq": sign + timedelta(days=365), "jyrq": None, "jyyy": None}
    entry = {"lrsj": datetime(sign.year, sign.month, sign.day, 9), "xgsj": datetime(sign.year, sign.month, sign.day, 9)}
    county.rows["qy_xy"].append({**model, **times, **entry, "xybh": f"xy{dead.pid[1:]}d", "grid": dead.empi})


@fault("任务标为完成但没有服务记录", shown_by="task_without_record")
def task_done_without_record(county: County) -> None:
    """The state of an open task was set by hand."""
    row = next(row for row in _kept(county, "qy_rw") if row["zt"] == 0)
    row.update(zt=1, wcrq=row["dqrq"], fwbh=f"fw{row['rwbh'][2:]}")


@fault("签约申请无人处理", shown_by="sign_request_waiting")
def sign_request_left_waiting(county: County) -> None:
    """An application of June 2024 that nobody answered."""
    row = next(row for row in _kept(county, "app_qysq") if row["zt"] == 2)
    row["zt"] = 0
