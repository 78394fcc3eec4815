from odoo import api, models
from odoo.tools import SQL

from .crm_relationship_interaction_documents import ACTIVITY_DOCUMENTS

# an e-mail that did not arrive, or was never sent, is no exchange
NOT_SENT = ["bounce", "exception", "canceled"]
MESSAGES = ["email", "email_outgoing", "comment", "auto_comment"]
NO_DOCUMENTS = ["discuss.channel", "mail.group"]
# who of us is among the people of a customer stands in ours.ids
OURS_OF_EACH = "of each"
COLUMNS = (
    "id, partner_id, commercial_partner_id, company_id, date, channel_id, direction,"
    " source, user_id, res_model, res_id, origin_id"
)


# where the rows of the view come from is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipInteraction(models.Model):
    """The tables in which Odoo keeps what happened between customers and us."""

    _inherit = "crm.relationship.interaction"
    # what Odoo writes to the database before it reads the view
    _depends = {
        "mail.message": [
            "author_id",
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
        "res.partner": ["commercial_partner_id", "company_id"],
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
        if ids is None:
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
        if known is None:
            return self._is_ours(SQL("contact.id"))
        if known == OURS_OF_EACH:
            return SQL("(contact.id = ANY(ours.ids))")
        return SQL("(contact.id = ANY(%s::int[]))", list(known))

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
    def _is_exchange(self, alias):
        """Condition that a message went between us and somebody outside: no note.

        :param str alias: of the table of messages
        """
        return SQL(
            """
            (%(type)s = ANY(%(types)s) AND %(internal)s IS NOT TRUE
             AND %(model)s != ALL(%(chats)s) AND %(document)s > 0
             AND (%(subtype)s IN (SELECT id FROM mail_message_subtype
                                   WHERE internal)) IS NOT TRUE)
            """,
            type=SQL.identifier(alias, "message_type"),
            types=MESSAGES,
            internal=SQL.identifier(alias, "is_internal"),
            model=SQL.identifier(alias, "model"),
            chats=NO_DOCUMENTS,
            document=SQL.identifier(alias, "res_id"),
            subtype=SQL.identifier(alias, "subtype_id"),
        )

    @api.model
    def _incoming_messages(self):
        """What customers wrote: e-mails, and comments on the portal."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 1 AS id,
                   contact.id AS partner_id,
                   contact.commercial_partner_id,
                   document.record_company_id AS company_id,
                   document.date,
                   CASE document.message_type WHEN 'comment' THEN %(web)s
                        ELSE %(email)s END AS channel_id,
                   'in' AS direction,
                   'message' AS source,
                   NULL::int AS user_id,
                   document.model AS res_model,
                   document.res_id::int AS res_id,
                   document.id AS origin_id
              FROM mail_message document
              JOIN res_partner contact ON contact.id = document.author_id
             WHERE %(exchange)s AND NOT %(ours)s AND %(some)s
            """,
            web=self._channel("web"),
            email=self._channel("email"),
            exchange=self._is_exchange("document"),
            ours=self._is_our_contact(),
            some=self._some(1, SQL("document.id")),
        )

    @api.model
    def _outgoing_messages(self):
        """What we sent: once for each customer, however many of its people got it."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 2,
                   contact.id, contact.commercial_partner_id,
                   message.record_company_id,
                   message.date,
                   CASE document.notification_type WHEN 'sms' THEN %(sms)s
                        WHEN 'snail' THEN %(letter)s ELSE %(email)s END,
                   'out', 'message',
                   (SELECT MIN(sender.id) FROM res_users sender
                     WHERE sender.partner_id = message.author_id),
                   message.model, message.res_id::int, message.id
              FROM mail_notification document
              JOIN mail_message message ON message.id = document.mail_message_id
              JOIN res_partner contact ON contact.id = document.res_partner_id
             WHERE document.notification_type != 'inbox'
               AND document.notification_status != ALL(%(not_sent)s)
               AND %(exchange)s AND NOT %(ours)s
               AND (message.author_id IS NULL OR %(by_us)s)
               AND NOT EXISTS (
                   SELECT FROM mail_notification other
                     JOIN res_partner fellow ON fellow.id = other.res_partner_id
                    WHERE other.mail_message_id = document.mail_message_id
                      AND other.id < document.id
                      AND other.notification_type != 'inbox'
                      AND other.notification_status != ALL(%(not_sent)s)
                      AND fellow.commercial_partner_id = contact.commercial_partner_id)
               AND %(some)s
            """,
            sms=self._channel("sms"),
            letter=self._channel("letter"),
            email=self._channel("email"),
            not_sent=NOT_SENT,
            exchange=self._is_exchange("message"),
            ours=self._is_our_contact(),
            by_us=self._is_ours(SQL("message.author_id")),
            some=self._some(2, SQL("document.id")),
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
