from odoo import api, fields, models

USER = "crm_value_chain.group_value_chain_user"


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    """What is known of a contact's customer, and how far the four steps are."""

    _inherit = "res.partner"

    customer_need_ids = fields.Many2many(
        related="customer_profile_id.need_ids", string="Needs", groups=USER
    )
    idic_card = fields.Json("IDIC", compute="_compute_idic_card", groups=USER)

    @api.depends("customer_profile_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_idic_card(self):
        cards = self.customer_profile_id._idic_cards()
        for contact in self:
            contact.idic_card = cards.get(contact.customer_profile_id.id, False)
