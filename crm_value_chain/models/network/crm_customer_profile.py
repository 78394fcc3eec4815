from odoo import api, fields, models
from odoo.fields import Domain

from ..customer.crm_customer_view import of_people


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

    def action_open_network_relations(self):
        """Open the relations of this customer, to change or add one."""
        self.ensure_one()
        return self.partner_id.action_open_network_relations()

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
            *self.partner_id._network_member_lines(self.company_id),
            *self._brought_lines(),
            *self.network_side_ids.filtered("is_present")._lines(self.partner_id),
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
            action="action_open_network_relations",
        )
        return [*parts, part]

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
            domain = of_people(self.partner_id) & Domain(name, "!=", False)
            if model == "sale.order":  # whose members are of its company
                domain &= Domain("state", "=", "sale")
                domain &= Domain("company_id", "=", self.company_id.id)
            else:
                domain &= Domain(f"{name}.company_id", "=", self.company_id.id)
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
