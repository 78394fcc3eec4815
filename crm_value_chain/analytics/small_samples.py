"""What few cases can tell: rates, quotients and medians with honest intervals.

Rates: Wilson (1927), "Probable Inference, the Law of Succession, and Statistical
Inference", JASA 22; recommended for small n by Brown, Cai & DasGupta (2001),
Statistical Science 16(2). Difference of two rates: Newcombe (1998), Statistics in
Medicine 17, method 10. Quotients of sums: the ratio estimator of Cochran (1977),
Sampling Techniques, chapter 6, with Student's t of the effective number of cases of
Kish (1965), Survey Sampling. Medians: order statistics, without assuming a
distribution; David & Nagaraja (2003), Order Statistics, section 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, sqrt
from typing import NamedTuple

from scipy.stats import binom, norm, t

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


class Sums(NamedTuple):
    """What a quotient of two figures of each case needs to know of all cases."""

    cases: int
    upper: float
    lower: float
    upper_squares: float  # sum of the squares
    lower_squares: float
    products: float  # sum of upper × lower


def quotient(sums: Sums, confidence: float = 0.95) -> Estimate | None:
    """Return the sum of one figure by that of another, such as margin by revenue.

    A case weighs as much as its lower figure. The interval is Student's t of what is
    left of the upper figure where quotient × lower is taken away, for as many cases of
    equal weight as would tell as much: few large ones among many small ones tell
    little. It is endless where those are no more than one. None without a case, or
    where the lower figures do not add up to more than zero.
    """
    if not sums.cases or sums.lower <= 0:
        return None
    value = sums.upper / sums.lower
    effective = sums.lower**2 / sums.lower_squares
    if sums.cases == 1 or effective <= 1:
        return Estimate(value, -inf, inf, sums.cases)
    left = (
        sums.upper_squares
        - 2 * value * sums.products
        + value * value * sums.lower_squares
    )
    # less than zero only by what floats lose
    spread = sqrt(max(left, 0.0) * effective / (effective - 1))
    reach = float(t.ppf(0.5 + confidence / 2, effective - 1)) * spread / sums.lower
    return Estimate(value, value - reach, value + reach, sums.cases)


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
