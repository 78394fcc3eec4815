from odoo import fields, models


class CrmCustomerMovement(models.Model):
    _inherit = "crm.customer.movement"

    dimension = fields.Selection(
        selection_add=[("ladder", "Value Ladder")], ondelete={"ladder": "cascade"}
    )
    ladder_from_id = fields.Many2one(
        "crm.ladder.stage", "From Stage", ondelete="cascade"
    )
    ladder_to_id = fields.Many2one("crm.ladder.stage", "To Stage", ondelete="cascade")
    direction = fields.Selection(
        [("up", "Up"), ("down", "Down")], compute="_compute_direction"
    )

    def _compute_direction(self):
        for movement in self:
            up = movement.ladder_to_id.sequence > movement.ladder_from_id.sequence
            movement.direction = "up" if up else "down"
