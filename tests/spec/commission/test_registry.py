"""The indicator registry is whole: measures, parameters, editions and targets fit together."""

import re
from dataclasses import fields

import pytest

from exports.commission.engine.measure import load_measures
from schemas.errors import SettingsError
from schemas.indicator import Indicator, find_indicator, load_indicators
from schemas.reference import REFERENCE

KNOWN_LEVELS = {"village", "township", "county", "prefecture"}
ASKED = re.compile(r"'p_(\w+)'")


def measures_of(one: Indicator) -> list[str]:
    return [one.numerator] + ([one.denominator] if one.denominator and one.population is None else [])


def test_every_measure_that_is_named_exists() -> None:
    assert {name for one in load_indicators() for name in measures_of(one)} <= set(load_measures())


def test_a_record_gives_exactly_the_parameters_that_its_measures_ask_for() -> None:
    wrong = {}
    for one in load_indicators():
        asked = {name for measure in measures_of(one) for name in ASKED.findall(load_measures()[measure].sql)}
        if asked != set(one.parameters):
            wrong[one.key] = (sorted(asked), sorted(one.parameters))
    assert not wrong


def test_each_id_has_one_standard_edition_and_no_edition_twice() -> None:
    every = load_indicators()
    assert len({one.key for one in every}) == len(every)
    assert sorted(one.id for one in every if one.standard) == sorted({one.id for one in every})


def test_what_people_read_is_chinese() -> None:
    texts = {
        (one.key, name): getattr(one, name)
        for one in load_indicators()
        for name in ("name", "domain", "numerator_text")
    }
    assert not [at for at, text in texts.items() if not re.search(r"[一-鿿]", text)]


def test_levels_are_known_and_targets_have_a_source() -> None:
    assert {one.level for one in load_indicators()} <= KNOWN_LEVELS
    assert not [one.key for one in load_indicators() if one.target is not None and not one.target_source]


def test_a_rate_says_what_divides_it() -> None:
    assert not [one.key for one in load_indicators() if (one.denominator is None) != (not one.denominator_text)]


def test_a_wrong_edition_or_id_is_answered_with_what_there_is() -> None:
    with pytest.raises(SettingsError, match=r"GW08 没有口径“x”；现有：.*national-2017"):
        find_indicator("GW08@x")
    with pytest.raises(SettingsError, match="没有指标 GW99。用 feijian indicator list"):
        find_indicator("GW99")


def test_every_field_of_a_record_is_explained() -> None:
    page = (REFERENCE / "indicators" / "README.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(explained) == sorted(one.name for one in fields(Indicator))
