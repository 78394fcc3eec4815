import numpy as np

from odoo import api, fields, models
from odoo.tools import SQL

from ..customer.binary_copy import EPOCH, day_number, read
from .forecasts import (
    FORECASTS,
    NEEDED,
    NEEDED_FOR_CHANCE,
    chances,
    forecast_all,
)

MOVED = 0.05  # a forecast holds until the chance that is kept has changed by more

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

    margin_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        groups="crm_value_chain.group_profitability",
        help="Margin of the purchases whose cost is known, as a share of them.",
    )
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
        "limits of the bands are in the settings. Who is at high risk and bought "
        "nothing in the last twelve months has lapsed.",
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
        "drawn towards that of all customers where it stems from few purchases, less "
        "the share that the customer returns.",
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

    # ------------------------------------------------------------------
    # Forecasts
    # ------------------------------------------------------------------

    @api.model
    def _forecast_fields(self):
        return [*super()._forecast_fields(), *FORECASTS]

    @api.model
    def _forecast(self, scope, measured):
        forecasts = forecast_all(*self._forecasters(scope, measured))
        return super()._forecast(scope, measured) | forecasts

    @api.model
    def _forecasters(self, scope, measured):
        """What `forecasts` needs to know: models, kinds, facts, day and settings."""
        company = self.env["res.company"].browse(scope.company_id)
        models = self.env["crm.retention.model"]._in_use(company)
        kind_of = self.env["crm.customer.kind"]._kind_of(scope)
        return models, kind_of, measured, day_number(scope.as_of), company

    @api.model
    def _scores(self, scope, column):
        company = self.env["res.company"].browse(scope.company_id)
        grades = self.env["crm.rfm.cutoff"]._grades(company, scope.as_of, column)
        lapsed, high, medium = self._risk_limits(scope)
        bought = SQL("%s > 0", column("purchase_count"))
        return super()._scores(scope, column) | {
            "clv_score": SQL("CASE WHEN %s THEN %s END", bought, grades["clv"]),
            "revenue_at_risk": SQL(
                "CASE WHEN %(amount)s > 0 THEN"
                " ROUND((%(amount)s::float8 * (1 - %(chance)s))::numeric, %(digits)s)"
                " WHEN %(chance)s IS NOT NULL THEN 0 END",
                amount=column("yearly_amount"),
                chance=column("chance_kept"),
                digits=company.currency_id.decimal_places,
            ),
            "clv_basis": SQL(
                "CASE WHEN %s IS NULL THEN NULL"
                " WHEN %s AND %s IS NOT NULL THEN 'margin' ELSE 'amount' END",
                column("clv"),
                company.value_chain_clv_basis != "amount",
                column("margin_rate"),
            ),
            "churn_risk": SQL(
                "CASE WHEN NOT %(bought)s THEN 'none'"
                " WHEN %(kept)s < %(lapsed)s THEN 'lapsed'"
                " WHEN %(kept)s < %(high)s AND %(yearly)s IS NULL THEN 'lapsed'"
                " WHEN %(kept)s < %(high)s THEN 'high'"
                " WHEN %(kept)s < %(medium)s THEN 'medium'"
                " WHEN %(kept)s IS NOT NULL THEN 'low' END",
                bought=bought,
                kept=column("chance_kept"),
                yearly=column("yearly_amount"),
                lapsed=lapsed,
                high=high,
                medium=medium,
            ),
        }

    @api.model
    def _age(self, scope):
        """Forecast those anew whose chance has moved; see MOVED."""
        if moved := self._moved(scope):
            some = scope._replace(ids=tuple(moved))
            measured = self._read_buyers(some, NEEDED)
            staging = self._staging(scope, "aged")
            staging.make(self._forecast_fields())
            forecasts = self._forecast(some, measured)
            staging.append(forecasts | {"partner_id": measured["partner_id"]})
            staging.close()
            self._write_staged(staging, some)
            staging.drop()
        return super()._age(scope)

    @api.model
    def _moved(self, scope):
        """Ids of the customers whose chance or risk is no longer what is told.

        The chance falls by as much as its share of the best one, which only a purchase
        changes.
        """
        told = ("purchase_probability", "chance_kept", "retention_model_id")
        known = self._read_buyers(scope, (*NEEDED_FOR_CHANCE, *told))
        before, kept, model = (known[name] for name in told)
        now, model_now = chances(*self._forecasters(scope, known))
        kept_now = kept * np.divide(now, before, out=1 + now, where=before > 0)
        limits = self._risk_limits(scope)
        moved = np.digitize(kept_now, limits) != np.digitize(kept, limits)
        moved |= ~(np.abs(kept_now - kept) <= MOVED)
        moved |= model != model_now  # of another kind by now
        moved &= ~(np.isnan(before) & np.isnan(now))
        return known["partner_id"][moved].tolist()

    @api.model
    def _risk_limits(self, scope):
        """Limits of the chance kept: below them lapsed, at high and at medium risk."""
        company = self.env["res.company"].browse(scope.company_id)
        return [
            company[f"value_chain_risk_{band}"] for band in ("lapsed", "high", "medium")
        ]

    @api.model
    def _read_buyers(self, scope, names):
        """Fields of the buyers who were not measured today, as arrays.

        Without those who have no chance left to lose: without a purchase it only falls.
        """
        self.flush_model()
        columns = [
            SQL("COALESCE(%s, 'NaN') AS %s", self._as_float(name), SQL.identifier(name))
            for name in names
        ]
        query = SQL(
            """
            SELECT %(columns)s FROM crm_customer_profile p
             WHERE p.company_id = %(company)s AND %(holds)s
               AND p.purchase_count > 0 AND p.scored_on < %(today)s
               AND (p.chance_kept < %(lost)s) IS NOT TRUE
            """,
            columns=SQL(", ").join(columns),
            company=scope.company_id,
            holds=scope.holds(SQL("p.partner_id")),
            today=scope.as_of,
            lost=min(MOVED, *self._risk_limits(scope)),
        )
        known = read(self.env.cr, query, dict.fromkeys(names, "float"))
        return known | {"partner_id": known["partner_id"].astype(int)}

    def _as_float(self, name):
        column = SQL.identifier("p", name)
        if self._fields[name].type == "date":
            column = SQL("(%s - %s::date)", column, EPOCH)
        return SQL("%s::float8", column)
