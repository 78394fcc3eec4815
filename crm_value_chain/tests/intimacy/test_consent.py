import ast
import base64
from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged, users

from .interact_case import InteractCase


@tagged("post_install", "-at_install")
class TestConsent(InteractCase):
    """What people allow and refuse: proof that is never changed."""

    def holding(self, partner=None):
        return self.Consent._holding(partner or self.person)

    @users("interact_seller")
    def test_noted(self):
        """A salesperson notes what own customers' people say, as author."""
        consent = self.Consent.with_env(self.env).create(
            {
                "partner_id": self.person.id,
                "channel_id": self.channel("phone").id,
                "state": "refused",
                "user_id": self.manager.id,
            }
        )
        self.assertEqual(consent.user_id, self.env.user)
        with self.assertRaises(AccessError):
            consent.copy({"partner_id": self.foreign.id})

    def test_a_new_one_has_no_name_yet(self):
        consent = self.Consent.new({"partner_id": self.person.id})
        self.assertFalse(consent.display_name)
        consent.channel_id = self.channel("phone")
        self.assertIn("allowed", consent.display_name)

    def test_append_only(self):
        """Nobody changes or deletes what was noted, not even a manager."""
        consent = self.consent()
        for user in (self.seller, self.manager):
            entry = consent.with_user(user)
            for vals in ({"state": "given"}, {"proof": "Something else"}):
                with self.assertRaisesRegex(UserError, "stays as it was noted"):
                    entry.write(vals)
            with self.assertRaises(AccessError):
                entry.unlink()
        self.assertEqual(consent.state, "refused")

    def test_newest_holds(self):
        """The newest entry of a channel and purpose holds, of one day the last."""
        old = self.consent(state="given", days_ago=9)
        self.assertEqual(self.holding(), old)
        new = self.consent(state="withdrawn", days_ago=2)
        self.consent(state="given", days_ago=5)
        self.assertEqual(self.holding(), new)
        last = self.consent(state="given", days_ago=2)
        self.assertEqual(self.holding(), last)
        self.assertTrue(last.is_current)
        self.assertFalse(new.is_current)
        current = self.Consent.search(
            [("partner_id", "=", self.person.id), ("is_current", "=", True)]
        )
        self.assertEqual(current, last)
        marketing = self.consent(state="refused", purpose="marketing")
        self.assertEqual(self.holding(), marketing | last)

    def test_expires(self):
        """A consent with an end holds until that day."""
        yesterday = self.today - timedelta(days=1)
        self.consent(state="given", days_ago=30, valid_until=yesterday)
        self.assertFalse(self.holding())
        today = self.consent(
            state="given", days_ago=20, code="email", valid_until=self.today
        )
        self.assertEqual(self.holding(), today)

    def test_dates(self):
        with self.assertRaises(ValidationError):
            self.consent(days_ago=-3)
        with self.assertRaisesRegex(ValidationError, "look at the dates"):
            self.consent(valid_until=self.today - timedelta(days=5))

    def test_warning(self):
        """Who is about to contact somebody sees what the person refused."""
        self.assertFalse(self.person.consent_warning)
        self.consent(state="refused", code="phone", days_ago=3)
        self.consent(state="refused", code="letter", purpose="marketing")
        self.person.invalidate_recordset()
        lead = self.lead(self.person)
        self.buy(self.firm)
        self.score()
        profile = self.profile(self.firm)
        for record in (self.person, lead, profile):
            warning = record.with_user(self.seller).consent_warning
            self.assertIn("Phone: refused", warning)
            self.assertNotIn("Letter", warning)
        self.assertIn("Paula", profile.consent_warning)
        self.consent(state="given", code="phone")
        self.env.invalidate_all()
        self.assertFalse(self.person.consent_warning)
        self.assertFalse(profile.consent_warning)

    def test_warning_of_an_address_without_name(self):
        """Other addresses of a customer need no name: they are called after it."""
        address = self.make_customer(False, parent_id=self.firm.id, type="other")
        self.consent(address)
        self.buy(self.firm)
        self.score()
        wizard = self.env["mail.activity.schedule"].create(
            {"res_model": "res.partner", "res_ids": str(address.ids)}
        )
        for record in (self.profile(self.firm), wizard):
            self.assertIn("Firm, Other", record.consent_warning)
            self.assertNotIn("False", record.consent_warning)

    def test_nobody_is_reached_by_an_order(self):
        """Consent is about channels on which people are reached."""
        order = self.channel("order")
        note = self.Consent.with_user(self.seller).create
        refused = {"partner_id": self.person.id, "state": "refused"}
        with self.assertRaisesRegex(ValidationError, "Nobody is reached by: Order"):
            note({**refused, "channel_id": order.id})
        order.is_reachable = True
        self.assertTrue(note({**refused, "channel_id": order.id}))

    def test_warning_where_activities_are_planned(self):
        """Who plans an activity sees what the people concerned refused."""
        self.consent(state="refused", code="phone")
        for document in (self.person, self.lead(self.person, user_id=self.seller.id)):
            wizard = (
                self.env["mail.activity.schedule"]
                .with_user(self.seller)
                .create({"res_model": document._name, "res_ids": str(document.ids)})
            )
            self.assertIn("Paula: Phone: refused", wizard.consent_warning)
        free = self.env["mail.activity.schedule"].create(
            {"res_model": "res.partner", "res_ids": str(self.foreign.ids)}
        )
        self.assertFalse(free.consent_warning)

    def told(self, contact, user=None):
        """Lines of the contact's page, as a salesperson sees them."""
        parts = contact.with_user(user or self.seller).get_customer_view()
        [part] = [part for part in parts if part["key"] == "consent"]
        return [(line["detail"], line["tone"]) for line in part["lines"]], part["empty"]

    def test_what_is_allowed_without_proof_is_said_so(self):
        """It is noted all the same, and found by a filter."""
        document = {"name": "form.pdf", "raw": b"signed"}
        proof = {"proof": False, "attachment_ids": [(0, 0, document)]}
        self.consent(state="given", code="letter", **proof)
        self.consent(state="refused", code="sms", proof=False)
        bare = self.consent(state="given", proof=False)
        lines, _empty = self.told(self.person)
        self.assertEqual(
            lines,
            [
                ("In Person: without proof", "warning"),
                ("In Person", "danger"),
                ("In Person", "success"),
            ],
        )
        view = self.env.ref("crm_value_chain.crm_contact_consent_view_search")
        [domain] = etree.fromstring(view.arch).xpath(
            "//filter[@name='without_proof']/@domain"
        )
        mine = [("partner_id", "=", self.person.id), *ast.literal_eval(domain)]
        found = self.Consent.with_user(self.seller).search(mine)
        self.assertEqual(found.ids, bare.ids)

    def test_a_company_tells_what_its_people_allowed(self):
        """With their names; a person tells its own only."""
        _lines, empty = self.told(self.firm)
        self.assertIn("the people of this company", empty)
        self.consent(self.firm, state="given", code="letter", days_ago=2)
        self.consent(self.person)
        lines, _empty = self.told(self.firm)
        self.assertEqual(
            lines,
            [
                ("Paula · In Person: Said so", "danger"),
                ("In Person: Said so", "success"),
            ],
        )
        self.assertEqual(self.told(self.person)[0], [("In Person: Said so", "danger")])
        lines, empty = self.told(self.other_person)
        self.assertFalse(lines)
        self.assertIn("this person", empty)
        for contact, count in ((self.firm, 2), (self.person, 1)):
            opened = contact.with_user(self.seller).action_open_consents()
            self.assertEqual(self.Consent.search_count(opened["domain"]), count)

    def test_nothing_is_said_of_what_a_user_may_not_see(self):
        """Not even that nobody asked: somebody did."""
        self.consent(self.foreign)
        for user, shown in ((self.seller, False), (self.colleague, True)):
            parts = self.foreign.with_user(user).get_customer_view()
            told = [part["lines"] for part in parts if part["key"] == "consent"]
            self.assertEqual(bool(told and told[0]), shown, user.login)
            self.assertEqual(bool(told), shown, user.login)

    def test_rights(self):
        """Own documents only: consents of own customers."""
        own, other = self.consent(), self.consent(self.foreign)
        both = own | other
        for user, seen in (
            (self.seller, own),
            (self.seller_all, both),
            (self.manager, both),
            (self.accountant, both),
        ):
            found = self.Consent.with_user(user).search([("id", "in", both.ids)])
            self.assertEqual(found.ids, seen.sorted().ids, user.login)
        outsider = self.make_user("consent_outsider", "base.group_user")
        with self.assertRaises(AccessError):
            own.with_user(outsider).read(["proof"])


