"""Values of worksheet cells as text, without loss."""

import datetime
import re
from decimal import Decimal
from typing import Any

TEXT, NUMBER, DATE, DATETIME, BOOL, ERROR, LONG = 1, 2, 3, 4, 5, 6, 7
NATIVES = {
    TEXT: "text",
    NUMBER: "number",
    DATE: "date",
    DATETIME: "datetime",
    BOOL: "bool",
    ERROR: "error",
    LONG: "number",
}
_TRUSTED = 10**15
"""A spreadsheet keeps 15 digits of a number; what is longer may have lost its last ones."""


def cell_text(value: Any, shows_time: bool = False) -> tuple[str | None, int]:
    """The text of a cell and its native type.

    Args:
        value: what the library gives for the cell.
        shows_time: whether the number format of a date shows hours or seconds.
    """
    kind = type(value)
    if kind is str:
        return (value, TEXT) if value else (None, 0)
    if kind is int:
        return str(value), NUMBER if -_TRUSTED < value < _TRUSTED else LONG
    if kind is float:
        return _number(value)
    if kind is bool:
        return ("TRUE" if value else "FALSE"), BOOL
    if isinstance(value, datetime.datetime):
        return _moment(value, shows_time)
    if isinstance(value, datetime.date):
        return value.isoformat(), DATE
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M:%S"), DATETIME
    return str(value), TEXT


def _number(value: float) -> tuple[str, int]:
    """A number as a spreadsheet shows it: 15 significant digits, no exponent."""
    text = f"{Decimal(f'{value:.15g}'):f}"
    return ("0" if text == "-0" else text), NUMBER if abs(value) < _TRUSTED else LONG


def _moment(value: datetime.datetime, shows_time: bool) -> tuple[str, int]:
    """A date; with the time where the format shows one or the value has one. Times are whole seconds."""
    value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
    if shows_time or (value.hour, value.minute, value.second) != (0, 0, 0):
        return value.isoformat(" "), DATETIME
    return value.date().isoformat(), DATE


def decimals_of(number_format: str) -> int | None:
    """The decimals that a number format shows: `0.00` 2, `#,##0` 0; None for General, text, dates and the like."""
    section = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", number_format.split(";")[0])
    found = re.fullmatch(r"[^0#?.A-Za-z@]*[0#?,]*[0#?](?:\.([0#?]+))?[^0#?.A-Za-z@]*", section)
    return None if found is None else len(found.group(1) or "")


def shows_time(number_format: str) -> bool:
    """Whether a date format shows hours or seconds."""
    return bool(re.search(r"[hHsS]", re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format)))
