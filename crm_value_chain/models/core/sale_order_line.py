from odoo import api, fields, models

FIELDS_OF_THE_AMOUNT = {"price_unit", "product_uom_qty", "discount", "tax_ids"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    reward_id = fields.Many2one(index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._queue_customers_of_confirmed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & FIELDS_OF_THE_AMOUNT:
            self._queue_customers_of_confirmed()
        return result

    @api.ondelete(at_uninstall=False)
    def _queue_customers_of_deleted(self):
        self._queue_customers_of_confirmed()

    def _queue_customers_of_confirmed(self):
        """The amount of a confirmed order changed: so does what was bought."""
        self.order_id.filtered(lambda order: order.state == "sale")._queue_customers()