@tagged("post_install", "-at_install")
class TestConsentBlacklist(InteractCase):
    def is_blacklisted(self):
        self.env.invalidate_all()
        return bool(
            self.env["mail.blacklist"].search([("email", "=", self.person.email)])
        )

    def note(self, state, user=None, **values):
        return self.Consent.with_user(user or self.seller).create(
            {
                "partner_id": self.person.id,
                "channel_id": self.channel("email").id,
                "state": state,
                **values,
            }
        )

    def test_withdrawn(self):
        """Who withdraws or refuses e-mail is on Odoo's blacklist."""
        self.note("given")
        self.assertFalse(self.is_blacklisted())
        self.note("withdrawn", purpose="marketing")
        self.assertTrue(self.is_blacklisted())

    def test_other_channel(self):
        """Refusing calls or surveys leaves mailings as they are."""
        self.note("refused", channel_id=self.channel("phone").id)
        self.note("refused", purpose="survey")
        self.assertFalse(self.is_blacklisted())

    def test_of_long_ago(self):
        """What was refused before a newer consent changes nothing now."""
        self.note("given")
        self.note("refused", date=self.today - timedelta(days=30))
        self.assertFalse(self.is_blacklisted())

    def test_given_anew(self):
        """Giving it anew takes the address off only by who may do so."""
        self.note("refused")
        given = self.note("given")
        self.assertTrue(self.is_blacklisted())
        self.assertTrue(given.is_blocked, "and the entry says so")
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.note("given", user=self.manager)
        self.assertFalse(self.is_blacklisted())

    def test_without_address(self):
        """Who has no e-mail address may refuse e-mails as well."""
        self.person.email = False
        self.assertTrue(self.note("refused").is_current)


