from odoo import api, fields, models
from odoo.tools import SQL

from ..customer.known_field import KnownFloat


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmPortfolioSnapshot(models.Model):
    _inherit = "crm.portfolio.snapshot"

    dimension = fields.Selection(
        selection_add=[("segment", "Segment"), ("value_tier", "Value Tier")],
        ondelete={"segment": "cascade", "value_tier": "cascade"},
    )
    segment_id = fields.Many2one("crm.segment", readonly=True, ondelete="cascade")
    value_tier_id = fields.Many2one("crm.value.tier", readonly=True, ondelete="cascade")
    retention_rate = KnownFloat(
        readonly=True,
        aggregator="avg",
        help="Share of the customers who bought in the year before, and did so again "
        "in the last twelve months.",
    )
    share_of_wallet = KnownFloat(
        "Share of Wallet",
        readonly=True,
        aggregator="avg",
        help="Value a year divided by the estimated yearly need, of the customers "
        "whose need is known.",
    )

    @api.model
    def _sums(self, as_of):
        before = SQL("p.previous_yearly_amount > 0")
        known = SQL("p.estimated_yearly_need > 0")
        need, amount = map(self._amount, ("estimated_yearly_need", "yearly_amount"))
        return super()._sums(as_of) | {
            "bought_before": SQL("(%s)::int", before),
            "bought_again": SQL("(%s AND p.yearly_amount > 0)::int", before),
            "need": SQL("CASE WHEN %s THEN %s END", known, need),
            "need_met": SQL("CASE WHEN %s THEN %s END", known, amount),
        }

    @api.model
    def _figures(self):
        return super()._figures() | {
            "retention_rate": SQL(
                "SUM(s.bought_again)::float8 / NULLIF(SUM(s.bought_before), 0)"
            ),
            "share_of_wallet": SQL(
                "CASE WHEN SUM(s.need) > 0 THEN"
                " LEAST(1, GREATEST(0, SUM(s.need_met) / SUM(s.need))) END"
            ),
        }
