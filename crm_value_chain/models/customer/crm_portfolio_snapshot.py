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
        help="Of the customers whose margin is known, since the first purchase.",
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
        help="Buyers whose cost of goods is not known, and who therefore do not count "
        "in margin and profit.",
    )

    _month_index = models.Index("(company_id, dimension, month)")

    @api.model
    def _figures(self, as_of):
        """What is aggregated over the profiles ``p`` of a class. A hook.

        :param date as_of: day on which the figures are true
        :return: SQL by name of the field
        :rtype: dict[str, SQL]
        """
        bought = SQL("p.purchase_count > 0")
        return {
            "customer_count": SQL("COUNT(*)"),
            "buyer_count": SQL("COUNT(*) FILTER (WHERE %s)", bought),
            "unknown_profit_count": SQL(
                "COUNT(*) FILTER (WHERE %s AND p.profit IS NULL)", bought
            ),
        } | {
            name: self._total(name)
            for name in (
                "yearly_amount",
                "purchase_amount",
                "margin",
                "service_cost",
                "profit",
            )
        }

    @api.model
    def _total(self, name):
        """SQL of the total of an amount; summing floats takes half the time."""
        amount = SQL.identifier("p", name)
        return SQL("COALESCE(SUM(%s::float8), 0)::numeric", amount)

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

    @api.model
    def _insert(self, scope, month, classifications):
        """Aggregate the customers by each classification, all in one pass."""
        self.env.flush_all()
        columns = [SQL.identifier(m._profile_field) for m in classifications]
        dimension = SQL(" ").join(
            SQL("WHEN GROUPING(p.%s) = 0 THEN %s", column, model._dimension)
            for column, model in zip(columns, classifications, strict=True)
        )
        figures = self._figures(scope.as_of)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_portfolio_snapshot
                       (company_id, month, date, dimension, %(columns)s, %(names)s,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, %(month)s, %(as_of)s, CASE %(dimension)s END,
                       %(classes)s, %(figures)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM crm_customer_profile p
                 WHERE p.company_id = %(company)s AND p.active
                 GROUP BY GROUPING SETS (%(sets)s)
                """,
                columns=SQL(", ").join(columns),
                names=SQL(", ").join(map(SQL.identifier, figures)),
                company=scope.company_id,
                month=month,
                as_of=scope.as_of,
                dimension=dimension,
                classes=SQL(", ").join(SQL("p.%s", column) for column in columns),
                figures=SQL(", ").join(figures.values()),
                sets=SQL(", ").join(SQL("(p.%s)", column) for column in columns),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.invalidate_model()
