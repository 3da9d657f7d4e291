"""Random draws that depend on nothing but the seed: whole numbers only, one stream per purpose."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from tests.centre.frame import DAY, Ints

HOURS = (1, 1, 1, 1, 1, 1, 2, 6, 40, 120, 130, 95, 30, 15, 30, 60, 62, 40, 16, 8, 5, 0, 0, 0)
MONTHS = (13, 10, 11, 10, 9, 8, 8, 8, 9, 10, 12, 13)
WEEKDAYS = (13, 11, 10, 10, 10, 5, 4)


class Draw:
    """A stream of random numbers, named so that a change in one part leaves the others alone."""

    def __init__(self, seed: int, name: str) -> None:
        """Start the stream `name` of `seed`."""
        sequence = np.random.SeedSequence([seed, crc32(name.encode())])
        self._generator = np.random.Generator(np.random.PCG64(sequence))

    def between(self, low: int | Ints, high: int | Ints, size: int) -> Ints:
        """Whole numbers from low to high, both included."""
        return self._generator.integers(low, high, size, dtype=np.int64, endpoint=True)

    def chance(self, size: int, per_mille: int | Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """True with a probability of so many in a thousand."""
        return np.asarray(self.between(0, 999, size) < per_mille)

    def pick(self, weights: Sequence[int] | Ints, size: int) -> Ints:
        """Positions in `weights`, each as often as its weight says."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.between(0, int(edges[-1]) - 1, size), side="right")

    def pick_by(self, classes: Ints, weights: Ints) -> Ints:
        """Positions drawn with the weights of each row's class; `weights` is class × position."""
        result = np.zeros(len(classes), dtype=np.int64)
        for kind in np.unique(classes):
            rows = np.flatnonzero(classes == kind)
            result[rows] = self.pick(weights[kind], len(rows))
        return result

    def spread(self, weights: Ints, size: int) -> Ints:
        """`size` positions in rising order, one in each of `size` equal shares of the total weight.

        Every position whose weight is at least twice a share is certain to occur: this is what
        fills every month even in a very small centre.
        """
        total = int(weights.sum())
        offset = self.between(0, total - 1, size)
        points = (np.arange(size, dtype=np.int64) * total + offset) // max(size, 1)
        return np.searchsorted(np.cumsum(weights), points, side="right")

    def clock(self, size: int) -> Ints:
        """Seconds since midnight, most of them in the morning."""
        return self.pick(HOURS, size) * 3600 + self.between(0, 3599, size)


def day_weights(first: int, last: int) -> Ints:
    """How busy each day from `first` to `last` (days since 1970) is: by month and by weekday."""
    days = np.arange(first, last + 1, dtype=np.int64)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weekdays = (days + 3) % 7
    return np.asarray(MONTHS, dtype=np.int64)[months] * np.asarray(WEEKDAYS, dtype=np.int64)[weekdays]


def month_index(seconds: Ints) -> Ints:
    """The calendar month 1–12 of wall-clock seconds."""
    days = (seconds // DAY).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) % 12 + 1
