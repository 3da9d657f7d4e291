"""What goes wrong in basic medical care: visits, bills, prescriptions, wards (commission.md 3.3, 5.3)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.county.county import County
from tests.county.faults.chronic import kept
from tests.county.faults.registry import fault

Row = dict[str, Any]


def _bill_again(county: County, bill: Row, number: str, later: timedelta) -> None:
    """A bill once more under another number, with its lines."""
    at = bill["sfsj"] + later
    county.rows["sf_pj"].append({**bill, "pjbh": number, "sfsj": at})
    lines = [row for row in county.rows["sf_mx"] if row["pjbh"] == bill["pjbh"]]
    county.rows["sf_mx"] += [{**row, "pjbh": number, "sfsj": at} for row in lines]


def _billed(county: County) -> list[Row]:
    """Outpatient bills of visits that were billed once and kept."""
    bills = [row for row in kept(county, "sf_pj") if row["mzzy"] == "1"]
    once = Counter(row["jzbh"] for row in bills)
    return [row for row in bills if once[row["jzbh"]] == 1]


@fault("退号的挂号计入人次", shown_by="YL02")
def cancelled_again(county: County) -> None:
    """Every fifth visit has a cancelled registration before it."""
    county.rows["mz_jz"] += [{**row, "jzbh": f"{row['jzbh']}t", "thbz": 1} for row in kept(county, "mz_jz")[::5]]


@fault("已退号的就诊仍有收费", shown_by="cancelled_but_billed")
def cancelled_after_bill(county: County) -> None:
    """The registration was cancelled, the money was kept."""
    visit = _billed(county)[0]["jzbh"]
    next(row for row in kept(county, "mz_jz") if row["jzbh"] == visit)["thbz"] = 1


@fault("同一张票据重复上传", shown_by="bill_twice")
def bill_uploaded_twice(county: County) -> None:
    """The same bill under a second number."""
    bill = _billed(county)[1]
    _bill_again(county, bill, f"{bill['pjbh']}b", timedelta(0))


@fault("退费票据重复", shown_by="refund_over")
def refunded_twice(county: County) -> None:
    """What was paid once is given back twice."""
    bill = next(row for row in kept(county, "sf_pj") if row["zje"] < 0)
    _bill_again(county, bill, f"{bill['pjbh']}b", timedelta(minutes=5))


@fault("票据金额与明细不符", shown_by="bill_does_not_add_up")
def bill_without_line(county: County) -> None:
    """The last line of a bill is gone."""
    bill = _billed(county)[2]["pjbh"]
    [row for row in kept(county, "sf_mx") if row["pjbh"] == bill][-1]["scbz"] = 1


@fault("作废处方计入处方数", shown_by="YL30")
def void_prescription(county: County) -> None:
    """Every fifth prescription was written twice, once void."""
    county.rows["cf"] += [{**row, "cfbh": f"{row['cfbh']}v", "zfbz": 1} for row in kept(county, "cf")[::5]]


@fault("处方金额与明细不符", shown_by="rx_lines_differ")
def prescription_line_lost(county: County) -> None:
    """The second drug of a prescription is gone."""
    next(row for row in kept(county, "cf_mx") if row["hh"] == 2)["scbz"] = 1


@fault("处方金额六万元", shown_by="rx_amount_odd")
def prescription_huge(county: County) -> None:
    """The quantity of an only drug went into the price."""
    several = {row["cfbh"] for row in county.rows["cf_mx"] if row["hh"] > 1}
    rx = next(row for row in kept(county, "cf") if row["zfbz"] == 0 and row["cfbh"] not in several)
    for row in (rx, next(row for row in kept(county, "cf_mx") if row["cfbh"] == rx["cfbh"])):
        row["je"] = Decimal(60_000)


@fault("抗菌药物没有标志", shown_by="antibiotic_unmarked")
def antibiotic_unmarked(county: County) -> None:
    """One centre's dictionary does not say that ceftriaxone is one: the share of antibiotics is too low."""
    org = county.places.centres[0].code
    next(row for row in kept(county, "yp_zd") if (row["jgdm"], row["ypdm"]) == (org, "Y02")).update(kjbz=0, kjjb=None)


@fault("同一医生一分钟内在两家机构接诊", shown_by="doctor_two_places")
def doctor_at_two_places(county: County) -> None:
    """His account was used at the next centre while he saw a patient."""
    row = next(row for row in kept(county, "mz_jz") if not row["thbz"])
    other = county.places.centres[-1].code
    at = row["jzsj"] + timedelta(seconds=50)
    county.rows["mz_jz"].append({**row, "jzbh": f"{row['jzbh']}z", "jzsj": at, "jgdm": other, "sbjg": other, "thbz": 0})


