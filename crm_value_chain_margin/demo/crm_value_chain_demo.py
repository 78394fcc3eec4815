from odoo import api, models

COST_SHARE = 0.6  # of the price


class CrmValueChainDemo(models.AbstractModel):
    _inherit = "crm.value.chain.demo"

    @api.model
    def _mend_costs(self):
        """Let no goods of the demo data cost more than they sell for.

        Some products of Odoo's do; customers who buy them would look like losses.
        """
        lines = self._quick_env()["sale.order.line"].search(
            [("price_unit", ">", 0), ("purchase_price", ">", 0)]
        )
        for line in lines:
            if line.purchase_price > line.price_unit:
                line.purchase_price = line.price_unit * COST_SHARE
