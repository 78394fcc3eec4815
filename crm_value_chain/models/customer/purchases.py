"""The transactions of many customers as arrays, and what follows from them."""

from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True)
class Purchases:
    """Transactions, a row each: arrays of one length, in any order.

    customer: contact ids; day: days since 1970-01-01; amount: in company currency,
    returns negative; margin: NaN where it is not known.
    """

    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    margin: np.ndarray

    def __len__(self):
        return len(self.customer)

    @classmethod
    def together(cls, several):
        """Return the rows of several purchases in one."""
        several = [each for each in several if len(each)] or several[:1]
        if len(several) == 1:
            return several[0]
        return cls(
            *(
                np.concatenate([getattr(each, field.name) for each in several])
                for field in fields(cls)
            )
        )

    def of_customers(self, contacts):
        """Return the purchases of contacts as those of their commercial partners.

        :param dict contacts: ids of the contacts that are not their own, and whose
        """
        if not len(self) or not len(contacts["contact"]):
            return self
        largest = max(self.customer.max(), contacts["contact"].max())
        whose = np.arange(largest + 1, dtype=self.customer.dtype)
        whose[contacts["contact"]] = contacts["customer"]
        return Purchases(whose[self.customer], self.day, self.amount, self.margin)

    def finite(self):
        """Return the rows with an amount that can be reckoned with."""
        finite = np.isfinite(self.amount)
        rows = self if finite.all() else self.where(finite)
        return replace(
            rows, margin=np.where(np.isfinite(rows.margin), rows.margin, np.nan)
        )

    def where(self, chosen):
        """Return some of the rows, by a mask or by their positions."""
        return Purchases(
            self.customer[chosen],
            self.day[chosen],
            self.amount[chosen],
            self.margin[chosen],
        )

    def sample(self, share, without=()):
        """Return the purchases of a share of the customers, as if drawn by lot.

        :param float share: of 1 or more means all
        :param without: ids of customers to leave out
        """
        lot = self.customer.astype(np.uint32) * np.uint32(2654435761)
        chosen = lot < np.uint64(min(1.0, share) * 2**32)
        if len(without):
            chosen &= ~np.isin(self.customer, without)
        return self.where(chosen)

    def in_order(self):
        """Return the rows by customer and day."""
        key = self.customer.astype(np.int64) << 32
        key += self.day
        return self.where(np.argsort(key))


def facts(purchases, today, year_ago):
    """Return what follows from the transactions of each customer until today.

    Keys are fields of the profile, see there; `partner_id` is the customer. Days are
    days since 1970-01-01, NaN is what is not known. `margin_rate` is the margin as a
    share of the amounts whose margin is known.

    :param int today: day after which nothing counts yet, since 1970-01-01
    :param int year_ago: day after which a transaction belongs to the last year
    :rtype: dict[str, numpy.ndarray]
    """
    rows = purchases.in_order()
    customer, day, amount = rows.customer, rows.day, rows.amount
    if not len(rows):
        return dict.fromkeys(FACTS, np.zeros(0)) | {"partner_id": np.zeros(0, int)}
    new = np.ones(len(rows), bool)
    new[1:] = customer[1:] != customer[:-1]
    starts = np.flatnonzero(new)

    def total(values, which):
        return np.add.reduceat(np.where(which, values, 0.0), starts)

    def number(which):
        return np.add.reduceat(which.astype(np.int32), starts)

    def known(values, support):
        return np.where(support > 0, values, np.nan)

    past = day <= today
    bought = past & (amount >= 0)
    returned = past & (amount < 0)
    recent = past & (day > year_ago)
    costed = past & ~np.isnan(rows.margin)
    visits = number(bought & _first_of_its_day(customer, day, bought))
    first = np.minimum.reduceat(np.where(bought, day, _NEVER), starts)
    last = np.maximum.reduceat(np.where(bought, day, -_NEVER), starts)
    margin = known(total(rows.margin, costed), number(costed))
    costed_amount = total(amount, costed)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "partner_id": customer[starts],
            "first_purchase_date": known(first, visits),
            "last_purchase_date": known(last, visits),
            "purchase_count": visits,
            "purchase_amount": known(total(amount, past), number(past)),
            "returns_amount": known(-total(amount, returned), number(returned)),
            "average_purchase_amount": known(total(amount, bought) / visits, visits),
            "yearly_amount": known(total(amount, recent), number(recent)),
            "mean_gap_days": known((last - first) / (visits - 1), visits - 1),
            "margin": margin,
            "profit": margin,
            "margin_rate": known(margin / costed_amount, costed_amount),
        }


_NEVER = 2**31 - 1
FACTS = (
    "partner_id",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_count",
    "purchase_amount",
    "returns_amount",
    "average_purchase_amount",
    "yearly_amount",
    "mean_gap_days",
    "margin",
    "profit",
    "margin_rate",
)


def _first_of_its_day(customer, day, bought):
    """Whether a row is the first purchase of its customer on its day, in order."""
    rows = np.flatnonzero(bought)
    first = np.ones(len(rows), bool)
    first[1:] = (np.diff(customer[rows]) != 0) | (np.diff(day[rows]) != 0)
    result = np.zeros(len(customer), bool)
    result[rows[first]] = True
    return result
