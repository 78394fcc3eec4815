"""Value as the customer sees it: what is got over what is given up for it.

Zeithaml (1988), "Consumer Perceptions of Price, Quality, and Value", Journal of
Marketing 52(3): value is the trade-off of what is received and what is given. Weights
and scores of competing offers side by side: Gale (1994), Managing Customer Value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

HIGHEST_SCORE = 10.0

Obstacle = Literal[
    "no_benefit",
    "no_sacrifice",
    "weight_missing",
    "weight_negative",
    "score_missing",
    "score_negative",
    "score_too_high",
    "sacrifices_zero",
]


class Factor(NamedTuple):
    """Something that the customer gets, or gives up, in the eyes of the customer."""

    name: str
    is_sacrifice: bool
    weight: float | None  # how much it matters; None or 0: not weighed yet
    score: float | None  # 0 (none of it) to 10 (as much as can be); None: not known


class Value(NamedTuple):
    """Benefits over sacrifices; or what stands in the way of computing it."""

    ratio: float | None
    benefits: float  # sum of weight x score of the benefits
    sacrifices: float  # the same of the sacrifices
    obstacle: Obstacle | None = None
    factors: tuple[str, ...] = ()  # the ones that stand in the way


def customer_value(factors: Sequence[Factor]) -> Value:
    """Return the value of an offer: weighted benefits over weighted sacrifices.

    value = sum(weight x score of the benefits) / sum(weight x score of the sacrifices)

    Weights of benefits and of sacrifices are on one scale, for the customer weighs the
    ones against the others. The value depends on which factors are named: it compares
    offers that are scored on the same factors, it is no absolute measure.

    Args:
        factors: of one offer, in any order.

    Returns:
        The value; without a ratio, and with the first obstacle found and the factors
        concerned, where it cannot be computed. Never infinite, never NaN.
    """
    obstacle, names = _find_obstacle(factors)
    if obstacle:
        return Value(None, 0.0, 0.0, obstacle, names)
    benefits, sacrifices = _weighted(factors, False), _weighted(factors, True)
    if sacrifices == 0:
        names = tuple(factor.name for factor in factors if factor.is_sacrifice)
        return Value(None, benefits, 0.0, "sacrifices_zero", names)
    return Value(benefits / sacrifices, benefits, sacrifices)


def advantage(is_sacrifice: bool, ours: float, theirs: float) -> float:
    """Return by how many points we are better on a factor; below 0 where worse."""
    return theirs - ours if is_sacrifice else ours - theirs


def _find_obstacle(
    factors: Sequence[Factor],
) -> tuple[Obstacle | None, tuple[str, ...]]:
    if all(factor.is_sacrifice for factor in factors):
        return "no_benefit", ()
    if not any(factor.is_sacrifice for factor in factors):
        return "no_sacrifice", ()
    checks: list[tuple[Obstacle, list[Factor]]] = [
        ("weight_negative", [f for f in factors if (f.weight or 0) < 0]),
        ("weight_missing", [f for f in factors if not f.weight]),
        ("score_negative", [f for f in factors if f.score is not None and f.score < 0]),
        ("score_too_high", [f for f in factors if (f.score or 0) > HIGHEST_SCORE]),
        ("score_missing", [f for f in factors if f.score is None]),
    ]
    for obstacle, found in checks:
        if found:
            return obstacle, tuple(factor.name for factor in found)
    return None, ()


def _weighted(factors: Sequence[Factor], is_sacrifice: bool) -> float:
    return sum(
        (factor.weight or 0) * (factor.score or 0)
        for factor in factors
        if factor.is_sacrifice == is_sacrifice
    )
