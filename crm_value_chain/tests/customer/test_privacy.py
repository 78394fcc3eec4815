from unittest.mock import patch

from odoo.tests import tagged

from ..common import ValueChainCommon

TABLES_OF_A_CONTACT = (
    "crm_customer_profile",
    "crm_customer_movement",
    "crm_customer_stale",
    "crm_historical_purchase",
    "crm_scoring_failure",
)


class PrivacyCase(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.make_customer("Anna")
        cls.buy(cls.customer, days_ago=50, amount=100)
        cls.buy(cls.customer, days_ago=10, amount=200)
        cls.score()

    def night(self):
        """A full scoring of the company, and what changed."""
        Run = self.env["crm.scoring.run"]
        with patch.object(type(Run), "_plan"):
            Run.create({"company_id": self.company.id})
            self.run_cron("scoring")
            self.run_cron("segmentation")
        self.env.invalidate_all()

    def override(self, partner, stage="loyal", reason="A friend"):
        return self.env["crm.customer.override"].create(
            {
                "profile_id": self.profile(partner).id,
                "dimension": "ladder",
                "ladder_stage_id": self.stages[stage].id,
                "reason": reason,
            }
        )

    def rows_of(self, partner_id):
        """Number of rows that speak of a contact, by table of ours."""
        self.env.flush_all()
        counts = {}
        for table in TABLES_OF_A_CONTACT:
            self.env.cr.execute(
                f"SELECT COUNT(*) FROM {table} WHERE partner_id = %s", [partner_id]
            )
            counts[table] = self.env.cr.fetchone()[0]
        return counts

    def merge(self, *partners, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([partner.id for partner in (*partners, into)], into)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRefusal(PrivacyCase):
    def test_refused(self):
        """Who refuses profiling loses the profile at once, and all that hangs on it."""
        self.override(self.customer)
        profile = self.profile(self.customer)
        self.assertTrue(profile.movement_ids and profile.override_ids)
        self.customer.profiling_refused = True
        self.assertFalse(self.profile(self.customer))
        for model in ("crm.customer.movement", "crm.customer.override"):
            self.assertFalse(
                self.env[model]
                .with_context(active_test=False)
                .search([("profile_id", "=", profile.id)])
            )
        self.assertFalse(self.customer.value_chain_badge)
        self.assertFalse(self.customer.get_ladder_explanation())

    def test_stays_out(self):
        """Who refused stays out through nights, changes and single refreshes."""
        self.customer.profiling_refused = True
        self.night()
        self.buy(self.customer)
        self.order(self.customer)
        self.night()
        self.assertFalse(self.profile(self.customer))

    def test_refused_as_salesperson(self):
        """A salesperson may note the refusal of a customer."""
        seller = self.make_user(
            "vc_refusal_seller", "sales_team.group_sale_salesman_all_leads"
        )
        self.customer.with_user(seller).profiling_refused = True
        self.assertFalse(self.profile(self.customer))

    def test_firm_refused(self):
        """If a firm refuses its contacts show no profile either."""
        firm = self.make_customer("Firm", is_company=True)
        contact = self.make_customer("Contact", parent_id=firm.id)
        self.buy(contact)
        self.score()
        self.assertTrue(contact.customer_profile_id)
        firm.profiling_refused = True
        self.night()
        self.assertFalse(contact.customer_profile_id)
        self.assertFalse(self.profile(contact))

    def test_lead_of_refusing(self):
        """A lead of a customer who refused shows no badge and no explanation."""
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.customer.id}
        )
        self.customer.profiling_refused = True
        self.assertFalse(lead.value_chain_badge)
        self.assertFalse(lead.get_ladder_explanation())

    def test_agreed_again(self):
        """Who agrees again comes back with all figures."""
        self.customer.profiling_refused = True
        self.night()
        self.customer.profiling_refused = False
        self.run_cron("scoring")
        self.run_cron("segmentation")
        profile = self.profile(self.customer)
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.ladder_stage_id, self.stages["repeat"])

    def test_created_refusing(self):
        """A contact that is made with a refusal never gets a profile."""
        contact = self.make_customer("Never", profiling_refused=True)
        self.buy(contact)
        self.night()
        self.assertFalse(self.profile(contact))


@tagged("post_install", "-at_install")
class TestArchiveAndDelete(PrivacyCase):
    def test_archive(self):
        """An archived customer keeps the figures, out of sight, and comes back."""
        self.customer.action_archive()
        self.night()
        profile = self.profile(self.customer)
        self.assertFalse(profile.active)
        self.assertEqual(profile.purchase_count, 2)
        self.assertFalse(
            self.env["crm.customer.profile"].search(
                [("partner_id", "=", self.customer.id)]
            )
        )
        self.customer.action_unarchive()
        self.night()
        self.assertTrue(self.profile(self.customer).active)

    def test_delete(self):
        """Deleting a contact leaves no row that speaks of it in any table of ours."""
        self.override(self.customer)
        self.env["crm.scoring.failure"].create(
            {
                "run_id": self.env["crm.scoring.run"].create({"state": "done"}).id,
                "partner_id": self.customer.id,
                "message": "Bad",
            }
        )
        profile = self.profile(self.customer)
        partner_id = self.customer.id
        self.env["crm.historical.purchase"].search(
            [("partner_id", "=", partner_id)]
        ).unlink()
        self.customer.unlink()
        self.assertEqual(set(self.rows_of(partner_id).values()), {0})
        self.assertFalse(profile.exists())
        self.env.cr.execute(
            "SELECT COUNT(*) FROM crm_customer_override WHERE profile_id = %s",
            [profile.id],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_delete_is_not_hindered(self):
        """A user without any right of ours may delete a contact that has a profile."""
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.make_customer("Bob").id}
        )
        bob = lead.partner_id
        self.score()
        self.assertTrue(self.profile(bob))
        lead.partner_id = False
        manager = self.make_user("vc_delete", "base.group_partner_manager")
        bob.with_user(manager).unlink()
        self.assertFalse(bob.exists())


