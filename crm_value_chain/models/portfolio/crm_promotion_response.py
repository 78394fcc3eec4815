from odoo import api, fields, models
from odoo.tools import SQL

YEARS = 2  # that count


class CrmPromotionResponse(models.AbstractModel):
    """Which orders a promotion had a part in.

    An order did where a reward of a programme was used on it, or where it came from a
    campaign. Gift cards and eWallets are means of payment: they promote nothing.
    """

    _name = "crm.promotion.response"
    _description = "Response to Promotions"

    @api.model
    def _responses(self, scope):
        """Query of the promoted orders of each customer in a scope who has some.

        It begins with the few rows that tell of promotions, found by partial indexes:
        no other order is read.
        """
        return SQL(
            "SELECT partner_id, COUNT(*) AS promotion_count"
            " FROM (%s UNION %s) promoted GROUP BY partner_id",
            self._orders(scope, self._is_rewarded()),
            self._orders(scope, SQL("so.campaign_id IS NOT NULL")),
        )

    @api.model
    def _orders(self, scope, condition):
        """Query of the confirmed orders of the years that count, with the customer."""
        return SQL(
            """
            SELECT so.id, contact.commercial_partner_id AS partner_id
              FROM sale_order so
              JOIN res_partner contact ON contact.id = so.partner_id
             WHERE so.state = 'sale' AND so.company_id = %s
               AND so.date_order >= %s AND so.date_order < %s AND %s AND %s
            """,
            scope.company_id,
            fields.Date.add(fields.Date.subtract(scope.as_of, years=YEARS), days=1),
            fields.Date.add(scope.as_of, days=1),
            scope.holds(SQL("contact.commercial_partner_id")),
            condition,
        )

    @api.model
    def _is_rewarded(self):
        """Condition that a promotion gave something on the order ``so``. A hook."""
        return SQL(
            """
            so.id IN (SELECT line.order_id
                        FROM sale_order_line line
                        JOIN loyalty_reward reward ON reward.id = line.reward_id
                        JOIN loyalty_program program ON program.id = reward.program_id
                       WHERE line.reward_id IS NOT NULL
                         AND program.program_type NOT IN ('gift_card', 'ewallet'))
            """
        )
