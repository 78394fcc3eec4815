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
MOST_WEEKS = 1040  # one mistyped year must not make it endless


@dataclass(frozen=True)
class Tracking:
    """Repeat purchases by week, from the first day on."""

    first_day: int
    actual: FloatArray
    expected: FloatArray


def tracking(model: BuyTillYouDie, history: History, as_of: int) -> Tracking:
    """Return actual and expected repeat purchases of each full week until `as_of`.

    Expected: for every customer from her first purchase on, without looking at what
    she bought afterwards. Of a longer history the last MOST_WEEKS.
    """
    weeks = max((as_of - history.first_day + 1) // WEEK, 0)
    week = (history.day - history.first_day) // WEEK
    repeat = np.ones(len(history), dtype=bool)
    repeat[history.starts] = False
    shown = np.arange(max(weeks - MOST_WEEKS, 0), weeks)
    actual = np.bincount(week[repeat & (week < weeks)], minlength=weeks)
    born, customers = np.unique(week[~repeat & (week < weeks)], return_counts=True)
    ages = np.arange(weeks + 1, dtype=np.float64) - 0.5
    each_week = np.diff(expected_until(model, ages))
    # Born in the middle of her week, a customer is half a week old at its end
    age = shown[:, None] - born
    expected = np.where(age >= 0, each_week[np.maximum(age, 0)], 0.0)
    first_day = history.first_day + WEEK * int(weeks - len(shown))
    return Tracking(
        first_day,
        actual[shown].astype(np.float64),
        expected @ customers.astype(np.float64),
    )


def expected_until(model: BuyTillYouDie, age: FloatArray) -> FloatArray:
    """Return the expected repeat purchases of a new customer until she has an age."""
    new = np.zeros(len(age))
    until: FloatArray = model.alive(new, new, new) * model.number(
        new, new, np.maximum(age, 0.0)
    )
    return until
