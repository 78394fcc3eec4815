from odoo import api, fields, models
from odoo.exceptions import ValidationError

LOYALTY_SETTINGS = (
    "attitude_months",
    "loyalty_purchases",
    "loyalty_risk",
    "loyalty_attitude_from",
    "switching_barrier_from",
)
MOST_MONTHS = 1200


# the settings of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    _inherit = "res.company"

    attitude_months = fields.Integer(
        "Attitudes Count for",
        default=24,
        help="Months after which what a customer once thought says nothing any more. "
        "0: it never grows too old.",
    )
    loyalty_purchases = fields.Integer(
        "Behaviour Is High from",
        default=3,
        help="Days with a purchase from which on a customer is loyal by behaviour.",
    )
    loyalty_risk = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        "At a Churn Risk of at most",
        default="medium",
        help="Whoever is at a higher risk is not loyal by behaviour.",
    )
    loyalty_attitude_from = fields.Float(
        "Attitude Is High from",
        default=7.0,
        help="Mean of satisfaction, recommendation and commitment from which on a "
        "customer is loyal by attitude.",
    )
    switching_barrier_from = fields.Integer(
        "Hard to Switch from",
        default=7,
        help="Switching barrier from which on an unhappy customer is a hostage.",
    )

    @api.constrains(*LOYALTY_SETTINGS)
    def _check_loyalty_settings(self):
        for company in self:
            if not 0 <= company.attitude_months <= MOST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "Attitudes count for up to %s months; 0 stands for ever.",
                        MOST_MONTHS,
                    )
                )
            if company.loyalty_purchases < 1:
                raise ValidationError(
                    self.env._(
                        "Loyal behaviour takes at least one day with a purchase."
                    )
                )
            if not (
                0 < company.loyalty_attitude_from <= 10
                and 0 < company.switching_barrier_from <= 10
            ):
                raise ValidationError(
                    self.env._(
                        "An attitude and a switching barrier are high from a score "
                        "above 0, and of 10 at most."
                    )
                )
