from odoo import models


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    def write(self, vals):
        """Queue the customers whose costs these were, and whose they are now."""
        if not vals.keys() & {"partner_id", "plan_id"}:
            return super().write(vals)
        before = self.sudo().partner_id
        result = super().write(vals)
        Stale = self.env["crm.customer.stale"].sudo()
        Stale._queue_partners(before | self.sudo().partner_id)
        return result
