"""Reports, executions, prescriptions and counts that do not stand behind what was billed."""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tests.centre.faults.money import broken
from tests.centre.faults.registry import Broken, Tables, fault
from tests.centre.faults.tools import drop, find, give, plus, settled, shift, values

NOWHERE = "J999999999"


def _billed(tables: Tables, charge: str, state: str = "报告") -> np.ndarray:
    """Outpatient lines of a charge class whose request has a report, one of a visit and item."""
    requests = "lis_sqd" if charge == "HYF" else "pacs_sqd"
    numbers = set(values(tables, requests, "fyid", find(tables[requests], jzlx="门", zt=state)))
    lines = find(tables["mz_fymx"], fylb=charge, jszt="1")
    standing = set(values(tables, "mz_jsb", "jsid", settled(tables["mz_jsb"])))
    kept = [
        row
        for row, number, bill in zip(
            lines, values(tables, "mz_fymx", "fyid", lines), values(tables, "mz_fymx", "jsid", lines), strict=True
        )
        if number in numbers and bill in standing
    ]
    return np.array(kept[:3], dtype=np.int64)


def _requests_of(tables: Tables, name: str, lines: np.ndarray) -> np.ndarray:
    numbers = set(values(tables, "mz_fymx", "fyid", lines))
    rows = find(tables[name], jzlx="门")
    return np.array(
        [row for row, number in zip(rows, values(tables, name, "fyid", rows), strict=True) if number in numbers]
    )


def _reports_of(tables: Tables, name: str, requests: list[str]) -> np.ndarray:
    hit = pc.is_in(tables[name]["sqdh"], value_set=pa.array(requests, pa.string()))
    return np.flatnonzero(hit.to_numpy(zero_copy_only=False))


@fault("收了化验费而没有检验报告", "EV01")
def lab_fee_without_report(tables: Tables) -> Broken:
    lines = _billed(tables, "HYF")
    requests = values(tables, "lis_sqd", "sqdh", _requests_of(tables, "lis_sqd", lines))
    drop(tables, "lis_jg", _reports_of(tables, "lis_jg", requests))
    return broken(tables, "mz_fymx", lines, "EV01")


@fault("收了检查费而没有检查报告", "EV02")
def exam_fee_without_report(tables: Tables) -> Broken:
    lines = _billed(tables, "JCF")
    requests = values(tables, "pacs_sqd", "sqdh", _requests_of(tables, "pacs_sqd", lines))
    for name in ("pacs_bg", "xd_bg"):
        drop(tables, name, _reports_of(tables, name, requests))
    return broken(tables, "mz_fymx", lines, "EV02")


@fault("检验报告挂在没有收这项费用的病人名下", "EV01", "EV03")
def lab_report_without_fee(tables: Tables) -> Broken:
    lines = _billed(tables, "HYF")[:1]
    rows = _requests_of(tables, "lis_sqd", lines)
    give(tables, "lis_sqd", rows, jzid=_visit_without(tables, lines))
    return broken(tables, "mz_fymx", lines, "EV01") | broken(tables, "lis_sqd", rows, "EV03")


@fault("检查报告挂在没有收这项费用的病人名下", "EV02", "EV04")
def exam_report_without_fee(tables: Tables) -> Broken:
    lines = _billed(tables, "JCF")[:1]
    rows = _requests_of(tables, "pacs_sqd", lines)
    give(tables, "pacs_sqd", rows, jzid=_visit_without(tables, lines))
    return broken(tables, "mz_fymx", lines, "EV02") | broken(tables, "pacs_sqd", rows, "EV04")


def _visit_without(tables: Tables, lines: np.ndarray) -> int:
    """A settled visit that was not billed the item of a line."""
    [item] = values(tables, "mz_fymx", "xmdm", lines)
    with_item = set(values(tables, "mz_fymx", "ghxh", find(tables["mz_fymx"], xmdm=item)))
    bills = settled(tables["mz_jsb"])
    return next(visit for visit in values(tables, "mz_jsb", "ghxh", bills) if visit not in with_item)


