from odoo import api, models

SAID_OF_AN_EPISODE = {
    "state",
    "partner_id",
    "company_id",
    "date_order",
    "user_id",
    "name",
}


# the stage of the value chain adds its own part, in its own folder
# pylint: disable=consider-merging-classes-inherited
class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        """Open the episodes of quotations that come in as sent, or as orders."""
        orders = super().create(vals_list)
        opened = orders.filtered(lambda order: order.state != "draft")
        self.env["crm.relationship.episode"]._follow("order_id", opened)
        return orders

    def write(self, vals):
        """Open, close or reopen the episodes with the state of the orders."""
        result = super().write(vals)
        if vals.keys() & SAID_OF_AN_EPISODE:
            self.env["crm.relationship.episode"]._follow("order_id", self)
        return result
