"""Gamma-Gamma: what a purchase of a customer is worth on average.

[1] Fader & Hardie (2013), The Gamma-Gamma model of monetary value.

Amounts of a customer's purchases ~ Gamma(p, nu), nu ~ Gamma(q, gamma) across customers,
independent of how often she buys. Only customers with a repeat purchase and a positive
mean amount tell something; returns and zero amounts stay out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln

from .checks import (
    FloatArray,
    IntArray,
    NotEnoughHistory,
    NotFitted,
    as_floats,
    as_weights,
)
from .optimise import Likelihood, in_logs, maximise
from .products import dot

if TYPE_CHECKING:
    from typing_extensions import Self


class GammaGamma:
    """The model of [1]. `fit` sets params_ (p, q, gamma) and log_likelihood_."""

    name: ClassVar[str] = "Gamma-Gamma"
    parameter_names: ClassVar[tuple[str, ...]] = ("p", "q", "gamma")

    params_: FloatArray
    log_likelihood_: float
    n_customers_: float
    population_mean_: float

    def __init__(self, max_sample: int = 50_000, seed: int = 0) -> None:
        self.max_sample = max_sample
        self.seed = seed

    def fit(self, n: ArrayLike, m: ArrayLike, weights: ArrayLike | None = None) -> Self:
        """Estimate p, q, gamma from n purchases with mean amount m per customer.

        Customers with n = 0 or m ≤ 0 are left out; NotEnoughHistory without any other.
        """
        n, m = as_floats("n", n), as_floats("m", m)
        if n.shape != m.shape:
            raise ValueError("n and m must have the same length.")
        w = as_weights(weights, len(n))
        use = (n > 0) & (m > 0) & (w > 0)
        n, m, w = n[use], m[use], w[use]
        if len(n) < 2 or float(np.ptp(m)) <= 1e-9 * float(m.max()):
            raise NotEnoughHistory("The amounts do not differ: nothing to estimate.")
        self.n_customers_ = float(w.sum())
        unit = self.n_customers_ / dot(w, m)
        self._fit_scaled(n, m * unit, w)
        p, q, gamma = self.params_
        self.params_ = np.array([p, q, gamma / unit])
        self.log_likelihood_ += self.n_customers_ * float(np.log(unit))
        self.population_mean_ = dot(w, n * m) / dot(w, n)
        return self

    def _fit_scaled(self, n: FloatArray, m: FloatArray, w: FloatArray) -> None:
        def goal(rows: slice | IntArray) -> Likelihood:
            part, means, weights = n[rows], m[rows], w[rows]
            return in_logs(
                lambda params: likelihood(params, part, means, weights),
                float(weights.sum()),
            )

        starts = [np.log([5.0, 4.0, 0.6]), np.log([1.0, 3.0, 2.0])]
        all_rows = goal(slice(None))
        if len(n) <= self.max_sample:
            theta, value = maximise(all_rows, None, starts)
        else:
            rng = np.random.default_rng(self.seed)
            rows = rng.choice(len(n), size=self.max_sample, replace=False)
            theta, value = maximise(goal(rows), all_rows, starts)
        self.params_ = np.exp(theta)
        self.log_likelihood_ = value * self.n_customers_

    @property
    def parameters(self) -> dict[str, float]:
        """The fitted parameters by name."""
        values = getattr(self, "params_", ())
        return {k: float(v) for k, v in zip(self.parameter_names, values, strict=False)}

    def set_parameters(self, mean: float = 0.0, **values: float) -> Self:
        """Use known parameters; `mean` serves where q ≤ 1 leaves none."""
        if set(values) != set(self.parameter_names):
            raise ValueError("Gamma-Gamma wants p, q and gamma.")
        self.params_ = np.array([float(values[k]) for k in self.parameter_names])
        self.population_mean_ = float(mean)
        return self

    def expected_amount(self, n: ArrayLike, m: ArrayLike) -> FloatArray:
        """Return the expected amount of a purchase ([1], eq. 5).

        A weighted mean of what all customers spend and what this one spent; for a
        customer without repeat purchases the former. If q ≤ 1 the population's mean
        does not exist and the observed one takes its place.
        """
        if not hasattr(self, "params_"):
            raise NotFitted("This Gamma-Gamma model is not fitted yet.")
        n, m = as_floats("n", n), as_floats("m", m)
        p, q, gamma = (float(value) for value in self.params_)
        n = np.where(m > 0, n, 0.0)
        if q > 1.05:
            prior, strength = p * gamma / (q - 1), q - 1
        else:
            prior, strength = self.population_mean_, 1.0
        share = strength / (p * n + strength)
        return share * prior + (1 - share) * m


def likelihood(
    params: FloatArray, n: FloatArray, m: FloatArray, w: FloatArray
) -> tuple[float, FloatArray]:
    """Return the log-likelihood ([1], eq. 1a) and its gradient."""
    p, q, gamma = params
    counts, kind = np.unique(n, return_inverse=True)
    total = np.bincount(kind, weights=w)
    pn = p * counts
    by_count = (
        gammaln(pn + q)
        - gammaln(pn)
        - gammaln(q)
        + q * np.log(gamma)
        + pn * np.log(counts)
    )
    log_m, spent = np.log(m), gamma + n * m
    log_spent = np.log(spent)
    value = total @ by_count + dot(w, (p * n - 1) * log_m - (p * n + q) * log_spent)
    to_p = total @ (counts * (digamma(pn + q) - digamma(pn) + np.log(counts)))
    to_p += dot(w * n, log_m - log_spent)
    to_q = total @ (digamma(pn + q) - digamma(q) + np.log(gamma)) - dot(w, log_spent)
    to_gamma = total.sum() * q / gamma - dot(w, (p * n + q) / spent)
    return float(value), np.array([to_p, to_q, to_gamma])
