from odoo import api, models
from odoo.tools import SQL

# documents that activities are done on: where they hold the contact and the company
ACTIVITY_DOCUMENTS = {
    "res.partner": ("res_partner", "id"),
    "crm.lead": ("crm_lead", "partner_id"),
    "sale.order": ("sale_order", "partner_id"),
    "account.move": ("account_move", "partner_id"),
}


# what documents tell is a part of its own
# pylint: disable=consider-merging-classes-inherited
class CrmRelationshipInteraction(models.Model):
    """Activities, orders, invoices and purchases of before, as interactions."""

    _inherit = "crm.relationship.interaction"

    @api.model
    def _activities_on(self, model):
        """Calls and visits that were done, of documents of one model.

        A meeting with an entry in the calendar is counted there. Of the other
        activities those count whose type says on which channel they happen.
        """
        table, contact = ACTIVITY_DOCUMENTS[model]
        return SQL(
            """
            SELECT document.id::bigint * 100 + 4,
                   contact.id, contact.commercial_partner_id,
                   about.company_id,
                   CASE WHEN document.write_date::date = document.date_done
                        THEN document.write_date
                        ELSE document.date_done + INTERVAL '12 hours' END,
                   COALESCE(kind.interaction_channel_id,
                            CASE kind.category WHEN 'phonecall' THEN %(phone)s END),
                   'both', 'activity',
                   document.user_id, document.res_model, document.res_id::int,
                   document.id
              FROM mail_activity document
              JOIN mail_activity_type kind ON kind.id = document.activity_type_id
              JOIN %(table)s about
                ON document.res_model = %(model)s AND about.id = document.res_id
              JOIN res_partner contact ON contact.id = %(contact)s
             WHERE NOT document.active AND document.date_done IS NOT NULL
               AND document.calendar_event_id IS NULL
               AND (kind.interaction_channel_id IS NOT NULL
                    OR kind.category = 'phonecall')
               AND NOT %(ours)s AND %(some)s
            """,
            phone=self._channel("phone"),
            table=SQL.identifier(table),
            model=model,
            contact=SQL.identifier("about", contact),
            ours=self._is_our_contact(),
            some=self._some(4, SQL("document.id")),
        )

    @api.model
    def _orders(self):
        """Orders that customers gave us."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 5,
                   contact.id, contact.commercial_partner_id,
                   document.company_id, document.date_order,
                   %(channel)s, 'in', 'order',
                   document.user_id, 'sale.order', document.id, document.id
              FROM sale_order document
              JOIN res_partner contact ON contact.id = document.partner_id
             WHERE document.state = 'sale' AND %(some)s
            """,
            channel=self._channel("order"),
            some=self._some(5, SQL("document.id")),
        )

    @api.model
    def _invoices(self):
        """Invoices and credit notes that we sent."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 6,
                   contact.id, contact.commercial_partner_id,
                   document.company_id,
                   COALESCE(document.invoice_date, document.date)
                   + INTERVAL '12 hours',
                   %(channel)s, 'out', 'invoice',
                   document.invoice_user_id, 'account.move', document.id, document.id
              FROM account_move document
              JOIN res_partner contact ON contact.id = document.partner_id
             WHERE document.state = 'posted' AND %(some)s
               AND document.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """,
            channel=self._channel("document"),
            some=self._some(6, SQL("document.id")),
        )

    @api.model
    def _history(self):
        """Purchases from before Odoo; a return is an exchange as well."""
        return SQL(
            """
            SELECT document.id::bigint * 100 + 7,
                   contact.id, contact.commercial_partner_id,
                   document.company_id, document.date + INTERVAL '12 hours',
                   %(channel)s, 'in', 'history',
                   NULL::int, 'crm.historical.purchase', document.id, document.id
              FROM crm_historical_purchase document
              JOIN res_partner contact ON contact.id = document.partner_id
             WHERE %(some)s
            """,
            channel=self._channel("order"),
            some=self._some(7, SQL("document.id")),
        )
