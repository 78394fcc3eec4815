from odoo import fields, models


class CrmNetworkMember(models.Model):
    """A contact that helps us to create or deliver value (SCOPE)."""

    _name = "crm.network.member"
    _description = "Network Member"
    _order = "name, id"
    _rec_name = "name"

    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Member", related="partner_id.display_name", store=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        "Our Owner",
        default=lambda self: self.env.user,
        ondelete="set null",
        help="Looks after the relationship.",
    )
    proposition_ids = fields.Many2many(
        "crm.value.proposition",
        string="Propositions",
        help="The value propositions that it helps to keep.",
    )

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id)",
        "This contact is a member of the network already: add a role there.",
    )
