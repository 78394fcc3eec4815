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
        self.assertIn("33%, of 2", row["margin"].replace("(", "").replace(")", ""))
        with self.assertRaises(AccessError):
            found.with_user(self.manager).mapped("margin")

    def test_cost_not_known(self):
        """Deals whose cost nobody knows count in no margin."""
        self.product.standard_price = 0
        self.order(self.customer, value_proposition_id=self.turnkey.id)
        [row, *_others] = self.turnkey.with_user(self.controller).get_performance()[
            "rows"
        ]
        self.assertEqual(row["margin"], "not known")
