"""A forecast of one model, with what a correction of it looks at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray

COLUMNS = ("frequency", "overdue", "one_time", "amount")


@dataclass(frozen=True)
class Forecast:
    """A model's forecast of some customers within a horizon.

    stay_probability, stay_expected: what it would be if nobody ever dropped out.
    columns: what a correction looks at, one array for each name in COLUMNS:
    log(1 + x); log(1 + how many purchases the gap since the last one has cost);
    1 for one-time buyers; log of the mean amount.
    """

    p_alive: FloatArray
    probability: FloatArray
    expected: FloatArray
    stay_probability: FloatArray
    stay_expected: FloatArray
    columns: tuple[FloatArray, ...]


def forecast(
    model: BuyTillYouDie,
    x: FloatArray,
    t_x: FloatArray,
    T: FloatArray,
    amount: FloatArray,
    horizon: float,
) -> Forecast:
    """Return the forecast of a fitted model.

    All our models share the rate of purchases, Gamma(r, alpha), so that a customer who
    stays buys at a rate ~ Gamma(r + x, alpha + T).
    """
    alive, probability, expected = model.predict(x, t_x, T, horizon)
    r, alpha = (float(value) for value in model.params_[:2])
    shape, time = r + x, alpha + T
    columns = (
        np.log1p(x),
        np.log1p((T - t_x) * shape / time),
        (x == 0).astype(np.float64),
        log_amount(amount),
    )
    return Forecast(
        p_alive=alive,
        probability=probability,
        expected=expected,
        stay_probability=-np.expm1(shape * np.log1p(-horizon / (time + horizon))),
        stay_expected=shape * horizon / time,
        columns=columns,
    )


def log_amount(amount: FloatArray) -> FloatArray:
    """Return the logarithm of the mean amount; the middle one where there is none."""
    paid = amount > 0
    if not paid.any():
        return np.zeros(len(amount))
    logs = np.log(np.where(paid, amount, 1.0))
    return np.where(paid, logs, np.median(logs[paid]))
