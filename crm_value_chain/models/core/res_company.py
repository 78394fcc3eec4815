from odoo import fields, models

from ..loyalty.res_company import LOYALTY_SETTINGS
from ..scoring.res_company import SCORE_SETTINGS

FIGURE_SETTINGS = (
    "value_chain_source",
    "rfm_method",
    "currency_id",
    *LOYALTY_SETTINGS,
    *SCORE_SETTINGS,
)


class ResCompany(models.Model):
    _inherit = "res.company"

    value_chain_source = fields.Selection(
        [("order", "Confirmed sales orders"), ("invoice", "Posted invoices")],
        "Leading Source of Purchases",
        default="order",
        help="Orders: a confirmed order is a purchase, and so is an invoice that "
        "comes from no order. Invoices: only what was invoiced is a purchase. "
        "Credit notes are returns and historical purchases count either way. A line "
        "added by hand to the invoice of an order does not count where orders lead.",
    )
    rfm_method = fields.Selection(
        [("quintile", "Quintiles of the buyers"), ("fixed", "Fixed cut-offs")],
        "RFM Scores by",
        default="quintile",
    )
    lead_qualification_required = fields.Boolean(
        help="A lead can be converted only if it needs it, can pay and may decide."
    )

    def write(self, vals):
        """Compute the figures anew when what they are made of changes."""
        settings = vals.keys() & set(FIGURE_SETTINGS)
        before = {company: company._values(settings) for company in self}
        result = super().write(vals)
        changed = self.filtered(lambda c: c._values(settings) != before[c])
        if changed:
            self.env["crm.scoring.run"].sudo()._request("scoring", changed)
        return result

    def _values(self, names):
        self.ensure_one()
        return {name: self[name] for name in names}
