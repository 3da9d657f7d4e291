"""Check characters of identity numbers (GB 11643) and unified social credit codes (GB 32100).

Each function stands here twice, for SQL (`MACROS`) and for Arrow (`FUNCTIONS`), built from the same weights. NULL
gives NULL. A lower-case `x` at the end of an identity number counts as `X`; every other text that is not of the
right shape (15 digits, full-width digits, blanks) has no right check character, no birth date and no sex.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Norm:
    """How a check character comes about: the weighted sum of the first 17 picks one of `checks`."""

    weights: tuple[int, ...]
    alphabet: str
    checks: str
    shape: str


_CAPITALS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
IDENTITY = Norm(
    weights=(7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2),
    alphabet="0123456789",
    checks="10X98765432",
    shape="[0-9]{17}[0-9Xx]",
)
CREDIT = Norm(
    weights=(1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28),
    alphabet=_CAPITALS,
    checks=_CAPITALS[0] + _CAPITALS[:0:-1],
    shape="[0-9A-HJ-NP-RTUWXY]{18}",
)

Letters = np.ndarray


def id_card_ok(texts: pa.Array) -> pa.Array:
    """Whether the check character is right (booleans); the date inside may still be impossible."""
    return _judge(texts, IDENTITY, _no(texts), lambda letters: _checks(letters, IDENTITY))


def id_card_birth(texts: pa.Array) -> pa.Array:
    """The birth date in an identity number (date32); NULL when it is in no calendar."""
    return _judge(texts, IDENTITY, pa.nulls(len(texts), pa.date32()), _birth)


def id_card_gend(texts: pa.Array) -> pa.Array:
    """The sex in an identity number as code of `gend`: `1` male (17th digit odd), `2` female."""
    nothing = pa.nulls(len(texts), pa.string())
    return _judge(texts, IDENTITY, nothing, lambda letters: pa.array(np.where(letters[:, 16] % 2, "1", "2")))


def credit_code_ok(texts: pa.Array) -> pa.Array:
    """Whether the check character of a credit code is right (booleans); its letters are capitals."""
    return _judge(texts, CREDIT, _no(texts), lambda letters: _checks(letters, CREDIT))


FUNCTIONS: dict[str, Callable[[pa.Array], pa.Array]] = {
    one.__name__: one for one in (id_card_ok, id_card_birth, id_card_gend, credit_code_ok)
}


def _no(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_null(texts), pa.scalar(None, pa.bool_()), False)


def _judge(texts: pa.Array, norm: Norm, otherwise: pa.Array, judge: Callable[[Letters], pa.Array]) -> pa.Array:
    """What `judge` says of the letters (rows × 18 bytes) of texts of the norm's shape, `otherwise` for the rest."""
    shaped = pc.fill_null(pc.match_substring_regex(texts, rf"\A{norm.shape}\z"), False)
    letters = np.array(texts.filter(shaped).to_pylist(), dtype="S18").view(np.uint8).reshape(-1, 18)
    return pc.replace_with_mask(otherwise, shaped, judge(letters).cast(otherwise.type))


def _checks(letters: Letters, norm: Norm) -> pa.Array:
    values = np.zeros(256, dtype=np.int64)
    values[np.frombuffer(norm.alphabet.encode(), dtype=np.uint8)] = np.arange(len(norm.alphabet))
    weighed = values[letters[:, :17]] @ np.array(norm.weights)
    wanted = np.frombuffer(norm.checks.encode(), dtype=np.uint8)[weighed % len(norm.checks)]
    last = np.where(letters[:, 17] == ord("x"), ord("X"), letters[:, 17])
    return pa.array(wanted == last)


def _birth(letters: Letters) -> pa.Array:
    digits = letters[:, 6:14].astype(np.int64) - ord("0")
    number = digits @ 10 ** np.arange(7, -1, -1)
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    start = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    birth = start.astype("datetime64[D]") + (day - 1)
    real = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1) & (birth.astype("datetime64[M]") == start)
    return pa.array(birth, pa.date32(), mask=~real)


def _right(norm: Norm) -> str:
    """SQL: the last character of `t` is the one that the first 17 ask for."""
    parts = (f"{w} * (instr('{norm.alphabet}', substr(t, {at}, 1)) - 1)" for at, w in enumerate(norm.weights, start=1))
    wanted = f"({' + '.join(parts)}) % {len(norm.checks)} + 1"
    return f"substr('{norm.checks}', {wanted}, 1) = upper(substr(t, 18, 1))"


def _macro(name: str, norm: Norm, value: str, otherwise: str = "NULL") -> str:
    shaped = f"WHEN regexp_full_match(t, '{norm.shape}') THEN {value}"
    return f"CREATE OR REPLACE MACRO {name}(t) AS CASE WHEN t IS NULL THEN NULL {shaped} ELSE {otherwise} END"


_DATE = "CASE WHEN substr(t, 7, 4) > '0000' THEN CAST(try_strptime(substr(t, 7, 8), '%Y%m%d') AS DATE) END"
_SEX = "CASE WHEN substr(t, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END"

MACROS: dict[str, str] = {
    "id_card_ok": _macro("id_card_ok", IDENTITY, _right(IDENTITY), "false"),
    "id_card_birth": _macro("id_card_birth", IDENTITY, _DATE),
    "id_card_gend": _macro("id_card_gend", IDENTITY, _SEX),
    "credit_code_ok": _macro("credit_code_ok", CREDIT, _right(CREDIT), "false"),
}
