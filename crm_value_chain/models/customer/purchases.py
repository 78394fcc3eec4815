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

    def count_customers(self):
        """Return the number of different customers."""
        return len(_codes(self.customer)[0])

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


def facts(purchases, today, years_ago):
    """Return what follows from the transactions of each customer until today.

    Keys are fields of the profile, see there; `partner_id` is the customer. Days are
    days since 1970-01-01, NaN is what is not known. `margin_rate` is the margin as a
    share of the purchases whose margin is known, `costed_share` is how much those
    and such returns are of all. `RECENT` is no field, but the number of sales in
    all of the `YEARS`.

    :param int today: day after which nothing counts yet, since 1970-01-01
    :param years_ago: days after which a transaction belongs to each of the `YEARS`
    :rtype: dict[str, numpy.ndarray]
    """
    customers, code = _codes(purchases.customer)
    day, amount = purchases.day, purchases.amount
    past = day <= today
    bought = past & (amount >= 0)
    returned = past & (amount < 0)
    costed = past & ~np.isnan(purchases.margin)

    def number(which):
        return np.bincount(_some(code, which), minlength=len(customers))

    def total(values, which):
        return np.bincount(_some(code, which), _some(values, which), len(customers))

    def known(values, support):
        return np.where(support > 0, values, np.nan)

    def yearly():
        amounts, until = {}, today
        for name, after in zip(YEARS, years_ago, strict=True):
            within = (day > after) & (day <= until)
            amounts[name] = known(total(amount, within), number(within))
            until = after
        return amounts

    visits, first, last = _visits(
        _some(code, bought), _some(day, bought), len(customers)
    )
    amount_bought, amount_returned = total(amount, bought), -total(amount, returned)
    told = costed & bought
    rate = total(purchases.margin, told), total(amount, told)
    moved = amount_bought + amount_returned
    costed_amount = rate[1] - total(amount, costed & returned)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "partner_id": customers,
            "first_purchase_date": known(first, visits),
            "last_purchase_date": known(last, visits),
            "purchase_count": visits,
            "purchase_amount": known(total(amount, past), number(past)),
            "returns_amount": known(amount_returned, number(returned)),
            "average_purchase_amount": known(amount_bought / visits, visits),
            **yearly(),
            RECENT: number(bought & (day > years_ago[-1])),
            "mean_gap_days": known((last - first) / (visits - 1), visits - 1),
            "margin": known(total(purchases.margin, costed), number(costed)),
            "margin_rate": known(rate[0] / rate[1], rate[1]),
            "costed_share": known((costed_amount / moved).round(DIGITS), moved),
        }


YEARS = ("yearly_amount", "previous_yearly_amount")  # a year each, the last one first
RECENT = "recent_sales"
DIGITS = 4  # of a share: sums in another order make no other share
DENSE = 8  # possible ids per row, up to which a table is quicker than sorting
FACTS = (
    "partner_id",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_count",
    "purchase_amount",
    "returns_amount",
    "average_purchase_amount",
    *YEARS,
    "mean_gap_days",
    "margin",
    "margin_rate",
    "costed_share",
)


def look_up(known, wanted):
    """Return which of some ids are known, and the places of those that are.

    :param known: sorted ids
    :param wanted: ids
    :return: mask over the wanted, and places in the known
    """
    if not len(known):
        return np.zeros(len(wanted), bool), np.zeros(0, int)
    place = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    found = known[place] == wanted
    return found, place[found]


def _some(values, which):
    """Return the chosen values, without copying all of them."""
    return values if which.all() else values[which]


def _codes(customer):
    """Return the different customers in order, and the place of each row's one."""
    if not len(customer):
        return customer, customer
    least, most = int(customer.min()), int(customer.max())
    if most - least > DENSE * len(customer):
        return np.unique(customer, return_inverse=True)
    present = np.zeros(most - least + 1, bool)
    present[customer - least] = True
    customers = np.flatnonzero(present) + least
    place = np.cumsum(present, dtype=np.int32) - 1
    return customers, place[customer - least]


def _visits(code, day, count):
    """Return the number of days with a purchase, the first and the last, of each.

    Sorting what is told apart, customer and day in one number, is far quicker than
    sorting rows.
    """
    visits = np.zeros(count, np.int64)
    first, last = np.zeros(count), np.zeros(count)
    if not len(code):
        return visits, first, last
    begin, span = int(day.min()), int(day.max()) - int(day.min()) + 1
    small = np.uint32 if count * span < 2**32 else np.uint64
    key = code.astype(small) * small(span) + (day - begin).astype(small)
    key.sort()
    key = key[np.append(True, key[1:] != key[:-1])]
    who, when = np.divmod(key, small(span))
    when = when.astype(np.int64) + begin
    new = np.flatnonzero(np.append(True, who[1:] != who[:-1]))
    buyers = who[new]
    visits[buyers] = np.diff(new, append=len(key))
    first[buyers] = when[new]
    last[buyers] = when[np.append(new[1:], len(key)) - 1]
    return visits, first, last
