import math

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, formatLang

RATES = ("retention_rate", "share_of_wallet", "climbed")
CALL = "mail.mail_activity_data_todo"
BEHIND = 0.1  # of the whole way: so much behind the plan is still on track


class CrmSegmentGoal(models.Model):
    """What a segment shall become until a day, and how far it is.

    The figures come from the snapshot of the last night. A straight line leads from
    the start to the target; who is behind it is off track, and the owner gets an
    activity.
    """

    _name = "crm.segment.goal"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Segment Goal"
    _order = "date_deadline, id"

    segment_id = fields.Many2one(
        "crm.segment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="segment_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    metric = fields.Selection(
        [
            ("customer_count", "Customers"),
            ("yearly_amount", "Value a year"),
            ("profit", "Profit"),
            ("retention_rate", "Retention rate"),
            ("share_of_wallet", "Share of wallet"),
            ("climbed", "Share that climbed the ladder"),
        ],
        required=True,
        default="yearly_amount",
        tracking=True,
        help="Value a year: untaxed amount of the last twelve months. Profit: since "
        "the first purchase, where known. Retention rate: of those who bought in the "
        "year before, who bought in the last one. Share that climbed: within twelve "
        "months.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        help="Gets an activity when the goal is off track.",
    )
    start_date = fields.Date(required=True, default=fields.Date.context_today)
    start_value = fields.Float(
        "Start",
        compute="_compute_start_value",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Figure on the first day: that of the last night, unless you know better.",
    )
    target_value = fields.Float("Target", required=True, tracking=True)
    date_deadline = fields.Date("Until", required=True, tracking=True)
    value = fields.Float("Now", readonly=True)
    value_date = fields.Date("Figure as of", readonly=True)
    progress = fields.Float(
        compute="_compute_progress", help="How much of the way from start to target."
    )
    expected_progress = fields.Float(
        "Planned",
        compute="_compute_progress",
        help="How much of the time has passed: a straight line to the target.",
    )
    state = fields.Selection(
        [
            ("new", "Not Measured yet"),
            ("on_track", "On Track"),
            ("off_track", "Off Track"),
            ("reached", "Reached"),
            ("missed", "Missed"),
        ],
        "Status",
        default="new",
        readonly=True,
        tracking=True,
    )
    summary = fields.Char(compute="_compute_summary")
    history = fields.Json(compute="_compute_history")

    _days_are_sane = models.Constraint(
        "CHECK (date_deadline > start_date)", "A goal ends after it begins."
    )

    @api.constrains("metric", "target_value", "start_value")
    def _check_values(self):
        for goal in self:
            values = (goal.target_value, goal.start_value)
            if not all(map(math.isfinite, values)):
                raise ValidationError(self.env._("A target is a number."))
            if goal.metric in RATES and not all(0 <= value <= 1 for value in values):
                raise ValidationError(self.env._("A rate lies between 0% and 100%."))
            if goal.metric != "profit" and goal.target_value < 0:
                raise ValidationError(self.env._("A target is not negative."))

    def write(self, vals):
        """Change goals, but not into such that the user may not see."""
        result = super().write(vals)
        self.check_access("write")
        return result

    @api.depends("segment_id", "metric")
    def _compute_start_value(self):
        figures = self._latest_figures()
        for goal in self:
            goal.start_value = goal._figure_in(figures.get(goal.segment_id)) or 0.0

    @api.depends("start_value", "target_value", "value", "value_date", "date_deadline")
    def _compute_progress(self):
        for goal in self:
            goal.progress = goal._progress_of(goal.value) if goal.value_date else 0.0
            goal.expected_progress = goal._planned(goal.value_date or goal.start_date)

    def _progress_of(self, value):
        """How much of the way a value is; a goal to keep what there is is all of it."""
        way = self.target_value - self.start_value
        if not way:
            return float(value >= self.target_value)
        return (value - self.start_value) / way

    def _planned(self, day):
        """Share of the time that has passed on a day."""
        if not (self.date_deadline and self.start_date):
            return 0.0
        days = (self.date_deadline - self.start_date).days
        passed = (day - self.start_date).days
        return min(max(passed / days, 0.0), 1.0) if days > 0 else 1.0

    @api.depends("segment_id", "metric", "target_value", "date_deadline")
    @api.depends_context("lang")
    def _compute_display_name(self):
        metrics = dict(self._fields["metric"]._description_selection(self.env))
        for goal in self:
            if not goal.segment_id:
                goal.display_name = False
                continue
            goal.display_name = self.env._(
                "%(segment)s: %(metric)s %(target)s",
                segment=goal.segment_id.name,
                metric=metrics.get(goal.metric, ""),
                target=goal._in_words(goal.target_value),
            )

    @api.depends("metric", "start_value", "value", "value_date", "target_value")
    @api.depends_context("lang")
    def _compute_summary(self):
        for goal in self:
            goal.summary = self.env._(
                "%(start)s → %(now)s → %(target)s",
                start=goal._in_words(goal.start_value),
                now=goal._in_words(goal.value) if goal.value_date else "?",
                target=goal._in_words(goal.target_value),
            )

    def _in_words(self, value):
        """A value of this goal's metric as people read it."""
        if self.metric in RATES:
            return f"{value:.0%}"
        if self.metric == "customer_count":
            return formatLang(self.env, value, digits=0)
        currency = self.currency_id or self.env.company.currency_id
        return format_amount(self.env, value, currency)

    @api.depends("segment_id", "metric", "start_value", "target_value")
    def _compute_history(self):
        """The metric at the end of each month, and the line from start to target."""
        snapshots = self.env["crm.portfolio.snapshot"].sudo()
        found = snapshots.search(
            [("segment_id", "in", self.segment_id.ids)], order="date"
        )
        of_segment = found.grouped("segment_id")
        for goal in self:
            ends = [
                (goal.start_date, goal.start_value),
                (goal.date_deadline, goal.target_value),
            ]
            actual = [
                (snapshot.date, goal._figure_in(snapshot))
                for snapshot in of_segment.get(goal.segment_id._origin, snapshots)
            ]
            goal.history = {
                "plan": _points(ends),
                "actual": _points(actual),
                "is_rate": goal.metric in RATES,
            }

    # ------------------------------------------------------------------
    # Night by night
    # ------------------------------------------------------------------

    def _latest_figures(self):
        """Last snapshot of each segment of these goals.

        :rtype: dict[recordset, recordset]
        """
        snapshots = self.env["crm.portfolio.snapshot"].sudo()
        rows = snapshots._read_group(
            [("segment_id", "in", self.segment_id.ids)], ["segment_id"], ["id:max"]
        )
        return {segment: snapshots.browse(last) for segment, last in rows}

    def _figure_in(self, snapshot):
        """This goal's metric in a snapshot of its segment; None if not known."""
        if not (snapshot and self.metric and self._may_read_metric()):
            return None
        if self.metric == "climbed":
            return snapshot.climbed_count / max(snapshot.customer_count, 1)
        unknown = snapshot.unknown_profit_count
        if self.metric == "profit" and 0 < unknown == snapshot.buyer_count:
            return None
        value = snapshot[self.metric]
        return None if value is False else value

    def _may_read_metric(self):
        """Whether the user may read this goal's metric, whose snapshots it may not."""
        snapshots = self.env["crm.portfolio.snapshot"]
        field = snapshots._fields.get(self.metric)
        return field is None or snapshots._has_field_access(field, "read")

    @api.model
    def _follow_up(self, company, as_of):
        """Measure the goals of a company after a night, and call owners to act."""
        goals = self.search(
            [
                ("company_id", "=", company.id),
                ("segment_id.active", "=", True),
                "|",
                ("value_date", "=", False),
                ("value_date", "<=", as_of),
            ]
        )
        goals = goals.filtered(
            lambda goal: goal.start_date <= as_of and not goal._is_over()
        )
        figures = goals._latest_figures()
        for goal in goals:
            value = goal._figure_in(figures.get(goal.segment_id))
            if value is not None:
                goal._measure(value, as_of)

    def _is_over(self):
        """Whether what became of this goal is settled."""
        return bool(self.value_date) and self.value_date >= self.date_deadline

    def _measure(self, value, as_of):
        """Take over the figure of a day, and what it means."""
        state = self._state_of(value, as_of)
        turned = state != self.state
        self.write({"value": value, "value_date": as_of, "state": state})
        if turned and state in ("off_track", "missed"):
            self._call_owner()
        elif turned:
            self.activity_unlink([CALL])

    def _state_of(self, value, as_of):
        progress = self._progress_of(value)
        if progress >= 1:
            return "reached"
        if as_of >= self.date_deadline:
            return "missed"
        behind = self._planned(as_of) - progress
        return "off_track" if behind > BEHIND else "on_track"

    def _call_owner(self):
        """Ask the owner to act; no figures, which not everybody may see."""
        if self.activity_search([CALL]):
            return
        summary = (
            self.env._("Goal missed: %s", self.segment_id.name)
            if self.state == "missed"
            else self.env._("Goal off track: %s", self.segment_id.name)
        )
        self.activity_schedule(
            CALL,
            user_id=self.user_id.id,
            summary=summary,
            note=self.env._(
                "The segment is behind the plan of its goal. Look at its customers and "
                "its strategy, or set a target that can be reached."
            ),
        )


def _points(pairs):
    """Points of a chart, of days and values that are known."""
    return [
        {"date": fields.Date.to_string(day), "value": value}
        for day, value in pairs
        if day and value is not None
    ]
