from odoo import api, models
from odoo.tools import SQL


class CrmServiceCost(models.AbstractModel):
    """The only place that says what it costs to serve a customer.

    Analytic lines do: timesheets, entries by hand, expenses, vendor bills. The
    customer is the line's own contact where somebody entered the line; journal items
    name a vendor or an employee, so there, and where a line names nobody, it is the
    contact of the analytic account. Of the accounts of several plans the first one
    with a contact counts.
    """

    _name = "crm.service.cost"
    _description = "Cost to Serve"

    @api.model
    def _costs(self, scope):
        """Query of the ``service_cost`` of each customer in a scope."""
        lines = self._lines(
            SQL(
                "line.company_id = %s AND line.date <= %s AND %s",
                scope.company_id,
                scope.as_of,
                scope.holds(SQL("contact.commercial_partner_id")),
            )
        )
        return SQL(
            "SELECT partner_id, SUM(cost) AS service_cost FROM (%s) line"
            " GROUP BY partner_id",
            lines,
        )

    @api.model
    def _between(self, company_id, after, until):
        """Query of the lines of a company's customers of some days.

        :param date after: the day before the first one
        :param date until: the last day
        """
        lines = self._lines(
            SQL(
                "line.company_id = %s AND line.date > %s AND line.date <= %s"
                # nobody becomes a customer by what is booked on them
                " AND EXISTS (SELECT FROM crm_customer_profile known"
                " WHERE known.company_id = line.company_id"
                " AND known.partner_id = contact.commercial_partner_id)",
                company_id,
                after,
                until,
            )
        )
        return SQL("SELECT partner_id, company_id, date FROM (%s) line", lines)

    @api.model
    def _lines(self, condition):
        """Query of all costs that a condition holds for, see `_cost_sources`."""
        sources = self._cost_sources(condition).values()
        return SQL(" UNION ALL ").join(SQL("(%s)", source) for source in sources)

    @api.model
    def _cost_sources(self, condition):
        """Queries of costs, by source. A hook for bridge addons.

        Each selects ``partner_id`` (a commercial partner), ``company_id``, ``date`` and
        ``cost`` in company currency, positive. Each asks for the condition itself, so
        that a few customers are found by an index.

        :param SQL condition: on the tables ``line`` and ``contact``
        :rtype: dict[str, SQL]
        """
        columns = self.env["account.analytic.line"]._get_plan_fnames()
        sources = {"contact": self._contact_source(condition)}
        for place, column in enumerate(columns):
            sources[column] = self._account_source(condition, column, columns[:place])
        return sources

    @api.model
    def _contact_source(self, condition):
        """Costs of the contact that somebody entered."""
        named = SQL("line.move_line_id IS NULL AND %s", condition)
        return self._source(SQL("line.partner_id"), SQL(), named)

    @api.model
    def _account_source(self, condition, column, earlier):
        """Costs of the contact of the analytic account in a column.

        A journal item may have a line for each plan, of the whole amount.

        :param list earlier: columns of the plans whose accounts go before
        """
        conditions = [
            SQL("(line.move_line_id IS NOT NULL OR line.partner_id IS NULL)"),
            condition,
        ]
        if earlier:
            before = [SQL.identifier("other", name) for name in earlier]
            conditions.append(
                SQL(
                    """
                    NOT EXISTS (
                        SELECT FROM account_analytic_line other
                          JOIN account_analytic_account before ON before.id IN (%s)
                         WHERE before.partner_id IS NOT NULL
                           AND (other.id = line.id
                                OR other.move_line_id = line.move_line_id))
                    """,
                    SQL(", ").join(before),
                )
            )
        join = SQL(
            "JOIN account_analytic_account account ON account.id = %s",
            SQL.identifier("line", column),
        )
        contact = SQL("account.partner_id")
        return self._source(contact, join, SQL(" AND ").join(conditions))

    @api.model
    def _source(self, contact, join, condition):
        """Query of analytic lines, see `_cost_sources`."""
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id,
                   line.company_id,
                   line.date,
                   -line.amount AS cost
              FROM account_analytic_line line %(join)s
              JOIN res_partner contact ON contact.id = %(contact)s
             WHERE (line.category IS NULL OR line.category = ANY(%(categories)s))
               -- no joins: of those the database expects to leave next to no lines
               AND (line.journal_id IN (
                       SELECT id FROM account_journal WHERE type = 'sale')
                   ) IS NOT TRUE
               AND (line.general_account_id IN (
                       SELECT id FROM account_account
                        WHERE account_type IN ('income', 'income_other'))
                   ) IS NOT TRUE
               AND NOT %(in_margin)s
               AND %(condition)s
            """,
            join=join,
            contact=contact,
            categories=list(self._cost_categories()),
            in_margin=self._is_in_margin(),
            condition=condition,
        )

    @api.model
    def _cost_categories(self):
        """Categories of the analytic lines that are costs to serve. A hook.

        The others are revenue, and goods that are made or moved.

        :rtype: tuple[str]
        """
        return ("other", "vendor_bill")

    @api.model
    def _is_in_margin(self):
        """Condition that the margin has the cost of the ``line`` already. A hook."""
        return SQL("FALSE")
