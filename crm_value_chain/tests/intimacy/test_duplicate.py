from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .identity_case import ALL_LEADS, IdentityCase


@tagged("post_install", "-at_install")
class TestDuplicate(IdentityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.make_customer(
            "Katharina Schmidt", email="k.schmidt@example.com", city="Berlin"
        )
        cls.two = cls.make_customer(
            "Schmitd, Katharina", email="k.schmidt@example.com", city="Bremen"
        )
        cls.third = cls.make_customer("Peter Braun", email="p.braun@example.com")
        cls.commit()

    def scan(self, **values):
        scan = self.env["crm.duplicate.scan"].create(values)
        scan._run()
        self.env.invalidate_all()
        return scan

    def pairs(self, *contacts, user=None):
        ids = [contact.id for contact in contacts]
        return self.Pair.with_user(user or self.env.user).search(
            [("partner_a_id", "in", ids), ("partner_b_id", "in", ids)]
        )

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------

    def test_a_scan_finds_a_pair_and_says_why(self):
        scan = self.scan()
        pair = self.pairs(self.one, self.two, self.third)
        self.assertEqual(pair.partner_a_id | pair.partner_b_id, self.one | self.two)
        self.assertEqual(
            pair.reasons, "Names differ by a slip of the fingers, same e-mail address"
        )
        self.assertEqual(pair.doubts, "Different addresses")
        self.assertGreater(pair.score, 0.5)
        self.assertEqual((scan.state, scan.progress), ("done", 100))

    def test_a_new_scan_finds_nothing_twice(self):
        self.scan()
        before = self.pairs(self.one, self.two)
        self.scan()
        self.assertEqual(self.pairs(self.one, self.two), before)

    def test_who_was_corrected_is_no_duplicate_any_more(self):
        self.scan()
        self.two.write({"name": "Sabine Kurz", "email": "s.kurz@example.com"})
        self.scan()
        self.assertFalse(self.pairs(self.one, self.two))

    def test_a_scan_of_changes_compares_the_changed_with_all(self):
        self.scan()
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        late = self.make_customer("Peter Braun", email="p.braun@example.com")
        self.env.flush_all()
        scan = self.scan(since="2021-01-01 00:00:00")
        self.assertTrue(self.pairs(self.third, late))
        self.assertTrue(self.pairs(self.one, self.two), "still there")
        self.assertEqual(scan.contact_count, 1)

    def test_nobody_is_compared_with_the_own_company_or_an_address(self):
        works = self.make_customer("Braun", is_company=True, email="b@example.com")
        self.make_customer(
            "Braun", parent_id=works.id, email="b@example.com", type="contact"
        )
        self.make_customer(
            "Braun", parent_id=works.id, email="b@example.com", type="delivery"
        )
        self.scan()
        self.assertFalse(self.Pair.search([("partner_a_id", "=", works.id)]))
        self.assertFalse(self.Pair.search([("partner_b_id", "=", works.id)]))

    def test_colleagues_and_own_companies_are_no_customers(self):
        self.scan()
        own = self.env["res.company"].search([]).partner_id
        own |= self.env["res.users"].search([("share", "=", False)]).partner_id
        found = self.Pair.search(
            ["|", ("partner_a_id", "in", own.ids), ("partner_b_id", "in", own.ids)]
        )
        self.assertFalse(found)

    def test_contacts_of_two_companies_are_kept_apart(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.one.company_id, self.two.company_id = self.company, other
        self.scan()
        self.assertFalse(self.pairs(self.one, self.two))
        self.two.company_id = False
        self.scan()
        self.assertEqual(self.pairs(self.one, self.two).company_id, self.company)

    # ------------------------------------------------------------------
    # Deciding
    # ------------------------------------------------------------------

    def test_a_dismissal_is_remembered(self):
        self.scan()
        pair = self.pairs(self.one, self.two).with_user(self.seller)
        pair.action_dismiss()
        self.assertEqual((pair.state, pair.decided_by_id), ("dismissed", self.seller))
        self.scan()
        self.assertEqual(self.pairs(self.one, self.two).state, "dismissed")
        pair.action_reopen()
        self.assertEqual((pair.state, bool(pair.decided_on)), ("open", False))

    def test_a_dismissal_holds_for_whom_a_contact_is_merged_into(self):
        self.pair(self.one, self.two, state="dismissed")
        twin = self.make_customer("Katharina Schmidt", email="k.schmidt@example.com")
        self.pair(self.one, twin)
        self.pair(self.two, twin)
        self.merge(self.one | twin, twin)
        self.assertEqual(self.pairs(twin, self.two).state, "dismissed")
        self.scan()
        self.assertEqual(self.pairs(twin, self.two).state, "dismissed")

    def test_merging_is_odoos_own(self):
        pair = self.pair(self.one, self.two).with_user(self.seller)
        action = pair.action_merge()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        wizards = self.env[action["res_model"]].with_user(self.seller)
        form = Form(wizards.with_context(**action["context"]))
        wizard = form.save()
        self.assertEqual(wizard.partner_ids, self.one | self.two)
        wizard.action_merge()
        self.assertEqual(pair.state, "merged")
        self.assertEqual(len((self.one | self.two).exists()), 1)
        self.assertEqual(pair.partner_a_id, (self.one | self.two).exists())
        self.assertFalse(pair.partner_b_id)
        self.assertEqual(pair.decided_by_id, self.seller)
        with self.assertRaisesRegex(UserError, "merged already"):
            pair.action_merge()
        with self.assertRaisesRegex(UserError, "merged already"):
            pair.action_dismiss()

    def test_an_erased_contact_takes_its_pairs_along(self):
        pair = self.pair(self.one, self.two)
        self.two.unlink()
        self.assertFalse(pair.exists())

    def test_the_screen_shows_both_and_what_differs(self):
        pair = self.pair(self.one, self.two).with_user(self.seller)
        lines = {line["label"]: line for line in pair._comparison_lines()}
        self.assertTrue(lines["City"]["differ"])
        self.assertEqual(lines["City"]["one"], "Berlin")
        self.assertFalse(lines["Email"]["differ"])
        self.assertIn("Bremen", pair.comparison)
        Form(pair)

    def test_what_people_write_is_shown_not_run(self):
        self.one.name = "<script>alert(1)</script>"
        self.two.street = "Ropes & Sails"
        pair = self.pair(self.one, self.two)
        self.assertNotIn("<script>", pair.comparison)
        self.assertIn("Ropes &amp; Sails", pair.comparison)

    def test_a_name_is_not_needed_of_both(self):
        """A merged pair still opens."""
        pair = self.pair(self.one, self.two)
        self.merge(self.one | self.two, self.one)
        self.assertTrue(pair.comparison)
        self.assertEqual(pair.display_name, self.one.display_name)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_a_salesperson_of_own_documents_sees_pairs_of_own_customers(self):
        (self.one | self.two).user_id = self.owner
        self.pair(self.one, self.two)
        self.pair(self.one, self.third)
        self.third.user_id = self.seller
        contacts = (self.one, self.two, self.third)
        self.assertEqual(len(self.pairs(*contacts, user=self.seller)), 2)
        own = self.pairs(*contacts, user=self.owner)
        self.assertEqual(own.partner_a_id | own.partner_b_id, self.one | self.two)

    def test_pairs_of_other_companies_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.pair(self.one, self.two, company_id=other.id)
        self.assertFalse(self.pairs(self.one, self.two, user=self.manager))

    def test_who_may_not_merge_in_odoo_does_not_merge_here(self):
        reader = self.make_user("reader", ALL_LEADS)
        pair = self.pair(self.one, self.two).with_user(reader)
        can = self.env["base.partner.merge.automatic.wizard"].with_user(reader)
        if can.has_access("create"):
            self.skipTest("salespeople may merge here")
        self.assertFalse(pair.can_merge)
        self.assertIn("may not merge", pair.merge_hint)
        with self.assertRaises(AccessError):
            pair.action_merge()

    def test_odoos_rule_about_addresses_is_told_beforehand(self):
        self.two.email = "k.schmidt@example.org"
        pair = self.pair(self.one, self.two).with_user(self.seller)
        self.assertIn("only an administrator", pair.merge_hint)
        self.assertFalse(
            pair.sudo().with_user(self.env.ref("base.user_admin")).merge_hint
        )

    def test_nobody_writes_pairs_past_the_buttons(self):
        pair = self.pair(self.one, self.two)
        for user in (self.owner, self.seller, self.manager):
            with self.assertRaises(AccessError):
                pair.with_user(user).write({"state": "dismissed"})
            with self.assertRaises(AccessError):
                pair.with_user(user).unlink()

    def test_others_see_no_pairs(self):
        portal = self.make_user("pair_portal", "base.group_portal")
        employee = self.make_user("pair_employee", "base.group_user")
        for user in (portal, employee):
            with self.assertRaises(AccessError):
                self.Pair.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.Pair.with_user(user).action_find()

    # ------------------------------------------------------------------
    # What merging keeps
    # ------------------------------------------------------------------

    def test_merging_keeps_profile_history_membership_and_identities(self):
        self.buy(self.one, 40, 100.0)
        self.buy(self.two, 10, 250.0)
        program = self.env["loyalty.program"].create(
            {
                "name": "Points",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
            }
        )
        card = self.env["loyalty.card"].create(
            {
                "program_id": program.id,
                "partner_id": self.two.id,
                "points": 30,
                "code": "0042-aa",
            }
        )
        self.commit()
        self.score()
        self.pair(self.one, self.two)
        self.merge(self.one | self.two, self.one)
        self.score()
        profile = self.profile(self.one)
        self.assertEqual(len(profile), 1)
        self.assertEqual(profile.purchase_amount, 350.0)
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(card.partner_id, self.one)
        self.assertEqual(card.points, 30)
        self.assertEqual(self.by_identity("0042AA"), self.one)
        self.assertFalse(
            self.Pair.search(
                [("state", "=", "open"), ("partner_a_id", "=", self.one.id)]
            )
        )

    # ------------------------------------------------------------------
    # In the customer view
    # ------------------------------------------------------------------

    def test_identify_is_done_when_nothing_is_open(self):
        self.one.write(
            {"phone": "+49 30 901820", "country_id": self.env.ref("base.de")}
        )
        self.buy(self.one)
        self.commit()
        self.score()
        self.assertEqual(
            self.evidence(self.one),
            {"identities": True, "no_duplicate": True, "data_quality": True},
        )
        self.pair(self.one, self.two)
        self.one.email = "nonsense"
        self.commit()
        self.assertEqual(
            self.evidence(self.one),
            {"identities": True, "no_duplicate": False, "data_quality": False},
        )

    def evidence(self, contact):
        self.env.flush_all()
        found = {}
        for item in self.Profile._idic_evidence():
            if item.step == "identify":
                query = SQL(
                    "SELECT %s FROM crm_customer_profile p WHERE p.partner_id = %s",
                    item.sql,
                    contact.id,
                )
                [(holds,)] = self.env.execute_query(query)
                found[item.key] = holds
        return found

    def test_the_customer_view_tells_who_it_is_and_what_to_put_right(self):
        self.buy(self.one)
        self.commit()
        self.score()
        pair = self.pair(self.one, self.two)
        profile = self.profile(self.one).with_user(self.seller)
        parts = {part["key"]: part for part in profile.get_customer_view()}
        lines = parts["identity"]["lines"]
        self.assertEqual((lines[0]["model"], lines[0]["id"]), (pair._name, pair.id))
        self.assertIn("k.schmidt@example.com", [line["text"] for line in lines])
        self.assertTrue(profile.action_open_identities()["domain"])
