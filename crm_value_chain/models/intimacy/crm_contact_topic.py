from odoo import fields, models


class CrmContactTopic(models.Model):
    """Something that people like to hear about: an entry of the catalogue."""

    _name = "crm.contact.topic"
    _inherit = ["crm.named"]
    _description = "Topic"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
