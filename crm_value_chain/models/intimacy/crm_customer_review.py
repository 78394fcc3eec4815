from odoo import api, fields, models
from odoo.exceptions import ValidationError

QUESTIONS = ("recommendations", "solution", "more", "news")
SWOT = ("strengths", "weaknesses", "opportunities", "threats")


class CrmCustomerReview(models.Model):
    """A review meeting with a customer: four questions, and how it sees us."""

    _name = "crm.customer.review"
    _inherit = ["crm.customer.fact"]
    _description = "Review Meeting"
    _order = "date desc, id desc"
    _rec_name = "profile_id"

    date = fields.Date(required=True, default=fields.Date.context_today)
    people = fields.Char("With Whom", help="Who of the customer took part.")
    recommendations = fields.Text("How do our recommendations work out?")
    solution = fields.Text("How does the solution measure up?")
    more = fields.Text("What else can we do?")
    news = fields.Text("What else came up since we met?")
    strengths = fields.Text(help="What the customer thinks we are good at.")
    weaknesses = fields.Text(help="What the customer thinks we are bad at.")
    opportunities = fields.Text(help="What would bring us more of its business.")
    threats = fields.Text(help="What would make it turn away from us.")
    next_date = fields.Date("Next Review")
    segment_id = fields.Many2one(related="profile_id.segment_id")

    _days_in_order = models.Constraint(
        "CHECK (next_date > date)", "The next review comes after this one."
    )

    @api.constrains("date")
    def _check_date(self):
        if self._learned_in_future():
            raise ValidationError(
                self.env._(
                    "What was said is noted after the meeting. Plan a meeting in the "
                    "calendar."
                )
            )

    @api.constrains("date", *QUESTIONS, *SWOT)
    def _check_answers(self):
        for review in self:
            answers = (review[name] for name in (*QUESTIONS, *SWOT))
            if not any((answer or "").strip() for answer in answers):
                raise ValidationError(
                    self.env._("Note at least one answer of the customer.")
                )
