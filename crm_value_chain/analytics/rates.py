"""How often customers with a score buy: a line in the logarithm of the weekly rate.

Two regressions with the window's length as exposure: complementary log-log for buying
at all, Poisson for the number (McCullagh & Nelder 1989, Generalized linear models,
ch. 4.3 and 6.2). The slopes are not negative: a higher score never lowers a forecast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import minimize

from .checks import FloatArray

if TYPE_CHECKING:
    from typing_extensions import Self

PRIOR = 2.0  # standard deviation of a slope, per standard deviation of the score
HIGHEST = 12.0
SMALLEST = 1e-12


class Rates:
    """Weekly rates by score. `fit` sets buying_ and number_: (intercept, slope)."""

    buying_: FloatArray
    number_: FloatArray

    def fit(self, score: FloatArray, purchases: FloatArray, weeks: FloatArray) -> Self:
        """Learn from scores, purchases, and the weeks in which they were made."""
        centre, spread = float(score.mean()), max(float(score.std()), 1e-9)
        scaled = (score - centre) / spread
        bought = (purchases > 0).astype(np.float64)
        lines = [
            line_of(scaled, bought, weeks, seldom=True),
            line_of(scaled, purchases, weeks, seldom=False),
        ]
        self.buying_, self.number_ = (
            np.array([start - slope * centre / spread, slope / spread])
            for start, slope in lines
        )
        return self

    def predict(
        self, score: FloatArray, horizon: float
    ) -> tuple[FloatArray, FloatArray]:
        """Return P(a purchase) and E(purchases) within the horizon."""
        buying, number = (
            horizon * np.exp(np.minimum(line[0] + line[1] * score, HIGHEST))
            for line in (self.buying_, self.number_)
        )
        probability = -np.expm1(-buying)
        return probability, np.maximum(number, probability)

    def to_dict(self) -> dict[str, Any]:
        """Return the rates as plain numbers."""
        return {
            "buying": [float(value) for value in self.buying_],
            "number": [float(value) for value in self.number_],
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the rates that `to_dict` told."""
        rates = cls()
        rates.buying_ = np.array(values["buying"], dtype=np.float64)
        rates.number_ = np.array(values["number"], dtype=np.float64)
        return rates


def line_of(
    score: FloatArray, outcome: FloatArray, weeks: FloatArray, seldom: bool
) -> tuple[float, float]:
    """Return intercept and slope of the log rate; seldom: the outcome is 0 or 1."""
    usual = (float(outcome.sum()) + 0.5) / (float(weeks.sum()) + 1.0)

    def loss(line: FloatArray) -> tuple[float, FloatArray]:
        log_rate = np.minimum(line[0] + line[1] * score, HIGHEST)
        mean = np.maximum(weeks * np.exp(log_rate), SMALLEST)
        if seldom:
            none = np.exp(-mean)
            terms = np.where(outcome > 0, -np.log(-np.expm1(-mean)), mean)
            slope = np.where(outcome > 0, -none / -np.expm1(-mean), 1.0) * mean
        else:
            terms = mean - outcome * np.log(mean)
            slope = mean - outcome
        n = len(score)
        pull = line[1] / PRIOR**2 / n
        value = float(terms.mean()) + line[1] * pull / 2
        return value, np.array([slope.mean(), (slope * score).mean() + pull])

    found = minimize(
        loss,
        np.array([np.log(usual), 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-30.0, HIGHEST), (0.0, None)],
    )
    return float(found.x[0]), float(found.x[1])
