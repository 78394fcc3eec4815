"""The integral in the likelihood of Pareto/NBD, by Gauss-Legendre quadrature.

With u = log((c + τ) / (c + t0)) and c the smaller of alpha and beta the integrand is
smooth: its nearest singularity lies at a distance of π from the path. It falls about
like exp(-rate · u), so that the path may end where nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .checks import FloatArray

NODES = 20
CHUNK = 4096
NEGLIGIBLE = 36.0  # exp(-36) = 2e-16


@dataclass
class Nodes:
    """The integrand of a chunk of customers at the nodes (axis 0) of each (axis 1).

    mass: quadrature weight times integrand, relative to K(t0); a, b: alpha + τ and
    beta + τ at the nodes, with their logarithms; log_a0, log_b0: those at t0.
    """

    x: FloatArray
    T: FloatArray
    weights: FloatArray
    mass: FloatArray
    a: FloatArray
    b: FloatArray
    log_a: FloatArray
    log_b: FloatArray
    log_a0: FloatArray
    log_b0: FloatArray


_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(NODES)
POINTS = ((_POINTS + 1) / 2)[:, None]
WEIGHTS = (_WEIGHTS / 2)[:, None]


def spread(
    params: FloatArray,
    x: FloatArray,
    t0: FloatArray,
    t1: FloatArray,
    weights: FloatArray,
    dying: bool = True,
) -> Iterator[Nodes]:
    """Yield the integrand from t0 to t1, a chunk of customers at a time.

    dying: the density of dropping out unseen, s / (beta + τ) · K(τ); else that of the
    next purchase, (r + x) / (alpha + τ) · K(τ).
    """
    for start in range(0, len(x), CHUNK):
        rows = slice(start, start + CHUNK)
        yield nodes_of(params, x[rows], t0[rows], t1[rows], weights[rows], dying)


def nodes_of(
    params: FloatArray,
    x: FloatArray,
    t0: FloatArray,
    t1: FloatArray,
    weights: FloatArray,
    dying: bool,
) -> Nodes:
    """Return the integrand of some customers at their nodes."""
    r, alpha, s, beta = params
    c, other = min(alpha, beta), max(alpha, beta)
    power, other_power = (r + x, s) if alpha <= beta else (s, r + x)
    path = np.log1p((t1 - t0) / (c + t0))
    # The integrand never falls more slowly than it does at the start
    fall = power + other_power * (c + t0) / (other + t0)
    path = np.minimum(path, NEGLIGIBLE / fall)
    u = POINTS * path
    near = (c + t0) * np.exp(u)
    far = near + (other - c)
    log_near0, log_far0 = np.log(c + t0), np.log(other + t0)
    log_far = np.log(far)
    kernel = np.exp(-power * u - other_power * (log_far - log_far0))
    log_near = log_near0 + u
    ours = (near, log_near, log_near0), (far, log_far, log_far0)
    (a, log_a, log_a0), (b, log_b, log_b0) = ours if alpha <= beta else ours[::-1]
    density = s / b if dying else (r + x) / a
    mass = WEIGHTS * path * near * density * kernel
    return Nodes(x, t1, weights, mass, a, b, log_a, log_b, log_a0, log_b0)


def integrate(
    params: FloatArray, x: FloatArray, t0: FloatArray, t1: FloatArray, dying: bool
) -> FloatArray:
    """Return the integral for each customer, relative to K(t0)."""
    parts = [nodes.mass.sum(axis=0) for nodes in spread(params, x, t0, t1, x, dying)]
    return np.concatenate(parts) if parts else np.zeros(0)
