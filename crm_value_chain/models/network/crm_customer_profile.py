from odoo import api, fields, models


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """The network around a customer."""

    _inherit = "crm.customer.profile"

    network_side_ids = fields.Many2many(
        "crm.network.side",
        string="Relations",
        compute="_compute_network_side_ids",
        help="How the customer and its people are related to others.",
    )

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_network_side_ids(self):
        for profile in self:
            sides = self.env["crm.network.side"]._of(profile.partner_id._origin)
            profile.network_side_ids = sides.filtered(
                lambda side, profile=profile: side.company_id == profile.company_id
            )

    def action_add_network_relation(self):
        """Note how the customer is related to another contact."""
        self.ensure_one()
        return self.env["crm.network.relation"]._action_add(
            self.partner_id, self.company_id
        )

    def action_open_network_map(self):
        """Open the map around this customer."""
        self.ensure_one()
        return self.env["crm.network.member"]._action_map(self.partner_id)

    # ------------------------------------------------------------------
    # Part of the customer view
    # ------------------------------------------------------------------

    def _view_parts(self):
        parts = super()._view_parts()
        if not self.env["crm.network.member"].has_access("read"):
            return parts
        lines = [
            *self._member_lines(),
            *self._brought_lines(),
            *self._relation_lines(),
        ]
        part = self._part(
            "network",
            self.env._("Network"),
            60,
            lines,
            empty=self.env._(
                "Nobody around this customer is known: note who recommended us, or who "
                "works with them."
            ),
            action="action_open_network_map",
        )
        return [*parts, part]

    def _member_lines(self):
        """What the customer itself is to our network."""
        members = self.env["crm.network.member"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        return [
            {
                "text": self.env._("Member of our network: %s", member.roles)
                if member.roles
                else self.env._("Member of our network, without a present role"),
                "detail": self.env._("looked after by %s", member.user_id.sudo().name)
                if member.user_id
                else None,
                "model": member._name,
                "id": member.id,
            }
            for member in members
        ]

    def _brought_lines(self):
        """Members that brought orders or leads of this customer, or deliver to it."""
        counts = {}
        for model, name, words in (
            (
                "sale.order",
                "network_member_id",
                self.env._("Orders brought by %s"),
            ),
            (
                "sale.order",
                "delivery_member_ids",
                self.env._("Orders delivered by %s"),
            ),
            (
                "crm.lead",
                "network_member_id",
                self.env._("Leads brought by %s"),
            ),
        ):
            documents = self.env[model]
            if not documents.has_access("read"):
                continue
            domain = [
                (f"{name}.company_id", "=", self.company_id.id),
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ]
            if model == "sale.order":
                domain += [
                    ("state", "=", "sale"),
                    ("company_id", "=", self.company_id.id),
                ]
            for member, count in documents._read_group(domain, [name], ["__count"]):
                counts[member, words] = count
        return [
            {
                "text": f"{words % member.name}: {count}",
                "model": member._name,
                "id": member.id,
            }
            for (member, words), count in counts.items()
        ]

    def _relation_lines(self):
        """Relations at present, as seen from the customer or one of its people."""
        sides = self.network_side_ids.filtered("is_present")
        lines = []
        for side in sides:
            # like any name in Odoo: who sees the relation sees whom it is with
            text = f"{side.label} {side.other_partner_id.sudo().display_name}"
            if side.partner_id != self.partner_id:
                text = f"{side.partner_id.sudo().display_name} {text}"
            lines.append(
                {
                    "text": text,
                    "detail": side.note or None,
                    "model": "res.partner",
                    "id": side.other_partner_id.id,
                }
            )
        return lines
