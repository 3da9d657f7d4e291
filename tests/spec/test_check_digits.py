"""Check characters of identity numbers and credit codes: the same answer in SQL and in Arrow."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.checkdigits import CREDIT, FUNCTIONS, IDENTITY, MACROS, Norm

TRUE_IDS = ["11010519491231002X", "650101198001010016", "653121199002290016"]  # examples that belong to nobody
TRUE_CREDIT_CODES = [
    "91350100M000100Y43",
    "12650000MB1234567J",
    "12653121457890123U",
    "11650000010101010M",
    "12650000MB12345030",
]
DIGITS = "0123456789"


@pytest.fixture(scope="module")
def database() -> Iterator[Any]:
    with duckdb.connect() as connection:
        for macro in MACROS.values():
            connection.execute(macro)
        yield connection


def completed(first17: str, norm: Norm) -> str:
    """The text with its check character, counted the slow way."""
    total = sum(weight * norm.alphabet.index(one) for weight, one in zip(norm.weights, first17, strict=True))
    return first17 + norm.checks[total % len(norm.checks)]


def answers(name: str, texts: Sequence[str | None]) -> list[Any]:
    return list(FUNCTIONS[name](pa.array(texts, pa.string())).to_pylist())


dates = st.one_of(
    st.dates(date(1, 1, 1)).map(lambda day: f"{day.year:04d}{day:%m%d}"), st.text(DIGITS, min_size=8, max_size=8)
)
identities = st.tuples(st.text(DIGITS, min_size=6, max_size=6), dates, st.text(DIGITS, min_size=3, max_size=3)).map(
    lambda parts: completed("".join(parts), IDENTITY)
)
credit_codes = st.text(CREDIT.alphabet, min_size=17, max_size=17).map(lambda first: completed(first, CREDIT))
near = st.one_of(identities, credit_codes).flatmap(
    lambda text: st.tuples(
        st.integers(0, 18), st.sampled_from(["", "x", "X", "1", "O", " ", "\n", "７", "男", "\0"])
    ).map(lambda change: text[: change[0]] + change[1] + text[change[0] + 1 :])
)
texts = st.lists(st.one_of(st.none(), st.text(max_size=20), identities, credit_codes, near), max_size=40)


@settings(max_examples=150, deadline=None)
@given(texts)
def test_sql_and_arrow_give_the_same_answers(database: Any, given: list[str | None]) -> None:
    for name in MACROS:
        rows = database.execute(
            f"SELECT {name}(t) FROM (SELECT unnest($texts::VARCHAR[]) AS t)", {"texts": given}
        ).fetchall()
        assert [row[0] for row in rows] == answers(name, given), name


def test_the_published_examples_hold() -> None:
    assert answers("id_card_ok", TRUE_IDS) == [True] * 3
    assert answers("credit_code_ok", TRUE_CREDIT_CODES) == [True] * 5


@settings(deadline=None)
@given(identities, st.integers(0, 17), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_noticed(number: str, place: int, digit: str) -> None:
    changed = number[:place] + digit + number[place + 1 :]
    assert answers("id_card_ok", [number, changed]) == [True, changed == number]


@settings(deadline=None)
@given(credit_codes, st.integers(0, 17), st.sampled_from(CREDIT.alphabet))
def test_one_wrong_character_of_a_credit_code_is_noticed(code: str, place: int, letter: str) -> None:
    changed = code[:place] + letter + code[place + 1 :]
    assert answers("credit_code_ok", [code, changed]) == [True, changed == code]


def test_birth_and_sex_are_read_from_the_number() -> None:
    assert answers("id_card_birth", TRUE_IDS) == [date(1949, 12, 31), date(1980, 1, 1), None]
    assert answers("id_card_gend", TRUE_IDS) == ["2", "1", "1"]


def test_a_small_x_is_the_large_one() -> None:
    assert answers("id_card_ok", ["11010519491231002x"]) == [True]


def test_what_has_another_shape_is_not_right_and_nothing_stays_nothing() -> None:
    odd = ["110105491231002", "１１０１０５１９４９１２３１００２X", "11010519491231002X ", "6.5E+17", "", None]
    assert answers("id_card_ok", odd) == [False] * 5 + [None]
    assert answers("credit_code_ok", odd) == [False] * 5 + [None]
    assert answers("id_card_birth", odd) == [None] * 6
    assert answers("id_card_gend", odd) == [None] * 6
