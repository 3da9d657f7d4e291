"""Which values a report may list: codes that somebody laid down, never what merely stood in a column.

The list of a learnt format is what was found in the data, and that may be names of people.
"""

from collections.abc import Sequence
from functools import cache

from schemas.drift.columns import ColumnPair
from schemas.format import FormatColumn

SHOWN = 20


def told(values: Sequence[str], column: FormatColumn, pair: ColumnPair) -> str:
    """Values of one side's column in words: codes one by one, all others as their number.

    A code is a member of a closed list of either side, or any value of a column that holds codes in the std model.
    """
    codes = {code for side in (pair.old, pair.new) if _laid_down(side) for code in side.codes}
    shown = [value for value in values if value in codes or _coded(column)]
    rest = f"{len(values) - len(shown):,} 个未列出的值"
    if len(shown) == len(values):
        return _listed(shown)
    return f"{_listed(shown)} 和 {rest}" if shown else rest


def _laid_down(column: FormatColumn) -> bool:
    return not column.codes_open or _coded(column)


def _coded(column: FormatColumn) -> bool:
    return column.std_field in _code_fields()


@cache
def _code_fields() -> frozenset[str]:
    """The std fields with a code table or a closed set of values."""
    from schemas.std import MODELS

    return frozenset(
        f"{name}.{column.name}"
        for name, model in MODELS.items()
        for column in model.to_schema().columns.values()
        if column.metadata["codes"] or column.checks
    )


def _listed(values: Sequence[str]) -> str:
    """At most SHOWN values in a row; how many there are is said when some are left out."""
    shown = "、".join(values[:SHOWN])
    return shown if len(values) <= SHOWN else f"{shown} 等 {len(values):,} 个值"
