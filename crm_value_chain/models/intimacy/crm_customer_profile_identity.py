from odoo import api, fields, models
from odoo.tools import SQL

from .idic import Evidence


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    identity = fields.Char(
        compute="_compute_identity",
        search="_search_identity",
        help="Finds the customer by e-mail, phone, tax number, loyalty card, reference "
        "or account elsewhere of any of its contacts, also slightly misspelt.",
    )

    @api.depends("partner_id")
    def _compute_identity(self):
        known = self._identities().grouped("commercial_partner_id")
        for profile in self:
            identities = known.get(profile.partner_id)
            values = identities.mapped("value") if identities else []
            profile.identity = ", ".join(dict.fromkeys(values))

    @api.model
    def _search_identity(self, operator, value):
        identities = self.env["crm.customer.identity"]
        return identities._owners(
            "partner_id", "commercial_partner_id", operator, value
        )

    def _identities(self):
        """What these customers and their people are known by."""
        return self.env["crm.customer.identity"].search(
            [("commercial_partner_id", "in", self.partner_id.ids)]
        )

    @api.model
    def _idic_evidence(self):
        return [
            *super()._idic_evidence(),
            Evidence(
                "identify",
                "identities",
                self.env._("Recognised on more than one channel"),
                self.env._(
                    "Note a second way to recognise the customer: phone, e-mail, "
                    "tax number, card or account."
                ),
                SQL(
                    "(SELECT COUNT(DISTINCT i.kind) FROM crm_customer_identity i"
                    " WHERE i.commercial_partner_id = p.partner_id AND i.active) > 1"
                ),
            ),
        ]

    def action_open_identities(self):
        """Open what the customer and its people are known by."""
        self.ensure_one()
        return self.partner_id.action_open_identities() | {
            "domain": [("commercial_partner_id", "=", self.partner_id.id)]
        }
