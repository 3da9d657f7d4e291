"""Archives, their moves, merges and duplicates: what is counted is what was planned."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.indicator import Indicator, load_indicators
from schemas.period import Period
from tests.county import County, CountySettings, generate
from tests.county.agree import disagreements
from tests.county.std import open_std

SETTINGS = CountySettings(centres=3, clinics=8, per_village=16)
PERIODS = ("2023-03", "2024-08", "2023Q1", "2023Q2", "2024Q3", "2024Q4", "2024H1", "2023", "2024")
ARCHIVES = [
    one for one in load_indicators() if one.id.startswith("DA") or one.id in ("GW01", "GW02", "GW02B", "GW03", "GW04")
]


@pytest.fixture(scope="module")
def county() -> County:
    """A small county, told whole."""
    return generate(SETTINGS)


@pytest.fixture(scope="module")
def database(county: County) -> Iterator[Any]:
    """Its std tables."""
    with open_std(county) as opened:
        yield opened


@pytest.mark.parametrize("indicator", ARCHIVES, ids=lambda one: one.key)
def test_an_indicator_of_archives_counts_what_was_planned(county: County, database: Any, indicator: Indicator) -> None:
    found = [line for period in PERIODS for line in disagreements(database, county, indicator, Period.parse(period))]
    assert found == []
