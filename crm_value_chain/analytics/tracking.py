"""Purchases week by week: what happened, and what a model expects.

The weekly tracking plot of Fader, Hardie & Lee (2005), Marketing Science 24(2), fig. 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray
from .history import History

WEEK = 7


@dataclass(frozen=True)
class Tracking:
    """Repeat purchases by week, counted from the first day of the history."""

    first_day: int
    actual: FloatArray
    expected: FloatArray


def tracking(model: BuyTillYouDie, history: History, as_of: int) -> Tracking:
    """Return actual and expected repeat purchases of each full week until `as_of`.

    Expected: for every customer from her first purchase on, without looking at what
    she bought afterwards.
    """
    first_day = history.first_day
    weeks = max((as_of - first_day + 1) // WEEK, 0)
    week = (history.day - first_day) // WEEK
    repeat = np.ones(len(history), dtype=bool)
    repeat[history.starts] = False
    actual = np.bincount(week[repeat & (week < weeks)], minlength=weeks)
    born = np.bincount(week[~repeat & (week < weeks)], minlength=weeks)
    at_half = [
        float(model.expected_purchases(0, 0, 0, max(age, 0.0))[0])
        for age in np.arange(weeks + 1) - 0.5
    ]
    # Born in the middle of her week, a customer is half a week old at its end
    expected = np.convolve(born, np.diff(at_half))[:weeks]
    return Tracking(first_day, actual.astype(np.float64), expected)
