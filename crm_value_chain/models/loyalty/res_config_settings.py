from odoo import fields, models


# the settings of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    attitude_months = fields.Integer(
        related="company_id.attitude_months", readonly=False
    )
    loyalty_purchases = fields.Integer(
        related="company_id.loyalty_purchases", readonly=False
    )
    loyalty_risk = fields.Selection(
        related="company_id.loyalty_risk", readonly=False, required=True
    )
    loyalty_attitude_from = fields.Float(
        related="company_id.loyalty_attitude_from", readonly=False
    )
    switching_barrier_from = fields.Integer(
        related="company_id.switching_barrier_from", readonly=False
    )
