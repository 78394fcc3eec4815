from odoo import api, fields, models
from odoo.tools import SQL

from .data_quality import GOOD, in_open_pair, score_sql
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

    data_quality_grade = fields.Selection(related="partner_id.data_quality_grade")

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
            Evidence(
                "identify",
                "no_duplicate",
                self.env._("Entered once"),
                self.env._("Decide about the likely duplicates of the customer."),
                SQL("NOT %s", in_open_pair(SQL("p.partner_id"))),
            ),
            Evidence(
                "identify",
                "data_quality",
                self.env._("Data are good"),
                self.env._("Fix what the contact lists under Identity & Needs."),
                SQL(
                    "EXISTS (SELECT FROM res_partner quality"
                    " WHERE quality.id = p.partner_id AND %s >= %s)",
                    score_sql(self.env["res.partner"]._checks("quality")),
                    GOOD,
                ),
            ),
        ]

    def _view_parts(self):
        parts = super()._view_parts()
        if self.env["crm.customer.identity"].has_access("read"):
            parts = [*parts, self.partner_id._identity_part(findings=2)]
        return parts

    def action_open_identities(self):
        """Open what the customer and its people are known by."""
        self.ensure_one()
        return self.partner_id.action_open_identities()
