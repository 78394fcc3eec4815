from odoo import api, fields, models
from odoo.fields import Domain

from ..customer.crm_customer_view import name_of

USER = "crm_value_chain.group_value_chain_user"
MOST_RELATIONS = 20


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _inherit = "res.partner"

    network_side_ids = fields.Many2many(
        "crm.network.side",
        string="Relations",
        compute="_compute_network_side_ids",
        groups=USER,
        help="How it is related to members and customers, as seen from here.",
    )

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_network_side_ids(self):
        for contact in self:
            contact.network_side_ids = self.env["crm.network.side"]._of(contact._origin)

    # ------------------------------------------------------------------
    # What is around a contact
    # ------------------------------------------------------------------

    def _view_parts(self):
        parts = super()._view_parts()
        if self.env["crm.network.member"].has_access("read"):
            parts = [*parts, self._network_part()]
        return parts

    def _network_part(self):
        """What a contact is to our network, and how it is related to others."""
        return self._part(
            "network",
            self.env._("Network"),
            60,
            [
                *self._network_member_lines(self.env.company),
                *self.network_side_ids._lines(self),
            ],
            most=MOST_RELATIONS,
            empty=self.env._("No relation of this contact is noted yet."),
            action="action_open_network_relations",
        )

    def _network_member_lines(self, company):
        """What a contact is to the network of a company: a line, or none."""
        member = self._network_member_of(company)
        if not member:
            return []
        roles = member.roles
        if roles:
            text = self.env._("Member of our network: %s", roles)
        else:
            text = self.env._("Member of our network, without a present role")
        owner = name_of(member.user_id)
        detail = owner and self.env._("looked after by %s", owner)
        place = {"model": member._name, "id": member.id}
        return [{"text": text, "detail": detail or None, **place}]

    def _network_member_of(self, company):
        return self.env["crm.network.member"].search_fetch(
            [("partner_id", "=", self.id), ("company_id", "=", company.id)],
            ["role_ids", "user_id"],
        )

    def action_open_network_member(self):
        """Open what this contact is to the network, or add it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Network Member"),
            "res_model": "crm.network.member",
            "res_id": self._network_member_of(self.env.company).id,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_add_network_relation(self):
        """Note how this contact is related to another one."""
        self.ensure_one()
        return self.env["crm.network.relation"]._action_add(self)

    def action_open_network_relations(self):
        """Open the relations of a contact and its people, to change or add one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_network_relation_action"
        )
        ends = ("partner_id", "other_partner_id")
        people = [f"{end}.commercial_partner_id" for end in ends]
        domain = Domain.OR(Domain(name, "=", self.id) for name in (*ends, *people))
        return action | {
            "domain": list(domain),
            "context": {"default_partner_id": self.id},
        }

    def action_open_network_map(self):
        """Open the map around this contact."""
        self.ensure_one()
        return self.env["crm.network.member"]._action_map(self)

    def write(self, vals):
        """Archive members with their contacts, and bring them back with them."""
        result = super().write(vals)
        if "active" in vals:
            members = self.env["crm.network.member"].sudo()
            members.with_context(active_test=False).search(
                [
                    ("partner_id", "in", self.ids),
                    ("active", "!=", bool(vals["active"])),
                ]
            ).active = vals["active"]
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_network_members(self):
        """Delete members with their messages, which the database would leave."""
        members = self.env["crm.network.member"].sudo()
        members.with_context(active_test=False).search(
            [("partner_id", "in", self.ids)]
        ).unlink()
