from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerOverride(models.Model):
    _inherit = "crm.customer.override"

    dimension = fields.Selection(
        selection_add=[("segment", "Segment"), ("value_tier", "Value Tier")],
        ondelete={"segment": "cascade", "value_tier": "cascade"},
    )
    segment_id = fields.Many2one("crm.segment", ondelete="cascade")
    value_tier_id = fields.Many2one("crm.value.tier", ondelete="cascade")
