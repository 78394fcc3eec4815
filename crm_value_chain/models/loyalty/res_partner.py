from odoo import api, fields, models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _inherit = "res.partner"

    loyalty_membership_count = fields.Integer(
        "Loyalty Memberships",
        compute="_compute_loyalty_membership_count",
        groups="crm_value_chain.group_value_chain_user",
    )
    loyalty_tier_names = fields.Char(
        "Loyalty Tiers",
        compute="_compute_loyalty_membership_count",
        groups="crm_value_chain.group_value_chain_user",
    )

    @api.depends_context("company", "uid")
    def _compute_loyalty_membership_count(self):
        members = self.env["loyalty.membership"].search(
            self._loyalty_domain() + [("program_active", "=", True)]
        )
        by_contact = members.grouped("partner_id")
        for partner in self:
            both = partner._origin | partner.commercial_partner_id._origin
            own = members.browse().union(
                *(by_contact[contact] for contact in both if contact in by_contact)
            )
            partner.loyalty_membership_count = len(own)
            partner.loyalty_tier_names = ", ".join(own.tier_id.mapped("name"))

    def _loyalty_domain(self):
        """Domain of the memberships of contacts and of the customers they belong to."""
        contacts = (self | self.commercial_partner_id)._origin
        return [("partner_id", "in", contacts.ids)]

    def action_open_loyalty_memberships(self):
        """Open the memberships of this contact."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.loyalty_membership_action"
        )
        return action | {"domain": self._loyalty_domain(), "context": {}}
