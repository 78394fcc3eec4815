"""The correction of a model, learnt from how its forecasts fared on earlier days.

A logistic (purchase or not) or Poisson regression (number of purchases) with the
model's own forecast as offset: without evidence it leaves the model as it is. It is
recalibration in the sense of Cox (1958, Biometrika 45) with more than one column, and:

- Each window has an intercept of its own, so that busy and quiet times do not pass for
  differences between customers. The level stays the model's own, except where several
  windows of full length agree on another (see `level_weight`).
- Column "return" is the forecast for a customer who never drops out, minus the model's,
  on the scale of the regression. Its coefficient lies between 0 and 1: how far those
  whom the model takes for lost do come back.
- Coefficients are pulled towards 0 (a normal prior on standardised columns), a customer
  who is in several windows counts once, and "overdue" may only lower a forecast.

Hence by construction: a more recent purchase or a longer horizon never lowers a
corrected forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from .checks import FloatArray, IntArray, NotFitted
from .forecast import COLUMNS, Forecast, Outlook
from .products import combine, dot, project

if TYPE_CHECKING:
    from typing_extensions import Self

Kind = Literal["probability", "count"]

NAMES = (*COLUMNS, "return")
PRIOR = 0.3  # standard deviation of a coefficient, per standard deviation of its column
LEVEL_PRIOR = 10.0  # of a window's intercept: as good as free
RARE = 0.002  # columns are cut off at this quantile and its opposite
LARGEST_SPREAD = 20.0  # overdispersion of counts, as far as we believe it
WORST = 12.0  # logarithms (and log odds) of forecasts are cut off here while fitting


@dataclass(frozen=True)
class Lesson:
    """A window's forecast and outcome: a lesson for the correction."""

    customer: IntArray
    forecast: Forecast
    purchases: FloatArray


