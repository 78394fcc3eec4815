from odoo.tests import tagged

from odoo.addons.crm_value_chain.tests.portfolio.cost_case import CostCase

from .margin_case import MarginCase


@tagged("post_install", "-at_install")
class TestMarginProfit(CostCase, MarginCase):
    """What was delivered on an order is in its margin: it costs only once."""

    def figures(self):
        """Margin, cost to serve and profit of the customer, measured now."""
        self.score()
        names = ("margin", "service_cost", "profit")
        return tuple(self.stored_margin(name) for name in names)

    def test_by_hand(self):
        """Order, order in euros, return, and work besides: 50 + 0 - 12.5 = 37.5."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        line = {"price_unit": 100, "purchase_price": 60}
        self.order_lines(line, days_ago=50, pricelist_id=pricelist.id)
        self.reverse(self.invoice_order(self.order(self.customer, days_ago=9)))
        self.work(15, self.account)
        self.work(-2.5, self.account)
        self.assertEqual(self.figures(), (50, 12.5, 37.5))

    def test_work_that_was_sold(self):
        """Work on an order line with a cost is in the margin: 100 - 60 = 40."""
        order = self.order(self.customer)
        self.work(55, self.account, so_line=order.order_line.id)
        self.work(7, self.account)
        self.assertEqual(self.figures(), (40, 7, 33))

    def test_work_that_was_sold_without_cost(self):
        """Work on an order line that costs nothing takes off the profit."""
        order = self.order_lines({}, {"product_id": self.service.id})
        advice = order.order_line.filtered(lambda line: line.product_id == self.service)
        self.work(30, self.account, so_line=advice.id)
        self.assertEqual(self.figures(), (90, 30, 60))

    def test_cost_of_what_was_sold_comes_later(self):
        """Work is in the margin from when its order line has a cost, by the queue."""
        order = self.order_lines({}, {"product_id": self.service.id})
        advice = order.order_line.filtered(lambda line: line.product_id == self.service)
        self.work(30, self.account, so_line=advice.id)
        self.run_cron()
        self.assertEqual(self.stored_margin("profit"), 60)
        advice.purchase_price = 28
        self.run_cron()
        self.assertEqual(self.stored_margin("profit"), 62)
        self.assertIsNone(self.stored_margin("service_cost"))

    def test_order_of_unknown_cost(self):
        """Beside a large order that costs nobody knows what, there is no profit."""
        self.order(self.customer)
        self.order_lines({"product_id": self.service.id, "price_unit": 900})
        self.work(70, self.account)
        self.assertEqual(self.figures(), (40, 70, None))

    def test_work_on_a_cancelled_order(self):
        """Work on an order that came to nothing is a cost to serve."""
        self.order(self.customer)
        order = self.order(self.customer)
        self.work(55, self.account, so_line=order.order_line.id)
        order._action_cancel()
        self.assertEqual(self.figures(), (40, 55, -15))
