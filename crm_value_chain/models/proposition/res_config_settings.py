from odoo import fields, models


# the settings of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    quotation_value_proposition = fields.Boolean(
        related="company_id.quotation_value_proposition", readonly=False
    )
