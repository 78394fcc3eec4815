from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _compute_margin(self):
        """Queue the customers too: a cost changes by hand, delivery or timesheet.

        All of these end here, while most of them write no sales order.
        """
        result = super()._compute_margin()
        sold = self.filtered(lambda order: order.id and order.state == "sale")
        # where invoices lead, they may be another customer's
        sold._queue_customers(sold.order_line.invoice_lines.move_id.partner_id)
        return result
