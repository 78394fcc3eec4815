from odoo import fields, models


# the settings of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    value_tier_basis = fields.Selection(
        related="company_id.value_tier_basis", readonly=False, required=True
    )
