"""What goes wrong in registers of persons and archives (commission.md 5.3)."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.county.county import County
from tests.county.faults.registry import fault
from tests.county.residents import Resident, identity_number

Row = dict[str, Any]
CARRIED = ("jgdm", "sbjg", "lrsj", "xgsj", "scbz")


@fault("重复建档：换了机构又建一份，身份证号相同", shown_by="DA06")
def registered_again(county: County) -> None:
    """The same number under a new entry at another clinic."""
    _again(county, plain(county, 0), 1)


@fault("重复建档：身份证号录错一位", shown_by="DA06")
def registered_with_typo(county: County) -> None:
    """The number of the new entry fails its check character; name, birth, sex and mobile are the same."""
    person = plain(county, 1)
    _again(county, person, 2, sfzh=_mistyped(person.id_no))


@fault("重复建档：一份用 15 位旧证号", shown_by="DA06")
def registered_with_15_digits(county: County) -> None:
    """The number as it stood on cards before 1999."""
    person = next(p for p in _plain(county)[20:] if p.birth.year < 2000)
    _again(county, person, 3, sfzh=person.id_no[:6] + person.id_no[8:17], sjh=None)


@fault("重复建档：姓名间隔点写法不同且无证件", shown_by="DA06")
def registered_under_other_dots(county: County) -> None:
    """U+30FB for U+00B7, a blank within, and no number."""
    person = next(p for p in _plain(county)[30:] if "·" in p.name and _entry(county, p)["sjh"])
    _again(county, person, 4, sfzh=None, xm=person.name.replace("·", " ・ "))


@fault("身份证号校验码错", shown_by="id_invalid")
def id_mistyped(county: County) -> None:
    """One digit was entered wrongly."""
    entry = _entry(county, plain(county, 2))
    entry["sfzh"] = _mistyped(entry["sfzh"])


@fault("出生日期与身份证号不符", shown_by="id_birth_differs")
def id_of_another_birth(county: County) -> None:
    """The birth in the index is a day later than the number's."""
    entry = _entry(county, plain(county, 3))
    entry["csrq"] += timedelta(days=1)


@fault("性别与身份证号不符", shown_by="id_sex_differs")
def id_of_another_sex(county: County) -> None:
    """The sex in the index is the other one."""
    entry = _entry(county, plain(county, 4))
    entry["xb"] = {"N": "V", "V": "N"}[entry["xb"]]


@fault("身份证号以 9999 之类编造", shown_by="id_fake")
def id_made_up(county: County) -> None:
    """Sequence 999, with the check character that belongs to it."""
    person = plain(county, 5)
    _entry(county, person)["sfzh"] = identity_number(person.id_no[:6], person.birth, 999)


@fault("儿童借用父母的身份证号", shown_by="id_shared")
def id_of_a_parent(county: County) -> None:
    """A child stands under the number of an adult of its village."""
    child = next(p for p in reversed(_plain(county)) if p.age(date(2024, 1, 1)) < 6)
    parent = next(p for p in _plain(county) if p.age(date(2024, 1, 1)) > 24 and p.archive_org == child.archive_org)
    _entry(county, child)["sfzh"] = parent.id_no


@fault("已死亡而档案未注销", shown_by="dead_not_cancelled")
def dead_not_cancelled(county: County) -> None:
    """The list of the dead names him, the archive does not."""
    person = next(p for p in county.residents if p.death)
    _archive(county, person).update(dazt="Z", zxyy=None, zxrq=None)


@fault("已迁出而未注销：只填了原因和日期", shown_by="cancel_contradicts")
def left_not_cancelled(county: County) -> None:
    """Reason and date of leaving are there, the status still says that he is managed."""
    person = next(p for p in county.residents if p.cancelled and p.cancelled[1] in ("2", "3", "4"))
    _archive(county, person)["dazt"] = "Z"


@fault("迁移已确认而管辖机构未改", shown_by="move_not_followed")
def moved_not_followed(county: County) -> None:
    """The archive still lies with the institution that he left."""
    person = next(p for p in county.residents if len(p.homes) > 1)
    row = _archive(county, person)
    row.update(gxjg=person.homes[0][1], jgdm=person.homes[0][1])


