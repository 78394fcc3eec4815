from odoo import fields, models


class CrmNeed(models.Model):
    """A need that customers have and that we can meet: an entry of the catalogue."""

    _name = "crm.need"
    _description = "Need"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", help="Empty: a need of the catalogue of all companies."
    )
