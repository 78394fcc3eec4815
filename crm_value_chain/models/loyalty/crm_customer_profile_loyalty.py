from odoo import api, fields, models
from odoo.tools import SQL

from .loyalty_words import LoyaltyWords

PROMOTER = 9  # from which score on a customer recommends us: the Net Promoter Score's
MOST_OF_WALLET = 0.5
#: bands of the churn risk that are as good as one, or better; not known is no risk
AT_MOST = {
    "low": ["low"],
    "medium": ["low", "medium"],
    "high": ["low", "medium", "high"],
}
HIGH_LOW = [("high", "High"), ("low", "Low")]


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Behavioural and attitudinal loyalty, and what both together come to."""

    _inherit = "crm.customer.profile"

    loyalty_behavior = fields.Selection(
        HIGH_LOW,
        "Behavioural Loyalty",
        readonly=True,
        help="High: buys often and is not at risk, or spends most of the wallet with "
        "us. The limits are in the settings. Empty without a purchase.",
    )
    loyalty_attitude = fields.Selection(
        HIGH_LOW,
        "Attitudinal Loyalty",
        readonly=True,
        help="High: the mean of satisfaction, recommendation and commitment reaches "
        "the limit in the settings. Empty where none of them is known.",
    )
    loyalty_type = fields.Selection(
        [
            ("true", "True"),
            ("latent", "Latent"),
            ("spurious", "Spurious"),
            ("none", "None"),
        ],
        "Loyalty",
        readonly=True,
        help="Behaviour and attitude crossed (Dick & Basu 1994). True: both are high. "
        "Latent: likes us, but buys little. Spurious: buys, but out of habit or for "
        "want of a choice. None: neither. Empty while the attitude is not known.",
    )
    supplier_loyalty = fields.Selection(
        [
            ("hostage", "Hostage"),
            ("supra_loyal", "Supra-loyal"),
            ("de_loyal", "De-loyal"),
            ("plain", "Plain"),
        ],
        readonly=True,
        help="Hostage: buys because there is no choice. Supra-loyal: identifies with "
        "us and markets for us. De-loyal: leaves because we let it down. Plain: none "
        "of these. Empty without a purchase.",
    )
    loyalty_words = fields.Text("Loyalty in Words", compute="_compute_loyalty_words")

    @api.model
    def _conclusions(self, scope, column):
        company = self.env["res.company"].browse(scope.company_id)
        behavior = self._behavior_sql(company, column)
        attitude = self._attitude_sql(company, column)
        return super()._conclusions(scope, column) | {
            "loyalty_behavior": behavior,
            "loyalty_attitude": attitude,
            "loyalty_type": SQL(
                # most customers have told no attitude: it is asked first
                "CASE WHEN (%(attitude)s) IS NOT NULL THEN"
                " CASE (%(behavior)s) || (%(attitude)s) WHEN 'highhigh' THEN 'true'"
                " WHEN 'lowhigh' THEN 'latent' WHEN 'highlow' THEN 'spurious'"
                " WHEN 'lowlow' THEN 'none' END END",
                behavior=behavior,
                attitude=attitude,
            ),
            "supplier_loyalty": self._supplier_loyalty_sql(
                company, column, behavior, attitude
            ),
        }

    @api.model
    def _behavior_sql(self, company, column):
        return SQL(
            """
            CASE WHEN (%(count)s > 0) IS NOT TRUE THEN NULL
                 WHEN %(share)s > %(most)s OR p.is_supplier_of_choice
                 THEN CASE WHEN %(risk)s = 'lapsed' THEN 'low' ELSE 'high' END
                 WHEN %(count)s >= %(enough)s
                  AND COALESCE(%(risk)s, 'low') = ANY(%(bands)s) THEN 'high'
                 ELSE 'low' END
            """,
            count=column("purchase_count"),
            risk=column("churn_risk"),
            share=column("share_of_wallet"),
            most=MOST_OF_WALLET,
            enough=company.loyalty_purchases,
            bands=AT_MOST[company.loyalty_risk or "medium"],
        )

    @api.model
    def _attitude_sql(self, company, column):
        return SQL(
            "CASE WHEN %(score)s >= %(limit)s THEN 'high'"
            " WHEN %(score)s IS NOT NULL THEN 'low' END",
            score=column("attitude_score"),
            limit=company.loyalty_attitude_from,
        )

    @api.model
    def _supplier_loyalty_sql(self, company, column, behavior, attitude):
        return SQL(
            """
            CASE WHEN (%(count)s > 0) IS NOT TRUE THEN NULL
                 -- what few customers have told is asked first, and never NULL:
                 -- only so is the rest not even looked at
                 WHEN %(barrier)s IS NOT NULL AND %(barrier)s >= %(high_barrier)s
                  AND (%(attitude)s) = 'low' AND (%(behavior)s) = 'high' THEN 'hostage'
                 WHEN (%(attitude)s) IS NOT DISTINCT FROM 'low'
                  AND %(risk)s IN ('high', 'lapsed') THEN 'de_loyal'
                 WHEN %(recommends)s IS NOT NULL AND %(recommends)s >= %(promoter)s
                  AND ((%(behavior)s) = 'high' OR p.active_reference)
                 THEN 'supra_loyal'
                 ELSE 'plain' END
            """,
            count=column("purchase_count"),
            risk=column("churn_risk"),
            barrier=column("switching_barrier"),
            recommends=column("would_recommend"),
            behavior=behavior,
            attitude=attitude,
            high_barrier=company.switching_barrier_from,
            promoter=PROMOTER,
        )

    @api.depends(
        "loyalty_behavior", "loyalty_type", "supplier_loyalty", "attitude_score"
    )
    @api.depends_context("lang")
    def _compute_loyalty_words(self):
        for profile in self:
            profile.loyalty_words = "\n".join(LoyaltyWords(profile).sentences())
