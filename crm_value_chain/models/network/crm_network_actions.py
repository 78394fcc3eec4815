from odoo import api, fields, models

MAP = "crm_value_chain.network_map_action"


# a part of its own: what opens from a member, and what is to be seen there
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    _inherit = "crm.network.member"

    side_ids = fields.Many2many(
        "crm.network.side",
        string="Relations",
        compute="_compute_side_ids",
        help="How it is related to members and customers, as seen from here.",
    )
    relation_count = fields.Integer("Number of Relations", compute="_compute_side_ids")

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_side_ids(self):
        for member in self:
            sides = self.env["crm.network.side"]._of(member.partner_id._origin)
            sides = sides.filtered(
                lambda side, member=member: side.company_id == member.company_id
            )
            member.side_ids = sides
            member.relation_count = len(sides)

    def action_add_relation(self):
        """Note how the member is related to another contact."""
        self.ensure_one()
        return self.env["crm.network.relation"]._action_add(
            self.partner_id, self.company_id
        )

    def action_open_map(self):
        """Open the map around this member."""
        self.ensure_one()
        return self._action_map(self.partner_id)

    @api.model
    def _action_map(self, center):
        """Action that opens the map around a contact or a proposition."""
        action = self.env["ir.actions.client"]._for_xml_id(MAP)
        return action | {
            "name": self.env._("Network of %s", center.display_name),
            "context": {"network_center": {"model": center._name, "id": center.id}},
        }

    def action_open_leads(self):
        """Open the leads that it brought."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm.crm_lead_opportunities"
        )
        return action | {
            "display_name": self.env._("Brought by %s", self.name),
            "domain": [("network_member_id", "=", self.id)],
            "context": {
                "default_network_member_id": self.id,
                "active_test": False,
            },
        }

    def action_open_orders(self):
        """Open the orders that it brought."""
        return self._action_orders(
            self.env._("Brought by %s", self.name),
            [("network_member_id", "=", self.id)],
        )

    def action_open_deliveries(self):
        """Open the orders that it delivers."""
        return self._action_orders(
            self.env._("Delivered by %s", self.name),
            [("delivery_member_ids", "in", self.ids)],
        )

    def _action_orders(self, name, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return action | {
            "display_name": name,
            "domain": [*domain, *self._counted_orders()],
            "context": {"create": False},
        }

    def action_open_bills(self):
        """Open its vendor bills, for whoever may read them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_in_invoice"
        )
        return action | {
            "domain": [
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("state", "=", "posted"),
                ("company_id", "=", self.company_id.id),
                ("invoice_date", ">=", self._year_ago()),
                "|",
                ("partner_id", "=", self.partner_id.id),
                ("commercial_partner_id", "=", self.partner_id.id),
            ],
        }

    def action_open_profile(self):
        """Open what it is as a customer."""
        self.ensure_one()
        return self.profile_id.get_formview_action()


class CrmNetworkRelation(models.Model):
    _inherit = "crm.network.relation"

    @api.model
    def _action_add(self, partner, company=None):
        """Form of a new relation that begins with a contact."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add a Relation"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": partner.id,
                "default_company_id": (company or self.env.company).id,
            },
        }


class CrmValueProposition(models.Model):
    _inherit = "crm.value.proposition"

    def action_open_network_map(self):
        """Open the map around this proposition."""
        self.ensure_one()
        return self.env["crm.network.member"]._action_map(self)
