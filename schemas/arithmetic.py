"""What the operators and functions of a predicate mean on Arrow arrays, as DuckDB means them: exact, three-valued."""

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas import checkdigits

Value = Any  # an Arrow array, or an Arrow scalar for a literal


def literal_number(text: str) -> pa.Scalar:
    """A number of a rule as an exact decimal with just its own digits."""
    number = Decimal(text)
    scale = max(0, -int(number.as_tuple().exponent))
    return pa.scalar(number, pa.decimal128(max(len(number.as_tuple().digits), scale + 1), scale))


def to_type(value: Value, name: str) -> Value:
    """CAST: to DATE (of a timestamp or an ISO literal), to VARCHAR, or to a wider DECIMAL.

    DuckDB multiplies short decimals in 64 bits and fails where the product does not fit; Arrow widens by itself.
    """
    if name == "DECIMAL":
        return value
    if name not in ("DATE", "VARCHAR", "TEXT"):
        raise NotImplementedError(f"cast to {name}")
    return pc.cast(value, pa.date32() if name == "DATE" else pa.string(), safe=False)


def in_list(value: Value, listed: list[Value]) -> Value:
    """IN: NULL for an empty cell."""
    found = pc.is_in(value, value_set=pa.array([one.as_py() for one in listed], value.type))
    return pc.if_else(pc.is_valid(value), found, pa.scalar(None, pa.bool_()))


def between(value: Value, low: Value, high: Value) -> Value:
    """BETWEEN, both ends included."""
    return pc.and_kleene(pc.greater_equal(value, low), pc.less_equal(value, high))


def _round(value: Value, digits: Value) -> Value:
    return pc.round(value, int(digits.as_py()), round_mode="half_towards_infinity")


def _sign(value: Value) -> Value:
    zero = pa.scalar(Decimal(0), pa.decimal128(1, 0))
    whole = [pa.scalar(number, pa.int64()) for number in (1, -1, 0)]
    return pc.if_else(
        pc.greater(value, zero), whole[0], pc.if_else(pc.less(value, zero), whole[1], whole[2])
    )  # an empty cell stays empty: the conditions are NULL there


def _coalesce(first: Value, *others: Value) -> Value:
    return pc.coalesce(first, *(pc.cast(one, first.type) for one in others))


def _days(earlier: Value, later: Value) -> Value:
    days = (pc.cast(pc.cast(one, pa.date32(), safe=False), pa.int32()) for one in (later, earlier))
    return pc.cast(pc.subtract(*days), pa.int64())


def _left(text: Value, length: Value) -> Value:
    return pc.utf8_slice_codeunits(text, 0, int(length.as_py()))


def _substr(text: Value, start: Value, length: Value) -> Value:
    first = int(start.as_py()) - 1
    return pc.utf8_slice_codeunits(text, first, first + int(length.as_py()))


def _full_match(text: Value, pattern: Value) -> Value:
    return pc.match_substring_regex(text, rf"\A(?:{pattern.as_py()})\z")


def _matches(text: Value, pattern: Value) -> Value:
    return pc.match_substring_regex(text, pattern.as_py())


def _contains(text: Value, part: Value) -> Value:
    return pc.match_substring(text, part.as_py())


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "and": lambda *values: reduce(pc.and_kleene, values),
    "or": lambda *values: reduce(pc.or_kleene, values),
    "not": pc.invert,
    "is_null": pc.is_null,
    "=": pc.equal,
    "<>": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
    "+": pc.add,
    "-": pc.subtract,
    "*": pc.multiply,
    "neg": pc.negate,
    "abs": pc.abs,
    "sign": _sign,
    "round": _round,
    "coalesce": _coalesce,
    "date_diff": _days,
    "length": pc.utf8_length,
    "left": _left,
    "substr": _substr,
    "regexp_full_match": _full_match,
    "regexp_matches": _matches,
    "contains": _contains,
    **checkdigits.FUNCTIONS,
}
