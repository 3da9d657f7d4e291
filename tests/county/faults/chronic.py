"""What goes wrong with patients of chronic diseases and their follow-ups (commission.md 5.3)."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.county.county import County
from tests.county.faults.registry import fault
from tests.county.residents import Resident

Row = dict[str, Any]
VISITS = ("gxy_sf", "tnb_sf", "mzf_sf", "jsb_sf")


def kept(county: County, table: str) -> list[Row]:
    """The rows that nobody deleted."""
    return [row for row in county.rows[table] if row["scbz"] == 0]


def people(county: County) -> dict[str, Resident]:
    """Residents by any of their entries in the index."""
    return {empi: person for person in county.residents for empi in person.empis}


@fault("收缩压 1200：多敲了一个零", shown_by="bp_impossible")
def pressure_impossible(county: County) -> None:
    """One visit says 1200/80."""
    next(row for row in kept(county, "gxy_sf") if row["ssy"]).update(ssy=1200, szy=80)


@fault("血糖按 mg/dl 录入而没有单位", shown_by="glucose_impossible")
def glucose_without_unit(county: County) -> None:
    """The device's number was copied without its unit."""
    next(row for row in kept(county, "tnb_sf") if row["xtdw"] == "mg/dl")["xtdw"] = None


@fault("mg/dl 的血糖写成 mmol/L", shown_by="glucose_impossible")
def glucose_in_wrong_unit(county: County) -> None:
    """The form's default unit was left standing."""
    [row for row in kept(county, "tnb_sf") if row["xtdw"] == "mg/dl"][-1]["xtdw"] = "mmol/L"


@fault("随访记录送来两次", shown_by="GW08")
def visits_sent_twice(county: County) -> None:
    """Every fifth follow-up stands twice, key and all; nothing may change."""
    for table in VISITS:
        county.rows[table] += [dict(row) for row in county.rows[table][::5]]


@fault("死亡以后仍有慢病随访", shown_by="service_after_death")
def visited_after_death(county: County) -> None:
    """The last visit of a patient who died was copied forward to the month after."""
    known = people(county)
    table, row = next((t, row) for t in VISITS for row in reversed(kept(county, t)) if known[row["grid"]].death)
    day = (known[row["grid"]].death or date.max) + timedelta(days=30)
    at = datetime.combine(day, row["lrsj"].time())
    county.rows[table].append({**row, "sfbh": f"{row['sfbh']}d", "sfrq": day, "lrsj": at, "xgsj": at})


@fault("电话随访录成面对面", shown_by="GW08")
def telephone_as_face(county: County) -> None:
    """No row shows it: the rate by face-to-face visits rises, the one by any visits stays."""
    for row in kept(county, "gxy_sf"):
        if row["sfrq"].year == 2024 and row["sffs"] in ("5", "7"):
            row["sffs"] = "1"


@fault("失访的患者计为已管理", shown_by="GW07")
def only_lost_visit(county: County) -> None:
    """A patient whom nobody saw in 2024 has one visit of that year, at which he was not met."""
    known = people(county)
    seen = {known[row["grid"]].pid for row in kept(county, "gxy_sf") if row["sfrq"].year == 2024}
    person = next(
        p
        for p in (known[row["grid"]] for row in kept(county, "gxy_da") if row["jdrq"].year < 2024)
        if p.pid not in seen and not p.death and not p.cancelled
    )
    day = date(2024, 5, 6)
    visit = {"sfbh": f"hvlost{person.pid}", "grid": person.empi, "sfrq": day, "sffs": "1", "zg": "2"}
    county.add("gxy_sf", person.home(day), day, **visit, blbz=0, wzbz=1)


@fault("随访没有转归", shown_by="visit_without_effect")
def effect_left_empty(county: County) -> None:
    """Whether the patient was met was not entered."""
    next(row for row in kept(county, "gxy_sf")[20:] if row["zg"] == "1")["zg"] = None


@fault("失访却有血压", shown_by="lost_with_result")
def lost_as_seen(county: County) -> None:
    """A patient who was not met has a blood pressure."""
    next(row for row in kept(county, "gxy_sf") if row["zg"] == "2").update(ssy=126, szy=78)


@fault("患者迁走而专档未随迁", shown_by="ZD01")
def file_left_behind(county: County) -> None:
    """Files of all who moved lie with an institution that never saw them; they count where the archive is."""
    known, away = people(county), county.places.clinics[-1].code
    for row in [r for t in ("gxy_da", "tnb_da") for r in kept(county, t) if len(known[r["grid"]].homes) > 1]:
        row["jgdm"] = away


@fault("有随访而没有专档", shown_by="visit_without_file")
def visits_without_file(county: County) -> None:
    """The file of a patient was deleted, his visits were not."""
    visited = kept(county, "gxy_sf")[50]["grid"]
    next(row for row in kept(county, "gxy_da") if row["grid"] == visited)["scbz"] = 1


@fault("专档已结案而没有日期", shown_by="file_end_contradicts")
def file_end_undated(county: County) -> None:
    """Closed, nobody says when: it goes on counting."""
    kept(county, "tnb_da")[0]["zt"] = 1


@fault("已结案的患者留在分子：率超过 100%", shown_by="GW31")
def closed_in_the_year(county: County) -> None:
    """All files of COPD but one are closed in December 2024, after the visits of the year."""
    for row in kept(county, "mzf_da")[1:]:
        row.update(zt=1, jarq=max(row["jdrq"], date(2024, 12, 20)), jayy="9")


@fault("补录改变已报出的月份", shown_by="visit_entered_late")
def entered_after_close(county: County) -> None:
    """A visit of March was entered in July."""
    row = next(row for row in kept(county, "gxy_sf") if (row["sfrq"].year, row["sfrq"].month) == (2024, 3))
    late = datetime(2024, 7, 10, 9)
    county.rows["gxy_sf"].append({**row, "sfbh": f"{row['sfbh']}l", "lrsj": late, "xgsj": late, "blbz": 1})


@fault("随访日期在将来", shown_by="service_ahead_of_entry")
def visit_in_future(county: County) -> None:
    """The year was entered wrongly: 2099."""
    known = people(county)
    row = next(row for row in kept(county, "tnb_sf")[10:] if not known[row["grid"]].death)
    row["sfrq"] = row["sfrq"].replace(year=2099, day=1)
