from collections import defaultdict

import numpy as np

from odoo import api, fields, models
from odoo.tools import SQL

from .purchases import YEARS

HAIR = 1e-6  # of an amount that is a whole number of cents, as a float


class CrmCustomerYear(models.AbstractModel):
    """What the days that pass do to the amounts of each year.

    Each of the `YEARS` ends where the one before it began: what grows older than the
    last year goes to the previous one, and is forgotten when that is over, too. Only
    the transactions that pass an end are read.
    """

    _name = "crm.customer.year"
    _description = "Years of Customers"

    @api.model
    def _pass_years(self, scope, since):
        """Move what grew too old for a year to the one before, where it counts still.

        :param date since: day for which all customers were right
        """
        company = self.env["res.company"].browse(scope.company_id)
        left, uneven = self._left(company, since, scope.as_of)
        # of parts of a cent the rounded value of before does not tell what is left
        self.env["crm.customer.stale"]._queue_partners(uneven, company)
        customers = list({c for amounts in left for c in amounts} - uneven)
        if not customers:
            return
        values = self._passed(scope.as_of, company.currency_id.decimal_places)

        def column(name):
            return values.get(name) or SQL.identifier("p", name)

        values = values | self._scored(scope, column)
        moved = [[amounts.get(c, 0.0) for c in customers] for amounts in left]
        arrays = [
            SQL(
                "UNNEST(%s::numeric[]) AS %s", amounts, SQL.identifier(f"left_{number}")
            )
            for number, amounts in _count(moved)
        ]
        source = SQL(
            "SELECT UNNEST(%s::int[]) AS partner_id, %s",
            customers,
            SQL(", ").join(arrays),
        )
        self._update(values, scope._replace(ids=tuple(customers)), source)

    @api.model
    def _passed(self, as_of, digits):
        """SQL of the amount of each year ``p``, once ``f`` has moved.

        What is left of a year without purchases may be returns; nothing is unknown.

        :rtype: dict[str, SQL]
        """
        values, until, came = {}, as_of, SQL("0")
        for (number, name), after in zip(
            _count(YEARS), years_before(as_of), strict=True
        ):
            went = SQL.identifier("f", f"left_{number}")
            amount = SQL(
                "ROUND(COALESCE(%s, 0) + %s - %s, %s)",
                *(SQL.identifier("p", name), came, went, digits),
            )
            values[name] = SQL(
                "CASE WHEN p.last_purchase_date > %s AND p.last_purchase_date <= %s"
                " THEN %s ELSE NULLIF(%s, 0) END",
                *(after, until, amount, amount),
            )
            until, came = after, went
        return values

    @api.model
    def _left(self, company, since, as_of):
        """What grew too old for each year, and was not when last measured.

        :return: amounts by customer for each year, and customers with amounts that are
            no whole number of the currency's smallest unit
        :rtype: tuple[list[dict[int, float]], set[int]]
        """
        ends = zip(years_before(since), years_before(as_of), strict=True)
        rows = [self._older(company, *days) for days in ends]
        customers = {customer for year in rows for customer, _day, _amount in year}
        measured = self._measured_on(company, customers, since)
        left, uneven = [], set()
        for place, year in enumerate(rows):
            amounts = defaultdict(float)
            for customer, day, amount in year:
                counted_from = years_before(measured.get(customer, as_of))[place]
                if not (np.isfinite(amount) and day > counted_from):
                    continue
                amounts[customer] += amount
                if abs(company.currency_id.round(amount) - amount) > HAIR:
                    uneven.add(customer)
            left.append(amounts)
        return left, uneven

    @api.model
    def _older(self, company, after, until):
        """Customer, day and amount of the transactions of some days, see `_between`."""
        transactions = self.env["crm.customer.transaction"]
        query = transactions._between(company.id, after, until)
        self.env.flush_all()
        return self.env.execute_query(
            SQL("SELECT partner_id, date, amount::float8 FROM (%s) t", query)
        )

    @api.model
    def _measured_on(self, company, customers, since):
        """Day for which the figures of each of some customers are right."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, scored_on FROM crm_customer_profile"
                " WHERE company_id = %s AND partner_id = ANY(%s)",
                company.id,
                list(customers),
            )
        )
        return {customer: max(day or since, since) for customer, day in rows}


def years_before(day):
    """Return the days after which each of the `YEARS` until a day begins."""
    return [fields.Date.subtract(day, years=n) for n, _name in _count(YEARS)]


def _count(values):
    return list(enumerate(values, 1))
