import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

from ..customer.known_field import KnownFloat

KINDS = [
    ("proposition", "Value Proposition"),
    ("terms", "Special Terms"),
    ("service_level", "Service Level"),
    ("goal", "Agreed Goal"),
    ("other", "Other"),
]
OPEN_GOAL = "agreed"


class CrmTreatment(models.Model):
    """What we do differently for a customer, since when and why.

    One that is over is ended, not deleted: what we did for a customer is part of the
    story.
    """

    _name = "crm.treatment"
    _inherit = ["crm.customer.fact"]
    _description = "Customer Treatment"
    _order = "state, date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char("What We Do", required=True)
    kind = fields.Selection(KINDS, required=True, default="other", index=True)
    description = fields.Text()
    reason = fields.Char(
        "Why",
        required=True,
        help="What we know of the customer that makes it worth while.",
    )
    state = fields.Selection(
        [("active", "Active"), ("ended", "Ended")],
        "Status",
        required=True,
        default="active",
        readonly=True,
        copy=False,
    )
    date_from = fields.Date("Since", required=True, default=fields.Date.context_today)
    date_until = fields.Date(
        "Until", copy=False, help="Last day. Empty: until somebody ends it."
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Sees to it, and is reminded.",
    )
    proposition_id = fields.Many2one(
        "crm.value.proposition",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    segment_id = fields.Many2one(related="profile_id.segment_id")

    measure = fields.Char(
        "Measured By", help="What the promise or the goal is read from."
    )
    start = KnownFloat(
        "At the Beginning",
        aggregator=None,
        help="Where the goal set out from. Empty: from zero.",
    )
    target = KnownFloat(aggregator=None)
    unit = fields.Char(help="hours, %, orders …")
    now = KnownFloat("Reached by Now", aggregator=None)
    progress = KnownFloat(
        compute="_compute_progress",
        aggregator=None,
        help="Part of the way from the beginning to the target that is done, in %.",
    )
    our_wish = fields.Char("What We Want")
    their_wish = fields.Char("What the Customer Wants")
    date_deadline = fields.Date("Deadline")
    goal_state = fields.Selection(
        [
            (OPEN_GOAL, "Agreed"),
            ("reached", "Reached"),
            ("missed", "Missed"),
            ("dropped", "Dropped"),
        ],
        "Goal",
        compute="_compute_goal_state",
        store=True,
        readonly=False,
    )
    target_in_words = fields.Char("Target in Words", compute="_compute_target_in_words")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    is_coming = fields.Boolean(
        compute="_compute_is_coming", help="It begins on a day to come."
    )

    _days_in_order = models.Constraint(
        "CHECK (date_until >= date_from)",
        "A treatment ends on the day it begins, or later: look at the dates.",
    )
    _deadline_in_order = models.Constraint(
        "CHECK (date_deadline >= date_from)",
        "The deadline of a goal is the day on which it was agreed, or later: look at "
        "the dates.",
    )

    @api.depends("kind")
    def _compute_goal_state(self):
        """Only goals have one; a new one is agreed."""
        for treatment in self:
            is_goal = treatment.kind == "goal"
            treatment.goal_state = is_goal and (treatment.goal_state or OPEN_GOAL)

    @api.depends("kind", "start", "target", "now", "goal_state")
    def _compute_progress(self):
        for treatment in self:
            treatment.progress = treatment._progress()

    def _progress(self):
        """Percentage of the way that is done; False where it is not known."""
        if self.kind != "goal":
            return False
        if self.goal_state == "reached":
            return 100.0
        if self.target is False or self.now is False:
            return False
        way = self.target - (self.start or 0.0)
        if not way:
            return False
        return 100 * min(max((self.now - (self.start or 0.0)) / way, 0.0), 1.0)

    @api.depends("kind", "date_deadline", "goal_state", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for treatment in self:
            treatment.is_overdue = bool(
                treatment._is_open_goal()
                and treatment.date_deadline
                and treatment.date_deadline < today
            )

    @api.depends("state", "date_from")
    def _compute_is_coming(self):
        today = fields.Date.context_today(self)
        for treatment in self:
            treatment.is_coming = (
                treatment.state == "active"
                and bool(treatment.date_from)
                and treatment.date_from > today
            )

    def _is_open_goal(self):
        return self.state == "active" and self.goal_state == OPEN_GOAL

    @api.depends("kind", "measure", "target", "unit")
    @api.depends_context("lang")
    def _compute_target_in_words(self):
        for treatment in self:
            target = treatment.target
            amount = [
                target is not False and _number(self.env, target),
                treatment.unit,
            ]
            # a goal is something to count; the measure of a promise reads on:
            # "Answer to a complaint within 4 hours"
            treatment.target_in_words = (
                ": " if treatment.kind == "goal" else " "
            ).join(filter(None, [treatment.measure, " ".join(filter(None, amount))]))

    # ------------------------------------------------------------------
    # What can be said of a treatment
    # ------------------------------------------------------------------

    @api.constrains("name", "reason")
    def _check_words(self):
        for treatment in self:
            if not (treatment.name or "").strip():
                raise ValidationError(self.env._("Say what we do for the customer."))
            if not (treatment.reason or "").strip():
                raise ValidationError(
                    self.env._("Say why we do “%s” for the customer.", treatment.name)
                )

    @api.constrains("kind", "proposition_id")
    def _check_proposition(self):
        for treatment in self:
            if treatment.kind == "proposition" and not treatment.proposition_id:
                raise ValidationError(
                    self.env._("Choose the value proposition of “%s”.", treatment.name)
                )

    @api.constrains("kind", "date_deadline", "start", "target", "now")
    def _check_goal(self):
        for treatment in self:
            numbers = [treatment[name] for name in ("start", "target", "now")]
            known = [number for number in numbers if number is not False]
            if not all(map(math.isfinite, known)):
                raise ValidationError(self.env._("Enter a number, please."))
            if treatment.kind != "goal":
                continue
            if not treatment.date_deadline:
                raise ValidationError(
                    self.env._(
                        "Until when do you want to reach “%s”? Give a deadline.",
                        treatment.name,
                    )
                )
            if treatment.target is not False and treatment.target == (
                treatment.start or 0.0
            ):
                raise ValidationError(
                    self.env._(
                        "The goal “%s” is where it begins: give another target.",
                        treatment.name,
                    )
                )

    # ------------------------------------------------------------------
    # Ending
    # ------------------------------------------------------------------

    def write(self, vals):
        """Change treatments; what people were reminded of may be settled by that."""
        result = super().write(vals)
        if vals.keys() & {"state", "goal_state", "date_until", "date_deadline"}:
            self._withdraw_reminders()
        return result

    def action_end(self):
        """End these treatments today."""
        today = fields.Date.context_today(self)
        for treatment in self.filtered(lambda each: each.state == "active"):
            last = max(treatment.date_from, today)
            until = min(treatment.date_until or last, last)
            treatment.write({"state": "ended", "date_until": until})

    def action_resume(self):
        """Take up again what was ended."""
        self.write({"state": "active", "date_until": False})

    def action_reached(self):
        """The goal is reached."""
        self._decide("reached")

    def action_missed(self):
        """The goal is missed."""
        self._decide("missed")

    def action_dropped(self):
        """Nobody pursues the goal any more."""
        self._decide("dropped")

    def action_agreed(self):
        """The goal is pursued again."""
        self._decide(OPEN_GOAL)

    def _decide(self, goal_state):
        self.filtered(lambda each: each.kind == "goal").goal_state = goal_state

    @api.model
    def _is_in_force(self):
        """Domain of the treatments in force today."""
        today = fields.Date.context_today(self)
        open_end = Domain("date_until", "=", False) | Domain("date_until", ">=", today)
        begun = Domain("state", "=", "active") & Domain("date_from", "<=", today)
        return begun & open_end

    @api.model
    def _in_force_today(self):
        """SQL condition that the treatment `t` is in force, as `_is_in_force`."""
        return SQL(
            "t.state = 'active' AND t.date_from <= %(today)s"
            " AND (t.date_until IS NULL OR t.date_until >= %(today)s)",
            today=fields.Date.context_today(self),
        )


def _number(env, value):
    """A number without digits that say nothing."""
    return formatLang(env, value, digits=0 if value == int(value) else 2)
