from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ...models.customer.scope import Scope
from ..common import ValueChainCommon

# what a user's transaction may write besides Odoo's own: a row of the queue and
# the call of the scheduled action
OURS = "crm_customer_", "crm_scoring_", "crm_rfm_", "crm_ladder_", "crm_historical_"


class StaleCase(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer()
        cls.seller = cls.make_user(
            "vc_stale_seller",
            "sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
        )
        cls.cron = cls.env.ref("crm_value_chain.ir_cron_retention_scoring")

    def setUp(self):
        super().setUp()
        self.new_transaction()

    def new_transaction(self):
        """Forget what the set-up queued, and that it called the cron already."""
        self.empty_queue()
        self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]).unlink()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.cr.precommit.clear()

    def triggers(self):
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.cron.id)]
        )

    def statements(self, work):
        """Run something and give the SQL it sent that speaks of our tables."""
        sent = []
        execute = type(self.env.cr).execute

        def _execute(cr, query, params=None, **kwargs):
            sent.append(getattr(query, "code", query))
            return execute(cr, query, params, **kwargs)

        with patch.object(type(self.env.cr), "execute", _execute):
            work()
            self.env.flush_all()
        return [text for text in sent if any(name in text for name in OURS)]

    def assertQueues(self, work, *customers, company=None):
        """Work puts these customers in the queue and touches nothing else of ours."""
        self.new_transaction()
        statements = self.statements(work)
        for text in statements:
            self.assertTrue(
                text.startswith("INSERT INTO crm_customer_stale"), f"more: {text}"
            )
        queued = {partner_id for partner_id, _company_id in self.queued()}
        self.assertEqual(queued, {customer.id for customer in customers})
        if company is not None:
            companies = {company_id for _partner_id, company_id in self.queued()}
            self.assertEqual(companies, {company.id})
        if customers:
            self.env.cr.precommit.run()
            self.assertEqual(self.triggers(), 1)


@tagged("post_install", "-at_install")
class TestStaleSale(StaleCase):
    def setUp(self):
        super().setUp()
        self.draft = self.order(self.customer, confirm=False)
        self.draft = self.draft.with_user(self.seller).with_company(self.company)

    def test_confirm(self):
        """Confirming an order queues the customer, and nothing else."""
        self.assertQueues(
            self.draft.action_confirm, self.customer, company=self.company
        )

    def test_cancel(self):
        """Cancelling a confirmed order queues the customer."""
        self.draft.action_confirm()
        self.assertQueues(
            self.draft._action_cancel, self.customer, company=self.company
        )

    def test_quotation(self):
        """A new quotation queues the customer: it makes a prospect."""
        self.assertQueues(
            lambda: self.order(self.customer, confirm=False).with_user(self.seller),
            self.customer,
        )

    def test_line_of_confirmed(self):
        """A changed, new or deleted line of a confirmed order queues the customer."""
        self.draft.action_confirm()
        line = self.draft.order_line
        self.assertQueues(lambda: line.write({"price_unit": 5}), self.customer)
        self.assertQueues(lambda: line.write({"product_uom_qty": 5}), self.customer)
        new = [Command.create({"product_id": self.product.id})]
        self.assertQueues(lambda: self.draft.write({"order_line": new}), self.customer)

    def test_line_of_quotation(self):
        """A changed line of a quotation queues nobody: no amount counts yet."""
        line = self.draft.order_line
        self.assertQueues(lambda: line.write({"price_unit": 5}))

    def test_other_customer(self):
        """Giving an order to somebody else queues both customers."""
        other = self.make_customer("Other")
        self.assertQueues(
            lambda: self.draft.write({"partner_id": other.id}), self.customer, other
        )

    def test_unrelated_fields(self):
        """Fields without meaning for the figures queue nobody."""
        self.draft.action_confirm()
        self.assertQueues(lambda: self.draft.write({"client_order_ref": "X"}))

    def test_contact_of_a_company(self):
        """A contact's order queues the commercial partner."""
        firm = self.make_customer("Firm", is_company=True)
        contact = self.make_customer("Contact", parent_id=firm.id)
        order = self.order(contact, confirm=False).with_user(self.seller)
        self.assertQueues(order.action_confirm, firm)

    def test_many_orders(self):
        """Many orders at once cost one row each and no more queries of ours."""
        partners = self.env["res.partner"].create([{"name": str(n)} for n in range(20)])
        orders = self.env["sale.order"].union(
            *(self.order(partner, confirm=False) for partner in partners)
        )
        self.new_transaction()
        statements = self.statements(lambda: orders.write({"state": "sale"}))
        self.assertEqual(len(statements), 1)
        self.assertEqual({p for p, _c in self.queued()}, set(partners.ids))

    def test_cost_of_confirming(self):
        """Confirming costs a handful of queries more than without the addon."""
        other = self.order(self.customer, confirm=False).with_user(self.seller)
        self.draft.action_confirm()  # warms the caches up
        self.new_transaction()
        Stale = type(self.env["crm.customer.stale"])

        def count(work):
            before = self.env.cr.sql_log_count
            work()
            self.env.flush_all()
            self.env.cr.precommit.run()
            return self.env.cr.sql_log_count - before

        third = self.order(self.customer, confirm=False).with_user(self.seller)
        self.new_transaction()
        with patch.object(Stale, "_queue_partners"):
            without = count(third.action_confirm)
        self.new_transaction()
        self.assertLessEqual(count(other.action_confirm) - without, 6)


