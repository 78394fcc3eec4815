from odoo import api, models

TRIGGERS = {"code", "partner_id", "program_id", "company_id", "active"}


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    @api.model_create_multi
    def create(self, vals_list):
        """Have customers known by their new cards."""
        cards = super().create(vals_list)
        self.env["crm.customer.identity"]._follow_later(cards.partner_id)
        return cards

    def write(self, vals):
        """Have customers known by the cards that they have now."""
        if not vals.keys() & TRIGGERS:
            return super().write(vals)
        holders = self.partner_id
        result = super().write(vals)
        self.env["crm.customer.identity"]._follow_later(holders | self.partner_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _forget_identities(self):
        self.env["crm.customer.identity"]._follow_later(self.partner_id)
