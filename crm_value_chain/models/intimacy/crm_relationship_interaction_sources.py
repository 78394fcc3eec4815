from odoo import api, models
from odoo.tools import SQL

from .crm_relationship_interaction import Rows
from .crm_relationship_interaction_documents import ACTIVITY_DOCUMENTS

# in the context: who of us is among the people of a customer stands in ours.ids. No
# request from outside can hold it, nor what is of a class of ours.
OURS_OF_EACH = object()
COLUMNS = (
    "id, partner_id, commercial_partner_id, company_id, date, channel_id, direction,"
    " source, user_id, res_model, res_id, origin_id"
)


class Ours(tuple):
    """Ids of who is one of us among the people of the customer that is asked for."""


# where the rows of the view come from is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipInteraction(models.Model):
    """The tables in which Odoo keeps what happened between customers and us."""

    _inherit = "crm.relationship.interaction"
    # what Odoo writes to the database before it reads the view
    _depends = {
        "mail.message": [
            "author_id",
            "email_from",
            "date",
            "message_type",
            "subtype_id",
            "is_internal",
            "model",
            "res_id",
            "record_company_id",
        ],
        "mail.message.subtype": ["internal"],
        "mail.notification": [
            "mail_message_id",
            "res_partner_id",
            "notification_type",
            "notification_status",
        ],
        "mail.activity": [
            "active",
            "activity_type_id",
            "date_done",
            "res_model",
            "res_id",
            "user_id",
            "calendar_event_id",
        ],
        "mail.activity.type": ["interaction_channel_id", "category"],
        "calendar.event": ["active", "start", "user_id", "partner_ids"],
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "crm.lead": ["partner_id", "company_id"],
        "sale.order": ["partner_id", "company_id", "date_order", "state", "user_id"],
        "account.move": [
            "partner_id",
            "company_id",
            "invoice_date",
            "date",
            "state",
            "move_type",
            "invoice_user_id",
        ],
        "crm.historical.purchase": ["partner_id", "company_id", "date", "amount"],
        "res.partner": ["commercial_partner_id", "company_id", "email_normalized"],
        "res.users": ["partner_id", "share", "company_id"],
        "res.company": ["partner_id"],
        "crm.interaction.channel": ["cost"],
    }

    @api.model
    def _interactions(self):
        """Query of all interactions, of all companies."""
        sources = self._interaction_sources().values()
        return SQL(" UNION ALL ").join(SQL("(%s)", source) for source in sources)

    @api.model
    def _each_source(self, ours=OURS_OF_EACH):
        """The sources one by one, of few customers: a union takes longer to plan."""
        sources = self.with_context(value_chain_ours=ours)._interaction_sources()
        return [SQL("(%s) i (%s)", source, SQL(COLUMNS)) for source in sources.values()]

    @api.model
    def _interaction_sources(self):
        """Queries that make up the view, by name. A hook for bridge addons.

        Each selects ``id, partner_id, commercial_partner_id, company_id, date,
        channel_id, direction, source, user_id, res_model, res_id, origin_id``. Ids are
        ``id * 100 + a number`` that belongs to the source, so that they are unique
        and stay the same; `_some` of that number and of the table's id is one of the
        conditions. Ours are below 50.

        :rtype: dict[str, SQL]
        """
        return {
            "incoming": self._incoming_messages(),
            "stranger": self._messages_of_strangers(),
            "outgoing": self._outgoing_messages(),
            "meeting": self._meetings(),
            **{model: self._activities_on(model) for model in ACTIVITY_DOCUMENTS},
            "order": self._orders(),
            "invoice": self._invoices(),
            "history": self._history(),
        }

    @api.model
    def _some(self, number, column):
        """Condition that holds for all rows of a source, or for some by their ids.

        :param int number: of the source
        :param SQL column: id of its table
        """
        ids = self.env.context.get("value_chain_interactions")
        if not isinstance(ids, Rows):
            return SQL("TRUE")
        own = [id_ // 100 for id_ in ids if id_ and id_ % 100 == number]
        return SQL("%s = ANY(%s::int[])", column, own)

    @api.model
    def _channel(self, code):
        return SQL("%s::int", self.env["crm.interaction.channel"]._id_of(code))

    @api.model
    def _is_ours(self, contact):
        """Condition that a contact is one of our people or companies.

        Also who has left: what a colleague wrote does not become a customer's.

        :param SQL contact: id of the contact
        """
        return SQL(
            """
            (%s IN (SELECT partner_id FROM res_users WHERE NOT share
                     UNION ALL
                    SELECT fellow.id FROM res_partner fellow
                      JOIN res_company own
                        ON own.partner_id = fellow.commercial_partner_id))
            """,
            contact,
        )

    @api.model
    def _is_our_contact(self):
        """Condition that the ``contact`` of a source is one of us.

        Of a customer it is asked once who of its people is, not by each source: the
        database plans these conditions for longer than it needs for all the rest.
        """
        known = self.env.context.get("value_chain_ours")
        if known is OURS_OF_EACH:
            return SQL("(contact.id = ANY(ours.ids))")
        if isinstance(known, Ours):
            return SQL("(contact.id = ANY(%s::int[]))", list(known))
        return self._is_ours(SQL("contact.id"))

    @api.model
    def _ours_among(self, customer):
        """Query of who of the people of a customer is one of us.

        :param SQL customer: id of the customer
        """
        return SQL(
            "SELECT contact.id FROM res_partner contact"
            " WHERE contact.commercial_partner_id = %s AND %s",
            customer,
            self._is_ours(SQL("contact.id")),
        )

    @api.model
    def _meetings(self):
        """Meetings that have begun, once for each customer who did not decline."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 3,
                   contact.id, contact.commercial_partner_id,
                   organiser.company_id,
                   event.start,
                   %(channel)s, 'both', 'meeting',
                   event.user_id, 'calendar.event', event.id, event.id
              FROM calendar_event_res_partner_rel invited
              JOIN calendar_attendee document
                ON document.event_id = invited.calendar_event_id
               AND document.partner_id = invited.res_partner_id
              JOIN calendar_event event ON event.id = document.event_id
              JOIN res_partner contact ON contact.id = invited.res_partner_id
              LEFT JOIN res_users organiser ON organiser.id = event.user_id
             WHERE event.active AND event.start <= NOW() AT TIME ZONE 'UTC'
               AND document.state IS DISTINCT FROM 'declined'
               AND NOT %(ours)s
               AND NOT EXISTS (
                   SELECT FROM calendar_attendee other
                     JOIN res_partner fellow ON fellow.id = other.partner_id
                    WHERE other.event_id = document.event_id
                      AND other.id < document.id
                      AND other.state IS DISTINCT FROM 'declined'
                      AND fellow.commercial_partner_id = contact.commercial_partner_id)
               AND %(some)s
            """,
            channel=self._channel("meeting"),
            ours=self._is_our_contact(),
            some=self._some(3, SQL("document.id")),
        )
