"""The retention model of a company: choose, fit, score, store.

model = RetentionModel(horizon=13).fit(customer, day, amount, as_of)
scores = model.predict(x, t_x, T, amount)
stored = model.to_dict()                # plain numbers, fit for JSON
model = RetentionModel.from_dict(stored)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from .amounts import Amounts
from .backtest import Backtest, backtest, past_windows
from .beta_geometric import BGNBD, MBGNBD
from .buy_till_you_die import BuyTillYouDie
from .candidates import Forecaster, ModelForecaster, Workshop
from .checks import FloatArray, NotFitted, as_floats, as_horizon, as_summary
from .choice import FEWEST_REPEATERS, Choice, choose
from .clv import QUARTER
from .correction import level_weight
from .forecast import Customers
from .grade import Grade, grade, graded
from .history import History, as_day
from .next_purchase import NextPurchase, next_purchase
from .outlook import Outlook, Scores
from .rule_of_thumb import rule_of_thumb
from .storage import (
    forecaster_from_dict,
    forecaster_to_dict,
    model_from_dict,
    model_to_dict,
)

if TYPE_CHECKING:
    from typing_extensions import Self

SAMPLE = 20_000  # customers in the backtest
RULE_OF_THUMB = "rule of thumb"


class RetentionModel:
    """Chosen by a rolling backtest on the company's own history, see choice.py.

    Parameters: horizon in weeks, for which it is tested; sample: customers in the
    backtest.

    `fit` sets method_ and count_method_ (names of the forecasters in use), grade_,
    models_ (all models fitted to the whole history), amounts_, backtest_ and choice_
    (None where nothing was tested), n_customers_, n_repeaters_, as_of_.
    """

    probability_: Forecaster
    count_: Forecaster
    alive_: BuyTillYouDie
    amounts_: Amounts
    method_: str
    count_method_: str
    grade_: Grade
    models_: list[BuyTillYouDie]
    backtest_: Backtest | None
    choice_: Choice | None
    n_customers_: int
    n_repeaters_: int
    as_of_: int

    def __init__(self, horizon: float = 13.0, sample: int = SAMPLE, seed: int = 0):
        self.horizon = as_horizon(horizon)
        if not self.horizon > 0:
            raise ValueError("The horizon must be longer than nothing.")
        self.sample = sample
        self.seed = seed

    def fit(
        self,
        customer: ArrayLike,
        day: ArrayLike,
        amount: ArrayLike | None,
        as_of: ArrayLike,
    ) -> Self:
        """Choose and fit from transactions until `as_of` (later ones are left out).

        Never fails for want of data: it falls back as choice.py says, and method_ and
        grade_ say so.
        """
        return self.fit_history(History(customer, day, amount), as_of)

    def fit_history(self, history: History, as_of: ArrayLike) -> Self:
        """Choose and fit from a history, see `fit`."""
        self.as_of_ = as_day(as_of)
        history = history.until(self.as_of_)
        known = history.summary(self.as_of_)
        self.n_customers_ = len(known)
        self.n_repeaters_ = int((known.x > 0).sum())
        self.amounts_ = Amounts().fit(known)
        self.backtest_ = self.choice_ = None
        everyone = Workshop(history)
        self.models_ = []
        if self.n_repeaters_ < FEWEST_REPEATERS:
            self._use_model(rule_of_thumb(known), RULE_OF_THUMB)
            return self
        self.models_ = everyone.models(self.as_of_)
        workshop = everyone
        if self.n_customers_ > self.sample:
            workshop = Workshop(history.sample(self.sample, self.seed))
        self.backtest_ = backtest(workshop, self.as_of_, self.horizon)
        self.choice_ = choose(self.backtest_, self.n_customers_)
        if self.choice_ is None:
            untested = next(each for each in self.models_ if each.name == MBGNBD.name)
            self._use_model(untested, untested.name)
        else:
            self._use_choice(self.choice_, workshop)
        return self

    def _use_model(self, model: BuyTillYouDie, method: str) -> None:
        self.probability_ = self.count_ = ModelForecaster(model)
        self.alive_ = model
        self.method_ = self.count_method_ = method
        self.grade_ = grade(None, is_model=True)

    def _use_choice(self, choice: Choice, workshop: Workshop) -> None:
        assert self.backtest_ is not None
        planned = self.backtest_.plan
        windows = past_windows(workshop, planned.cuts, self.as_of_, planned.length)
        weight = level_weight(planned.full, len(windows))
        fitted = workshop.forecasters(self.as_of_, self.horizon, windows, weight)
        by_name = {each.name: self._on_everyone(each) for each in fitted}
        self.probability_ = by_name[choice.probability]
        self.count_ = by_name[choice.count]
        self.method_, self.count_method_ = choice.probability, choice.count
        self.alive_ = self._alive_model()
        self.grade_ = grade(choice.figures, choice.is_model)

    def _on_everyone(self, forecaster: Forecaster) -> Forecaster:
        """Return the forecaster with its model fitted to all, not to a sample."""
        if not isinstance(forecaster, ModelForecaster):
            return forecaster
        name = forecaster.model.name
        model = next(each for each in self.models_ if each.name == name)
        return ModelForecaster(model, forecaster.corrections)

    def _alive_model(self) -> BuyTillYouDie:
        """Return the model of P(alive): not BG/NBD, which says 1 to one-time buyers."""
        used = [
            each.model
            for each in (self.probability_, self.count_)
            if isinstance(each, ModelForecaster)
        ]
        used += [each for each in self.models_ if each.name == MBGNBD.name]
        return next(each for each in used if each.name != BGNBD.name)

    def predict(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        amount: ArrayLike | None = None,
        horizon: float | None = None,
    ) -> Scores:
        """Return the scores of customers.

        x, t_x, T: see checks.as_summary, in weeks; amount: the mean amount of all
        purchases with one (0 where there is none, or for all if not given); horizon: in
        weeks, else the one of the model.
        """
        return self.outlook(x, t_x, T, amount).scores(horizon)

    def outlook(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        amount: ArrayLike | None = None,
    ) -> Outlook:
        """Return all that can be asked of customers, see `predict` and Outlook."""
        if not hasattr(self, "method_"):
            raise NotFitted("This retention model is not fitted yet.")
        x, t_x, T = as_summary(x, t_x, T)
        spent = np.zeros(len(x)) if amount is None else as_floats("amount", amount)
        if spent.shape != x.shape:
            raise ValueError("amount must have the same length as x.")
        return Outlook(self, Customers(x, t_x, T, spent))

    def purchases(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        amount: ArrayLike | None,
        ends: ArrayLike,
    ) -> list[FloatArray]:
        """Return the expected purchases until each of several ends, in weeks.

        The same as `predict(…, horizon=end).expected`, at a fraction of the cost.
        """
        return self.outlook(x, t_x, T, amount).purchases(as_floats("ends", ends))

    def lifetime_value(
        self,
        x: ArrayLike,
        t_x: ArrayLike,
        T: ArrayLike,
        value: ArrayLike,
        amount: ArrayLike | None = None,
        horizon: float = 52.0,
        rate: float = 0.1,
        period: float = QUARTER,
    ) -> FloatArray:
        """Return the customers' lifetime value (formula: clv.py).

        value: of a purchase (the expected amount, or margin); rate: yearly discount;
        horizon and period in weeks.
        """
        about = self.outlook(x, t_x, T, amount)
        return about.lifetime_value(value, horizon, rate, period)

    def next_purchase(
        self, x: ArrayLike, t_x: ArrayLike, coverage: float = 0.8
    ) -> NextPurchase:
        """Return when the next purchase is due, in weeks after the last one."""
        return next_purchase(self.alive_, x, t_x, coverage)

    def to_dict(self) -> dict[str, Any]:
        """Return all that `predict` needs, as plain numbers."""
        return {
            "version": 1,
            "horizon": self.horizon,
            "as_of": self.as_of_,
            "method": self.method_,
            "count_method": self.count_method_,
            "grade": self.grade_.letter,
            "probability": forecaster_to_dict(self.probability_),
            "count": forecaster_to_dict(self.count_),
            "alive": model_to_dict(self.alive_),
            "amounts": self.amounts_.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the model that `to_dict` told: it scores, without its backtest."""
        model = cls(horizon=values["horizon"])
        model.as_of_ = int(values["as_of"])
        model.method_ = values["method"]
        model.count_method_ = values["count_method"]
        model.grade_ = graded(values["grade"])
        model.probability_ = forecaster_from_dict(values["probability"])
        model.count_ = (
            model.probability_
            if values["count"] == values["probability"]
            else forecaster_from_dict(values["count"])
        )
        model.alive_ = model_from_dict(values["alive"])
        model._share_models()
        model.amounts_ = Amounts.from_dict(values["amounts"])
        return model

    def _share_models(self) -> None:
        """Use one object for equal models: what it computes serves several figures."""
        models = [self.alive_]

        def shared(forecaster: Forecaster) -> Forecaster:
            if not isinstance(forecaster, ModelForecaster):
                return forecaster
            same = [each for each in models if is_same(each, forecaster.model)]
            models.append(same[0] if same else forecaster.model)
            return ModelForecaster(models[-1], forecaster.corrections)

        is_one = self.count_ is self.probability_
        self.probability_ = shared(self.probability_)
        self.count_ = self.probability_ if is_one else shared(self.count_)


def is_same(one: BuyTillYouDie, other: BuyTillYouDie) -> bool:
    """Return whether two fitted models say the same."""
    return one.name == other.name and one.parameters == other.parameters
