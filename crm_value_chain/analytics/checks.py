"""Input checks that every estimator shares: clear errors, never a NaN inside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class NotEnoughHistory(ValueError):
    """The data cannot identify the model: too few customers or no repeat purchase."""


class NotFitted(ValueError):
    """The model was asked to predict before it was fitted."""


def as_floats(name: str, values: ArrayLike) -> FloatArray:
    """Return a finite one-dimensional float array, or say what is wrong with it."""
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if array.ndim != 1:
        raise ValueError(f"{name} must have one dimension, not {array.ndim}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinite values.")
    return array


def as_summary(
    x: ArrayLike, t_x: ArrayLike, T: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (x, t_x, T) as checked arrays of one length.

    x: repeat purchases (≥ 0); t_x: time of the last one; T: time observed; both
    since the first purchase, 0 ≤ t_x ≤ T, and t_x = 0 exactly where x = 0.
    """
    x, t_x, T = as_floats("x", x), as_floats("t_x", t_x), as_floats("T", T)
    if not x.shape == t_x.shape == T.shape:
        try:
            x, t_x, T = np.broadcast_arrays(x, t_x, T)
        except ValueError:
            raise ValueError("x, t_x and T must have the same length.") from None
    if x.size:
        if x.min() < 0:
            raise ValueError("x, the number of repeat purchases, must not be negative.")
        if t_x.min() < 0 or bool((t_x > T).any()):
            raise ValueError("t_x must lie between 0 and T.")
        if bool(((x > 0) != (t_x > 0)).any()):
            raise ValueError("t_x must be 0 where x is 0, and positive elsewhere.")
    return x, t_x, T


def as_weights(weights: ArrayLike | None, n: int) -> FloatArray:
    """Return n non-negative weights with a positive sum; ones where none are given."""
    if weights is None:
        return np.ones(n)
    array = as_floats("weights", weights)
    if array.shape != (n,):
        raise ValueError("weights must have one entry per customer.")
    if n and (array.min() < 0 or array.sum() <= 0):
        raise ValueError("weights must not be negative, nor all zero.")
    return array


def as_horizon(horizon: Any) -> float:
    """Return a horizon in weeks as a finite number ≥ 0."""
    value = float(horizon)
    if not np.isfinite(value) or value < 0:
        raise ValueError("The horizon must be a finite number of weeks, 0 or more.")
    return value
