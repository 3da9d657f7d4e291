"""The truth on every node at once: each claim is carried from its place up to the top."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction

from schemas.figure import Scope
from schemas.indicator import Counts, DateAxis, Indicator, OrgAxis, Status
from tests.county.agree import claim_key
from tests.county.claims import Claim, Truth
from tests.county.place import Places

Tally = dict[tuple[str, Scope], Decimal]


def tally(truth: Truth, indicator: Indicator, measure: str, counts: Counts, first: date, until: date) -> Tally:
    """What a measure of an indicator must count on every node of its tree, in three scopes.

    Args:
        truth: of the county.
        indicator: whose axes, status and parameters hold.
        measure: its numerator or denominator.
        counts: the key.
        first: the first day counted.
        until: the cut-off.
    """
    seen: dict[tuple[str, Scope], set[str]] = defaultdict(set)
    sums: dict[tuple[str, Scope], Decimal] = defaultdict(Decimal)
    by_entry = indicator.date_axis is DateAxis.ENTRY
    for claim in truth.claims.get(claim_key(measure, indicator), ()):
        if not claim.counts(first, until, by_entry) or not _lives(claim, indicator.status, until):
            continue
        place = Truth.place(claim, indicator.org_axis, until)
        for node in upwards(truth.places, place, until, indicator.org_axis):
            for scope in (Scope.ALL, Scope.OWN if node == place else Scope.BELOW):
                seen[(node, scope)].add(_key(claim, counts))
                sums[(node, scope)] += claim.value
    if counts is Counts.SUM:
        return dict(sums)
    return {at: Decimal(len(keys - {""})) for at, keys in seen.items()}


def _lives(claim: Claim, status: Status, until: date) -> bool:
    return claim.person is None or status is Status.ALL or claim.person.live(until)


def _key(claim: Claim, counts: Counts) -> str:
    if counts is Counts.RECORD:
        return claim.record
    return claim.person.pid if claim.person else ""


def upwards(places: Places, place: str, until: date, axis: OrgAxis) -> list[str]:
    """A place and all above it at the cut-off."""
    found: list[str] = []
    at: str | None = place
    while at is not None:
        found.append(at)
        at = places.divisions[at].parent if axis is OrgAxis.RESIDENCE else places.orgs[at].parent(until)
    return found


def divided(numerator: Decimal, denominator: Decimal, scale: int, decimals: int) -> Decimal | None:
    """The quotient by whole numbers alone, half away from zero: not how the program does it."""
    if denominator == 0:
        return None
    exact = Fraction(numerator) * scale / Fraction(denominator) * 10**decimals
    whole = (abs(exact) * 2 + 1).numerator // (2 * (abs(exact) * 2 + 1).denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-decimals)
