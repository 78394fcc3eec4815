from odoo import fields, models

SIDES = [("b2b", "Companies (B2B)"), ("b2c", "Persons (B2C)")]


class CrmRelationshipDriver(models.Model):
    """Why a customer may want a relationship with a supplier at all."""

    _name = "crm.relationship.driver"
    _inherit = ["crm.named"]
    _description = "Relationship Driver"
    _order = "side, sequence, id"

    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="How one recognises it.")
    side = fields.Selection(
        SIDES,
        "For",
        required=True,
        default="b2b",
        help="Whether companies or persons are driven by it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
