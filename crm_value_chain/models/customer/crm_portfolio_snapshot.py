from odoo import api, fields, models
from odoo.tools import SQL

PROFITABILITY = "crm_value_chain.group_profitability"


class CrmPortfolioSnapshot(models.Model):
    """What the customers of a class were worth together, month by month.

    One row for each month and class: the last night of a month stays, and the present
    month is as of last night. It never holds a row for each customer.
    """

    _name = "crm.portfolio.snapshot"
    _description = "Portfolio Snapshot"
    _order = "month desc, id"
    _rec_name = "month"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(required=True, readonly=True, help="First day of the month.")
    date = fields.Date(
        "Figures as of", required=True, readonly=True, help="Last night of the month."
    )
    dimension = fields.Selection([], "Classification", required=True, readonly=True)
    customer_count = fields.Integer("Customers", readonly=True)
    buyer_count = fields.Integer(
        "Buyers", readonly=True, help="Customers with a purchase."
    )
    yearly_amount = fields.Monetary(
        "Value a Year",
        readonly=True,
        help="Untaxed amount of the last twelve months, less returns.",
    )
    purchase_amount = fields.Monetary(
        "Purchased",
        readonly=True,
        help="Untaxed amount since the first purchase, less returns.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups=PROFITABILITY,
        help="Of the sales whose cost is known, since the first purchase.",
    )
    service_cost = fields.Monetary("Cost to Serve", readonly=True, groups=PROFITABILITY)
    profit = fields.Monetary(
        readonly=True,
        groups=PROFITABILITY,
        help="Margin less cost to serve, of the customers whose profit is known.",
    )
    unknown_profit_count = fields.Integer(
        "Profit not Known",
        readonly=True,
        groups=PROFITABILITY,
        help="Buyers of whom the cost of goods is known of less than 90% of what they "
        "bought, and who therefore do not count in the profit.",
    )

    _month_index = models.Index("(company_id, dimension, month)")

    @api.model
    def _sums(self, as_of):
        """What is summed up over the profiles ``p`` of a class. A hook.

        :param date as_of: day on which the figures are true
        :return: SQL by name: of the field, or of what `_figures` speaks of
        :rtype: dict[str, SQL]
        """
        bought = SQL("p.purchase_count > 0")
        return {
            "customer_count": SQL("1"),
            "buyer_count": SQL("(%s)::int", bought),
            "unknown_profit_count": SQL("(%s AND p.profit IS NULL)::int", bought),
        } | {
            name: self._amount(name)
            for name in (
                "yearly_amount",
                "purchase_amount",
                "margin",
                "service_cost",
                "profit",
            )
        }

    @api.model
    def _amount(self, name):
        """SQL of an amount to be summed up; summing floats takes half the time."""
        return SQL("%s::float8", SQL.identifier("p", name))

    @api.model
    def _figures(self):
        """Figures that are more than a sum, of the sums in ``s``. A hook.

        :return: SQL by name of the field
        :rtype: dict[str, SQL]
        """
        return {}

    @api.model
    def _take(self, scope):
        """Note the figures of a company's classes for the month of a scope's day.

        A later day of the month replaces an earlier one.
        """
        company = self.env["res.company"].browse(scope.company_id)
        profiles = self.env["crm.customer.profile"]
        used = [m for m in profiles._in_order() if m._rules(company)]
        month = scope.as_of.replace(day=1)
        known = [("company_id", "=", company.id), ("month", "=", month)]
        if not used or self.search_count([*known, ("date", ">", scope.as_of)], limit=1):
            return
        self.search(known).unlink()
        self._insert(scope, month, used)
        self._insert_empty(scope, month, used)

    @api.model
    def _insert(self, scope, month, classifications):
        """Aggregate the customers by each classification, all in one pass.

        First by all of them together, which leaves next to no rows to add up.
        """
        self.env.flush_all()
        columns = [SQL.identifier(m._profile_field) for m in classifications]
        dimension = SQL(" ").join(
            SQL("WHEN GROUPING(s.%s) = 0 THEN %s", column, model._dimension)
            for column, model in zip(columns, classifications, strict=True)
        )
        sums = self._sums(scope.as_of)
        figures = {
            name: SQL("COALESCE(SUM(s.%s), 0)", SQL.identifier(name))
            for name in sums
            if name in self._fields
        } | self._figures()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_portfolio_snapshot
                       (company_id, month, date, dimension, %(columns)s, %(names)s,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, %(month)s, %(as_of)s, CASE %(dimension)s END,
                       %(classes)s, %(figures)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (SELECT %(columns)s, %(sums)s
                          FROM crm_customer_profile p
                         WHERE p.company_id = %(company)s AND p.active
                         GROUP BY %(columns)s) s
                 GROUP BY GROUPING SETS (%(sets)s)
                """,
                columns=SQL(", ").join(columns),
                names=SQL(", ").join(map(SQL.identifier, figures)),
                company=scope.company_id,
                month=month,
                as_of=scope.as_of,
                dimension=dimension,
                classes=SQL(", ").join(SQL("s.%s", column) for column in columns),
                figures=SQL(", ").join(figures.values()),
                sums=SQL(", ").join(
                    SQL("SUM(%s) AS %s", value, SQL.identifier(name))
                    for name, value in sums.items()
                ),
                sets=SQL(", ").join(SQL("(s.%s)", column) for column in columns),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()

    def _insert_empty(self, scope, month, classifications):
        """Note the classes without customers, too: they may have had some before."""
        company = self.env["res.company"].browse(scope.company_id)
        here = {"company_id": company.id, "month": month, "date": scope.as_of}
        for classification in classifications:
            name = classification._profile_field
            here["dimension"] = classification._dimension
            known = self.search([(key, "=", value) for key, value in here.items()])
            empty = classification._rules(company) - known[name]
            self.create([here | {name: rule.id} for rule in empty])
