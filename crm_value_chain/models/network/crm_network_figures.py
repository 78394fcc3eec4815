from odoo import api, fields, models
from odoo.tools import SQL

PROFITABILITY = "crm_value_chain.group_profitability"
MONTHS = 12


# a part of its own: what Odoo's documents tell of a member
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """What goes through a member: leads, orders, and what it costs us."""

    _inherit = "crm.network.member"

    lead_count = fields.Integer(
        "Leads Brought",
        compute="_compute_lead_count",
        help="Leads and opportunities that it brought, lost ones too, of those that "
        "you may see.",
    )
    order_count = fields.Integer(
        "Orders Brought",
        compute="_compute_orders",
        help="Confirmed orders of the last twelve months that it brought, of those "
        "that you may see.",
    )
    brought_amount = fields.Monetary(
        "Revenue Brought",
        compute="_compute_orders",
        help="Untaxed amount of the orders of the last twelve months that it brought.",
    )
    delivery_count = fields.Integer(
        "Orders Delivered",
        compute="_compute_orders",
        help="Confirmed orders of the last twelve months that it delivers.",
    )
    delivered_amount = fields.Monetary(
        "Revenue Delivered",
        compute="_compute_orders",
        help="Untaxed amount of the orders of the last twelve months that it delivers.",
    )
    profile_id = fields.Many2one(
        "crm.customer.profile", "As a Customer", compute="_compute_profile_id"
    )
    customer_amount = fields.Monetary(
        "Buys a Year",
        compute="_compute_profile_id",
        help="What it bought in the last twelve months, as its customer profile says.",
    )
    bill_amount = fields.Monetary(
        "Bills",
        compute="_compute_bills",
        groups=PROFITABILITY,
        help="Untaxed amount of its vendor bills of the last twelve months, less "
        "refunds.",
    )
    cost_share = fields.Float(
        "Share of Cost",
        compute="_compute_bills",
        groups=PROFITABILITY,
        help="Its bills as a share of all vendor bills of the last twelve months.",
    )

    @api.depends_context("uid")
    def _compute_lead_count(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        counts = {}
        if leads.has_access("read"):
            counts = dict(
                leads._read_group(
                    [("network_member_id", "in", self.ids)],
                    ["network_member_id"],
                    ["__count"],
                )
            )
        for member in self:
            member.lead_count = counts.get(member._origin, 0)

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_profile_id(self):
        profiles = self.env["crm.customer.profile"].search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            ["partner_id", "company_id", "yearly_amount"],
        )
        found = {(p.partner_id, p.company_id): p for p in profiles}
        for member in self:
            key = (member.partner_id._origin, member.company_id._origin)
            member.profile_id = found.get(key, False)
            member.customer_amount = member.profile_id.yearly_amount

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_orders(self):
        rows = self._read_orders()
        for member in self:
            row = rows.get(member._origin.id, {})
            member.order_count = row.get("brought", 0)
            member.brought_amount = row.get("brought_amount") or 0.0
            member.delivery_count = row.get("delivered", 0)
            member.delivered_amount = row.get("delivered_amount") or 0.0

    def _read_orders(self):
        """Orders that go through these members, of those that the user may read.

        :return: figures by member id
        :rtype: dict[int, dict]
        """
        orders = self.env["sale.order"]
        if not (self.ids and orders.has_access("read")):
            return {}
        orders.flush_model()
        readable = orders._search(self._counted_orders()).subselect(
            "id",
            "network_member_id",
            SQL("amount_untaxed / COALESCE(NULLIF(currency_rate, 0), 1) AS amount"),
        )
        rows = self.env.execute_query_dict(self._orders_by_member(readable))
        return {row["member_id"]: row for row in rows}

    def _counted_orders(self):
        """Domain of the confirmed orders of the last twelve months."""
        return [
            ("company_id", "in", self.company_id.ids),
            ("state", "=", "sale"),
            ("date_order", ">=", self._year_ago()),
        ]

    @api.model
    def _year_ago(self):
        return fields.Date.subtract(fields.Date.today(), months=MONTHS)

    def _orders_by_member(self, orders):
        """Query of the orders that each member brought and delivers."""
        return SQL(
            """
            WITH o AS %(orders)s,
            through AS (
                SELECT network_member_id AS member_id, amount, TRUE AS brought
                  FROM o WHERE network_member_id = ANY(%(ids)s)
                UNION ALL
                SELECT delivery.member_id, o.amount, FALSE
                  FROM crm_network_delivery delivery
                  JOIN o ON o.id = delivery.order_id
                 WHERE delivery.member_id = ANY(%(ids)s)
            )
            SELECT member_id,
                   COUNT(*) FILTER (WHERE brought) AS brought,
                   COUNT(*) FILTER (WHERE NOT brought) AS delivered,
                   SUM(amount) FILTER (WHERE brought) AS brought_amount,
                   SUM(amount) FILTER (WHERE NOT brought) AS delivered_amount
              FROM through GROUP BY 1
            """,
            orders=orders,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # What it costs
    # ------------------------------------------------------------------

    @api.depends("partner_id", "company_id")
    def _compute_bills(self):
        figures = {
            name: dict(self.env.execute_query(query)) if self.ids else {}
            for name, query in self.sudo()._network_figures().items()
        }
        totals = self.sudo()._all_bills()
        for member in self:
            for name, found in figures.items():
                member[name] = float(found.get(member._origin.id) or 0)
            total = totals.get(member.company_id._origin.id) or 0
            member.cost_share = member.bill_amount / total if total > 0 else 0.0

    def _network_figures(self):
        """Queries of what members cost us, by the name of the field. A hook.

        Each gives the id of a member of these and an amount in the currency of its
        company. A bridge to another app adds the field, computed by
        ``_compute_bills`` and with ``groups``, and its query: so may one to Purchase
        with the purchase orders.

        :rtype: dict[str, SQL]
        """
        self.flush_model(["partner_id", "company_id"])
        return {
            "bill_amount": SQL(
                """
                SELECT member.id, SUM(-bill.amount_untaxed_signed)
                  FROM crm_network_member member
                  JOIN account_move bill
                    ON bill.company_id = member.company_id
                   AND bill.id IN %s
                  JOIN res_partner contact ON contact.id = bill.partner_id
                   AND member.partner_id
                       IN (contact.id, contact.commercial_partner_id)
                 WHERE member.id = ANY(%s)
                 GROUP BY 1
                """,
                self._counted_bills().subselect(),
                self.ids,
            )
        }

    def _counted_bills(self):
        """Query of the vendor bills and refunds of the last twelve months."""
        return self.env["account.move"]._search(
            [
                ("company_id", "in", self.company_id.ids),
                ("move_type", "in", ("in_invoice", "in_refund")),
                ("state", "=", "posted"),
                ("invoice_date", ">=", self._year_ago()),
            ]
        )

    def _all_bills(self):
        """Untaxed amount of all counted vendor bills, by company id."""
        query = self._counted_bills()
        query.groupby = SQL("1")
        return dict(
            self.env.execute_query(
                query.select(
                    SQL.identifier("account_move", "company_id"),
                    SQL(
                        "SUM(-%s)",
                        SQL.identifier("account_move", "amount_untaxed_signed"),
                    ),
                )
            )
        )
