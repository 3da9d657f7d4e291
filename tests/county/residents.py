"""The residents, as planned: who they are, where they live, who looks after them and until when."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from tests.centre.catalogue import facts
from tests.county.place import Places

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
AGES = (0, 1, 2, 4, 9, 16, 25, 33, 38, 45, 52, 61, 66, 71, 78, 83)
BORN_BEFORE = date(2024, 1, 1)


@dataclass(eq=False)
class Resident:
    """One true person. `empis` are the entries of the master index, the kept one first; `homes` is who manages since.

    `extra` is where stories leave what other stories need (`htn`, `dm`, `signed` …).
    """

    pid: str
    name: str
    sex: str
    birth: date
    id_no: str
    nation: str
    village: str
    residence_type: str
    homes: list[tuple[date, str]]
    archive_org: str
    archived_on: date
    empis: list[str]
    cancelled: tuple[date, str] | None = None
    death: date | None = None
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def empi(self) -> str:
        """The entry under which everything is counted."""
        return self.empis[0]

    def home(self, cutoff: date) -> str:
        """The managing institution on the last day before the cut-off."""
        day = cutoff - timedelta(days=1)
        return next((org for since, org in reversed(self.homes) if since <= day), self.homes[0][1])

    def live(self, cutoff: date) -> bool:
        """Whether the archive exists and is neither cancelled nor a dead person's at the cut-off."""
        gone = [day for day in (self.cancelled[0] if self.cancelled else None, self.death) if day]
        return self.archived_on < cutoff and all(day >= cutoff for day in gone)

    def age(self, day: date) -> int:
        """Completed years on a day."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def identity_number(division: str, birth: date, sequence: int) -> str:
    """An identity number with a valid check character; sequences from 900 belong to nobody."""
    body = f"{division}{birth:%Y%m%d}{sequence:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


def make_residents(places: Places, per_village: int, seed: int) -> list[Resident]:
    """`per_village` persons of every age in each village, archived at their clinic; names are drawn, some with `·`."""
    random = Random(f"{seed}/residents")
    words = {part: [r["text"] for r in facts("names") if r["part"] == part] for part in _parts()}
    found: list[Resident] = []
    taken: set[str] = set()
    for clinic in places.clinics:
        for _ in range(per_village):
            found.append(_resident(random, words, clinic.code, clinic.admin_code, len(found), taken))
    return found


def _parts() -> set[str]:
    return {row["part"] for row in facts("names")}


def _resident(
    random: Random, words: dict[str, list[str]], clinic: str, village: str, number: int, taken: set[str]
) -> Resident:
    age = AGES[number % len(AGES)] + random.randrange(2)
    birth = BORN_BEFORE - timedelta(days=age * 365 + random.randrange(1, 365))
    sex = random.choice("12")
    division = random.choice(("652101", village[:6], village[:6]))
    sequence = next(n for n in range(900 + int(sex) % 2, 1000, 2) if identity_number(division, birth, n) not in taken)
    id_no = identity_number(division, birth, sequence)
    taken.add(id_no)
    han = random.random() < 0.5
    archived = max(birth + timedelta(days=40), date(2016, 1, 1) + timedelta(days=random.randrange(2000)))
    return Resident(
        pid=f"P{number + 1:06d}",
        name=_name(random, words, sex, han),
        sex=sex,
        birth=birth,
        id_no=id_no,
        nation="01" if han else "05",
        village=village,
        residence_type="1" if number % 11 else "2",
        homes=[(archived, clinic)],
        archive_org=clinic,
        archived_on=archived,
        empis=[f"E{number + 1:07d}"],
    )


def _name(random: Random, words: dict[str, list[str]], sex: str, han: bool) -> str:
    if han:
        return random.choice(words["han_surname"]) + random.choice(words["han_given"])
    people = random.choice(("uyghur", "uyghur", "kazakh"))
    own = words[f"{people}_{'male' if sex == '1' else 'female'}"]
    return f"{random.choice(own)}·{random.choice(words[f'{people}_male'])}"
