from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_historical_purchases(self):
        """Keep what was bought, as Odoo does for contacts with orders or invoices."""
        purchase = (
            self.env["crm.historical.purchase"]
            .sudo()
            .search([("partner_id", "in", self.ids)], limit=1)
        )
        if purchase:
            raise UserError(
                self.env._(
                    "%s has historical purchases and cannot be deleted. Archive the "
                    "contact, merge it with another one, or delete the purchases "
                    "first.",
                    purchase.partner_id.display_name,
                )
            )
