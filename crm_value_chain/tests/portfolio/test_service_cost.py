from odoo import Command
from odoo.tests import new_test_user, tagged

from .cost_case import CostCase


@tagged("post_install", "-at_install")
class TestServiceCost(CostCase):
    """Which analytic lines are a cost to serve, and whom."""

    # ------------------------------------------------------------------
    # Lines that somebody enters
    # ------------------------------------------------------------------

    def test_nothing_booked(self):
        """Where nothing is booked, the cost is not known: it is not zero."""
        self.assertIsNone(self.cost())

    def test_own_contact(self):
        """A line counts for the customer that it names, also by a contact of it."""
        self.work(40, partner_id=self.customer.id)
        self.work(2, partner_id=self.buyer.id)
        self.assertEqual(self.cost(), 42)

    def test_contact_of_account(self):
        """A line that names nobody counts for the customer of its account."""
        self.work(40, self.account)
        self.work(2)
        self.assertEqual(self.cost(), 40)

    def test_own_contact_goes_before_that_of_account(self):
        """A line counts once, for the customer that it names itself."""
        other = self.make_customer("Other")
        self.make_profile(other)
        self.work(40, self.account, partner_id=other.id)
        self.assertIsNone(self.cost())
        self.assertEqual(self.cost(other), 40)

    def test_several_plans(self):
        """A line on accounts of two plans counts once, the first customer leads."""
        other = self.make_customer("Other")
        self.make_profile(other)
        department = self.make_account(other, self.departments)
        self.work(1, department)
        self.work(20, self.internal | department)
        self.work(300, self.account | department)
        self.assertEqual(self.cost(other), 21)
        self.assertEqual(self.cost(), 300)

    def test_correction(self):
        """An entry of the other sign lowers the cost."""
        self.work(40, self.account)
        self.work(-15, self.account)
        self.assertEqual(self.cost(), 25)

    def test_later_line(self):
        """A line of a later day does not count yet."""
        self.work(40, self.account, days_ago=-1)
        self.assertIsNone(self.cost())

    def test_other_company(self):
        """What another company does for the customer is its own affair."""
        other = self.env["res.company"].create({"name": "Other Ltd."})
        account = self.make_account(self.customer, company_id=False)
        self.work(40, account, company_id=other.id)
        self.work(7, account)
        self.assertEqual(self.cost(), 7)

    def test_goods_are_no_service(self):
        """Revenue, and goods that are made or moved, are no cost to serve."""
        line = self.work(40, self.account, category="invoice")
        self.assertIsNone(self.cost())
        line.category = "vendor_bill"
        self.assertEqual(self.cost(), 40)

    def test_revenue_by_hand(self):
        """An entry on an account of revenue does not lower the cost."""
        self.work(40, self.account)
        income = self.company.income_account_id or self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        self.work(-500, self.account, general_account_id=income.id)
        self.assertEqual(self.cost(), 40)

    def test_costs_make_no_customer(self):
        """Who is only named on a line gets no profile."""
        vendor = self.make_customer("Vendor")
        self.work(40, partner_id=vendor.id)
        self.run_cron()
        self.assertFalse(self.profile(vendor))

    # ------------------------------------------------------------------
    # Lines of journal items
    # ------------------------------------------------------------------

    def test_vendor_bill(self):
        """A bill counts for the customer of the account, never for the vendor."""
        vendor = self.make_customer("Vendor")
        self.make_profile(vendor)
        self.bill(vendor, {str(self.account.id): 60, str(self.internal.id): 40})
        self.assertEqual(self.cost(), 60)
        self.assertIsNone(self.stored("service_cost", vendor))

    def test_vendor_bill_on_two_plans(self):
        """A bill that is booked in full on two plans is a cost once."""
        other = self.make_customer("Other")
        self.make_profile(other)
        department = self.make_account(other, self.departments)
        self.bill(other, {str(self.account.id): 100, str(department.id): 100})
        self.assertEqual(self.cost(), 100)
        self.assertIsNone(self.stored("service_cost", other))

    def test_vendor_refund(self):
        """What a vendor gives back lowers the cost."""
        move = self.bill(self.make_customer("Vendor"), {str(self.account.id): 100})
        self.reverse(move)
        self.assertEqual(self.cost(), 0)

    def test_customer_invoice(self):
        """What a customer is invoiced is revenue, whatever account it is booked on."""
        invoice = self.invoice(post=False)
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)],
            limit=1,
        )
        account = {str(self.account.id): 100}
        invoice.invoice_line_ids.write({"analytic_distribution": account})
        invoice.invoice_line_ids.copy({"account_id": expense.id})
        invoice.action_post()
        self.assertTrue(self.account.with_context(analytic_plan_id=1).line_ids)
        self.reverse(invoice)
        receipt = self.invoice(move_type="out_receipt", post=False)
        receipt.invoice_line_ids.write(
            {"analytic_distribution": account, "account_id": expense.id}
        )
        receipt.action_post()
        self.assertIsNone(self.cost())

    # ------------------------------------------------------------------
    # The queue
    # ------------------------------------------------------------------

    def assertQueued(self, *customers):
        company = self.company.id
        queued = {
            partner for partner, where in self.queued() if where in (company, None)
        }
        self.assertEqual(queued, {customer.id for customer in customers})
        self.empty_queue()

    def test_lines_queue_their_customers(self):
        """A line that comes, changes or goes has the customers measured again."""
        other = self.make_customer("Other")
        self.empty_queue()
        line = self.work(40, self.account)
        self.assertQueued(self.customer)
        line.name = "Something else"
        self.assertQueued()
        line.amount = -50
        self.assertQueued(self.customer)
        line.partner_id = other
        self.assertQueued(self.customer, other)
        line[self.projects._column_name()] = self.internal
        self.assertQueued(self.customer, other)
        line.category = "invoice"
        self.assertQueued(other)
        line.category = "other"
        self.empty_queue()
        line.unlink()
        self.assertQueued(other)

    def test_bill_queues_the_customer(self):
        """Posting a bill and taking it back has the customer measured again."""
        vendor = self.make_customer("Vendor")
        self.empty_queue()
        move = self.bill(vendor, {str(self.account.id): 100})
        self.assertQueued(self.customer)
        move.button_draft()
        self.assertQueued(self.customer)

    def test_account_queues_its_customers(self):
        """An account of another customer has both measured again."""
        other = self.make_customer("Other")
        self.make_profile(other)
        self.work(40, self.account)
        self.run_cron()
        self.empty_queue()
        self.account.partner_id = other
        self.assertQueued(self.customer, other)
        self.account.partner_id = self.customer
        self.account.partner_id = other
        self.run_cron()
        self.assertIsNone(self.stored())
        self.assertEqual(self.stored("service_cost", other), 40)

    def test_user_without_our_groups(self):
        """Who books costs needs no right on customers."""
        groups = ["account.group_account_user", "analytic.group_analytic_accounting"]
        approver = "hr_timesheet.group_hr_timesheet_approver"
        if self.env.ref(approver, raise_if_not_found=False):
            groups.append(approver)  # asked of all analytic lines where there is one
        user = new_test_user(
            self.env,
            "cost_accountant",
            groups=",".join(groups),
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.empty_queue()
        line = self.work(1, self.account)
        line.with_user(user).amount = -2
        self.assertQueued(self.customer)

    def test_refresh_agrees_with_the_night(self):
        """Measuring one customer gives what measuring all of them gives."""
        other = self.make_customer("Other")
        self.make_profile(other)
        department = self.make_account(other, self.departments)
        vendor = self.make_customer("Vendor")
        self.work(1, self.account)
        self.work(20, self.internal | department)
        self.work(300, partner_id=self.buyer.id)
        self.bill(vendor, {f"{self.account.id},{department.id}": 100}, amount=4000)
        found = self.cost(), self.stored("service_cost", other)
        self.assertEqual(found, (4301, 20))
        (self.profile(self.customer) | self.profile(other)).sudo().service_cost = 5
        self.profile(self.customer).action_refresh()
        self.assertEqual(self.stored(), 4301)
        self.assertEqual(self.stored("service_cost", other), 5)
