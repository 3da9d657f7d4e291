"""What any correct count must find, stated by the stories; added up here and nowhere else."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.indicator import Counts, OrgAxis, Status
from tests.county.place import Places
from tests.county.residents import Resident


@dataclass(frozen=True, eq=False)
class Claim:
    """Something that happened on `since` (`until` None and `lasting` False), or that is so from `since` until `until`.

    `entered` is when it was put into the system, `org` who did it, `person` the true person, whatever index entry the
    systems know him by.
    """

    measure: str
    org: str
    record: str
    since: date
    entered: date
    lasting: bool
    until: date | None
    person: Resident | None
    value: Decimal

    def counts(self, first: date, until: date, by_entry: bool) -> bool:
        """Whether it counts in a period that begins on `first` and is cut off before `until`."""
        day = self.entered if by_entry and not self.lasting else self.since
        if self.lasting:
            return day < until and (self.until is None or until <= self.until)
        return first <= day < until


class Truth:
    """All claims of a county, and how they add up on any node."""

    def __init__(self, places: Places) -> None:
        """Start with nothing claimed."""
        self.places = places
        self.claims: dict[str, list[Claim]] = defaultdict(list)

    def happened(
        self,
        measure: str,
        day: date,
        org: str,
        record: str,
        person: Resident | None = None,
        *,
        value: Decimal | int = 1,
        entered: date | None = None,
    ) -> None:
        """State an event: it counts in every period that holds its day."""
        claim = Claim(measure, org, record, day, entered or day, False, None, person, Decimal(value))
        self.claims[measure].append(claim)

    def holds(
        self,
        measure: str,
        since: date,
        until: date | None,
        org: str,
        record: str,
        person: Resident | None = None,
        *,
        value: Decimal | int = 1,
    ) -> None:
        """State a fact: it counts at every cut-off C with since < C <= until.

        For what is reached within a year, `until` is the first day of the next year.
        """
        self.claims[measure].append(Claim(measure, org, record, since, since, True, until, person, Decimal(value)))

    def count(
        self,
        measure: str,
        nodes: set[str],
        first: date,
        until: date,
        *,
        axis: OrgAxis,
        status: Status,
        counts: Counts,
        by_entry: bool = False,
    ) -> Decimal:
        """Add up one measure over a set of organisations (or of divisions, on the residence axis)."""
        placed = self.placed(measure, first, until, axis=axis, status=status, by_entry=by_entry)
        return self.add(placed, nodes, counts)

    def placed(
        self, measure: str, first: date, until: date, *, axis: OrgAxis, status: Status, by_entry: bool = False
    ) -> dict[str, list[Claim]]:
        """The claims of one measure that count in a period, by the place that they belong to."""
        found: dict[str, list[Claim]] = defaultdict(list)
        for claim in self.claims.get(measure, ()):
            if claim.counts(first, until, by_entry) and (
                claim.person is None or status is Status.ALL or claim.person.live(until)
            ):
                found[self.place(claim, axis, until)].append(claim)
        return found

    @staticmethod
    def add(placed: dict[str, list[Claim]], nodes: set[str], counts: Counts) -> Decimal:
        """Add up claims over a set of places."""
        found = [claim for place in nodes & placed.keys() for claim in placed[place]]
        if counts is Counts.SUM:
            return sum((claim.value for claim in found), Decimal(0))
        if counts is Counts.PERSON:
            return Decimal(len({claim.person.pid for claim in found if claim.person}))
        return Decimal(len({claim.record for claim in found}))

    @staticmethod
    def place(claim: Claim, axis: OrgAxis, until: date) -> str:
        """The organisation or division that a claim belongs to on an axis."""
        if axis is OrgAxis.SERVICE or claim.person is None:
            return claim.org
        if axis is OrgAxis.MANAGING:
            return claim.person.home(until)
        return claim.person.archive_org if axis is OrgAxis.ARCHIVE else claim.person.village
