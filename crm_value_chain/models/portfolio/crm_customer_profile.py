import numpy as np

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..customer.binary_copy import read

COSTED_ENOUGH = 0.9  # share of the amount; less would make good customers a loss


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    service_cost = fields.Monetary(
        "Cost to Serve",
        readonly=True,
        groups="crm_value_chain.group_profitability",
        help="What analytic accounting books on the customer, such as timesheets, "
        "expenses and vendor bills, since the first entry. Entries that correct it "
        "lower it; revenue, cost of goods and what is in the margin do not count. "
        "Empty where nothing is booked.",
    )
    profit = fields.Monetary(
        readonly=True,
        groups="crm_value_chain.group_profitability",
        help="Margin less cost to serve. Empty where the cost of goods is known of "
        "less than 90% of what was bought and returned; who has a cost to serve and "
        "bought nothing yet costs just that.",
    )
    promotion_count = fields.Integer(
        "Purchases with a Promotion",
        readonly=True,
        help="Orders of the last two years on which a reward was used (of a promotion, "
        "coupon, discount code or loyalty program), or that came from a campaign. "
        "Counted anew when the customer changes, and with all customers once a week.",
    )
    promotion_share = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Purchases with a promotion as a share of all purchases of the last two "
        "years. Empty for who bought nothing in that time.",
    )
    r_score = fields.Integer(
        "Recency Score",
        readonly=True,
        aggregator="avg",
        help="How recently the customer bought: 5 is the best score, 1 the lowest. "
        "The RFM cut-offs say from which number of days on.",
    )
    f_score = fields.Integer(
        "Frequency Score",
        readonly=True,
        aggregator="avg",
        help="How often the customer bought since the first purchase: 5 is the best "
        "score, 1 the lowest. The RFM cut-offs say from how many purchases on.",
    )
    m_score = fields.Integer(
        "Monetary Score",
        readonly=True,
        aggregator="avg",
        help="How much the customer bought since the first purchase, less returns: "
        "5 is the best score, 1 the lowest. The RFM cut-offs say from which amount "
        "on.",
    )
    rfm_code = fields.Char(
        "RFM",
        readonly=True,
        help="Recency, frequency and monetary score in a row. Frequency and monetary "
        "value count everything since the first purchase.",
    )
    rfm_method = fields.Selection(related="company_id.rfm_method")
    value_tier_id = fields.Many2one(
        "crm.value.tier",
        ondelete="set null",
        readonly=True,
        group_expand="_group_expand_classes",
    )
    segment_id = fields.Many2one(
        "crm.segment",
        ondelete="set null",
        readonly=True,
        group_expand="_group_expand_classes",
    )
    significance_ids = fields.One2many(
        "crm.customer.significance", "profile_id", "Strategically Significant as"
    )
    segment_since = fields.Date("In This Segment since", readonly=True)

    list_ids = fields.Many2many(
        "crm.customer.list",
        "crm_customer_list_profile_rel",
        "profile_id",
        "list_id",
        "Lists",
        help="Lists kept by hand on which the customer is.",
    )

    @api.model
    def _fields_set_by_people(self):
        return super()._fields_set_by_people() | {"list_ids"}

    @api.constrains("list_ids")
    def _check_lists(self):
        for profile in self:
            companies = profile.sudo().list_ids.company_id
            if companies - profile.company_id:
                raise ValidationError(
                    self.env._("This list belongs to another company.")
                )

    def _take_over(self, merged):
        lists = self.list_ids | merged.list_ids
        result = super()._take_over(merged)
        if lists - self.list_ids:
            self.list_ids = lists
        return result

    @api.model
    def _classifications(self):
        return [*super()._classifications(), "crm.value.tier", "crm.segment"]

    @api.model
    def _prepare_classification(self, scope):
        result = super()._prepare_classification(scope)
        company = self.env["res.company"].browse(scope.company_id)
        self.env["crm.value.tier"]._renew(company)
        return result

    @api.model
    def _conclude_classification(self, scope):
        result = super()._conclude_classification(scope)
        company = self.env["res.company"].browse(scope.company_id)
        self.env["crm.segment.goal"]._follow_up(company, scope.as_of)
        return result

    @api.model
    def _read_values(self, company, name):
        """A figure of a company's active customers, as an array; NaN: not known."""
        self.flush_model()
        query = SQL(
            "SELECT COALESCE(%s::float8, 'NaN') AS figure FROM crm_customer_profile"
            " WHERE company_id = %s AND active",
            SQL.identifier(name),
            company.id,
        )
        return read(self.env.cr, query, {"figure": "float"})["figure"]

    @api.model
    def _fact_queries(self, scope=None):
        costs = scope and self.env["crm.service.cost"]._costs(scope)
        responses = scope and self.env["crm.promotion.response"]._responses(scope)
        return [
            *super()._fact_queries(scope),
            (costs, ["service_cost"]),
            (responses, ["promotion_count"]),
        ]

    @api.model
    def _counts(self):
        return super()._counts() | {"promotion_count"}

    @api.model
    def _collected_fields(self):
        return [*super()._collected_fields(), "promotion_share"]

    @api.model
    def _related(self, columns, recent):
        # more of them than purchases: orders that nothing was invoiced of, say
        promoted = np.minimum(columns["promotion_count"], recent)
        share = np.divide(
            promoted, recent, out=np.full(len(recent), np.nan), where=recent > 0
        )
        return super()._related(columns, recent) | {"promotion_share": share}

    @api.model
    def _dated_sources(self, company_id, after, until):
        costs = self.env["crm.service.cost"]._between(company_id, after, until)
        return [*super()._dated_sources(company_id, after, until), costs]

    @api.model
    def _prepare_scoring(self, scope, staging):
        result = super()._prepare_scoring(scope, staging)
        self.env["crm.rfm.cutoff"]._renew(scope, staging)
        return result

    @api.model
    def _scores(self, scope, column):
        company = self.env["res.company"].browse(scope.company_id)
        grades = self.env["crm.rfm.cutoff"]._grades(company, scope.as_of, column)
        buyer = SQL("%s > 0", column("purchase_count"))
        r, f, m = (
            SQL("CASE WHEN %s THEN %s END", buyer, grades[measure])
            for measure in ("recency", "frequency", "monetary")
        )
        return super()._scores(scope, column) | {
            "r_score": r,
            "f_score": f,
            "m_score": m,
            "rfm_code": _rfm_code(r, f, m),
            "profit": self._profit(column),
        }

    @api.model
    def _profit(self, column):
        """SQL of the profit: of whoever bought nothing the margin is known, zero.

        All that a customer cost to serve would be taken off the margin of a part of
        what it bought; so the cost of nearly all must be known.

        :param column: function that gives the SQL of a field of the profile
        """
        return SQL(
            "CASE WHEN %(margin)s IS NOT NULL AND COALESCE(%(costed)s, 1) >= %(enough)s"
            " THEN %(margin)s - COALESCE(%(cost)s, 0)"
            " WHEN %(bought)s IS NULL THEN -%(cost)s END",
            margin=column("margin"),
            costed=column("costed_share"),
            enough=COSTED_ENOUGH,
            cost=column("service_cost"),
            bought=column("purchase_amount"),
        )

    @api.model
    def _age(self, scope):
        """Lower the recency score of those who passed a limit."""
        result = super()._age(scope)
        self.flush_model()
        score = self._scores(scope, lambda name: SQL.identifier("p", name))["r_score"]
        passed = self._read_ids(
            SQL(
                "SELECT partner_id FROM crm_customer_profile p WHERE company_id = %s"
                " AND %s AND r_score > (%s)",
                scope.company_id,
                scope.holds(SQL("partner_id")),
                score,
            )
        )
        code = _rfm_code(score, SQL("p.f_score"), SQL("p.m_score"))
        values = {"r_score": score, "rfm_code": code}
        self._update(values, scope._replace(ids=tuple(passed.tolist())))
        return result


def _rfm_code(recency, frequency, monetary):
    """SQL of the three scores in a row; NULL where there are none."""
    return SQL("(100 * (%s) + 10 * (%s) + (%s))::text", recency, frequency, monetary)
