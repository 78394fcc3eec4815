"""Currency rates of many documents at once."""

from bisect import bisect_right

from odoo.fields import Domain


class DatedRates:
    """Rates of some currencies on any day, read with one query.

    Says what Odoo's own conversion says, which takes a query for each day: the last
    rate of the company up to that day, else the last shared one; before the first
    rate, the first one.
    """

    def __init__(self, company, currencies):
        root = company.root_id
        self._target = company.currency_id
        self._series = {}
        rates = company.env["res.currency.rate"].sudo()
        for rate in rates.search(
            Domain("currency_id", "in", (currencies | self._target).ids)
            & Domain("company_id", "in", [False, root.id]),
            order="name",
        ):
            key = (rate.currency_id.id, bool(rate.company_id))
            days, values = self._series.setdefault(key, ([], []))
            days.append(rate.name)
            values.append(rate.rate)

    def is_known(self, currency):
        """Whether an amount in a currency can be converted at all."""
        return currency == self._target or any(
            (currency.id, own) in self._series for own in (True, False)
        )

    def convert(self, amount, currency, day):
        """Amount in the currency of the company on a day, rounded."""
        if currency != self._target:
            amount *= self._rate(self._target, day) / self._rate(currency, day)
        return self._target.round(amount)

    def _rate(self, currency, day):
        series = [
            self._series[currency.id, own]
            for own in (True, False)
            if (currency.id, own) in self._series
        ]
        for days, values in series:
            if position := bisect_right(days, day):
                return values[position - 1]
        return series[0][1][0] if series else 1.0
