"""Who belongs to which group of people, and since when: what several stories tell of."""

from datetime import date, timedelta

from tests.county.county import County
from tests.county.residents import Resident

Groups = dict[str, tuple[date, date | None]]


def groups_of(resident: Resident) -> Groups:
    """Group code -> (from, until) as the register planned it."""
    groups = resident.extra.get("groups", {})
    assert isinstance(groups, dict)
    return groups


def known_since(resident: Resident, code: str) -> date | None:
    """Since when a resident is known to be in a group and has an archive; None when he is not."""
    begun = groups_of(resident).get(code)
    return max(begun[0], resident.archived_on + timedelta(days=1)) if begun else None


def seen_until(resident: Resident) -> date:
    """The first day on which nobody can serve a resident any more: his death, or his archive's cancellation."""
    ends = [day for day in (resident.death, resident.cancelled[0] if resident.cancelled else None) if day]
    return min(ends, default=date(9999, 1, 1))


def server(county: County, resident: Resident, day: date, turn: int) -> str:
    """Who serves a resident on a day: mostly who manages him then, at times the centre above."""
    home = resident.home(day + timedelta(days=1))
    return county.inst(home) if turn % 5 == 0 else home