@fault("检查报告上的设备不在台账中", "EV05")
def unknown_device(tables: Tables) -> Broken:
    rows = find(tables["pacs_bg"], yxbz="是")[:2]
    give(tables, "pacs_bg", rows, sbbh="SB9999")
    return broken(tables, "pacs_bg", rows, "EV05")


@fault("检查报告早于检查", "EV06")
def exam_report_before_exam(tables: Tables) -> Broken:
    rows = find(tables["pacs_bg"], yxbz="是")[:2]
    shift(tables, "pacs_bg", rows, "bgsj", values(tables, "pacs_bg", "jcsj", rows), -timedelta(hours=1))
    return broken(tables, "pacs_bg", rows, "EV06")


@fault("检验报告早于上机", "EV07")
def lab_report_before_machine(tables: Tables) -> Broken:
    rows = np.arange(2)
    shift(tables, "lis_jg", rows, "bgsj", values(tables, "lis_jg", "sjsj", rows), -timedelta(minutes=5))
    return broken(tables, "lis_jg", rows, "EV07")


@fault("医嘱停止之后还有执行", "EV08")
def execution_after_stop(tables: Tables) -> Broken:
    stopped = {
        number: moment
        for number, moment in zip(
            tables["zy_yzb"]["yzid"].to_pylist(), tables["zy_yzb"]["tzsj"].to_pylist(), strict=True
        )
        if moment
    }
    orders = tables["zy_yzzx"]["yzid"].to_pylist()
    rows = np.array([row for row, order in enumerate(orders) if order in stopped][:2], dtype=np.int64)
    moments: list[datetime] = [stopped[orders[row]] for row in rows]
    shift(tables, "zy_yzzx", rows, "zxsj", moments, timedelta(hours=2))
    shift(tables, "zy_yzzx", rows, "jssj", moments, timedelta(hours=3))
    return broken(tables, "zy_yzzx", rows, "EV08")


@fault("住院收费次数多于医嘱执行次数", "EV09")
def billed_more_than_executed(tables: Tables) -> Broken:
    bills = set(values(tables, "zy_jsb", "jsid", settled(tables["zy_jsb"])))
    lines = find(tables["zy_fymx"], jszt="1")
    order = next(
        order
        for order, bill in zip(
            values(tables, "zy_fymx", "yzid", lines), values(tables, "zy_fymx", "jsid", lines), strict=True
        )
        if bill in bills
    )
    drop(tables, "zy_yzzx", find(tables["zy_yzzx"], yzid=order)[:1])
    standing = [
        row for row in find(tables["zy_fymx"], yzid=order) if tables["zy_fymx"]["jsid"][int(row)].as_py() in bills
    ]
    return broken(tables, "zy_fymx", np.array(standing), "EV09")


@fault("医嘱执行记录找不到医嘱", "EV09", "EV10")
def execution_without_order(tables: Tables) -> Broken:
    rows = find(tables["zy_yzzx"], zxid=values(tables, "zy_yzzx", "zxid", np.array([0]))[0])
    give(tables, "zy_yzzx", rows, yzid=99_999_999)
    return broken(tables, "zy_yzzx", rows, "EV10")


@fault("检验结果找不到申请单", "EV11")
def lab_result_without_request(tables: Tables) -> Broken:
    rows = np.arange(1)
    give(tables, "lis_jg", rows, sqdh=NOWHERE)
    return broken(tables, "lis_jg", rows, "EV11")


@fault("检查报告找不到申请单", "EV02", "EV12")
def exam_report_without_request(tables: Tables) -> Broken:
    rows = np.arange(1)
    give(tables, "pacs_bg", rows, sqdh=NOWHERE)
    return broken(tables, "pacs_bg", rows, "EV12")


@fault("组套价格多一元", "EV13")
def bundle_price(tables: Tables) -> Broken:
    rows = find(tables["sf_tcb"], tcdm="T02")
    plus(tables, "sf_tcb", rows, Decimal("1.00"), "tcjg")
    return broken(tables, "sf_tcb", rows, "EV13")


