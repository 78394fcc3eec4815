"""Forecasts of a model, with what a correction of them looks at."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .buy_till_you_die import BuyTillYouDie
from .checks import FloatArray
from .compress import Kinds

COLUMNS = ("frequency", "overdue", "one_time", "amount")


class Customers:
    """Customers to forecast: a model looks at them once, however often it is asked.

    x, t_x, T: see checks.as_summary; amount: mean amount, 0 where there is none.
    """

    def __init__(
        self, x: FloatArray, t_x: FloatArray, T: FloatArray, amount: FloatArray
    ) -> None:
        self.x, self.t_x, self.T, self.amount = x, t_x, T, amount
        self._outlooks: dict[int, Outlook] = {}

    def __len__(self) -> int:
        return len(self.x)

    @cached_property
    def kinds(self) -> Kinds:
        """The customers by x and T."""
        return Kinds(self.x, self.T)

    def outlook(self, model: BuyTillYouDie) -> Outlook:
        """Return what a fitted model says of the customers."""
        if id(model) not in self._outlooks:
            self._outlooks[id(model)] = Outlook(model, self)
        return self._outlooks[id(model)]


class Outlook:
    """What a fitted model says of customers; what no horizon changes is computed once.

    All our models share the rate of purchases, Gamma(r, alpha), so that a customer who
    stays buys at a rate ~ Gamma(r + x, alpha + T).
    """

    def __init__(self, model: BuyTillYouDie, customers: Customers) -> None:
        self.model = model
        self.customers = customers
        self.r, self.alpha = (float(value) for value in model.params_[:2])
        #: what corrections add whatever the horizon, by the id of their coefficients
        self.added: dict[int, tuple[FloatArray, FloatArray]] = {}

    def within(self, horizon: float) -> Forecast:
        """Return the forecast for a horizon in weeks."""
        return Forecast(self, horizon)

    @cached_property
    def p_alive(self) -> FloatArray:
        """The probability of being alive at T."""
        known = self.customers
        return self.model.alive(known.x, known.t_x, known.T)

    @cached_property
    def columns(self) -> tuple[FloatArray, ...]:
        """What a correction looks at, one array for each name in COLUMNS.

        log(1 + x); log(1 + how many purchases the gap since the last one has cost);
        1 for one-time buyers; log of the mean amount, NaN where there is none.
        """
        known = self.customers
        gap, rate = known.T - known.t_x, (self.r + known.x) / (self.alpha + known.T)
        return (
            np.log1p(known.x),
            np.log1p(gap * rate),
            (known.x == 0).astype(np.float64),
            log_amount(known.amount),
        )


class Forecast:
    """A model's forecast of some customers within a horizon, as far as it is asked."""

    def __init__(self, outlook: Outlook, horizon: float) -> None:
        self.outlook = outlook
        self.horizon = horizon
        self._kinds = outlook.customers.kinds

    @property
    def p_alive(self) -> FloatArray:
        """The probability of being alive at T."""
        return self.outlook.p_alive

    @property
    def columns(self) -> tuple[FloatArray, ...]:
        """What a correction looks at."""
        return self.outlook.columns

    @cached_property
    def probability(self) -> FloatArray:
        """The probability of at least one purchase."""
        chance = self._kinds.each(self.outlook.model.chance, self.horizon)
        return self.p_alive * chance

    @cached_property
    def expected(self) -> FloatArray:
        """The expected number of purchases."""
        number = self._kinds.each(self.outlook.model.number, self.horizon)
        return self.p_alive * number

    @property
    def stay_probability(self) -> FloatArray:
        """The probability if nobody ever dropped out."""
        return self._kinds.each(self._stay_probability)

    @property
    def stay_expected(self) -> FloatArray:
        """The expected number if nobody ever dropped out."""
        return self._kinds.each(self._stay_expected)

    def _stay_probability(self, x: FloatArray, T: FloatArray) -> FloatArray:
        r, time = self.outlook.r, self.outlook.alpha + T
        share = self.horizon / (time + self.horizon)
        chance: FloatArray = -np.expm1((r + x) * np.log1p(-share))
        return chance

    def _stay_expected(self, x: FloatArray, T: FloatArray) -> FloatArray:
        number: FloatArray = (
            (self.outlook.r + x) * self.horizon / (self.outlook.alpha + T)
        )
        return number


def log_amount(amount: FloatArray) -> FloatArray:
    """Return the logarithm of the mean amount, NaN where there is none."""
    paid = amount > 0
    return np.where(paid, np.log(np.where(paid, amount, 1.0)), np.nan)
