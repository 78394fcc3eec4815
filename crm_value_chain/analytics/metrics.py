"""How good forecasts were: ranking, calibration, counts.

AUC: chance that a buyer was ranked above a non-buyer (Hanley & McNeil 1982, Radiology
143). Brier (1950, Monthly Weather Review 78): mean squared error of a probability. ECE:
expected calibration error over tenths of the customers, ordered by probability (Naeini,
Cooper & Hauskrecht 2015, AAAI).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import xlog1py, xlogy
from scipy.stats import rankdata

from .checks import FloatArray, IntArray

BINS = 10
SMALLEST = 1e-4  # a probability of 0 that goes wrong must not cost infinitely much


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers: forecast and outcome, as means."""

    customers: int
    forecast: float
    actual: float


def tenths(probability: FloatArray, bins: int = BINS) -> IntArray:
    """Return the bin of each customer, from the least to the most likely."""
    order = np.argsort(probability, kind="stable")
    bin_of = np.empty(len(order), dtype=np.int64)
    bin_of[order] = np.arange(len(order)) * bins // max(len(order), 1)
    return bin_of


def deciles(bought: FloatArray, probability: FloatArray) -> list[Decile]:
    """Return forecast and outcome for each tenth of the customers."""
    bin_of = tenths(probability)
    rows = [np.flatnonzero(bin_of == index) for index in range(BINS)]
    return [
        Decile(len(row), float(probability[row].mean()), float(bought[row].mean()))
        for row in rows
        if len(row)
    ]


def auc(bought: FloatArray, score: FloatArray) -> float:
    """Return the area under the ROC curve, 0.5 where all or nobody bought."""
    buyers = float(bought.sum())
    others = len(bought) - buyers
    if buyers == 0 or others == 0:
        return 0.5
    ranks = float(rankdata(score)[bought > 0].sum())
    return (ranks - buyers * (buyers + 1) / 2) / (buyers * others)


def brier(bought: FloatArray, probability: FloatArray) -> float:
    """Return the mean squared error of a probability."""
    return float(np.mean((probability - bought) ** 2)) if len(bought) else 0.0


def log_loss(bought: FloatArray, probability: FloatArray) -> float:
    """Return the mean negative log-likelihood of the outcomes."""
    p = np.clip(probability, SMALLEST, 1 - SMALLEST)
    loss = xlogy(bought, p) + xlog1py(1 - bought, -p)
    return -float(np.mean(loss)) if len(bought) else 0.0


def ece(bought: FloatArray, probability: FloatArray) -> float:
    """Return the mean distance of forecast and outcome over the tenths."""
    total = max(len(bought), 1)
    return sum(
        decile.customers * abs(decile.forecast - decile.actual) / total
        for decile in deciles(bought, probability)
    )


def ece_by_chance(probability: FloatArray) -> float:
    """Return about the ECE that perfect probabilities have, by chance alone."""
    variance = np.bincount(
        tenths(probability), weights=probability * (1 - probability), minlength=BINS
    )
    spread = np.sqrt(2 / np.pi * variance).sum()
    return float(spread) / max(len(probability), 1)


def mae(purchases: FloatArray, expected: FloatArray) -> float:
    """Return the mean absolute error of the expected purchases."""
    return float(np.abs(expected - purchases).mean()) if len(purchases) else 0.0


def total_error(purchases: FloatArray, expected: FloatArray) -> float:
    """Return the relative error of the total, 0.1 for a tenth too many."""
    actual = float(purchases.sum())
    return (float(expected.sum()) - actual) / max(actual, 1.0)


def mae_at_level(purchases: FloatArray, expected: FloatArray) -> float:
    """Return the MAE after scaling to the actual total: who buys, not how many."""
    total = float(expected.sum())
    scale = float(purchases.sum()) / total if total > 0 else 1.0
    return mae(purchases, expected * scale)


@dataclass(frozen=True)
class Figures:
    """All figures of one forecast against what happened."""

    customers: int
    buyers: float
    auc: float
    brier: float
    log_loss: float
    ece: float
    ece_by_chance: float
    mae: float
    mae_at_level: float
    total_error: float

    def to_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def figures(
    purchases: FloatArray, probability: FloatArray, expected: FloatArray
) -> Figures:
    """Return all figures of a forecast."""
    bought = (purchases > 0).astype(np.float64)
    return Figures(
        customers=len(bought),
        buyers=float(bought.mean()) if len(bought) else 0.0,
        auc=auc(bought, probability),
        brier=brier(bought, probability),
        log_loss=log_loss(bought, probability),
        ece=ece(bought, probability),
        ece_by_chance=ece_by_chance(probability),
        mae=mae(purchases, expected),
        mae_at_level=mae_at_level(purchases, expected),
        total_error=total_error(purchases, expected),
    )
