from odoo import api, models
from odoo.tools import SQL


class CrmServiceCost(models.AbstractModel):
    _inherit = "crm.service.cost"

    @api.model
    def _is_in_margin(self):
        """What was delivered on a confirmed order at a cost: the order tells it.

        An order line that costs nothing took nothing off the margin.
        """
        return SQL(
            """
            (%s OR (line.so_line IS NOT NULL AND EXISTS (
                SELECT FROM sale_order_line sold
                  JOIN sale_order so ON so.id = sold.order_id
                 WHERE sold.id = line.so_line
                   AND sold.purchase_price != 0 AND so.state = 'sale')))
            """,
            super()._is_in_margin(),
        )
