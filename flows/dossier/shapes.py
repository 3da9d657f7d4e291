"""What the values of a column look like, and which of them may be shown."""

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import pyarrow as pa

from flows.dossier.words import words_of
from flows.sources.catalogue import SourceColumn
from schemas.dossier import Value
from schemas.reference import REFERENCE, read_toml

MOST = Decimal("0.9")  # of the filled values must have a shape
CODES, LONGEST, SHOWN = 40, 12, 12  # distinct values and their length that make a code; how many are shown
_PERSONAL = ("name", "certificate", "birth", "patient", "staff", "account", "record")
_WRITTEN = re.compile(
    r"name|addr|phone|tel|mobile|memo|remark|note|desc|content|text|xm|dz|dh|姓名|地址|电话|住址|备注|说明|描述|联系|单位名|手机",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z0-9_.+-]{1,12}|[一-鿿]{1,3}|")


@cache
def shapes() -> dict[str, Any]:
    """`reference/dossier/shapes.toml`."""
    return read_toml(REFERENCE / "dossier" / "shapes.toml")


def shape_of(column: SourceColumn, values: Sequence[str]) -> str:
    """The name of the shape that nine of ten filled values have; empty when they have none.

    Args:
        column: what is known of the column.
        values: its filled values as text.
    """
    if not values:
        return ""
    for name, pattern in _patterns().items():
        if _most(pattern, values) and not (name == "certificate" and pa.types.is_integer(column.type)):
            return name
    words = words_of(column.name, column.comment)
    if words.has("birth") and is_dated(column.type):
        return "birth"
    if pa.types.is_decimal(column.type) and (words.has("amount") or words.has("unitprice") or words.has("total")):
        return "amount"
    return ""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(facts["pattern"], re.IGNORECASE) for name, facts in shapes().items() if "pattern" in facts}


def _most(pattern: re.Pattern[str], values: Sequence[str]) -> bool:
    """Whether nine of ten values match; a few are tried first."""
    parts = (values[:20], values)
    return all(sum(bool(pattern.fullmatch(value)) for value in part) >= MOST * len(part) for part in parts)


def codes_of(column: SourceColumn, shape: str, values: Sequence[str]) -> tuple[Value, ...]:
    """Values of a code column with their counts, most frequent first; none of a column that may name a person."""
    if (
        not values
        or shapes().get(shape, {}).get("private")
        or is_dated(column.type)
        or pa.types.is_decimal(column.type)
    ):
        return ()
    words = words_of(column.name, column.comment)
    personal = any(words.has(concept) >= 0.5 for concept in _PERSONAL) or _WRITTEN.search(column.name + column.comment)
    counted = Counter(values)
    few = len(counted) <= CODES and len(counted) * 3 <= max(len(values), 6)
    if personal or not few or not all(_CODE.fullmatch(value) for value in counted):
        return ()
    if not _says_code(column) and any(not value.isascii() for value in counted):
        return ()
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Value(value, count) for value, count in ordered[:SHOWN])


def _says_code(column: SourceColumn) -> bool:
    words = words_of(column.name, column.comment)
    return any(words.has(concept) for concept in ("flag", "status", "kind", "code", "measure", "sex"))


def is_dated(kind: pa.DataType) -> bool:
    """Whether a column holds days or times."""
    return bool(pa.types.is_temporal(kind))


def decimals_of(values: Sequence[str | None]) -> list[Decimal | None]:
    """Numbers of what can be read as one."""
    return [_decimal(value) for value in values]


def _decimal(value: str | None) -> Decimal | None:
    try:
        number = Decimal(value) if value else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
