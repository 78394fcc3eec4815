from datetime import timedelta
from unittest import SkipTest

from odoo.tests import tagged

from .common import ValueChainCommon


@tagged("post_install", "-at_install")
class TestDemo(ValueChainCommon):
    """The demo data, where it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("base.user_demo", raise_if_not_found=False):
            raise SkipTest("This database was made without demo data.")
        cls.main = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=[cls.main.id])
        )
        cls.batch = cls.env["crm.historical.batch"].search(
            [("name", "=", "cdnow_sample.csv"), ("company_id", "=", cls.main.id)]
        )

    def test_sample_is_one_import(self):
        self.assertEqual(len(self.batch), 1)
        self.assertEqual(self.batch.purchase_count, 6919)
        self.assertEqual(self.batch.customer_count, 2357)
        self.assertEqual(self.batch.amount, 244091.94)
        self.assertFalse(self.batch.is_incomplete)

    def test_sample_ends_the_day_before_install(self):
        day_before = self.batch.create_date.date() - timedelta(days=1)
        self.assertEqual(self.batch.date_to, day_before)

    def test_customers_of_the_sample_can_be_told_apart(self):
        customers = self.batch.purchase_ids.partner_id
        for name in ("ref", "name", "email"):
            self.assertEqual(len(set(customers.mapped(name))), len(customers), name)

    def test_every_stage_has_several_customers(self):
        self.score(company=self.main)
        counts = dict(
            self.env["crm.customer.profile"]._read_group(
                [("company_id", "=", self.main.id)], ["ladder_stage_id"], ["__count"]
            )
        )
        for name, stage in self.stages.items():
            self.assertGreaterEqual(counts.get(stage, 0), 3, name)

    def test_customers_climbed_and_fell(self):
        movements = self.env["crm.customer.movement"].search(
            [("company_id", "=", self.main.id), ("dimension", "=", "ladder")]
        )
        self.assertEqual(set(movements.mapped("direction")), {"up", "down"})
        self.assertEqual(set(movements.mapped("cause")), {"rule", "override"})
        months = {movement.date.replace(day=1) for movement in movements}
        self.assertGreaterEqual(len(months), 12)

    def test_orders_keep_their_days(self):
        azure = self.env.ref("base.res_partner_12")
        transactions = self.env["crm.customer.transaction"].search(
            [("partner_id", "=", azure.id), ("company_id", "=", self.main.id)]
        )
        orders = transactions.filtered(lambda t: t.source == "order")
        self.assertGreaterEqual(len(set(orders.mapped("date"))), 12)
        self.assertLess(min(transactions.mapped("amount")), 0, "nothing came back")

    def test_stage_set_by_hand_is_kept_by_the_night(self):
        self.score(company=self.main)
        customer = self.profile(self.env.ref("base.res_partner_1"), self.main)
        self.assertEqual(customer.ladder_stage_id, self.stages["loyal"])
        self.assertEqual(
            customer.ladder_override_id.user_id, self.env.ref("base.user_admin")
        )

    def test_a_salesperson_sees_a_varied_pipeline(self):
        self.score(company=self.main)
        marc = self.env.ref("base.user_demo")
        leads = self.env["crm.lead"].with_user(marc)
        badges = leads.search(
            [("type", "=", "opportunity"), ("user_id", "=", marc.id)]
        ).mapped("value_chain_badge")
        self.assertGreaterEqual(len({badge["stage"] for badge in badges}), 4)
        self.assertTrue(any(badge.get("late") for badge in badges), "nobody is late")
        self.assertFalse(all(badge.get("late") for badge in badges))
