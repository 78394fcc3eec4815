from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.network.network_roles import LIMITS
from .network_case import MANAGER, NetworkCase


@tagged("post_install", "-at_install")
class TestNetworkReminder(NetworkCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.make_user("net_owner", MANAGER)

    def remind(self):
        """Run the scheduled action as the scheduler does."""
        cron = self.env.ref("crm_value_chain.ir_cron_network_reminders")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def due(self, name, days, **values):
        values = {"user_id": self.owner.id, **values}
        return self.make_member(name, review_date=self.day(days), **values)

    def test_review(self):
        """The owner is reminded on the day of the review, not before it."""
        today, past, ahead = self.due("T", 0), self.due("P", -9), self.due("A", 1)
        self.remind()
        self.assertEqual((today | past).activity_ids.user_id, self.owner)
        self.assertEqual(today.activity_ids.summary, "Review the relationship")
        self.assertFalse(ahead.activity_ids)

    def test_no_second_activity(self):
        """Nobody is reminded twice of one review, even after the activity is done."""
        member = self.due("M", 0)
        self.remind()
        self.remind()
        self.assertEqual(len(member.activity_ids), 1)
        member.activity_ids.action_done()
        self.remind()
        self.assertFalse(member.activity_ids)

    def test_next_review(self):
        """The next review is another one."""
        member = self.due("M", -3)
        self.remind()
        member.activity_ids.action_done()
        member.review_date = self.day(0)
        self.remind()
        self.assertEqual(len(member.activity_ids), 1)

    def done(self, member):
        """Say that the review is done, as whoever was asked for it."""
        activity = member.activity_ids
        activity.with_user(activity.user_id).action_feedback("All is well")
        self.env.invalidate_all()

    def test_review_after_review(self):
        """When a review is done the next one is in half a year, and is asked for."""
        member = self.due("M", -3)
        self.remind()
        self.done(member)
        self.assertEqual(
            member.review_date, fields.Date.add(self.today, months=LIMITS.review)
        )
        found = self.Member.search([("review_date", "<=", self.today)])
        self.assertNotIn(member, found)
        with freeze_time(member.review_date):
            self.remind()
            self.assertEqual(len(member.activity_ids), 1)

    def test_day_of_the_next_review(self):
        """Who sets the day of the next review, or none, is obeyed."""
        ahead, never, other = self.due("A", 0), self.due("N", 0), self.due("O", 0)
        self.remind()
        ahead.review_date, never.review_date = self.day(30), False
        todo = other.activity_schedule("mail.mail_activity_data_todo")
        todo.action_feedback()
        for member in (ahead, never):
            self.done(member)
        self.assertEqual(ahead.review_date, self.day(30))
        self.assertFalse(never.review_date)
        self.assertEqual(other.review_date, self.today)

    def test_agreement(self):
        """The owner is told that an agreement is about to end, once for each."""
        member = self.make_member(
            "M", "supplier", {"agreement_until": self.day(59)}, user_id=self.owner.id
        )
        member.role_ids = [
            Command.create({"role": "partner", "agreement_until": self.day(61)}),
            Command.create(
                {
                    "role": "owner",
                    "agreement_until": self.day(5),
                    "date_to": self.day(-1),
                }
            ),
        ]
        self.remind()
        self.remind()
        self.assertEqual(len(member.activity_ids), 1)
        self.assertEqual(member.activity_ids.date_deadline, self.day(59))
        member.role_ids.filtered(
            lambda r: r.role == "supplier"
        ).agreement_until = self.day(30)
        self.remind()
        self.assertEqual(len(member.activity_ids), 2)

    def test_without_owner(self):
        """Without an owner, or with one who left, a manager of the company is told."""
        left = self.make_user("net_left", MANAGER)
        agreement = {"agreement_until": self.day(9)}
        members = (
            self.due("M", 0, user_id=False)
            | self.due("O", 0, user_id=left.id)
            | self.make_member("R", "supplier", agreement, user_id=left.id)
        )
        archived = self.due("A", 0, user_id=False, active=False)
        left.active = False
        self.remind()
        for member in members:
            self.assertEqual(member.activity_ids.user_id, self.managers()[:1])
        self.assertFalse(archived.activity_ids)
        self.done(members[0])
        self.assertGreater(members[0].review_date, self.today)

    def managers(self):
        """Managers of the company, in the order in which they came."""
        users = self.env["res.users"].search([("share", "=", False)], order="id")
        return users.filtered(
            lambda user: (
                self.company in user.company_ids
                and user.has_group("crm_value_chain.group_value_chain_manager")
            )
        )

    def test_nobody_to_tell(self):
        """Where nobody can be told, it is told once somebody can."""
        company = self.env["res.company"].create({"name": "Nobody's"})
        self.env.user.company_ids -= company
        member = self.due("M", 0, user_id=False, company_id=company.id)
        self.remind()
        self.assertFalse(member.activity_ids)
        self.owner.company_ids |= company
        self.remind()
        self.assertEqual(member.activity_ids.user_id, self.owner)

    @mute_logger("odoo.addons.crm_value_chain.models.network.crm_network_reminder")
    def test_one_that_fails(self):
        """One that fails is left out and logged; the others are told."""
        good, bad, late = self.due("G", 0), self.due("B", 0), self.due("L", 0)
        Activity = self.env.registry["mail.activity"]
        create = Activity.create

        def fail(self, vals_list):
            if any(vals["res_id"] == bad.id for vals in vals_list):
                raise ValueError("poisonous")
            return create(self, vals_list)

        with patch.object(Activity, "create", fail):
            self.remind()
        self.assertTrue(good.activity_ids and late.activity_ids)
        self.assertFalse(bad.activity_ids)
        self.remind()
        self.assertTrue(bad.activity_ids)

    def test_time_runs_out(self):
        """What time did not suffice for is left over, be it of another kind."""
        review = self.due("R", 0)
        agreement = self.make_member(
            "A", "supplier", {"agreement_until": self.day(9)}, user_id=self.owner.id
        )
        left = []

        def commit(self, processed=0, *, remaining=None):
            left.append(remaining)
            return 0

        with patch.object(self.env.registry["ir.cron"], "_commit_progress", commit):
            self.Member._cron_remind()
            self.assertTrue(review.activity_ids)
            self.assertTrue(left.pop(), "agreements have to wait until tomorrow")
            self.Member._cron_remind()
            self.assertTrue(agreement.activity_ids)
            self.Member._cron_remind()
        self.assertFalse(left.pop(), "it would run for ever")

    def test_many(self):
        """Two hundred members cost hardly more queries than two."""

        def count(number):
            members = self.Member.create(
                [
                    {
                        "partner_id": self.make_customer(f"{number} {n}").id,
                        "user_id": self.owner.id,
                        "review_date": self.today,
                    }
                    for n in range(number)
                ]
            )
            reminder = self.Member._review_reminder()
            rows = self.Member._due(reminder)
            self.assertEqual({row["id"] for row in rows}, set(members.ids))
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.Member._remind(reminder, rows)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(2)
        few = count(2)
        self.assertLessEqual(count(150), few + 15)