@tagged("post_install", "-at_install")
class TestStaleRest(StaleCase):
    def test_lead(self):
        """A lead with a customer, new, changed or deleted, queues the customer."""
        Lead = self.env["crm.lead"].with_user(self.seller)
        other = self.make_customer("Other")
        self.assertQueues(
            lambda: Lead.create({"name": "Lead", "partner_id": self.customer.id}),
            self.customer,
        )
        lead = Lead.create({"name": "Lead", "partner_id": self.customer.id})
        self.assertQueues(
            lambda: lead.write({"qualification_need": "yes"}), self.customer
        )
        self.assertQueues(
            lambda: lead.write({"partner_id": other.id}), self.customer, other
        )
        self.assertQueues(lambda: lead.write({"active": False}), other)

    def test_lead_without_customer(self):
        """A lead without a contact queues nobody."""
        Lead = self.env["crm.lead"].with_user(self.seller)
        self.assertQueues(lambda: Lead.create({"name": "Lead"}))

    def test_lead_on_another_pipeline_stage(self):
        """Dragging a card queues the customer only of a qualified lead."""
        won = self.env["crm.stage"].create({"name": "Sold", "is_won": True})
        yes = dict.fromkeys(
            (
                "qualification_need",
                "qualification_budget",
                "qualification_authority",
            ),
            "yes",
        )
        for answers, customers in (({}, ()), (yes, (self.customer,))):
            lead = self.env["crm.lead"].create(
                {"name": "Lead", "partner_id": self.customer.id, **answers}
            )
            self.assertQueues(
                lambda lead=lead: lead.with_user(self.seller).write(
                    {"stage_id": won.id}
                ),
                *customers,
            )

    def test_lead_fields_of_no_meaning(self):
        """Priority, salesperson and revenue of a lead queue nobody."""
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.customer.id, "user_id": False}
        )
        vals = {"priority": "2", "user_id": self.seller.id, "expected_revenue": 5}
        self.assertQueues(lambda: lead.with_user(self.seller).write(vals))

    def test_contact_moves(self):
        """A contact that goes to another firm queues all customers concerned."""
        firm, new = self.make_customer("Firm"), self.make_customer("New")
        contact = self.make_customer("Contact", parent_id=firm.id)
        contact = contact.with_user(self.seller)
        self.assertQueues(lambda: contact.write({"parent_id": new.id}), firm, new)

    def test_contact_joins(self):
        """A customer that becomes the contact of a firm queues both."""
        firm = self.make_customer("Firm")
        customer = self.customer.with_user(self.seller)
        self.assertQueues(
            lambda: customer.write({"parent_id": firm.id}), self.customer, firm
        )

    def test_archive(self):
        """Archiving a customer queues it."""
        customer = self.customer.with_user(self.seller)
        self.assertQueues(customer.action_archive, self.customer)

    def test_contact_edited(self):
        """Editing name and address of a contact queues nobody."""
        customer = self.customer.with_user(self.seller)
        self.assertQueues(lambda: customer.write({"name": "N", "street": "S"}))

    def test_merge(self):
        """Merging contacts queues the customer that stays."""
        other = self.make_customer("Other")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.assertEqual({p for p, _c in self.queued()}, {self.customer.id})

    def test_trigger_after_undone_savepoint(self):
        """Whoever is queued after something was undone is not forgotten."""
        Stale = self.env["crm.customer.stale"].sudo()
        with suppress(ValueError), self.env.cr.savepoint():
            Stale._queue_partners(self.customer)
            raise ValueError
        Stale._queue_partners(self.customer)
        self.env.cr.precommit.run()
        self.assertEqual(self.triggers(), 1)


