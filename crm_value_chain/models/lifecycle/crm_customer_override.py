from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerOverride(models.Model):
    _inherit = "crm.customer.override"

    dimension = fields.Selection(
        selection_add=[("ladder", "Value Ladder")], ondelete={"ladder": "cascade"}
    )
    ladder_stage_id = fields.Many2one("crm.ladder.stage", ondelete="cascade")
