"""The forecasters that compete: models, corrected models, baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from .baselines import BASELINES, Baseline
from .beta_geometric import BGNBD, MBGNBD
from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray, NotEnoughHistory
from .correction import Correction, Lesson
from .forecast import Customers, Forecast
from .history import History, Summary
from .pareto_nbd import ParetoNBD
from .windows import Window

MODELS: tuple[type[BuyTillYouDie], ...] = (MBGNBD, BGNBD, ParetoNBD)
CORRECTED = ", corrected"


class Prediction(Protocol):
    """What a forecaster says of customers."""

    @property
    def probability(self) -> FloatArray:
        """Probability of at least one purchase."""

    @property
    def expected(self) -> FloatArray:
        """Expected number of purchases."""


@dataclass(frozen=True)
class RulePrediction:
    """What a baseline says."""

    probability: FloatArray
    expected: FloatArray


class ModelPrediction:
    """What a model says, corrected only as far as somebody asks."""

    def __init__(
        self, raw: Forecast, corrections: tuple[Correction, Correction] | None
    ) -> None:
        self.raw = raw
        self.corrections = corrections

    @cached_property
    def probability(self) -> FloatArray:
        """Probability of at least one purchase."""
        if self.corrections is None:
            return self.raw.probability
        return self.corrections[0].apply(self.raw)

    @cached_property
    def expected(self) -> FloatArray:
        """Expected number of purchases."""
        if self.corrections is None:
            return self.raw.expected
        return self.corrections[1].apply(self.raw)


class Forecaster(Protocol):
    """Whatever forecasts purchases from (x, t_x, T, mean amount) and a horizon."""

    @property
    def name(self) -> str:
        """Name, as shown to people."""

    def predict(self, customers: Customers, horizon: float) -> Prediction:
        """Return the forecast for a horizon in weeks."""


@dataclass(frozen=True)
class ModelForecaster:
    """A fitted model, with or without corrections."""

    model: BuyTillYouDie
    corrections: tuple[Correction, Correction] | None = None

    @property
    def name(self) -> str:
        """Name, as shown to people."""
        return self.model.name + (CORRECTED if self.corrections else "")

    def predict(self, customers: Customers, horizon: float) -> ModelPrediction:
        """Return the forecast for a horizon in weeks."""
        raw = customers.outlook(self.model).within(horizon)
        return ModelPrediction(raw, self.corrections)


@dataclass(frozen=True)
class BaselineForecaster:
    """A fitted baseline."""

    baseline: Baseline

    @property
    def name(self) -> str:
        """Name, as shown to people."""
        return self.baseline.name

    def predict(self, customers: Customers, horizon: float) -> Prediction:
        """Return the forecast for a horizon in weeks."""
        known = customers
        return RulePrediction(
            *self.baseline.predict(known.x, known.t_x, known.T, known.amount, horizon)
        )


class Workshop:
    """Fits forecasters to a history as it was on different days, each model once."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._known: dict[int, Summary] = {}
        self._models: dict[int, list[BuyTillYouDie]] = {}

    def known(self, day: int) -> Summary:
        """Return what was known of the customers at the end of a day."""
        if day not in self._known:
            self._known[day] = self.history.summary(day)
        return self._known[day]

    def models(self, day: int) -> list[BuyTillYouDie]:
        """Return the models that can be fitted to what was known then."""
        if day not in self._models:
            known = self.known(day)
            self._models[day] = []
            for kind in MODELS:
                try:
                    model = kind().fit(known.x, known.t_x, known.T)
                except NotEnoughHistory:
                    continue
                self._models[day].append(model)
        return self._models[day]

    def window(self, cut: int, end: int) -> Window:
        """Return what was known at `cut` and bought until `end`."""
        known = self.known(cut)
        return Window(cut, end, known, self.history.purchases(known.customer, cut, end))

    def forecasters(
        self,
        today: int,
        horizon: float,
        windows: Sequence[Window],
        weight: float,
    ) -> list[Forecaster]:
        """Return all forecasters as they could have been fitted on a day.

        windows: of the past, none of them ending after today; weight: how far they
        move the level of corrected probabilities (that of counts stays the model's).
        """
        known = self.known(today)
        fitted: list[Forecaster] = []
        for model in self.models(today):
            fitted.append(ModelForecaster(model))
            corrections = self._corrections(model, known, horizon, windows, weight)
            if corrections:
                fitted.append(ModelForecaster(model, corrections))
        if windows:
            fitted += [
                BaselineForecaster(kind().fit(windows, known)) for kind in BASELINES
            ]
        return fitted

    def _corrections(
        self,
        model: BuyTillYouDie,
        known: Summary,
        horizon: float,
        windows: Sequence[Window],
        weight: float,
    ) -> tuple[Correction, Correction] | None:
        lessons = []
        for window in windows:
            then = [m for m in self.models(window.cut) if m.name == model.name]
            if then and window.purchases.any():
                raw = raw_forecast(then[0], window.known, window.horizon)
                lessons.append(Lesson(window.known.customer, raw, window.purchases))
        if not lessons:
            return None
        reference = raw_forecast(model, known, horizon)
        return (
            Correction("probability").fit(lessons, reference, weight),
            Correction("count").fit(lessons, reference),
        )


def raw_forecast(model: BuyTillYouDie, known: Summary, horizon: float) -> Forecast:
    """Return a model's own forecast of the customers of a summary."""
    customers = Customers(known.x, known.t_x, known.T, known.amount)
    return customers.outlook(model).within(horizon)
