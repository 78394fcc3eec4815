from odoo import api, fields, models
from odoo.tools import SQL

# the invoice `move` is a credit note, where the orders of `company` say what is sold
_RETURNED = SQL(
    "(move.move_type = 'out_refund'"
    " AND company.value_chain_source IS DISTINCT FROM 'invoice')"
)


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
    def _order_source(self):
        """Confirmed orders, of the companies where orders lead."""
        return SQL(
            """
            SELECT so.id::bigint * 10 + 1 AS id,
                   partner.commercial_partner_id AS partner_id,
                   so.company_id,
                   so.date_order::date AS date,
                   so.amount_untaxed
                       / COALESCE(NULLIF(so.currency_rate, 0), 1) AS amount,
                   %(margin)s AS margin,
                   'order' AS source,
                   so.name AS reference,
                   so.id AS res_id
              FROM sale_order so
              JOIN res_partner partner ON partner.id = so.partner_id
              JOIN res_company company ON company.id = so.company_id
             WHERE so.state = 'sale'
               AND company.value_chain_source IS DISTINCT FROM 'invoice'
            """,
            margin=self._order_margin(),
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
                   partner.commercial_partner_id AS partner_id,
                   move.company_id,
                   COALESCE(move.invoice_date, move.date) AS date,
                   %(amount)s AS amount,
                   %(margin)s AS margin,
                   CASE move.move_type WHEN 'out_refund' THEN 'refund'
                        ELSE 'invoice' END AS source,
                   move.name AS reference,
                   move.id AS res_id
              FROM account_move move
              JOIN res_partner partner ON partner.id = move.partner_id
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
            """,
            amount=self._invoice_amount(),
            margin=self._invoice_margin(),
            returned=_RETURNED,
            told=self._told_by_order(),
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
