from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

ALL_CUSTOMERS = "sales_team.group_sale_salesman_all_leads"


# a part of its own: how much of what is sold hangs on a member
# pylint: disable=consider-merging-classes-inherited
class CrmNetworkMember(models.Model):
    """The share of our revenue that goes through a member.

    It is measured as customers are: by their value a year, which their profiles say,
    and by the transactions behind it. As a share of everybody's it is the same for
    whoever looks, and shown to those only who may see all customers.
    """

    _inherit = "crm.network.member"

    revenue_share = fields.Float(
        "Share of Revenue",
        compute="_compute_revenue_share",
        groups=ALL_CUSTOMERS,
        help="What it bought itself in the last twelve months, and what others bought "
        "by orders that it brought or delivers, as a share of what all customers "
        "bought. Returns count as less.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_revenue_share(self):
        bought, totals = self._yearly_amounts()
        brought = self._amounts_of_others() if self._origin else {}
        for member in self:
            company = member.company_id._origin
            total = totals.get(company, 0)
            through = bought.get((member.partner_id._origin, company), 0)
            through += brought.get(member._origin.id, 0)
            member.revenue_share = through / total if total > 0 else 0.0

    def _yearly_amounts(self):
        """Value a year of the members as customers, and of all customers.

        :return: amounts by contact and company, and by company
        :rtype: tuple[dict, dict]
        """
        profiles = self.env["crm.customer.profile"].sudo()
        profiles = profiles.with_context(active_test=False)  # they bought nevertheless
        companies = [("company_id", "in", self.company_id.ids)]
        amount = ["yearly_amount:sum"]
        rows = profiles._read_group(
            [("partner_id", "in", self.partner_id.ids), *companies],
            ["partner_id", "company_id"],
            amount,
        )
        totals = dict(profiles._read_group(companies, ["company_id"], amount))
        bought = {(partner, company): value for partner, company, value in rows}
        return bought, totals

    def _amounts_of_others(self):
        """What others bought in a year by orders that the members brought or deliver.

        :rtype: dict[int, float]
        """
        self.env.flush_all()
        year_ago, today = self._year_ago(), fields.Date.today()
        transactions = self.env["crm.customer.transaction"].sudo()
        amounts = defaultdict(float)
        for company, members in self._origin.grouped("company_id").items():
            query = members._through_members(
                transactions._between(company.id, year_ago, today), year_ago
            )
            amounts.update(self.env.execute_query(query))
        return amounts

    def _through_members(self, transactions, year_ago):
        """Query of the amounts of others' transactions that go through members.

        A transaction is an order that a member brought or delivers, or an invoice of
        such a one; what goes through a member twice counts once. Only customers with
        a profile count, as among all customers.
        """
        return SQL(
            """
            WITH ordered AS (
                SELECT network_member_id AS member_id, id AS order_id
                  FROM sale_order WHERE network_member_id = ANY(%(ids)s)
                 UNION
                SELECT member_id, order_id
                  FROM crm_network_delivery WHERE member_id = ANY(%(ids)s)
            ),
            document AS MATERIALIZED (
                SELECT ordered.member_id, TRUE AS is_order, so.id
                  FROM ordered
                  JOIN sale_order so ON so.id = ordered.order_id
                 WHERE so.state = 'sale' AND so.date_order > %(year_ago)s
                 UNION
                SELECT ordered.member_id, FALSE, line.move_id
                  FROM ordered
                  JOIN sale_order_line sold ON sold.order_id = ordered.order_id
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
                  JOIN account_move_line line ON line.id = rel.invoice_line_id
                 WHERE line.parent_state = 'posted'
            )
            SELECT member.id, SUM(t.amount)::float8
              FROM (%(transactions)s) t
              JOIN document ON document.id = t.res_id
                           AND document.is_order = (t.source = 'order')
              JOIN crm_network_member member ON member.id = document.member_id
              JOIN crm_customer_profile profile
                ON profile.partner_id = t.partner_id
               AND profile.company_id = member.company_id
             WHERE t.source IN ('order', 'invoice', 'refund')
               AND t.res_id = ANY(ARRAY(SELECT id FROM document))
               AND t.partner_id != member.partner_id
             GROUP BY 1
            """,
            ids=self.ids,
            year_ago=year_ago,
            transactions=transactions,
        )
