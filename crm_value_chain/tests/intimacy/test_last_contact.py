from datetime import datetime, time, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .interact_case import InteractCase


@tagged("post_install", "-at_install")
class TestLastContact(InteractCase):
    """When there was contact with a customer, and when there will be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner in (cls.firm, cls.foreign):
            cls.buy(partner, days_ago=200)
        cls.silent = cls.make_customer("Silent")
        cls.lead(cls.silent).action_set_lost()
        cls.score()
        cls.own = cls.profile(cls.firm)
        cls.Profiles = cls.env["crm.customer.profile"]

    def found(self, *domain):
        profiles = self.own | self.profile(self.foreign) | self.profile(self.silent)
        found = self.Profiles.search([("id", "in", profiles.ids), *domain])
        return found.partner_id

    def test_last_interaction(self):
        """The last exchange with any of the people counts."""
        self.assertEqual(
            self.own.last_interaction_date, self.today - timedelta(days=200)
        )
        self.meet(self.person, days_ago=3)
        self.own.invalidate_recordset()
        self.assertEqual(self.own.last_interaction_date, self.today - timedelta(days=3))
        self.assertFalse(self.profile(self.silent).last_interaction_date)

    def test_search_last_interaction(self):
        self.meet(self.person, days_ago=3)
        name = "last_interaction_date"
        ninety = self.today - timedelta(days=90)
        third = self.today - timedelta(days=3)
        everybody = self.firm | self.foreign | self.silent
        self.assertEqual(self.found((name, ">=", ninety)), self.firm)
        self.assertEqual(self.found((name, "<", ninety)), self.foreign)
        self.assertEqual(self.found((name, ">=", third)), self.firm)
        self.assertFalse(self.found((name, ">", third)))
        self.assertEqual(self.found((name, "<=", third)), self.firm | self.foreign)
        self.assertEqual(self.found((name, "=", False)), self.silent)
        self.assertEqual(self.found((name, "!=", False)), everybody - self.silent)
        quiet = self.found("!", (name, ">=", ninety))
        self.assertEqual(quiet, self.foreign | self.silent)
        self.assertEqual(self.found(("is_silent", "=", True)), quiet)
        self.assertEqual(self.found(("is_silent", "=", False)), self.firm)
        self.assertFalse(self.own.is_silent)
        self.assertTrue(self.profile(self.silent).is_silent)

    def test_next_contact(self):
        """Activities on contact, lead, quotation, and meetings to come."""
        self.assertFalse(self.own.next_contact_date)
        day = self.today + timedelta(days=9)
        documents = (
            self.order(self.person, confirm=False),
            self.lead(self.person),
            self.person,
        )
        for sooner, document in enumerate(documents):
            planned = day - timedelta(days=sooner)
            document.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=planned,
                user_id=self.seller.id,
            )
            self.own.invalidate_recordset()
            self.assertEqual(self.own.next_contact_date, planned)
        self.meet(self.person, days_ago=-2)
        self.own.invalidate_recordset()
        self.assertEqual(self.own.next_contact_date, self.today + timedelta(days=2))

    def plan(self, document, days, **values):
        """An activity that somebody is to do on a document in so many days."""
        day = self.today + timedelta(days=days)
        self.call(document, done=False, date_deadline=day, **values)
        self.own.invalidate_recordset()
        return day

    def test_next_contact_is_with_the_company(self):
        """What another company plans with the customer is not planned by this one."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["res.users"].create(
            {
                "name": "Theirs",
                "login": "interact_theirs",
                "company_id": other.id,
                "company_ids": other.ids,
            }
        )
        self.plan(self.lead(self.person, company_id=other.id), 3)
        self.meet(self.person, days_ago=-3, user_id=theirs.id)
        self.assertFalse(self.own.next_contact_date)
        self.assertNotIn(self.firm, self.found(("next_contact_date", "!=", False)))
        self.assertFalse(self.found(("next_contact_date", "<", "2999-01-01")))
        day = self.plan(self.lead(self.person, company_id=False), 5)
        self.assertEqual(self.own.next_contact_date, day)

    def test_a_declined_meeting_is_no_next_contact(self):
        meeting = self.meet(self.person, days_ago=-2)
        attendees = meeting.attendee_ids
        attendees.filtered(lambda a: a.partner_id == self.person).do_decline()
        self.assertFalse(self.own.next_contact_date)
        self.assertFalse(self.found(("next_contact_date", "!=", False)))

    def test_next_contact_is_from_today_on(self):
        """What is overdue hides no appointment; alone it is planned still."""
        self.plan(self.person, -400)
        overdue = self.plan(self.person, -3)
        self.assertEqual(self.own.next_contact_date, overdue)
        self.assertEqual(self.found(("next_contact_date", "!=", False)), self.firm)
        day = self.plan(self.person, 4)
        self.plan(self.person, 9)
        self.assertEqual(self.own.next_contact_date, day)
        for operator, value, found in (
            ("<", self.today, False),
            ("<=", day, True),
            ("<", day, False),
            (">=", day, True),
            (">", day, False),
        ):
            with self.subTest(operator=operator, value=value):
                there = self.found(("next_contact_date", operator, value))
                self.assertEqual(bool(there), found)

    def test_what_is_planned_about_an_invoice_counts(self):
        day = self.plan(self.invoice(self.person), 6)
        self.assertEqual(self.own.next_contact_date, day)

    def test_search_next_contact(self):
        name = "next_contact_date"
        day = self.today + timedelta(days=5)
        self.person.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=day, user_id=self.seller.id
        )
        self.assertEqual(self.found((name, "=", False)), self.foreign | self.silent)
        self.assertEqual(self.found((name, "!=", False)), self.firm)
        self.assertEqual(self.found((name, "<=", day)), self.firm)
        self.assertFalse(self.found((name, "<", day)))
        self.assertEqual(self.found((name, ">=", day)), self.firm)
        self.assertFalse(self.found((name, ">", day)))

    def test_search_by_day(self):
        """The filter of the web client asks for a day, for several, or for others."""
        third = self.today - timedelta(days=3)
        fourth = self.today + timedelta(days=4)
        self.meet(self.person, days_ago=3)
        self.plan(self.person, 4)
        long_ago = self.today - timedelta(days=200)
        everybody = self.firm | self.foreign | self.silent
        for name, day, others in (
            ("last_interaction_date", third, self.foreign),
            ("next_contact_date", fourth, self.foreign.browse()),
        ):
            text = str(day)
            for operator, value, found in (
                ("=", text, self.firm),
                ("=", "2020-01-01", self.firm.browse()),
                ("!=", text, everybody - self.firm),
                ("in", [text, str(long_ago)], self.firm | others),
                ("in", [text, False], everybody - others),
                ("not in", [text], everybody - self.firm),
                ("not in", [text, False], others),
            ):
                with self.subTest(name=name, operator=operator, value=value):
                    self.assertEqual(self.found((name, operator, value)), found)

    def test_days_are_those_of_who_looks(self):
        """Half past midnight in Berlin is no contact of the day before."""
        day = self.today - timedelta(days=40)
        self.meet(
            self.person,
            start=datetime.combine(day - timedelta(days=1), time(23, 30)),
            stop=datetime.combine(day, time(0, 30)),
        )
        ahead = self.today + timedelta(days=40)
        self.meet(
            self.person,
            start=datetime.combine(ahead - timedelta(days=1), time(23, 30)),
            stop=datetime.combine(ahead, time(0, 30)),
        )
        name = "last_interaction_date"
        for tz, last, upcoming in (
            ("UTC", day - timedelta(days=1), ahead - timedelta(days=1)),
            ("Europe/Berlin", day, ahead),
        ):
            with self.subTest(tz=tz):
                own = self.own.with_context(tz=tz)
                self.assertEqual(own.last_interaction_date, last)
                self.assertEqual(own.next_contact_date, upcoming)
                for domain in (
                    [(name, "=", last)],
                    [(name, ">=", last), (name, "<=", last)],
                    [("next_contact_date", "=", upcoming)],
                ):
                    self.assertIn(own, own.search(domain))
                self.assertNotIn(own, own.search([(name, "<", last)]))

    def test_own_company(self):
        """What happened with another company is no contact with this one."""
        other = self.env["res.company"].create({"name": "Other"})
        self.buy(self.foreign, days_ago=1, company=other)
        last = self.profile(self.foreign).last_interaction_date
        self.assertEqual(last, self.today - timedelta(days=200))
        ninety = self.today - timedelta(days=90)
        self.assertFalse(self.found(("last_interaction_date", ">=", ninety)))

    def test_list_without_a_query_for_each(self):
        """A list of customers asks once for all of them."""
        profiles = self.own | self.profile(self.foreign) | self.profile(self.silent)
        names = ["last_interaction_date", "next_contact_date", "consent_warning"]
        profiles.with_user(self.manager).read(names)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            profiles.with_user(self.manager).read(names)