@fault("住院从未办理出院", shown_by="admission_open")
def admission_never_closed(county: County) -> None:
    """A stay of 2023 was never closed."""
    row = next(row for row in kept(county, "zy_dj") if row["cysj"] and row["cysj"].year == 2023)
    row.update(cysj=None, lyfs=None, cr=None, zje=None)


@fault("出院早于入院", shown_by="H10")
def discharged_before_admission(county: County) -> None:
    """Month and day were mixed up: out two days before in, at the first centre."""
    org = county.places.centres[0].code
    row = next(r for r in kept(county, "zy_dj") if r["jgdm"] == org and r["cysj"] and r["rysj"].month > 2)
    row["cysj"] = row["rysj"] - timedelta(days=2)


@fault("占用床位多于开放床位", shown_by="H12")
def beds_crowded(county: County) -> None:
    """Twenty-four persons in twenty beds, every day of a year."""
    org = county.places.centres[0].code
    for row in kept(county, "zy_cr"):
        if row["jgdm"] == org and row["rq"].year == 2024:
            row["zycw"] = 24


@fault("就诊科室不在科室字典", shown_by="H9")
def department_unknown(county: County) -> None:
    """A new department that nobody put into the dictionary of the first centre."""
    org = county.places.centres[0].code
    next(
        row
        for row in kept(county, "mz_jz")
        if row["jgdm"] == org and row["jzlb"] in "12" and not row["thbz"] and row["jzsj"].year == 2024
    )["ksdm"] = "99"


@fault("执业医师没有执业类别", shown_by="H3")
def doctor_without_specialty(county: County) -> None:
    """A doctor of the first centre."""
    org = county.places.centres[0].code
    next(row for row in kept(county, "wsry") if (row["jgdm"], row["gw"]) == (org, "YS"))["zylb"] = None


def _entered(county: County, item: str) -> Row:
    """What the first centre entered for December 2024."""
    asked = (county.places.centres[0].code, item, date(2024, 12, 1))
    return next(row for row in kept(county, "tj_tb") if (row["jgdm"], row["tjxm"], row["ssny"]) == asked)


@fault("在岗职工与各岗位之和不符", shown_by="H1")
def staff_total_wrong(county: County) -> None:
    """One more in the total than in the list."""
    _entered(county, "staff_total")["sz"] += 1


@fault("卫生技术人员与各类之和不符", shown_by="H2")
def technical_total_wrong(county: County) -> None:
    """One fewer in the total than in the list."""
    _entered(county, "tech_total")["sz"] -= 1


@fault("总收入与各项之和不符", shown_by="H4")
def total_income_wrong(county: County) -> None:
    """A hundred yuan more than the parts."""
    _entered(county, "total_income")["sz"] += 100


@fault("门诊药品与各类药品之和不符", shown_by="H5")
def drug_income_wrong(county: County) -> None:
    """Herbs were left out."""
    _entered(county, "op_drug_herb")["sz"] = Decimal(0)


@fault("基本药物收入多于药品收入", shown_by="H6")
def essential_income_wrong(county: County) -> None:
    """Entered in fen instead of yuan."""
    _entered(county, "essential_income")["sz"] *= 100


@fault("总资产不等于负债加净资产", shown_by="H7")
def assets_wrong(county: County) -> None:
    """Debts were forgotten."""
    _entered(county, "liabilities")["sz"] = Decimal(0)


@fault("急诊死亡多于急诊人次", shown_by="H8")
def emergency_deaths_wrong(county: County) -> None:
    """Visits went into the field of deaths."""
    _entered(county, "emergency_deaths")["sz"] = Decimal(999)


def _no_visits(county: County, clinic: str) -> None:
    county.rows["mz_jz"] = [row for row in county.rows["mz_jz"] if row["jgdm"] != clinic]


@fault("村卫生室未上报诊疗", shown_by="YL07")
def clinic_silent(county: County) -> None:
    """The second clinic has handed in nothing of its visits: that is no zero."""
    clinic = county.places.clinics[1].code
    _no_visits(county, clinic)
    county.rows["sb_qk"] = [r for r in county.rows["sb_qk"] if (r["jgdm"], r["xtdm"]) != (clinic, "village")]


@fault("村卫生室上报了零诊疗", shown_by="YL07")
def clinic_idle(county: County) -> None:
    """The third clinic has handed in every month, and nobody came."""
    _no_visits(county, county.places.clinics[2].code)
