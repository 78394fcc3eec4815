from odoo import api, fields, models

RISKS = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("lapsed", "Lapsed"),
    ("none", "No Purchase Yet"),
]


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    purchase_probability = fields.Float(
        "Chance of Buying",
        readonly=True,
        aggregator="avg",
        help="Probability of at least one purchase within the horizon, from the day "
        "of the figures on.",
    )
    p_alive = fields.Float(
        "Still a Customer",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer has not left for good: P(alive) of the "
        "model.",
    )
    chance_kept = fields.Float(
        readonly=True,
        aggregator="avg",
        help="The chance of buying now, as a share of what it was right after the "
        "last purchase. The bands of the churn risk follow from it.",
    )
    churn_risk = fields.Selection(
        RISKS,
        readonly=True,
        help="How much of the chance of buying is lost since the last purchase. The "
        "limits of the bands are in the settings.",
    )
    expected_purchases = fields.Float(
        readonly=True,
        help="Number of purchases expected within the horizon.",
    )
    expected_purchase_amount = fields.Monetary(
        "Expected Purchase",
        readonly=True,
        aggregator="avg",
        help="Untaxed amount to expect of one purchase: the customer's own average, "
        "drawn towards that of all customers where it stems from few purchases.",
    )
    next_purchase_date = fields.Date(
        "Next Purchase",
        readonly=True,
        help="Day until which the customer, if it still buys at its rhythm, has "
        "bought again in half of the cases. Overdue once it has passed.",
    )
    next_purchase_earliest = fields.Date(
        readonly=True, help="In one case of ten the next purchase comes earlier."
    )
    next_purchase_latest = fields.Date(
        readonly=True, help="In one case of ten the next purchase comes later."
    )
    revenue_at_risk = fields.Monetary(
        readonly=True,
        help="Value a year times the share of the chance of buying that is lost.",
    )
    clv = fields.Monetary(
        "Customer Lifetime Value",
        readonly=True,
        help="Expected purchases times the value of one, discounted, over the months "
        "that the settings name.",
    )
    clv_basis = fields.Selection(
        [("amount", "Amount"), ("margin", "Margin")],
        "CLV from",
        readonly=True,
        help="Whether the value of a purchase is its margin or, where the margin is "
        "not known, its amount.",
    )
    clv_score = fields.Integer(
        "CLV Score",
        readonly=True,
        aggregator="avg",
        help="5: the fifth of the buyers with the highest customer lifetime value.",
    )
    retention_model_id = fields.Many2one(
        "crm.retention.model", ondelete="set null", readonly=True
    )
    scoring_method = fields.Char(related="retention_model_id.method")
    score_reason = fields.Char(
        "Why No Score",
        compute="_compute_score_reason",
        help="Why there is nothing to forecast for this customer.",
    )

    @api.depends("purchase_count", "first_purchase_date", "returns_amount", "scored_on")
    @api.depends_context("lang")
    def _compute_score_reason(self):
        for profile in self:
            profile.score_reason = profile._score_reason()

    def _score_reason(self):
        """Why there are no scores, in words; nothing where there are some."""
        if not self.scored_on:
            return self.env._(
                "The figures of this customer have not been computed yet."
            )
        if self.purchase_count:
            return False
        if self.returns_amount:
            return self.env._("Only returns so far: there is no purchase to go by.")
        later = self.env["crm.customer.transaction"].sudo()
        if later.search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("date", ">", self.scored_on),
            ],
            limit=1,
        ):
            return self.env._(
                "All purchases lie after the day of the figures: there is nothing to "
                "go by yet."
            )
        return self.env._("No purchase yet: there is nothing to go by.")
