from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..customer.known_field import KnownFloat, KnownInteger

MOST_IMPORTANT = 5
FULLY_MET = 10


class CrmCustomerNeed(models.Model):
    """A need of a customer: how much it matters, how we know, how well it is met."""

    _name = "crm.customer.need"
    _inherit = ["crm.customer.fact"]
    _description = "Customer Need"
    _order = "importance desc, id"
    _rec_name = "need_id"
    _check_company_auto = True

    need_id = fields.Many2one(
        "crm.need", required=True, index=True, ondelete="restrict", check_company=True
    )
    importance = fields.Integer(
        default=3,
        required=True,
        aggregator="avg",
        help="From 1, nice to have, to 5, decides.",
    )
    source = fields.Selection(
        [
            ("conversation", "Conversation"),
            ("survey", "Survey"),
            ("observed", "Observed"),
            ("inferred", "Inferred"),
            ("other", "Other"),
        ],
        default="conversation",
        required=True,
        help="How we know. Inferred: from what the customer buys or does.",
    )
    date = fields.Date(
        "Known since",
        default=fields.Date.context_today,
        required=True,
        help="Day on which we learned, or last made sure, of the need.",
    )
    met = KnownInteger(
        "How Well Met",
        aggregator="avg",
        help="From 0, not at all, to 10, fully, as the customer sees it. Empty: not "
        "known.",
    )
    gap = KnownFloat(
        compute="_compute_gap",
        store=True,
        aggregator="avg",
        help="Importance times the share of the need that is not met: 5 where a need "
        "that decides is not met at all. Empty where nobody knows how well it is met.",
    )
    note = fields.Char(help="In the customer's words.")
    segment_id = fields.Many2one(related="profile_id.segment_id")

    _need_unique = models.UniqueIndex(
        "(profile_id, need_id)", "The customer has this need already: change it there."
    )
    _importance_is_sane = models.Constraint(
        f"CHECK (importance BETWEEN 1 AND {MOST_IMPORTANT})",
        "The importance of a need lies between 1, nice to have, and 5, decides.",
    )
    _met_is_sane = models.Constraint(
        f"CHECK (met BETWEEN 0 AND {FULLY_MET})",
        "How well a need is met lies between 0, not at all, and 10, fully. Leave it "
        "empty if nobody knows.",
    )

    @api.depends("importance", "met")
    def _compute_gap(self):
        for fact in self:
            known = fact.met is not False
            unmet = known and (FULLY_MET - fact.met) / FULLY_MET
            fact.gap = fact.importance * unmet if known else False

    @api.constrains("date")
    def _check_date(self):
        if self._learned_in_future():
            raise ValidationError(
                self.env._("We learned of a need in the past, not in the future.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Note needs; rules that ask for them place the customers anew."""
        facts = super().create(vals_list)
        facts.profile_id._know_needs_anew()
        return facts

    def write(self, vals):
        """Change needs; rules that ask for them place the customers anew."""
        profiles = self.profile_id
        result = super().write(vals)
        if vals.keys() & {"profile_id", "need_id"}:
            (profiles | self.profile_id)._know_needs_anew()
        return result

    def unlink(self):
        """Forget needs; rules that ask for them place the customers anew."""
        profiles = self.profile_id
        result = super().unlink()
        profiles._know_needs_anew()
        return result

    @api.model
    def _about(self):
        return "need_id"

    @api.model
    def _remarks(self):
        return ("note",)

    def _learn_from(self, double):
        if self.met is False:
            self.met = double.met
        return super()._learn_from(double)

    def action_open_customers(self):
        """Open the customers whose needs these are."""
        profiles = self.profile_id
        name = self.env._("Customers with These Needs")
        return profiles._action_open(name, [("id", "in", profiles.ids)])

    def _in_words(self):
        """Importance and how well the need is met, in a line."""
        self.ensure_one()
        if self.met is False:
            return self.env._(
                "importance %(importance)s of %(most)s · how well met is not known",
                importance=self.importance,
                most=MOST_IMPORTANT,
            )
        return self.env._(
            "importance %(importance)s of %(most)s · met %(met)s of %(full)s",
            importance=self.importance,
            most=MOST_IMPORTANT,
            met=self.met,
            full=FULLY_MET,
        )
