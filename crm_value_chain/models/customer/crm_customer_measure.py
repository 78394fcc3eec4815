from odoo import api, fields, models
from odoo.tools import SQL

COUNTS = {"purchase_count", "qualified_lead_count", "quotation_count"}
# a lead without a company belongs to that of its team, its salesperson or its author
LEAD_COMPANY = SQL(
    """
    COALESCE(lead.company_id,
             (SELECT company_id FROM crm_team WHERE id = lead.team_id),
             (SELECT company_id FROM res_users WHERE id = lead.user_id),
             (SELECT company_id FROM res_users WHERE id = lead.create_uid))
    """
)


class CrmCustomerMeasure(models.AbstractModel):
    """The passes that fill the customer profile, for any part of a company.

    ``_measure`` writes what follows from the transactions alone, ``_score`` what
    also depends on the day, ``_classify`` the classes. All are set-based and
    write only the rows that change. `p` is the profile in every expression.
    """

    _name = "crm.customer.measure"
    _description = "Measuring of Customers"

    @api.model
    def _refresh(self, scope):
        """Bring all figures of some customers up to date, profiles included.

        :return: what is wrong with each broken rule
        """
        self._insert_missing(scope)
        self._measure(scope)
        self._score(scope)
        return self._classify(scope)

    @api.model
    def _customer_sources(self, scope=None):
        """Queries of the customers in a scope, or of all, with their companies.

        A hook: each query selects ``partner_id`` (a commercial partner) and
        ``company_id``, and asks only for the scope: so a few customers are found
        by an index.
        """
        return [
            self.env["crm.customer.transaction"]._buyers(scope),
            self._lead_customers(scope),
        ]

    @api.model
    def _insert_missing(self, scope=None):
        """Make the profiles that do not exist yet, empty; of all without a scope.

        :return: how many were made
        """
        self.env.flush_all()
        sources = SQL(" UNION ").join(self._customer_sources(scope))
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_profile
                       (partner_id, company_id, active,
                        create_uid, create_date, write_uid, write_date)
                SELECT customer.id, source.company_id, customer.active,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(sources)s) source
                  JOIN res_partner customer ON customer.id = source.partner_id
                 WHERE source.company_id IS NOT NULL
                   AND customer.profiling_refused IS NOT TRUE
                   AND NOT EXISTS (
                       SELECT FROM crm_customer_profile p
                        WHERE p.partner_id = source.partner_id
                          AND p.company_id = source.company_id)
                ON CONFLICT DO NOTHING
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                sources=sources,
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _lead_customers(self, scope=None):
        """Query of the customers with a lead or an opportunity."""
        condition = SQL("TRUE")
        if scope:
            condition = SQL(
                "%s AND %s = %s",
                scope.holds(SQL("contact.commercial_partner_id")),
                LEAD_COMPANY,
                scope.company_id,
            )
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id, %s AS company_id
              FROM crm_lead lead
              JOIN res_partner contact ON contact.id = lead.partner_id
             WHERE %s
            """,
            LEAD_COMPANY,
            condition,
        )

    @api.model
    def _qualified_lead_counts(self, scope):
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id,
                   COUNT(*)::int AS qualified_lead_count
              FROM crm_lead lead
              JOIN res_partner contact ON contact.id = lead.partner_id
             WHERE lead.is_qualified AND lead.active
               AND lead.won_status = 'pending'
               AND %s AND %s = %s
             GROUP BY contact.commercial_partner_id
            """,
            scope.holds(SQL("contact.commercial_partner_id")),
            LEAD_COMPANY,
            scope.company_id,
        )

    @api.model
    def _purchase_facts(self, scope):
        """How each field follows from the transactions ``t`` of a customer.

        :rtype: dict[str, SQL]
        """
        digits = self.env["res.company"].browse(scope.company_id).currency_id
        digits = digits.decimal_places
        day = "t.amount >= 0"
        first = SQL(f"MIN(t.date) FILTER (WHERE {day})")
        last = SQL(f"MAX(t.date) FILTER (WHERE {day})")
        days = SQL(f"COUNT(DISTINCT t.date) FILTER (WHERE {day})")
        spent = SQL(f"SUM(t.amount) FILTER (WHERE {day})")
        year_ago = fields.Date.subtract(scope.as_of, years=1)
        return {
            "first_purchase_date": first,
            "last_purchase_date": last,
            "purchase_count": SQL("%s::int", days),
            "purchase_amount": SQL("ROUND(SUM(t.amount), %s)", digits),
            "returns_amount": SQL(
                "ROUND(-SUM(t.amount) FILTER (WHERE t.amount < 0), %s)", digits
            ),
            "average_purchase_amount": SQL(
                "ROUND(%s / NULLIF(%s, 0), %s)", spent, days, digits
            ),
            "yearly_amount": SQL(
                "ROUND(SUM(t.amount) FILTER (WHERE t.date > %s), %s)", year_ago, digits
            ),
            "mean_gap_days": SQL(
                "(%s - %s)::float8 / NULLIF(%s - 1, 0)", last, first, days
            ),
            "margin": SQL("ROUND(SUM(t.margin), %s)", digits),
            "profit": SQL("ROUND(SUM(t.margin), %s)", digits),
        }

    @api.model
    def _fact_queries(self, scope):
        """Queries that measure, one row for each customer. A hook.

        Each selects ``partner_id`` and the columns that it is listed with.

        :rtype: list[tuple[SQL, list[str]]]
        """
        facts = self._purchase_facts(scope)
        purchases = SQL(
            """
            SELECT t.partner_id, %(facts)s
              FROM (%(transactions)s) t
             WHERE t.company_id = %(company)s AND t.date <= %(as_of)s
               AND ABS(t.amount) < 'Infinity' AND %(holds)s
             GROUP BY t.partner_id
            """,
            facts=_select(facts),
            transactions=self.env["crm.customer.transaction"]._transactions(),
            company=scope.company_id,
            as_of=scope.as_of,
            holds=scope.holds(SQL("t.partner_id")),
        )
        return [
            (purchases, list(facts)),
            (self._qualified_lead_counts(scope), ["qualified_lead_count"]),
            (self._quotation_counts(scope), ["quotation_count"]),
        ]

    @api.model
    def _quotation_counts(self, scope):
        return SQL(
            """
            SELECT contact.commercial_partner_id AS partner_id,
                   COUNT(*)::int AS quotation_count
              FROM sale_order quotation
              JOIN res_partner contact ON contact.id = quotation.partner_id
             WHERE quotation.state IN ('draft', 'sent')
               AND quotation.company_id = %s AND %s
             GROUP BY contact.commercial_partner_id
            """,
            scope.company_id,
            scope.holds(SQL("contact.commercial_partner_id")),
        )

    @api.model
    def _facts(self, scope):
        """Query of the facts of the customers in a scope, and its columns.

        Every profile has a row, without transactions an empty one.

        :rtype: tuple[SQL, list[str]]
        """
        columns, joins = [], []
        for number, (query, names) in enumerate(self._fact_queries(scope)):
            alias = f"f{number}"
            columns += [(name, _or_zero(alias, name)) for name in names]
            joins.append(
                SQL(
                    "LEFT JOIN (%s) %s ON %s = p.partner_id",
                    query,
                    SQL.identifier(alias),
                    SQL.identifier(alias, "partner_id"),
                )
            )
        # the profile of a customer that has become another's contact rests
        active = SQL("customer.active AND customer.commercial_partner_id = customer.id")
        facts = {"active": active} | dict(columns)
        query = SQL(
            """
            SELECT p.id, p.partner_id, %(facts)s
              FROM crm_customer_profile p
              JOIN res_partner customer ON customer.id = p.partner_id
                   %(joins)s
             WHERE p.company_id = %(company)s AND %(holds)s
            """,
            facts=_select(facts),
            joins=SQL(" ").join(joins),
            company=scope.company_id,
            holds=scope.holds(SQL("p.partner_id")),
        )
        return query, list(facts)

    @api.model
    def _measure(self, scope, collected=None):
        """Write the facts of the customers in a scope, where they changed.

        :param SQL collected: table that holds the facts already (see `_collect`)
        """
        self.env.flush_all()
        query, columns = self._facts(scope)
        self._update(
            {name: SQL.identifier("f", name) for name in columns},
            scope,
            source=collected or SQL("(%s)", query),
        )

    @api.model
    def _create_collected(self, table, scope):
        """Make the temporary table that `_collect` fills; it outlives the commit."""
        query, _columns = self._facts(scope)
        self.env.cr.execute(
            SQL("CREATE TEMP TABLE %s AS %s WITH NO DATA", table, query)
        )

    @api.model
    def _collect(self, table, scope):
        """Measure the customers in a scope into a temporary table."""
        self.env.flush_all()
        query, _columns = self._facts(scope)
        self.env.cr.execute(SQL("INSERT INTO %s %s", table, query))

    @api.model
    def _prepare_scoring(self, company, as_of):
        """Fix what a scoring pass needs to know of all customers. A hook."""

    @api.model
    def _scores(self, scope):
        """Fields that also depend on the day, from the profile ``p``. A hook.

        :rtype: dict[str, SQL]
        """
        return {
            "share_of_wallet": SQL(
                "CASE WHEN p.estimated_yearly_need > 0 THEN LEAST(1, GREATEST(0, "
                "COALESCE(p.yearly_amount, 0) / p.estimated_yearly_need))::float8 END"
            ),
            "scored_on": SQL("%s::date", scope.as_of),
        }

    @api.model
    def _score(self, scope):
        """Write the scores of the customers in a scope, where they changed."""
        self.flush_model()
        self._update(self._scores(scope), scope)

    @api.model
    def _classifications(self):
        """Models that use the classification mixin, in their order. A hook."""
        return []

    @api.model
    def _classify(self, scope):
        """Place the customers in a scope in every classification.

        :return: what is wrong with each broken rule
        :rtype: dict[recordset, str]
        """
        broken = {}
        for name in self._classifications():
            broken |= self.env[name]._classify(scope)
        return broken

    @api.model
    def _update(self, values, scope, source=None):
        """Set-based update of the profiles ``p`` in a scope, where they differ.

        :param dict[str, SQL] values: new value of each column
        :param SQL source: table of values ``f``, joined by the profile's id
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in values)
        old = SQL(", ").join(SQL.identifier("p", name) for name in values)
        new = SQL(", ").join(values.values())
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_customer_profile p SET (%(columns)s) = ROW(%(new)s)
                  %(source)s
                   p.company_id = %(company)s AND %(holds)s
                   AND ROW(%(old)s) IS DISTINCT FROM ROW(%(new)s)
                """,
                columns=columns,
                old=old,
                new=new,
                source=SQL(
                    "FROM %s f WHERE f.id = p.id AND %s AND",
                    source,
                    scope.holds(SQL("f.partner_id")),
                )
                if source
                else SQL("WHERE"),
                company=scope.company_id,
                holds=scope.holds(SQL("p.partner_id")),
            )
        )
        self.invalidate_model()


def _or_zero(alias, name):
    """A measured column; nothing counted is zero, while a sum may be unknown."""
    column = SQL.identifier(alias, name)
    return SQL("COALESCE(%s, 0)", column) if name in COUNTS else column


def _select(columns):
    """Select list of named expressions."""
    return SQL(", ").join(
        SQL("%s AS %s", expression, SQL.identifier(name))
        for name, expression in columns.items()
    )
