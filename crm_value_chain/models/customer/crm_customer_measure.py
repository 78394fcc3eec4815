import numpy as np

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from . import binary_copy
from .crm_customer_year import years_before
from .purchases import FACTS, RECENT, facts, look_up
from .staging import Staging

MANY_NEW = 1_000  # profiles that the database's statistics do not know yet
NOBODY = SQL("SELECT NULL::int AS partner_id, NULL::int AS company_id WHERE FALSE")
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

    ``_collect`` reads the transactions into arrays, measures and forecasts, and puts
    the figures into a staging table; ``_write_staged`` writes them from there, only
    where they change; ``_classify`` places the customers. ``_age`` does what the days
    that pass do to those who have not changed. Nothing loops over customers.
    """

    _name = "crm.customer.measure"
    _description = "Measuring of Customers"

    @api.model
    def _refresh(self, scope, renew=False, place=True):
        """Bring all figures of some customers up to date, profiles included.

        :param bool renew: also fix anew what is known of all customers: their cut-offs
        :param bool place: also place them in every classification
        :return: what is wrong with each broken rule
        :raises OverflowError: if the amounts of a customer are too large to be counted
        """
        self._insert_new(scope)  # first, so that the kind of each is known
        staging = self._staging(scope, "refreshed")
        staging.make(self._collected_fields())
        counts = self._read_counts(scope)
        for _phase in self._collect(staging, scope, counts):
            pass
        if staging.lost:
            raise OverflowError(self._too_large())
        self._complete(staging, scope, counts)
        if renew:
            self._prepare_scoring(scope, staging)
        self._write_staged(staging, scope)
        staging.drop()
        return self._classify(scope) if place else {}

    @api.model
    def _insert_new(self, scope):
        """Make the missing profiles of a scope that names its customers."""
        if scope.ids is None:
            return
        new = set(scope.ids).difference(self._profile_customers(scope).tolist())
        if new:
            self._insert_missing(scope._replace(ids=tuple(new)))

    @api.model
    def _staging(self, scope, name):
        """Staging table of a company's figures."""
        company = self.env["res.company"].browse(scope.company_id)
        return Staging(self, f"crm_{name}", company.currency_id)

    @api.model
    def _too_large(self):
        return self.env._("The amounts of this customer are too large to be counted.")

    @api.model
    def _collected_fields(self):
        """Names of the fields that `_collect` fills."""
        counted = [name for _query, names in self._fact_queries() for name in names]
        return [*FACTS[1:], *self._forecast_fields(), *counted, "active"]

    @api.model
    def _forecast_fields(self):
        """Names of the fields that `_forecast` fills. A hook."""
        return []

    @api.model
    def _counts(self):
        """Names of the fields that are zero where there is nothing to count. A hook."""
        return {"purchase_count", "qualified_lead_count", "quotation_count"}

    @api.model
    def _collect(self, staging, scope, counts, renew=None):
        """Measure and forecast the customers in a scope who bought, into a staging.

        :param counts: see `_read_counts`
        :param renew: called with the purchases before they are used to forecast
        :return: iterator over the phases, by name, as each is done
        """
        purchases = self.env["crm.customer.transaction"]._purchases(scope)
        years_ago = [binary_copy.day_number(day) for day in years_before(scope.as_of)]
        measured = facts(purchases, binary_copy.day_number(scope.as_of), years_ago)
        yield "measure"
        if renew:
            renew(purchases)
            yield "fit"
        del purchases
        columns = measured | self._forecast(scope, measured)
        columns |= self._counted(counts, columns["partner_id"])
        columns |= self._related(columns, columns.pop(RECENT))
        yield "score"
        staging.append(columns)
        yield "write"

    @api.model
    def _forecast(self, scope, measured):
        """Forecast customers from what was measured. A hook.

        :param dict measured: see `purchases.facts`
        :return: arrays of the fields that it adds
        """
        return {}

    @api.model
    def _related(self, columns, recent):
        """Relate what was counted to the purchases. A hook.

        :param dict columns: arrays by name of the field
        :param numpy.ndarray recent: sales in the `YEARS`, of each customer
        :return: arrays of the fields that it adds
        """
        return {}

    @api.model
    def _read_counts(self, scope):
        """What is counted elsewhere than in the transactions, of whom there is some.

        :return: sorted ids of customers and arrays by name of the field, of each query
        :rtype: list[tuple[numpy.ndarray, dict[str, numpy.ndarray]]]
        """
        self.env.flush_all()
        resting = (self._resting(scope), ["active"])
        counts = []
        for query, names in [*self._fact_queries(scope), resting]:
            values = [
                SQL("COALESCE(%s::float8, 'NaN')", SQL.identifier("q", name))
                for name in names
            ]
            query = SQL(
                "SELECT q.partner_id, %s FROM (%s) q"
                " WHERE q.partner_id IS NOT NULL ORDER BY q.partner_id",
                SQL(", ").join(values),
                query,
            )
            types = {"partner_id": "integer"} | dict.fromkeys(names, "float")
            columns = binary_copy.read(self.env.cr, query, types)
            counts.append((columns.pop("partner_id"), columns))
        return counts

    @api.model
    def _counted(self, counts, customers):
        """The counts of some customers, by ids, as arrays by name of the field."""
        columns = {}
        for known, values_of in counts:
            found, place = look_up(known, customers)
            for name, values in values_of.items():
                columns[name] = np.full(len(customers), self._uncounted(name))
                columns[name][found] = values[place]
        return columns

    @api.model
    def _uncounted(self, name):
        """What a field is for a customer of whom nothing was counted."""
        if name == "active":
            return 1.0
        return 0.0 if name in self._counts() else np.nan

    @api.model
    def _complete(self, staging, scope, counts):
        """Add the customers who did not buy to a staging, and make missing profiles.

        :param counts: see `_read_counts`
        """
        staged = np.concatenate([*staging.customers, staging.lost]).astype(int)
        known = self._profile_customers(scope)
        customers = np.union1d(staged, self._other_customers(scope))
        if len(np.setdiff1d(customers, known)):
            bought = SQL(
                "SELECT partner_id, %s AS company_id FROM %s",
                scope.company_id,
                staging.table,
            )
            self._insert_missing(scope, bought)
            known = self._profile_customers(scope)
        others = np.setdiff1d(known, staged)
        staging.append({"partner_id": others} | self._counted(counts, others))
        staging.close()

    @api.model
    def _other_customers(self, scope):
        """Ids of the customers in a scope who need not have bought, as an array."""
        query = SQL(
            "SELECT source.partner_id FROM (%s) source"
            " WHERE source.company_id = %s AND source.partner_id IS NOT NULL",
            SQL(" UNION ALL ").join(self._customer_sources(scope, NOBODY)),
            scope.company_id,
        )
        return self._read_ids(query)

    @api.model
    def _read_ids(self, query):
        """The ``partner_id`` that a query selects, as an array."""
        types = {"partner_id": "integer"}
        return binary_copy.read(self.env.cr, query, types)["partner_id"]

    @api.model
    def _resting(self, scope):
        """Query of the customers that rest: archived, or become another's contact."""
        return SQL(
            """
            SELECT customer.id AS partner_id, 0 AS active
              FROM res_partner customer
             WHERE (customer.active IS NOT TRUE
                    OR customer.commercial_partner_id != customer.id)
               AND %s
            """,
            scope.holds(SQL("customer.id")),
        )

    @api.model
    def _profile_customers(self, scope):
        """Ids of the customers in a scope who have a profile, as an array."""
        query = SQL(
            "SELECT p.partner_id FROM crm_customer_profile p"
            " WHERE p.company_id = %s AND %s",
            scope.company_id,
            scope.holds(SQL("p.partner_id")),
        )
        return self._read_ids(query)

    @api.model
    def _customer_sources(self, scope=None, buyers=None):
        """Queries of the customers in a scope, or of all, with their companies.

        A hook: each query selects ``partner_id`` (a commercial partner) and
        ``company_id``, and asks only for the scope: so a few customers are found
        by an index.
        """
        return [
            buyers or self.env["crm.customer.transaction"]._buyers(scope),
            self._lead_customers(scope),
        ]

    @api.model
    def _insert_missing(self, scope=None, buyers=None):
        """Make the profiles that do not exist yet, empty; of all without a scope.

        :param SQL buyers: query of the customers with a transaction, and the company
        """
        self.env.flush_all()
        sources = SQL(" UNION ALL ").join(self._customer_sources(scope, buyers))
        self.env.cr.execute(
            SQL(
                """
                WITH missing AS MATERIALIZED (
                    -- DISTINCT: so that all are found before the first is inserted,
                    -- after which an index of profiles takes ever longer to search
                    SELECT DISTINCT source.partner_id, source.company_id
                      FROM (%(sources)s) source
                     WHERE source.company_id IS NOT NULL AND NOT EXISTS (
                           SELECT FROM crm_customer_profile p
                            WHERE p.partner_id = source.partner_id
                              AND p.company_id = source.company_id))
                INSERT INTO crm_customer_profile
                       (partner_id, company_id, active,
                        create_uid, create_date, write_uid, write_date)
                SELECT customer.id, missing.company_id, customer.active,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM missing
                  JOIN res_partner customer ON customer.id = missing.partner_id
                 WHERE customer.profiling_refused IS NOT TRUE
                ON CONFLICT DO NOTHING
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                sources=sources,
            )
        )
        if self.env.cr.rowcount > MANY_NEW:
            self.env.cr.execute("ANALYZE crm_customer_profile")

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
    def _fact_queries(self, scope=None):
        """Queries that measure what does not follow from purchases. A hook.

        Each selects ``partner_id`` and the columns that it is listed with, a row for
        each customer that it knows something of.

        :rtype: list[tuple[SQL, list[str]]]
        """
        return [
            (scope and self._qualified_lead_counts(scope), ["qualified_lead_count"]),
            (scope and self._quotation_counts(scope), ["quotation_count"]),
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
    def _dated_sources(self, company_id, after, until):
        """Queries of what counts from a day on, by the company and some days. A hook.

        Each selects ``partner_id`` (a commercial partner), ``company_id`` and ``date``.

        :param date after: the day before the first one
        :param date until: the last day
        """
        return [
            SQL(
                "SELECT partner_id, company_id, date FROM (%s) t",
                self.env["crm.customer.transaction"]._between(company_id, after, until),
            )
        ]

    @api.model
    def _prepare_scoring(self, scope, staging):
        """Fix what scores need to know of all customers, who are staged. A hook."""

    @api.model
    def _scores(self, scope, column):
        """Fields that also depend on the day, on settings or on people. A hook.

        :param column: function that gives the SQL of a measured field by its name
        :rtype: dict[str, SQL]
        """
        return {
            "share_of_wallet": SQL(
                "CASE WHEN p.estimated_yearly_need > 0 THEN LEAST(1, GREATEST(0, "
                "COALESCE(%s, 0) / p.estimated_yearly_need))::float8 END",
                column("yearly_amount"),
            ),
            # what was all returned is nothing, and tells apart what passing days leave
            "previous_yearly_amount": SQL(
                "NULLIF(%s, 0)", column("previous_yearly_amount")
            ),
            "amount_trend": SQL(
                "CASE WHEN %(before)s > 0 THEN"
                " (COALESCE(%(now)s, 0) / %(before)s - 1)::float8 END",
                now=column("yearly_amount"),
                before=column("previous_yearly_amount"),
            ),
        }

    @api.model
    def _conclusions(self, scope, column):
        """Fields that follow from scores. A hook, as `_scores` is.

        :param column: function that gives the SQL of a measured field or a score
        :rtype: dict[str, SQL]
        """
        return {}

    @api.model
    def _scored(self, scope, column):
        """The scores of a scope and what follows from them, as `_scores` has them."""
        scores = self._scores(scope, column)
        return scores | self._conclusions(
            scope, lambda name: scores.get(name) or column(name)
        )

    @api.model
    def _score(self, scope):
        """Write the scores that follow from what is on the profiles already."""
        self.flush_model()
        scores = self._scored(scope, lambda name: SQL.identifier("p", name))
        self._update(scores, scope)

    @api.model
    def _write_staged(self, staging, scope):
        """Write staged figures to the profiles in a scope, where they changed."""
        staged = {name: SQL.identifier("f", name) for name in staging.names()}

        def column(name):
            return staged.get(name) or SQL.identifier("p", name)

        self.flush_model()
        values = {"scored_on": SQL("%s::date", scope.as_of)}
        values |= staged | self._scored(scope, column)
        self._update(values, scope, staging.rows(scope))

    @api.model
    def _age(self, scope):
        """Bring those up to date who have not changed, only as days passed. A hook."""

    @api.model
    def _classifications(self):
        """Models that use the classification mixin. A hook."""
        return []

    @api.model
    def _in_order(self):
        """The classifications, as empty records, in the order of their rank."""
        models = [self.env[name] for name in self._classifications()]
        return sorted(models, key=lambda model: model._rank)

    @api.model
    def _classification_of(self, dimension):
        """The classification with a key of movements and overrides, empty.

        :raises UserError: if there is none
        """
        for classification in self._in_order():
            if classification._dimension == dimension:
                return classification
        raise UserError(self.env._("Choose a classification."))

    @api.model
    def _prepare_classification(self, scope):
        """Fix what rules need to know of all customers. A hook."""

    @api.model
    def _conclude_classification(self, scope):
        """Do what follows when all customers of a company are placed. A hook."""
        self.env["crm.portfolio.snapshot"]._take(scope)

    @api.model
    def _classify(self, scope):
        """Place the customers in a scope in every classification.

        :return: what is wrong with each broken rule
        :rtype: dict[recordset, str]
        """
        broken = {}
        for classification in self._in_order():
            broken |= classification._classify(scope)
        return broken

    @api.model
    def _update(self, values, scope, source=None):
        """Set-based update of the profiles ``p`` in a scope, where they differ.

        :param dict[str, SQL] values: new value of each column
        :param SQL source: query of values ``f``, joined by the customer
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
                source=SQL("FROM (%s) f WHERE f.partner_id = p.partner_id AND", source)
                if source
                else SQL("WHERE"),
                company=scope.company_id,
                holds=scope.holds(SQL("p.partner_id")),
            )
        )
        self.invalidate_model()
