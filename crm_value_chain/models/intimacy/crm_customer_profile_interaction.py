from datetime import datetime, time

from pytz import UTC

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_relationship_interaction_documents import ACTIVITY_DOCUMENTS

SILENT_DAYS = 90
# days from the one that is compared with until the day from which on it counts
SINCE = {">=": 0, "<": 0, ">": 1, "<=": 1}
COMPARISONS = {"<": SQL("<"), ">": SQL(">"), "<=": SQL("<="), ">=": SQL(">=")}


# when there was contact, and when there will be, is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmCustomerProfile(models.Model):
    """Interact: when did we speak, when do we speak next, and how does it suit."""

    _inherit = "crm.customer.profile"

    last_interaction_date = fields.Date(
        "Last Interaction",
        compute="_compute_last_interaction_date",
        search="_search_last_interaction_date",
        help="Day of the last exchange with the customer or one of its people.",
    )
    is_silent = fields.Boolean(
        "No Contact for 90 Days",
        compute="_compute_is_silent",
        search="_search_is_silent",
        help="No e-mail, call, meeting, order or invoice for 90 days, or ever.",
    )
    next_contact_date = fields.Date(
        "Next Contact",
        compute="_compute_next_contact_date",
        search="_search_next_contact_date",
        help="Day of the next activity or meeting planned with the customer, on its "
        "opportunities, quotations and invoices too. Where nothing is planned from "
        "today on, the day of what is overdue.",
    )
    consent_warning = fields.Char(
        "Refused",
        compute="_compute_consent_warning",
        help="Who of the customer's people refused to be contacted, and how.",
    )

    # ------------------------------------------------------------------
    # The last interaction
    # ------------------------------------------------------------------

    @api.depends("partner_id")
    @api.depends_context("tz")
    def _compute_last_interaction_date(self):
        interactions = self.env["crm.relationship.interaction"].sudo()
        for company, profiles in self.grouped("company_id").items():
            known = Domain(
                "commercial_partner_id", "in", profiles.partner_id.ids
            ) & Domain("company_id", "in", [company.id, False])
            days = dict(
                interactions._read_group(known, ["commercial_partner_id"], ["date:max"])
            )
            for profile in profiles:
                last = days.get(profile.partner_id.sudo())
                profile.last_interaction_date = (
                    last and fields.Datetime.context_timestamp(self, last).date()
                )

    @api.model
    def _silent_since(self):
        """The first of the days on which there was nothing with who is silent."""
        today = fields.Date.context_today(self)
        return fields.Date.subtract(today, days=SILENT_DAYS)

    @api.depends("last_interaction_date")
    @api.depends_context("tz")
    def _compute_is_silent(self):
        since = self._silent_since()
        for profile in self:
            last = profile.last_interaction_date
            profile.is_silent = not last or last < since

    @api.model
    def _search_is_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        since = self._silent_since()
        spoken = Domain("last_interaction_date", ">=", since)
        if True not in value:
            return spoken
        lately = SQL(">= %s", self._midnight(since))
        return Domain.custom(
            to_sql=self._without(lambda alias: self._interacting(alias, lately))
        )

    @api.model
    def _interacting(self, alias, since=None):
        """Condition that there was an exchange with the customer of a profile.

        :param str alias: of the profile
        :param SQL since: comparison of the day, such as ``>= DATE '2020-01-01'``
        """
        interactions = self.env["crm.relationship.interaction"].sudo()
        self.env.flush_all()
        if self.env.context.get("value_chain_few"):
            return SQL(
                "(%s)",
                SQL(" OR ").join(
                    SQL(
                        """
                        EXISTS (SELECT FROM %s
                                 WHERE i.commercial_partner_id = %s AND %s
                                   AND COALESCE(i.company_id = %s, TRUE))
                        """,
                        source,
                        SQL.identifier(alias, "partner_id"),
                        SQL("i.date %s", since) if since else SQL("TRUE"),
                        SQL.identifier(alias, "company_id"),
                    )
                    for source in reversed(interactions._each_source())
                ),
            )
        # of equalities alone the database makes a hash where many customers are asked
        return SQL(
            """
            EXISTS (SELECT FROM (%s) i
                      JOIN res_company c
                        ON c.id = i.company_id OR i.company_id IS NULL
                     WHERE i.commercial_partner_id = %s AND c.id = %s AND %s)
            """,
            interactions._interactions(),
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
            SQL("i.date %s", since) if since else SQL("TRUE"),
        )

    @api.model
    def _search_last_interaction_date(self, operator, value):
        """Found by whether there was an exchange since a day, which indexes tell."""
        if operator == "in":
            return self._in_days(value, self._interacting, self._last_spoken_sql)
        if operator not in SINCE:
            return NotImplemented
        # from midnight on, or for what is after a day, from the next midnight on
        since = fields.Date.add(fields.Date.to_date(value), days=SINCE[operator])

        def to_sql(model, alias, query):
            lately = model._interacting(alias, SQL(">= %s", model._midnight(since)))
            if operator in (">", ">="):
                return lately
            return SQL("(%s AND NOT %s)", model._interacting(alias), lately)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _last_spoken_sql(self, days):
        """Query of the profiles with whom the last exchange was on one of some days."""
        self.env.flush_all()
        return SQL(
            """
            SELECT profile.id
              FROM (%(interactions)s) i
              JOIN crm_customer_profile profile
                ON profile.partner_id = i.commercial_partner_id
               AND COALESCE(i.company_id = profile.company_id, TRUE)
             WHERE i.date >= %(since)s
             GROUP BY profile.id
            HAVING %(day)s = ANY(%(days)s::date[])
            """,
            interactions=self.env["crm.relationship.interaction"]._interactions(),
            since=self._midnight(min(days)),
            day=self._day_of(SQL("MAX(i.date)")),
            days=days,
        )

    @api.model
    def _in_days(self, value, known, on_days):
        """Domain of the profiles whose date is one of some days, or none.

        :param value: days, and False for none
        :param known: what says in SQL that a profile has a date, by its alias
        :param on_days: what queries the profiles whose date is one of a list
        """
        days = [fields.Date.to_date(day) for day in value if day]
        found = Domain.FALSE
        if len(days) < len(value):
            found |= Domain.custom(to_sql=self._without(known))
        if days:
            found |= Domain("id", "in", on_days(days))
        return found

    @api.model
    def _midnight(self, day):
        """When a day begins for who looks, as a moment in UTC."""
        begins = self.env.tz.localize(datetime.combine(day, time.min))
        return begins.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _day_of(self, moment):
        """The day on which something was for who looks.

        :param SQL moment: the moment in UTC, which may be none
        """
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, str(self.env.tz)
        )

    @api.model
    def _without(self, condition):
        """What says in SQL that a condition on the profile does not hold.

        Not as "NOT EXISTS", of which the database makes a join of all with all.
        """

        def to_sql(model, alias, query):
            return SQL("(%s) IS NOT TRUE", condition(alias))

        return to_sql

    # ------------------------------------------------------------------
    # The next contact
    # ------------------------------------------------------------------

    @api.model
    def _planned_contacts(self):
        """Query of what is planned: ``customer_id, company_id, date``. A hook.

        Begins with the contact, so that those of one customer are found by indexes.
        A meeting that the customer declined is none, as in the interactions.
        """
        self.env.flush_all()
        plans = [
            SQL(
                """
                SELECT contact.commercial_partner_id AS customer_id,
                       about.company_id,
                       activity.date_deadline AS date
                  FROM res_partner contact
                  JOIN %(table)s about ON %(contact)s = contact.id
                  JOIN mail_activity activity
                    ON activity.res_model = %(model)s AND activity.res_id = about.id
                 WHERE activity.active
                """,
                table=SQL.identifier(table),
                contact=SQL.identifier("about", column),
                model=model,
            )
            for model, (table, column) in ACTIVITY_DOCUMENTS.items()
        ]
        plans.append(
            SQL(
                """
                SELECT contact.commercial_partner_id, organiser.company_id,
                       COALESCE(event.start_date, %s)
                  FROM res_partner contact
                  JOIN calendar_event_res_partner_rel invited
                    ON invited.res_partner_id = contact.id
                  JOIN calendar_attendee attendee
                    ON attendee.event_id = invited.calendar_event_id
                   AND attendee.partner_id = contact.id
                   AND attendee.state IS DISTINCT FROM 'declined'
                  JOIN calendar_event event ON event.id = attendee.event_id
                  LEFT JOIN res_users organiser ON organiser.id = event.user_id
                 WHERE event.active AND event.start > NOW() AT TIME ZONE 'UTC'
                """,
                self._day_of(SQL("event.start")),
            )
        )
        return SQL(" UNION ALL ").join(plans)

    @api.model
    def _next_contacts(self, some):
        """Query of the next contact with customers: ``id`` of the profile, ``date``.

        The first one from today on; where there is none, what was to be done last.

        :param SQL some: condition on the tables ``profile`` and ``planned``
        """
        return SQL(
            """
            SELECT profile.id,
                   COALESCE(MIN(planned.date) FILTER (WHERE planned.date >= %(today)s),
                            MAX(planned.date)) AS date
              FROM (%(planned)s) planned
              JOIN crm_customer_profile profile
                ON profile.partner_id = planned.customer_id
               AND COALESCE(planned.company_id = profile.company_id, TRUE)
             WHERE %(some)s
             GROUP BY profile.id
            """,
            today=fields.Date.context_today(self),
            planned=self._planned_contacts(),
            some=some,
        )

    @api.depends("partner_id", "company_id")
    @api.depends_context("tz")
    def _compute_next_contact_date(self):
        some = SQL(
            "planned.customer_id = ANY(%s) AND profile.id = ANY(%s)",
            self.partner_id.ids,
            self.ids,
        )
        days = dict(self.env.execute_query(self._next_contacts(some)))
        for profile in self:
            profile.next_contact_date = days.get(profile.id)

    @api.model
    def _is_planned(self, alias):
        """Condition that something is planned with the customer of a profile."""
        return SQL(
            """
            EXISTS (SELECT FROM (%s) planned
                     WHERE planned.customer_id = %s
                       AND COALESCE(planned.company_id = %s, TRUE))
            """,
            self._planned_contacts(),
            SQL.identifier(alias, "partner_id"),
            SQL.identifier(alias, "company_id"),
        )

    @api.model
    def _search_next_contact_date(self, operator, value):
        """Found among all that is planned, which is little beside the customers."""
        if operator == "in":

            def on_days(days):
                return self._next_contact_sql(SQL("= ANY(%s::date[])", days))

            return self._in_days(value, self._is_planned, on_days)
        if operator not in COMPARISONS:
            return NotImplemented
        compared = SQL("%s %s", COMPARISONS[operator], value)
        return Domain("id", "in", self._next_contact_sql(compared))

    @api.model
    def _next_contact_sql(self, compared):
        """Query of the profiles whose next contact is on certain days.

        :param SQL compared: comparison of the day, such as ``>= DATE '2020-01-01'``
        """
        return SQL(
            "SELECT next.id FROM (%s) next WHERE next.date %s",
            self._next_contacts(SQL("TRUE")),
            compared,
        )

    # ------------------------------------------------------------------
    # What they want
    # ------------------------------------------------------------------

    @api.depends("partner_id")
    @api.depends_context("uid", "lang")
    def _compute_consent_warning(self):
        consents = self.env["crm.contact.consent"]
        refused = consents.sudo()._refused_by_people_of(self.partner_id)
        for profile in self:
            own = refused.get(profile.partner_id.id, [])
            profile.consent_warning = ". ".join(own)

    def action_open_story(self):
        """Open the interactions of this customer as a list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_relationship_interaction_action"
        )
        return action | {
            "domain": [("commercial_partner_id", "=", self.partner_id.id)],
            "context": {},
        }

    def action_open_episodes(self):
        """Open the episodes of this customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_relationship_episode_action"
        )
        return action | {
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def action_open_consents(self):
        """Open what the customer's people allowed and refused."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_value_chain.crm_contact_consent_action"
        )
        return action | {
            "domain": [("partner_id.commercial_partner_id", "=", self.partner_id.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }
