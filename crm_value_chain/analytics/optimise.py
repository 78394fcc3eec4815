"""Maximum likelihood for positive parameters: quasi-Newton, then Newton.

The search runs over the logarithms of the parameters, first on a sample where there
are many rows. A few Newton steps with the sample's Hessian then finish it on all rows:
the one-step estimator of Le Cam (van der Vaart 1998, Asymptotic Statistics, ch. 5.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from .checks import FloatArray

# The total log-likelihood of positive parameters, and its gradient
Likelihood = Callable[[FloatArray], tuple[float, FloatArray]]

LOWEST, HIGHEST = -9.0, 9.0  # logarithms of the parameters
NEWTON_STEPS = 8
LARGEST_STEP = 0.5
EXACT = 1e-9  # of a logarithm: where to stop
NEAR = 1e-4  # a hundredth of a standard error of 50,000 customers
DIFFERENCE = 1e-4


def in_logs(likelihood: Likelihood, weight: float) -> Likelihood:
    """Return the mean log-likelihood as a function of the parameters' logarithms."""

    def mean_likelihood(theta: FloatArray) -> tuple[float, FloatArray]:
        parameters = np.exp(theta)
        value, gradient = likelihood(parameters)
        return value / weight, gradient * parameters / weight

    return mean_likelihood


def climb(likelihood: Likelihood, starts: Sequence[FloatArray]) -> FloatArray:
    """Return the logarithms that maximise the likelihood, from the best of starts."""

    def negative(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = likelihood(theta)
        return -value, -gradient

    results = [
        minimize(
            negative,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(LOWEST, HIGHEST)] * len(start),
            options={"maxiter": 300, "ftol": 1e-10, "gtol": 1e-6},
        )
        for start in starts
    ]
    best = min(results, key=lambda result: float(result.fun))
    return np.asarray(best.x, dtype=np.float64)


def hessian(likelihood: Likelihood, theta: FloatArray) -> FloatArray:
    """Return the second derivatives, by differences of the analytic gradient."""
    rows = []
    for index in range(len(theta)):
        step = np.zeros(len(theta))
        step[index] = DIFFERENCE
        above, below = likelihood(theta + step)[1], likelihood(theta - step)[1]
        rows.append((above - below) / (2 * DIFFERENCE))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def polish(
    likelihood: Likelihood,
    theta: FloatArray,
    curvature: FloatArray,
    tolerance: float = EXACT,
) -> tuple[FloatArray, float, bool]:
    """Return theta after Newton steps, its value, and whether they arrived.

    No step lowers the likelihood. A flat or unbounded direction (a parameter at its
    bound, a curvature that is not negative) is left as the search found it.
    """
    value, gradient = likelihood(theta)
    values, vectors = np.linalg.eigh(curvature)
    if values.max() > -1e-9:
        return theta, value, False
    inverse = (vectors / values) @ vectors.T
    for _ in range(NEWTON_STEPS):
        step = -inverse @ gradient
        largest = float(np.abs(step).max())
        if largest < tolerance:
            return theta, value, True
        if largest > LARGEST_STEP:
            break
        moved = np.clip(theta + step, LOWEST, HIGHEST)
        new_value, new_gradient = likelihood(moved)
        if not new_value >= value:
            break
        theta, value, gradient = moved, new_value, new_gradient
    return theta, value, False


def maximise(
    some: Likelihood, everyone: Likelihood | None, starts: Sequence[FloatArray]
) -> tuple[FloatArray, float]:
    """Return the logarithms of the parameters at the maximum, and its value.

    some: the mean log-likelihood of a sample; everyone: that of all rows, or None where
    the sample holds all. Where a few Newton steps do not lead from the one maximum to
    the other, the search starts again on all rows.
    """
    theta = climb(some, starts)
    goal = some if everyone is None else everyone
    tolerance = EXACT if everyone is None else NEAR
    theta, value, arrived = polish(goal, theta, hessian(some, theta), tolerance)
    if everyone is not None and not arrived:
        theta = climb(everyone, [theta])
        theta, value, _ = polish(everyone, theta, hessian(everyone, theta), EXACT)
    return theta, value
