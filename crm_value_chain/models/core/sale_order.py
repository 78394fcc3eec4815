from odoo import api, fields, models

from .profile_field import check_related_access
from .res_partner import USER

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

    customer_segment_id = fields.Many2one(
        related="partner_id.customer_profile_id.segment_id",
        string="Segment",
        groups=USER,
    )
    customer_loyalty_class_id = fields.Many2one(
        related="partner_id.customer_profile_id.loyalty_class_id",
        string="Loyalty Class",
        groups=USER,
    )
    customer_value_tier_id = fields.Many2one(
        related="partner_id.customer_profile_id.value_tier_id",
        string="Value Tier",
        groups=USER,
    )

    customer_loyalty_tier_id = fields.Many2one(
        related="partner_id.customer_profile_id.loyalty_tier_id",
        string="Loyalty Tier",
        groups=USER,
    )
    customer_classes = fields.Char(related="partner_id.customer_classes", groups=USER)

    def _field_to_sql(self, alias, field_expr, query=None):
        check_related_access(self, field_expr)
        return super()._field_to_sql(alias, field_expr, query)

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
