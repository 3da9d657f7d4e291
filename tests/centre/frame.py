"""Columns as numpy arrays: how the parts of the generator hand rows to each other.

Everything is a whole number until it becomes Arrow: money in fen (10^-2 yuan), prices in 10^-6
yuan, quantities in 10^-4 units, times in seconds since 1970-01-01 of the wall clock. So there is
no float on the way and no rounding but the one that is meant.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Frame = dict[str, Ints]

DAY = 86_400
NONE = -1


def take(frame: Mapping[str, Ints], rows: Ints | Bools) -> Frame:
    """The given rows of every column."""
    return {name: values[rows] for name, values in frame.items()}


def stack(frames: Sequence[Mapping[str, Ints]]) -> Frame:
    """Frames with the same columns, one under the other."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def half_up(value: Ints, divisor: int) -> Ints:
    """Whole-number division rounded half up; `value` must not be negative."""
    return (value + divisor // 2) // divisor


def decimals(values: Ints, kind: pa.DataType, missing: Bools | None = None) -> pa.Array:
    """Scaled whole numbers as a decimal128 array of `kind`, whose scale is the one of `values`."""
    words = np.empty((len(values), 2), dtype="<i8")
    words[:, 0] = values
    words[:, 1] = values >> 63
    array = pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(words)])
    return array if missing is None else _blank(array, missing)


def times(seconds: Ints, missing: Bools | None = None) -> pa.Array:
    """Seconds of the wall clock as timestamps without a zone."""
    return pa.array(seconds * 1_000_000, mask=missing).cast(pa.timestamp("us"))


def dates(days: Ints, missing: Bools | None = None) -> pa.Array:
    """Days since 1970-01-01 as dates."""
    return pa.array(days.astype(np.int32), mask=missing).cast(pa.date32())


def whole(values: Ints, missing: Bools | None = None) -> pa.Array:
    """Whole numbers; `missing` rows are null."""
    return pa.array(values, mask=missing)


def words(texts: Sequence[str | None], rows: Ints) -> pa.Array:
    """`texts[row]` for every row; a row below zero is null."""
    indices = pa.array(rows, mask=rows < 0)
    return pa.array(texts, pa.string()).take(indices)


def numbered(pattern: str, values: Ints) -> pa.Array:
    """`pattern.format(value)` for every value."""
    return pa.array([pattern.format(value) for value in values.tolist()], pa.string())


def constant(text: str | None, length: int) -> pa.Array:
    """The same text (or null) `length` times."""
    return pa.array([text], pa.string()).take(pa.array(np.zeros(length, dtype=np.int64)))


def _blank(array: pa.Array, missing: Bools) -> pa.Array:
    filler: Any = pa.scalar(None, array.type)
    return pa.compute.if_else(pa.array(missing), filler, array)
