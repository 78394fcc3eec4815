from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import email_normalize

from .interact_case import TEXT, InteractCase

MANY = 100_000
CALL = "mail.mail_activity_data_call"
COMPLAINT = "crm_value_chain.mail_activity_complaint"
KINDS = (CALL, COMPLAINT, "mail.mail_activity_data_todo", CALL)
STATUSES = ("ready", "sent", "bounce", "pending", "exception", "process", "canceled")


@tagged("post_install", "-at_install")
class TestInteraction(InteractCase):
    """Each exchange with a customer counts once."""

    def test_incoming(self):
        """An e-mail of one of the customer's people is one from the customer."""
        message = self.receive(self.firm, self.person)
        interaction = self.interactions()
        self.assertEqual(interaction.partner_id, self.person)
        self.assertEqual(interaction.commercial_partner_id, self.firm)
        self.assertEqual(interaction.channel_id, self.channel("email"))
        self.assertEqual(interaction.direction, "in")
        self.assertEqual(interaction.date, message.date)
        self.assertEqual(interaction.subject, "Question")
        self.assertEqual(interaction.company_id, self.company)

    def test_forwarded(self):
        """What a follower of the same firm gets too is still one e-mail."""
        self.firm.message_subscribe(self.other_person.ids)
        self.receive(self.firm, self.person)
        self.assertEqual(len(self.interactions()), 1)

    def test_outgoing(self):
        """An e-mail to two people of a customer counts once, to two firms twice."""
        self.send(self.firm, self.person | self.other_person | self.foreign)
        self.assertEqual(len(self.interactions()), 1)
        self.assertEqual(len(self.interactions(self.foreign)), 1)
        interaction = self.interactions()
        self.assertEqual(interaction.direction, "out")
        self.assertEqual(interaction.user_id, self.seller_all)

    def test_not_sent(self):
        """What waits to be sent, failed or bounced has reached nobody."""
        message = self.send(self.firm, self.person)
        for status in ("ready", "exception", "canceled", "bounce"):
            with self.subTest(status=status):
                message.notification_ids.notification_status = status
                self.assertFalse(self.interactions())

    def test_text_message(self):
        """A text message counts from when it is handed to who sends it."""
        message = self.send(self.firm, self.person)
        message.notification_ids.notification_type = "sms"
        for status in ("process", "pending", "sent"):
            with self.subTest(status=status):
                message.notification_ids.notification_status = status
                self.assertEqual(self.interactions().channel_id, self.channel("sms"))

    def test_stranger(self):
        """E-mails of somebody unknown count as soon as it is the lead's contact."""
        lead = self.lead(self.env["res.partner"], user_id=self.seller.id)
        first = self.hear(lead, '"Nora, Ltd" <Nora@Example.com>')
        self.hear(lead, "nora@example.com")
        self.hear(lead, "eleonora@example.com")
        self.hear(lead, '"nora@example.com" <somebody@else.example.com>')
        nora = self.make_customer("Nora", parent_id=self.firm.id)
        lead.partner_id = nora
        self.assertFalse(self.interactions(), "who is not known by the address")
        nora.email = "Nora <nora@example.com>"
        found = self.interactions(user=self.seller)
        self.assertEqual(len(found), 2)
        self.assertEqual(set(found.mapped("direction")), {"in"})
        self.assertEqual(found.partner_id.id, nora.id)
        self.assertEqual(found.channel_id.id, self.channel("email").id)
        one = found.filtered(lambda i: i.sudo().origin_id == first.id)
        self.assertEqual(one.document_id, lead.id)
        self.assertEqual(self.Interaction.browse(one.id).exists().id, one.id)

    def test_stranger_in_between(self):
        """What a stranger writes and the customer's followers get is not ours."""
        lead = self.lead(self.person)
        lead.message_subscribe(self.other_person.ids)
        message = self.hear(lead, "stranger@example.com")
        message.notification_ids.notification_status = "sent"
        self.assertIn(self.other_person, message.notified_partner_ids)
        self.assertFalse(self.interactions())
        self.person.email = "stranger@example.com"
        self.assertEqual(self.interactions().direction, "in")

    def test_one_bounced(self):
        """Of two people the one whom it reached counts."""
        message = self.send(self.firm, self.person | self.other_person)
        first = message.notification_ids.sorted("id")[0]
        first.notification_status = "bounce"
        self.assertEqual(len(self.interactions()), 1)
        self.assertNotEqual(self.interactions().partner_id, first.res_partner_id)

    def test_notes_do_not_count(self):
        """Internal notes, tracking and messages among ourselves are no exchange."""
        self.firm.message_post(body=TEXT, subtype_xmlid="mail.mt_note")
        self.firm.message_post(
            body=TEXT,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            partner_ids=self.person.ids,
        )
        self.send(self.firm, self.colleague.partner_id)
        self.firm.message_post(
            body=TEXT, message_type="notification", partner_ids=self.person.ids
        )
        self.assertFalse(self.interactions())

    def test_own_people(self):
        """Our own companies and colleagues are no customers."""
        self.receive(self.firm, self.company.partner_id)
        self.receive(self.firm, self.colleague.partner_id)
        own = self.Interaction.search(
            [
                (
                    "partner_id",
                    "in",
                    (self.company.partner_id | self.colleague.partner_id).ids,
                )
            ]
        )
        self.assertFalse(own)

    def test_calls(self):
        """A call that is done counts, wherever it was planned; a to-do does not."""
        documents = (
            self.person,
            self.lead(self.person),
            self.order(self.person, confirm=False),
            self.invoice(self.person),
        )
        for document in documents:
            self.call(document)
            self.call(document, done=False)
            self.call(document, kind="mail.mail_activity_data_todo")
            self.call(document, kind="mail.mail_activity_data_email")
        calls = self.interactions().filtered(lambda i: i.source == "activity")
        self.assertEqual(len(calls), 4)
        self.assertEqual(calls.channel_id, self.channel("phone"))
        self.assertEqual(set(calls.mapped("subject")), {"Call back"})
        self.assertEqual(set(calls.mapped("direction")), {"both"})

    def test_complaint(self):
        """A complaint that is settled is an exchange; one that is withdrawn is none."""
        self.call(self.person, False, COMPLAINT).unlink()
        self.assertFalse(self.interactions())
        self.call(self.person, kind=COMPLAINT)
        self.assertEqual(self.interactions().channel_id, self.channel("phone"))

    def test_visit(self):
        """An activity type that says its channel counts on that channel."""
        visit = self.env["mail.activity.type"].create(
            {"name": "Visit", "interaction_channel_id": self.channel("meeting").id}
        )
        activity = self.person.activity_schedule(
            activity_type_id=visit.id, user_id=self.seller.id
        )
        activity._action_done()
        self.assertEqual(self.interactions().channel_id, self.channel("meeting"))

    def test_meetings(self):
        """A meeting that has begun counts once for each customer who did not refuse."""
        self.meet(self.person | self.other_person | self.foreign)
        self.meet(self.person, days_ago=-3)
        self.assertEqual(len(self.interactions()), 1)
        self.assertEqual(self.interactions().subject, "Round table")
        declined = self.meet(self.person)
        declined.attendee_ids.filtered(
            lambda a: a.partner_id == self.person
        ).state = "declined"
        self.assertEqual(len(self.interactions()), 1)
        self.assertEqual(len(self.interactions(self.foreign)), 1)

    def test_meeting_activity(self):
        """A meeting that was planned as an activity counts once, as the meeting."""
        event = self.meet(self.person)
        activity = self.person.activity_schedule(
            "mail.mail_activity_data_meeting",
            user_id=self.seller.id,
            calendar_event_id=event.id,
        )
        activity._action_done()
        self.assertEqual(self.interactions().source, "meeting")

    def test_orders_invoices_history(self):
        order = self.order(self.person)
        self.order(self.person, confirm=False)
        invoice = self.invoice(self.other_person)
        self.buy(self.person, days_ago=500)
        found = {each.source: each for each in self.interactions()}
        self.assertEqual(set(found), {"order", "invoice", "history"})
        self.assertEqual(found["order"].document_id, order.id)
        self.assertEqual(found["invoice"].document_id, invoice.id)
        self.assertEqual(found["order"].direction, "in")
        self.assertEqual(found["invoice"].direction, "out")

    def test_cancelled_counts_no_longer(self):
        order = self.order(self.person)
        self.assertTrue(self.interactions())
        order._action_cancel()
        self.assertFalse(self.interactions())

    def test_from_the_contact(self):
        """The contact's button opens its own, the customer's those of all people."""
        self.receive(self.firm, self.person)
        self.receive(self.firm, self.other_person)
        for contact, count in ((self.person, 1), (self.firm, 2)):
            action = contact.with_user(self.seller).action_open_interactions()
            found = self.Interaction.with_user(self.seller).search(action["domain"])
            self.assertEqual(len(found), count, contact.name)

    def test_stable_ids(self):
        """An interaction is found by its id, whatever happens around it."""
        self.order(self.person)
        self.receive(self.firm, self.person)
        before = self.interactions()
        self.call(self.person)
        self.send(self.firm, self.person)
        self.env.invalidate_all()
        again = self.Interaction.browse(before.ids)
        self.assertEqual(
            [each.source for each in again], [each.source for each in before]
        )
        self.assertEqual(len(set(self.interactions().ids)), 4)
        self.assertLessEqual(before, self.interactions())
        self.assertEqual(again.exists(), again)

    def test_count_by_hand(self):
        """All interactions of all customers agree with a count over Odoo's models."""
        people = self.person | self.other_person | self.foreign
        for number, person in enumerate(list(people) * 3):
            self.receive(person, person)
            lead = self.lead(person)
            message = self.send(lead, people if number % 2 else person)
            message.notification_ids[:1].notification_status = STATUSES[number % 7]
            self.hear(lead, ("Otto <Otto@Example.com>", "x@example.com")[number % 2])
            self.call(person, done=number % 3, kind=KINDS[number % 4])
            self.meet(person | self.person, days_ago=number * 3 - 4)
            self.order(person, confirm=number % 2)
            self.buy(person, days_ago=number * 10)
        self.invoice(self.foreign)
        self.env.flush_all()
        for customer in (self.firm, self.foreign):
            with self.subTest(customer=customer.name):
                self.assertEqual(
                    len(self.interactions(customer)), self.by_hand(customer)
                )

    def by_hand(self, customer):
        """Number of interactions with a customer, counted document by document."""

        def is_own(partner):
            return partner.commercial_partner_id == customer

        def author(message):
            if message.author_id or message.model != "crm.lead":
                return message.author_id
            contact = self.env["crm.lead"].browse(message.res_id).partner_id
            address = email_normalize(message.email_from)
            known = contact.email_normalized == address
            return contact if known else message.author_id

        messages = self.env["mail.message"].search(
            [("message_type", "in", ("email", "comment")), ("is_internal", "=", False)]
        )
        sent = ("process", "pending", "sent")
        mails = [
            message
            for message in messages
            if not message.subtype_id.internal
            and (
                is_own(author(message))
                if message.message_type == "email"
                else any(
                    is_own(n.res_partner_id) and n.notification_status in sent
                    for n in message.notification_ids
                )
            )
        ]
        meetings = self.env["calendar.event"].search([("start", "<=", self.now)])
        met = meetings.filtered(lambda event: any(map(is_own, event.partner_ids)))
        counting = map(self.env.ref, (CALL, COMPLAINT))
        kinds = [kind.id for kind in counting]
        calls = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("active", "=", False), ("activity_type_id", "in", kinds)])
        )
        called = calls.filtered(
            lambda a: (
                a.res_model == "res.partner"
                and is_own(self.env["res.partner"].browse(a.res_id))
            )
        )
        self.assertTrue(called)
        orders = self.env["sale.order"].search([("state", "=", "sale")])
        moves = self.env["account.move"].search(
            [("state", "=", "posted"), ("move_type", "=", "out_invoice")]
        )
        history = self.env["crm.historical.purchase"].search([])
        documents = [
            record
            for records in (orders, moves, history)
            for record in records
            if is_own(record.partner_id)
        ]
        return len(mails) + len(met) + len(called) + len(documents)

    def test_analysis(self):
        """Grouping by channel, direction and month agrees with the list."""
        self.order(self.person)
        self.receive(self.firm, self.person)
        self.send(self.firm, self.person)
        groups = self.Interaction._read_group(
            [("commercial_partner_id", "=", self.firm.id)],
            ["channel_id", "direction", "date:month"],
            ["__count"],
        )
        self.assertEqual(
            sorted((c.code, d, n) for c, d, _month, n in groups),
            [("email", "in", 1), ("email", "out", 1), ("order", "in", 1)],
        )


