from odoo import Command
from odoo.tools import SQL

from odoo.addons.crm_value_chain.tests.customer.trade_case import TradeCase


class MarginCase(TradeCase):
    """Goods that sell at 100 and cost 60, a service that costs nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.standard_price = 60
        cls.service = cls.env["product.product"].create(
            {
                "name": "Advice",
                "type": "service",
                "list_price": 50,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )

    @classmethod
    def order_lines(cls, *lines, confirm=True, **values):
        """A sales order of lines, each given as a dict of the values that matter."""
        commands = [
            Command.create({"product_id": cls.product.id, **line}) for line in lines
        ]
        return cls.order(cls.customer, order_line=commands, confirm=confirm, **values)

    @classmethod
    def margins(cls, partner=None):
        """Margin of each transaction of a customer, oldest first; None: not known.

        Read as SQL does, since the ORM shows what is not known as zero.
        """
        cls.env.flush_all()
        rows = cls.env.execute_query(
            SQL(
                "SELECT ROUND(t.margin, 2)::float8 FROM (%s) t"
                " WHERE t.partner_id = %s AND t.company_id = %s ORDER BY t.date, t.id",
                cls.env["crm.customer.transaction"]._transactions(),
                (partner or cls.customer).id,
                cls.company.id,
            )
        )
        return [margin for (margin,) in rows]

    @classmethod
    def stored_margin(cls, name="margin"):
        """A figure of the customer's profile as it is in the database."""
        cls.env.flush_all()
        profile = cls.profile(cls.customer)
        [(value,)] = cls.env.execute_query(
            SQL(
                "SELECT %s::float8 FROM crm_customer_profile WHERE id = %s",
                SQL.identifier(name),
                profile.id,
            )
        )
        return value
