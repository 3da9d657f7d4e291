"""The patients: made-up persons whose numbers are valid in form and belong to nobody.

Sequence numbers of the identity numbers start at 900, which registries kept for centenarians: a
reader sees at once that they are synthetic.
"""

from functools import cache

import numpy as np
import pyarrow as pa

from tests.centre.catalogue import facts
from tests.centre.ddl import tables
from tests.centre.draw import Draw
from tests.centre.frame import Frame, Ints, constant, dates, numbered, times, words
from tests.centre.settings import CentreSettings

AGE_BANDS = ((0, 1), (1, 6), (7, 17), (18, 34), (35, 49), (50, 64), (65, 79), (80, 92))
AGE_WEIGHTS = (25, 90, 100, 170, 190, 220, 160, 45)
RENAMED = np.datetime64("2015-03-16", "D").astype(np.int64)
OLD_DIVISIONS = ("652101", "652122", "652123", "622301", "411328")
NEW_DIVISIONS = ("650402", "650421", "650422", "622301", "411328")
DIVISION_WEIGHTS = (84, 8, 5, 2, 1)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
SELF_PAY, RESIDENT, EMPLOYEE = 0, 1, 2
CLASSES = ("学生儿童", "一般居民", "老年居民", "在职职工", "退休职工", "在职公务员")
SEXES = ("", "男", "女")
PEOPLES = ("汉族", "维吾尔族", "哈萨克族")
HOME_DIVISIONS = ("650402", "650102", "652301", "622300", "411300", "510700")
HOME_WEIGHTS = (970, 8, 6, 6, 6, 4)


def identity_numbers(divisions: Ints, births: Ints, sexes: Ints) -> pa.Array:
    """Identity numbers with valid check characters, different for different persons.

    Args:
        divisions: six-digit division codes as numbers.
        births: days since 1970-01-01.
        sexes: 1 male, 2 female.
    """
    days = births.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    monthdays = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    birthday = years * 10_000 + months * 100 + monthdays
    group = (divisions * 100_000_000 + birthday) * 4 + sexes
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    rank = np.empty_like(group)
    rank[order] = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    sequence = (900 + 2 * rank + sexes % 2) % 1000
    number = (divisions * 100_000_000 + birthday) * 1000 + sequence
    digits = number[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64) % 10
    check = ID_CHECK[digits @ np.array(ID_WEIGHTS, dtype=np.int64) % 11]
    letters = np.hstack([(digits + ord("0")).astype(np.uint8), check[:, None]])
    return pa.array(np.ascontiguousarray(letters).view("S18").ravel()).cast(pa.string())


@cache
def _name_parts() -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for row in facts("names"):
        parts.setdefault(row["part"], []).append(row["text"])
    return parts


def person_names(draw: Draw, sexes: Ints, peoples: Ints) -> pa.Array:
    """Names by people (0 Han, 1 Uyghur, 2 Kazakh) and sex; Uyghur and Kazakh names are given·father's."""
    parts, size = _name_parts(), len(sexes)
    first, second = draw.between(0, 10_000, size).tolist(), draw.between(0, 10_000, size).tolist()
    names = []
    for people, sex, one, two in zip(peoples.tolist(), sexes.tolist(), first, second, strict=True):
        if people == 0:
            names.append(_one(parts["han_surname"], one) + _one(parts["han_given"], two))
            continue
        group = "uyghur" if people == 1 else "kazakh"
        given = _one(parts[f"{group}_{'male' if sex == 1 else 'female'}"], one)
        names.append(f"{given}·{_one(parts[f'{group}_male'], two)}")
    return pa.array(names, pa.string())


def _one(texts: list[str], number: int) -> str:
    return texts[number % len(texts)]


def make_people(settings: CentreSettings) -> Frame:
    """Persons of all institutions: org, sex, birth (day), people, scheme, class, home and draws."""
    draw = settings.draw("people")
    each = max(40, settings.visits * 2 // 7)
    size = each * settings.orgs
    low, high = np.array(AGE_BANDS, dtype=np.int64).T
    band = draw.pick(AGE_WEIGHTS, size)
    birth = settings.first_day - 30 - draw.between(low[band] * 365, high[band] * 365 + 364, size)
    age = (settings.first_day - birth) // 365
    scheme = draw.pick((8, 72, 20), size)
    scheme = np.where((scheme == EMPLOYEE) & (age < 20), RESIDENT, scheme)
    civil = draw.chance(size, 200)
    resident = np.where(age < 18, 0, np.where(age < 60, 1, 2))
    employee = np.where(age >= 60, 4, np.where(civil, 5, 3))
    return {
        "org": np.repeat(np.arange(settings.orgs, dtype=np.int64), each),
        "sex": draw.between(1, 2, size),
        "birth": birth,
        "people": draw.pick((28, 66, 6), size),
        "division": draw.pick(DIVISION_WEIGHTS, size),
        "scheme": scheme,
        "class": np.where(scheme == EMPLOYEE, employee, resident),
        "home": np.where(scheme == SELF_PAY, -1, draw.pick(HOME_WEIGHTS, size)),
        "poor": draw.chance(size, 80).astype(np.int64) * (scheme == RESIDENT),
        "updated": np.full(size, settings.first_day * 86_400 - 86_400 * 30, dtype=np.int64),
    }


def person_table(settings: CentreSettings, people: Frame, orgs: list[str]) -> pa.Table:
    """br_jbxx."""
    draw, size = settings.draw("person names"), len(people["org"])
    divisions = np.where(
        people["birth"] < RENAMED,
        np.array(OLD_DIVISIONS, dtype=np.int64)[people["division"]],
        np.array(NEW_DIVISIONS, dtype=np.int64)[people["division"]],
    )
    number = np.arange(1, size + 1, dtype=np.int64)
    uninsured = pa.array(people["scheme"] == SELF_PAY)
    null = pa.scalar(None, pa.string())
    created = np.maximum(people["birth"] + 1, settings.first_day - 400) * 86_400 + 36_000
    columns = {
        "brid": number,
        "jgdm": words(orgs, people["org"]),
        "xm": person_names(draw, people["sex"], people["people"]),
        "xb": words(SEXES, people["sex"]),
        "csrq": dates(people["birth"]),
        "mz": words(PEOPLES, people["people"]),
        "zjlx": constant("身份证", size),
        "sfzh": identity_numbers(divisions, people["birth"], people["sex"]),
        "ybgrbh": pa.compute.if_else(uninsured, null, numbered("65040000{:014d}", number)),
        "sbkh": pa.compute.if_else(uninsured, null, social_numbers(number)),
        "lxdh": numbered("1990000{:04d}", number % 10_000),
        "jtdz": numbered("示例镇示例村{}号", number % 400 + 1),
        "jdsj": times(created),
        "gxsj": times(people["updated"]),
    }
    return pa.table(columns, schema=tables()["br_jbxx"].arrow)


def social_numbers(persons: Ints) -> pa.Array:
    """The social-security card numbers of persons numbered from 1."""
    return numbered("F{:08d}", persons)
