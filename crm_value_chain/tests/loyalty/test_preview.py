from odoo import Command
from odoo.tests import Form, tagged

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestPreview(LoyaltyCase):
    """A scheme shows what it would do before it is saved, and then does it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(1, 13)]
        )
        for number, customer in enumerate(cls.customers, start=1):
            for days in range(0, 720, 60 + 10 * number):
                cls.buy(customer, days_ago=days, amount=number * 130)
        cls.buy(cls.customers[3], days_ago=20, amount=-300)
        cls.manager = cls.make_user("preview_manager", "sales_team.group_sale_manager")

    def members(self):
        """Number of members of each tier."""
        groups = self.env["loyalty.membership"]._read_group(
            [("program_id", "=", self.program.id)], ["tier_id"], ["__count"]
        )
        counts = dict(groups)
        return [counts.get(tier, 0) for tier in self.program.tier_ids]

    def edited(self, **values):
        """The program as edited on a screen by a manager."""
        self.env.invalidate_all()  # each screen has an environment of its own
        return self.program.with_user(self.manager).new(
            values | {"show_tier_preview": True}, origin=self.program
        )

    def then(self, program):
        """Members of each tier, as the preview says."""
        return [row["then"] for row in program.tier_preview["tiers"]]

    def test_night_does_what_the_preview_says(self):
        for measure in ("amount", "purchases", "points"):
            for period in ("rolling", "calendar", "anniversary"):
                with self.subTest(measure=measure, period=period):
                    values = {"tier_measure": measure, "tier_period": period}
                    thresholds = (0, 3, 5) if measure == "purchases" else (0, 900, 3000)
                    tiers = [
                        Command.update(tier.id, {"threshold": threshold})
                        for tier, threshold in zip(
                            self.program.tier_ids, thresholds, strict=True
                        )
                    ]
                    values["tier_demotion"] = "base"
                    values["tier_grace_days"] = values["tier_notice_days"] = 0
                    said = self.then(self.edited(**values, tier_ids=tiers))
                    self.program.write(values | {"tier_ids": tiers})
                    self.night()
                    self.assertEqual(said, self.members())

    def test_preview_of_orders_and_of_points(self):
        """Also where points were issued, and with members who hold a tier already."""
        for customer in self.customers[:4]:
            self.sell(customer, amount=2000)
        self.night()
        values = {"tier_measure": "points", "tier_demotion": "one"}
        said = self.then(self.edited(**values))
        self.program.write(values)
        self.night()
        self.assertEqual(said, self.members())

    def test_preview_shows_what_is_saved_next_to_it(self):
        self.night()
        with Form(self.program.with_user(self.manager)) as form:
            form.show_tier_preview = True
            with form.tier_ids.edit(1) as tier:
                tier.threshold = 1
            rows = form.tier_preview["tiers"]
            self.assertEqual([row["now"] for row in rows], self.members())
            self.assertGreater(rows[1]["then"], rows[1]["now"])
            with form.tier_ids.edit(1) as tier:
                tier.threshold = 1000

    def test_new_tier_in_the_preview(self):
        self.night()
        said = self.then(
            self.edited(
                tier_ids=[
                    Command.create(
                        {"name": "Platinum", "sequence": 9, "threshold": 9000}
                    )
                ]
            )
        )
        self.program.tier_ids = [
            Command.create({"name": "Platinum", "sequence": 9, "threshold": 9000})
        ]
        self.night()
        self.assertEqual(said, self.members())

    def test_preview_changes_nothing(self):
        self.assertTrue(self.edited().tier_preview["tiers"])
        self.assertFalse(self.program.membership_ids)

    def test_bad_input_is_told_in_the_preview(self):
        program = self.edited(
            tier_ids=[Command.update(self.silver.id, {"threshold": 9000})]
        )
        self.assertIn("must be higher", program.tier_preview["warning"])
        program = self.edited(
            tier_ids=[Command.update(self.silver.id, {"points_factor": -1})]
        )
        self.assertIn("factor", program.tier_preview["warning"])

    def test_program_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        program = self.edited(company_id=other.id)
        self.assertIn("Choose the companies", program.tier_preview["warning"])

    def test_cost_of_the_benefits(self):
        """Extra points of the members of a tier, at what a point is worth."""
        self.env["crm.historical.purchase"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        self.buy(self.customer, days_ago=365, amount=1)
        self.buy(self.customer, days_ago=100, amount=1500)
        forecast = self.env["loyalty.preview"]._forecast(self.program)
        # 1,501 points in a year, half as many on top, 10 for 500 points
        self.assertEqual([tier.members for tier in forecast.tiers], [0, 1, 0])
        self.assertAlmostEqual(
            forecast.tiers[1].points_cost, 1501 * 365.25 / 365 * 0.5 / 50, 2
        )
        self.assertAlmostEqual(forecast.average_days, 500 / (1501 * 1.5) * 365, 2)
        self.assertEqual(forecast.average_days, forecast.median_days)

    def test_rewards_of_a_tier_are_a_cost_of_that_tier(self):
        """Its members get more for their points; those of lower tiers do not."""
        self.env["crm.historical.purchase"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        self.program.tier_ids.points_factor = 1
        for customer, amount in zip(self.customers, (1500, 6000), strict=False):
            self.buy(customer, days_ago=365, amount=1)
            self.buy(customer, days_ago=100, amount=amount)
        before = self.env["loyalty.preview"]._forecast(self.program)
        self.assertEqual(before.cost, 0)
        self.program.reward_ids = [
            Command.create(
                {
                    "discount_mode": "per_order",
                    "discount": 100,
                    "required_points": 500,
                    "tier_id": self.gold.id,
                }
            )
        ]
        forecast = self.env["loyalty.preview"]._forecast(self.program)
        self.assertEqual([tier.members for tier in forecast.tiers], [0, 1, 1])
        self.assertEqual([tier.cost for tier in forecast.tiers[:2]], [0, 0])
        # 6,001 points in a year, worth 0.20 instead of 0.02 each
        self.assertAlmostEqual(
            forecast.tiers[2].cost, 6001 * 365.25 / 365 * (0.2 - 0.02), 2
        )
        # for the first reward everybody can have nothing changed
        self.assertEqual(forecast.average_days, before.average_days)

    def test_notes_say_what_the_cost_leaves_out(self):
        """What cannot be told from amounts is not taken for free."""
        notes = " ".join(self.edited().tier_preview["notes"])
        self.assertNotIn("Not in the cost", notes)
        self.program.rule_ids.reward_point_mode = "unit"
        notes = " ".join(self.edited().tier_preview["notes"])
        self.assertIn("points for each unit", notes)

    def test_notes_say_why_nobody_qualifies_by_points(self):
        preview = self.edited(tier_measure="points").tier_preview
        self.assertEqual([row["then"] for row in preview["tiers"]][1:], [0, 0])
        self.assertIn("points that orders gave", " ".join(preview["notes"]))

    def test_reward_without_a_price(self):
        """Free delivery, for one: nobody can tell what it is worth."""
        reward = self.program.reward_ids
        self.patch(type(reward), "_is_priced", lambda self: False)
        preview = self.env["loyalty.preview"]._compare(self.program)
        self.assertIn(reward.description, " ".join(preview["notes"]))
        self.assertEqual(self.env["loyalty.preview"]._forecast(self.program).cost, 0)

    def test_preview_of_a_reward_that_costs_no_points_yet(self):
        """As on the screen, before it is filled in."""
        reward = self.program.reward_ids
        program = self.edited(
            reward_ids=[Command.update(reward.id, {"required_points": 0})]
        )
        self.assertTrue(program.tier_preview["tiers"])

    def test_discount_of_a_pricelist_is_a_cost(self):
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Gold prices",
                "currency_id": self.company.currency_id.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        self.silver.pricelist_id = pricelist
        forecast = self.env["loyalty.preview"]._forecast(self.program)
        self.assertGreater(forecast.tiers[1].price_cost, 0)
        pricelist.item_ids = [
            Command.create({"compute_price": "fixed", "fixed_price": 5})
        ]
        forecast = self.env["loyalty.preview"]._forecast(self.program)
        self.assertIsNone(forecast.tiers[1].price_cost)

    def test_program_without_history(self):
        program = self.make_program(name="New")
        self.env["crm.historical.purchase"].search(
            [("company_id", "=", self.company.id)]
        ).unlink()
        preview = self.env["loyalty.preview"]._compare(program)
        self.assertEqual([row["then"] for row in preview["tiers"]], [0, 0, 0])
        self.assertEqual(preview["figures"][1]["then"], "never")
