from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerOverride(models.Model):
    _inherit = "crm.customer.override"

    dimension = fields.Selection(
        selection_add=[("loyalty", "Loyalty Class")], ondelete={"loyalty": "cascade"}
    )
    loyalty_class_id = fields.Many2one("crm.loyalty.class", ondelete="cascade")
