"""The institutions, their departments and their staff."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tests.centre.catalogue import facts
from tests.centre.ddl import tables
from tests.centre.frame import DAY, Ints, constant, dates, numbered, times, whole, words
from tests.centre.people import person_names
from tests.centre.settings import CentreSettings

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
DIVISION = "650402"
POSTS = ("doctors", "nurses", "pharmacists", "technicians", "cashiers")
POST_NAMES = ("医师", "护士", "药师", "技师", "收费员")
POST_PREFIXES = ("D", "N", "HY", None, None)
GRADES = (("一级甲等", "1", 30), ("一级乙等", "1", 24), ("一级", "1", 20), ("未定级", "0", 15))


def credit_code(first17: str) -> str:
    """A unified social credit code from its first 17 characters (GB 32100 check character)."""
    total = sum(CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, CREDIT_WEIGHTS, strict=True))
    return first17 + CREDIT_ALPHABET[(31 - total % 31) % 31]


def org_code(org: int) -> str:
    """The national institution code of the org-th institution, counted from 0."""
    return f"H{DIVISION}{90001 + org:05d}"


@dataclass(frozen=True)
class House:
    """The layout that all institutions share: departments, and posts as positions in the staff list."""

    codes: list[str]
    names: list[str]
    kinds: list[str]
    kind_codes: list[str]
    beds: int
    first_doctor: Ints
    doctors: Ints
    post: Ints
    department: Ints

    @property
    def staff(self) -> int:
        """How many people work in one institution."""
        return len(self.post)

    def position(self, name: str) -> int:
        """The position of a department by name."""
        return self.names.index(name)


def house() -> House:
    """Read the layout from `facts/departments.csv`; two cashiers belong to the first department."""
    rows = facts("departments")
    post: list[int] = []
    department: list[int] = []
    first: list[int] = []
    for index, row in enumerate(rows):
        first.append(len(post))
        for kind, name in enumerate(POSTS):
            count = int(row.get(name, 2 if index == 0 else 0))
            post += [kind] * count
            department += [index] * count
    return House(
        codes=[row["code"] for row in rows],
        names=[row["name"] for row in rows],
        kinds=[row["kind"] for row in rows],
        kind_codes=[row["kind_code"] for row in rows],
        beds=20,
        first_doctor=np.array(first, dtype=np.int64),
        doctors=np.array([int(row["doctors"]) for row in rows], dtype=np.int64),
        post=np.array(post, dtype=np.int64),
        department=np.array(department, dtype=np.int64),
    )


def staff_codes(layout: House) -> list[str]:
    """The HIS codes of the staff of one institution, in the order of the layout."""
    return [f"{1001 + index}" for index in range(layout.staff)]


def org_codes(settings: CentreSettings) -> list[str]:
    """The codes of all institutions."""
    return [org_code(org) for org in range(settings.orgs)]


def org_table(settings: CentreSettings) -> pa.Table:
    """jg_xx."""
    rows = []
    for org in range(settings.orgs):
        grade, level, beds = GRADES[org % len(GRADES)]
        rows.append(
            {
                "jgdm": org_code(org),
                "jgmc": "高昌区示例镇卫生院" if org == 0 else f"高昌区示例{org + 1}号乡镇卫生院",
                "tyshxydm": credit_code(f"12{DIVISION}MB{9900001 + org:07d}"),
                "xzqh": DIVISION,
                "yydj": grade,
                "jsdj": level,
                "hdcws": beds,
                "yqmc": None,
                "ddksrq": np.datetime64("2017-01-01").item(),
                "ddjsrq": None,
                "dz": f"新疆吐鲁番市高昌区示例镇示例路{org + 1}号",
                "dh": f"0995-000{org:04d}",
                "jgxz": "公立",
                "jglx": "乡镇卫生院",
                "sjjgdm": None,
                "fybz": "否",
                "cwsbz": "否",
                "xtbb": "示例基层医疗卫生机构管理信息系统 3.0",
                "sjkbb": "示例数据库 8.0",
            }
        )
    return pa.Table.from_pylist(rows, schema=tables()["jg_xx"].arrow)


def department_table(settings: CentreSettings) -> pa.Table:
    """ks_xx."""
    layout, orgs = house(), org_codes(settings)
    org = np.repeat(np.arange(len(orgs)), len(layout.codes))
    row = np.tile(np.arange(len(layout.codes)), len(orgs))
    since = np.full(len(row), np.datetime64("2017-01-01", "s").astype(np.int64), dtype=np.int64)
    columns = {
        "jgdm": words(orgs, org),
        "ksdm": words(layout.codes, row),
        "ksmc": words(layout.names, row),
        "kbdm": words(layout.kind_codes, row),
        "qysj": times(since),
        "tysj": times(since, np.ones(len(row), dtype=np.bool_)),
        "fwfw": words([f"{name}常见病、多发病诊疗" for name in layout.names], row),
        "clrq": dates(since // DAY),
        "pzcw": whole(np.where(np.array(layout.kinds)[row] == "ward", 5, 0)),
        "ybcw": whole(np.where(np.array(layout.kinds)[row] == "ward", 5, 0)),
    }
    return pa.table(columns, schema=tables()["ks_xx"].arrow)


def staff_table(settings: CentreSettings) -> pa.Table:
    """ry_xx: names are drawn, national codes count up inside the division."""
    layout, orgs = house(), org_codes(settings)
    size = len(orgs) * layout.staff
    org, row = np.divmod(np.arange(size), layout.staff)
    draw = settings.draw("staff")
    national = [
        f"{prefix}{DIVISION}{number:06d}" if (prefix := POST_PREFIXES[post]) else None
        for number, post in zip(range(1, size + 1), layout.post[row].tolist(), strict=True)
    ]
    since = draw.between(settings.first_day - 4000, settings.first_day - 200, size)
    columns = {
        "jgdm": words(orgs, org),
        "rydm": words(staff_codes(layout), row),
        "ryxm": person_names(draw, draw.between(0, 1, size) + 1, draw.pick((30, 60, 10), size)),
        "gjbm": pa.array(national, pa.string()),
        "gw": words(POST_NAMES, layout.post[row]),
        "ksdm": words(layout.codes, layout.department[row]),
        "qyrq": dates(since),
        "tyrq": dates(since, np.ones(size, dtype=np.bool_)),
        "sjhm": constant(None, size),
    } | _licences(layout.post[row], np.arange(size))
    return pa.table({name: columns[name] for name in columns}, schema=tables()["ry_xx"].arrow)


def warehouse_table(settings: CentreSettings) -> pa.Table:
    """yk_kf: a main store and a pharmacy."""
    orgs = org_codes(settings)
    org, kind = np.divmod(np.arange(2 * len(orgs)), 2)
    columns = {
        "jgdm": words(orgs, org),
        "kfdm": words(("YK01", "YF01"), kind),
        "kfmc": words(("药库", "药房"), kind),
        "kfjb": words(("1", "2"), kind),
    }
    return pa.table(columns, schema=tables()["yk_kf"].arrow)


def doctors_of(layout: House, department: Ints, draw: Ints) -> Ints:
    """A doctor (position in the staff list) of each department, chosen by a drawn number."""
    return layout.first_doctor[department] + draw % layout.doctors[department]


def _licences(post: Ints, number: Ints) -> dict[str, pa.Array]:
    """What each post is licensed for; cashiers for nothing."""
    licensed = np.where(post == POSTS.index("cashiers"), -1, post)
    doctor = post == POSTS.index("doctors")
    null = pa.scalar(None, pa.string())
    certified = pa.array(licensed >= 0)
    return {
        "zyzs": pa.compute.if_else(certified, numbered("1106504{:08d}", number + 1), null),
        "zgzs": pa.compute.if_else(certified, numbered("2006651{:08d}", number + 1), null),
        "zylb": words(("临床", "护理", "药学", "医技"), licensed),
        "zyfw": words(("全科医学专业", "护理", "药剂", "医学检验、影像"), licensed),
        "zc": words(("主治医师", "护师", "药师", "技师"), licensed),
        "zgzt": constant("在岗", len(post)),
        "cfq": words(("否", "是"), doctor.astype(np.int64)),
        "mjcfq": words(("否", "是"), (doctor & (number % 3 == 0)).astype(np.int64)),
        "kjyw": words(("非限制级",), np.where(doctor, 0, -1)),
    }
