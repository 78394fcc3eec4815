from odoo import api, fields, models
from odoo.tools import SQL

from ..customer.known_field import KnownFloat


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmPortfolioSnapshot(models.Model):
    _inherit = "crm.portfolio.snapshot"

    clv = fields.Monetary("Customer Lifetime Value", readonly=True)
    revenue_at_risk = fields.Monetary("Revenue at Risk", readonly=True)
    purchase_probability = KnownFloat(
        "Chance of Buying",
        readonly=True,
        aggregator="avg",
        help="Mean of the buyers' chances of buying within the horizon.",
    )

    @api.model
    def _sums(self, as_of):
        chance = SQL("CASE WHEN p.purchase_count > 0 THEN p.purchase_probability END")
        return super()._sums(as_of) | {
            "clv": self._amount("clv"),
            "revenue_at_risk": self._amount("revenue_at_risk"),
            "chances": chance,
            "known_chances": SQL("(%s IS NOT NULL)::int", chance),
        }

    @api.model
    def _figures(self):
        return super()._figures() | {
            "purchase_probability": SQL(
                "SUM(s.chances) / NULLIF(SUM(s.known_chances), 0)"
            ),
        }