@tagged("post_install", "-at_install")
class TestInteractEvidence(InteractCase):
    """Evidence that a customer is interacted with, and parts of the customer view."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buy(cls.firm, days_ago=400)
        cls.score()
        cls.own = cls.profile(cls.firm)

    def evidence(self):
        """Keys of the evidence that is there."""
        holds = set()
        self.env.flush_all()
        for evidence in self.own._idic_evidence():
            if evidence.step != "interact":
                continue
            self.env.cr.execute(
                SQL(
                    "SELECT %s FROM crm_customer_profile p WHERE p.id = %s",
                    evidence.sql,
                    self.own.id,
                )
            )
            [there] = self.env.cr.fetchone()
            self.assertIn(there, (True, False))
            if there:
                holds.add(evidence.key)
        return holds

    def test_evidence(self):
        self.assertEqual(self.evidence(), set())
        self.receive(self.firm, self.person)
        self.assertEqual(self.evidence(), {"recent"})
        self.call(self.person, done=False)
        self.assertEqual(self.evidence(), {"recent", "planned"})
        self.person.preferred_frequency = "month"
        self.assertEqual(self.evidence(), {"recent", "planned"})
        self.person.preferred_channel_id = self.channel("email")
        self.consent(state="given")
        self.assertEqual(self.evidence(), {"recent", "planned", "channel", "consent"})

    def test_what_another_company_plans_is_no_evidence(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.call(self.lead(self.person, company_id=other.id), done=False)
        self.assertEqual(self.evidence(), set())

    def test_only_consent_that_holds_is_known(self):
        """What is over tells nothing; a refusal that holds does."""
        over = self.today - timedelta(days=1)
        self.consent(days_ago=20)
        self.consent(state="given", days_ago=9, valid_until=over)
        self.assertEqual(self.evidence(), set())
        self.consent(state="refused", days_ago=3)
        self.assertEqual(self.evidence(), {"consent"})

    def test_parts(self):
        """The view tells refusals before likings, and open episodes first."""
        self.consent(state="given", code="email")
        self.consent(state="refused", code="phone")
        self.person.preferred_channel_id = self.channel("email")
        order = self.order(self.person, confirm=False, user_id=self.seller.id)
        order.action_quotation_sent()
        self.receive(self.firm, self.person)
        parts = {
            part["key"]: part
            for part in self.own.with_user(self.seller).get_customer_view()
        }
        wishes = parts["wishes"]["lines"]
        self.assertEqual(
            [line.get("tone") for line in wishes], ["danger", None, "success"]
        )
        story = parts["story"]["lines"]
        self.assertIn(order.name, story[0]["text"])
        self.assertEqual(story[1]["text"], "Question")
        self.consent(state="given", code="letter", proof=False)
        [bare] = [
            line
            for line in self.own._wishes_part()["lines"]
            if line.get("tone") == "warning"
        ]
        self.assertEqual(bare["detail"], "Paula, without proof")
        for part in ("wishes", "story"):
            self.assertTrue(hasattr(self.own, parts[part]["action"]))

    def test_nothing_known(self):
        """Where nothing is known the view says what to do."""
        parts = {part["key"]: part for part in self.own.get_customer_view()}
        self.assertFalse(parts["wishes"]["lines"])
        self.assertTrue(parts["wishes"]["empty"])
