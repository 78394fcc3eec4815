from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLeadLost(models.TransientModel):
    """Asks which factor of the value proposition lost the deal."""

    _inherit = "crm.lead.lost"

    value_version_ids = fields.Many2many(
        "crm.value.proposition.version", compute="_compute_value_version_ids"
    )
    lost_factor_id = fields.Many2one(
        "crm.value.factor",
        "Lost by",
        domain="[('version_id', 'in', value_version_ids)]",
        help="The factor of the value proposition in which the customer found another "
        "better.",
    )

    @api.depends("lead_ids")
    def _compute_value_version_ids(self):
        for wizard in self:
            wizard.value_version_ids = wizard.lead_ids.value_proposition_version_id

    def action_lost_reason_apply(self):
        """Note the factor on the leads that were sold with its version."""
        factor = self.lost_factor_id
        if factor and factor.version_id not in self.value_version_ids:
            raise ValidationError(
                self.env._(
                    "“%s” is no factor of a value proposition that was offered: choose "
                    "another one, or none.",
                    factor.name,
                )
            )
        result = super().action_lost_reason_apply()
        if factor:
            self.lead_ids.filtered(
                lambda lead: lead.value_proposition_version_id == factor.version_id
            ).lost_factor_id = factor
        return result
