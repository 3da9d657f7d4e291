"""Two tables that are harmless alone are not given when one taken from the other leaves few."""

from dataclasses import replace
from pathlib import Path

import pytest

from exports.disclosure.differencing import WHOLE_TIME, Released, remember, require_apart
from schemas.errors import DisclosureError

BEFORE = Released(
    "county", "ranking", ("C01", "V01", "V02"), WHOLE_TIME, "2024-07-01", {"item": "htn"}, {"合计/n": 100}
)


@pytest.fixture
def sidecar(tmp_path: Path) -> Path:
    path = tmp_path / "access" / "answers.jsonl"
    remember(path, BEFORE)
    return path


@pytest.mark.parametrize(
    "answer",
    [
        replace(BEFORE, orgs=("C01", "V01"), counts={"合计/n": 97}),
        replace(BEFORE, until="2024-08-01", counts={"合计/n": 101}),
        replace(BEFORE, filters={"item": "htn", "age": "66"}, counts={"合计/n": 96}),
    ],
    ids=["one clinic less", "a month later", "a year older"],
)
def test_a_small_difference_is_refused(sidecar: Path, answer: Released) -> None:
    with pytest.raises(DisclosureError, match="相减"):
        require_apart(sidecar, answer)


@pytest.mark.parametrize(
    "answer",
    [
        BEFORE,
        replace(BEFORE, until="2024-08-01", counts={"合计/n": 130}),
        replace(BEFORE, orgs=("C02",), counts={"合计/n": 99}),
        replace(BEFORE, card="other", counts={"合计/n": 99}),
        replace(BEFORE, account="someone", counts={"合计/n": 99}),
    ],
    ids=["the same again", "a large difference", "another place", "another question", "another account"],
)
def test_other_answers_are_given(sidecar: Path, answer: Released) -> None:
    require_apart(sidecar, answer)


def test_months_side_by_side_are_not_taken_from_each_other(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    june = replace(BEFORE, first="2024-06-01")
    remember(path, june)
    require_apart(path, replace(june, first="2024-07-01", until="2024-08-01", counts={"合计/n": 101}))
    with pytest.raises(DisclosureError):
        require_apart(path, replace(june, first="2024-05-01", counts={"合计/n": 101}))


def test_what_cannot_be_compared_is_not_given(sidecar: Path) -> None:
    sidecar.write_text("{", encoding="utf-8")
    with pytest.raises(DisclosureError, match="读不出"):
        require_apart(sidecar, BEFORE)
