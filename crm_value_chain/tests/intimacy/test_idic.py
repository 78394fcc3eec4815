from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .difference_case import DifferenceCase


@tagged("post_install", "-at_install")
class TestIdic(DifferenceCase):
    """The four steps of IDIC with a customer, with a lead, and in each segment."""

    def card(self, record, user=None):
        """Whether each evidence is there, by step and key, as a user sees it."""
        record.invalidate_recordset()
        record = record.with_user(user or self.seller_all)
        card = record.with_company(self.company).idic_card
        return card and {
            (step["key"], each["key"]): each["there"]
            for step in card["steps"]
            for each in step["evidence"]
        }

    # ------------------------------------------------------------------
    # Card of a customer
    # ------------------------------------------------------------------

    def test_four_steps(self):
        """All four steps are told, in order, with what to do where one is missing."""
        steps = self.own.idic_card["steps"]
        self.assertEqual(
            [step["key"] for step in steps],
            ["identify", "differentiate", "interact", "customise"],
        )
        for step in steps:
            self.assertTrue(step["label"] and step["done_when"])
            for each in step["evidence"]:
                self.assertTrue(each["label"] and each["fix"])

    def test_differentiate(self):
        """Needs and drivers are evidence as soon as one is noted."""
        card = self.card(self.own)
        self.assertFalse(card["differentiate", "needs"])
        self.assertFalse(card["differentiate", "drivers"])
        self.need(self.own, self.speed)
        self.env["crm.customer.driver"].create(
            {
                "profile_id": self.own.id,
                "driver_id": self.env.ref(
                    "crm_value_chain.crm_relationship_driver_risk"
                ).id,
            }
        )
        card = self.card(self.own)
        self.assertTrue(card["differentiate", "needs"])
        self.assertTrue(card["differentiate", "drivers"])
        self.assertFalse(self.card(self.others)["differentiate", "needs"])

    def test_customise(self):
        """What counts is a treatment in force, and a proposition among them."""
        self.assertFalse(self.card(self.own)["customise", "treatment"])
        treatment = self.treat(self.own)
        card = self.card(self.own)
        self.assertTrue(card["customise", "treatment"])
        self.assertFalse(card["customise", "proposition"])
        chosen = self.treat(
            self.own, kind="proposition", proposition_id=self.propose().id
        )
        self.assertTrue(self.card(self.own)["customise", "proposition"])
        (treatment | chosen).action_end()
        card = self.card(self.own)
        self.assertFalse(card["customise", "treatment"])
        self.assertFalse(card["customise", "proposition"])

    def test_card_is_one_query(self):
        """However much evidence there is, a card is one query, also of many."""
        both = self.own | self.others
        both._idic_cards()
        with self.assertQueryCount(1):
            both._idic_cards()

    # ------------------------------------------------------------------
    # Card of a contact and of a lead
    # ------------------------------------------------------------------

    def test_contact(self):
        """A contact shows the card of its customer, if it is one."""
        self.need(self.own, self.speed)
        person = self.make_customer("Person", parent_id=self.customer.id)
        for contact in (self.customer, person):
            self.assertEqual(self.card(contact), self.card(self.own))
        self.assertIs(self.card(self.make_customer("Nobody")), False)

    def test_contact_of_others(self):
        """The contact of somebody else's customer shows no card."""
        self.assertIs(self.card(self.foreign, self.seller), False)
        self.assertTrue(self.card(self.customer, self.seller))

    def test_contact_for_others(self):
        """Who does not work with customers has no card to look at."""
        with self.assertRaises(AccessError):
            self.card(self.customer, self.outsider)

    def lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Deal", "company_id": self.company.id, "user_id": False, **values}
        )

    def test_lead_of_a_customer(self):
        """A lead shows the card of its customer."""
        self.need(self.own, self.speed)
        lead = self.lead(partner_id=self.customer.id)
        self.assertEqual(self.card(lead), self.card(self.own))

    def test_lead_without_customer(self):
        """A lead without customer tells what it gives itself, and what not."""
        lead = self.lead(contact_name="Zoe", email_from="zoe@example.com")
        card = self.card(lead)
        self.assertTrue(card["identify", "email"])
        self.assertFalse(card["identify", "phone"])
        self.assertFalse(card["differentiate", "needs"])
        self.assertFalse(card["interact", "salesperson"])
        self.assertFalse(card["customise", "treatment"])
        lead.write({"qualification_need": "yes", "user_id": self.seller_all.id})
        card = self.card(lead)
        self.assertTrue(card["differentiate", "needs"])
        self.assertTrue(card["interact", "salesperson"])

    @users("need_seller_all")
    def test_lead_while_it_is_entered(self):
        """The card follows what is entered on the form of a lead."""
        with Form(self.env["crm.lead"]) as form:
            form.name = "Deal"
            self.assertFalse(_there(form.idic_card, "phone"))
            form.phone = "555 0100"
            self.assertTrue(_there(form.idic_card, "phone"))
            form.partner_id = self.customer
            self.assertEqual(form.idic_card, self.own.with_env(self.env).idic_card)

    def test_lead_of_who_refuses(self):
        """Of who refuses profiling there is no card anywhere."""
        lead = self.lead(partner_id=self.customer.id)
        self.customer.profiling_refused = True
        self.assertIs(self.card(lead), False)
        self.assertIs(self.card(self.customer), False)

    def test_lead_of_others(self):
        """Of somebody else's customer, a lead shows no card."""
        values = {"type": "lead", "user_id": self.seller.id}
        lead = self.lead(partner_id=self.foreign.id, **values)
        self.assertIs(self.card(lead, self.seller), False)
        self.assertTrue(self.card(lead, self.seller_all))

    # ------------------------------------------------------------------
    # Who lacks an evidence
    # ------------------------------------------------------------------

    def lacking(self, name, user=None):
        profiles = self.Profile.with_user(user or self.seller_all)
        return profiles.search(
            [("company_id", "=", self.company.id), ("idic_missing", "=", name)]
        ).with_env(self.env)

    def test_missing(self):
        """Customers are found by what is missing, an evidence or any of a step."""
        self.need(self.own, self.speed)
        self.assertEqual(self.lacking("differentiate.needs"), self.others)
        self.assertEqual(self.lacking("differentiate"), self.own | self.others)
        self.assertFalse(self.lacking("differentiate.needs", self.seller))

    def test_missing_is_looked_up(self):
        """What is no name of an evidence is refused, not taken for SQL."""
        for name in ("needs", "p.id IS NULL", "", False):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.lacking(name)

    # ------------------------------------------------------------------
    # By segment
    # ------------------------------------------------------------------

    def report(self, user, dimension="segment"):
        profiles = self.Profile.with_user(user).with_company(self.company)
        return profiles.get_idic_report(dimension)

    @users("need_manager")
    def test_by_segment(self):
        """Each segment tells with how many customers each evidence is there."""
        partners = (
            self.env["res.partner"]
            .sudo()
            .create([{"name": f"Buyer {n}"} for n in range(12)])
        )
        for number, partner in enumerate(partners):
            for _purchase in range(1 + number % 3):
                self.buy(partner, days_ago=_purchase + 1)
        self.env["crm.segment"].create(
            [
                {"name": "Often", "domain": "[('purchase_count', '>=', 2)]"},
                {"name": "Rest", "domain": "[]", "sequence": 20},
            ]
        )
        self.score()
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        for profile in profiles[::2]:
            self.need(profile, self.speed)
        for profile in profiles[::3]:
            self.treat(profile)
        report = self.report(self.env.user)
        self.assertEqual(report["field"], "segment_id")
        names = {each["name"] for step in report["steps"] for each in step["evidence"]}
        self.assertLessEqual({"differentiate.needs", "customise.treatment"}, names)
        self.assertEqual(len(report["classes"]), 2)
        for row in report["classes"]:
            members = profiles.filtered(lambda p, id_=row["id"]: p.segment_id.id == id_)
            self.assertEqual(row["customers"], len(members))
            for name in names:
                step, key = name.split(".")
                there = sum(self.card(p)[step, key] for p in members)
                self.assertEqual(row["there"][name], there, name)
                lacking = self.lacking(name) & members
                self.assertEqual(len(lacking), len(members) - there, name)

    def test_by_segment_of_own_customers(self):
        """Own documents only: the report is on own customers."""
        count = sum(row["customers"] for row in self.report(self.seller)["classes"])
        self.assertEqual(count, 1)
        count = sum(row["customers"] for row in self.report(self.manager)["classes"])
        self.assertEqual(count, 2)

    def test_by_other_classes(self):
        """The ladder's stages are told in the same way; nonsense is refused."""
        rows = self.report(self.seller_all, "ladder")["classes"]
        self.assertEqual([row["name"] for row in rows], ["Repeat customer"])
        with self.assertRaises(UserError):
            self.report(self.seller_all, "nonsense")
        with self.assertRaises(AccessError):
            self.report(self.outsider)


def _there(card, key):
    """Whether an evidence of a card is there."""
    evidence = (each for step in card["steps"] for each in step["evidence"])
    return next(each["there"] for each in evidence if each["key"] == key)