@fault("死亡以后仍有随访体检记录", shown_by="service_after_death")
def served_after_death(county: County) -> None:
    """An examination dated a month after the death."""
    person = next(p for p in county.residents if p.death and p.death < date(2024, 11, 1))
    assert person.death is not None
    day = person.death + timedelta(days=30)
    county.add("jk_tj", person.homes[0][1], day, tjbh="tjdead1", grid=person.empi, tjrq=day, tjlb="1", wzbz=0, ycbz=0)


@fault("建档后逾期录入", shown_by="archive_entered_late")
def entered_late(county: County) -> None:
    """Archives of one clinic were entered half a year after they were made."""
    clinic = county.places.clinics[1].code
    for row in county.rows["jk_da"]:
        if row["jdjg"] == clinic:
            row["lrsj"] = datetime.combine(row["jdrq"] + timedelta(days=180), row["lrsj"].time())


@fault("建档日期在录入之后", shown_by="archive_entered_ahead")
def archived_in_future(county: County) -> None:
    """The year was entered wrongly: an archive of 2099."""
    row = dict(_archive(county, plain(county, 6)))
    row.update(dabh="65040210020099999", jdrq=date(2099, 1, 1))
    county.rows["jk_da"].append(row)


@fault("出生晚于建档", shown_by="birth_impossible")
def born_after_archive(county: County) -> None:
    """The birth was entered as the day of the form."""
    _entry(county, plain(county, 7))["csrq"] = date(2024, 11, 30)


@fault("同一行送来两次", shown_by="DA02")
def sent_twice(county: County) -> None:
    """Every tenth archive and every tenth entry of the index stand twice; nothing may change."""
    for table in ("jk_da", "jm_zsy", "da_qy", "sw_md"):
        county.rows[table] += [dict(row) for row in county.rows[table][::10]]


@fault("没有录入常住人口", shown_by="population_missing")
def population_missing(county: County) -> None:
    """A clinic never entered its residents: its rate has no denominator."""
    clinic = county.places.clinics[0].code
    rows = county.rows["rk_js"]
    county.rows["rk_js"] = [row for row in rows if (row["tbjg"], row["jsxm"]) != (clinic, "permanent")]


@fault("人口基数两个版本矛盾", shown_by="population_clash")
def population_clash(county: County) -> None:
    """A second version is half of the first, as of an earlier day."""
    first = next(row for row in county.rows["rk_js"] if row["jsxm"] == "permanent" and row["nd"] == 2024)
    county.rows["rk_js"].append({**first, "bb": 5, "sz": first["sz"] // 2, "jzrq": date(2023, 6, 1)})


@fault("整年未上报", shown_by="not_handed_in")
def not_handed_in(county: County) -> None:
    """A clinic has handed in nothing in 2024."""
    clinic, year = county.places.clinics[1].code, 2024
    county.rows["sb_qk"] = [r for r in county.rows["sb_qk"] if (r["jgdm"], r["ssny"].year) != (clinic, year)]


def plain(county: County, number: int) -> Resident:
    """One to whom nothing happens: neither moved nor merged, cancelled nor dead."""
    return _plain(county)[number]


def _plain(county: County) -> list[Resident]:
    return [p for p in county.residents if len(p.homes) == len(p.empis) == 1 and not p.cancelled and not p.death]


def _entry(county: County, person: Resident) -> Row:
    return next(row for row in county.rows["jm_zsy"] if row["grid"] == person.empi)


def _archive(county: County, person: Resident) -> Row:
    return next(row for row in county.rows["jk_da"] if row["dabh"] == person.extra["archive_no"])


def _again(county: County, person: Resident, number: int, **changed: object) -> None:
    """A second entry of the index and a second archive at another clinic, which nobody has merged."""
    clinic = next(org.code for org in reversed(county.places.clinics) if org.code != person.archive_org)
    entry = {key: value for key, value in _entry(county, person).items() if key not in CARRIED}
    archive = {key: value for key, value in _archive(county, person).items() if key not in CARRIED}
    made = date(2022, 5, 5 + number)
    county.add("jm_zsy", clinic, made, **{**entry, "grid": f"E7{number:06d}", **changed})
    archive.update(dabh=f"650402100299{77_000 + number:05d}", grid=f"E7{number:06d}", gxjg=clinic, jdjg=clinic)
    county.add("jk_da", clinic, made, **{**archive, "jdrq": made})


def _mistyped(number: str) -> str:
    return number[:12] + str((int(number[12]) + 1) % 10) + number[13:]
