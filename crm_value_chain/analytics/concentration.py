"""Concentration of value: how few customers make up how much of the total.

ABC analysis after Pareto's observation that a few hold most; Juran (1954), "Universals
in Management Planning and Controlling", The Management Review 43(11).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .checks import FloatArray


def share_limits(values: FloatArray, shares: Sequence[float]) -> list[float | None]:
    """Return the value from which on customers make up each share of the total.

    Customers are ranked, the best first; the limit of a share is the value of the
    customer with whom the share is reached. Equal values are on the same side of every
    limit. Only values above zero count.

    Args:
        values: of the customers, in any order; NaN where not known.
        shares: cumulative shares, above 0, up to 1.

    Returns:
        A limit for each share; None where no customer has a value.
    """
    ranked = np.sort(values[values > 0])[::-1]
    if not len(ranked):
        return [None] * len(shares)
    reached = np.cumsum(ranked)
    # a hair less, so that sums of floats do not ask for one customer more
    wanted = np.asarray(shares) * reached[-1] * (1 - 1e-12)
    places = np.minimum(np.searchsorted(reached, wanted), len(ranked) - 1)
    return [float(value) for value in ranked[places]]
