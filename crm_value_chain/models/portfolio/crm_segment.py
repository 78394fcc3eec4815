from odoo import fields, models


class CrmSegment(models.Model):
    """A part of the customer portfolio, with a strategy of its own.

    The first segment in order whose rule matches takes the customer.
    """

    _name = "crm.segment"
    _inherit = ["crm.classification.mixin"]
    _description = "Customer Segment"

    _dimension = "segment"
    _profile_field = "segment_id"
    _rank = 40

    company_id = fields.Many2one(
        required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users", "Owner", help="Answers for the goals of this segment."
    )
    goal_ids = fields.One2many("crm.segment.goal", "segment_id", "Goals")
