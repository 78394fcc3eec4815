from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import tagged, users
from odoo.tools import SQL

from .trade_case import TradeCase


@tagged("post_install", "-at_install")
class TestTransaction(TradeCase):
    """What counts as a sale, when, for how much and to whom."""

    @classmethod
    def sales(cls, partner=None, company=None):
        """Amount and source of what a customer bought, oldest first."""
        rows = cls.env["crm.customer.transaction"].search(
            [
                ("partner_id", "=", (partner or cls.customer).id),
                ("company_id", "=", (company or cls.company).id),
            ],
            order="date, id",
        )
        return [(round(row.amount, 2), row.source) for row in rows]

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    def test_confirmed_order_is_a_sale(self):
        """A confirmed order counts once, with its number, day and untaxed amount."""
        order = self.order(self.customer, days_ago=12, amount=250)
        row = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(len(row), 1)
        self.assertEqual(row.amount, 250)
        self.assertEqual(row.date, self.today - timedelta(days=12))
        self.assertEqual(row.reference, order.name)
        self.assertEqual((row.res_model, row.res_id), ("sale.order", order.id))
        self.assertEqual(row.currency_id, self.company.currency_id)

    def test_amount_is_untaxed(self):
        """Taxes are no part of what a customer bought."""
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")],
            limit=1,
        )
        self.assertTrue(tax.amount)
        order = self.order(self.customer, amount=100, confirm=False)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertGreater(order.amount_total, 100)
        self.invoice(
            invoice_line_ids=[
                Command.create({"price_unit": 50, "tax_ids": [Command.set(tax.ids)]})
            ]
        )
        self.assertCountEqual(self.sales(), [(100, "order"), (50, "invoice")])

    def test_quotation_and_cancelled_order_are_no_sale(self):
        """Only confirmed orders count; cancelling one takes it away again."""
        self.order(self.customer, confirm=False)
        sent = self.order(self.customer, confirm=False)
        sent.action_quotation_sent()
        order = self.order(self.customer, amount=70)
        self.assertEqual(self.sales(), [(70, "order")])
        order.action_cancel()
        self.assertEqual(self.sales(), [])

    def test_locked_order_is_a_sale(self):
        """Locking an order changes nothing about what was sold."""
        order = self.order(self.customer, amount=70)
        order.action_lock()
        self.assertEqual(self.sales(), [(70, "order")])

    def test_contact_buys_for_its_company(self):
        """What a contact orders, gets invoiced or bought before is its company's."""
        self.order(self.buyer, days_ago=3, amount=10)
        self.invoice(self.buyer, days_ago=2, amount=20)
        self.buy(self.buyer, days_ago=1, amount=30)
        self.assertEqual(
            self.sales(), [(10, "order"), (20, "invoice"), (30, "history")]
        )
        self.assertEqual(self.sales(self.buyer), [])

    def test_contact_that_changes_company_takes_its_sales_along(self):
        """A sale belongs to whom the contact belongs to now."""
        self.order(self.buyer, amount=10)
        self.invoice(self.buyer, amount=20)
        other = self.make_customer("Other", is_company=True)
        self.buyer.parent_id = other
        self.assertEqual(self.sales(), [])
        self.assertCountEqual(self.sales(other), [(10, "order"), (20, "invoice")])

    def test_order_without_amount_is_a_sale_of_zero(self):
        """A gift is a purchase of amount zero."""
        self.order(self.customer, amount=0)
        self.assertEqual(self.sales(), [(0, "order")])

    def test_order_in_foreign_currency(self):
        """An amount is converted at the rate of the day of the order."""
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        for days_ago in (150, 50, 5):
            order = self.order(
                self.customer,
                days_ago=days_ago,
                amount=100,
                pricelist_id=pricelist.id,
                confirm=False,
            )
            order.order_line.price_unit = 100
            order.action_confirm()
            order.date_order = fields.Datetime.now() - timedelta(days=days_ago)
        self.assertEqual(self.sales(), [(200, "order"), (125, "order"), (80, "order")])

    # ------------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------------

    def test_invoice_without_order_is_a_sale(self):
        """An invoice that comes from no order counts at its own date once posted."""
        move = self.invoice(days_ago=7, amount=80, post=False)
        self.assertEqual(self.sales(), [])
        move.action_post()
        row = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual((row.amount, row.reference), (80, move.name))
        self.assertEqual(row.date, self.today - timedelta(days=7))
        self.assertEqual((row.res_model, row.res_id), ("account.move", move.id))
        move.button_draft()
        self.assertEqual(self.sales(), [])

    def test_invoice_in_foreign_currency(self):
        """An invoice is converted at the rate of its own date."""
        for days_ago in (150, 50, 5):
            self.invoice(days_ago=days_ago, amount=100, currency_id=self.euro.id)
        self.assertEqual(
            self.sales(), [(200, "invoice"), (125, "invoice"), (80, "invoice")]
        )

    def test_receipt_is_a_sale(self):
        """A sales receipt counts like an invoice."""
        self.invoice(amount=15, move_type="out_receipt")
        self.assertEqual(self.sales(), [(15, "invoice")])

    def test_purchases_of_ours_are_no_sales(self):
        """Bills, refunds of vendors and journal entries are nobody's purchases."""
        for move_type in ("in_invoice", "in_refund", "in_receipt"):
            self.invoice(amount=15, move_type=move_type)
        self.assertEqual(self.sales(), [])

    def test_credit_note_of_an_invoice(self):
        """A return of what was invoiced without an order is negative."""
        self.reverse(self.invoice(days_ago=5, amount=80), days_ago=1)
        self.assertEqual(self.sales(), [(80, "invoice"), (-80, "refund")])

    def test_credit_note_of_nothing(self):
        """A credit note that stands alone is a return, too."""
        self.invoice(amount=15, move_type="out_refund")
        self.assertEqual(self.sales(), [(-15, "refund")])

    def test_credit_note_without_amount(self):
        """A return of amount zero is no purchase of amount zero."""
        self.invoice(amount=0, move_type="out_refund")
        self.assertEqual(self.sales(), [])
        self.invoice(amount=0)
        self.assertEqual(self.sales(), [(0, "invoice")])

    # ------------------------------------------------------------------
    # Orders that are invoiced: each sale once
    # ------------------------------------------------------------------

    def test_invoiced_order_counts_once(self):
        """The invoice of an order repeats the sale and is left out."""
        self.invoice_order(self.order(self.customer, amount=90))
        self.assertEqual(self.sales(), [(90, "order")])

    def test_down_payment_counts_once(self):
        """Neither a down payment nor the final invoice adds to the order."""
        order = self.order(self.customer, amount=90)
        self.invoice_order(order, advance_payment_method="percentage", amount=50)
        self.assertEqual(self.sales(), [(90, "order")])
        self.invoice_order(order)
        self.assertEqual(self.sales(), [(90, "order")])

    def test_down_payment_refunded(self):
        """A down payment that is paid back is no return: the order still stands."""
        order = self.order(self.customer, amount=90)
        down_payment = self.invoice_order(
            order, advance_payment_method="fixed", fixed_amount=30
        )
        self.reverse(down_payment)
        self.assertEqual(self.sales(), [(90, "order")])

    def test_order_with_down_payment_returned(self):
        """Refunding the down payment and the rest returns just what was ordered."""
        order = self.order(self.customer, amount=90)
        down_payment = self.invoice_order(
            order, advance_payment_method="percentage", amount=50
        )
        final = self.invoice_order(order)
        self.assertEqual(final.amount_untaxed, 45)
        self.reverse(final)
        self.reverse(down_payment)
        self.assertCountEqual(self.sales(), [(90, "order"), (-90, "refund")])

    def test_return_of_an_order(self):
        """A credit note of an invoiced order is a return."""
        move = self.invoice_order(self.order(self.customer, days_ago=9, amount=90))
        self.reverse(move, days_ago=0)
        self.assertEqual(self.sales(), [(90, "order"), (-90, "refund")])

    def test_reversed_and_invoiced_again(self):
        """A corrected invoice is no return: the order says what was sold."""
        move = self.invoice_order(self.order(self.customer, amount=90))
        self.reverse(move, again=True)
        self.assertEqual(len(move.line_ids.sale_line_ids.invoice_lines.move_id), 3)
        self.assertEqual(self.sales(), [(90, "order")])

    def test_refunded_and_cancelled_order(self):
        """An order that is refunded, then cancelled, was no sale and no return."""
        order = self.order(self.customer, amount=90)
        self.reverse(self.invoice_order(order))
        order.action_cancel()
        self.assertEqual(self.sales(), [])

    def test_cancelled_order_that_stays_invoiced(self):
        """What is in the books was sold, also if its order was cancelled since."""
        order = self.order(self.customer, amount=90)
        self.invoice_order(order)
        order.action_cancel()
        self.assertEqual(self.sales(), [(90, "invoice")])

    # ------------------------------------------------------------------
    # Invoices as the leading source
    # ------------------------------------------------------------------

    def test_invoices_lead(self):
        """Where invoices lead, only what was invoiced is sold."""
        self.company.value_chain_source = "invoice"
        self.order(self.customer, amount=40)
        self.invoice_order(self.order(self.customer, amount=90))
        self.invoice(amount=15)
        self.buy(self.customer, days_ago=50, amount=5)
        self.assertEqual(
            self.sales(), [(5, "history"), (90, "invoice"), (15, "invoice")]
        )

    def test_invoices_lead_with_down_payment(self):
        """Where invoices lead, down payment and final invoice add up to the order."""
        self.company.value_chain_source = "invoice"
        order = self.order(self.customer, amount=90)
        self.invoice_order(order, advance_payment_method="percentage", amount=50)
        self.invoice_order(order)
        self.assertEqual(sum(amount for amount, _source in self.sales()), 90)

    def test_invoices_lead_with_correction(self):
        """Where invoices lead, a correction cancels out and the last invoice stays."""
        self.company.value_chain_source = "invoice"
        move = self.invoice_order(self.order(self.customer, amount=90))
        self.reverse(move, again=True)
        self.assertEqual(sum(amount for amount, _source in self.sales()), 90)

    # ------------------------------------------------------------------
    # Companies and users
    # ------------------------------------------------------------------

    def test_each_company_has_its_own_sales(self):
        """What one company sold is no sale of another, in its own currency."""
        other = self.env["res.company"].create(
            {"name": "Ladder Europe", "currency_id": self.euro.id}
        )
        self.env.user.company_ids |= other
        self.order(self.customer, amount=40)
        self.buy(self.customer, amount=7, company=other, currency_id=self.euro.id)
        both = self.env["crm.customer.transaction"].with_context(
            allowed_company_ids=(self.company | other).ids
        )
        rows = both.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            {(row.company_id, row.amount, row.currency_id) for row in rows},
            {
                (self.company, 40, self.company.currency_id),
                (other, 7, self.euro),
            },
        )

    @users("transaction_seller")
    def test_seller_sees_sales_of_own_company_only(self):
        """A seller sees the transactions of the companies at hand."""
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        admin = self.env["crm.historical.purchase"].sudo()
        for company, amount in ((self.company, 40), (other, 50)):
            admin.create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "date": self.today,
                    "amount": amount,
                    "currency_id": company.currency_id.id,
                }
            )
        rows = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(rows.mapped("amount"), [40])

    @users("transaction_seller")
    def test_seller_adds_up_sales(self):
        """Sales can be added up by customer and month."""
        self.buy(self.customer, amount=10)
        self.buy(self.buyer, amount=-4)
        rows = self.env["crm.customer.transaction"]._read_group(
            [("partner_id", "=", self.customer.id)],
            ["partner_id"],
            ["amount:sum", "__count"],
        )
        self.assertEqual(rows, [(self.customer, 6, 2)])

    def test_ids_are_unique_and_stay(self):
        """A transaction keeps its id, and no two share one, whatever the source."""
        order = self.order(self.customer)
        move = self.invoice()
        purchase = self.buy(self.customer)
        rows = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        expected = {order.id * 10 + 1, move.id * 10 + 2, purchase.id * 10 + 3}
        self.assertEqual(set(rows.ids), expected)

    def test_document_opens(self):
        """A transaction leads to the document behind it."""
        order = self.order(self.customer)
        row = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        action = row.action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (order._name, order.id)
        )

    def test_bridges_add_sources(self):
        """What a bridge addon adds as a source is measured like all the rest."""
        Transaction = type(self.env["crm.customer.transaction"])
        original = Transaction._transaction_sources
        row = SQL(
            """SELECT 94::bigint AS id, %s::int AS partner_id, %s::int AS company_id,
                      %s::date AS date, 33.5 AS amount, NULL::numeric AS margin,
                      'history' AS source, 'Till 1' AS reference, 9 AS res_id""",
            self.customer.id,
            self.company.id,
            self.today - timedelta(days=4),
        )
        self.patch(
            Transaction,
            "_transaction_sources",
            lambda model: {**original(model), "till": row},
        )
        self.buy(self.customer, days_ago=8, amount=10)
        self.assertEqual(self.sales(), [(10, "history"), (33.5, "history")])
        self.score()
        profile = self.profile(self.customer)
        self.assertEqual((profile.purchase_count, profile.purchase_amount), (2, 43.5))

    def test_margin_is_not_known_as_such(self):
        """Where nothing says what goods cost, there is no margin, not one of zero."""
        self.order(self.customer, amount=40)
        self.score()
        profile = self.profile(self.customer)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT margin, profit FROM crm_customer_profile WHERE id = %s",
            [profile.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (None, None))

    def test_day_of_an_order_is_the_day_in_utc(self):
        """An order late in the evening belongs to its day in UTC, as in analyses."""
        order = self.order(self.customer)
        order.date_order = datetime(2020, 5, 31, 23, 30)
        row = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(fields.Date.to_string(row.date), "2020-05-31")
