from odoo import api, fields, models
from odoo.tools import SQL


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
    retention_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of the customers who bought in the year before, and did so again "
        "in the last twelve months.",
    )
    share_of_wallet = fields.Float(
        "Share of Wallet",
        readonly=True,
        aggregator="avg",
        help="Value a year divided by the estimated yearly need, of the customers "
        "whose need is known.",
    )

    @api.model
    def _figures(self, as_of):
        before = SQL("p.previous_yearly_amount > 0")
        need = SQL("p.estimated_yearly_need > 0")
        return super()._figures(as_of) | {
            "retention_rate": SQL(
                "COUNT(*) FILTER (WHERE %(before)s AND p.yearly_amount > 0)::float8"
                " / NULLIF(COUNT(*) FILTER (WHERE %(before)s), 0)",
                before=before,
            ),
            "share_of_wallet": SQL(
                "LEAST(1, GREATEST(0, SUM(p.yearly_amount) FILTER (WHERE %(need)s)"
                " / SUM(p.estimated_yearly_need) FILTER (WHERE %(need)s)))::float8",
                need=need,
            ),
        }
