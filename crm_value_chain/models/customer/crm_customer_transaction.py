from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from . import binary_copy
from .purchases import Purchases

# the invoice `move` is a credit note, where the orders of `company` say what is sold
_RETURNED = SQL(
    "(move.move_type = 'out_refund'"
    " AND company.value_chain_source IS DISTINCT FROM 'invoice')"
)

# in the context: customers are the contacts that the documents name. No request from
# outside can hold it, so that nobody reads past the rules of the customers.
AS_TOLD = object()


class Window(NamedTuple):
    """Days from a first one on, until before another."""

    start: date
    end: date


class CrmCustomerTransaction(models.Model):
    """Each sale once: the only place that says what a customer bought.

    A row is a sales order, an invoice, a credit note or a historical purchase.
    Amounts are untaxed, in the currency of the company at the date of the
    document; returns are negative. The customer is the commercial partner.
    Days are days in UTC, as in Odoo's own sales analysis.
    """

    _name = "crm.customer.transaction"
    _description = "Customer Transaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    # what Odoo writes to the database before it reads the view
    _depends = {
        "sale.order": [
            "partner_id",
            "company_id",
            "date_order",
            "amount_untaxed",
            "currency_rate",
            "name",
            "state",
        ],
        "sale.order.line": ["order_id"],
        "account.move": [
            "partner_id",
            "commercial_partner_id",
            "company_id",
            "invoice_date",
            "date",
            "amount_untaxed_signed",
            "name",
            "state",
            "move_type",
        ],
        "account.move.line": [
            "move_id",
            "sale_line_ids",
            "display_type",
            "is_downpayment",
            "balance",
        ],
        "crm.historical.purchase": [
            "partner_id",
            "company_id",
            "date",
            "company_amount",
            "amount",
            "margin",
            "reference",
        ],
        "res.partner": ["commercial_partner_id"],
        "res.company": ["value_chain_source"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    amount = fields.Monetary(
        readonly=True,
        help="Untaxed, in company currency at the date of the document. "
        "Returns are negative.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_value_chain.group_profitability",
        help="Empty where the cost is not known.",
    )
    source = fields.Selection(
        [
            ("order", "Sales Order"),
            ("invoice", "Invoice"),
            ("refund", "Credit Note"),
            ("history", "Historical Purchase"),
        ],
        readonly=True,
    )
    reference = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(
        "Document ID", model_field="res_model", readonly=True
    )
    res_model = fields.Char(compute="_compute_res_model")

    @property
    def _table_query(self):
        return self._transactions()

    @api.model
    def _transactions(self):
        """Query of all transactions of all companies."""
        sources = self._transaction_sources().values()
        return SQL(" UNION ALL ").join(SQL("(%s)", source) for source in sources)

    @api.model
    def _transaction_sources(self):
        """Queries that make up the view, by source. A hook for bridge addons.

        Each query selects ``id, partner_id, company_id, date, amount, margin,
        source, reference, res_id``. Ids are ``document id * 10 + a digit`` that
        belongs to the source, so that they are unique and stay the same: 1 for
        orders, 2 for invoices, 3 for historical purchases.

        :rtype: dict[str, SQL]
        """
        return {
            "order": self._order_source(),
            "invoice": self._invoice_source(),
            "history": self.env["crm.historical.purchase"]._transaction_source(),
        }

    @api.model
    def _source_models(self):
        """Model of the document behind each source. A hook for bridge addons."""
        return {
            "order": "sale.order",
            "invoice": "account.move",
            "refund": "account.move",
            "history": "crm.historical.purchase",
        }

    @api.model
    def _customer_of(self, partner):
        """How a source tells its customer: the commercial partner of a contact.

        With AS_TOLD in the context it is the contact itself, which spares a join
        where everything is read (see `_purchases`).

        :param SQL partner: column of the document's contact
        :return: SQL of the ``customer`` and of the join ``contact``
        """
        if self.env.context.get("value_chain_customer") is AS_TOLD:
            return {"customer": partner, "contact": SQL()}
        return {
            "customer": SQL("contact.commercial_partner_id"),
            "contact": SQL("JOIN res_partner contact ON contact.id = %s", partner),
        }

    @api.model
    def _dated(self, column):
        """Condition on the date of a source's documents, found by an index.

        With a Window in the context only what lies in it is told.

        :param SQL column: date of the document
        """
        window = self.env.context.get("value_chain_window")
        if not isinstance(window, Window):  # nobody narrows it from outside
            return SQL("TRUE")
        return SQL("%s >= %s AND %s < %s", column, window.start, column, window.end)

    @api.model
    def _order_source(self):
        """Confirmed orders, of the companies where orders lead."""
        return SQL(
            """
            SELECT so.id::bigint * 10 + 1 AS id,
                   %(customer)s AS partner_id,
                   so.company_id,
                   so.date_order::date AS date,
                   CASE WHEN so.currency_rate = 1 THEN so.amount_untaxed
                        ELSE so.amount_untaxed
                             / COALESCE(NULLIF(so.currency_rate, 0), 1)
                   END AS amount,
                   %(margin)s AS margin,
                   'order' AS source,
                   so.name AS reference,
                   so.id AS res_id
              FROM sale_order so %(contact)s
              JOIN res_company company ON company.id = so.company_id
             WHERE so.state = 'sale'
               AND company.value_chain_source IS DISTINCT FROM 'invoice'
               AND %(dated)s
            """,
            margin=self._order_margin(),
            dated=self._dated(SQL("so.date_order")),
            **self._customer_of(SQL("so.partner_id")),
        )

    @api.model
    def _order_margin(self):
        """Margin of the order ``so`` in company currency. A hook for bridges."""
        return SQL("NULL::numeric")

    @api.model
    def _invoice_source(self):
        """Posted invoices and credit notes.

        Where orders lead, an invoice counts if it comes from no confirmed order. So
        does a credit note, and also as a return of a confirmed order, unless its
        order line was invoiced again after it (a correction: the order already says
        what was sold). Down payments, also such that are paid back, are no sales.
        """
        return SQL(
            """
            SELECT move.id::bigint * 10 + 2 AS id,
                   %(customer)s AS partner_id,
                   move.company_id,
                   COALESCE(move.invoice_date, move.date) AS date,
                   %(amount)s AS amount,
                   %(margin)s AS margin,
                   CASE move.move_type WHEN 'out_refund' THEN 'refund'
                        ELSE 'invoice' END AS source,
                   move.name AS reference,
                   move.id AS res_id
              FROM account_move move %(contact)s
              JOIN res_company company ON company.id = move.company_id
             WHERE move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               -- a return of nothing: its zero would pass for a purchase
               AND (move.move_type != 'out_refund' OR move.amount_untaxed_signed != 0)
               AND (company.value_chain_source = 'invoice' OR NOT EXISTS (
                       SELECT FROM account_move_line line
                         JOIN sale_order_line_invoice_rel rel
                           ON rel.invoice_line_id = line.id
                         JOIN sale_order_line sold ON sold.id = rel.order_line_id
                         JOIN sale_order so ON so.id = sold.order_id
                        WHERE line.move_id = move.id AND %(told)s))
               AND NOT (%(returned)s AND NOT EXISTS (
                       SELECT FROM account_move_line line
                        WHERE line.move_id = move.id
                          AND line.display_type = 'product'
                          AND line.is_downpayment IS NOT TRUE))
               AND %(dated)s
            """,
            dated=self._dated(SQL("move.invoice_date")),
            amount=self._invoice_amount(),
            margin=self._invoice_margin(),
            returned=_RETURNED,
            told=self._told_by_order(),
            **self._customer_of(SQL("move.partner_id")),
        )

    @api.model
    def _told_by_order(self):
        """Whether the order ``so`` already tells what the invoice ``move`` says.

        A confirmed order does, but for returns; one that was cancelled does only
        where what was invoiced was also refunded: nothing was sold then.
        """
        return SQL(
            """
            CASE WHEN so.state != 'sale' THEN
                move.move_type = 'out_refund' OR EXISTS (
                    SELECT FROM account_move refund
                     WHERE refund.reversed_entry_id = move.id
                       AND refund.state = 'posted')
            ELSE move.move_type != 'out_refund' OR EXISTS (
                    SELECT FROM sale_order_line_invoice_rel again
                      JOIN account_move_line again_line
                        ON again_line.id = again.invoice_line_id
                      JOIN account_move again_move ON again_move.id = again_line.move_id
                     WHERE again.order_line_id = rel.order_line_id
                       AND again_move.id > move.id
                       AND again_move.state = 'posted'
                       AND again_move.move_type = 'out_invoice')
            END
            """
        )

    @api.model
    def _invoice_amount(self):
        """Amount of the invoice ``move`` in company currency.

        In a return of what was ordered, down payments do not count.
        """
        return SQL(
            """
            move.amount_untaxed_signed + CASE WHEN %s THEN COALESCE((
                SELECT SUM(line.balance)
                  FROM account_move_line line
                 WHERE line.move_id = move.id AND line.display_type = 'product'
                   AND line.is_downpayment), 0) ELSE 0 END
            """,
            _RETURNED,
        )

    @api.model
    def _invoice_margin(self):
        """Margin of the invoice ``move`` in company currency. A hook for bridges."""
        return SQL("NULL::numeric")

    @api.model
    def _purchases(self, scope):
        """Read the transactions of the customers in a scope, also those to come.

        Source by source: the database then computes only the columns we ask for.

        :rtype: crm_value_chain.models.customer.purchases.Purchases
        """
        everybody = scope.is_everybody()
        # all rows are worth the workers that the database allows; the rows of some
        # customers are found by the index, wherever they lie
        cheap = "parallel_tuple_cost = 0.001" if everybody else "random_page_cost = 1.1"
        self.env.cr.execute(SQL("SET LOCAL %s", SQL(cheap)))
        view = self.with_context(value_chain_customer=everybody and AS_TOLD)
        self.env.flush_all()
        sources = view._transaction_sources().values()
        purchases = Purchases.together([self._read(each, scope) for each in sources])
        return purchases.of_customers(self._contacts()) if everybody else purchases

    @api.model
    def _read(self, source, scope):
        """Read the purchases that one source tells of the customers in a scope."""
        query = SQL(
            """
            SELECT t.partner_id AS customer, t.date - %(epoch)s::date AS day,
                   t.amount::float8 AS amount,
                   COALESCE(t.margin::float8, 'NaN') AS margin
              FROM (%(source)s) t
             WHERE t.company_id = %(company)s AND t.partner_id IS NOT NULL
               AND t.date IS NOT NULL AND t.amount IS NOT NULL
               AND %(holds)s
            """,
            epoch=binary_copy.EPOCH,
            source=source,
            company=scope.company_id,
            holds=scope.holds(SQL("t.partner_id")),
        )
        types = {
            "customer": "integer",
            "day": "integer",
            "amount": "float",
            "margin": "float",
        }
        return Purchases(**binary_copy.read(self.env.cr, query, types)).finite()

    @api.model
    def _contacts(self):
        """Read the contacts that are not their own commercial partner."""
        return binary_copy.read(
            self.env.cr,
            SQL(
                "SELECT id AS contact, commercial_partner_id AS customer"
                "  FROM res_partner WHERE commercial_partner_id != id"
            ),
            {"contact": "integer", "customer": "integer"},
        )

    @api.model
    def _buyers(self, scope=None):
        """Query of the customers with a transaction, and the company."""
        condition = SQL("TRUE")
        if scope:
            condition = SQL(
                "t.company_id = %s AND %s",
                scope.company_id,
                scope.holds(SQL("t.partner_id")),
            )
        return SQL(
            "SELECT DISTINCT t.partner_id, t.company_id FROM (%s) t WHERE %s",
            self._transactions(),
            condition,
        )

    @api.model
    def _between(self, company_id, after, until):
        """Query of a company's transactions of some days, found by their dates.

        :param date after: the day before the first one
        :param date until: the last day
        """
        days = Window(*(fields.Date.add(day, days=1) for day in (after, until)))
        view = self.with_context(value_chain_window=days)
        return SQL(
            "SELECT t.* FROM (%s) t WHERE t.company_id = %s",
            view._transactions(),
            company_id,
        )

    @api.depends("source")
    def _compute_res_model(self):
        res_models = self._source_models()
        for transaction in self:
            transaction.res_model = res_models.get(transaction.source)

    def action_open_document(self):
        """Open the order, invoice or purchase behind the transaction."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