@tagged("post_install", "-at_install")
class TestConsentPrivacy(InteractCase):
    def test_refusal_of_profiling(self):
        """Consent and how to reach somebody stay when profiling is refused."""
        topic = self.env["crm.contact.topic"].create({"name": "Chairs"})
        self.firm.preferred_topic_ids = topic
        self.firm.preferred_channel_id = self.channel("letter")
        self.consent(self.firm)
        self.firm.profiling_refused = True
        self.env.invalidate_all()
        self.assertEqual(len(self.firm.contact_consent_ids), 1)
        self.assertEqual(self.firm.preferred_channel_id, self.channel("letter"))
        self.assertFalse(self.firm.preferred_topic_ids)

    def test_erase(self):
        """Erasing a contact erases its consents, their proof, its preferences."""
        person = self.make_customer("Erased")
        document = self.env["ir.attachment"].create(
            {"name": "form.pdf", "datas": base64.b64encode(b"signed")}
        )
        consent = self.consent(person, attachment_ids=[(6, 0, document.ids)])
        person.preferred_channel_id = self.channel("email")
        preference = person.contact_preference_ids
        partner_manager = self.make_user("consent_eraser", "base.group_partner_manager")
        person.with_user(partner_manager).unlink()
        for record in (consent, document, preference):
            self.assertFalse(record.exists())

    def test_proof_is_kept_safe(self):
        """Proof is seen by who sees the consent, and nobody takes it away."""
        document = (
            self.env["ir.attachment"]
            .with_user(self.seller)
            .create({"name": "form.pdf", "datas": base64.b64encode(b"signed")})
        )
        self.consent(attachment_ids=[(6, 0, document.ids)])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            document.unlink()
        with self.assertRaises(AccessError):
            document.with_user(self.colleague).read(["datas"])
        self.assertTrue(document.with_user(self.manager).datas)

    def test_proof_that_belongs_elsewhere_stays_there(self):
        """Of what somebody may just read a copy is kept; the document is not taken."""
        document = self.env["ir.attachment"].create(
            {"name": "terms.pdf", "raw": b"terms", "public": True}
        )
        own = self.env["ir.attachment"].create(
            {
                "name": "card.pdf",
                "raw": b"card",
                "res_model": "res.partner",
                "res_id": self.person.id,
            }
        )
        consent = self.Consent.with_user(self.seller).create(
            {
                "partner_id": self.person.id,
                "channel_id": self.channel("phone").id,
                "attachment_ids": [(4, document.id), (4, own.id)],
            }
        )
        self.assertTrue(document.public)
        self.assertFalse(document.res_id)
        self.assertEqual((own.res_model, own.res_id), ("res.partner", self.person.id))
        proof = consent.attachment_ids
        self.assertFalse(proof & (document | own))
        self.assertEqual(sorted(proof.mapped("raw")), [b"card", b"terms"])
        self.assertEqual(set(proof.mapped("res_id")), {consent.id})
        self.assertFalse(any(proof.mapped("public")))

    def test_merge_keeps_strictest(self):
        """Of two contacts that merge the stricter last wish holds, in a new entry."""
        double = self.make_customer("Paula B.", parent_id=self.firm.id)
        refused = self.consent(double, state="refused", days_ago=10)
        given = self.consent(self.person, state="given", days_ago=2)
        self.merge(double, into=self.person)
        holding = self.Consent._holding(self.person)
        self.assertEqual(holding.state, "refused")
        self.assertEqual(holding.obtained, "merge")
        self.assertIn("Paula B.", holding.proof)
        history = self.person.contact_consent_ids
        self.assertEqual(history, holding | given | refused)

    def test_merge_newest(self):
        """A contact's own withdrawn refusal does not come back by a merge."""
        double = self.make_customer("Paula B.", parent_id=self.firm.id)
        self.consent(double, state="refused", days_ago=10)
        self.consent(double, state="given", days_ago=5)
        self.consent(self.person, state="given", days_ago=2)
        self.merge(double, into=self.person)
        holding = self.Consent._holding(self.person)
        self.assertEqual(holding.state, "given")
        self.assertEqual(len(self.person.contact_consent_ids), 3)

    def test_merge_keeps_a_refusal_on_a_channel_that_is_chosen_no_more(self):
        double = self.make_customer("Paula B.", parent_id=self.firm.id)
        self.consent(double, code="letter", days_ago=10)
        self.consent(self.person, code="letter", state="given", days_ago=2)
        self.channel("letter").is_reachable = False
        self.merge(double, into=self.person)
        self.assertEqual(self.Consent._holding(self.person).state, "refused")

    def test_merge_with_an_entry_that_is_over(self):
        """A refusal holds, though a consent that is over was given after it."""
        double = self.make_customer("Paula B.", parent_id=self.firm.id)
        self.consent(double, days_ago=500)
        over = self.today - timedelta(days=100)
        self.consent(state="given", days_ago=300, valid_until=over)
        self.merge(double, into=self.person)
        self.assertIn("Phone: refused", self.person.consent_warning)
        self.assertEqual(self.Consent._holding(self.person).obtained, "merge")

    def test_merge_keeps_the_refusal_that_lasts_longest(self):
        """A newer one that ends does not end it; one with an end keeps its end."""
        double = self.make_customer("Paula B.", parent_id=self.firm.id)
        soon, later = (self.today + timedelta(days=days) for days in (5, 50))
        for code, until in (("phone", False), ("sms", later)):
            self.consent(double, code=code, days_ago=10, valid_until=until)
            self.consent(code=code, days_ago=2, valid_until=soon)
        self.merge(double, into=self.person)
        holding = self.Consent._holding(self.person)
        ends = {c.channel_id.code: c.valid_until for c in holding}
        self.assertEqual(ends, {"phone": False, "sms": later})


