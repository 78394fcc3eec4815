from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerMovement(models.Model):
    _inherit = "crm.customer.movement"

    dimension = fields.Selection(
        selection_add=[("loyalty", "Loyalty Class")], ondelete={"loyalty": "cascade"}
    )
    loyalty_from_id = fields.Many2one(
        "crm.loyalty.class", "From Loyalty Class", ondelete="restrict"
    )
    loyalty_to_id = fields.Many2one(
        "crm.loyalty.class", "To Loyalty Class", ondelete="restrict"
    )
