from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged, users
from odoo.tools import SQL, mute_logger

from ...models.customer import crm_classification_placement as placement
from ...models.customer import crm_customer_rule as rule
from .portfolio_case import PortfolioCase

SLOW = "[('purchase_count', '>=', 12345)]"


@tagged("post_install", "-at_install")
class TestSegment(PortfolioCase):
    """Segments: ordered rules, the first that matches takes the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_buyers(30)
        cls.often = cls.make_segment("Often", [("purchase_count", ">=", 5)], 10)
        cls.again = cls.make_segment("Again", [("purchase_count", ">=", 2)], 20)
        cls.score()

    @contextmanager
    def slow(self):
        """Have the database take long over the rule SLOW, and give it little time."""
        segments = type(self.Segment)
        plain = segments._condition

        def condition(model, text, query, company=None):
            if text == SLOW:
                return SQL("(SELECT p.id FROM pg_sleep(0.2 + 0 * p.id)) < 0")
            return plain(model, text, query, company)

        with (
            patch.object(segments, "_condition", condition),
            patch.object(rule, "LONGEST_RULE", 0.5),
            mute_logger("odoo.sql_db", rule.__name__),
        ):
            yield

    def test_first_match_takes_the_customer(self):
        """Each customer stands in the first segment whose rule matches, or in none."""
        for profile in self.profiles():
            count = profile.purchase_count
            expected = self.often if count >= 5 else self.again if count >= 2 else None
            self.assertEqual(profile.segment_id, expected or self.Segment)

    @users("portfolio_manager")
    def test_preview_tells_what_rules_above_took(self):
        """Of each rule the preview tells whom it matches and who is gone already."""
        counts = self.profiles().mapped("purchase_count")
        form = Form(self.again.with_env(self.env))
        rows = self.rows(form.preview)
        often = sum(count >= 5 for count in counts)
        again = sum(count >= 2 for count in counts)
        self.assertEqual((rows["Often"]["matches"], rows["Often"]["taken"]), (often, 0))
        self.assertEqual(
            [rows["Again"][key] for key in ("matches", "taken", "then")],
            [again, often, again - often],
        )

    @users("portfolio_manager")
    def test_preview_counts_customers_in_no_segment(self):
        """Customers whom no rule takes are counted, and a catch-all is suggested."""
        counts = self.profiles().mapped("purchase_count")
        form = Form(self.again.with_env(self.env))
        self.assertEqual(form.preview["nowhere"], sum(count < 2 for count in counts))
        self.assertIn("without conditions", form.preview["nowhere_text"])
        form.domain = "[]"
        self.assertEqual(form.preview["nowhere"], 0)
        self.assertFalse(form.preview["nowhere_text"])

    @users("portfolio_manager")
    def test_preview_warns_of_a_rule_never_reached(self):
        """A rule whose customers are all taken above is told, at every rule."""
        form = Form(self.env["crm.segment"])
        form.name = "Very Often"
        form.sequence = 30
        form.domain = "[('purchase_count', '>=', 6)]"
        self.assertIn("never reached", form.preview["warning"])
        form.sequence = 5
        form.domain = "[('purchase_count', '>=', 2)]"
        self.assertIn("never reached", self.rows(form.preview)["Again"]["warning"])
        form.domain = "[('purchase_count', '>=', 999)]"
        self.assertIn("nobody", form.preview["warning"])
        form.domain = "[]"
        self.assertIn("everybody", form.preview["warning"])

    @users("portfolio_manager")
    def test_slow_rule_is_told_in_the_preview(self):
        """A rule that takes too long is told; the others are counted all the same."""
        form = Form(self.again.with_env(self.env))
        with self.slow():
            form.domain = SLOW
        self.assertIn("too long", form.preview["warning"])
        self.assertGreater(self.rows(form.preview)["Often"]["then"], 0)
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone(), ("0",))

    @users("portfolio_manager")
    def test_slow_rule_is_refused(self):
        """A rule that takes too long is refused at saving, in plain words."""
        with self.slow(), self.assertRaisesRegex(ValidationError, "too long"):
            self.often.with_env(self.env).domain = SLOW

    def test_slow_rule_does_not_stop_the_night(self):
        """A rule that takes too long keeps those it holds, and is noted on the run."""
        held = self.profiles().filtered(lambda p: p.segment_id == self.again)
        self.often.domain = "[('purchase_count', '>=', 3)]"
        self.env.cr.execute(
            "UPDATE crm_segment SET domain = %s WHERE id = %s", [SLOW, self.again.id]
        )
        self.Segment.invalidate_model()
        run = self.env["crm.scoring.run"].create(
            {"kind": "segmentation", "company_id": self.company.id}
        )
        with self.slow(), patch.object(placement, "LONGEST_PLACING", 0.5):
            self.run_cron("segmentation")
        self.assertEqual(run.state, "done")
        self.assertEqual(run.failure_ids.mapped("subject"), ["Again"])
        self.assertIn("too long", run.failure_ids.message)
        for profile in held:
            better = profile.purchase_count >= 3
            self.assertEqual(profile.segment_id, self.often if better else self.again)

    @users("portfolio_manager")
    def test_rule_on_records_of_another_company_is_refused(self):
        """A rule that names a record of another company is refused at saving."""
        other = self.env["res.company"].sudo().create({"name": "Other"})
        theirs = self.env["crm.customer.list"].sudo()
        theirs = theirs.create({"name": "Theirs", "company_id": other.id})
        shared = self.env["res.partner.category"].sudo().create({"name": "Shared"})
        often = self.often.with_env(self.env)
        for text in (
            [("company_id", "=", other.id)],
            [("list_ids", "in", [theirs.id])],
            ["|", ("purchase_count", ">", 1), ("list_ids", "in", theirs.ids)],
            [("segment_id.company_id", "in", [other.id])],
        ):
            with self.assertRaisesRegex(ValidationError, "another company"):
                often.domain = str(text)
        often.domain = str([("company_id", "=", self.company.id)])
        often.domain = str([("partner_id.category_id", "in", shared.ids)])

    @users("portfolio_manager")
    def test_archived_segment_releases_those_set_by_hand(self):
        """Who was set by hand to a segment that is archived goes by the rules again."""
        profile = self.profiles().filtered(lambda p: p.purchase_count == 1)[:1]
        self.env["crm.customer.override"].create(
            {
                "profile_id": profile.id,
                "dimension": "segment",
                "segment_id": self.often.id,
                "reason": "big plans",
            }
        )
        self.assertEqual(profile.segment_id, self.often)
        self.often.with_env(self.env).active = False
        self.score()
        self.assertFalse(profile.segment_id)
        self.often.with_env(self.env).active = True
        self.score()
        self.assertEqual(profile.segment_id, self.often)

    @users("portfolio_seller")
    def test_customers_of_a_segment_can_be_opened(self):
        """A salesperson opens the customers behind the count of a segment."""
        often = self.often.with_env(self.env)
        action = often.action_open_customers()
        found = self.env["crm.customer.profile"].search(action["domain"])
        self.assertEqual(len(found), often.customer_count)
        self.assertTrue(found)
