"""What BG/NBD, MBG/NBD and Pareto/NBD share.

A customer buys at a rate of her own while "alive" and drops out unseen. Each model
says how; from that follow the likelihood of (x, t_x, T), P(alive), and what a living
customer does within a horizon.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from .checks import (
    FloatArray,
    NotEnoughHistory,
    NotFitted,
    as_horizon,
    as_summary,
    as_weights,
)
from .compress import Kinds, compress
from .optimise import Likelihood, in_logs, maximise
from .products import dot

if TYPE_CHECKING:
    from typing_extensions import Self

TYPICAL_TIME = 10.0  # the mean T while fitting: keeps parameters near 1


class BuyTillYouDie(ABC):
    """A model of repeat purchases. Times are in weeks since the first purchase.

    `fit` sets params_ (in the order of parameter_names), log_likelihood_ (in total,
    weeks as the unit) and n_customers_.
    """

    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]
    times: ClassVar[tuple[bool, ...]]  # which parameters are measured in time

    params_: FloatArray
    log_likelihood_: float
    n_customers_: float

    def __init__(self, max_sample: int = 50_000, seed: int = 0) -> None:
        self.max_sample = max_sample
        self.seed = seed

    def __repr__(self) -> str:
        values = ", ".join(f"{k}={v:.4g}" for k, v in self.parameters.items())
        return f"{type(self).__name__}({values})"

    # What each model says

    @abstractmethod
    def _likelihood(
        self,
        params: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        weights: FloatArray,
    ) -> tuple[float, FloatArray]:
        """Return the weighted log-likelihood and its gradient."""

    @abstractmethod
    def _rows(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """Return the log-likelihood of each customer."""

    @abstractmethod
    def alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        """Return the probability of being alive at T."""

    @abstractmethod
    def chance(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        """Return P(a purchase) in (T, T + horizon] of customers alive at T."""

    @abstractmethod
    def number(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        """Return E(purchases) in (T, T + horizon] of customers alive at T."""

    @abstractmethod
    def _starts(self, rate: float) -> Sequence[FloatArray]:
        """Return parameters to start from, given purchases per unit of time."""

    # What follows from it

    def fit(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        weights: ArrayLike | None = None,
    ) -> Self:
        """Estimate the parameters by maximum likelihood; return the model itself.

        Raises NotEnoughHistory where nobody was observed or nobody bought again:
        the likelihood then has no maximum.
        """
        x, t_x, T = as_summary(x, t_x, T)
        w = as_weights(weights, len(x))
        time, purchases = dot(w, T), dot(w, x)
        if time <= 0 or purchases <= 0:
            raise NotEnoughHistory("Nobody bought again: the model cannot be fitted.")
        self.n_customers_ = float(w.sum())
        unit = TYPICAL_TIME * self.n_customers_ / time
        self._fit_scaled(x, t_x, T, w, unit, purchases / (unit * time))
        self.params_ = np.where(self.times, self.params_ / unit, self.params_)
        # In the unit of the search the density of each purchase is 1 / unit as high
        self.log_likelihood_ += purchases * float(np.log(unit))
        return self

    def _fit_scaled(
        self,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        w: FloatArray,
        unit: float,
        rate: float,
    ) -> None:
        def goal(rows: tuple[FloatArray, ...]) -> Likelihood:
            total = float(rows[3].sum())
            return in_logs(lambda params: self._likelihood(params, *rows), total)

        chosen = self._sample(len(x))
        some = scaled(*compress(x[chosen], t_x[chosen], T[chosen], w[chosen]), unit)
        everyone = None
        if len(x) > self.max_sample:
            everyone = goal(scaled(x, t_x, T, w, unit))
        starts = [np.log(start) for start in self._starts(rate)]
        theta, value = maximise(goal(some), everyone, starts)
        self.params_ = np.exp(theta)
        self.log_likelihood_ = value * self.n_customers_

    def _sample(self, n: int) -> Any:
        if n <= self.max_sample:
            return slice(None)
        rng = np.random.default_rng(self.seed)
        return rng.choice(n, size=self.max_sample, replace=False)

    @property
    def parameters(self) -> dict[str, float]:
        """The fitted parameters by name."""
        values = getattr(self, "params_", ())
        return {k: float(v) for k, v in zip(self.parameter_names, values, strict=False)}

    def set_parameters(self, **values: float) -> Self:
        """Use known parameters instead of fitting (published or stored ones)."""
        if set(values) != set(self.parameter_names):
            raise ValueError(f"{self.name} wants {', '.join(self.parameter_names)}.")
        params = np.array([float(values[name]) for name in self.parameter_names])
        if not (np.isfinite(params).all() and params.min() > 0):
            raise ValueError("Parameters must be finite and positive.")
        self.params_ = params
        return self

    def _fitted(self) -> FloatArray:
        if not hasattr(self, "params_"):
            raise NotFitted(f"This {self.name} model is not fitted yet.")
        return self.params_

    def log_likelihood(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """Return the log-likelihood of each customer's history."""
        self._fitted()
        return self._rows(*as_summary(x, t_x, T))

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> FloatArray:
        """Return the probability that a customer is still alive at T."""
        self._fitted()
        return self.alive(*as_summary(x, t_x, T))

    def purchase_probability(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float
    ) -> FloatArray:
        """Return the probability of at least one purchase in (T, T + horizon]."""
        return self.predict(x, t_x, T, horizon)[1]

    def expected_purchases(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float
    ) -> FloatArray:
        """Return the expected number of purchases in (T, T + horizon]."""
        return self.predict(x, t_x, T, horizon)[2]

    def predict(
        self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, horizon: float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return P(alive), P(a purchase) and E(purchases) within the horizon."""
        self._fitted()
        x, t_x, T = as_summary(x, t_x, T)
        weeks = as_horizon(horizon)
        alive = self.alive(x, t_x, T)
        kinds = Kinds(x, T)
        chance = kinds.each(self.chance, weeks)
        number = np.maximum(kinds.each(self.number, weeks), chance)
        return alive, alive * chance, alive * number


def scaled(
    x: FloatArray, t_x: FloatArray, T: FloatArray, w: FloatArray, unit: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the rows with their times multiplied by `unit`."""
    return x, t_x * unit, T * unit, w
