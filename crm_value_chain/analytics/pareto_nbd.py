"""Pareto/NBD: the customer drops out at any moment.

[1] Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and
    what will they do next?, Management Science 33(1), 1-24.
[2] Fader & Hardie (2005), A note on deriving the Pareto/NBD model and related
    expressions.

While alive, purchases come at a Poisson rate ~ Gamma(r, alpha); lifetimes are
exponential with a rate ~ Gamma(s, beta). [2] writes the likelihood with two Gaussian
hypergeometric functions, which overflow and have no handy gradient. We keep the
integral over the moment of dropping out from which they come ([2], eq. 5):

    L = c · [K(T) + ∫ s / (beta + τ) · K(τ) dτ],  t_x < τ ≤ T,
    K(τ) = (alpha + τ)^-(r + x) · (beta + τ)^-s,
    c = Gamma(r + x) / Gamma(r) · alpha^r · beta^s,

by Gauss-Legendre quadrature (relative error below 1e-10), with the exact gradient under
the integral.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import digamma, gammaln

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray
from .pareto_integral import Nodes, integrate, spread
from .products import dot

NOTHING = 32.0  # minus the logarithm of what is left when we stop: 1e-14


class ParetoNBD(BuyTillYouDie):
    """Pareto/NBD [1]."""

    name = "Pareto/NBD"
    parameter_names = ("r", "alpha", "s", "beta")
    times = (False, True, False, True)

    def _starts(self, rate: float) -> Sequence[FloatArray]:
        return [
            np.array([0.6, 0.5 / rate, 0.5, 10.0]),
            np.array([1.0, 0.7 / rate, 0.5, 40.0]),
        ]

    def _constant(self, params: FloatArray, x: FloatArray) -> FloatArray:
        r, alpha, s, beta = params
        constant: FloatArray = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        )
        return constant

    def _rows(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        r, alpha, s, beta = params = self.params_
        at_last = -(r + x) * np.log(alpha + t_x) - s * np.log(beta + t_x)
        alive, dead = self._weights(x, t_x, T)
        rows: FloatArray = self._constant(params, x) + at_last + np.log(alive + dead)
        return rows

    def _weights(
        self, x: FloatArray, t_x: FloatArray, T: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return K(T) and the integral, both relative to K(t_x)."""
        r, alpha, s, beta = self.params_
        alive = np.exp(
            -(r + x) * np.log1p((T - t_x) / (alpha + t_x))
            - s * np.log1p((T - t_x) / (beta + t_x))
        )
        return alive, integrate(self.params_, x, t_x, T, dying=True)

    def _likelihood(
        self,
        params: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        weights: FloatArray,
    ) -> tuple[float, FloatArray]:
        values, kind = np.unique(x, return_inverse=True)
        total = np.bincount(kind, weights=weights)
        value = float(total @ self._constant(params, values))
        r, alpha, s, beta = params
        gradient = np.array(
            [
                total @ (digamma(r + values) - digamma(r) + np.log(alpha)),
                total.sum() * r / alpha,
                total.sum() * np.log(beta),
                total.sum() * s / beta,
            ]
        )
        for nodes in spread(params, x, t_x, T, weights):
            part, slope = self._chunk(params, nodes)
            value += part
            gradient += slope
        return value, gradient

    def _chunk(self, params: FloatArray, nodes: Nodes) -> tuple[float, FloatArray]:
        """Return a chunk's part of the likelihood and of its gradient.

        The gradient is an expectation over the unknown moment of dropping out, or T.
        """
        r, alpha, s, beta = params
        rate, weights = r + nodes.x, nodes.weights
        log_a, log_b = np.log(alpha + nodes.T), np.log(beta + nodes.T)
        alive = np.exp(rate * (nodes.log_a0 - log_a) + s * (nodes.log_b0 - log_b))
        together = alive + nodes.mass.sum(axis=0)
        value = dot(weights, np.log(together) - rate * nodes.log_a0 - s * nodes.log_b0)
        alive *= weights / together
        dead = nodes.mass * (weights / together)
        by_alpha = (dead / nodes.a).sum(axis=0) + alive / (alpha + nodes.T)
        to_r = (dead * nodes.log_a).sum() + dot(alive, log_a)
        to_s = (dead * nodes.log_b).sum() + dot(alive, log_b)
        to_beta = (s + 1) * (dead / nodes.b).sum() + s * (
            alive / (beta + nodes.T)
        ).sum()
        gradient = [-to_r, -dot(rate, by_alpha), dead.sum() / s - to_s, -to_beta]
        return value, np.array(gradient)

    def alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        alive, dead = self._weights(x, t_x, T)
        return alive / (alive + dead)

    def chance(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        """The next purchase's density, integrated as far as it is not nothing."""
        r, alpha = self.params_[:2]
        far = (alpha + T) * np.expm1(np.minimum(NOTHING / (r + x), 700.0))
        end = T + np.minimum(horizon, far)
        chance = integrate(self.params_, x, T, end, dying=False)
        return np.clip(chance, 0.0, 1.0)

    def number(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        """[2], eq. 25, at s = 1 too."""
        r, alpha, s, beta = self.params_
        spell = np.log1p(horizon / (beta + T))
        power = (s - 1) * spell
        small = np.abs(power) < 1e-8
        ratio = -np.expm1(-power) / np.where(small, 1.0, power)
        ratio = np.where(small, 1.0 - power / 2, ratio)
        number: FloatArray = (r + x) * (beta + T) / (alpha + T) * spell * ratio
        return number
