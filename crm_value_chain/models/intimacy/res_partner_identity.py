from odoo import api, fields, models
from odoo.fields import Domain

from .identity_source import OWN_FIELDS, TRIGGERS

USER = "crm_value_chain.group_value_chain_user"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _inherit = "res.partner"

    identity_ids = fields.One2many(
        "crm.customer.identity", "partner_id", "Identities", groups=USER
    )
    identity = fields.Char(
        compute="_compute_identity",
        search="_search_identity",
        groups=USER,
        help="Finds the customer by e-mail, phone, tax number, loyalty card, reference "
        "or account elsewhere, also where it is slightly misspelt.",
    )

    @api.depends("identity_ids.value")
    def _compute_identity(self):
        for partner in self:
            partner.identity = ", ".join(partner.identity_ids.mapped("value"))

    @api.model
    def _search_identity(self, operator, value):
        identities = self.env["crm.customer.identity"]
        return identities._owners("id", "partner_id", operator, value)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find a contact also by what identifies it, where no name is like that."""
        found = super().name_search(name, domain, operator, limit)
        if found or operator != "ilike" or not self._may_be_identity(name):
            return found
        known = Domain(domain or Domain.TRUE) & Domain("identity", "ilike", name)
        partners = self.search_fetch(known, ["display_name"], limit=limit)
        return [(partner.id, partner.display_name) for partner in partners.sudo()]

    @api.model
    def _may_be_identity(self, text):
        """Whether a text is longer than what nobody could be found by."""
        may_read = self.env["crm.customer.identity"].has_access("read")
        return may_read and len(str(text or "").strip()) >= 4

    def action_open_identities(self):
        """Open what the contact is known by; of a customer, all its people too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_identity_action"
        )
        return action | {
            "domain": self._domain_of_people(),
            "context": {"default_partner_id": self.id},
        }

    # ------------------------------------------------------------------
    # In step
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Have the identities of new contacts noted."""
        partners = super().create(vals_list)
        self.env["crm.customer.identity"]._follow_later(partners, own_fields=True)
        return partners

    def write(self, vals):
        """Have the identities of contacts that change follow them."""
        result = super().write(vals)
        changed = vals.keys() & TRIGGERS
        if changed:
            concerned = self
            if changed & {"parent_id", "is_company"}:
                # their people have another customer now
                everybody = self.sudo().with_context(active_test=False)
                concerned = everybody.search([("id", "child_of", self.ids)])
            self.env["crm.customer.identity"]._follow_later(
                concerned, own_fields=changed <= OWN_FIELDS
            )
        return result

    def unlink(self):
        """Leave nothing by which duplicates of deleted contacts were looked for."""
        ids = self.ids
        result = super().unlink()
        self.env["crm.duplicate.key"].sudo()._forget(ids)
        self.env["crm.customer.identity"]._forget_waiting(ids)
        return result
