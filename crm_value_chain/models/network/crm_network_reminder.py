import logging

from odoo import api, fields, models
from odoo.tools import SQL

from .network_roles import LIMITS

_logger = logging.getLogger(__name__)

BATCH = 200
REVIEW = "crm_value_chain.mail_activity_network_review"
MANAGER = "crm_value_chain.group_value_chain_manager"


# a part of its own of what a member does
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """Tells owners that a relationship is due for a review, or an agreement ends.

    Where nobody looks after a member, or who did has left, a manager is told.
    """

    _inherit = "crm.network.member"

    @api.model
    def _cron_remind(self):
        """Remind owners, batch by batch, until nothing is left or time runs out."""
        commit = self.env["ir.cron"]._commit_progress
        for reminder in (self._review_reminder(), self._agreement_reminder()):
            last = 0
            while rows := self._due(reminder, last):
                self._remind(reminder, rows)
                last = rows[-1]["id"]
                if not commit(len(rows), remaining=1):
                    return
        commit(remaining=0)

    @api.model
    def _review_reminder(self):
        """What is due when the day of a review has come."""
        return {
            "type": REVIEW,
            "table": "crm_network_member",
            "reminded": "review_reminded",
            "due": SQL(
                "SELECT m.id, m.id AS member_id, m.review_date AS day"
                "  FROM crm_network_member m"
                " WHERE m.review_date <= %s"
                "   AND m.review_reminded IS DISTINCT FROM m.review_date",
                fields.Date.today(),
            ),
        }

    @api.model
    def _agreement_reminder(self):
        """What is due when an agreement of a present role is about to end."""
        today = fields.Date.today()
        return {
            "type": "crm_value_chain.mail_activity_network_agreement",
            "table": "crm_network_role",
            "reminded": "agreement_reminded",
            "due": SQL(
                "SELECT r.id, r.member_id, r.agreement_until AS day"
                "  FROM crm_network_role r"
                " WHERE r.agreement_until <= %s"
                "   AND r.agreement_reminded IS DISTINCT FROM r.agreement_until"
                "   AND (r.date_to IS NULL OR r.date_to >= %s)",
                fields.Date.add(today, days=LIMITS.notice),
                today,
            ),
        }

    @api.model
    def _due(self, reminder, last=0):
        """The next rows of which nobody was reminded, with the owner if still here."""
        self.env.flush_all()
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT due.id, due.member_id, due.day, member.company_id,
                       owner.id AS user_id
                  FROM (%s) due
                  JOIN crm_network_member member ON member.id = due.member_id
                  LEFT JOIN res_users owner
                    ON owner.id = member.user_id AND owner.active
                 WHERE member.active AND due.id > %s
                 ORDER BY due.id LIMIT %s
                """,
                reminder["due"],
                last,
                BATCH,
            )
        )

    @api.model
    def _remind(self, reminder, rows):
        """Make the activities of some rows; one that fails is left out and logged."""
        try:
            with self.env.cr.savepoint():
                self._make_activities(reminder, rows)
        except Exception:
            if len(rows) == 1:
                _logger.exception(
                    "No reminder for the network member %s", rows[0]["member_id"]
                )
                return
            for row in rows:
                self._remind(reminder, [row])

    @api.model
    def _make_activities(self, reminder, rows):
        """Activities for those who answer; each row is noted as told."""
        rows = self._with_somebody_to_tell(rows)
        kind = self.env.ref(reminder["type"], raise_if_not_found=False)
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": row["member_id"],
                    "activity_type_id": kind.id if kind else False,
                    "summary": self._reminder_summary(reminder, row),
                    "note": kind.default_note if kind else False,
                    "date_deadline": max(row["day"], fields.Date.today()),
                    "user_id": row["user_id"],
                }
                for row in rows
            ]
        )
        self.env.execute_query(
            SQL(
                "UPDATE %(table)s SET %(reminded)s = due.day FROM"
                " (SELECT UNNEST(%(ids)s) AS id, UNNEST(%(days)s::date[]) AS day) due"
                " WHERE %(table)s.id = due.id RETURNING %(table)s.id",
                table=SQL.identifier(reminder["table"]),
                reminded=SQL.identifier(reminder["reminded"]),
                ids=[row["id"] for row in rows],
                days=[row["day"] for row in rows],
            )
        )
        self.env.invalidate_all()

    @api.model
    def _with_somebody_to_tell(self, rows):
        """Rows with the manager who answers where there is no owner, if any does."""
        unowned = {row["company_id"] for row in rows if not row["user_id"]}
        managers = {company: self._manager_of(company) for company in unowned}
        told = [
            row | {"user_id": row["user_id"] or managers[row["company_id"]]}
            for row in rows
        ]
        return [row for row in told if row["user_id"]]

    @api.model
    def _manager_of(self, company_id):
        """Id of the manager who has been with a company for the longest time."""
        managers = [
            ("all_group_ids", "in", self.env.ref(MANAGER).ids),
            ("company_ids", "in", company_id),
            ("share", "=", False),
        ]
        return self.env["res.users"].search(managers, order="id", limit=1).id

    def _plan_next_review(self):
        """Set the day of the next review, where nobody did."""
        today = fields.Date.today()
        due = self.filtered(lambda m: m.review_date and m.review_date <= today)
        due.review_date = fields.Date.add(today, months=LIMITS.review)

    @api.model
    def _reminder_summary(self, reminder, row):
        """What the activity says, in the language of whoever is told."""
        user = self.env["res.users"].browse(row["user_id"])
        env = self.with_context(lang=user.lang).env
        if reminder["reminded"] == "review_reminded":
            return env._("Review the relationship")
        return env._("The agreement ends on %s", fields.Date.to_string(row["day"]))
