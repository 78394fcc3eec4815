from odoo import api, fields, models

LIMITS = (
    "value_chain_risk_medium",
    "value_chain_risk_high",
    "value_chain_risk_lapsed",
)


# the settings of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    value_chain_horizon_days = fields.Integer(
        related="company_id.value_chain_horizon_days", readonly=False
    )
    value_chain_clv_months = fields.Integer(
        related="company_id.value_chain_clv_months", readonly=False
    )
    value_chain_discount_rate = fields.Float(
        related="company_id.value_chain_discount_rate", readonly=False
    )
    value_chain_clv_basis = fields.Selection(
        related="company_id.value_chain_clv_basis", readonly=False, required=True
    )
    # written together: one after the other, limits may cross on the way
    value_chain_risk_medium = fields.Float(
        "Medium Risk below", compute="_compute_limits", inverse="_inverse_limits"
    )
    value_chain_risk_high = fields.Float(
        "High Risk below", compute="_compute_limits", inverse="_inverse_limits"
    )
    value_chain_risk_lapsed = fields.Float(
        "Lapsed below", compute="_compute_limits", inverse="_inverse_limits"
    )

    @api.depends("company_id")
    def _compute_limits(self):
        for settings in self:
            for name in LIMITS:
                settings[name] = settings.company_id[name]

    def _inverse_limits(self):
        for settings in self:
            company = settings.company_id
            limits = {name: settings[name] for name in LIMITS}
            if any(company[name] != limit for name, limit in limits.items()):
                company.write(limits)
