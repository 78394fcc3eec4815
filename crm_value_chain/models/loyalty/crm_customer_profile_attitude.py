from odoo import api, fields, models
from odoo.tools import SQL

from ..customer.known_field import KnownFloat, KnownInteger
from ..customer.scope import Scope

#: fields of the profile, by the metric whose newest score they are
FIGURES = {
    "satisfaction": "satisfaction",
    "recommendation": "would_recommend",
    "commitment": "commitment",
    "switching_barrier": "switching_barrier",
}
ATTITUDES = ("satisfaction", "recommendation", "commitment")
LONG_AGO = 100 * 12  # months


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """What the customer thinks of us now, by the newest entries."""

    _inherit = "crm.customer.profile"

    attitude_ids = fields.One2many("crm.customer.attitude", "profile_id", "Attitudes")
    satisfaction = KnownInteger(
        readonly=True,
        aggregator="avg",
        help="0 very dissatisfied, 10 very satisfied: the newest entry.",
    )
    would_recommend = KnownInteger(
        readonly=True,
        aggregator="avg",
        help="How likely to recommend us, 0 not at all, 10 certainly: the newest "
        "entry.",
    )
    commitment = KnownInteger(
        readonly=True,
        aggregator="avg",
        help="How much the customer wants to stay with us, 0 not at all, 10 very much: "
        "the newest entry.",
    )
    switching_barrier = KnownInteger(
        readonly=True,
        aggregator="avg",
        help="How hard it would be to go to somebody else, 0 easy, 10 next to "
        "impossible: the newest entry.",
    )
    attitude_score = KnownFloat(
        "Attitude",
        readonly=True,
        aggregator="avg",
        help="Mean of what is known of satisfaction, recommendation and commitment.",
    )
    attitude_history = fields.Json(compute="_compute_attitude_history")

    @api.model
    def _fields_people_may_write(self):
        return {*super()._fields_people_may_write(), "attitude_ids"}

    @api.model
    def _attitude_fields(self):
        return [*FIGURES.values(), "attitude_score"]

    @api.model
    def _fact_queries(self, scope=None):
        attitudes = scope and self._attitudes(scope)
        return [*super()._fact_queries(scope), (attitudes, self._attitude_fields())]

    @api.model
    def _attitudes(self, scope):
        """Query of the newest attitudes of the customers in a scope, where known.

        An entry counts from its day on, until it is older than the company's limit.
        """
        newest = [
            SQL(
                "MAX(score) FILTER (WHERE metric = %s) AS %s",
                metric,
                SQL.identifier(name),
            )
            for metric, name in FIGURES.items()
        ]
        return SQL(
            """
            SELECT newest.partner_id, %(newest)s,
                   ROUND(AVG(score) FILTER (WHERE metric = ANY(%(attitudes)s)), 2)
                       ::float8 AS attitude_score
              FROM (SELECT DISTINCT ON (entry.profile_id, entry.metric)
                           holder.partner_id, entry.metric, entry.score
                      FROM crm_customer_attitude entry
                      JOIN crm_customer_profile holder ON holder.id = entry.profile_id
                     WHERE holder.company_id = %(company)s AND %(holds)s
                       AND entry.date BETWEEN %(oldest)s AND %(as_of)s
                     ORDER BY entry.profile_id, entry.metric, entry.date DESC,
                              entry.id DESC) newest
             GROUP BY newest.partner_id
            """,
            newest=SQL(", ").join(newest),
            attitudes=list(ATTITUDES),
            company=scope.company_id,
            holds=scope.holds(SQL("holder.partner_id")),
            oldest=self._oldest_attitude(scope.company_id, scope.as_of),
            as_of=scope.as_of,
        )

    @api.model
    def _oldest_attitude(self, company_id, as_of):
        """First day whose attitudes still count on a day."""
        months = self.env["res.company"].browse(company_id).attitude_months
        months = min(months or LONG_AGO, LONG_AGO)
        return fields.Date.subtract(as_of, months=months)

    @api.model
    def _renew_attitudes(self, scope):
        """Write the attitudes of the customers in a scope as they are on its day."""
        values = {name: SQL.identifier("f", name) for name in self._attitude_fields()}
        known = SQL(
            "SELECT customer.partner_id, %s FROM crm_customer_profile customer"
            " LEFT JOIN (%s) a ON a.partner_id = customer.partner_id"
            " WHERE customer.company_id = %s AND %s",
            SQL(", ").join(SQL.identifier("a", name) for name in values),
            self._attitudes(scope),
            scope.company_id,
            scope.holds(SQL("customer.partner_id")),
        )
        self.env.flush_all()
        self._update(values, scope, known)

    def _learn_attitudes(self):
        """Take over what people just noted, and place these customers anew."""
        today = self.env["crm.customer.attitude"]._today()
        for company, profiles in self.grouped("company_id").items():
            scope = Scope(company.id, today, ids=tuple(profiles.partner_id.ids))
            self._renew_attitudes(scope)
        self._place_anew()

    @api.model
    def _age(self, scope):
        """Renew those of whom an entry began to count, or grew too old, since then."""
        if changed := self._changed_attitudes(scope):
            some = scope._replace(ids=tuple(changed))
            self._renew_attitudes(some)
            self._score(some)
        return super()._age(scope)

    @api.model
    def _changed_attitudes(self, scope):
        """Ids of customers whose newest entries may be others than last night."""
        since = self.env["res.company"].browse(scope.company_id).value_chain_as_of
        if not since:
            return []
        oldest = (
            self._oldest_attitude(scope.company_id, day) for day in (since, scope.as_of)
        )
        return self._read_ids(
            SQL(
                """
                SELECT DISTINCT holder.partner_id
                  FROM crm_customer_attitude entry
                  JOIN crm_customer_profile holder ON holder.id = entry.profile_id
                 WHERE entry.company_id = %s AND %s
                   AND (entry.date > %s AND entry.date <= %s
                        OR entry.date >= %s AND entry.date < %s)
                """,
                scope.company_id,
                scope.holds(SQL("holder.partner_id")),
                since,
                scope.as_of,
                *oldest,
            )
        ).tolist()

    @api.depends("attitude_ids.date", "attitude_ids.metric", "attitude_ids.score")
    def _compute_attitude_history(self):
        """Days with an entry, and the score of each metric on them."""
        labels = self.env["crm.customer.attitude"]._fields["metric"]
        labels = labels._description_selection(self.env)
        for profile in self:
            entries = profile.attitude_ids.filtered("date").sorted(
                lambda entry: (entry.date, entry._origin.id)
            )
            days = sorted(set(entries.mapped("date")))
            scores = {(entry.metric, entry.date): entry.score for entry in entries}
            profile.attitude_history = {
                "days": [fields.Date.to_string(day) for day in days],
                "metrics": [
                    {
                        "name": label,
                        "scores": [
                            None
                            if (score := scores.get((key, day))) is False
                            else score
                            for day in days
                        ],
                    }
                    for key, label in labels
                    if any(metric == key for metric, _day in scores)
                ],
            }
