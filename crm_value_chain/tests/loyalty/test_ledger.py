from odoo.exceptions import UserError
from odoo.tests import tagged

from .scheme_case import LoyaltyCase


@tagged("post_install", "-at_install")
class TestLedger(LoyaltyCase):
    """What counts is entered once, and taken back by entries, never by deleting."""

    def entries(self, partner=None):
        return self.member(partner).entry_ids.sorted("id")

    def test_an_order_counts_once_however_often_it_is_looked_at(self):
        self.program.tier_promotion = "at_once"
        order = self.sell(amount=600)
        self.night()
        order.action_lock()
        self.night()
        self.invoice_order(order)
        self.commit()
        self.night()
        self.assertEqual(self.entries().mapped("amount"), [600])

    def test_cancelled_order_is_taken_back_by_an_entry(self):
        order = self.sell(amount=1000)
        self.night()
        order._action_cancel()
        self.night()
        first, back = self.entries()
        self.assertEqual((first.amount, back.amount), (1000, -1000))
        self.assertEqual(back.reversal_of_id, first)
        self.assertEqual(self.member().qualification, 0)

    def test_order_confirmed_again_counts_again(self):
        order = self.sell(amount=1000)
        self.night()
        order._action_cancel()
        self.night()
        order.action_draft()
        order.action_confirm()
        self.night()
        self.assertEqual(sorted(self.entries().mapped("amount")), [-1000, 1000, 1000])
        self.assertEqual(self.member().qualification, 1000)

    def test_changed_order_is_taken_back_and_counted_anew(self):
        order = self.sell(amount=1000)
        self.night()
        order.order_line.price_unit = 700
        self.night()
        self.assertEqual(sorted(self.entries().mapped("amount")), [-1000, 700, 1000])

    def test_return_after_promotion(self):
        """The return lowers what was reached; the tier goes by the rules of grace."""
        self.program.write({"tier_demotion": "base"})
        order = self.sell(amount=1200)
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)
        self.reverse(self.invoice_order(order))
        self.night()
        member = self.member()
        self.assertEqual(member.qualification, 0)
        self.assertEqual(self.entries().mapped("source"), ["order", "refund"])
        self.assertEqual(member.tier_id, self.silver)
        self.assertEqual(member.grace_until, self.day(30))
        self.program.write({"tier_notice_days": 0, "tier_grace_days": 0})
        self.night()
        self.assertEqual(member.tier_id, self.bronze)

    def test_points_of_a_return_are_taken_back_by_its_share(self):
        self.program.tier_measure = "points"
        order = self.sell(amount=1200)
        self.night()
        self.assertEqual(self.member().qualification, 1200)
        self.reverse(self.invoice_order(order))
        self.night()
        self.assertEqual(self.member().qualification, 0)
        self.assertEqual(self.card().points, 1200, "points to spend are core's")

    def test_orders_of_before_the_tiers_count(self):
        self.sell(amount=700, days_ago=100)
        self.buy(self.customer, days_ago=50, amount=400)
        self.night()
        self.assertEqual(self.member().tier_id, self.silver)

    def test_entries_stay_as_they_are(self):
        self.sell(amount=100)
        self.night()
        with self.assertRaises(UserError):
            self.entries().amount = 200
        with self.assertRaises(UserError):
            self.entries().unlink()

    def test_order_of_another_customer_changes_hands(self):
        other = self.make_customer("Other")
        order = self.sell(amount=1000)
        self.night()
        order.partner_id = other
        self.night()
        self.assertEqual(self.member().qualification, 0)
        self.assertEqual(self.member(other).qualification, 1000)

    def test_at_once_counts_an_order_that_changed_hands_once(self):
        self.program.tier_promotion = "at_once"
        other = self.make_customer("Other")
        order = self.sell(amount=1000)
        order.partner_id = other
        self.env["loyalty.at.once"]._count_at_commit(order)
        self.commit()
        self.assertEqual(self.member(other).qualification, 1000)
        entries = self.env["loyalty.qualification"].search(
            [("program_id", "=", self.program.id)]
        )
        self.assertEqual(sum(entries.mapped("amount")), 1000)

    def test_a_deleted_membership_blocks_no_document(self):
        """What a deleted member's entries counted up to does not come again."""
        order = self.sell(amount=100)
        self.night()
        other = self.make_customer("Other", is_company=True)
        order.partner_id = other
        self.night()
        self.member().unlink()
        order.order_line.price_unit = 200
        self.night()
        self.assertEqual(self.member(other).qualification, 200)

    def test_measures_can_change(self):
        self.sell(amount=1000)
        self.night()
        self.program.tier_measure = "points"
        self.night()
        self.assertEqual(self.member().qualification, 1000)
        self.program.tier_measure = "amount"
        self.night()
        self.assertEqual(self.member().qualification, 1000)

    def test_points_are_core_s_alone(self):
        """Nothing in renewing tiers touches a card or its history."""
        self.sell(amount=6000)
        before = self.card().read(["points", "write_date"])
        history = self.card().history_ids.read()
        self.night()
        self.night(self.day(400))
        self.env.invalidate_all()
        self.assertEqual(self.card().read(["points", "write_date"]), before)
        self.assertEqual(self.card().history_ids.read(), history)
        order = self.sell(amount=100)
        card = self.card()
        issued = sum(card.history_ids.mapped("issued"))
        used = sum(card.history_ids.mapped("used"))
        self.assertEqual(card.points, issued - used)
        points = card.points
        order._action_cancel()
        self.assertEqual(self.card().points, points - 200, "as many as it gave")
