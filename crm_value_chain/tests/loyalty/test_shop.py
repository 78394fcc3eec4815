from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .scheme_case import LoyaltyCase

#: what Odoo's own form of a program needs, and may be given without our groups
SHOP_MODELS = {
    "loyalty.program": True,
    "loyalty.rule": True,
    "loyalty.reward": True,
    "loyalty.mail": True,
    "loyalty.card": True,
    "sale.order.line": False,
}


@tagged("post_install", "-at_install")
class TestShop(LoyaltyCase):
    """People who set up programs need not belong to the value chain.

    Odoo's point of sale, for one, lets its managers write programs.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["res.groups"].create(
            {
                "name": "Shop",
                "implied_ids": [
                    Command.link(cls.env.ref("product.group_product_manager").id)
                ],
            }
        )
        cls.env["ir.model.access"].create(
            [
                {
                    "name": f"shop {model}",
                    "model_id": cls.env["ir.model"]._get_id(model),
                    "group_id": cls.shop.id,
                    "perm_read": True,
                    "perm_write": change,
                    "perm_create": change,
                    "perm_unlink": change,
                }
                for model, change in SHOP_MODELS.items()
            ]
        )
        cls.keeper = cls.make_user("shop_keeper", "base.group_user")
        cls.keeper.group_ids |= cls.shop
        cls.program.reward_ids = [
            Command.create(
                {"discount": 50, "required_points": 600, "tier_id": cls.gold.id}
            )
        ]
        cls.env.flush_all()
        cls.env.invalidate_all()
        cls.theirs = cls.program.with_user(cls.keeper)

    def test_opens_and_saves_a_program(self):
        with Form(self.theirs) as form:
            self.assertNotIn("tier_ids", form._view["fields"])
            form.name = "Shop Club"
        self.assertEqual(self.program.name, "Shop Club")
        self.assertEqual(self.program.tier_ids.mapped("name")[-1], "Gold")

    def test_makes_a_program(self):
        with Form(self.env["loyalty.program"].with_user(self.keeper)) as form:
            form.name = "Stamps"
            form.program_type = "loyalty"
        self.assertFalse(form.record.sudo().tier_ids)

    def test_opens_and_saves_a_reward(self):
        reward = self.program.reward_ids[-1]
        with Form(reward.with_user(self.keeper)) as form:
            self.assertNotIn("tier_id", form._view["fields"])
            form.discount = 40
        self.assertEqual(reward.tier_id, self.gold)

    def test_reads_all_there_is_to_read_and_no_tiers(self):
        self.assertEqual(self.theirs.read()[0]["name"], "Club")
        for name in ("tier_ids", "membership_ids", "membership_count", "tier_preview"):
            with self.assertRaises(AccessError):
                self.theirs.read([name])

    def test_duplicates_a_program_with_its_tiers(self):
        """And a reward of the highest tier does not become everybody's."""
        copied = self.theirs.copy().sudo()
        self.assertEqual(copied.tier_ids.mapped("points_factor"), [1, 1.5, 2])
        self.assertFalse(copied.tier_ids & self.program.tier_ids)
        self.assertEqual(
            [reward.tier_id for reward in copied.reward_ids.sorted("id")],
            [self.env["loyalty.tier"], copied.tier_ids[-1]],
        )

    def test_what_makes_no_sense_is_told_in_words(self):
        self.sell(amount=100)
        self.night()
        self.customer.company_id = self.company
        other = self.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": self.company.currency_id.id}
        )
        self.keeper.company_ids |= other
        for values, words in (
            ({"applies_on": "current"}, "keep their points"),
            ({"tier_grace_days": 3}, "days of grace"),
            ({"company_id": other.id}, "another company"),
        ):
            with self.assertRaises(ValidationError) as caught:
                self.theirs.write(values)
            self.assertIn(words, str(caught.exception))

    def test_benefits_need_no_rights_on_tiers(self):
        """A customer in the portal earns points; the shop quotes a member's price."""
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )
        prices = self.env["product.pricelist"].create(
            {"name": "Silver prices", "company_id": self.company.id}
        )
        self.silver.pricelist_id = prices
        self.sell(amount=1000)
        self.night()
        order = self.quote(amount=100)
        visitor = self.make_user("club_visitor", "base.group_portal")
        order.with_user(visitor).sudo()._update_programs_and_rewards()
        self.assertEqual(order.coupon_point_ids.points, 150)
        chosen = (
            self.env["product.pricelist"]
            .with_user(self.keeper)
            ._get_partner_pricelist_multi(self.buyer.ids)
        )
        self.assertEqual(chosen[self.buyer.id], prices)

    def test_salesperson_sees_tiers_and_no_company_wide_counts(self):
        """The preview counts all customers, past the rules on own ones."""
        self.sell(amount=1000)
        self.keeper.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        with Form(self.theirs) as form:
            self.assertIn("tier_ids", form._view["fields"])
            self.assertNotIn("tier_preview", form._view["fields"])
            self.assertNotIn("show_tier_preview", form._view["fields"])
        for asked in ({"tier_preview": {}}, {"name": {}}):
            with self.assertRaises(AccessError):
                self.theirs.onchange(
                    {"show_tier_preview": True}, ["show_tier_preview"], asked
                )
