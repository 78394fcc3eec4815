from odoo.tests import Form, tagged

from ..hooks import post_init_hook, uninstall_hook
from .margin_case import MarginCase


@tagged("post_install", "-at_install")
class TestMarginQueue(MarginCase):
    """Whose figures are computed again when a cost changes."""

    def test_cost_of_confirmed_order(self):
        """A cost that is entered later reaches the profile by the queue."""
        order = self.order(self.buyer)
        self.score()
        self.assertEqual(self.stored_margin(), 40)
        self.empty_queue()
        order.order_line.purchase_price = 75
        self.assertEqual(self.queued(), {(self.customer.id, self.company.id)})
        self.run_cron()
        self.assertEqual(self.stored_margin(), 25)

    def test_cost_of_recomputed_line(self):
        """A cost that another app computes (delivery, timesheet) does so, too."""
        order = self.order(self.customer)
        self.empty_queue()
        self.product.standard_price = 80
        order.order_line.modified(["company_id"])
        self.assertEqual(self.queued(), {(self.customer.id, self.company.id)})
        self.assertEqual(order.margin, 20)

    def test_customer_who_is_invoiced(self):
        """Where invoices lead, the one who pays is who has bought."""
        self.company.value_chain_source = "invoice"
        payer = self.make_customer("Payer")
        order = self.order(self.customer, partner_invoice_id=payer.id)
        self.invoice_order(order)
        self.empty_queue()
        order.order_line.purchase_price = 75
        self.assertIn((payer.id, self.company.id), self.queued())

    def test_quotation(self):
        """The cost of a quotation is nobody's business yet."""
        order = self.order(self.customer, confirm=False)
        self.empty_queue()
        order.order_line.purchase_price = 75
        self.assertEqual(self.queued(), set())

    def test_unsaved_form(self):
        """What is only typed queues nobody."""
        order = self.order(self.customer)
        self.empty_queue()
        with self.env.cr.savepoint() as savepoint:
            form = Form(order)
            with form.order_line.edit(0) as line:
                line.price_unit = 75
            self.assertEqual(self.queued(), set())
            savepoint.rollback()

    def test_coming_and_going(self):
        """All customers are measured again when the addon comes or goes."""
        other = self.make_customer("Other")
        self.buy(other)
        self.order(self.customer)
        self.score()
        for hook in (post_init_hook, uninstall_hook):
            self.empty_queue()
            hook(self.env)
            with self.subTest(hook=hook.__name__):
                expected = {(c.id, self.company.id) for c in self.customer | other}
                self.assertLessEqual(expected, self.queued())

    def test_lines_of_many_orders(self):
        """Costs of several orders at once queue each customer."""
        other = self.make_customer("Other")
        orders = self.order(self.customer) | self.order(other)
        self.empty_queue()
        orders.order_line.purchase_price = 10
        self.assertEqual(
            self.queued(), {(c.id, self.company.id) for c in self.customer | other}
        )
