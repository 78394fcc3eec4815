from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_value_chain.tests.common import ValueChainCommon

from ..hooks import post_init_hook, uninstall_hook


@tagged("post_install", "-at_install")
class TestRating(ValueChainCommon):
    """What customers rated is how satisfied they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("rating_manager", "sales_team.group_sale_manager")
        cls.customer = cls.make_customer(is_company=True)
        cls.person = cls.make_customer("Person", parent_id=cls.customer.id)
        cls.buy(cls.customer, days_ago=20)
        cls.score()
        cls.own = cls.profile(cls.customer)

    def setUp(self):
        super().setUp()
        self.empty_queue()

    def rate(self, value, partner=None, days_ago=0, on=None, **values):
        """A rating that a contact filled in some days ago."""
        on = on or self.customer
        rating = self.env["rating.rating"].create(
            {
                "partner_id": (partner or self.person).id,
                "res_model_id": self.env["ir.model"]._get_id(on._name),
                "res_id": on.id,
                "rating": value,
                "consumed": True,
                **values,
            }
        )
        rating.rated_on = datetime.now() - timedelta(days=days_ago)
        rating._tell_attitudes()
        return rating

    def test_rating_counts(self):
        """Five of five from a person is a satisfaction of 10 of the customer."""
        self.rate(5, feedback="Splendid")
        self.assertEqual(self.queued(), {(self.customer.id, self.company.id)})
        entry = self.own.attitude_ids
        self.assertEqual((entry.score, entry.source), (10, "rating"))
        self.assertEqual(entry.note, "Splendid")
        self.score()
        self.assertEqual(self.own.satisfaction, 10)

    def test_not_filled_in(self):
        """Whom nobody answered yet has no opinion."""
        rating = self.rate(0, consumed=False)
        self.assertFalse(self.own.attitude_ids)
        rating.write({"rating": 3, "consumed": True})
        self.assertEqual(self.own.attitude_ids.score, 6)

    def test_kept_in_step(self):
        """A rating that changes, is reset or deleted does so here; never twice."""
        rating = self.rate(2)
        rating.rating = 4
        self.assertEqual(self.own.attitude_ids.mapped("score"), [8])
        rating.reset()
        self.assertFalse(self.own.attitude_ids)
        rating.write({"rating": 1, "consumed": True})
        self.assertEqual(self.own.attitude_ids.score, 2)
        self.empty_queue()
        rating.unlink()
        self.assertFalse(self.own.attitude_ids)
        self.assertTrue(self.queued())

    def test_installed_later(self):
        """Ratings of before count when the addon comes, and go when it goes."""
        self.rate(4)
        self.rate(1, days_ago=30)
        uninstall_hook(self.env)
        self.assertFalse(self.own.attitude_ids)
        post_init_hook(self.env)
        post_init_hook(self.env)
        self.assertEqual(self.own.attitude_ids.mapped("score"), [8, 2])

    def test_no_profile_yet(self):
        """What somebody rated before becoming a customer counts from then on."""
        new = self.make_customer("New")
        self.rate(4, partner=new)
        self.assertFalse(self.profile(new))
        self.buy(new)
        self.run_cron()
        self.assertEqual(self.profile(new).satisfaction, 8)

    def test_refused(self):
        """Of who objects to profiling nothing is kept, until that is taken back."""
        self.rate(4)
        self.customer.profiling_refused = True
        self.assertFalse(
            self.env["crm.customer.attitude"]
            .search([("rating_id", "!=", False)])
            .filtered(lambda entry: entry.company_id == self.company)
        )
        self.rate(2)
        self.customer.profiling_refused = False
        self.run_cron()
        self.assertEqual(
            sorted(self.profile(self.customer).attitude_ids.mapped("score")), [4, 8]
        )

    def test_company(self):
        """A rating counts for the company of what was rated."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.customer, company=other, days_ago=1)
        self.score(company=other)
        lead = self.env["crm.lead"].create({"name": "L", "company_id": self.company.id})
        self.rate(5, on=lead)
        self.assertEqual(self.own.attitude_ids.mapped("score"), [10])
        self.rate(1)
        self.assertEqual(
            self.profile(self.customer, other).attitude_ids.mapped("score"), [2]
        )

    def test_people_leave_it(self):
        """What a customer rated, not even a manager changes."""
        self.rate(1)
        entry = self.own.attitude_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "rated"):
            entry.score = 9
        with self.assertRaisesRegex(UserError, "rated"):
            entry.unlink()

    def test_interaction(self):
        """A rating is an interaction of the customer, once it is filled in."""
        rating = self.rate(4)
        self.rate(0, consumed=False)
        interactions = self.env["crm.relationship.interaction"]
        domain = [("commercial_partner_id", "=", self.customer.id)]
        found = interactions.search([*domain, ("source", "=", "rating")])
        self.assertEqual(len(found), 1)
        self.assertEqual(found.partner_id, self.person)
        self.assertEqual(found.direction, "in")
        self.assertEqual(found.document_id, self.customer.id)
        rating.message_id = self.customer.message_post(
            author_id=self.person.id,
            body="Good",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        again = interactions.search([*domain, ("source", "in", ("rating", "message"))])
        self.assertEqual(len(again), 1, "said once, counted once")

    def test_complaint(self):
        """One star is a complaint: an open episode, once, which people close."""
        rating = self.rate(1, feedback="Never again")
        self.rate(3)
        rating.feedback = "Never ever again"
        episode = self.env["crm.relationship.episode"].search(
            [("partner_id", "=", self.person.id)]
        )
        self.assertEqual(len(episode), 1)
        self.assertEqual(
            episode.type_id, self.env.ref("crm_value_chain.episode_type_complaint")
        )
        self.assertTrue(episode.is_open)
        self.assertEqual(episode.name, "Never again")
        episode.with_user(self.manager).action_close()
        rating.feedback = "Well, perhaps"
        self.assertFalse(episode.is_open)
