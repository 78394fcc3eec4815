from odoo.tests import tagged

from ..common import ValueChainCommon

DAYS = (300, 240, 180, 120, 60)


@tagged("post_install", "-at_install")
class TestReturns(ValueChainCommon):
    """What comes back is worth nothing, however often a customer buys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper, cls.half, cls.sender = cls.env["res.partner"].create(
            [{"name": name} for name in ("Keeper", "Half", "Sender")]
        )
        cls.gone = cls.env["res.partner"].create({"name": "Gone"})
        cls.buy(cls.gone, days_ago=700)
        for customer, share in ((cls.keeper, 0), (cls.half, 0.5), (cls.sender, 1)):
            for days_ago in DAYS:
                cls.buy(customer, days_ago=days_ago, amount=100)
                if share:
                    cls.buy(customer, days_ago=days_ago - 5, amount=-100 * share)

    def setUp(self):
        super().setUp()
        self.run_cron()

    def test_value_is_net_of_returns(self):
        """Half of it returned: half the value. All of it: none."""
        keeper, half, sender = (
            self.profile(each) for each in (self.keeper, self.half, self.sender)
        )
        self.assertGreater(keeper.clv, 0)
        for name in ("clv", "expected_purchase_amount"):
            self.assertAlmostEqual(half[name], keeper[name] / 2, 1)
            self.assertEqual(sender[name], 0)
        self.assertEqual(sender.purchase_probability, keeper.purchase_probability)

    def test_nothing_bought_in_a_year_is_no_high_risk(self):
        """Who is all but lost and bought nothing in a year has lapsed."""
        profile = self.profile(self.gone)
        self.assertFalse(profile.yearly_amount)
        self.assertIn(profile.churn_risk, ("low", "medium", "lapsed"))
