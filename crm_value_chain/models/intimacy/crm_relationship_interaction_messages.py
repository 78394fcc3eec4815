from odoo import api, models
from odoo.tools import SQL

# an e-mail that waits, did not arrive, or was never sent is no exchange
NOT_SENT = ["ready", "bounce", "exception", "canceled"]
MESSAGES = ["email", "email_outgoing", "comment", "auto_comment"]
NO_DOCUMENTS = ["discuss.channel", "mail.group"]


# what people write to each other is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipInteraction(models.Model):
    """Messages that came in and went out, as interactions."""

    _inherit = "crm.relationship.interaction"

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
        return self._messages_of(
            1, SQL("res_partner contact ON contact.id = document.author_id")
        )

    @api.model
    def _messages_of_strangers(self):
        """E-mails on a lead by somebody unknown then, who is its contact by now.

        Known by the address, which is all or the last of what Odoo keeps of a sender.
        """
        return self._messages_of(
            8,
            SQL(
                """
                crm_lead about ON document.model = 'crm.lead'
                              AND about.id = document.res_id
                              AND document.author_id IS NULL
                JOIN res_partner contact
                  ON contact.id = about.partner_id
                 AND (LOWER(document.email_from) = contact.email_normalized
                      OR LOWER(RIGHT(document.email_from,
                                     LENGTH(contact.email_normalized) + 2))
                         = '<' || contact.email_normalized || '>')
                """
            ),
        )

    @api.model
    def _messages_of(self, number, contact):
        """Messages that customers wrote.

        :param int number: of the source
        :param SQL contact: join that finds who wrote them
        """
        return SQL(
            """
            SELECT document.id::bigint * 100 + %(number)s AS id,
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
              FROM mail_message document JOIN %(contact)s
             WHERE %(exchange)s AND NOT %(ours)s AND %(some)s
            """,
            number=number,
            contact=contact,
            web=self._channel("web"),
            email=self._channel("email"),
            exchange=self._is_exchange("document"),
            ours=self._is_our_contact(),
            some=self._some(number, SQL("document.id")),
        )

    @api.model
    def _outgoing_messages(self):
        """What we sent: once for each customer, however many of its people got it.

        Sent, or handed to whoever sends text messages. What comes in from somebody
        unknown, and goes on to who follows the document, is not ours.
        """
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
               AND (message.author_id IS NULL AND message.message_type != 'email'
                    OR %(by_us)s)
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
