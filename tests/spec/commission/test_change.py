"""Rounding, rates, and how a number changed."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.commission.engine.change import change_of, taken_apart
from schemas.figure import half_up, rate


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.integers(0, 4))
def test_halves_are_rounded_away_from_zero(units: int, places: int, decimals: int) -> None:
    exact = Fraction(units, 10**places) * 10**decimals
    size = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    rounded = half_up(Decimal(units).scaleb(-places), decimals)
    assert Fraction(rounded) * 10**decimals == (size if units >= 0 else -size)


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.sampled_from((1, 100, 1000)), st.integers(0, 4))
def test_a_rate_is_the_rounded_quotient(above: int, below: int, scale: int, decimals: int) -> None:
    wanted = Fraction((2 * above * scale * 10**decimals + below) // (2 * below), 10**decimals)
    assert Fraction(rate(Decimal(above), Decimal(below), scale, decimals) or 0) == wanted


def test_nothing_divided_by_nothing_is_no_rate() -> None:
    assert rate(Decimal(0), Decimal(0), 100, 2) is None


@pytest.mark.parametrize(
    ("now", "base", "is_rate", "text"),
    [
        ("120", "115", False, "+4.35%"),
        ("0", "8", False, "-100.00%"),
        ("8", "8", False, "0.00%"),
        ("8", "0", False, "—"),
        ("8", None, False, "—"),
        (None, "8", True, "—"),
        ("68.80", "70.00", True, "-1.20个百分点"),
        ("5.00", "0.00", True, "+5.00个百分点"),
    ],
)
def test_counts_change_in_per_cent_and_rates_in_points(
    now: str | None, base: str | None, is_rate: bool, text: str
) -> None:
    values = [None if one is None else Decimal(one) for one in (now, base)]
    assert change_of(*values, is_rate=is_rate).text == text


@pytest.mark.parametrize(
    ("cumulative", "before", "opens", "wanted"),
    [(90, 60, False, 30), (40, 99, True, 40), (90, None, False, None), (None, 60, False, None)],
)
def test_what_a_period_adds_to_its_year(
    cumulative: int | None, before: int | None, opens: bool, wanted: int | None
) -> None:
    year, earlier = (None if one is None else Decimal(one) for one in (cumulative, before))
    assert taken_apart(year, earlier, opens) == wanted