@tagged("post_install", "-at_install")
class TestInteractionCost(InteractCase):
    def test_cost(self):
        """Each interaction costs what its channel costs in the company."""
        self.channel("phone").with_company(self.company).cost = 12.5
        other = self.env["res.company"].create({"name": "Other"})
        self.channel("phone").with_company(other).cost = 99
        self.call(self.lead(self.person))
        self.call(self.lead(self.person))
        self.order(self.person)
        [(total,)] = self.Interaction._read_group(
            [("commercial_partner_id", "=", self.firm.id)], [], ["cost:sum"]
        )
        self.assertEqual(total, 25)

    def test_confidential(self):
        """Only who sees profitability sees cost, in whichever way."""
        self.channel("phone").with_company(self.company).cost = 12.5
        self.call(self.person)
        for user in (self.seller, self.manager, self.accountant):
            seen = self.Interaction.with_user(user)
            with self.assertRaises(AccessError):
                seen._read_group([], [], ["cost:sum"])
            with self.assertRaises(AccessError):
                seen.search([("cost", ">", 10)])
            with self.assertRaises(AccessError):
                self.channel("phone").with_user(user).read(["cost"])
        self.manager.group_ids |= self.env.ref("crm_value_chain.group_profitability")
        found = self.Interaction.with_user(self.manager).search(
            [("cost", ">", 10), ("commercial_partner_id", "=", self.firm.id)]
        )
        self.assertEqual(found.partner_id.id, self.person.id)

    def test_channels_of_documents_stay(self):
        with self.assertRaisesRegex(Exception, "archive"):
            self.channel("email").unlink()


