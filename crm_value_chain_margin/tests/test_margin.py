from odoo import Command
from odoo.tests import tagged

from .margin_case import MarginCase


@tagged("post_install", "-at_install")
class TestMargin(MarginCase):
    """What a sale earned, and where that is not known."""

    @classmethod
    def credit(cls, move, product=None, **values):
        """A credit note of an invoice, just of a product, its lines changed."""
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": cls.today})
        )
        refund = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if product:
            lines = refund.invoice_line_ids
            lines.filtered(lambda line: line.product_id != product).unlink()
        refund.invoice_line_ids.write(values)
        refund.invoice_date = cls.today
        refund.action_post()
        return refund

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    def test_order(self):
        """An order earns what Odoo shows on it: 100 - 60 = 40."""
        order = self.order(self.customer)
        self.assertEqual(order.margin, 40)
        self.assertEqual(self.margins(), [40])

    def test_order_without_cost(self):
        """Goods that nobody entered a cost of earn nothing known, not all."""
        self.product.standard_price = 0
        self.order(self.customer)
        self.order_lines({"product_id": self.service.id})
        self.assertEqual(self.margins(), [None, None])
        self.score()
        self.assertIsNone(self.stored_margin())
        self.assertIsNone(self.stored_margin("profit"))

    def test_service_along_with_goods(self):
        """What costs nothing earns its price beside what costs: 40 + 50 = 90."""
        self.order_lines({"price_unit": 100}, {"product_id": self.service.id})
        self.assertEqual(self.margins(), [90])

    def test_order_below_cost(self):
        """A loss is a negative margin, a gift loses its cost."""
        self.order(self.customer, days_ago=2, amount=45)
        self.order(self.customer, days_ago=1, amount=0)
        self.assertEqual(self.margins(), [-15, -60])

    def test_empty_order(self):
        """An order of nothing earns nothing known."""
        self.order_lines({"product_uom_qty": 0})
        self.assertEqual(self.margins(), [None])

    def test_rounded_taxes_are_no_cost(self):
        """Cents from rounding the taxes of all lines together are not a cost."""
        tax = self.env["account.tax"].create(
            {
                "name": "Included",
                "amount": 21,
                "price_include_override": "tax_included",
                "company_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        line = {
            "product_id": self.service.id,
            "price_unit": 9.99,
            "tax_ids": [Command.set(tax.ids)],
        }
        order = self.order_lines(*[line] * 7)
        self.assertNotEqual(order.margin, order.amount_untaxed)
        self.assertEqual(self.margins(), [None])

    def test_foreign_currency(self):
        """40 euros at 0.8 euros per dollar are 50 dollars, at 1.25 they are 32."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        for days_ago in (50, 5):
            line = {"price_unit": 100, "purchase_price": 60}
            self.order_lines(line, days_ago=days_ago, pricelist_id=pricelist.id)
        self.assertEqual(self.margins(), [50, 32])

    def test_contact_earns_for_its_company(self):
        """What a contact's purchase earned belongs to its company, also at night."""
        self.order(self.buyer, days_ago=9)
        self.order(self.customer, days_ago=4, amount=110)
        self.buy(self.buyer, days_ago=2, amount=20, margin=5)
        self.buy(self.buyer, days_ago=1, amount=20)
        self.assertEqual(self.margins(), [40, 50, 5, None])
        self.assertEqual(self.margins(self.buyer), [])
        self.run_cron()
        self.assertEqual(self.stored_margin(), 95)
        self.assertEqual(self.stored_margin("profit"), 95)

    # ------------------------------------------------------------------
    # Credit notes and invoices where orders lead
    # ------------------------------------------------------------------

    def test_return(self):
        """A return takes back what the order earned."""
        order = self.order(self.customer, days_ago=9)
        self.reverse(self.invoice_order(order))
        self.assertEqual(self.margins(), [40, -40])
        self.score()
        self.assertEqual(self.stored_margin(), 0)

    def test_return_in_foreign_currency(self):
        """Cost comes back at the order's rate: -100 / 1.25 + 60 / 0.8 = -5."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        line = {"price_unit": 100, "purchase_price": 60}
        order = self.order_lines(line, days_ago=50, pricelist_id=pricelist.id)
        move = self.invoice_order(order)
        self.assertEqual(move.currency_id, self.euro)
        self.reverse(move)
        self.assertEqual(self.margins(), [50, -5])

    def test_return_of_a_part(self):
        """One piece of three comes back: 3 x 40, then -40."""
        order = self.order_lines({"price_unit": 100, "product_uom_qty": 3}, days_ago=9)
        move = self.invoice_order(order)
        self.credit(move, quantity=1)
        self.assertEqual(self.margins(), [120, -40])

    def test_reduced_price_is_no_profit(self):
        """Giving back 10 of 100 takes back a tenth of the margin, and no goods."""
        order = self.order(self.customer, days_ago=9)
        self.credit(self.invoice_order(order), price_unit=10)
        self.assertEqual(self.margins(), [40, -4])

    def test_return_of_a_service(self):
        """A service that earned its price as part of an order takes that back."""
        order = self.order_lines(
            {"price_unit": 100}, {"product_id": self.service.id}, days_ago=9
        )
        move = self.invoice_order(order)
        refund = self.credit(move, self.service)
        self.assertEqual(refund.amount_untaxed, 50)
        self.assertEqual(self.margins(), [90, -50])

    def test_return_of_unknown_cost(self):
        """The return of an order whose margin is not known has none, either."""
        self.product.standard_price = 0
        order = self.order(self.customer, days_ago=9)
        self.reverse(self.invoice_order(order))
        self.assertEqual(self.margins(), [None, None])

    def test_down_payment_refunded_with_the_rest(self):
        """Down payments earn nothing: order 90 - 60 = 30, returned as a whole."""
        order = self.order(self.customer, days_ago=9, amount=90)
        down_payment = self.invoice_order(
            order, advance_payment_method="percentage", amount=50
        )
        final = self.invoice_order(order)
        self.reverse(final)
        self.reverse(down_payment)
        self.assertEqual(self.margins(), [30, -30])

    def test_cancelled_order_that_stays_invoiced(self):
        """What stays in the books earned its price less its cost."""
        order = self.order(self.customer, amount=90)
        self.invoice_order(order)
        order.action_cancel()
        self.assertEqual(self.margins(), [30])

    def test_invoice_without_order(self):
        """An invoice that comes from no order has no cost in Odoo Community."""
        self.reverse(self.invoice(days_ago=3))
        self.assertEqual(self.margins(), [None, None])

    # ------------------------------------------------------------------
    # Where invoices lead
    # ------------------------------------------------------------------

    def test_invoices_lead(self):
        """An invoice earns its lines less the cost on the order: 2 x 40."""
        self.company.value_chain_source = "invoice"
        self.order(self.customer)
        order = self.order_lines({"price_unit": 100, "product_uom_qty": 2})
        move = self.invoice_order(order)
        self.assertEqual(self.margins(), [80])
        self.reverse(move)
        self.assertEqual(self.margins(), [80, -80])

    def test_invoices_lead_with_another_price(self):
        """The invoice says the price: 95 instead of 100 earns 35."""
        self.company.value_chain_source = "invoice"
        move = self.invoice_order(self.order(self.customer))
        move.button_draft()
        move.invoice_line_ids.price_unit = 95
        move.action_post()
        self.assertEqual(self.margins(), [35])

    def test_invoices_lead_with_down_payment(self):
        """The invoice of the goods has all the margin: nothing and 90 - 60."""
        self.company.value_chain_source = "invoice"
        order = self.order(self.customer, amount=90)
        self.invoice_order(order, advance_payment_method="percentage", amount=50)
        self.invoice_order(order)
        self.assertEqual(self.margins(), [None, 30])

    def test_invoices_lead_in_another_unit(self):
        """Sold by the dozen, invoiced by the piece: 12 x 100 - 720 = 480."""
        self.company.value_chain_source = "invoice"
        dozen = self.env.ref("uom.product_uom_dozen")
        unit = self.env.ref("uom.product_uom_unit")
        order = self.order_lines({"product_uom_id": dozen.id, "price_unit": 1200})
        self.assertEqual(order.order_line.purchase_price, 720)
        move = self.invoice_order(order)
        move.button_draft()
        move.invoice_line_ids.write(
            {"product_uom_id": unit.id, "quantity": 12, "price_unit": 100}
        )
        move.action_post()
        self.assertEqual(self.margins(), [480])

    def test_view_sees_what_is_not_written_yet(self):
        """A margin is read as it is now, without asking to have it written."""
        order = self.order(self.customer)
        self.env.flush_all()
        order.order_line.purchase_price = 70
        row = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(row.margin, 30)
