"""All that a company's model says of some customers, each part computed once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .candidates import ModelForecaster, Prediction
from .checks import FloatArray, as_floats, as_horizon
from .clv import QUARTER, lifetime_value, period_ends
from .forecast import Customers

if TYPE_CHECKING:
    from .retention import RetentionModel


@dataclass(frozen=True)
class Scores:
    """Scores of customers within a horizon: plain arrays, finite everywhere.

    p_alive; probability of at least one purchase (never above p_alive); expected
    purchases (never below the probability); value: expected amount of a purchase.
    """

    p_alive: FloatArray
    probability: FloatArray
    expected: FloatArray
    value: FloatArray


class Outlook:
    """What a fitted model says of some customers, for any horizon in weeks."""

    def __init__(self, model: RetentionModel, customers: Customers) -> None:
        self.model = model
        self.customers = customers

    def scores(self, horizon: float | None = None) -> Scores:
        """Return the scores within a horizon, else the one of the model."""
        chance, number = self._predictions(horizon)
        known = self.customers
        alive = known.outlook(self.model.alive_).p_alive
        return Scores(
            p_alive=np.maximum(alive, chance.probability),
            probability=chance.probability,
            expected=np.maximum(number.expected, chance.probability),
            value=self.model.amounts_.expected(known.x + 1, known.amount),
        )

    def probability(self, horizon: float | None = None) -> FloatArray:
        """Return the probability of a purchase within a horizon, and nothing else."""
        return self._predictions(horizon)[0].probability

    def purchases(self, ends: Iterable[float]) -> list[FloatArray]:
        """Return the expected purchases until each of several ends."""
        return [self._expected(end) for end in ends]

    def lifetime_value(
        self,
        value: ArrayLike,
        horizon: float = 52.0,
        rate: float = 0.1,
        period: float = QUARTER,
    ) -> FloatArray:
        """Return the lifetime value, see `RetentionModel.lifetime_value`."""
        ends = period_ends(as_horizon(horizon), period)
        expected = self.purchases(ends)
        return lifetime_value(expected, as_floats("value", value), ends, rate)

    def _expected(self, horizon: float) -> FloatArray:
        chance, number = self._predictions(horizon)
        if self._is_one_model():
            return number.expected
        return np.maximum(number.expected, chance.probability)

    def _is_one_model(self) -> bool:
        """Whether the number cannot fall below the probability."""
        used = self.model.probability_
        return (
            used is self.model.count_
            and isinstance(used, ModelForecaster)
            and not used.corrections
        )

    def _predictions(self, horizon: float | None) -> tuple[Prediction, Prediction]:
        weeks = self.model.horizon if horizon is None else as_horizon(horizon)
        chance = number = self.model.probability_.predict(self.customers, weeks)
        if self.model.count_ is not self.model.probability_:
            number = self.model.count_.predict(self.customers, weeks)
        return chance, number
