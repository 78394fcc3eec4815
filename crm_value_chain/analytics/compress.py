"""Equal customers told once: the different rows of x and times, with weights.

A likelihood depends on the customers only through (x, t_x, T). Where times are whole
days, a million customers make far fewer different rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .checks import FloatArray, IntArray
from .history import DAYS_PER_WEEK

GRID_TOLERANCE = 1e-6
LARGEST_KEY = 2**62
DENSE = 4  # possible keys per row, up to which a table is quicker than sorting


class Kinds:
    """Customers by x and a time: what depends on these alone is computed once each."""

    def __init__(self, x: FloatArray, time: FloatArray) -> None:
        rows, inverse = group(x, time)
        self.x, self.time = (x, time) if rows is None else (x[rows], time[rows])
        self._inverse: IntArray | None = inverse

    def each(
        self, function: Callable[..., FloatArray], *arguments: float
    ) -> FloatArray:
        """Return function(x, time, *arguments) of every customer."""
        return self.spread(function(self.x, self.time, *arguments))

    def spread(self, values: FloatArray) -> FloatArray:
        """Return the values of the kinds as those of the customers."""
        return values if self._inverse is None else values[self._inverse]


def compress(
    x: FloatArray, t_x: FloatArray, T: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the different rows and their summed weights (as given, if not in days)."""
    rows, inverse = group(x, t_x, T)
    if rows is None or inverse is None:
        return x, t_x, T, weights
    total = np.bincount(inverse, weights=weights).astype(np.float64)
    return x[rows], t_x[rows], T[rows], total


def group(
    x: FloatArray, *times: FloatArray
) -> tuple[IntArray, IntArray] | tuple[None, None]:
    """Return a row of each kind, and the kind of each row; None if not in days."""
    days = [day_grid(weeks) for weeks in times]
    if not x.size or (x % 1).any() or any(day is None for day in days):
        return None, None
    columns = [x.astype(np.int64), *(day for day in days if day is not None)]
    key = row_keys(columns)
    if key is None:
        return None, None
    return kinds(key)


def kinds(key: IntArray) -> tuple[IntArray, IntArray]:
    """Return a row of each different key, and the position of each row's key."""
    largest = int(key.max())
    if largest > DENSE * len(key):
        _, rows, inverse = np.unique(key, return_index=True, return_inverse=True)
        return rows, inverse
    # A table over all possible keys: no sorting
    row_of = np.full(largest + 1, -1, dtype=np.int64)
    row_of[key] = np.arange(len(key))
    present = np.flatnonzero(row_of >= 0)
    position = np.empty(largest + 1, dtype=np.int64)
    position[present] = np.arange(len(present))
    return row_of[present], position[key]


def day_grid(weeks: FloatArray) -> IntArray | None:
    """Return times as whole days, or None where they are not."""
    days = weeks * DAYS_PER_WEEK
    whole = np.rint(days)
    if days.size and float(np.abs(days - whole).max()) > GRID_TOLERANCE:
        return None
    return whole.astype(np.int64)


def row_keys(columns: list[IntArray]) -> IntArray | None:
    """Return one integer per row that tells different rows apart (None: too many)."""
    key = np.zeros(len(columns[0]), dtype=np.int64)
    size = 1
    for column in columns:
        span = int(column.max()) + 1
        size *= span
        if size > LARGEST_KEY:
            return None
        key *= span
        key += column
    return key