@tagged("post_install", "-at_install")
class TestPreference(InteractCase):
    @users("interact_seller")
    def test_on_the_contact(self):
        """Preferences are noted on the contact, one row per person."""
        person = self.person.with_env(self.env)
        person.preferred_channel_id = self.channel("phone")
        person.write({"preferred_time_of_day": "morning", "preference_note": "Short"})
        preference = person.contact_preference_ids
        self.assertEqual(len(preference), 1)
        self.assertEqual(preference.channel_id, self.channel("phone"))
        self.assertEqual(preference.time_of_day, "morning")
        self.assertEqual(preference._in_words(), ["Phone", "Morning", "Short"])
        preference.frequency = "month"
        self.assertEqual(person.preferred_frequency, "month")
        with self.assertRaises(AccessError):
            self.foreign.with_env(self.env).preferred_channel_id = self.channel("phone")

    def test_language(self):
        """It is Odoo's own; said where it is not the one of the company."""
        self.env["res.lang"]._activate_lang("fr_FR")
        editor = self.make_user(
            "preference_editor",
            "sales_team.group_sale_salesman_all_leads,base.group_partner_manager",
        )
        with Form(self.person.with_user(editor)) as form:
            form.preferred_channel_id = self.channel("phone")
            form.lang = "fr_FR"
        preference = self.person.contact_preference_ids
        self.assertEqual(preference.lang, "fr_FR")
        self.assertEqual(preference._in_words()[0], "Phone")
        self.assertIn("French", preference._in_words()[1])
        self.company.partner_id.lang = "fr_FR"
        words = preference.with_company(self.company)._in_words()
        self.assertEqual(words, ["Phone"])

    def test_the_language_stands_beside_the_preferences(self):
        arch = self.env["res.partner"].with_user(self.seller).get_view()["arch"]
        tab = etree.fromstring(arch).xpath("//page[@name='wishes']")[0]
        self.assertTrue(tab.xpath(".//field[@name='lang']"))

    def test_hidden_are_not_shown_as_missing(self):
        """Who may not see a person's wishes is told so, instead of seeing none."""
        for user, shown in (
            (self.seller, False),
            (self.colleague, True),
            (self.seller_all, True),
            (self.accountant, True),
        ):
            contact = self.foreign.with_user(user)
            self.assertEqual(contact.are_wishes_shown, shown, user.login)

    def test_plain_contact(self):
        """A contact without preferences has no row."""
        self.make_customer("Plain").write({"preferred_time_of_day": False})
        self.assertFalse(
            self.env["crm.contact.preference"].search(
                [("partner_id.name", "=", "Plain")]
            )
        )

    def test_merge(self):
        """What nobody knew of the one that stays comes from the one that goes."""
        topics = self.env["crm.contact.topic"].create(
            [{"name": "Chairs"}, {"name": "Golf"}]
        )
        double = self.make_customer("Double")
        double.write(
            {
                "preferred_channel_id": self.channel("letter").id,
                "preferred_frequency": "month",
                "preferred_topic_ids": [(6, 0, topics[0].ids)],
                "preference_note": "Never on Fridays",
            }
        )
        keeper = self.make_customer("Keeper")
        keeper.write(
            {
                "preferred_channel_id": self.channel("phone").id,
                "preferred_topic_ids": [(6, 0, topics[1].ids)],
                "preference_note": "Short calls",
            }
        )
        self.merge(double, into=keeper)
        self.assertEqual(keeper.preferred_channel_id, self.channel("phone"))
        self.assertEqual(keeper.preferred_frequency, "month")
        self.assertEqual(keeper.preferred_topic_ids, topics)
        self.assertEqual(keeper.preference_note, "Short calls; Never on Fridays")
        third = self.make_customer("Third")
        self.merge(keeper, into=third)
        self.assertEqual(third.preferred_frequency, "month")
