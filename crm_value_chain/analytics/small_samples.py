"""What few cases can tell: rates and medians with honest intervals.

Rates: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical
Inference", JASA 22; recommended for small n by Brown, Cai & DasGupta (2001),
Statistical Science 16(2). Difference of two rates: Newcombe (1998), Statistics in
Medicine 17, method 10. Medians: order statistics, without assuming a distribution;
David & Nagaraja (2003), Order Statistics, section 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from scipy.stats import binom, norm

ENOUGH = 10  # cases, below which nothing should be concluded from a rate


class Estimate(NamedTuple):
    """A figure with the interval that holds the true one in 95 of 100 samples."""

    value: float
    low: float
    high: float
    cases: int  # that it comes from

    @property
    def is_enough(self) -> bool:
        """Whether there are enough cases to conclude anything."""
        return self.cases >= ENOUGH


def rate(successes: int, cases: int, confidence: float = 0.95) -> Estimate | None:
    """Return a rate with its Wilson score interval; None without a case."""
    if not 0 <= successes <= cases:
        raise ValueError("successes must lie between 0 and the number of cases.")
    if not cases:
        return None
    z = float(norm.ppf(0.5 + confidence / 2))
    share = successes / cases
    scale = 1 + z * z / cases
    middle = (share + z * z / (2 * cases)) / scale
    reach = z / scale * sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases))
    # at the ends the interval reaches 0 and 1 but for what floats lose
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == cases else min(1.0, middle + reach)
    return Estimate(share, low, high, cases)


def rate_difference(
    first: Estimate | None, second: Estimate | None
) -> tuple[float, float, float] | None:
    """Return by how much the first rate is higher, with low and high end.

    Newcombe's hybrid score interval: of the Wilson intervals of the two. Where it holds
    zero, the difference could be chance.
    """
    if first is None or second is None:
        return None
    difference = first.value - second.value
    low = sqrt((first.value - first.low) ** 2 + (second.high - second.value) ** 2)
    high = sqrt((first.high - first.value) ** 2 + (second.value - second.low) ** 2)
    return difference, difference - low, difference + high


def median(values: Sequence[float], confidence: float = 0.95) -> Estimate | None:
    """Return the median with an interval of order statistics; None without a value.

    Fewer than six values admit no interval of 95%: low and high are then the smallest
    and the largest value, and the estimate is not enough to conclude anything from.
    """
    ranked = sorted(values)
    count = len(ranked)
    if not count:
        return None
    half = count // 2
    middle = ranked[half] if count % 2 else (ranked[half - 1] + ranked[half]) / 2
    # the largest number of values that may be left out at each end
    left_out = int(binom.ppf((1 - confidence) / 2, count, 0.5))
    if binom.cdf(left_out, count, 0.5) > (1 - confidence) / 2:
        left_out -= 1
    left_out = max(left_out, 0)
    return Estimate(middle, ranked[left_out], ranked[count - 1 - left_out], count)
