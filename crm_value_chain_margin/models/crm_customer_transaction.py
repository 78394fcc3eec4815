from odoo import api, fields, models
from odoo.tools import SQL

# Odoo has no sign for "cost not known": there an order shows a margin of 100%, but for
# what rounding the taxes of all lines together may add. No rows of lines are read.
_KNOWN = SQL(
    "(ABS(so.margin_percent - 1) > 0.01 AND (so.margin != 0 OR so.amount_untaxed != 0))"
)
_RATE = SQL("COALESCE(NULLIF(so.currency_rate, 0), 1)")


class CrmCustomerTransaction(models.Model):
    """Adds the margin to sales, by the cost that stands on the sales order."""

    _inherit = "crm.customer.transaction"
    _depends = {
        "sale.order": ["margin", "margin_percent"],
        "sale.order.line": [
            "purchase_price",
            "price_subtotal",
            "product_uom_qty",
            "product_uom_id",
        ],
        "account.move.line": ["price_subtotal", "quantity", "product_uom_id"],
        "uom.uom": ["factor"],
    }

    margin = fields.Monetary(
        help="Of a sales order: its margin as shown there, in company currency. "
        "Of an invoice or credit note: less the cost of its order lines, without "
        "down payments. Empty where the cost is not known: no order, or an order that "
        "shows a margin of 100% since its lines cost nothing.",
    )

    @api.model
    def _order_margin(self):
        return SQL("CASE WHEN %s THEN so.margin / %s END", _KNOWN, _RATE)

    @api.model
    def _invoice_margin(self):
        """Margin of the invoice ``move``: its lines less their cost.

        Known where the margin of the order is, so that the invoices of an order add
        up to its margin. Down payments earn nothing: what is delivered does.
        """
        return SQL(
            """
            (SELECT SUM(-line.balance - COALESCE(sold.cost, 0))
               FROM account_move_line line
               LEFT JOIN LATERAL (%(cost)s) sold ON TRUE
              WHERE line.move_id = move.id
                AND line.display_type = 'product'
                AND line.is_downpayment IS NOT TRUE
             HAVING BOOL_OR(sold.known))
            """,
            cost=self._invoice_line_cost(),
        )

    @api.model
    def _invoice_line_cost(self):
        """Query of the ``cost`` of the invoice line ``line``, and if it is ``known``.

        A credit note takes the cost back in proportion to the price that it gives
        back: a reduction of the price returns no goods, it must not look like profit.
        """
        return SQL(
            """
            SELECT SUM(sold.purchase_price::numeric * invoiced.units / %(rate)s
                       * CASE WHEN move.move_type = 'out_refund' THEN -LEAST(1,
                              line.price_subtotal * sold.product_uom_qty
                              / NULLIF(sold.price_subtotal * invoiced.units, 0))
                         ELSE 1 END) AS cost,
                   BOOL_OR(%(known)s) AS known
              FROM sale_order_line_invoice_rel rel
              JOIN sale_order_line sold ON sold.id = rel.order_line_id
              JOIN sale_order so ON so.id = sold.order_id
              LEFT JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
              LEFT JOIN uom_uom sold_uom ON sold_uom.id = sold.product_uom_id
             CROSS JOIN LATERAL (
                   SELECT line.quantity * COALESCE(
                          line_uom.factor / NULLIF(sold_uom.factor, 0), 1)::numeric
                          AS units) invoiced
             WHERE rel.invoice_line_id = line.id
            """,
            rate=_RATE,
            known=_KNOWN,
        )
