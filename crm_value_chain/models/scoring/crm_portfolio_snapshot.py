from odoo import api, fields, models
from odoo.tools import SQL


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmPortfolioSnapshot(models.Model):
    _inherit = "crm.portfolio.snapshot"

    clv = fields.Monetary("Customer Lifetime Value", readonly=True)
    revenue_at_risk = fields.Monetary("Revenue at Risk", readonly=True)
    purchase_probability = fields.Float(
        "Chance of Buying",
        readonly=True,
        aggregator="avg",
        help="Mean of the buyers' chances of buying within the horizon.",
    )

    @api.model
    def _figures(self, as_of):
        return super()._figures(as_of) | {
            "clv": self._total("clv"),
            "revenue_at_risk": self._total("revenue_at_risk"),
            "purchase_probability": SQL(
                "AVG(p.purchase_probability) FILTER (WHERE p.purchase_count > 0)"
            ),
        }
