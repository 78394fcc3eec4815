from odoo import fields, models

from ..core.profile_field import ProfileFloat, ProfileInteger, ProfileMonetary
from ..core.res_partner import USER


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    _inherit = "res.partner"

    purchase_probability = ProfileFloat(
        related="customer_profile_id.purchase_probability", groups=USER
    )
    p_alive = ProfileFloat(related="customer_profile_id.p_alive", groups=USER)
    chance_kept = ProfileFloat(related="customer_profile_id.chance_kept", groups=USER)
    churn_risk = fields.Selection(related="customer_profile_id.churn_risk", groups=USER)
    expected_purchases = ProfileFloat(
        related="customer_profile_id.expected_purchases", groups=USER
    )
    next_purchase_date = fields.Date(
        related="customer_profile_id.next_purchase_date", groups=USER
    )
    revenue_at_risk = ProfileMonetary(
        related="customer_profile_id.revenue_at_risk",
        groups=USER,
        currency_field="customer_currency_id",
    )
    clv = ProfileMonetary(
        related="customer_profile_id.clv",
        groups=USER,
        currency_field="customer_currency_id",
    )
    clv_score = ProfileInteger(related="customer_profile_id.clv_score", groups=USER)
    scoring_method = fields.Char(
        related="customer_profile_id.scoring_method", groups=USER
    )

    def get_score_explanation(self):
        """Explanation of the customer's forecasts, see the profile's.

        :return: False where there is no profile
        """
        self.ensure_one()
        self.check_access("read")
        customer = self.commercial_partner_id
        if self.profiling_refused or customer.profiling_refused:
            refused = self.env._("Objects to profiling: there are no figures.")
            return {"sentences": [refused]}
        profile = self.customer_profile_id
        return profile.get_score_explanation() if profile else False
