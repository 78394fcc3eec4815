from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerMovement(models.Model):
    _inherit = "crm.customer.movement"

    dimension = fields.Selection(
        selection_add=[("segment", "Segment"), ("value_tier", "Value Tier")],
        ondelete={"segment": "cascade", "value_tier": "cascade"},
    )
    segment_from_id = fields.Many2one(
        "crm.segment", "From Segment", ondelete="restrict"
    )
    segment_to_id = fields.Many2one("crm.segment", "To Segment", ondelete="restrict")
    value_tier_from_id = fields.Many2one(
        "crm.value.tier", "From Value Tier", ondelete="restrict"
    )
    value_tier_to_id = fields.Many2one(
        "crm.value.tier", "To Value Tier", ondelete="restrict"
    )
