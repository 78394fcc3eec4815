from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import file_path
from odoo.tools.safe_eval import safe_eval

from ..demo import demo_file
from .common import DemoCase


@tagged("post_install", "-at_install")
class TestDemoTour(HttpCase):
    """A salesperson of the demo company looks around."""

    def test_five_stages(self):
        """Each stage of the chain is a menu, and has something to show."""
        if not self.env.ref("base.user_demo", raise_if_not_found=False):
            self.skipTest("This database was made without demo data.")
        self.start_tour("/odoo", "crm_value_chain_five_stages", login="demo")


class TestDemoFiles(BaseCase):
    """The tables of the demo data."""

    def test_each_row_has_the_columns_of_its_table(self):
        """A comma without quotes would move the rest of the row elsewhere."""
        folder = Path(file_path("crm_value_chain/demo"))
        tables = sorted(table.name for table in folder.glob("*.csv"))
        self.assertIn("value_factors.csv", tables)
        for name in tables:
            with self.subTest(table=name):
                self.assertTrue(demo_file.rows(name))

    def test_a_row_of_other_columns_is_refused(self):
        """Too many or too few, and it says where."""
        for row in ("Oak,Tested for 100,000 sittings", "Oak"):
            table = ["name,proof", "Elm,Tested", row]
            with (
                self.subTest(row=row),
                patch.object(demo_file, "file_open") as opened,
                self.assertRaisesRegex(ValueError, "trees.csv, line 3"),
            ):
                opened.return_value.__enter__.return_value = table
                demo_file.rows("trees.csv")


@tagged("post_install", "-at_install")
class TestDemo(DemoCase):
    """The demo data, where it is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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

    def test_every_menu_shows_something(self):
        """Whoever looks around in the demo company finds no empty screen."""
        self.score(company=self.main)
        empty = [
            menu.complete_name
            for menu in self.menus()
            if menu.action and not self.shows_something(menu.action)
        ]
        self.assertFalse(empty)

    def menus(self):
        """All menus of the application that an administrator sees."""
        root = self.env.ref("crm_value_chain.menu_root")
        admin = self.env.ref("base.user_admin")
        return (
            self.env["ir.ui.menu"]
            .with_user(admin)
            .search([("id", "child_of", root.id)])
        )

    def shows_something(self, action):
        """Whether a window is not empty; other actions have tests of their own."""
        if action._name != "ir.actions.act_window" or action.target == "new":
            return True
        model = self.env[action.res_model]
        if model._transient:
            return True
        context = safe_eval(action.context or "{}", {"uid": self.env.uid})
        domain = safe_eval(action.domain or "[]", {"uid": self.env.uid})
        return bool(model.with_context(**context).search_count(domain, limit=1))
