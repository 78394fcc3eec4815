from odoo import fields, models


class CrmValueProposition(models.Model):
    """What we offer a group of customers that beats the alternatives."""

    _name = "crm.value.proposition"
    _description = "Value Proposition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    promise = fields.Char(
        translate=True, help="What the customer gets from us, in one sentence."
    )
    description = fields.Html(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", "Owner", default=lambda self: self.env.user, ondelete="set null"
    )
    segment_ids = fields.Many2many(
        "crm.segment", string="Segments", help="The customers it is made for."
    )
    need_ids = fields.Many2many(
        "crm.need", string="Needs", help="The needs that it meets."
    )
