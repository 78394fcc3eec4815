from datetime import timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .difference_case import DifferenceCase


@tagged("post_install", "-at_install")
class TestReview(DifferenceCase):
    """What customers say in review meetings."""

    def review(self, profile, **values):
        return self.env["crm.customer.review"].create(
            {"profile_id": profile.id, "solution": "Works", **values}
        )

    @users("need_seller")
    def test_noted_on_the_profile(self):
        """A salesperson notes what an own customer said, in its own name."""
        profile = self.own.with_env(self.env)
        profile.write({"review_ids": [Command.create({"strengths": "Quick"})]})
        self.assertEqual(profile.review_ids.user_id, self.env.user)
        self.assertEqual(profile.review_ids.date, self.today)
        with self.assertRaises(AccessError):
            self.env["crm.customer.review"].create(
                {"profile_id": self.others.id, "solution": "Works"}
            )

    def test_something_was_said(self):
        """A review holds at least one answer."""
        with self.assertRaisesRegex(ValidationError, "at least one answer"):
            self.review(self.own, solution=" ")

    @mute_logger("odoo.sql_db")
    def test_days(self):
        """A review was held; the next one comes later."""
        with self.assertRaisesRegex(ValidationError, "after the meeting"):
            self.review(self.own, date=self.today + timedelta(days=3))
        with self.assertRaises(psycopg2.IntegrityError), self.cr.savepoint():
            self.review(self.own, next_date=self.today)

    def test_who_sees(self):
        """Own customers, all, none: as with all facts."""
        both = self.review(self.own) | self.review(self.others)
        for user, count in ((self.seller, 1), (self.manager, 2), (self.stranger, 0)):
            found = self.as_user(user, both).search([("id", "in", both.ids)])
            self.assertEqual(len(found), count, user.login)
        with self.assertRaises(AccessError):
            both.with_user(self.outsider).search([])

    def test_merge_and_refusal(self):
        """Reviews follow the customer, and go with who refuses profiling."""
        reviews = self.review(self.own) | self.review(self.others)
        self.merge(self.foreign, into=self.customer)
        self.assertEqual(self.own.review_ids, reviews)
        self.customer.profiling_refused = True
        self.assertFalse(reviews.exists())
