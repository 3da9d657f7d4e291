"""Where the county's people live, and who looks after them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

START = date(2015, 1, 1)
PREFECTURE, COUNTY_A, COUNTY_B = "650400000000", "650402000000", "650421000000"
COMMISSION, COMMISSION_A, COMMISSION_B = "WJ650400", "WJ650402", "WJ650421"
TRANSFER_DAY = date(2024, 7, 1)


@dataclass
class Division:
    """A division of the administrative tree."""

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date = START
    valid_to: date | None = None
    successor: str | None = None
    xpcc: bool = False


@dataclass
class Org:
    """An organisation; `parents` are (from, parent) in order of time: a transfer adds one."""

    code: str
    name: str
    kind: str
    level: str
    admin_code: str
    parents: list[tuple[date, str | None]]
    xpcc: bool = False

    def parent(self, cutoff: date) -> str | None:
        """Its parent on the last day before `cutoff`."""
        day = cutoff - timedelta(days=1)
        return next(parent for since, parent in reversed(self.parents) if since <= day)


@dataclass
class Places:
    """Both trees of the prefecture; `centres` and `clinics` are what can do work."""

    divisions: dict[str, Division] = field(default_factory=dict)
    orgs: dict[str, Org] = field(default_factory=dict)
    known: dict[tuple[str, date, str], set[str]] = field(default_factory=dict, repr=False)

    @property
    def centres(self) -> list[Org]:
        """The township health centres, by code."""
        return [org for org in self.orgs.values() if org.kind == "centre"]

    @property
    def clinics(self) -> list[Org]:
        """The village clinics, a school's clinic among them, by code."""
        return [org for org in self.orgs.values() if org.level == "village"]

    def below(self, code: str, cutoff: date, tree: str = "org") -> set[str]:
        """A node and all beneath it at the cut-off, walked from each leaf upwards; remembered once asked for."""
        key = (code, cutoff, tree)
        if key not in self.known:
            self.known[key] = self._walk(code, cutoff, tree)
        return self.known[key]

    def _walk(self, code: str, cutoff: date, tree: str) -> set[str]:
        def parent(one: str) -> str | None:
            return self.orgs[one].parent(cutoff) if tree == "org" else self.divisions[one].parent

        found = set()
        for leaf in self.orgs if tree == "org" else self.divisions:
            above: str | None = leaf
            while above is not None:
                if above == code:
                    found.add(leaf)
                    break
                above = parent(above)
        return found


def make_places(centres: int, clinics: int) -> Places:
    """A prefecture with county A (`centres` townships, `clinics` villages), county B (1, 2) and a unit of 兵团.

    Clinic 1 is handed from centre 1 to centre 2 on 2024-07-01 (机构划转); one clinic of county A is a school's.
    """
    places = Places()
    divide = places.divisions
    divide[PREFECTURE] = Division(PREFECTURE, "示例市", "prefecture", None)
    places.orgs[COMMISSION] = Org(
        COMMISSION, "示例市卫生健康委", "commission", "prefecture", PREFECTURE, [(START, None)]
    )
    _county(places, COUNTY_A, "高昌示例区", COMMISSION_A, centres, clinics)
    _county(places, COUNTY_B, "鄯善示例县", COMMISSION_B, 1, 2)
    first, second = places.centres[0].code, places.centres[1].code
    clinic = next(org for org in places.clinics if org.parents[0][1] == first)
    clinic.parents.append((TRANSFER_DAY, second))
    return places


def _county(places: Places, code: str, name: str, commission: str, centres: int, clinics: int) -> None:
    prefix, orgs, divide = code[:6], places.orgs, places.divisions
    divide[code] = Division(code, name, "county", PREFECTURE)
    orgs[commission] = Org(commission, f"{name}卫生健康委", "commission", "county", code, [(START, COMMISSION)])
    made = 0
    for number in range(centres):
        xpcc = prefix == COUNTY_A[:6] and number == centres - 1
        town = f"{prefix}{502 if xpcc else 100 + number:03d}"
        town_name = "兵团示例团" if xpcc else f"示例{number + 1}镇"
        divide[town + "000"] = Division(town + "000", town_name, "township", code, xpcc=xpcc)
        centre = f"{prefix}C{number + 1:02d}"
        orgs[centre] = Org(
            centre, f"{town_name}卫生院", "centre", "township", town + "000", [(START, commission)], xpcc
        )
        share = clinics // centres + (number < clinics % centres)
        for village in range(share):
            made += 1
            home = f"{town}{200 + village:03d}"
            divide[home] = Division(home, f"{town_name}{village + 1}村", "village", town + "000", xpcc=xpcc)
            school = prefix == COUNTY_A[:6] and made == clinics
            clinic = f"{prefix}V{made:03d}"
            label = f"{town_name}{village + 1}村{'学校医务室' if school else '卫生室'}"
            kind = "school" if school else "clinic"
            orgs[clinic] = Org(clinic, label, kind, "village", home, [(START, centre)], xpcc)