@tagged("post_install", "-at_install")
class TestInteractionRights(InteractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden_lead = cls.lead(cls.person, user_id=cls.colleague.id)
        cls.receive(cls.hidden_lead, cls.person, subject="About your discount")
        cls.receive(cls.firm, cls.person, subject="On the firm")
        cls.receive(cls.foreign, cls.foreign, subject="Foreign")
        cls.order(cls.person, user_id=cls.colleague.id)
        cls.the_invoice = cls.invoice(cls.person)

    def test_own_customers(self):
        """Own documents only: nothing of the customers of others."""
        self.assertFalse(self.interactions(self.foreign, self.seller))
        self.assertTrue(self.interactions(self.foreign, self.seller_all))
        self.assertTrue(self.interactions(self.foreign, self.accountant))

    def test_hidden_document(self):
        """That there was an e-mail one sees, but not what it says on a hidden deal."""
        seen = self.interactions(user=self.seller)
        self.assertEqual(len(seen), len(self.interactions()))
        mails = seen.filtered(lambda i: i.source == "message")
        self.assertEqual(
            {mail.subject: mail.document_model for mail in mails},
            {False: False, "On the firm": "res.partner"},
        )
        order = seen.filtered(lambda i: i.source == "order")
        self.assertFalse(order.subject)
        self.assertEqual(order.about, "(not yours to read)")
        self.assertIn("On the firm", mails.mapped("about"))
        with self.assertRaises(AccessError):
            order.action_open_document()
        self.assertNotIn("discount", str(seen.read()))
        self.assertNotIn("discount", str(self.story(self.seller)))
        self.assertIn("discount", str(self.story(self.colleague_of_all())))

    def colleague_of_all(self):
        return self.seller_all

    def story(self, user):
        return self.Interaction.with_user(user).get_story(self.firm.id)

    def test_accountant(self):
        """An accountant sees what invoices and contacts say, but nothing of leads."""
        seen = self.interactions(user=self.accountant)
        subjects = set(seen.mapped("subject"))
        self.assertIn(self.the_invoice.name, str(subjects))
        self.assertNotIn("About your discount", subjects)

    def test_document_is_not_searched(self):
        """No way around: nobody searches, groups or sorts by the document."""
        for name in ("res_model", "res_id", "origin_id"):
            seen = self.Interaction.with_user(self.manager)
            with self.subTest(field=name):
                with self.assertRaises(AccessError):
                    seen.search([(name, "!=", False)])
                with self.assertRaises(AccessError):
                    seen._read_group([], [name], ["__count"])
                with self.assertRaises(AccessError):
                    seen.search([], limit=1).read([name])
                with self.assertRaises(AccessError):
                    seen.search([], order=name)

    def test_a_context_from_outside_tells_nothing(self):
        """Who calls as a client does narrows nothing, and breaks nothing."""
        self.receive(self.firm, self.person)
        domain = [("commercial_partner_id", "=", self.firm.id)]
        interactions = self.Interaction.with_user(self.seller)
        count = interactions.search_count(domain)
        self.assertTrue(count)
        for context in (
            {"value_chain_ours": "of each"},
            {"value_chain_ours": self.person.ids},
            {"value_chain_ours": []},
            {"value_chain_interactions": 5},
            {"value_chain_interactions": ["a"]},
            {"value_chain_interactions": []},
        ):
            with self.subTest(context=context):
                asked = interactions.with_context(**context)
                self.assertEqual(asked.search_count(domain), count)

    def test_no_text(self):
        """The text of messages is nowhere in it."""
        everything = str(self.interactions().read()) + str(self.story(self.manager))
        self.assertNotIn("secret", everything)

    def test_private_meeting(self):
        """A private meeting of others shows as busy."""
        self.meet(self.person, privacy="private", name="About the merger")
        for user in (self.manager, self.seller_all):
            meeting = self.interactions(user=user).filtered(
                lambda i: i.source == "meeting"
            )
            self.assertTrue(meeting)
            self.assertNotIn("merger", meeting.subject or "")

    def test_others(self):
        """Who has nothing to do with customers sees nothing at all."""
        outsider = self.make_user("interact_outsider", "base.group_user")
        portal = self.make_user("interact_portal", "base.group_portal")
        for user in (outsider, portal):
            with self.assertRaises(AccessError):
                self.interactions(user=user)
            with self.assertRaises(AccessError):
                self.story(user)

    def test_other_company(self):
        """A user of another company sees nothing of this one."""
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "interact_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        here = self.Interaction.with_user(stranger).with_context(
            allowed_company_ids=other.ids
        )
        self.assertFalse(here.search([("commercial_partner_id", "=", self.firm.id)]))

    def test_nobody_writes(self):
        for user in (self.manager, self.seller):
            model = self.Interaction.with_user(user)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(model.has_access(operation))


