import logging

from odoo import api, fields, models
from odoo.fields import Domain

from .crm_treatment import OPEN_GOAL

_logger = logging.getLogger(__name__)

NOTICE = 30  # days before a treatment ends
AT_ONCE = 200
REMINDED = ("reminder_id", "reminded_on")  # what nobody but the reminders says


# an idea of its own: that nothing agreed is forgotten
# pylint: disable=consider-merging-classes-inherited
class CrmTreatment(models.Model):
    """Reminds people of goals that are overdue and of treatments about to end.

    A reminder is an activity with the customer, one for each turn of events.
    """

    _inherit = "crm.treatment"

    reminder_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    reminded_on = fields.Date(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Make treatments of which nobody was reminded yet, whoever says so."""
        return super().create([self._without_reminder(vals) for vals in vals_list])

    def write(self, vals):
        """Change treatments, but not of what people were reminded."""
        return super().write(self._without_reminder(vals))

    @api.model
    def _without_reminder(self, vals):
        """Values without a reminder: it is deleted as superuser, see below."""
        if self.env.su:
            return vals
        return {name: vals[name] for name in vals if name not in REMINDED}

    @api.model
    def _cron_remind(self):
        """End what is over, then remind of what is due, batch by batch."""
        commit = self.env["ir.cron"]._commit_progress
        for domain, work in ((self._over(), "_end"), (self._due(), "_remind")):
            last = 0
            while found := self.search(
                domain & Domain("id", ">", last), order="id", limit=AT_ONCE
            ):
                found._do(work)
                last = found[-1].id
                if not commit(len(found), remaining=1):
                    return
        commit(remaining=0)

    def _do(self, work):
        """Call a method of these treatments; one that fails is left out and logged."""
        try:
            with self.env.cr.savepoint():
                getattr(self, work)()
        except Exception:
            if len(self) == 1:
                _logger.exception("The treatment %s was left as it is", self.id)
                return
            for treatment in self:
                treatment._do(work)

    @api.model
    def _over(self):
        """Domain of the treatments whose last day has passed."""
        over = Domain("date_until", "<", fields.Date.today())
        return Domain("state", "=", "active") & over

    @api.model
    def _end_what_is_over(self):
        """End all treatments whose last day has passed."""
        self.search(self._over())._end()

    @api.model
    def _remind_of_what_is_due(self):
        """Remind of all that is due."""
        self.search(self._due())._remind()

    def _end(self):
        self.write({"state": "ended"})

    @api.model
    def _due(self):
        """Domain of overdue goals, and of what ends soon, that nobody knows of."""
        today = fields.Date.today()
        soon = fields.Date.add(today, days=NOTICE)
        overdue = Domain("goal_state", "=", OPEN_GOAL)
        overdue &= Domain("date_deadline", "<", today)
        ending = Domain("date_until", ">=", today) & Domain("date_until", "<=", soon)
        unknown = Domain("state", "=", "active") & Domain("reminded_on", "=", False)
        return unknown & (overdue | ending)

    def _withdraw_reminders(self):
        """Delete the reminders of what has changed; the next night looks again."""
        reminded = self.sudo().filtered("reminded_on")
        reminded.reminder_id.filtered("active").unlink()
        reminded.reminded_on = False

    def _remind(self):
        """Plan an activity with the customer of each, for whoever is responsible."""
        told = [(each, user) for each in self if (user := each._who_is_reminded())]
        reminders = self._make_reminders(told)
        for (treatment, _user), reminder in zip(told, reminders, strict=True):
            treatment.reminder_id = reminder
        self.reminded_on = fields.Date.today()

    @api.model
    def _make_reminders(self, told):
        """Activities that tell users of treatments, in order."""
        todo = "mail.mail_activity_data_todo"
        kind = self.env.ref(todo, raise_if_not_found=False)
        activities = self.env["mail.activity"]
        activities = activities.with_context(mail_activity_quick_update=True)
        model_id = self.env["ir.model"]._get_id("res.partner")
        return activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": treatment.partner_id.id,
                    "activity_type_id": kind.id if kind else False,
                    "summary": treatment._reminder_in_words(user),
                    "note": treatment.reason,
                    "date_deadline": fields.Date.today(),
                    "user_id": user.id,
                }
                for treatment, user in told
            ]
        )

    def _who_is_reminded(self):
        """Who sees to a treatment, else to the customer; nobody who left."""
        users = (self.responsible_id, self.partner_id.user_id, self.user_id)
        return next((user for user in users if user.active), None)

    def _reminder_in_words(self, user):
        env = self.with_context(lang=user.lang).env
        if self.is_overdue:
            return env._("Goal overdue: %s", self.name)
        return env._("Ends soon: %s", self.name)
