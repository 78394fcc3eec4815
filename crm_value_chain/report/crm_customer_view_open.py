from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..models.customer.crm_customer_view import name_of, of_people

EACH = 3  # of each kind of matter; how many more there are is told
OPEN_INVOICE = Domain("state", "=", "posted") & Domain(
    "payment_state", "in", ("not_paid", "partial")
)


# parts of the customer view that speak of several rooms
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    _inherit = "crm.customer.profile"

    def _view_parts(self):
        return [*super()._view_parts(), self._open_part()]

    def _open_part(self):
        """What waits for somebody: overdue first, then what is planned, then deals."""
        found = [
            self._overdue_invoices(),
            self._next_contact(),
            self._planned_activities(),
            self._planned_meetings(),
            self._open_quotations(),
            self._open_opportunities(),
        ]
        lines = [line for lines, _more in found for line in lines]
        return self._part(
            "open",
            self.env._("Open Matters"),
            25,
            lines,
            most=len(lines),
            more=sum(more for _lines, more in found),
            empty=self.env._("Nothing is open, and nothing is planned."),
            action="action_open_partner",
        )

    def _first_of(self, model, domain, order, told, tell):
        """Lines of the first records, and how many more there are.

        Nothing of a model that the user may not read.

        :param told: names of the fields that are told of each
        """
        records = self.env[model]
        if not records.has_access("read"):
            return [], 0
        company = Domain("company_id", "in", (self.company_id.id, False))
        found, more = self._first(records, Domain(domain) & company, order, told)
        lines = [{"model": model, "id": record.id, **tell(record)} for record in found]
        return lines, more

    @api.model
    def _first(self, records, domain, order, told):
        """The first records that meet a domain, and how many more do.

        The domain is asked once: to read it takes as long as what it asks for.
        """
        query = records._search(domain, order=order, limit=EACH + 1)
        found = records._fetch_query(query, [records._fields[name] for name in told])
        if len(found) <= EACH:
            return found, 0
        query.limit = query.order = None
        return found[:EACH], len(query) - EACH

    def _overdue_invoices(self):
        today = fields.Date.context_today(self)
        domain = (
            OPEN_INVOICE
            & of_people(self.partner_id)
            & Domain("move_type", "=", "out_invoice")
            & Domain("invoice_date_due", "<", today)
        )
        told = ["name", "amount_residual", "currency_id", "invoice_date_due"]
        order = "invoice_date_due, id"
        return self._first_of("account.move", domain, order, told, self._tell_invoice)

    def _tell_invoice(self, move):
        amount = format_amount(self.env, move.amount_residual, move.currency_id)
        days = (fields.Date.context_today(self) - move.invoice_date_due).days
        return {
            "text": self.env._("Overdue invoice %s", move.name),
            "detail": self.env._(
                "%(amount)s, for %(days)s days", amount=amount, days=days
            ),
            "tone": "danger",
        }

    def _open_quotations(self):
        domain = of_people(self.partner_id) & Domain("state", "in", ("draft", "sent"))
        told = ["name", "amount_untaxed", "currency_id", "validity_date"]
        order = "validity_date, id"
        return self._first_of("sale.order", domain, order, told, self._tell_quotation)

    def _tell_quotation(self, order):
        until = order.validity_date
        expired = bool(until) and until < fields.Date.context_today(self)
        told = {
            "amount": format_amount(self.env, order.amount_untaxed, order.currency_id),
            "day": until and format_date(self.env, until),
        }
        if not until:
            detail = told["amount"]
        elif expired:
            detail = self.env._("%(amount)s, expired on %(day)s", **told)
        else:
            detail = self.env._("%(amount)s, valid until %(day)s", **told)
        return {
            "text": self.env._("Quotation %s", order.name),
            "detail": detail,
            "tone": "warning" if expired else None,
        }

    def _open_opportunities(self):
        domain = of_people(self.partner_id) & Domain("stage_id.is_won", "=", False)
        told = ["name", "type", "stage_id", "expected_revenue", "company_id"]
        order = "date_deadline, id"
        return self._first_of("crm.lead", domain, order, told, self._tell_opportunity)

    def _tell_opportunity(self, lead):
        if lead.type == "lead":
            return {"text": lead.name, "detail": self.env._("lead")}
        amount = format_amount(self.env, lead.expected_revenue, lead.company_currency)
        return {
            "text": lead.name,
            "detail": self.env._(
                "opportunity in %(stage)s, %(amount)s",
                stage=lead.stage_id.name,
                amount=amount,
            ),
        }

    def _next_contact(self):
        """When the next contact is, however many are overdue."""
        day = self.next_contact_date
        if not day or day < fields.Date.context_today(self):
            return [], 0
        text = self.env._("Next contact on %s", format_date(self.env, day))
        return [{"text": text}], 0

    def _planned_activities(self):
        """Planned contacts of whoever plans them, the next one first."""
        domain = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", found)
            for model, found in self._their_documents()
        )
        if self.env["calendar.event"].has_access("read"):
            # told as a meeting
            meetings = self.env["calendar.event"]._search(self._meetings_to_come())
            domain &= Domain("calendar_event_id", "not in", meetings)
        told = ["summary", "activity_type_id", "date_deadline", "user_id"]
        told += ["res_model", "res_id"]
        plans = self.env["mail.activity"]
        if not plans.has_access("read"):
            return [], 0
        # who may read a document may read what is planned on it, which Odoo would
        # check again for each of all that there are
        order = "date_deadline, id"
        activities, more = self._first(plans.sudo(), domain, order, told)
        return [self._tell_activity(each) for each in activities], more

    def _their_documents(self):
        """Documents of the customer on which activities are planned, as queries."""
        paths = {
            "res.partner": of_people(self.partner_id, "id"),
            "crm.lead": of_people(self.partner_id),
            "sale.order": of_people(self.partner_id),
            "account.move": of_people(self.partner_id),
        }
        for model, domain in paths.items():
            records = self.env[model]
            if records.has_access("read"):
                yield (
                    model,
                    records._search(domain),
                )

    def _planned_meetings(self):
        """Meetings to come; Odoo hides what private ones of others are about."""
        meetings = self.env["calendar.event"]
        if not meetings.has_access("read"):
            return [], 0
        told = ["name", "start", "start_date", "user_id"]
        domain = self._meetings_to_come()
        found, more = self._first(meetings, domain, "start, id", told)
        return [self._tell_meeting(each) for each in found], more

    def _meetings_to_come(self):
        """Domain of the meetings that count as planned, see `_planned_contacts`."""
        of_customer = Domain("commercial_partner_id", "=", self.partner_id.id)
        coming = of_people(self.partner_id) & Domain("state", "!=", "declined")
        ours = SQL("SELECT id FROM res_users WHERE company_id = %s", self.company_id.id)
        return (
            Domain("start", ">", self.env.cr.now())
            & Domain("partner_ids", "any!", of_customer)
            & Domain("attendee_ids", "any!", coming)
            & (Domain("user_id", "=", False) | Domain("user_id", "in", ours))
        )

    def _tell_meeting(self, meeting):
        begins = fields.Datetime.context_timestamp(self, meeting.start)
        day = format_date(self.env, meeting.start_date or begins.date())
        who = name_of(meeting.user_id)
        return {
            "model": meeting._name,
            "id": meeting.id,
            "text": self.env._("%(what)s on %(day)s", what=meeting.name, day=day),
            "detail": who and self.env._("planned by %s", who),
        }

    def _tell_activity(self, activity):
        late = activity.date_deadline < fields.Date.context_today(self)
        what = activity.summary or activity.activity_type_id.name
        day = format_date(self.env, activity.date_deadline)
        who = name_of(activity.user_id)
        return {
            "model": activity.res_model,
            "id": activity.res_id,
            "text": self.env._("%(what)s on %(day)s", what=what, day=day),
            "detail": who and self.env._("planned by %s", who),
            "tone": "warning" if late else None,
        }
