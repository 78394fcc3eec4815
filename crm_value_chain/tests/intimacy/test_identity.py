import hashlib
import random
import time

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.intimacy.identity_text import slips
from ..loyalty.test_migration import script
from .duplicate_generator import insert
from .identity_case import IdentityCase


def _slips(text):
    """All that somebody may type who makes one slip in one digit of a number."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    for place, following in zip(places, [*places[1:], None], strict=True):
        before, sign, after = text[:place], text[place], text[place + 1 :]
        yield before + after
        yield before + sign + sign + after
        for other in "0123456789".replace(sign, ""):
            yield before + other + after
        if following:
            between, swapped = text[place + 1 : following], text[following]
            yield before + swapped + between + sign + text[following + 1 :]


def _row(name, phone):
    nothing = dict.fromkeys(("email", "street", "zip", "city"), "")
    return {"name": name, "phone": phone, "is_company": False, **nothing}


@tagged("post_install", "-at_install")
class TestIdentity(IdentityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.make_customer(
            "Anna Weber",
            email="Anna.Weber@Example.com",
            phone="+49 30 901820",
            country_id=cls.env.ref("base.de").id,
            ref="K-4711",
        )
        cls.works = cls.make_customer("Weber Works", is_company=True, vat="DE 123 456")
        cls.clerk = cls.make_customer("Carl Clerk", parent_id=cls.works.id)
        cls.program = cls.env["loyalty.program"].create(
            {"name": "Points", "program_type": "loyalty", "applies_on": "both"}
        )
        cls.card = cls.env["loyalty.card"].create(
            {"program_id": cls.program.id, "partner_id": cls.anna.id, "code": "ab-12 z"}
        )
        cls.commit()

    # ------------------------------------------------------------------
    # In step with Odoo's fields
    # ------------------------------------------------------------------

    def test_a_contact_is_known_by_what_odoo_knows(self):
        self.assertEqual(
            self.known(self.anna),
            {
                ("email", "anna.weber@example.com", "email"),
                ("phone", "+4930901820", "phone"),
                ("reference", "K4711", "ref"),
                ("loyalty_card", "AB12Z", "loyalty_card"),
            },
        )

    def test_the_tax_number_is_the_customers_not_its_peoples(self):
        self.assertEqual(self.known(self.works), {("vat", "DE123456", "vat")})
        self.assertEqual(self.clerk.vat, self.works.vat)
        self.assertFalse(self.known(self.clerk))

    def test_what_changes_in_odoo_changes_here(self):
        self.anna.write({"email": "anna@example.org", "phone": False})
        self.card.code = "NEW-1"
        self.assertEqual(
            self.known(self.anna),
            {
                ("email", "anna@example.org", "email"),
                ("reference", "K4711", "ref"),
                ("loyalty_card", "NEW1", "loyalty_card"),
            },
        )

    def test_a_card_that_moves_takes_its_customer_along(self):
        self.card.partner_id = self.works
        self.assertNotIn(
            ("loyalty_card", "AB12Z", "loyalty_card"), self.known(self.anna)
        )
        self.assertIn(("loyalty_card", "AB12Z", "loyalty_card"), self.known(self.works))
        self.card.unlink()
        self.assertEqual(self.known(self.works), {("vat", "DE123456", "vat")})

    def test_a_coupon_identifies_nobody(self):
        coupons = self.env["loyalty.program"].create(
            {"name": "Coupons", "program_type": "coupons"}
        )
        self.env["loyalty.card"].create(
            {"program_id": coupons.id, "partner_id": self.works.id, "code": "C0UP0N"}
        )
        self.assertEqual(self.known(self.works), {("vat", "DE123456", "vat")})

    def test_a_wallet_is_money_and_identifies_nobody(self):
        """Whoever reads its code could pay with it."""
        for kind in ("ewallet", "gift_card"):
            program = self.env["loyalty.program"].create(
                {"name": "Money", "program_type": kind}
            )
            self.env["loyalty.card"].create(
                {"program_id": program.id, "partner_id": self.works.id, "code": kind}
            )
        self.assertEqual(self.known(self.works), {("vat", "DE123456", "vat")})

    def test_wallets_that_were_known_are_forgotten(self):
        """By the nightly action, and when the module is upgraded."""
        program = self.env["loyalty.program"].create(
            {"name": "Money", "program_type": "ewallet"}
        )
        self.env["loyalty.card"].create(
            {"program_id": program.id, "partner_id": self.works.id, "code": "M-1"}
        )
        upgrade = script("post-identities", "crm_value_chain/migrations/19.0.1.5.0")
        self.commit()
        for forget in (
            lambda: self.Identity._follow_range(self.works.id, self.works.id),
            lambda: upgrade.migrate(self.env.cr, "19.0.1.3.0"),
        ):
            wallet = {"kind": "loyalty_card", "value": "M-1", "source": "loyalty_card"}
            self.Identity.create({"partner_id": self.works.id, **wallet})
            self.assertEqual(self.by_identity("M-1"), self.works)
            forget()
            self.env.invalidate_all()
            self.assertEqual(self.known(self.works), {("vat", "DE123456", "vat")})
            self.assertIn("loyalty_card", {kind for kind, *_ in self.known(self.anna)})

    def test_people_who_change_company_have_another_customer(self):
        mail = self.clerk
        mail.email = "carl@example.com"
        self.commit()
        identity = self.Identity.search([("partner_id", "=", mail.id)])
        self.assertEqual(identity.commercial_partner_id, self.works)
        mail.parent_id = False
        self.commit()
        identity.invalidate_recordset()
        self.assertEqual(identity.commercial_partner_id, mail)

    def test_an_archived_contact_hides_its_identities(self):
        self.anna.active = False
        self.commit()
        self.assertFalse(self.Identity.search([("partner_id", "=", self.anna.id)]))
        self.anna.active = True
        self.commit()
        self.assertEqual(
            self.Identity.search_count([("partner_id", "=", self.anna.id)]), 4
        )

    def test_a_deleted_contact_leaves_nothing(self):
        contact = self.make_customer("Gone", email="gone@example.com")
        self.commit()
        self.env["crm.duplicate.scan"].create({})._run()
        contact.unlink()
        self.assertFalse(self.by_identity("gone@example.com"))
        self.env.cr.execute(
            "SELECT COUNT(*) FROM crm_duplicate_key WHERE partner_id = %s", [contact.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_thousand_contacts_are_noted_by_one_statement(self):
        """An import must not ask the database for each contact."""
        self.commit()
        contacts = self.env["res.partner"].create(
            [{"name": f"C{n}", "email": f"c{n}@example.com"} for n in range(1000)]
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.Identity.sudo()._follow_waiting()
        self.assertEqual(
            self.Identity.search_count([("partner_id", "in", contacts.ids)]), 1000
        )

    def test_a_few_contacts_follow_by_the_same_rules_as_many(self):
        contacts = self.anna | self.works | self.clerk
        values = (
            {"email": " Odd@Example.COM ", "phone": "030 / 90-18 21", "ref": "ä-1"},
            {"email": "no address", "phone": "12", "vat": "be 0477.47.27.01"},
            {"email": "a@b.example, c@d.example", "phone": False, "ref": "?!"},
            {"email": False, "vat": "/", "ref": " "},
        )
        for vals in values:
            contacts.write(vals)
            few = [self.known(contact) for contact in contacts]
            self.Identity._follow(contacts.ids)
            self.assertEqual([self.known(contact) for contact in contacts], few)

    def test_a_new_address_takes_two_queries(self):
        self.anna.write({"email": "anna@example.org", "phone": "+49 30 901822"})
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.Identity.sudo()._follow_waiting()

    def test_a_contact_made_and_deleted_at_once_is_nobody(self):
        self.make_customer("Short", email="short@example.com").unlink()
        self.commit()
        self.assertFalse(self.by_identity("short@example.com"))

    def test_other_fields_cost_nothing(self):
        self.commit()
        self.anna.write({"function": "Buyer", "comment": "Likes tea"})
        with self.assertQueryCount(0):
            self.Identity.sudo()._follow_waiting()

    def test_catching_up_finds_what_was_written_past_odoo(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET email = 'x@y.example', email_normalized ="
            " 'x@y.example' WHERE id = %s",
            [self.anna.id],
        )
        self.env.invalidate_all()
        self.Identity._follow_range(self.anna.id, self.anna.id)
        self.assertIn(("email", "x@y.example", "email"), self.known(self.anna))
        before = self.known(self.anna)
        self.Identity._follow_range(self.anna.id, self.anna.id)
        self.assertEqual(self.known(self.anna), before)

    def test_a_novel_in_the_field_of_an_address_identifies_nobody(self):
        """The contact is saved all the same, alone or with many others."""
        pages = (hashlib.sha512(bytes([n])).hexdigest() for n in range(50))
        novel = "".join(pages)  # nothing that a database could compress much
        contacts = self.env["res.partner"].create(
            [{"name": f"Novel {n}", "email": novel} for n in range(12)]
        )
        self.Identity.sudo()._follow_waiting()
        self.assertFalse(contacts.identity_ids)
        contacts[0].email = f"1{novel}"
        self.Identity.sudo()._follow_waiting()
        self.assertFalse(contacts.identity_ids)

    def test_an_address_that_is_none_is_kept_as_it_stands(self):
        self.anna.write({"email": "anna at home", "phone": "12"})
        known = self.known(self.anna)
        self.assertIn(("email", "anna at home", "email"), known)
        self.assertIn(("phone", "12", "phone"), known)

    # ------------------------------------------------------------------
    # By hand
    # ------------------------------------------------------------------

    def note(self, contact=None, user=None, **values):
        return self.Identity.with_user(user or self.seller).create(
            {
                "partner_id": (contact or self.anna).id,
                "kind": "account",
                "system": "Web shop",
                "value": "900-1",
                **values,
            }
        )

    def test_a_salesperson_notes_an_account_elsewhere(self):
        identity = self.note()
        self.assertEqual(identity.normalized, "9001")
        self.assertEqual(identity.source, "manual")
        self.assertEqual(self.by_identity("9001"), self.anna)

    def test_an_account_belongs_to_one_customer(self):
        self.note()
        with self.assertRaisesRegex(ValidationError, "belongs to Anna Weber"):
            self.note(self.works, system="web SHOP", value="900 1")

    def test_accounts_noted_together_are_of_one_customer_too(self):
        account = {"kind": "account", "system": "Web shop", "value": "900-1"}
        both = [{"partner_id": c.id, **account} for c in (self.anna, self.works)]
        with self.assertRaisesRegex(ValidationError, "belongs to"):
            self.Identity.with_user(self.seller).create(both)

    def test_people_of_one_customer_may_have_the_same_account(self):
        """It is the customer's."""
        both = self.note(self.works) | self.note(self.clerk)
        self.env.flush_all()
        self.assertEqual(set(both.mapped("is_shared")), {False})

    def test_accounts_that_come_to_be_shared_show_it_and_hinder_nobody(self):
        """Contacts of two companies, each with an account, become known to all."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        contacts = self.anna | self.works
        self.anna.company_id, self.works.company_id = self.company, other
        self.commit()
        both = self.note(self.anna, user=self.env.user)
        both |= self.note(self.works, user=self.env.user, system="web SHOP")
        contacts.company_id = False
        self.commit()
        self.assertEqual(both.mapped("company_id"), self.env["res.company"])
        self.assertEqual(set(both.mapped("is_shared")), {True})
        shared = [("is_shared", "=", True), ("id", "in", both.ids)]
        self.assertEqual(self.Identity.search(shared), both)

    def test_the_same_number_of_another_shop_is_another_account(self):
        self.note()
        self.assertTrue(self.note(self.works, system="Old program"))

    def test_signs_in_the_name_of_a_shop_stand_for_themselves(self):
        self.note(self.anna, value="77", system="my-shop")
        self.assertTrue(self.note(self.works, value="77", system="my_shop"))
        self.assertTrue(self.note(self.clerk, value="77", system="%"))

    def test_a_card_that_odoo_knows_is_nobody_elses(self):
        with self.assertRaisesRegex(ValidationError, "belongs to Anna Weber"):
            self.note(self.works, kind="loyalty_card", system="", value="AB-12-Z")

    def test_two_customers_may_share_an_address_and_it_shows(self):
        self.works.email = "anna.weber@example.com"
        self.commit()
        both = self.anna | self.works
        shared = self.Identity.search(
            [("is_shared", "=", True), ("partner_id", "in", both.ids)]
        )
        self.assertEqual(shared.partner_id, both)
        self.assertEqual(len(shared), 2)
        self.assertEqual(set(shared.mapped("is_shared")), {True})

    def test_what_follows_a_field_is_changed_there(self):
        identity = self.Identity.search(
            [("partner_id", "=", self.anna.id), ("kind", "=", "email")]
        ).with_user(self.seller)
        with self.assertRaisesRegex(UserError, "E-mail of the contact"):
            identity.value = "other@example.com"
        with self.assertRaisesRegex(UserError, "E-mail of the contact"):
            identity.unlink()

    def test_what_cannot_be_read_gets_a_clear_message(self):
        for kind, value in [
            ("email", "nobody"),
            ("phone", "call me"),
            ("account", " - "),
            ("vat", "/"),
            ("account", "X" * 10_000),
        ]:
            with self.assertRaisesRegex(ValidationError, "cannot be read"):
                self.note(kind=kind, value=value)

    def test_nobody_says_where_an_identity_comes_from(self):
        identity = self.note(source="email", normalized="X", company_id=1)
        self.assertEqual(identity.source, "manual")
        self.assertEqual(identity.normalized, "9001")

    def test_a_contact_has_a_thing_once(self):
        self.note()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.note()
            self.env.flush_all()

    # ------------------------------------------------------------------
    # Finding
    # ------------------------------------------------------------------

    def test_a_customer_is_found_by_any_identity(self):
        for text in (
            "anna.weber@example.com",
            "ANNA.WEBER@EXAMPLE.COM",
            "+49 30 901820",
            "030 90 18 20",
            "901820",
            "k4711",
            "AB12-Z",
            "ab-12",
        ):
            self.assertEqual(self.by_identity(text), self.anna, text)
        self.assertEqual(self.by_identity("DE123456"), self.works)

    def test_a_customer_is_found_though_slightly_misspelt(self):
        if not self.env.registry.has_trigram:
            self.skipTest("no trigrams in this database")
        for text in ("anna.wbeer@example.com", "ana.weber@example.com", "+4930910820"):
            self.assertIn(self.anna, self.by_identity(text), text)

    def test_who_is_meant_is_told_from_the_many_alike(self):
        """Many a mailbox is called *office*, and references follow one another."""
        if not self.env.registry.has_trigram:
            self.skipTest("no trigrams in this database")
        firms = {
            name: self.make_customer(name, email=f"office@{name}.example.com", ref=ref)
            for name, ref in (
                ("ashmere", "QXV-10023"),
                ("brinkley", "QXV-30777"),
                ("cormorant", "QXV-20418"),
                ("dunmore", "QXV-90561"),
            )
        }
        self.commit()
        for text, name in (
            ("offce@cormorant.example.com", "cormorant"),
            ("ofice@dunmore.exmaple.com", "dunmore"),
            ("QXV-20148", "cormorant"),
        ):
            self.assertEqual(self.by_identity(text), firms[name], text)

    def test_a_number_is_found_with_any_slip(self):
        """A digit left out, doubled, another one, or two swapped, wherever it is."""
        if not self.env.registry.has_trigram:
            self.skipTest("no trigrams in this database")
        country = self.env.ref("base.us")
        for typed, written in (
            ("(623)-853-7197", "+1 623 853 7197"),
            ("+1 623-853-7197", "+1 623 853 7197"),
            ("030 90 18 20", "+49 30 901820"),
            ("02 290 34 90", "+32 2 290 34 90"),
            ("(870)-931-0505", "(870)-931-0505"),
        ):
            person = self.make_customer("P", phone=written, country_id=country.id)
            self.anna.phone = False
            self.commit()
            for slip in sorted(_slips(typed)):
                self.assertIn(person, self.by_identity(slip), f"{typed}: {slip}")
            person.unlink()

    def test_a_slip_finds_among_many_only_what_it_may_mean(self):
        """Quickly, and never all numbers of a switchboard."""
        if not self.env.registry.has_trigram:
            self.skipTest("no trigrams in this database")
        dice = random.Random(7)
        many = (f"+4930{number}" for number in dice.sample(range(10**7, 10**8), 20_000))
        insert(self.env, [_row(f"N{n}", phone) for n, phone in enumerate(many)])
        self.env.cr.execute("SELECT MIN(id), MAX(id) FROM res_partner")
        self.Identity._follow_range(*self.env.cr.fetchone())
        self.env.cr.execute("ANALYZE crm_customer_identity")
        self.anna.phone = "+49 30 90182345"
        self.commit()
        for slip in dice.sample(sorted(_slips("030 90182345")), 50):
            found = self.by_identity(slip)
            self.assertIn(self.anna, found, slip)
            self.assertLessEqual(len(found), 20)

    def test_what_is_longer_than_a_number_is_no_slip_of_one(self):
        self.assertTrue(slips("00 49 1234 5678 9012 345"))
        self.assertFalse(slips("12345678" * 5))
        contacts = self.env["res.partner"].with_user(self.seller)
        for text in ("12345" * 1000, "12345" * 90):
            begin = time.monotonic()
            self.assertFalse(contacts.name_search(text))
            self.assertLess(time.monotonic() - begin, 1)

    def test_an_exact_hit_is_not_one_of_many(self):
        self.make_customer("Anna's Son", email="anna.weber@example.community")
        self.commit()
        self.assertEqual(self.by_identity("anna.weber@example.com"), self.anna)

    def test_signs_stand_for_themselves(self):
        """What a database takes for any letter, people type in addresses."""
        ann = self.make_customer("Ann", email="q_z_9@shop.example")
        lookalike = self.make_customer("Look", email="q1z29@shop.example")
        self.commit()
        self.assertEqual(self.by_identity("q_z_9@shop.example"), ann)
        self.assertEqual(self.by_identity("q_z_9@shop"), ann)
        self.assertEqual(self.by_identity("q1z29@shop"), lookalike)
        self.assertFalse(self.by_identity("%%%%%"))
        self.assertFalse(self.by_identity("_____@_____"))

    def test_nothing_is_found_by_nothing(self):
        self.assertFalse(self.by_identity("no such thing 98765 whatsoever"))
        none = self.env["res.partner"].search([("identity", "=", False)])
        self.assertIn(self.clerk, none)
        self.assertNotIn(self.anna, none)

    def test_the_search_works_without_trigrams(self):
        self.patch(self.env.registry, "has_trigram", False)
        self.assertEqual(self.by_identity("anna.weber@example.com"), self.anna)
        self.assertFalse(self.by_identity("anna.wbeer@example.com"))

    def test_choosing_a_contact_finds_it_by_identity(self):
        self.note()
        contacts = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(
            [found[0] for found in contacts.name_search("AB12-Z")], self.anna.ids
        )
        names = contacts.name_search("Weber Works")
        self.assertIn(self.works.id, [found[0] for found in names])

    def test_a_profile_is_found_by_its_peoples_identity(self):
        self.clerk.email = "carl@example.com"
        self.buy(self.works)
        self.commit()
        self.score()
        found = self.Profile.search([("identity", "ilike", "carl@example.com")])
        self.assertEqual(found.partner_id, self.works)
        self.assertIn("carl@example.com", found.identity)

    def test_what_is_typed_before_saving_is_found_in_the_same_transaction(self):
        self.anna.email = "quick@example.com"
        self.assertEqual(self.by_identity("quick@example.com"), self.anna)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_a_contact_of_another_company_is_not_known_here(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.anna.company_id = other
        self.commit()
        found = self.by_identity("anna.weber@example.com", self.seller)
        self.assertNotIn(self.anna, found)
        identities = self.Identity.with_user(self.seller)
        self.assertFalse(identities.search([("partner_id", "=", self.anna.id)]))

    def test_only_who_may_edit_a_contact_says_what_it_is_known_by(self):
        clerk = self.make_user(
            "identity_clerk", "base.group_user,crm_value_chain.group_value_chain_user"
        )
        known = self.note(self.anna, value="H-1", system="Shop")
        self.assertEqual(known.with_user(clerk).value, "H-1")
        theirs = {"partner_id": self.anna.id, "value": "H-2", "system": "Shop"}
        for forbidden in (
            lambda: known.with_user(clerk).unlink(),
            lambda: known.with_user(clerk).write({"value": "H-3"}),
            lambda: known.with_user(clerk).create(theirs),
        ):
            with self.assertRaises(AccessError):
                forbidden()

    def test_whoever_is_no_salesperson_knows_nothing(self):
        portal = self.make_user("identity_portal", "base.group_portal")
        employee = self.make_user("identity_employee", "base.group_user")
        for user in (portal, employee):
            with self.assertRaises(AccessError):
                self.Identity.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.by_identity("anna", user)

    def test_a_user_without_the_stage_still_chooses_contacts_by_name(self):
        employee = self.make_user("employee2", "base.group_user")
        contacts = self.env["res.partner"].with_user(employee)
        self.assertFalse(contacts.name_search("AB12-Z"))

    # ------------------------------------------------------------------
    # Merging
    # ------------------------------------------------------------------

    def test_merged_contacts_are_found_by_all_they_were_known_by(self):
        twin = self.make_customer("Anna Weber", email="anna@work.example", ref="OLD-9")
        self.commit()
        self.note(twin, value="twin-1")
        self.merge(self.anna | twin, self.anna)
        self.assertEqual(
            self.known(self.anna),
            {
                ("email", "anna.weber@example.com", "email"),
                ("email", "anna@work.example", "merged"),
                ("phone", "+4930901820", "phone"),
                ("reference", "K4711", "ref"),
                ("reference", "OLD9", "merged"),
                ("loyalty_card", "AB12Z", "loyalty_card"),
                ("account", "TWIN1", "manual"),
            },
        )
        self.assertEqual(self.by_identity("anna@work.example"), self.anna)

    def test_what_both_were_known_by_is_there_once(self):
        twin = self.make_customer("Anna Weber", email="anna.weber@example.com")
        self.commit()
        before = self.known(self.anna)
        self.merge(self.anna | twin, self.anna)
        self.assertEqual(self.known(self.anna), before)