@fault("收费多于处方", "EV14")
def billed_more_than_prescribed(tables: Tables) -> Broken:
    rows = _prescribed(tables)
    plus(tables, "mz_cfmx", rows, Decimal("-1"), "sl")
    keys = set(zip(values(tables, "mz_cfmx", "cfid", rows), values(tables, "mz_cfmx", "xmdm", rows), strict=True))
    lines = [
        place
        for place, key in enumerate(
            zip(tables["mz_fymx"]["cfid"].to_pylist(), tables["mz_fymx"]["xmdm"].to_pylist(), strict=True)
        )
        if key in keys
    ]
    return broken(tables, "mz_fymx", np.array(lines), "EV14")


def _prescribed(tables: Tables) -> np.ndarray:
    """Two prescription lines whose settlement stands and was never anything else."""
    bills = set(values(tables, "mz_jsb", "jsid", settled(tables["mz_jsb"])))
    once: dict[int, set[int]] = {}
    for sheet, bill in zip(tables["mz_fymx"]["cfid"].to_pylist(), tables["mz_fymx"]["jsid"].to_pylist(), strict=True):
        once.setdefault(sheet, set()).add(bill)
    sheets = tables["mz_cfmx"]["cfid"].to_pylist()
    return np.array([row for row, sheet in enumerate(sheets) if len(once[sheet]) == 1 and once[sheet] <= bills][:2])


SEEN_BY_REGISTRATION = (
    *(f"SETTLE_MZ.{name}.required" for name in ("ADMISSION_DATE", "ADMISSION_DEPT_ID", "ADMISSION_DEPT_NAME")),
    *(f"SETTLE_MZ.{name}.required" for name in ("DOCTOR_NAME", "MZH", "PATIENT_AGE")),
    *(f"X_FEE_DETAIL.{name}.required" for name in ("ADMISSION_DEPT_NAME", "PATIENT_AGE", "VISIT_NO")),
    "X_DIAG.VISIT_NO.required",
    "X_OTP_RX.MZH.required",
)


@fault("门诊结算没有挂号记录", "EV15", *SEEN_BY_REGISTRATION)
def settlement_without_registration(tables: Tables) -> Broken:
    bills = settled(tables["mz_jsb"])[:1]
    [visit] = values(tables, "mz_jsb", "ghxh", bills)
    drop(tables, "mz_ghb", find(tables["mz_ghb"], ghxh=visit))
    return broken(tables, "mz_jsb", find(tables["mz_jsb"], ghxh=visit), "EV15")


@fault("没有处方权的医师开了药", "EV16")
def prescriber_without_right(tables: Tables) -> Broken:
    sheets = set(tables["mz_cfmx"]["cfid"].to_pylist())
    [doctor] = values(
        tables, "mz_cfb", "ysdm", np.flatnonzero([one in sheets for one in tables["mz_cfb"]["cfid"].to_pylist()])[:1]
    )
    give(tables, "ry_xx", find(tables["ry_xx"], rydm=doctor), cfq="否")
    own = find(tables["mz_cfb"], ysdm=doctor, cfzt="1")
    rows = [row for row, sheet in zip(own, values(tables, "mz_cfb", "cfid", own), strict=True) if sheet in sheets]
    return broken(tables, "mz_cfb", np.array(rows), "EV16")


@fault("盘点单的盈亏与账面、实盘对不上", "EV17", "EV18")
def stocktake_sum(tables: Tables) -> Broken:
    rows = np.flatnonzero([not value for value in tables["yk_pd"]["yksl"].to_pylist()])[:1]
    plus(tables, "yk_pd", rows, Decimal("1"), "yksl")
    return broken(tables, "yk_pd", rows, "EV17", "EV18")


@fault("盘点有盈亏而没有记盘盈盘亏", "EV18")
def stocktake_not_booked(tables: Tables) -> Broken:
    rows = np.flatnonzero([not value for value in tables["yk_pd"]["yksl"].to_pylist()])[:1]
    plus(tables, "yk_pd", rows, Decimal("1"), "yksl", "spsl")
    return broken(tables, "yk_pd", rows, "EV18")
