"""Customer lifetime value: expected purchases times expected value, discounted.

    CLV = Σ_k value · (E_k - E_(k-1)) / (1 + rate)^(weeks_k / 52.18),  k = 1 … periods,

where E_k is the expected number of purchases until the end of period k, weeks_k the
middle of the period in weeks, and rate the yearly discount rate: Fader, Hardie & Lee
(2005), RFM and CLV, J. of Marketing Research 42(4), eq. 5, in discrete periods, so that
anybody can repeat it by hand. Periods are quarters of a year whatever the horizon: with
longer ones for a longer horizon, more purchases could come to less.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .checks import FloatArray

WEEKS_PER_YEAR = 365.25 / 7
QUARTER = WEEKS_PER_YEAR / 4
HAIR = 1e-9  # of a period, which makes no further one


def period_ends(horizon: float, period: float = QUARTER) -> FloatArray:
    """Return the ends of the periods in weeks; the last one may be shorter."""
    if not (horizon > 0 and period > 0):
        raise ValueError("CLV needs a horizon and a period longer than nothing.")
    periods = max(1, math.ceil(horizon / period - HAIR))
    ends = period * np.arange(1, periods + 1, dtype=np.float64)
    ends[-1] = horizon
    return ends


def discount_factors(ends: FloatArray, rate: float) -> FloatArray:
    """Return what 1 in the middle of each period is worth today."""
    if not rate > -1:
        raise ValueError("The yearly discount rate must be above -1.")
    middles = (ends + np.concatenate([[0.0], ends[:-1]])) / 2
    factors: FloatArray = (1.0 + rate) ** (-middles / WEEKS_PER_YEAR)
    return factors


def lifetime_value(
    expected: Sequence[FloatArray], value: FloatArray, ends: FloatArray, rate: float
) -> FloatArray:
    """Return the CLV of each customer.

    expected: expected purchases until the end of each period; value: of a purchase.
    """
    if len(expected) != len(ends):
        raise ValueError("One array of expected purchases is wanted per period.")
    total: FloatArray = np.zeros(len(value))
    before: FloatArray = np.zeros(len(value))
    for until, factor in zip(expected, discount_factors(ends, rate), strict=True):
        total += np.maximum(until - before, 0.0) * factor
        before = until
    return total * value
