from odoo import models


class CrmRfmCutoff(models.Model):
    _inherit = "crm.rfm.cutoff"

    def write(self, vals):
        """Score anew by the cut-offs that people set."""
        result = super().write(vals)
        if "computed_on" not in vals:
            self.env["crm.scoring.run"].sudo()._request("scoring", self.company_id)
        return result
