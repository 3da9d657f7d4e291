"""What goes wrong in two-card service and its points (commission.md 3.5, 5.3)."""

from datetime import timedelta

from tests.county.county import County
from tests.county.faults.chronic import kept, people
from tests.county.faults.registry import fault


@fault("离线服务上传两次", shown_by="event_twice")
def uploaded_twice(county: County) -> None:
    """The tablet sent an event again under a new number, and it was accepted again."""
    row = next(row for row in kept(county, "lk_fw") if row["sczt"] == "CG" and row["lxbz"])
    county.rows["lk_fw"].append({**row, "fwbh": f"{row['fwbh']}b"})


@fault("同一人员一分钟内在两地服务", shown_by="worker_two_places")
def worker_at_two_places(county: County) -> None:
    """His card was used in another village fifty seconds later."""
    known = people(county)
    alive = [row for row in kept(county, "lk_fw") if row["sczt"] == "CG" and not known[row["grid"]].death]
    row = alive[30]
    other = next(one for one in alive if one["jgdm"] != row["jgdm"])
    at = row["kssj"] + timedelta(seconds=50)
    moved = {"jgdm": other["jgdm"], "sbjg": other["sbjg"], "kssj": at, "jssj": at + timedelta(minutes=20)}
    county.rows["lk_fw"].append({**row, **moved, "fwbh": f"{row['fwbh']}z"})


@fault("服务结束早于开始", shown_by="event_times_odd")
def ended_before_begun(county: County) -> None:
    """The tablet's clock was set back."""
    row = next(row for row in kept(county, "lk_fw")[10:] if row["sczt"] == "CG")
    row["jssj"] = row["kssj"] - timedelta(hours=3)


@fault("工分重复结算", shown_by="points_settled_twice")
def settled_twice(county: County) -> None:
    """A worker's month was settled again under a new number."""
    row = kept(county, "lk_js")[0]
    county.rows["lk_js"].append({**row, "jsbh": f"{row['jsbh']}b"})


@fault("校正后工分不等于校正前乘系数", shown_by="points_do_not_multiply")
def points_by_hand(county: County) -> None:
    """Somebody gave himself the raw points."""
    row = next(row for row in kept(county, "lk_js") if row["zlxs"] < 1)
    row["jzhgf"] = row["jzqgf"]
