from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..common import ValueChainCommon


@tagged("post_install", "-at_install")
class TestPromotionResponse(ValueChainCommon):
    """How much of what a customer orders a promotion had a part in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer("Customer", is_company=True)
        cls.buyer = cls.make_customer("Buyer", parent_id=cls.customer.id)
        cls.seller = cls.make_user(
            "promotion_seller", "sales_team.group_sale_salesman_all_leads"
        )
        cls.campaign = cls.env["utm.campaign"].create({"title": "Autumn"})
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Ten percent off",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "company_id": cls.company.id,
                "rule_ids": [Command.create({"minimum_amount": 1})],
                "reward_ids": [Command.create({"discount": 10})],
            }
        )

    @classmethod
    def promoted(cls, partner, days_ago=0, reward=None, **values):
        """An order with a reward, of the programme if none is given."""
        order = cls.order(partner, confirm=False, **values)
        if reward:
            order.order_line = [
                Command.create(
                    {
                        "product_id": cls.product.id,
                        "name": "Reward",
                        "price_unit": -10,
                        "reward_id": reward.id,
                    }
                )
            ]
        else:
            order._update_programs_and_rewards()
            [(coupon, rewards)] = order._get_claimable_rewards().items()
            order._apply_program_reward(rewards, coupon)
        order.action_confirm()
        order.date_order = fields.Datetime.now() - timedelta(days=days_ago)
        return order

    def response(self, partner=None):
        """Number and share of promoted orders in the database; None: not known."""
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL(
                "SELECT promotion_count, promotion_share FROM crm_customer_profile"
                " WHERE id = %s",
                self.profile(partner or self.customer).id,
            )
        )
        return row

    def test_by_hand(self):
        """A reward, a reward of a contact's order, a campaign: three of four orders."""
        self.promoted(self.customer, days_ago=9)
        self.promoted(self.buyer, days_ago=7)
        self.order(self.customer, days_ago=5, campaign_id=self.campaign.id)
        self.order(self.customer, days_ago=3)
        self.order(self.customer, campaign_id=self.campaign.id, confirm=False)
        self.score()
        self.assertEqual(self.response(), (3, 0.75))

    def test_two_reasons_count_once(self):
        """An order of a campaign with a reward, on several lines, is one order."""
        order = self.promoted(self.customer, campaign_id=self.campaign.id)
        order.order_line[-1].copy({"order_id": order.id})
        self.score()
        self.assertEqual(self.response(), (1, 1))

    def test_without_promotion(self):
        """Who buys without promotions has a share of zero."""
        self.order(self.customer, days_ago=3)
        self.score()
        self.assertEqual(self.response(), (0, 0))

    def test_nothing_bought(self):
        """Who bought nothing for two years has no share at all."""
        self.order(self.customer, days_ago=800, campaign_id=self.campaign.id)
        self.score()
        self.assertEqual(self.response(), (0, None))

    def test_two_years(self):
        """Orders of the last two years count, until the day of the figures."""
        two_years = (self.today - fields.Date.subtract(self.today, years=2)).days
        for days_ago in (-1, 0, two_years - 1, two_years):
            self.order(self.customer, days_ago, campaign_id=self.campaign.id)
        self.order(self.customer, days_ago=two_years - 1)
        self.order(self.customer, days_ago=two_years)
        self.score()
        count, share = self.response()
        self.assertEqual((count, round(share, 6)), (2, round(2 / 3, 6)))

    def test_means_of_payment(self):
        """To pay with a gift card or an eWallet is no response to a promotion."""
        for program_type in ("gift_card", "ewallet"):
            program = self.env["loyalty.program"].create(
                {
                    "name": program_type,
                    "program_type": program_type,
                    "company_id": self.company.id,
                }
            )
            reward = self.env["loyalty.reward"].create(
                {"program_id": program.id, "discount": 10}
            )
            self.promoted(self.customer, days_ago=3, reward=reward)
        self.score()
        self.assertEqual(self.response(), (0, 0))

    def test_other_company(self):
        """What another company sells on promotion is its own affair."""
        other = self.env["res.company"].create({"name": "Other Ltd."})
        self.env.user.company_ids |= other
        self.order(self.customer, days_ago=3)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": other.id,
                "campaign_id": self.campaign.id,
            }
        )
        order.action_confirm()
        self.score()
        self.assertEqual(self.response(), (0, 0))

    def test_queue(self):
        """A campaign named later reaches the profile by the queue."""
        order = self.order(self.customer, days_ago=3)
        self.run_cron()
        self.assertEqual(self.response(), (0, 0))
        order.campaign_id = self.campaign
        self.run_cron()
        self.assertEqual(self.response(), (1, 1))
        order.campaign_id = False
        self.run_cron()
        self.assertEqual(self.response(), (0, 0))

    def test_refresh_agrees_with_the_night(self):
        """Measuring one customer gives what measuring all of them gives."""
        other = self.make_customer("Other")
        for customer in (self.customer, other):
            self.promoted(customer, days_ago=9)
            self.order(customer, days_ago=3)
        self.score()
        self.assertEqual([self.response(), self.response(other)], [(1, 0.5)] * 2)
        self.profile(self.customer).sudo().promotion_count = 7
        self.profile(self.customer).action_refresh()
        self.assertEqual(self.response(), (1, 0.5))

    def test_shown_to_salespeople(self):
        """A salesperson finds the customers who buy with promotions."""
        self.promoted(self.customer, days_ago=3)
        self.order(self.make_customer("Other"), days_ago=3)
        self.score()
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.customer.id}
        )
        domain = [("promotion_share", ">=", 0.5), ("promotion_count", ">", 0)]
        for record in (self.profile(self.customer), self.customer, lead):
            mine = record.with_user(self.seller)
            found = mine.search(domain)
            self.assertIn(mine, found)
            self.assertEqual(mine.promotion_count, 1)
            self.assertNotIn("Other", found.mapped("display_name"))

    def test_found_by_index(self):
        """Orders with a reward are found without reading all order lines."""
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'sale_order_line'"
        )
        found = [text for (text,) in self.env.cr.fetchall() if "reward_id" in text]
        self.assertTrue(any("WHERE (reward_id IS NOT NULL)" in text for text in found))
