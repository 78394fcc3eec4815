from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCustomerOverride(models.Model):
    _inherit = "crm.customer.override"

    dimension = fields.Selection(
        selection_add=[("ladder", "Value Ladder")], ondelete={"ladder": "cascade"}
    )
    ladder_stage_id = fields.Many2one("crm.ladder.stage", ondelete="cascade")

    @api.constrains("dimension", "ladder_stage_id")
    def _check_ladder_stage(self):
        if self.filtered(lambda o: o.dimension == "ladder" and not o.ladder_stage_id):
            raise ValidationError(self.env._("Choose the stage of the customer."))
        for override in self:
            if override.ladder_stage_id.company_id not in (
                override.company_id,
                self.env["res.company"],
            ):
                raise ValidationError(
                    self.env._("This stage belongs to the ladder of another company.")
                )
