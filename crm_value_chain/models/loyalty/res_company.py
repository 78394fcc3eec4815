from odoo import api, fields, models
from odoo.exceptions import ValidationError

LOYALTY_SETTINGS = ("attitude_months",)
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

    @api.constrains("attitude_months")
    def _check_attitude_months(self):
        if any(not 0 <= company.attitude_months <= MOST_MONTHS for company in self):
            raise ValidationError(
                self.env._(
                    "Attitudes count for up to %s months; 0 stands for ever.",
                    MOST_MONTHS,
                )
            )
