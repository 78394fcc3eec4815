from odoo import api, fields, models


class CrmRfmCutoff(models.Model):
    _inherit = "crm.rfm.cutoff"

    measure = fields.Selection(
        selection_add=[("clv", "Customer lifetime value")],
        ondelete={"clv": "cascade"},
    )

    @api.model
    def _measures(self):
        return super()._measures() | {"clv": "clv"}

    def write(self, vals):
        """Score anew by the cut-offs that people set."""
        result = super().write(vals)
        if "computed_on" not in vals:
            self.env["crm.scoring.run"].sudo()._request("scoring", self.company_id)
        return result
