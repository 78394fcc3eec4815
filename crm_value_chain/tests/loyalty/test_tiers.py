from odoo import Command
from odoo.tests import tagged

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestTiers(LoyaltyCase):
    """Members climb and fall by what they bought."""

    def fall(self, **values):
        """A gold member whose purchases leave the rolling year tomorrow."""
        self.program.write(values)
        self.sell(amount=5000, days_ago=364)
        self.night()
        self.assertEqual(self.member().tier_id, self.gold)

    def test_whoever_buys_becomes_a_member_of_the_base_tier(self):
        self.sell(amount=100)
        self.night()
        self.assertEqual(self.member().tier_id, self.bronze)
        self.assertEqual(self.member().joined_on, self.today)

    def test_earning_across_three_tiers(self):
        """Each tier multiplies the points of the orders made in it."""
        self.sell(amount=1000)
        self.assertEqual(self.card().points, 1000)
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)
        self.sell(amount=4000)
        self.assertEqual(self.card().points, 1000 + 6000)
        self.night()
        self.assertEqual(self.member().tier_id, self.gold)
        self.sell(amount=100)
        self.assertEqual(self.card().points, 7000 + 200)
        self.assertEqual(self.member().movement_ids.mapped("cause"), ["promotion"] * 2)
        self.assertEqual(self.member().progress, 100)

    def test_promotion_waits_for_the_night(self):
        self.sell(amount=6000)
        self.assertFalse(self.member())

    def test_promotion_at_once(self):
        """The order that reaches a tier gives it; the next one already earns more."""
        self.program.tier_promotion = "at_once"
        self.score()
        self.sell(amount=1000)
        self.assertEqual(self.member().tier_id, self.silver)
        profile = self.profile(self.customer) or self.Profile
        if profile:
            self.assertEqual(profile.loyalty_tier_id, self.silver)
        self.sell(amount=100)
        self.assertEqual(self.card().points, 1150)

    def test_at_once_says_what_the_night_says(self):
        self.program.tier_promotion = "at_once"
        for amount in (300, 800, 4000):
            self.sell(amount=amount)
        before = self.member().read()[0]
        self.night()
        after = self.member().read()[0]
        for name in ("tier_id", "qualification", "progress", "period_start"):
            self.assertEqual(before[name], after[name], name)

    def test_errors_of_others_are_theirs(self):
        """What else fails when an order is confirmed is not taken for ours."""
        self.program.tier_promotion = "at_once"
        self.quote(amount=100).action_confirm()

        def fail():
            raise RuntimeError("Not on a Sunday")

        self.env.cr.precommit.add(fail)
        with self.assertRaisesRegex(RuntimeError, "Sunday"):
            self.commit()

    def test_at_once_nobody_falls(self):
        self.program.tier_promotion = "at_once"
        order = self.sell(amount=1000)
        order._action_cancel()
        self.commit()
        self.assertEqual(self.member().qualification, 0)
        self.assertEqual(self.member().tier_id, self.silver)

    def test_rolling_window_passes(self):
        """What was bought a year ago no longer counts; what keeps the tier is told."""
        self.fall(tier_demotion="base", tier_grace_days=0, tier_notice_days=0)
        self.night(self.day(1))
        self.assertEqual(self.member().tier_id, self.bronze)
        self.assertEqual(self.member().qualification, 0)
        self.assertEqual(self.member().movement_ids[0].cause, "demotion")

    def test_grace_and_notice(self):
        """Grace begins, the salesperson is told in time, then the member falls."""
        self.customer.user_id = self.seller
        self.fall(tier_demotion="base", tier_grace_days=10, tier_notice_days=3)
        self.night(self.day(1))
        member = self.member()
        self.assertEqual(member.grace_until, self.day(11))
        self.assertFalse(member.activity_ids)
        self.night(self.day(7))
        self.assertFalse(member.notice_on)
        self.night(self.day(8))
        self.assertEqual(member.notice_on, self.day(8))
        self.assertEqual(member.activity_ids.user_id, self.seller)
        self.night(self.day(9))
        self.assertEqual(len(member.activity_ids), 1)
        self.night(self.day(11))
        self.assertEqual(member.tier_id, self.gold)
        self.night(self.day(12))
        self.assertEqual(member.tier_id, self.bronze)
        self.assertFalse(member.grace_until)
        self.assertFalse(member.activity_ids, "nothing to save any more")

    def test_nobody_falls_without_notice(self):
        """Nights that did not run make the grace longer, never the notice shorter."""
        self.fall(tier_demotion="base", tier_grace_days=10, tier_notice_days=3)
        self.night(self.day(1))
        self.night(self.day(40))
        member = self.member()
        self.assertEqual(member.tier_id, self.gold)
        self.assertEqual(member.notice_on, self.day(40))
        self.assertEqual(member.grace_until, self.day(43))
        self.night(self.day(44))
        self.assertEqual(member.tier_id, self.bronze)

    def test_nobody_falls_of_whom_nobody_is_told(self):
        """Without a salesperson and a responsible the grace goes on until there is."""
        self.fall(tier_grace_days=10, tier_notice_days=3, tier_user_id=False)
        for days in (1, 11, 12, 40):
            self.night(self.day(days))
        member = self.member()
        self.assertEqual(member.tier_id, self.gold)
        self.assertFalse(member.notice_on)
        self.program.tier_user_id = self.seller
        self.night(self.day(41))
        self.assertEqual(member.notice_on, self.day(41))
        self.assertEqual(member.activity_ids.user_id, self.seller)
        self.night(self.day(45))
        self.assertEqual(member.tier_id, self.silver)

    def test_who_left_gets_no_notice(self):
        """An archived salesperson reads nothing: the program's responsible is told."""
        left = self.make_user("loyalty_left", "sales_team.group_sale_salesman")
        self.customer.user_id = left
        left.active = False
        self.fall(tier_grace_days=3, tier_notice_days=3)
        self.night(self.day(1))
        self.assertEqual(self.member().activity_ids.user_id, self.seller)

    def test_notice_is_not_given_to_people_who_left(self):
        left = self.make_user("loyalty_left", "sales_team.group_sale_salesman")
        self.fall(tier_grace_days=3, tier_notice_days=3, tier_user_id=left.id)
        left.active = False
        self.night(self.day(1))
        self.night(self.day(9))
        self.assertFalse(self.member().notice_on)
        self.assertEqual(self.member().tier_id, self.gold)

    def test_buying_enough_ends_the_grace(self):
        self.fall(tier_demotion="base", tier_grace_days=10, tier_notice_days=3)
        self.night(self.day(1))
        self.sell(amount=5000)
        self.night(self.day(2))
        self.assertFalse(self.member().grace_until)
        self.assertEqual(self.member().tier_id, self.gold)

    def test_falling_by_one_tier_keeps_the_lower_one(self):
        self.fall(tier_demotion="one", tier_grace_days=0, tier_notice_days=0)
        self.night(self.day(1))
        self.assertEqual(self.member().tier_id, self.silver)
        self.night(self.day(2))
        self.assertEqual(self.member().tier_id, self.silver)
        self.night(self.day(368))
        self.assertEqual(self.member().tier_id, self.bronze)

    def test_demotion_never(self):
        self.fall(tier_demotion="never", tier_grace_days=0, tier_notice_days=0)
        self.night(self.day(300))
        self.assertEqual(self.member().tier_id, self.gold)

    def test_calendar_year_keeps_the_tier_through_the_next(self):
        self.program.write(
            {
                "tier_period": "calendar",
                "tier_demotion": "base",
                "tier_grace_days": 0,
                "tier_notice_days": 0,
            }
        )
        self.sell(amount=1000)
        year = self.today.year
        self.night()
        self.night(self.today.replace(year=year + 1, month=12, day=31))
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertEqual(self.member().qualification, 0)
        self.assertEqual(self.member().qualification_before, 1000)
        self.night(self.today.replace(year=year + 2, month=1, day=1))
        self.assertEqual(self.member().tier_id, self.bronze)

    def test_anniversary_year_begins_when_the_member_joined(self):
        self.program.tier_period = "anniversary"
        self.sell(amount=400, days_ago=400)
        self.sell(amount=300, days_ago=30)
        self.sell(amount=200)
        self.night()
        member = self.member()
        self.assertEqual(member.joined_on, self.day(-400))
        self.assertEqual(member.qualification, 500)
        self.assertEqual(member.qualification_before, 400)

    def test_number_of_purchases(self):
        """Orders count; a credit note over all of one takes it back."""
        for tier, count in ((self.gold, 5), (self.silver, 2)):
            tier.with_context(loyalty_tiers_written=True).threshold = count
        self.program.tier_measure = "purchases"
        self.sell(amount=10)
        order = self.sell(amount=20)
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)
        self.reverse(self.invoice_order(order))
        self.night()
        self.assertEqual(self.member().qualification, 1)

    def test_points_earned_are_kept_apart_from_points_to_spend(self):
        self.program.tier_measure = "points"
        self.sell(amount=1000)
        order = self.quote(amount=100)
        order._apply_program_reward(self.program.reward_ids, self.card())
        order.action_confirm()
        self.night()
        self.assertLess(self.card().points, 1000)
        self.assertGreaterEqual(self.member().qualification, 1000)
        self.assertEqual(self.member().tier_id, self.silver)

    def test_grant_expires(self):
        """A tier granted by hand has a reason and ends; the earned one is back."""
        self.sell(amount=1000)
        self.night()
        member = self.member()
        manager = self.make_user("loyalty_manager", "sales_team.group_sale_manager")
        self.env["loyalty.tier.grant"].with_user(manager).create(
            {
                "membership_id": member.id,
                "tier_id": self.gold.id,
                "reason": "Came from a competitor",
                "date_until": self.day(5),
            }
        ).action_apply()
        self.assertEqual(member.tier_id, self.gold)
        self.assertEqual(member.granted_by_id, manager)
        self.assertEqual(member.movement_ids[0].reason, "Came from a competitor")
        self.night(self.day(5))
        self.assertEqual(member.tier_id, self.gold)
        self.night(self.day(6))
        self.assertEqual(member.tier_id, self.silver)
        self.assertEqual(member.movement_ids[0].cause, "grant_end")

    def test_a_higher_tier_earned_outlives_the_grant(self):
        self.sell(amount=100)
        self.night()
        self.member()._grant(self.silver, "Trial", self.day(5))
        self.sell(amount=5000)
        self.night()
        self.assertEqual(self.member().tier_id, self.gold)
        self.night(self.day(6))
        self.assertEqual(self.member().tier_id, self.gold)

    def test_grant_ended_by_hand(self):
        self.sell(amount=100)
        self.night()
        self.member()._grant(self.gold, "Trial", False)
        self.member().action_end_grant()
        self.assertEqual(self.member().tier_id, self.bronze)

    def test_archived_program_moves_nobody(self):
        self.sell(amount=1000)
        self.night()
        self.sell(amount=6000)
        self.program.active = False
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertIn("archived", self.member().progress_in_words)

    def test_night_is_a_phase_of_the_segmentation(self):
        """The scheduled action places members and shows the tier on the customer."""
        self.sell(amount=1000)
        self.score()
        run = self.env["crm.scoring.run"].create(
            {"kind": "segmentation", "company_id": self.company.id}
        )
        while run._step()[1]:
            pass
        self.assertEqual(run.state, "done")
        self.assertEqual(self.member().tier_id, self.silver)
        self.assertEqual(self.profile(self.customer).loyalty_tier_id, self.silver)

    def test_a_broken_program_is_skipped_and_told(self):
        other = self.make_program(name="Broken")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_tier SET threshold = 'NaN', points_factor = 1"
            " WHERE program_id = %s",
            [other.id],
        )
        self.env.cr.execute(
            "UPDATE loyalty_program SET tier_measure = 'nonsense' WHERE id = %s",
            [other.id],
        )
        self.env.invalidate_all()
        self.sell(amount=1000)
        run = self.env["crm.scoring.run"].create(
            {"kind": "segmentation", "company_id": self.company.id}
        )
        with self.assertLogs("odoo.addons.crm_value_chain", "ERROR"):
            while run._step()[1]:
                pass
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failure_ids.subject, "Broken")
        self.assertEqual(self.member().tier_id, self.silver)

    def test_what_is_missing_and_what_keeps_is_told(self):
        self.sell(amount=1500)
        self.night()
        member = self.member()
        self.assertEqual(member.next_tier_id, self.gold)
        self.assertEqual(member.missing, 3500)
        self.assertEqual(member.progress, 30)
        self.assertIn("3,500.00", member.progress_in_words)
        self.assertIn("1,000.00", member.keeping_in_words)

    def test_second_night_changes_nothing(self):
        self.sell(amount=1500)
        self.night()
        self.env.flush_all()
        entries = self.env["loyalty.qualification"].search_count([])
        self.env.cr.execute(
            "SELECT xmin FROM loyalty_membership WHERE id = %s", [self.member().id]
        )
        version = self.env.cr.fetchone()
        self.night()
        self.env.cr.execute(
            "SELECT xmin FROM loyalty_membership WHERE id = %s", [self.member().id]
        )
        self.assertEqual(self.env.cr.fetchone(), version)
        self.assertEqual(self.env["loyalty.qualification"].search_count([]), entries)

    def test_number_of_queries_does_not_grow_with_the_members(self):
        def night():
            self.env.invalidate_all()
            with self.assertQueryCount(60):
                start = self.cr.sql_log_count
                self.night()
                return self.cr.sql_log_count - start

        self.buy(self.customer, amount=10)
        night()
        few = night()
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(30)]
        )
        for customer in customers:
            self.buy(customer, amount=1000)
        self.assertLessEqual(night(), few + 5)
        members = self.env["loyalty.membership"].search(
            [("program_id", "=", self.program.id)]
        )
        self.assertEqual(len(members), 31)

    def test_several_tiers_can_change_together(self):
        """Thresholds that pass each other on the way are checked when all are set."""
        self.program.tier_ids = [
            Command.update(self.silver.id, {"threshold": 8000}),
            Command.update(self.gold.id, {"threshold": 9000}),
        ]
        self.assertEqual(self.program.tier_ids.mapped("threshold"), [0, 8000, 9000])
