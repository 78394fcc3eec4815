from odoo import api, fields, models

USER = "crm_value_chain.group_value_chain_user"


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _inherit = "res.partner"

    network_member_ids = fields.One2many(
        "crm.network.member", "partner_id", "Network Members", groups=USER
    )
    network_member_id = fields.Many2one(
        "crm.network.member",
        compute="_compute_network_member_id",
        groups=USER,
        help="What this contact is to the network of the current company.",
    )
    network_roles = fields.Char(
        "Roles in the Network", compute="_compute_network_member_id", groups=USER
    )
    network_side_ids = fields.Many2many(
        "crm.network.side",
        string="Relations",
        compute="_compute_network_side_ids",
        groups=USER,
        help="How it is related to members and customers, as seen from here.",
    )

    @api.depends(
        "network_member_ids.company_id",
        "network_member_ids.active",
        "network_member_ids.roles",
    )
    @api.depends_context("company", "uid", "lang")
    def _compute_network_member_id(self):
        members = self.env["crm.network.member"].search(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        found = {member.partner_id.id: member for member in members}
        for contact in self:
            member = found.get(contact._origin.id, members.browse())
            contact.network_member_id = member
            contact.network_roles = member.roles

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_network_side_ids(self):
        for contact in self:
            contact.network_side_ids = self.env["crm.network.side"]._of(contact._origin)

    def action_open_network_member(self):
        """Open what this contact is to the network, or add it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Network Member"),
            "res_model": "crm.network.member",
            "res_id": self.network_member_id.id,
            "views": [(False, "form")],
            "context": {"default_partner_id": self.id},
        }

    def action_add_network_relation(self):
        """Note how this contact is related to another one."""
        self.ensure_one()
        return self.env["crm.network.relation"]._action_add(self)

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
