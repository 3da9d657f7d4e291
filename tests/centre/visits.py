"""Outpatient visits: who comes when, with what, to whom, and how the visit is insured.

An *episode* is a visit or a stay; visits and stays carry the same columns, so that lines, payment
and refunds are written once.
"""

from functools import cache

import numpy as np

from tests.centre.catalogue import facts
from tests.centre.draw import Draw, day_weights, month_index
from tests.centre.frame import DAY, Bools, Frame, Ints, take
from tests.centre.organisation import House, doctors_of
from tests.centre.people import SELF_PAY
from tests.centre.settings import CentreSettings

CARES = ("PTMZ", "JZ", "MTB", "PTZY", "WSZY")
CLINIC, EMERGENCY, CHRONIC, WARD, INJURY_WARD = range(5)
PAID, UNPAID, VOID = 1, 0, 9
OLDEST = 101


@cache
def diseases() -> tuple[dict[str, str], ...]:
    """The rows of `facts/diseases.csv`."""
    return tuple(facts("diseases"))


@cache
def groups() -> list[str]:
    """The disease groups, in the order of their first mention."""
    return list(dict.fromkeys(row["group"] for row in diseases()))


def disease_column(name: str) -> Ints:
    """One whole-number attribute of all diseases."""
    return np.array([int(row[name]) for row in diseases()], dtype=np.int64)


def disease_groups() -> Ints:
    """The group of every disease."""
    return np.array([groups().index(row["group"]) for row in diseases()], dtype=np.int64)


def disease_departments(layout: House) -> Ints:
    """The department that treats every disease."""
    return np.array([layout.position(row["department"]) for row in diseases()], dtype=np.int64)


def _weights(setting: str) -> Ints:
    """Weights by (winter, sex, age) class × disease; `setting` is outpatient or inpatient."""
    base, winter = disease_column(setting), disease_column("winter")
    low, high = disease_column("age_from"), disease_column("age_to")
    sexes = np.array([{"": 0, "男": 1, "女": 2}[row["sex"]] for row in diseases()])
    table = np.zeros((2, 2, OLDEST, len(base)), dtype=np.int64)
    for cold in (0, 1):
        for sex in (1, 2):
            for age in range(OLDEST):
                fits = (low <= age) & (age <= high) & ((sexes == 0) | (sexes == sex))
                table[cold, sex - 1, age] = base * np.where(cold, winter, 1) * fits
    return table.reshape(-1, len(base))


def ages(births: Ints, seconds: Ints) -> Ints:
    """Full years at a moment; births in days since 1970-01-01."""

    def parts(days: Ints) -> tuple[Ints, Ints]:
        dated = days.astype("datetime64[D]")
        year = dated.astype("datetime64[Y]").astype(np.int64)
        month = dated.astype("datetime64[M]").astype(np.int64) % 12
        return year, month * 31 + (dated - dated.astype("datetime64[M]")).astype(np.int64)

    (born, birthday), (now, today) = parts(births), parts(seconds // DAY)
    return now - born - (today < birthday)


def draw_diseases(draw: Draw, setting: str, people: Frame, person: Ints, begin: Ints) -> Ints:
    """A disease for each episode that suits season, sex and age."""
    month = month_index(begin)
    cold = ((month >= 11) | (month <= 3)).astype(np.int64)
    age = np.minimum(ages(people["birth"][person], begin), OLDEST - 1)
    return draw.pick_by((cold * 2 + people["sex"][person] - 1) * OLDEST + age, _weights(setting))


def draw_persons(draw: Draw, people: Frame, org: Ints, orgs: int) -> Ints:
    """A person of the right institution for each episode; the old and the very young come more often."""
    each = len(people["org"]) // orgs
    one, two = (org * each + draw.between(0, each - 1, len(org)) for _ in range(2))
    births = people["birth"]
    return np.where(np.abs(births[one] - 7000) > np.abs(births[two] - 7000), one, two)


def insure(draw: Draw, people: Frame, person: Ints) -> Frame:
    """How each episode is settled: scheme, home place, certificate, and the draws payment needs."""
    size = len(person)
    scheme = np.where(draw.chance(size, 20), SELF_PAY, people["scheme"][person])
    home = np.where(scheme == SELF_PAY, -1, people["home"][person])
    balance = draw.between(0, 20_000, size) * ~draw.chance(size, 150)
    return {
        "scheme": scheme,
        "home": home,
        "place": np.where(home < 0, -1, np.where(home == 0, 0, np.where(home < 3, 1, 2))),
        "certificate": np.where(scheme == SELF_PAY, -1, draw.pick((45, 30, 25), size)),
        "balance": balance,
        "family": draw.chance(size, 30).astype(np.int64) * draw.between(500, 3000, size),
        "waived": draw.chance(size, 3).astype(np.int64) * 500,
        "poor": people["poor"][person],
        "civil": (people["class"][person] == 5).astype(np.int64),
        "cashier": draw.between(0, 1, size),
    }


def make_visits(settings: CentreSettings, layout: House, people: Frame) -> Frame:
    """Outpatient episodes, by institution and time.

    Columns: org, person, begin, end (seconds), disease, department, doctor, care, status and the
    columns of `insure`.
    """
    draw = settings.draw("visits")
    weights = day_weights(settings.first_day, settings.last_day)
    org = np.repeat(np.arange(settings.orgs, dtype=np.int64), settings.visits)
    day = np.concatenate([draw.spread(weights, settings.visits) for _ in range(settings.orgs)])
    begin = (settings.first_day + day) * DAY + draw.clock(len(org))
    order = np.lexsort((begin, org))
    begin, size = begin[order], len(org)
    person = draw_persons(draw, people, org, settings.orgs)
    disease = draw_diseases(draw, "outpatient", people, person, begin)
    episodes = {"org": org, "person": person, "begin": begin, "disease": disease}
    episodes |= insure(draw, people, person)
    hour = begin % DAY // 3600
    night = (hour < 8) | (hour >= 19)
    injured = np.isin(disease_groups()[disease], [groups().index("injury")])
    emergency = night | (injured & draw.chance(size, 400))
    chronic = (disease_column("chronic")[disease] == 1) & (episodes["scheme"] != SELF_PAY)
    chronic &= draw.chance(size, 400) & ~emergency
    department = np.where(emergency, layout.position("急诊室"), disease_departments(layout)[disease])
    status = np.where(draw.chance(size, 8), UNPAID, np.where(draw.chance(size, 4), VOID, PAID))
    return episodes | {
        "care": np.where(emergency, EMERGENCY, np.where(chronic, CHRONIC, CLINIC)),
        "department": department,
        "left": department,
        "doctor": doctors_of(layout, department, draw.between(0, 999, size)),
        "ordered": begin + draw.between(180, 1500, size),
        "settled": begin + draw.between(1600, 2700, size),
        "end": begin + draw.between(4150, 4800, size),
        "status": status,
    }


def second_diseases(draw: Draw, setting: str, people: Frame, episodes: Frame, often: int) -> Frame:
    """Further diagnoses: episode and disease, never the main one, never one twice."""
    rows = np.flatnonzero(draw.chance(len(episodes["org"]), often))
    rows = np.repeat(rows, draw.pick((60, 25, 10, 5), len(rows)) + 1)
    chosen = take(episodes, rows)
    extra = draw_diseases(draw, setting, people, chosen["person"], chosen["begin"])
    pairs = np.unique(rows * len(diseases()) + extra)
    episode, disease = np.divmod(pairs, len(diseases()))
    fresh: Bools = episodes["disease"][episode] != disease
    return {"episode": episode[fresh], "disease": disease[fresh]}