@tagged("post_install", "-at_install")
class TestStory(InteractCase):
    def story(self, **values):
        return self.Interaction.with_user(self.seller).get_story(self.firm.id, **values)

    def test_pages(self):
        """Page by page all comes once, the newest first."""
        self.insert_messages(self.person, 75)
        entries, before = [], None
        pages = 0
        while before is not False:
            story = self.story(before=before)
            entries += story["entries"]
            before = story["next"]
            pages += 1
        self.assertEqual(pages, 3)
        self.assertEqual([e["id"] for e in entries], self.interactions().ids)

    def test_same_moment(self):
        """Paging loses nothing of what happened at the same moment."""
        self.insert_messages(self.person, 40)
        self.env.cr.execute(
            "UPDATE mail_message SET date = '2020-01-01' WHERE author_id = %s",
            [self.person.id],
        )
        first = self.story()
        second = self.story(before=first["next"])
        ids = {entry["id"] for entry in first["entries"] + second["entries"]}
        self.assertEqual(len(ids), 40)

    def test_filters(self):
        """By channel and direction; what goes both ways is in both."""
        self.receive(self.firm, self.person)
        self.send(self.firm, self.person)
        self.call(self.person)
        email = self.channel("email").id
        self.assertEqual(len(self.story()["entries"]), 3)
        self.assertEqual(len(self.story(channel_id=email)["entries"]), 2)
        self.assertEqual(len(self.story(direction="in")["entries"]), 2)
        only = self.story(channel_id=email, direction="out")["entries"]
        self.assertEqual([entry["subject"] for entry in only], ["Answer"])

    def test_filters_made_up(self):
        """A client asks for a channel that is there, and a direction."""
        for values in (
            {"channel_id": True},
            {"channel_id": {"id": 1}},
            {"channel_id": [1]},
            {"channel_id": "1"},
            {"direction": [1]},
            {"direction": "up"},
            {"direction": {"in": 1}},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.story(**values)

    def test_episodes(self):
        """The open episodes stand at the top, on the first page only."""
        order = self.order(self.person, confirm=False, user_id=self.seller.id)
        order.action_quotation_sent()
        self.order(self.person, days_ago=4, user_id=self.seller.id)
        story = self.story()
        self.assertEqual([bool(e["end"]) for e in story["episodes"]], [False, True])
        self.assertEqual(story["episodes"][0]["name"], order.name)
        self.assertNotIn("episodes", self.story(before=["2020-01-01 00:00:00", 1]))

    def test_of_a_person(self):
        """The story of a person is the one of the customer."""
        self.receive(self.firm, self.person)
        model = self.Interaction.with_user(self.seller)
        self.assertEqual(len(model.get_story(self.other_person.id)["entries"]), 1)

    def test_many(self):
        """With 100,000 interactions the queries stay as few as with one."""
        self.insert_messages(self.person, MANY)
        self.buy(self.firm)
        self.score()
        profile = self.profile(self.firm).with_user(self.seller)
        self.story()
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            story = self.story()
        self.assertEqual(len(story["entries"]), 30)
        self.env.invalidate_all()
        with self.assertQueryCount(30):
            self.story(before=story["next"])
        self.env.invalidate_all()
        with self.assertQueryCount(85):
            parts = profile.get_customer_view()
        self.assertIn("story", [part["key"] for part in parts])
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.assertEqual(profile.last_interaction_date, self.today)