@tagged("post_install", "-at_install")
class TestStaleInvoice(StaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        main = cls.env.ref("base.main_company")
        cls.env["account.chart.template"].try_loading("generic_coa", cls.company)
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=[cls.company.id])
        )
        cls.accountant = cls.make_user(
            "vc_stale_accountant", "account.group_account_invoice"
        )
        cls.main = main

    def test_invoice(self):
        """Posting and resetting an invoice queues the customer."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": 50, "tax_ids": False})
                ],
            }
        )
        invoice = invoice.with_user(self.accountant)
        self.assertQueues(invoice.action_post, self.customer, company=self.company)
        self.assertQueues(invoice.button_draft, self.customer, company=self.company)

    def test_cancelled_order_invoiced_to_somebody_else(self):
        """The sale counts for whom it was invoiced to from then on: both are queued."""
        order = self.order(self.customer)
        move = order._create_invoices()
        move.action_post()
        other = self.make_customer("Pays for it")
        self.env.cr.execute(
            "UPDATE account_move SET partner_id = %s WHERE id = %s",
            [other.id, move.id],
        )
        move.invalidate_recordset()
        self.empty_queue()
        order._action_cancel()
        company = self.company.id
        self.assertEqual(
            self.queued(), {(self.customer.id, company), (other.id, company)}
        )

    def test_bill(self):
        """A vendor bill queues nobody."""
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "Work", "price_unit": 50, "tax_ids": False})
                ],
            }
        )
        self.assertQueues(bill.action_post)


@tagged("post_install", "-at_install")
class TestStaleRefresh(StaleCase):
    def refresh(self):
        Run = self.env["crm.scoring.run"]
        Run.create({"company_id": self.company.id, "state": "done", "origin": "night"})
        with patch.object(type(Run), "_plan"):
            self.run_cron()

    def test_refresh(self):
        """The queue brings figures, stage and movement, and is empty then."""
        self.env["crm.scoring.run"].create(
            {"company_id": self.company.id, "kind": "segmentation", "state": "done"}
        )
        self.order(self.customer, days_ago=40)
        self.refresh()
        profile = self.profile(self.customer)
        self.assertEqual(profile.purchase_count, 1)
        self.assertEqual(profile.ladder_stage_id, self.stages["first_time"])
        snapshots = self.env["crm.portfolio.snapshot"]
        snapshots._take(Scope(self.company.id, self.today))  # a night's
        self.order(self.customer, days_ago=5)
        self.refresh()
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.recency_days, 5)
        self.assertEqual(profile.mean_gap_days, 35)
        self.assertEqual(profile.ladder_stage_id, self.stages["repeat"])
        self.assertEqual(
            profile.movement_ids[0].ladder_from_id, self.stages["first_time"]
        )
        self.assertFalse(self.queued())

    def test_down_again(self):
        """A cancelled order takes the customer down again."""
        order = self.order(self.customer, days_ago=3)
        self.refresh()
        self.assertEqual(self.profile(self.customer).purchase_count, 1)
        order._action_cancel()
        self.refresh()
        profile = self.profile(self.customer)
        self.assertEqual(profile.purchase_count, 0)
        self.assertFalse(profile.last_purchase_date)
        self.assertEqual(profile.ladder_stage_id, self.stages["suspect"])
        self.assertEqual(profile.highest_ladder_stage_id, self.stages["first_time"])

    def test_qualified_lead(self):
        """A lead answered three times yes makes its customer a prospect."""
        self.env["crm.lead"].create(
            {
                "name": "Lead",
                "partner_id": self.customer.id,
                "qualification_need": "yes",
                "qualification_budget": "yes",
                "qualification_authority": "yes",
            }
        )
        self.refresh()
        profile = self.profile(self.customer)
        self.assertEqual(profile.qualified_lead_count, 1)
        self.assertEqual(profile.ladder_stage_id, self.stages["prospect"])

    def test_one_record_a_day(self):
        """All changes of a day stand in one run record."""
        for _change in range(3):
            self.buy(self.customer)
            self.refresh()
        run = self.env["crm.scoring.run"].search(
            [("origin", "=", "change"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(run), 1)
        self.assertEqual(run.processed_count, 3)
