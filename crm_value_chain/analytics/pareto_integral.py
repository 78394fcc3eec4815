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
FEW_NODES = 10  # as good to 1e-12 on short paths along which the integrand falls little
SHORT, SMALL_FALL = 1.0, 6.0
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


def quadrature(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Return points between 0 and 1, and their weights, as columns."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    return ((points + 1) / 2)[:, None], (weights / 2)[:, None]


QUADRATURE = {nodes: quadrature(nodes) for nodes in (FEW_NODES, NODES)}


def spread(
    params: FloatArray,
    x: FloatArray,
    t0: FloatArray,
    t1: FloatArray,
    weights: FloatArray,
    dying: bool = True,
    nodes: int = NODES,
) -> Iterator[Nodes]:
    """Yield the integrand from t0 to t1, a chunk of customers at a time.

    dying: the density of dropping out unseen, s / (beta + τ) · K(τ); else that of the
    next purchase, (r + x) / (alpha + τ) · K(τ).
    """
    for start in range(0, len(x), CHUNK):
        rows = slice(start, start + CHUNK)
        some = x[rows], t0[rows], t1[rows], weights[rows]
        yield nodes_of(params, *some, dying, nodes)


def path_of(
    params: FloatArray, x: FloatArray, t0: FloatArray, t1: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the length of the path in u, and how the integrand falls along it."""
    r, alpha, s, beta = params
    c, other = min(alpha, beta), max(alpha, beta)
    power, other_power = (r + x, s) if alpha <= beta else (s, r + x)
    path = np.log1p((t1 - t0) / (c + t0))
    # The integrand never falls more slowly than it does at the start
    fall = power + other_power * (c + t0) / (other + t0)
    path = np.minimum(path, NEGLIGIBLE / fall)
    return path, path * fall


def nodes_of(
    params: FloatArray,
    x: FloatArray,
    t0: FloatArray,
    t1: FloatArray,
    weights: FloatArray,
    dying: bool,
    nodes: int,
) -> Nodes:
    """Return the integrand of some customers at their nodes."""
    r, alpha, s, beta = params
    c, other = min(alpha, beta), max(alpha, beta)
    power, other_power = (r + x, s) if alpha <= beta else (s, r + x)
    points, point_weights = QUADRATURE[nodes]
    path, _ = path_of(params, x, t0, t1)
    u = points * path
    near = (c + t0) * np.exp(u)
    far = near + (other - c)
    log_near0, log_far0 = np.log(c + t0), np.log(other + t0)
    log_far = np.log(far)
    kernel = np.exp(-power * u - other_power * (log_far - log_far0))
    log_near = log_near0 + u
    ours = (near, log_near, log_near0), (far, log_far, log_far0)
    (a, log_a, log_a0), (b, log_b, log_b0) = ours if alpha <= beta else ours[::-1]
    density = s / b if dying else (r + x) / a
    mass = point_weights * path * near * density * kernel
    return Nodes(x, t1, weights, mass, a, b, log_a, log_b, log_a0, log_b0)


def integrate(
    params: FloatArray, x: FloatArray, t0: FloatArray, t1: FloatArray, dying: bool
) -> FloatArray:
    """Return the integral for each customer, relative to K(t0)."""
    result = np.zeros(len(x))
    path, fall = path_of(params, x, t0, t1)
    easy = (path <= SHORT) & (fall <= SMALL_FALL)
    for some, nodes in ((easy, FEW_NODES), (~easy, NODES)):
        rows = np.flatnonzero(some & (path > 0))
        chosen = x[rows], t0[rows], t1[rows]
        parts = [
            chunk.mass.sum(axis=0)
            for chunk in spread(params, *chosen, chosen[0], dying, nodes)
        ]
        result[rows] = np.concatenate([np.zeros(0), *parts])
    return result
