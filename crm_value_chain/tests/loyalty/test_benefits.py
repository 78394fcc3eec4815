from odoo import Command
from odoo.tests import tagged

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestBenefits(LoyaltyCase):
    """What a tier gives, in real quotations of a salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("product.group_product_pricelist")
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref(
            "product.group_product_pricelist"
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Silver prices",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        cls.silver.pricelist_id = cls.pricelist

    def promote(self):
        self.sell(amount=1000)
        self.night()

    def reward_of_silver(self):
        return self.env["loyalty.reward"].create(
            {
                "program_id": self.program.id,
                "discount_mode": "per_order",
                "discount": 50,
                "required_points": 100,
                "tier_id": self.silver.id,
            }
        )

    def test_factor_shows_in_the_quotation(self):
        self.promote()
        order = self.quote(amount=33.35)
        self.assertEqual(order.coupon_point_ids.points, 50.02)

    def test_factor_zero_earns_nothing(self):
        self.silver.points_factor = 0
        self.promote()
        order = self.quote(amount=100)
        self.assertFalse(sum(order.coupon_point_ids.mapped("points")))

    def test_members_have_the_pricelist_of_their_tier(self):
        order = self.quote(self.buyer, order_line=False)
        self.assertNotEqual(order.pricelist_id, self.pricelist)
        self.promote()
        order = self.quote(
            self.buyer,
            order_line=[Command.create({"product_id": self.product.id})],
        )
        self.assertEqual(order.pricelist_id, self.pricelist)
        self.assertEqual(order.order_line.price_subtotal, 90)

    def test_a_contact_s_own_pricelist_wins(self):
        own = self.pricelist.copy({"name": "Own prices"})
        self.customer.specific_property_product_pricelist = own
        self.promote()
        self.assertEqual(self.quote().pricelist_id, own)

    def test_pricelist_that_went_to_another_company_is_not_used(self):
        self.promote()
        self.pricelist.company_id = self.env["res.company"].create({"name": "There"})
        self.assertNotEqual(self.quote().pricelist_id, self.pricelist)

    def test_contacts_are_not_written(self):
        self.promote()
        self.quote()
        self.assertFalse(self.customer.specific_property_product_pricelist)

    def test_reward_opens_from_its_tier_on(self):
        reward = self.reward_of_silver()
        self.sell(amount=200)
        self.night()
        order = self.quote(amount=100)
        claimable = order._get_claimable_rewards()
        self.assertNotIn(reward, self.env["loyalty.reward"].union(*claimable.values()))
        error = order._apply_program_reward(reward, self.card())
        self.assertIn("Silver", error["error"])
        self.assertFalse(order.order_line.reward_id)
        self.sell(amount=1000)
        self.night()
        order = self.quote(amount=100)
        self.assertIn(reward, order._get_claimable_rewards()[self.card()])
        self.assertFalse(order._apply_program_reward(reward, self.card()))
        self.assertEqual(order.order_line.reward_id, reward)

    def test_reward_goes_when_the_tier_is_lost(self):
        """A quotation drops the reward before it is confirmed."""
        reward = self.reward_of_silver()
        self.sell(amount=200)
        self.night()
        self.member()._grant(self.silver, "Trial", False)
        order = self.quote(amount=100)
        order._apply_program_reward(reward, self.card())
        self.assertTrue(order.order_line.reward_id)
        self.member().action_end_grant()
        order.action_confirm()
        self.assertFalse(order.order_line.reward_id)

    def test_reward_of_a_higher_tier_through_the_dialog(self):
        reward = self.reward_of_silver()
        self.sell(amount=200)
        self.night()
        order = self.quote(amount=100)
        wizard = self.env["sale.loyalty.reward.wizard"].create({"order_id": order.id})
        self.assertNotIn(reward, wizard.reward_ids)

    def test_benefits_of_an_archived_program_end(self):
        self.promote()
        self.program.active = False
        order = self.quote()
        self.assertNotEqual(order.pricelist_id, self.pricelist)
        self.assertFalse(order.coupon_point_ids)

    def test_plain_loyalty_cards_are_as_before(self):
        self.program.tier_ids.unlink()
        self.sell(amount=1000)
        self.assertEqual(self.card().points, 1000)
        self.assertFalse(self.member())
