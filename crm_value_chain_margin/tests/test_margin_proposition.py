from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_value_chain.tests.proposition.value_case import ValueCase

SALES_MANAGER = "sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestMarginProposition(ValueCase):
    """What value propositions earn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.standard_price = 60
        cls.turnkey = cls.make_proposition()
        cls.customer = cls.make_customer("Oak")
        cls.controller = cls.make_user(
            "proposition_controller",
            f"{SALES_MANAGER},crm_value_chain.group_profitability",
        )

    def test_margin_of_deals(self):
        """Confirmed orders only: 100 - 60 and 80 - 60, of an opportunity and alone."""
        lead = self.make_deal(
            partner_id=self.customer.id, value_proposition_id=self.turnkey.id
        )
        self.order(self.customer, opportunity_id=lead.id)
        self.order(self.customer, opportunity_id=lead.id, confirm=False)
        lead.action_set_won()
        self.order(self.customer, amount=80, value_proposition_id=self.turnkey.id)
        deals = self.env["crm.value.proposition.report"].with_user(self.controller)
        found = deals.search([("proposition_id", "=", self.turnkey.id)])
        self.assertEqual(sorted(found.mapped("margin")), [20, 40])
        [row, *_others] = self.turnkey.with_user(self.controller).get_performance()[
            "rows"
        ]
        self.assertIn("60", row["margin"])
        self.assertIn("in all (of 2: too few to tell a share)", row["margin"])
        self.assertNotIn("%", row["margin"])
        with self.assertRaises(AccessError):
            found.with_user(self.manager).mapped("margin")

    def test_share_with_its_interval(self):
        """40 of 100 five times, 10 of 70 five times: 250 / 850, by hand 20% to 39%.

        What is left of each margin is ±10.588; they tell as much as 850² / 74500 = 9.7
        deals, so √(10 × 10.588² × 9.7 / 8.7) / 850 × 2.275 = 9.5%, around 29.4%.
        """
        for place in range(10):
            self.order(
                self.customer,
                amount=70 if place % 2 else 100,
                value_proposition_id=self.turnkey.id,
            )
        proposition = self.turnkey.with_user(self.controller)
        [row, *_others] = proposition.get_performance()["rows"]
        self.assertTrue(row["margin"].endswith(", 29% (20%–39%), of 10"), row["margin"])
        self.assertIn("250", row["margin"])
        version = self.turnkey.current_version_id
        self.assertEqual(version.with_user(self.controller).margin_text, row["margin"])
        with self.assertRaises(AccessError):
            version.with_user(self.manager).mapped("margin_text")

    def test_half_of_a_deal_is_no_margin(self):
        """Where the cost of one of its orders is not known, that of the deal is not."""
        lead = self.make_deal(
            partner_id=self.customer.id, value_proposition_id=self.turnkey.id
        )
        self.order(self.customer, opportunity_id=lead.id)
        self.product.standard_price = 0
        self.order(self.customer, opportunity_id=lead.id)
        lead.action_set_won()
        deals = self.env["crm.value.proposition.report"].with_user(self.controller)
        found = deals.search([("proposition_id", "=", self.turnkey.id)])
        self.assertEqual(found.order_amount, 200)
        self.assertFalse(found.margin)
        [row, *_others] = self.turnkey.with_user(self.controller).get_performance()[
            "rows"
        ]
        self.assertEqual(row["margin"], "not known")

    def test_cost_not_known(self):
        """Deals whose cost nobody knows count in no margin."""
        self.product.standard_price = 0
        self.order(self.customer, value_proposition_id=self.turnkey.id)
        [row, *_others] = self.turnkey.with_user(self.controller).get_performance()[
            "rows"
        ]
        self.assertEqual(row["margin"], "not known")
