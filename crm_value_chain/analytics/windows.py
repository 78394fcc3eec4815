"""Windows: earlier days of the own history at which a forecast can be tried.

At an earlier day (the cut) only what was known then is used, and the forecast is
compared with what the customers did from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .checks import FloatArray
from .history import DAYS_PER_WEEK, Summary

WINDOWS = 6
SHORTEST = 2.0  # weeks, of a window
ROOM = 3.0  # as many horizons of history allow windows of full length


@dataclass(frozen=True)
class Window:
    """What was known at a cut, and the purchases until `end`."""

    cut: int
    end: int
    known: Summary
    purchases: FloatArray

    @property
    def horizon(self) -> float:
        """Length in weeks."""
        return (self.end - self.cut) / DAYS_PER_WEEK


@dataclass(frozen=True)
class Plan:
    """The cuts (days, the latest first) and the windows' length in days.

    full: each window has the length that is asked for; else the history is too short
    and the windows are nested: all of them end today.
    """

    cuts: tuple[int, ...]
    length: int
    full: bool


def plan(first_day: int, as_of: int, horizon: float) -> Plan:
    """Return the cuts for a history from `first_day` and a horizon in weeks.

    With three horizons of history or more: full windows, each half a horizon earlier
    than the one before, as long as a horizon and a quarter of the history precede it.
    With less: windows that end today, from a sixth to two thirds of the history.
    """
    length = max(round(horizon * DAYS_PER_WEEK), 1)
    span = as_of - first_day
    if span >= ROOM * length:
        steps = [length + index * length // 2 for index in range(WINDOWS)]
        least = max(length, span // 4)
        backs = [step for step in steps if span - step >= least]
        return Plan(tuple(as_of - back for back in backs), length, True)
    longest = min(length, span * 2 / 3)
    shortest = max(SHORTEST * DAYS_PER_WEEK, longest / 5)
    if longest < shortest:
        return Plan((), length, False)
    backs = [round(back) for back in np.linspace(shortest, longest, WINDOWS)]
    return Plan(tuple(as_of - back for back in sorted(set(backs))), length, False)
