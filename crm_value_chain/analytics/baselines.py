"""What a model has to beat to be worth showing: rules of thumb.

[1] Wübben & von Wangenheim (2008), Instant customer base analysis: managerial
    heuristics often "get it right", Journal of Marketing 72(3), 82-93.
[2] Hughes (1994), Strategic database marketing: the sum of recency, frequency and
    monetary scores.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .checks import FloatArray
from .history import Summary
from .rates import Rates
from .windows import Window

if TYPE_CHECKING:
    from typing_extensions import Self

QUINTILES = (0.2, 0.4, 0.6, 0.8)


class Baseline(ABC):
    """A rule that scores customers, and learns how often each score bought before.

    `fit` sets parameters_ (what the rule itself needs) and rates_ (purchases a week by
    score, so that any horizon can be asked for).
    """

    name: ClassVar[str]
    parameters_: FloatArray
    rates_: Rates

    @abstractmethod
    def _learn(self, known: Summary) -> FloatArray:
        """Return the rule's parameters, from the customers as known on a day."""

    @abstractmethod
    def _score(
        self,
        parameters: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        amount: FloatArray,
    ) -> FloatArray:
        """Return the customers' scores: the higher, the likelier to buy."""

    def fit(self, windows: Sequence[Window], today: Summary) -> Self:
        """Learn from earlier windows and from the customers of today."""
        scores = []
        for window in windows:
            known = window.known
            self.parameters_ = self._learn(known)
            scores.append(self.score(known.x, known.t_x, known.T, known.amount))
        weeks = [np.full(len(each.purchases), each.horizon) for each in windows]
        purchases = [each.purchases for each in windows]
        self.rates_ = Rates().fit(
            np.concatenate(scores), np.concatenate(purchases), np.concatenate(weeks)
        )
        self.parameters_ = self._learn(today)
        return self

    def score(
        self, x: FloatArray, t_x: FloatArray, T: FloatArray, amount: FloatArray
    ) -> FloatArray:
        """Return the customers' scores: the higher, the likelier to buy."""
        return self._score(self.parameters_, x, t_x, T, amount)

    def predict(
        self,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        amount: FloatArray,
        horizon: float,
    ) -> tuple[FloatArray, FloatArray]:
        """Return P(a purchase) and E(purchases) within the horizon."""
        return self.rates_.predict(self.score(x, t_x, T, amount), horizon)

    def to_dict(self) -> dict[str, Any]:
        """Return what was learnt as plain numbers."""
        return {
            "name": self.name,
            "parameters": [float(value) for value in self.parameters_],
            "rates": self.rates_.to_dict(),
        }


class Frequency(Baseline):
    """Everyone goes on buying at the past rate ([1], frequency heuristic).

    The score is the logarithm of the rate, shrunk towards the mean of all customers.
    """

    name = "frequency"

    def _learn(self, known: Summary) -> FloatArray:
        return np.array([(known.x.sum() + 0.5) / (known.T.sum() + 26.0)])

    def _score(
        self,
        parameters: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        amount: FloatArray,
    ) -> FloatArray:
        rate: FloatArray = (1 + x) / (1 / parameters[0] + T)
        return np.log(rate)


class Hiatus(Baseline):
    """Who has not bought for longer than the hiatus is inactive ([1]).

    The hiatus is the one that would have told buyers from others best in the past.
    """

    name = "hiatus"

    def fit(self, windows: Sequence[Window], today: Summary) -> Self:
        """Learn the hiatus, then as every baseline."""
        gap = np.concatenate([each.known.T - each.known.t_x for each in windows])
        bought = np.concatenate([each.purchases for each in windows]) > 0
        limits = np.unique(np.quantile(gap, np.linspace(0.05, 0.95, 37)))
        hits = [float(((gap <= limit) == bought).mean()) for limit in limits]
        self.hiatus_ = float(limits[int(np.argmax(hits))])
        return super().fit(windows, today)

    def _learn(self, known: Summary) -> FloatArray:
        return np.array([self.hiatus_])

    def _score(
        self,
        parameters: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        amount: FloatArray,
    ) -> FloatArray:
        active: FloatArray = (T - t_x <= parameters[0]).astype(np.float64)
        return active


class RfmSum(Baseline):
    """The sum of the quintiles of recency, frequency and money ([2]), 3 to 15."""

    name = "RFM sum"

    def _learn(self, known: Summary) -> FloatArray:
        total = known.amount * (known.x + 1)
        values = [known.t_x - known.T, known.x, total]
        return np.concatenate([np.quantile(value, QUINTILES) for value in values])

    def _score(
        self,
        parameters: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        amount: FloatArray,
    ) -> FloatArray:
        values = [t_x - T, x, amount * (x + 1)]
        score = np.full(len(x), 3.0)
        for limits, value in zip(parameters.reshape(3, -1), values, strict=True):
            score += np.searchsorted(limits, value, side="left")
        return score


BASELINES: tuple[type[Baseline], ...] = (RfmSum, Hiatus, Frequency)


def baseline_from_dict(values: dict[str, Any]) -> Baseline:
    """Return the baseline that `to_dict` told."""
    kind = next(each for each in BASELINES if each.name == values["name"])
    baseline = kind()
    baseline.parameters_ = np.array([float(each) for each in values["parameters"]])
    baseline.rates_ = Rates.from_dict(values["rates"])
    return baseline
