from odoo import fields, models

from ..core.profile_field import ProfileFloat, ProfileInteger, ProfileMonetary
from ..core.res_partner import USER


# the fields of this stage, in its folder
# pylint: disable=consider-merging-classes-inherited
class CrmLead(models.Model):
    _inherit = "crm.lead"

    purchase_probability = ProfileFloat(
        related="partner_id.customer_profile_id.purchase_probability",
        groups=USER,
        aggregator=None,
    )
    p_alive = ProfileFloat(
        related="partner_id.customer_profile_id.p_alive", groups=USER, aggregator=None
    )
    chance_kept = ProfileFloat(
        related="partner_id.customer_profile_id.chance_kept",
        groups=USER,
        aggregator=None,
    )
    churn_risk = fields.Selection(
        related="partner_id.customer_profile_id.churn_risk", groups=USER
    )
    expected_purchases = ProfileFloat(
        related="partner_id.customer_profile_id.expected_purchases",
        groups=USER,
        aggregator=None,
    )
    next_purchase_date = fields.Date(
        related="partner_id.customer_profile_id.next_purchase_date", groups=USER
    )
    revenue_at_risk = ProfileMonetary(
        related="partner_id.customer_profile_id.revenue_at_risk",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    clv = ProfileMonetary(
        related="partner_id.customer_profile_id.clv",
        groups=USER,
        currency_field="customer_currency_id",
        aggregator=None,
    )
    clv_score = ProfileInteger(
        related="partner_id.customer_profile_id.clv_score", groups=USER, aggregator=None
    )
    scoring_method = fields.Char(
        related="partner_id.customer_profile_id.scoring_method", groups=USER
    )

    def get_score_explanation(self):
        """Explanation of the customer's forecasts, see the profile's.

        :return: False where there is no profile
        """
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.get_score_explanation() if self.partner_id else False
