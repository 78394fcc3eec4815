from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .score_sentences import ScoreSentences

COMPARISONS = {"<": SQL("<"), ">": SQL(">"), "<=": SQL("<="), ">=": SQL(">=")}
MOST_AT_ONCE = 500  # as many as Odoo's wizard takes


# each stage of the value chain adds its own fields, in its own folder
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Whom to call today: the customers at risk with nobody taking care of them."""

    _inherit = "crm.customer.profile"

    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    last_activity_date = fields.Date(
        "Last Activity",
        compute="_compute_activity_dates",
        help="Day of the last activity that was done with the customer.",
    )
    planned_activity_date = fields.Date(
        "Planned on",
        compute="_compute_activity_dates",
        search="_search_planned_activity_date",
        help="Day of the next activity that is planned with the customer.",
    )

    @api.model
    def _activities_sql(self):
        """Table expression of activities with customers, their people and leads."""
        self.env["mail.activity"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["crm.lead"].flush_model(["partner_id"])
        return SQL(
            """
            (SELECT a.active, a.date_done, a.date_deadline,
                    contact.commercial_partner_id AS customer_id
               FROM mail_activity a
               LEFT JOIN crm_lead lead
                 ON a.res_model = 'crm.lead' AND lead.id = a.res_id
               JOIN res_partner contact ON contact.id = CASE a.res_model
                    WHEN 'res.partner' THEN a.res_id ELSE lead.partner_id END
            ) activity
            """
        )

    @api.depends("partner_id")
    def _compute_activity_dates(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT activity.customer_id,
                       MAX(activity.date_done),
                       MIN(activity.date_deadline) FILTER (WHERE activity.active)
                  FROM %s
                 WHERE activity.customer_id = ANY(%s)
                 GROUP BY activity.customer_id
                """,
                self._activities_sql(),
                self.partner_id.ids,
            )
        )
        dates = {customer: (done, planned) for customer, done, planned in rows}
        for profile in self:
            profile.last_activity_date, profile.planned_activity_date = dates.get(
                profile.partner_id.id, (False, False)
            )

    @api.model
    def _search_planned_activity_date(self, operator, value):
        if operator == "in" and set(value) == {False}:
            return Domain.custom(to_sql=self._nothing_planned_sql)
        if operator != "in" and operator not in COMPARISONS:
            return NotImplemented

        def to_sql(model, alias, query):
            day = model._planned_day_sql(alias)
            if operator != "in":
                return SQL("%s %s %s", day, COMPARISONS[operator], value)
            days = [each for each in value if each]
            known = SQL("%s = ANY(%s::date[])", day, days)
            return (
                known if False not in value else SQL("(%s OR %s IS NULL)", known, day)
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _planned_day_sql(self, alias):
        """Day of the next activity that is planned with a customer."""
        return SQL(
            "(SELECT MIN(activity.date_deadline) FROM %s"
            " WHERE activity.active AND activity.customer_id = %s)",
            self._activities_sql(),
            SQL.identifier(alias, "partner_id"),
        )

    @api.model
    def _nothing_planned_sql(self, model, alias, query):
        planned = SQL(
            "(SELECT activity.customer_id FROM %s"
            " WHERE activity.active AND activity.customer_id IS NOT NULL)",
            self._activities_sql(),
        )
        return SQL("%s NOT IN %s", SQL.identifier(alias, "partner_id"), planned)

    @api.model
    def action_call_today(self):
        """Open the list of whom to call; own customers first, where there are some."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_customer_call_action"
        )
        own = Domain("user_id", "=", self.env.uid)
        filters = {
            "search_default_at_risk": 1,
            "search_default_nothing_planned": 1,
            "search_default_my_customers": bool(self.search_count(own, limit=1)),
        }
        return action | {"context": {**self.env.context, **filters}}

    def action_schedule_call(self):
        """Plan a call with each of these customers, by Odoo's own dialog.

        :raises UserError: if there are more than the dialog takes
        """
        self.check_access("read")
        if len(self.partner_id) > MOST_AT_ONCE:
            raise UserError(
                self.env._(
                    "Schedule activities of at most %s customers at once.", MOST_AT_ONCE
                )
            )
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Schedule a Call"),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_id": self.partner_id[:1].id,
                "active_ids": self.partner_id.ids,
                "default_activity_type_id": call.id if call else False,
                "default_summary": self._call_summary(),
                "default_date_deadline": fields.Date.context_today(self),
                "dialog_size": "large",
            },
        }

    def _call_summary(self):
        """Why to call, short: of one customer its rhythm."""
        scorer = self._scored_by() if len(self) == 1 else None
        if not scorer:
            return self.env._("Win back")
        return ScoreSentences(self, scorer).gap()
