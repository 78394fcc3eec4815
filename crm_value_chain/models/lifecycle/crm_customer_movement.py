from odoo import fields, models


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerMovement(models.Model):
    _inherit = "crm.customer.movement"

    dimension = fields.Selection(
        selection_add=[("ladder", "Value Ladder")], ondelete={"ladder": "cascade"}
    )
    ladder_from_id = fields.Many2one(
        "crm.ladder.stage", "From Stage", ondelete="restrict"
    )
    ladder_to_id = fields.Many2one("crm.ladder.stage", "To Stage", ondelete="restrict")
    direction = fields.Selection(
        [("up", "Up"), ("down", "Down")], compute="_compute_direction"
    )

    def _compute_direction(self):
        for movement in self:
            movement.direction = False
            if movement.dimension == "ladder":
                movement.direction = "up" if movement._climbed() else "down"

    def _climbed(self):
        return self.ladder_to_id.sequence > self.ladder_from_id.sequence

    def _moved_up(self):
        if self.dimension == "ladder":
            return not self.ladder_from_id or self._climbed()
        return super()._moved_up()
