from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from ..common import ValueChainCommon

UNKNOWN = False


@tagged("post_install", "-at_install")
class TestAttitude(ValueChainCommon):
    """What a customer thinks of us: dated entries, of which the newest counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("attitude_seller", "sales_team.group_sale_salesman")
        cls.colleague = cls.make_user(
            "attitude_colleague", "sales_team.group_sale_salesman"
        )
        cls.everyone = cls.make_user(
            "attitude_everyone", "sales_team.group_sale_salesman_all_leads"
        )
        cls.manager = cls.make_user("attitude_manager", "sales_team.group_sale_manager")
        cls.reader = cls.make_user(
            "attitude_reader", "crm_value_chain.group_value_chain_user"
        )
        cls.outsider = cls.make_user("attitude_outsider", "base.group_user")
        cls.customer = cls.make_customer("Own", user_id=cls.seller.id)
        cls.foreign = cls.make_customer("Foreign", user_id=cls.colleague.id)
        for partner in (cls.customer, cls.foreign):
            cls.buy(partner, days_ago=10)
            cls.buy(partner, days_ago=40)
        cls.score()
        cls.own = cls.profile(cls.customer)
        cls.Attitude = cls.env["crm.customer.attitude"]

    def night(self, day):
        """A night in which only changed customers are measured; the days pass."""
        self.company.value_chain_as_of = self.company.value_chain_as_of or self.today
        run = self.env["crm.scoring.run"].create(
            {"company_id": self.company.id, "as_of": day, "is_full": False}
        )
        while run._step()[1]:
            pass
        self.run_all("segmentation", day)
        self.own.invalidate_recordset()

    def run_all(self, kind, day):
        runs = self.env["crm.scoring.run"].search(
            [("kind", "=", kind), ("state", "=", "waiting"), ("as_of", "=", day)]
        )
        for run in runs:
            while run._step()[1]:
                pass

    # ------------------------------------------------------------------
    # Which entry counts
    # ------------------------------------------------------------------

    def test_nothing_known(self):
        """Of whom nobody noted anything, nothing is known: that is no zero."""
        for name in self.Profile._attitude_fields():
            self.assertIs(self.own[name], UNKNOWN)
        low = [("id", "=", self.own.id), ("satisfaction", "<=", 5)]
        self.assertFalse(self.Profile.search(low))
        self.note(self.customer, satisfaction=0)
        self.assertEqual(self.own.satisfaction, 0)
        self.assertIsNot(self.own.satisfaction, UNKNOWN)
        self.assertEqual(self.Profile.search(low), self.own)

    def test_newest_counts(self):
        """The newest day counts, whatever the order in which people note it."""
        self.note(self.customer, days_ago=5, satisfaction=8)
        self.note(self.customer, days_ago=90, satisfaction=2)
        self.assertEqual(self.own.satisfaction, 8)
        self.note(self.customer, days_ago=5, satisfaction=6)
        self.assertEqual(self.own.satisfaction, 6, "of one day, the last entry")

    def test_mean(self):
        """The attitude is the mean of what is known, without the barrier."""
        self.note(self.customer, satisfaction=8, recommendation=5)
        self.note(self.customer, switching_barrier=10)
        self.assertEqual(self.own.attitude_score, 6.5)
        self.note(self.customer, commitment=2)
        self.assertEqual(self.own.attitude_score, 5)
        self.assertEqual(self.own.would_recommend, 5)
        self.assertEqual(self.own.switching_barrier, 10)

    def test_correct_and_delete(self):
        """Entries that people correct or delete count at once."""
        old = self.note(self.customer, days_ago=9, satisfaction=4)
        new = self.note(self.customer, satisfaction=9)
        new.score = 7
        self.assertEqual(self.own.satisfaction, 7)
        new.date = self.today - timedelta(days=10)
        self.assertEqual(self.own.satisfaction, 4)
        (old | new).unlink()
        self.assertIs(self.own.satisfaction, UNKNOWN)

    def test_measured(self):
        """A scoring finds what people noted, as of its day."""
        self.note(self.customer, days_ago=1, satisfaction=9)
        self.note(self.customer, days_ago=20, satisfaction=3)
        self.score()
        self.assertEqual(self.own.satisfaction, 9)
        self.score(as_of=self.today - timedelta(days=10))
        self.assertEqual(self.own.satisfaction, 3)
        self.assertEqual(self.own.attitude_score, 3)
        self.score(as_of=self.today - timedelta(days=21))
        self.assertIs(self.own.satisfaction, UNKNOWN)

    # ------------------------------------------------------------------
    # Growing too old
    # ------------------------------------------------------------------

    def test_ages_out_on_its_day(self):
        """An entry counts for the months of the setting, to the day, without change."""
        self.company.attitude_months = 6
        self.note(self.customer, satisfaction=9)
        self.own.is_supplier_of_choice = True
        self.night(self.today)
        last = fields.Date.add(self.today, months=6)
        for day, satisfaction, stage in (
            (last - timedelta(days=3), 9, "loyal"),
            (last, 9, "loyal"),
            (last + timedelta(days=1), UNKNOWN, "majority"),
        ):
            self.night(day)
            self.assertEqual(self.own.satisfaction, satisfaction, day)
            self.assertEqual(self.own.ladder_stage_id, self.stages[stage], day)

    def test_older_one_does_not_come_back(self):
        """What is left when an entry is too old is no older one."""
        self.company.attitude_months = 6
        self.note(self.customer, satisfaction=9)
        self.note(self.customer, days_ago=30, satisfaction=2)
        self.night(self.today)
        self.night(fields.Date.add(self.today, months=7))
        self.assertIs(self.own.satisfaction, UNKNOWN)

    def test_never_too_old(self):
        """With 0 months an entry counts for ever."""
        self.company.attitude_months = 0
        self.note(self.customer, days_ago=10_000, satisfaction=9)
        self.assertEqual(self.own.satisfaction, 9)

    def test_begins_to_count(self):
        """An entry of a day after the figures counts from that day on."""
        shown = self.today - timedelta(days=10)
        self.score(as_of=shown)
        self.company.value_chain_as_of = shown
        entry = self.note(self.customer, days_ago=3, satisfaction=9)
        self.score(as_of=shown)
        self.assertIs(self.own.satisfaction, UNKNOWN)
        self.night(entry.date - timedelta(days=1))
        self.assertIs(self.own.satisfaction, UNKNOWN)
        self.night(entry.date)
        self.assertEqual(self.own.satisfaction, 9)

    def test_setting(self):
        """The months are sane, and a change has everybody measured again."""
        for months in (-1, 5000):
            with self.assertRaisesRegex(ValidationError, "1200 months"):
                self.company.attitude_months = months
        runs = self.env["crm.scoring.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.company.attitude_months = 12
        new = self.env["crm.scoring.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual((new - runs).kind, "scoring")

    # ------------------------------------------------------------------
    # Bad input
    # ------------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_score_out_of_range(self):
        """A score lies between 0 and 10, and must be given."""
        for score in (-1, 11, False):
            with (
                self.subTest(score=score),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                self.note(self.customer, satisfaction=score)

    def test_future(self):
        """Nobody notes what a customer will think."""
        with self.assertRaisesRegex(ValidationError, "future"):
            self.note(self.customer, days_ago=-3, satisfaction=5)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    @users("attitude_seller")
    def test_seller_notes_own_customers(self):
        """A salesperson notes in one step on the profile, as its own author."""
        profile = self.own.with_env(self.env)
        values = {"metric": "satisfaction", "score": 9, "user_id": self.manager.id}
        profile.write({"attitude_ids": [fields.Command.create(values)]})
        self.assertEqual(profile.attitude_ids.user_id, self.env.user)
        self.assertEqual(profile.satisfaction, 9)
        profile.attitude_ids.score = 8
        self.assertEqual(profile.satisfaction, 8)
        with self.assertRaises(AccessError):
            self.Attitude.with_env(self.env).create(
                {"profile_id": self.profile(self.foreign).id, "score": 1}
            )

    def test_others_customers_are_hidden(self):
        """Own documents only: what others' customers think is not to be seen."""
        self.note(self.foreign, satisfaction=1)
        self.note(self.customer, satisfaction=9)
        seen = self.Attitude.with_user(self.seller).search([])
        self.assertEqual(seen.partner_id, self.customer)
        with self.assertRaises(AccessError):
            self.Attitude.with_user(self.outsider).search([])

    def test_others_entries_stay(self):
        """What somebody else noted, only managers change."""
        entry = self.note(self.customer, satisfaction=9)
        for user in (self.seller, self.everyone, self.reader):
            self.assertEqual(entry.with_user(user).score, 9)
            with self.assertRaises(AccessError):
                entry.with_user(user).score = 1
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
        entry.with_user(self.manager).score = 3
        self.assertEqual(self.own.satisfaction, 3)

    def test_entries_do_not_move_to_others_customers(self):
        """Nobody moves an own entry to a customer who is not theirs."""
        entry = self.Attitude.with_user(self.seller).create(
            {"profile_id": self.own.id, "score": 3}
        )
        with self.assertRaises(AccessError):
            entry.profile_id = self.profile(self.foreign)

    def test_figures_are_not_written_by_hand(self):
        """The profile's own numbers follow from the entries."""
        with self.assertRaisesRegex(UserError, "Satisfaction"):
            self.own.with_user(self.seller).satisfaction = 9

    def test_other_company(self):
        """Entries of a company that is not at hand are not there."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customer, company=other)
        self.score(company=other)
        self.env["crm.customer.attitude"].create(
            {"profile_id": self.profile(self.customer, other).id, "score": 2}
        )
        self.assertFalse(self.own.attitude_ids)
        self.assertIs(self.own.satisfaction, UNKNOWN)
        self.assertFalse(self.Attitude.with_user(self.manager).search([]))
        self.assertEqual(self.profile(self.customer, other).satisfaction, 2)

    # ------------------------------------------------------------------
    # The picture
    # ------------------------------------------------------------------

    @users("attitude_seller")
    def test_history(self):
        """The chart has a line for each metric, with gaps where nothing was noted."""
        self.note(self.customer, days_ago=30, satisfaction=4, commitment=7)
        self.note(self.customer, days_ago=2, satisfaction=8)
        history = self.own.with_env(self.env).attitude_history
        self.assertEqual(len(history["days"]), 2)
        self.assertEqual(
            history["metrics"],
            [
                {"name": "Satisfaction", "scores": [4, 8]},
                {"name": "Commitment", "scores": [7, None]},
            ],
        )
