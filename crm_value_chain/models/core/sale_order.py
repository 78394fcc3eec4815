from odoo import api, models

FIELDS_OF_A_SALE = {
    "state",
    "partner_id",
    "date_order",
    "company_id",
    "currency_id",
    "campaign_id",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._queue_customers()
        return orders

    def write(self, vals):
        if not vals.keys() & FIELDS_OF_A_SALE:
            return super().write(vals)
        before = self.partner_id if "partner_id" in vals else self.partner_id.browse()
        result = super().write(vals)
        if "state" in vals:
            before |= self._invoiced_to()
        self._queue_customers(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _queue_customers_of_deleted(self):
        self._queue_customers()

    def _queue_customers(self, partners=()):
        """Have the figures of the customers computed again.

        :param partners: further contacts, such as the customer of before
        """
        Stale = self.env["crm.customer.stale"].sudo()
        for company, orders in self.grouped("company_id").items():
            contacts = orders.partner_id | orders.partner_id.browse(
                [partner.id for partner in partners]
            )
            Stale._queue_partners(contacts, company)

    def _invoiced_to(self):
        """Contacts of the invoices, which tell a sale where the order does not."""
        invoiced = self.sudo().filtered(
            lambda order: any(order.order_line.mapped("qty_invoiced"))
        )
        return invoiced.invoice_ids.partner_id.sudo(False)
