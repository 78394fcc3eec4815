"""BG/NBD and MBG/NBD: a coin decides after purchases whether the customer stays.

[1] Fader, Hardie & Lee (2005), "Counting your customers" the easy way: an alternative
    to the Pareto/NBD model, Marketing Science 24(2), 275-284.
[2] Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of
    models for customer base analysis, Int. J. of Research in Marketing 24(3), 201-209.
[3] Fader, Hardie & Lee (2008), Computing P(alive) using the BG/NBD model.

While alive, purchases come at a Poisson rate ~ Gamma(r, alpha); the chance of dropping
out at a coin toss is p ~ Beta(a, b). BG/NBD tosses after each repeat purchase, so a
one-time buyer never drops out; MBG/NBD tosses after the first purchase too. With k the
number of tosses survived (x, or x + 1), both have the same formulae.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from scipy.special import digamma, expit, gammaln, hyp2f1

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray
from .products import dot

NUDGE = 1e-7  # keeps off a = 1 and a + b = 1, where the closed form is 0 / 0


class BetaGeometric(BuyTillYouDie):
    """The shared part; `first_toss` is 1 where the first purchase tosses a coin."""

    parameter_names = ("r", "alpha", "a", "b")
    times = (False, True, False, False)
    first_toss: ClassVar[int]

    def _starts(self, rate: float) -> Sequence[FloatArray]:
        return [
            np.array([0.5, 0.5 / rate, 0.5, 2.0]),
            np.array([1.0, 0.7 / rate, 0.1, 3.0]),
        ]

    def _dead_odds(
        self, params: FloatArray, x: FloatArray, t_x: FloatArray, T: FloatArray
    ) -> FloatArray:
        """Return d, the log odds of having dropped out ([3], eq. 3)."""
        r, alpha, a, b = params
        coins = b + x + self.first_toss - 1.0
        tossed = x + self.first_toss > 0
        gap = np.log1p((T - t_x) / (alpha + t_x))
        with np.errstate(divide="ignore"):
            odds = (r + x) * gap + np.log(a) - np.log(np.where(tossed, coins, 1.0))
        return np.where(tossed, odds, -np.inf)

    def _gamma_terms(self, params: FloatArray, x: FloatArray) -> FloatArray:
        """Return the logarithms of A1 and A2 of [1], section 4.1, without alpha + T."""
        r, alpha, a, b = params
        k = x + self.first_toss
        terms: FloatArray = (
            (gammaln(r + x) - gammaln(r) + r * np.log(alpha))
            + (gammaln(a + b) - gammaln(b))
            + (gammaln(b + k) - gammaln(a + b + k))
        )
        return terms

    def _rows(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        params = self.params_
        odds = self._dead_odds(params, x, t_x, T)
        log_T = np.log(params[1] + T)
        rows: FloatArray = (
            self._gamma_terms(params, x)
            - (params[0] + x) * log_T
            + np.logaddexp(0.0, odds)
        )
        return rows

    def _likelihood(
        self,
        params: FloatArray,
        x: FloatArray,
        t_x: FloatArray,
        T: FloatArray,
        weights: FloatArray,
    ) -> tuple[float, FloatArray]:
        r, alpha, a, b = params
        values, kind = np.unique(x, return_inverse=True)
        total = np.bincount(kind, weights=weights)
        odds = self._dead_odds(params, x, t_x, T)
        log_T, log_t = np.log(alpha + T), np.log(alpha + t_x)
        dead = weights * expit(odds)
        value = total @ self._gamma_terms(params, values) + dot(
            weights, np.logaddexp(0.0, odds) - (r + x) * log_T
        )
        k = values + self.first_toss
        common = digamma(a + b) - digamma(a + b + k)
        coins = np.maximum(b + x + self.first_toss - 1.0, 1e-300)
        to_r = total @ (digamma(r + values) - digamma(r) + np.log(alpha))
        to_b = total @ (common + digamma(b + k) - digamma(b))
        gradient = [
            to_r - dot(weights, log_T) + dot(dead, log_T - log_t),
            weights.sum() * r / alpha
            - dot(weights, (r + x) / (alpha + T))
            + dot(dead, (r + x) * (1 / (alpha + T) - 1 / (alpha + t_x))),
            total @ common + dead.sum() / a,
            to_b - (dead / coins).sum(),
        ]
        return float(value), np.array(gradient)

    def alive(self, x: FloatArray, t_x: FloatArray, T: FloatArray) -> FloatArray:
        alive: FloatArray = expit(-self._dead_odds(self.params_, x, t_x, T))
        return alive

    def chance(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        r, alpha = self.params_[:2]
        chance: FloatArray = -np.expm1(
            (r + x) * np.log1p(-horizon / (alpha + T + horizon))
        )
        return chance

    def number(
        self, x: FloatArray, T: FloatArray, horizon: float | FloatArray
    ) -> FloatArray:
        """[1], eq. 10, after Euler's transformation of 2F1, which keeps it stable."""
        r, alpha, a, b = self.params_
        b = b + self.first_toss
        share = horizon / (alpha + T + horizon)
        a = a + NUDGE if abs(a - 1) < NUDGE else a
        b = b + NUDGE if abs(a + b - 1) < NUDGE else b
        with np.errstate(invalid="ignore", over="ignore"):
            series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, share)
            if not np.isfinite(series).all():
                # scipy fails at some whole numbers, beside which all is well
                first = a + b - 1 - r + NUDGE
                beside = hyp2f1(first, a - 1, a + b + x - 1, share)
                series = np.where(np.isfinite(series), series, beside)
            staying = np.exp((a - 1) * np.log1p(-share)) * series
            expected = (a + b + x - 1) / (a - 1) * (1 - staying)
        # The series overflows where a is in the hundreds: p is as good as known then
        p = a / (a + b + x)
        known = -np.expm1(-(r + x) * np.log1p(p * horizon / (alpha + T))) / p
        expected = np.where(np.isfinite(expected), expected, known)
        # Never below the probability, nor above what a customer who stays would buy
        most = (r + x) * horizon / (alpha + T)
        return np.clip(expected, self.chance(x, T, horizon), most)


class BGNBD(BetaGeometric):
    """BG/NBD [1]. P(alive) = 1 for every one-time buyer: a known flaw."""

    name = "BG/NBD"
    first_toss = 0


class MBGNBD(BetaGeometric):
    """MBG/NBD [2]: one-time buyers may have dropped out as well."""

    name = "MBG/NBD"
    first_toss = 1
