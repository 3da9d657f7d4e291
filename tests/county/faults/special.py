"""What goes wrong with severe mental disorder and tuberculosis (commission.md 5.1, 5.3)."""

from datetime import timedelta

from tests.county.county import County
from tests.county.faults.chronic import kept
from tests.county.faults.registry import fault


@fault("精神障碍患者确诊日期为空", shown_by="GW19")
def confirm_date_empty(county: County) -> None:
    """All days of confirmation but one were never entered: by dates the rate passes 100 %, by the register not."""
    dated = [row for row in kept(county, "jsb_da") if row["qzrq"]]
    for row in dated[1:]:
        row["qzrq"] = None


@fault("失访的精神障碍患者评为稳定", shown_by="lost_with_result")
def lost_but_stable(county: County) -> None:
    """Nobody was met, and yet the patient is stable."""
    next(row for row in kept(county, "jsb_sf") if row["sffl"] == "3")["zg"] = "2"


@fault("实服药次数多于应服", shown_by="tb_doses_impossible")
def more_doses_than_due(county: County) -> None:
    """Ten times as many doses as were due."""
    row = next(row for row in kept(county, "fjh_bl") if row["sfy"])
    row["sfy"] = row["yfy"] * 10


@fault("首次入户早于通知管理", shown_by="tb_home_before_notice")
def home_before_notice(county: County) -> None:
    """The first visit was dated before the hospital handed the patient over."""
    row = next(row for row in kept(county, "fjh_bl") if row["scrh"])
    row["scrh"] = row["tzrq"] - timedelta(days=30)
