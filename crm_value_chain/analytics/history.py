"""From transactions to purchase histories, as known on any day.

A purchase is a day on which a customer bought: several transactions on one day count
once, a zero amount counts, a return (a negative amount) does not. Everything else in
this package starts from a `History`, or from the `Summary` of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from .checks import BoolArray, FloatArray, IntArray, as_floats

DAYS_PER_WEEK = 7.0


@dataclass(frozen=True)
class Summary:
    """What buy-till-you-die models need to know of each customer (times in weeks).

    customer: the customers' codes; x: repeat purchases; t_x: time of the last one and
    T: time observed, both since the first purchase; m: mean amount of the repeat
    purchases with a positive amount; n_m: how many those are; first: amount of the
    first purchase.
    """

    customer: IntArray
    x: FloatArray
    t_x: FloatArray
    T: FloatArray
    m: FloatArray
    n_m: FloatArray
    first: FloatArray

    def __len__(self) -> int:
        return len(self.x)

    @property
    def amount(self) -> FloatArray:
        """Mean amount of the purchases with a positive amount, 0 without any."""
        paid = self.n_m + (self.first > 0)
        total = self.m * self.n_m + np.maximum(self.first, 0.0)
        return divide(total, paid)

    def take(self, rows: IntArray | BoolArray) -> Summary:
        """Return the summary of some of the customers."""
        return Summary(*(getattr(self, name)[rows] for name in self.__annotations__))


class History:
    """The purchases of many customers, in the order of customer and day.

    Parameters (arrays of one length, a row per transaction, in any order):
    customer: integer codes; day: integer day numbers or datetime64; amount: in one
    currency, returns negative.
    """

    def __init__(
        self, customer: ArrayLike, day: ArrayLike, amount: ArrayLike | None = None
    ) -> None:
        customers = np.atleast_1d(np.asarray(customer))
        days = as_days(day)
        amounts = np.ones(len(days)) if amount is None else as_floats("amount", amount)
        if not customers.shape == days.shape == amounts.shape:
            raise ValueError("customer, day and amount must have the same length.")
        if customers.size and not np.issubdtype(customers.dtype, np.integer):
            raise ValueError("customer must hold integer codes.")
        bought = amounts >= 0
        if not bought.all():
            customers, days, amounts = customers[bought], days[bought], amounts[bought]
        self._store(customers.astype(np.int64), days, amounts)

    def _store(self, customer: IntArray, day: IntArray, amount: FloatArray) -> None:
        order = np.lexsort((day, customer))
        customer, day, amount = customer[order], day[order], amount[order]
        start = np.ones(len(day), dtype=bool)
        start[1:] = (customer[1:] != customer[:-1]) | (day[1:] != day[:-1])
        rows = np.flatnonzero(start)
        self.customer = customer[rows]
        self.day = day[rows]
        self.amount = np.add.reduceat(amount, rows) if len(rows) else amount[:0]

    @classmethod
    def _of_purchases(
        cls, customer: IntArray, day: IntArray, amount: FloatArray
    ) -> History:
        history = cls.__new__(cls)
        history.customer, history.day, history.amount = customer, day, amount
        return history

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def starts(self) -> IntArray:
        """Row of each customer's first purchase."""
        new = np.ones(len(self.customer), dtype=bool)
        new[1:] = self.customer[1:] != self.customer[:-1]
        return np.flatnonzero(new)

    @property
    def n_customers(self) -> int:
        """Number of customers with a purchase."""
        return len(self.starts)

    @property
    def first_day(self) -> int:
        """Day of the first purchase of all."""
        return int(self.day.min()) if len(self) else 0

    def until(self, as_of: int) -> History:
        """Return the history as it was known at the end of the day `as_of`."""
        known = self.day <= as_of
        if known.all():
            return self
        return self._of_purchases(
            self.customer[known], self.day[known], self.amount[known]
        )

    def sample(self, n: int, seed: int = 0) -> History:
        """Return the history of n customers drawn at random (all, if fewer)."""
        if self.n_customers <= n:
            return self
        chosen = np.zeros(self.n_customers, dtype=bool)
        rng = np.random.default_rng(seed)
        chosen[rng.choice(self.n_customers, size=n, replace=False)] = True
        counts = np.diff(self.starts, append=len(self))
        rows = np.repeat(chosen, counts)
        return self._of_purchases(
            self.customer[rows], self.day[rows], self.amount[rows]
        )

    def summary(self, as_of: ArrayLike) -> Summary:
        """Return what was known of each customer at the end of the day `as_of`."""
        cut = as_day(as_of)
        known = self.until(cut)
        starts = known.starts
        counts = np.diff(starts, append=len(known))
        x = (counts - 1).astype(np.float64)
        first, last = known.day[starts], known.day[starts + counts - 1]
        paid = (known.amount > 0).astype(np.float64)
        paid[starts] = 0.0
        n_m, total = sums(paid, starts), sums(known.amount * paid, starts)
        return Summary(
            customer=known.customer[starts],
            x=x,
            t_x=(last - first) / DAYS_PER_WEEK,
            T=(cut - first) / DAYS_PER_WEEK,
            m=divide(total, n_m),
            n_m=n_m,
            first=known.amount[starts],
        )

    def purchases(self, customer: IntArray, after: int, until: int) -> FloatArray:
        """Return each customer's number of purchases in `after` < day ≤ `until`."""
        inside = (self.day > after) & (self.day <= until)
        position = np.searchsorted(customer, self.customer[inside])
        position = np.minimum(position, max(len(customer) - 1, 0))
        if not len(customer):
            return np.zeros(0)
        found = customer[position] == self.customer[inside]
        return np.bincount(position[found], minlength=len(customer)).astype(np.float64)


def sums(values: FloatArray, starts: IntArray) -> FloatArray:
    """Return the sums of consecutive groups that begin at `starts`."""
    return np.add.reduceat(values, starts) if len(starts) else values[:0]


def divide(total: FloatArray, number: FloatArray) -> FloatArray:
    """Return means, 0 where there is nothing to take the mean of."""
    mean: FloatArray = np.where(number > 0, total / np.maximum(number, 1.0), 0.0)
    return mean


def as_days(day: ArrayLike) -> IntArray:
    """Return day numbers (days since 1970-01-01 where dates are given)."""
    days = np.atleast_1d(np.asarray(day))
    if np.issubdtype(days.dtype, np.datetime64):
        if np.isnat(days).any():
            raise ValueError("day holds missing dates.")
        return days.astype("datetime64[D]").astype(np.int64)
    if days.size and not np.issubdtype(days.dtype, np.integer):
        raise ValueError("day must hold integer day numbers or datetime64 values.")
    return days.astype(np.int64)


def as_day(day: ArrayLike) -> int:
    """Return one day number."""
    if isinstance(day, str):
        day = np.datetime64(day, "D")
    days = as_days(day)
    if days.shape != (1,):
        raise ValueError("Exactly one day is wanted.")
    return int(days[0])


def summarise(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike, as_of: ArrayLike
) -> Summary:
    """Return the summary of transactions as known at the end of the day `as_of`."""
    return History(customer, day, amount).summary(as_of)
