"""When a customer buys next, if she does.

Between purchases the rate is what it was after the last one, Gamma(r + x, alpha + t_x)
in all our models, so that the waiting time is Lomax (Pareto II) distributed: Fader,
Hardie & Lee (2005), Marketing Science 24(2), eq. 4, for a customer who stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray, as_summary

LONGEST = 520.0  # weeks: beyond ten years a date means nothing


@dataclass(frozen=True)
class NextPurchase:
    """Weeks after the last purchase: the middle, and the interval around it."""

    middle: FloatArray
    earliest: FloatArray
    latest: FloatArray


def waiting_quantile(
    model: BuyTillYouDie, x: ArrayLike, t_x: ArrayLike, quantile: float
) -> FloatArray:
    """Return the weeks after the last purchase until the next, in a share of cases."""
    if not 0.0 < quantile < 1.0:
        raise ValueError("A quantile lies between 0 and 1.")
    x, t_x, _ = as_summary(x, t_x, t_x)
    r, alpha = (float(value) for value in model.params_[:2])
    exponent = np.minimum(-np.log1p(-quantile) / (r + x), 700.0)
    waiting: FloatArray = (alpha + t_x) * np.expm1(exponent)
    return np.minimum(waiting, LONGEST)


def next_purchase(
    model: BuyTillYouDie, x: ArrayLike, t_x: ArrayLike, coverage: float = 0.8
) -> NextPurchase:
    """Return when the next purchase is due, counted from the last one.

    It assumes that the customer still buys (how likely that is, P(alive) and the
    purchase probability say), and does not move as time goes by: a customer is overdue
    once it has passed. coverage: the interval's share of such customers.
    """
    tail = (1 - coverage) / 2
    return NextPurchase(
        middle=waiting_quantile(model, x, t_x, 0.5),
        earliest=waiting_quantile(model, x, t_x, tail),
        latest=waiting_quantile(model, x, t_x, 1 - tail),
    )


def usual_gap(model: BuyTillYouDie, x: ArrayLike, t_x: ArrayLike) -> FloatArray:
    """Return the customer's rhythm in weeks: one over the expected rate."""
    x, t_x, _ = as_summary(x, t_x, t_x)
    r, alpha = (float(value) for value in model.params_[:2])
    return np.minimum((alpha + t_x) / (r + x), LONGEST)
