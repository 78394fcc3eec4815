"""What a purchase is worth: Gamma-Gamma, or a shrunk mean where it cannot be fitted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from .checks import FloatArray, NotEnoughHistory
from .gamma_gamma import GammaGamma
from .history import Summary

if TYPE_CHECKING:
    from typing_extensions import Self

FEWEST = 20  # customers with a repeat purchase, for Gamma-Gamma


class Amounts:
    """Expected amount of a purchase.

    `fit` sets mean_, and model_ (None: the shrunk mean serves).
    """

    model_: GammaGamma | None
    mean_: float

    def fit(self, known: Summary) -> Self:
        """Learn from the repeat purchases with a positive amount."""
        amount = known.amount
        paid = amount > 0
        self.mean_ = float(amount[paid].mean()) if paid.any() else 0.0
        self.model_ = None
        if int((known.n_m > 0).sum()) >= FEWEST:
            with suppress(NotEnoughHistory):  # raised where everyone spends the same
                self.model_ = GammaGamma().fit(known.n_m, known.m)
        return self

    def expected(self, purchases: FloatArray, amount: FloatArray) -> FloatArray:
        """Return the expected amount from the number and mean amount of purchases."""
        if self.model_ is not None:
            return self.model_.expected_amount(purchases, amount)
        purchases = np.where(amount > 0, purchases, 0.0)
        return (self.mean_ + purchases * amount) / (1.0 + purchases)

    def to_dict(self) -> dict[str, Any]:
        """Return what was learnt as plain numbers."""
        values: dict[str, Any] = {"mean": self.mean_, "model": None}
        if self.model_ is not None:
            values["model"] = {
                "parameters": self.model_.parameters,
                "mean": self.model_.population_mean_,
                "log_likelihood": self.model_.log_likelihood_,
            }
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the amounts that `to_dict` told."""
        amounts = cls()
        amounts.mean_ = float(values["mean"])
        amounts.model_ = None
        if values["model"] is not None:
            stored = values["model"]
            amounts.model_ = GammaGamma().set_parameters(
                mean=stored["mean"], **stored["parameters"]
            )
            amounts.model_.log_likelihood_ = stored["log_likelihood"]
        return amounts
