from odoo import api, fields, models
from odoo.exceptions import ValidationError

DEFAULT_HORIZON = 90
SCORE_SETTINGS = (
    "value_chain_horizon_days",
    "value_chain_clv_months",
    "value_chain_discount_rate",
    "value_chain_clv_basis",
    "value_chain_risk_medium",
    "value_chain_risk_high",
    "value_chain_risk_lapsed",
)


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    value_chain_horizon_days = fields.Integer(
        "Horizon of the Forecasts",
        default=DEFAULT_HORIZON,
        help="Days ahead that the chance of buying and the expected purchases look.",
    )
    value_chain_clv_months = fields.Integer(
        "Horizon of CLV",
        default=12,
        help="Months ahead that the customer lifetime value looks.",
    )
    value_chain_discount_rate = fields.Float(
        "Yearly Discount Rate",
        default=0.1,
        help="By how much less a purchase in a year is worth than one today.",
    )
    value_chain_clv_basis = fields.Selection(
        [("margin", "Margin where known"), ("amount", "Amount")],
        "CLV from",
        default="margin",
        help="With margin, whoever sees the CLV and the amounts can work out the "
        "margin of a customer. Choose the amount where that is a secret.",
    )
    value_chain_risk_medium = fields.Float(
        "Medium Risk below",
        default=0.7,
        help="Share of the chance of buying right after the last purchase. Look at "
        "the bands again when you change the horizon: within a longer one more "
        "customers buy, and their chances fall faster.",
    )
    value_chain_risk_high = fields.Float("High Risk below", default=0.4)
    value_chain_risk_lapsed = fields.Float("Lapsed below", default=0.1)
    value_chain_as_of = fields.Date(
        "Figures as of",
        readonly=True,
        help="Day of the last retention scoring of all customers.",
    )

    @api.constrains(*SCORE_SETTINGS)
    def _check_score_settings(self):
        for company in self:
            if not 1 <= company.value_chain_horizon_days <= 3650:
                raise ValidationError(
                    self.env._("The horizon must lie between 1 day and 3,650 days.")
                )
            if not 1 <= company.value_chain_clv_months <= 120:
                raise ValidationError(
                    self.env._(
                        "The horizon of CLV must lie between 1 month and 120 months."
                    )
                )
            if not 0 <= company.value_chain_discount_rate <= 1:
                raise ValidationError(
                    self.env._("The yearly discount rate must lie between 0% and 100%.")
                )
            if not (
                0
                <= company.value_chain_risk_lapsed
                <= company.value_chain_risk_high
                <= company.value_chain_risk_medium
                <= 1
            ):
                raise ValidationError(
                    self.env._(
                        "The limits of the risk must fall from medium over high to "
                        "lapsed, between 0% and 100%."
                    )
                )
