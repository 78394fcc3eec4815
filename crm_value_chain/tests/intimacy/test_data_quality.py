from datetime import timedelta

from odoo.tests import Form, tagged

from .identity_case import IdentityCase


@tagged("post_install", "-at_install")
class TestDataQuality(IdentityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.good = cls.make_customer(
            "Good Data",
            email="good@example.com",
            phone="+32 2 290 34 90",
            city="Brussels",
            country_id=cls.belgium.id,
        )
        cls.bare = cls.make_customer("Bare")

    def keys(self, record):
        found = record._findings()
        return {check.key for check in found[record.id]}

    def test_good_data_have_no_finding(self):
        self.assertEqual(self.keys(self.good), set())
        self.assertEqual(self.good.data_quality, 100)
        self.assertEqual(self.good.data_quality_grade, "good")
        self.assertFalse(self.good.data_quality_findings)

    def test_what_is_missing_is_said_with_what_to_do(self):
        self.assertEqual(self.keys(self.bare), {"no_channel", "no_address"})
        self.assertEqual(self.bare.data_quality, 60)
        self.assertIn(
            "Neither e-mail address nor phone: Ask how to get in touch.",
            self.bare.data_quality_findings,
        )

    def test_what_is_corrected_counts_at_once(self):
        """Also before anything is saved."""
        self.assertEqual(self.bare.data_quality, 60)
        self.bare.email = "bare@example.com"
        self.assertEqual(self.bare.data_quality, 85)
        self.assertNotIn("Neither", self.bare.data_quality_findings)
        lead = self.lead()
        self.assertEqual(lead.data_quality, 45)
        lead.contact_name = "A"
        self.assertEqual(lead.data_quality, 65)

    def test_what_cannot_be_right(self):
        self.good.write({"email": "good at example", "phone": "+32 1"})
        self.assertEqual(self.keys(self.good), {"bad_email", "bad_phone"})

    def test_who_cannot_be_reached(self):
        self.good.message_bounce = 3
        self.env["mail.blacklist"]._add("good@example.com")
        self.env["phone.blacklist"].sudo().add("+3222903490")
        self.assertEqual(
            self.keys(self.good), {"bounces", "email_blacklisted", "phone_blacklisted"}
        )
        self.assertIn("bounces: Ask for a new one", self.good.data_quality_findings)
        self.env["mail.blacklist"]._remove("good@example.com")
        self.good._message_reset_bounce("good@example.com")
        self.assertEqual(self.keys(self.good), {"phone_blacklisted"})

    def refuse(self, contact, *codes, state="refused", **values):
        """What a salesperson notes that a contact does not want."""
        self.env["crm.contact.consent"].with_user(self.seller).create(
            [
                {
                    "partner_id": contact.id,
                    "channel_id": self.channel(code).id,
                    "state": state,
                    **values,
                }
                for code in codes
            ]
        )

    def channel(self, code):
        return self.env.ref(f"crm_value_chain.interaction_channel_{code}")

    def test_who_refuses_a_channel_is_reached_on_another(self):
        self.refuse(self.good, "phone")
        self.assertEqual(self.keys(self.good), {"refuses_phone"})
        good = self.good.with_user(self.seller)
        self.assertIn(
            "Refuses phone calls: Use another channel.", good.data_quality_findings
        )
        self.assertEqual(good.data_quality, 90)
        reachable = [("data_quality_finding", "=", "reachable")]
        self.assertIn(good, good.search(reachable))

    def test_who_refuses_all_channels_is_of_poor_quality(self):
        self.refuse(self.good, "phone", "email", "sms")
        self.assertNotIn("no_channel_left", self.keys(self.good))
        self.refuse(self.good, "letter", state="withdrawn")
        refused = {f"refuses_{code}" for code in ("phone", "email", "sms", "letter")}
        self.assertEqual(
            self.keys(self.good), refused | {"email_blacklisted", "no_channel_left"}
        )
        self.assertEqual(self.good.data_quality_grade, "poor")

    def test_a_refusal_counts_where_there_is_an_address(self):
        self.refuse(self.bare, "phone", "email", "sms", "letter")
        self.assertEqual(self.keys(self.bare), {"no_channel", "no_address"})

    def test_only_a_refusal_of_contact_that_holds_counts(self):
        """What is over, was taken back, or is about advertising is none."""
        day = self.today - timedelta(days=9)
        self.refuse(self.good, "phone", date=day, valid_until=day)
        self.refuse(self.good, "sms", date=day)
        self.refuse(self.good, "sms", state="given")
        self.refuse(self.good, "letter", purpose="marketing")
        self.assertEqual(self.keys(self.good), set())

    def test_data_grow_old_unless_the_customer_buys(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2015-01-01' WHERE id = %s",
            [self.good.id],
        )
        self.assertEqual(self.keys(self.good), {"out_of_date"})
        self.buy(self.good, 10)
        self.score()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2015-01-01' WHERE id = %s",
            [self.good.id],
        )
        self.assertEqual(self.keys(self.good), set())

    def test_a_note_that_all_is_right_keeps_data_up_to_date(self):
        """It does what the finding tells to do, as somebody does it in the form."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = '2015-01-01' WHERE id = %s",
            [self.good.id],
        )
        self.env.invalidate_all()
        good = self.good.with_user(self.seller)
        self.assertIn("write in the notes", good.data_quality_findings)
        with Form(good) as form:
            form.comment = "Asked: all as it was"
        self.assertEqual(self.keys(self.good), set())

    def test_a_company_needs_a_tax_number_and_its_people_do_not(self):
        works = self.make_customer(
            "Works",
            is_company=True,
            email="works@example.com",
            phone="+32 2 290 34 91",
            city="Ghent",
            country_id=self.belgium.id,
        )
        person = self.make_customer("Person", parent_id=works.id, email="p@example.com")
        self.assertEqual(self.keys(works), {"no_vat"})
        self.assertEqual(self.keys(person), {"no_phone"})

    def test_likely_duplicates_and_shared_references_are_findings(self):
        twin = self.good.copy({"name": "Good Twin", "ref": "R1"})
        self.good.ref = "R-1"
        self.pair(self.good, twin)
        self.commit()
        self.env.flush_all()
        self.assertEqual(self.keys(self.good), {"duplicate", "shared_reference"})

    def test_one_record_and_a_list_say_the_same(self):
        """Search, order and groups are SQL of the same checks."""
        contacts = self.good | self.bare
        self.good.message_bounce = 1
        domain = [("id", "in", contacts.ids)]
        search = self.env["res.partner"].with_user(self.seller).search
        for contact in contacts:
            for other in (">=", "<"):
                found = search([*domain, ("data_quality", other, 70)])
                expected = contact.data_quality >= 70
                self.assertEqual(contact in found, expected == (other == ">="))
            grade = [("data_quality_grade", "=", contact.data_quality_grade)]
            self.assertIn(contact, search([*domain, *grade]))
        self.assertEqual(search(domain, order="data_quality"), self.bare | self.good)
        groups = self.env["res.partner"]._read_group(
            domain, ["data_quality_grade"], ["__count", "data_quality:avg"]
        )
        self.assertCountEqual(groups, [("good", 1, 80.0), ("fair", 1, 60.0)])

    def test_findings_are_filters(self):
        search = self.env["res.partner"].search
        domain = [("id", "in", (self.good | self.bare).ids)]

        def found(value):
            return search([*domain, ("data_quality_finding", "=", value)])

        self.assertEqual(found("no_channel"), self.bare)
        self.assertEqual(found("complete"), self.bare)
        self.assertFalse(found("reachable"))
        self.assertEqual(found(False), self.good)
        self.assertFalse(found("no such finding"))

    def test_a_list_of_contacts_asks_once(self):
        contacts = self.env["res.partner"].create(
            [{"name": f"C{n}"} for n in range(80)]
        )
        self.env.flush_all()
        contacts.mapped("data_quality")
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            contacts.mapped("data_quality_findings")

    def test_a_contact_that_is_not_saved_has_no_findings(self):
        new = self.env["res.partner"].new({"name": "New"})
        self.assertFalse(new.data_quality_findings)
        self.assertEqual(new.data_quality, 0)

    def test_a_profile_shows_the_quality_of_its_customer(self):
        self.buy(self.bare)
        self.score()
        profile = self.profile(self.bare)
        self.assertEqual(profile.data_quality_grade, "fair")
        poor = self.Profile.search(
            [("data_quality_grade", "!=", "good"), ("id", "=", profile.id)]
        )
        self.assertEqual(poor, profile)

    # ------------------------------------------------------------------
    # Leads
    # ------------------------------------------------------------------

    def lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Wants rungs", "type": "lead", **values}
        )

    def test_leads_have_findings_of_their_own(self):
        lead = self.lead()
        self.assertEqual(self.keys(lead), {"no_channel", "no_name", "no_country"})
        self.assertEqual(lead.with_user(self.seller).data_quality, 45)
        poor = self.env["crm.lead"].search([("data_quality_grade", "=", "poor")])
        self.assertIn(lead, poor)

    def test_a_lead_that_nobody_touched_is_out_of_date(self):
        lead = self.lead(
            contact_name="A",
            email_from="a@example.com",
            phone="+32 2 290 34 92",
            country_id=self.belgium.id,
        )
        self.assertEqual(self.keys(lead), set())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET write_date = '2020-01-01',"
            " date_last_stage_update = '2020-01-01' WHERE id = %s",
            [lead.id],
        )
        self.assertEqual(self.keys(lead), {"out_of_date"})

    def test_a_lead_tells_what_its_contact_refuses(self):
        """Or, without a contact, what somebody with its e-mail address refuses."""
        self.refuse(self.good, "phone")
        self.commit()
        known = {"contact_name": "A", "country_id": self.belgium.id}
        known |= {"email_from": "Good@example.com", "phone": "+32 2 290 34 99"}
        lead = self.lead(**known)
        self.assertEqual(self.keys(lead), {"refuses_phone"})
        lead.partner_id = self.good
        self.assertIn("refuses_phone", self.keys(lead))
        lead.partner_id = self.make_customer("Twin", email="good@example.com")
        self.assertNotIn("refuses_phone", self.keys(lead))
        self.good.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.commit()
        self.assertEqual(self.keys(self.lead(**known)), set())

    def test_a_lead_shows_the_customer_it_most_likely_is(self):
        self.commit()
        lead = self.lead(contact_name="Data, Good", phone="02 290 34 90")
        lead.country_id = self.belgium
        lead = lead.with_user(self.seller)
        self.assertEqual(lead.likely_customer_id, self.good)
        self.assertEqual(lead.likely_customer_reasons, "Same name, same phone")
        lead.action_use_likely_customer()
        self.assertEqual(lead.partner_id, self.good)
        self.assertFalse(lead.likely_customer_id)

    def test_an_address_of_a_customer_is_enough_where_nobody_is_named(self):
        self.commit()
        lead = self.lead(email_from="Good@Example.com").with_user(self.seller)
        self.assertEqual(lead.likely_customer_id, self.good)
        self.assertEqual(lead.likely_customer_reasons, "Same e-mail address")
        unknown = self.lead(email_from="nobody@example.org", phone="02 290 34 90")
        self.assertFalse(unknown.with_user(self.seller).likely_customer_id)

    def test_an_address_that_customers_share_tells_nobody(self):
        self.make_customer("Other", email="good@example.com")
        self.commit()
        lead = self.lead(email_from="good@example.com").with_user(self.seller)
        self.assertFalse(lead.likely_customer_id)

    def test_a_namesake_is_no_likely_customer(self):
        self.commit()
        lead = self.lead(contact_name="Good Data", email_from="else@example.org")
        self.assertFalse(lead.likely_customer_id)

    def test_a_lead_never_shows_a_contact_of_another_company(self):
        self.good.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.commit()
        lead = self.lead(contact_name="Good Data", email_from="good@example.com")
        lead.partner_id = False
        self.assertFalse(lead.with_user(self.seller).likely_customer_id)

    def test_the_forms_open_for_a_salesperson(self):
        self.buy(self.good)
        self.score()
        for record in (self.good, self.lead(), self.profile(self.good)):
            with Form(record.with_user(self.seller)) as form:
                self.assertTrue(form)
