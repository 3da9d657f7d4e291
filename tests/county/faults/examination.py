"""What goes wrong in the free examination of all residents (commission.md 3.4, 5.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.county.county import County
from tests.county.faults.chronic import kept, people
from tests.county.faults.registry import fault


@fault("同一年体检两次", shown_by="exam_twice")
def examined_twice(county: County) -> None:
    """A finished examination was entered again a day later; the person is examined once all the same."""
    row = next(row for row in kept(county, "tj_dj") if row["zjrq"] and not row["zfbz"])
    county.rows["tj_dj"].append({**row, "tjbm": f"{row['tjbm']}b"})


@fault("作废的体检计入完成", shown_by="TJ01")
def voided_examination(county: County) -> None:
    """Every fifth person has a void examination of the year besides."""
    county.rows["tj_dj"] += [{**row, "tjbm": f"{row['tjbm']}v", "zfbz": 1} for row in kept(county, "tj_dj")[::5]]


@fault("总检早于体检", shown_by="final_before_exam")
def final_before_exam(county: County) -> None:
    """The final judgement is dated the week before."""
    row = [row for row in kept(county, "tj_dj") if row["zjrq"] and not row["zfbz"]][20]
    row["zjrq"] = row["tjrq"] - timedelta(days=7)


@fault("血糖 520：少了小数点", shown_by="exam_item_impossible")
def sugar_without_point(county: County) -> None:
    """5.2 without its point, twice over."""
    next(row for row in kept(county, "tj_fx") if row["xmbm"] == "02" and row["jg"]).update(jg="520", jgz=Decimal(520))


@fault("体检血压 1260/78", shown_by="exam_item_impossible")
def item_pressure_impossible(county: County) -> None:
    """A nought too many."""
    next(row for row in kept(county, "tj_fx") if row["xmbm"] == "01" and row["jg"])["jg"] = "1260/78"


@fault("未检的项目记为正常", shown_by="item_normal_without_value")
def undone_as_normal(county: County) -> None:
    """What was not examined became normal when the form was closed."""
    next(row for row in kept(county, "tj_fx") if row["pd"] == "W" and not row["jjbz"])["pd"] = "Z"


@fault("死亡人员参加体检", shown_by="service_after_death")
def dead_examined(county: County) -> None:
    """Somebody else was examined under the name of a dead person."""
    person = next(p for p in county.residents if p.death and p.death < date(2024, 11, 1))
    day = (person.death or date.max) + timedelta(days=20)
    values = {"tjbm": "tmdead1", "grid": person.empi, "nd": day.year, "tc": "A", "djrq": day, "tjrq": day}
    org = county.inst(person.homes[0][1])
    county.add("tj_dj", org, datetime.combine(day, datetime.min.time()), **values, ycbz=0, tbbz=0, fcbz=0, zfbz=0)


@fault("应检名单重复", shown_by="roster_twice")
def listed_twice(county: County) -> None:
    """A person is on the lists of two centres."""
    row = next(row for row in kept(county, "tj_md") if row["nd"] == 2024)
    other = next(org.code for org in county.places.centres if org.code != row["jgdm"])
    county.rows["tj_md"].append({**row, "jgdm": other, "sbjg": other})


@fault("总检建议里写了手机号", shown_by="text_tells_person")
def phone_in_advice(county: County) -> None:
    """The doctor noted whom to call."""
    known = people(county)
    row = next(row for row in kept(county, "tj_dj") if row["zjjy"] and not known[row["grid"]].death)
    row["zjjy"] = "血压偏高，请家属（13900000000）陪同复查"
