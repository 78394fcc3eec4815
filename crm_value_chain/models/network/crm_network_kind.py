from odoo import fields, models

from .network_roles import ROLES


class CrmNetworkKind(models.Model):
    """A kind of supplier, customer, owner, partner or employee: agent, broker …"""

    _name = "crm.network.kind"
    _inherit = ["crm.named"]
    _description = "Kind of Network Role"
    _order = "role, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    role = fields.Selection(ROLES, required=True, index=True)
    description = fields.Text(
        translate=True, help="What such a member does for us and our customers."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