@tagged("post_install", "-at_install")
class TestMerge(PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls.make_customer("Anna B.")
        cls.buy(cls.double, days_ago=30, amount=50)
        cls.score()

    def test_figures_add_up(self):
        """After a merge there is one profile, and its figures add up."""
        self.merge(self.double, into=self.customer)
        self.night()
        profile = self.profile(self.customer)
        self.assertEqual(len(profile), 1)
        self.assertEqual(profile.purchase_count, 3)
        self.assertEqual(profile.purchase_amount, 350.0)
        self.assertFalse(self.double.exists())

    def test_facts_stay(self):
        """What people know of the one that goes fills the gaps of the other."""
        self.profile(self.double).write(
            {"estimated_yearly_need": 1000, "active_reference": 1}
        )
        self.note(self.double, satisfaction=9, commitment=8, days_ago=5)
        self.note(self.customer, satisfaction=3)
        self.merge(self.double, into=self.customer)
        profile = self.profile(self.customer)
        self.assertEqual((profile.satisfaction, profile.commitment), (3, 8))
        self.assertEqual(profile.estimated_yearly_need, 1000)
        self.assertTrue(profile.active_reference)

    def test_movements_stay(self):
        """The movements of both are those of the one that stays."""
        count = len(
            self.profile(self.customer).movement_ids
            | self.profile(self.double).movement_ids
        )
        self.assertGreater(count, 1)
        self.merge(self.double, into=self.customer)
        movements = self.profile(self.customer).movement_ids
        self.assertEqual(len(movements), count)
        self.assertEqual(movements.partner_id, self.customer)

    def test_override_stays(self):
        """An override goes over to the one that stays, and still holds at night."""
        override = self.override(self.double, "advocate")
        author = self.make_user("vc_merge_author", "sales_team.group_sale_manager")
        override.sudo().user_id = author
        self.merge(self.double, into=self.customer)
        self.night()
        profile = self.profile(self.customer)
        self.assertEqual(profile.override_ids.reason, "A friend")
        self.assertEqual(profile.override_ids.user_id, author)
        self.assertEqual(profile.ladder_stage_id, self.stages["advocate"])

    def test_both_overridden(self):
        """Of two overrides the one of the contact that stays holds."""
        self.override(self.double, "advocate", "Of the double")
        self.override(self.customer, "loyal", "Of the one that stays")
        self.merge(self.double, into=self.customer)
        self.night()
        profile = self.profile(self.customer)
        self.assertEqual(profile.override_ids.reason, "Of the one that stays")
        self.assertEqual(profile.ladder_stage_id, self.stages["loyal"])

    def test_only_one_known(self):
        """A contact without a profile takes over that of the one merged into it."""
        new = self.make_customer("New")
        self.note(self.double, satisfaction=9)
        self.merge(self.double, into=new)
        profile = self.profile(new)
        self.assertEqual(profile.satisfaction, 9)
        self.night()
        self.assertEqual(self.profile(new).purchase_count, 1)

    def test_three(self):
        """Three customers become one, also in another company."""
        third = self.make_customer("Anna C.")
        other = self.env["res.company"].create({"name": "Other"})
        for partner in (third, self.double):
            self.buy(partner, amount=10, company=other)
        self.buy(third, amount=1)
        self.score()
        self.score(company=other)
        self.merge(self.double, third, into=self.customer)
        self.score(company=other)
        self.night()
        self.assertEqual(self.profile(self.customer).purchase_amount, 351.0)
        self.assertEqual(self.profile(self.customer, other).purchase_amount, 20.0)

    def test_refusal_stays(self):
        """If one of the merged refused profiling the result is out of it."""
        self.double.profiling_refused = True
        self.merge(self.double, into=self.customer)
        self.night()
        self.assertTrue(self.customer.profiling_refused)
        self.assertFalse(self.profile(self.customer))


@tagged("post_install", "-at_install")
class TestReparent(PrivacyCase):
    def test_contact_of_another_firm(self):
        """Sales of a contact count for the firm that it belongs to now."""
        old, new = self.make_customer("Old"), self.make_customer("New")
        contact = self.make_customer("Contact", parent_id=old.id)
        self.buy(contact)
        self.score()
        contact.parent_id = new
        self.run_cron()
        self.assertEqual(self.profile(old).purchase_count, 0)
        self.assertEqual(self.profile(new).purchase_count, 1)

    def test_customer_joins_firm(self):
        """A customer who becomes a firm's contact counts there, and no longer alone."""
        firm = self.make_customer("Firm", is_company=True)
        self.note(self.customer, satisfaction=9)
        self.customer.parent_id = firm
        self.run_cron()
        self.assertEqual(self.profile(firm).purchase_count, 2)
        own = self.Profile.search([("partner_id", "=", self.customer.id)])
        self.assertFalse(own.active)
        self.assertFalse(own.purchase_count)
        self.assertEqual(self.customer.customer_profile_id, self.profile(firm))
        self.customer.parent_id = False
        self.run_cron()
        self.assertTrue(own.active)
        self.assertEqual((own.purchase_count, own.satisfaction), (2, 9))
        self.assertEqual(self.profile(firm).purchase_count, 0)
