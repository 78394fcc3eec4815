from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..customer.known_field import KnownInteger

METRICS = [
    ("satisfaction", "Satisfaction"),
    ("recommendation", "Recommendation"),
    ("commitment", "Commitment"),
    ("switching_barrier", "Switching Barrier"),
]


class CrmCustomerAttitude(models.Model):
    """What a customer thought of us on a day, on a scale from 0 to 10.

    The newest entry of a metric that is not too old is what the profile shows.
    """

    _name = "crm.customer.attitude"
    _inherit = ["crm.customer.fact"]
    _description = "Customer Attitude"
    _order = "date desc, id desc"
    _rec_name = "metric"

    date = fields.Date(required=True, default=fields.Date.context_today)
    metric = fields.Selection(
        METRICS,
        "What",
        required=True,
        default="satisfaction",
        help="Satisfaction: with us. Recommendation: how likely to recommend us. "
        "Commitment: how much the customer wants to stay with us. Switching barrier: "
        "how hard it would be to go to somebody else.",
    )
    score = KnownInteger(
        required=True, aggregator="avg", help="From 0, not at all, to 10, very much."
    )
    source = fields.Selection(
        [
            ("conversation", "Conversation"),
            ("survey", "Survey"),
            ("rating", "Rating"),
            ("import", "Import"),
            ("other", "Other"),
        ],
        required=True,
        default="conversation",
    )
    note = fields.Char(help="What the customer said.")

    _score_is_sane = models.Constraint(
        "CHECK (score BETWEEN 0 AND 10)",
        "The score of an attitude lies between 0 and 10.",
    )
    _day = models.Index("(company_id, date)")

    @api.constrains("date")
    def _check_date(self):
        if self._learned_in_future():
            raise ValidationError(
                self.env._("Nobody knows yet what a customer will think in the future.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Note attitudes; the customers are placed anew at once."""
        entries = super().create(vals_list)
        entries.profile_id.sudo()._learn_attitudes()
        return entries

    def write(self, vals):
        """Correct attitudes; the customers are placed anew at once."""
        profiles = self.profile_id
        result = super().write(vals)
        (profiles | self.profile_id).sudo()._learn_attitudes()
        return result

    def unlink(self):
        profiles = self.profile_id
        result = super().unlink()
        profiles.sudo()._learn_attitudes()
        return result