class Correction:
    """Corrects the probabilities or the expected purchases of one model.

    `fit` sets coefficients_ (per standardised column of NAMES), level_ (added to all),
    centre_, scale_, lowest_ and highest_ (how columns are standardised and cut off).
    """

    coefficients_: FloatArray
    level_: float
    centre_: FloatArray
    scale_: FloatArray
    lowest_: FloatArray
    highest_: FloatArray

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind

    def fit(
        self,
        lessons: Sequence[Lesson],
        reference: Forecast,
        level_weight: float = 0.0,
    ) -> Self:
        """Learn from earlier windows; keep the level of the forecast `reference`.

        level_weight: 0 keeps the model's total over the customers of `reference`; 1
        moves it by the mean error of the windows.
        """
        columns = np.concatenate([self._lesson(each.forecast) for each in lessons])
        offset = np.concatenate([self._offset(each.forecast) for each in lessons])
        offset = np.clip(offset, -WORST, WORST)
        purchases = np.concatenate([each.purchases for each in lessons])
        weights = once_each([each.customer for each in lessons])
        self._standardise(columns, weights)
        window = np.repeat(
            np.arange(len(lessons)), [len(each.purchases) for each in lessons]
        )
        levels = np.eye(len(lessons))[:, window]
        design = np.concatenate([levels, self._scaled(columns).T])
        result = self._regress(design, len(lessons), offset, purchases, weights)
        self.coefficients_ = result[len(lessons) :]
        sizes = [len(each.purchases) for each in lessons]
        error = float(np.average(result[: len(lessons)], weights=sizes))
        self.level_ = 0.0
        self.level_ = self._keeping(reference) + level_weight * error
        return self

    def _standardise(self, columns: FloatArray, weights: FloatArray) -> None:
        self.lowest_, self.highest_ = np.quantile(columns, [RARE, 1 - RARE], axis=0)
        cut = np.clip(columns, self.lowest_, self.highest_)
        self.centre_ = np.average(cut, axis=0, weights=weights)
        spread = np.sqrt(np.average((cut - self.centre_) ** 2, axis=0, weights=weights))
        self.scale_ = np.where(spread > 1e-9, spread, np.inf)

    def _scaled(self, columns: FloatArray) -> FloatArray:
        cut = np.clip(columns, self.lowest_, self.highest_)
        standard: FloatArray = (cut - self.centre_) / self.scale_
        return standard

    def _offset(self, forecast: Forecast) -> FloatArray:
        return self._link(forecast.probability, forecast.expected)

    def _lesson(self, forecast: Forecast) -> FloatArray:
        """Return the columns to learn from; what is not known is like the middle."""
        columns = np.column_stack(self._columns(forecast))
        known = np.isfinite(columns)
        middle = [
            float(np.median(column[there])) if there.any() else 0.0
            for column, there in zip(columns.T, known.T, strict=True)
        ]
        return np.where(known, columns, middle)

    def _columns(self, forecast: Forecast) -> list[FloatArray]:
        return [*forecast.columns, self._come_back(forecast, self._offset(forecast))]

    def _come_back(self, forecast: Forecast, offset: FloatArray) -> FloatArray:
        stay = self._link(forecast.stay_probability, forecast.stay_expected)
        with np.errstate(invalid="ignore"):
            come_back = stay - offset
        come_back = np.nan_to_num(come_back, nan=0.0, posinf=WORST, neginf=0.0)
        # Cut off where infinity is: who surely comes back is not below who nearly does
        return np.minimum(come_back, WORST)

    def _link(self, probability: FloatArray, expected: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            if self.kind == "count":
                link: FloatArray = np.log(expected)
            else:
                link = np.log(probability) - np.log1p(-np.minimum(probability, 1.0))
        return link

    def _regress(
        self,
        design: FloatArray,
        n_levels: int,
        offset: FloatArray,
        purchases: FloatArray,
        weights: FloatArray,
    ) -> FloatArray:
        outcome, spread = purchases, 1.0
        if self.kind == "probability":
            outcome = (purchases > 0).astype(np.float64)
        else:
            spread = overdispersion(purchases, np.exp(offset), weights)
        n_columns = len(design) - n_levels
        prior = np.repeat([LEVEL_PRIOR, PRIOR], [n_levels, n_columns])

        def loss(coefficients: FloatArray) -> tuple[float, FloatArray]:
            line = offset + combine(coefficients, design)
            if self.kind == "probability":
                mean = expit(line)
                terms = np.logaddexp(0.0, line) - outcome * line
            else:
                mean = np.exp(np.minimum(line, 2 * WORST))
                terms = mean - outcome * line
            pull = coefficients / prior**2
            value = dot(weights, terms) / spread + dot(coefficients, pull) / 2
            surprise = weights * (mean - outcome) / spread
            gradient = project(design, surprise) + pull
            return float(value), gradient

        free: tuple[float | None, float | None] = (None, None)
        bounds = [free] * len(design)
        bounds[n_levels + NAMES.index("overdue")] = (None, 0.0)
        most = float(np.nan_to_num(self.scale_[-1], posinf=0.0))
        bounds[n_levels + NAMES.index("return")] = (0.0, most)
        start = np.zeros(len(design))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
        return np.asarray(found.x, dtype=np.float64)

    def _keeping(self, reference: Forecast) -> float:
        """Return the level at which a correction of counts leaves their total alone.

        Probabilities stay what they are for the average customer of the windows.
        """
        if self.kind == "probability":
            return 0.0
        total = float(np.exp(self._line(reference)).sum())
        return float(np.log(reference.expected.sum() / total)) if total > 0 else 0.0

    def _line(self, forecast: Forecast) -> FloatArray:
        offset = self._offset(forecast)
        line = offset + self.level_ + self._whatever_the_horizon(forecast.outlook)
        if self.coefficients_[-1]:
            line += self._moved(-1, self._come_back(forecast, offset))
        return line

    def _whatever_the_horizon(self, outlook: Outlook) -> FloatArray:
        """Return what the columns of the customers alone add, computed once."""
        key = id(self.coefficients_)
        if key not in outlook.added:
            line = np.zeros(len(outlook.customers))
            for index, column in enumerate(outlook.columns):
                if self.coefficients_[index]:
                    # What is not known of a customer moves nothing
                    line += np.nan_to_num(self._moved(index, column))
            # The coefficients are kept along with it: nothing else gets their id
            outlook.added[key] = self.coefficients_, line
        return outlook.added[key][1]

    def _moved(self, index: int, column: FloatArray) -> FloatArray:
        """Return what a column adds."""
        slope = self.coefficients_[index] / self.scale_[index]
        cut = np.clip(column, self.lowest_[index], self.highest_[index])
        moved: FloatArray = slope * (cut - self.centre_[index])
        return moved

    def apply(self, forecast: Forecast) -> FloatArray:
        """Return the corrected probabilities or expected purchases."""
        if not hasattr(self, "coefficients_"):
            raise NotFitted("This correction is not fitted yet.")
        line = self._line(forecast)
        corrected: FloatArray = np.exp(line) if self.kind == "count" else expit(line)
        return corrected

    def to_dict(self) -> dict[str, Any]:
        """Return the correction as plain numbers."""
        return {
            "kind": self.kind,
            "level": self.level_,
            "columns": {
                name: {
                    "coefficient": float(self.coefficients_[index]),
                    "centre": float(self.centre_[index]),
                    "scale": float(self.scale_[index]),
                    "lowest": float(self.lowest_[index]),
                    "highest": float(self.highest_[index]),
                }
                for index, name in enumerate(NAMES)
                if np.isfinite(self.scale_[index])
            },
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Correction:
        """Return the correction that `to_dict` told."""
        unused = {
            "coefficient": 0.0,
            "centre": 0.0,
            "scale": np.inf,
            "lowest": 0.0,
            "highest": 0.0,
        }
        columns = [values["columns"].get(name, unused) for name in NAMES]

        def column(name: str) -> FloatArray:
            return np.array([float(each[name]) for each in columns])

        correction = cls(values["kind"])
        correction.level_ = float(values["level"])
        correction.coefficients_ = column("coefficient")
        correction.centre_, correction.scale_ = column("centre"), column("scale")
        correction.lowest_, correction.highest_ = column("lowest"), column("highest")
        return correction


def once_each(customers: Sequence[IntArray]) -> FloatArray:
    """Return weights by which a customer counts once, in however many windows."""
    everyone = np.concatenate(customers)
    _, who, windows = np.unique(everyone, return_inverse=True, return_counts=True)
    return 1.0 / windows[who]


def overdispersion(
    purchases: FloatArray, expected: FloatArray, weights: FloatArray
) -> float:
    """Return how much more counts vary than Poisson ones (McCullagh & Nelder 1989)."""
    surprise = (purchases - expected) ** 2 / np.maximum(expected, 1e-3)
    return float(np.clip(np.average(surprise, weights=weights), 1.0, LARGEST_SPREAD))


def level_weight(full: bool, windows: int) -> float:
    """Return how far the windows' mean error moves the level of a forecast.

    Errors of the level come from good and bad times as well as from the model. Half
    overlapping windows of full length count for (windows + 1) / 2 independent ones; the
    share grows with them. Nested windows show one time only, and young fits: 0.
    """
    independent = (windows + 1) / 2 if full else 0.0
    return max(0.0, independent - 1) / (independent + 2)
