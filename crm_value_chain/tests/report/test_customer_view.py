from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import format_date

from ...report.crm_customer_brief import PAGE, columns_of, height
from ..customer.trade_case import TradeCase

SELLER = "sales_team.group_sale_salesman"
SALES_MANAGER = "sales_team.group_sale_manager"
USER = "crm_value_chain.group_value_chain_user"
ACCOUNTANT = "account.group_account_invoice"
PROFITABILITY = "crm_value_chain.group_profitability"
BRIEF = "crm_value_chain.crm_customer_brief"


@tagged("post_install", "-at_install")
class TestCustomerView(TradeCase):
    """One screen and one page for sales, service and accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("view_seller", SELLER)
        cls.other = cls.make_user("view_other", SELLER)
        cls.manager = cls.make_user("view_manager", SALES_MANAGER)
        cls.accountant = cls.make_user("view_accountant", f"{USER},{ACCOUNTANT}")
        cls.service = cls.make_user("view_service", USER)
        cls.customer.write({"name": "Elm Furniture", "user_id": cls.seller.id})
        cls.person = cls.buyer
        cls.buy(cls.customer, days_ago=40, amount=1234)
        cls.score()
        cls.card = cls.profile(cls.customer)
        cls.quotation = cls.order(cls.person, confirm=False, user_id=cls.seller.id)
        cls.quotation.validity_date = cls.today - timedelta(days=1)
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "Chairs for the attic",
                "type": "opportunity",
                "partner_id": cls.person.id,
                "user_id": cls.seller.id,
                "company_id": cls.company.id,
            }
        )
        cls.customer.activity_schedule(
            "mail.mail_activity_data_call",
            cls.today + timedelta(days=2),
            summary="Ask about the attic",
            user_id=cls.seller.id,
        )

    def view(self, user, card=None):
        """Parts of the customer view that a user sees, by key."""
        card = (card or self.card).with_user(user)
        return {part["key"]: part for part in card.get_customer_view()}

    def texts(self, user, key):
        return [line["text"] for line in self.view(user)[key]["lines"]]

    def test_open_matters_are_those_of_the_customer_and_its_people(self):
        texts = self.texts(self.seller, "open")
        self.assertIn(f"Quotation {self.quotation.name}", texts)
        self.assertIn("Chairs for the attic", texts)
        self.assertTrue(any("Ask about the attic" in text for text in texts))

    def test_what_nobody_has_taken_on_is_open_too(self):
        self.customer.activity_ids.user_id = False
        lines = self.view(self.seller)["open"]["lines"]
        [line] = [line for line in lines if "Ask about the attic" in line["text"]]
        self.assertFalse(line["detail"])

    def test_a_lead_that_nobody_qualified_yet_is_open_too(self):
        """Else the view says that nothing is open beside an enquiry that waits."""
        self.lead.copy({"name": "Asked for a catalogue", "type": "lead"})
        lines = self.view(self.seller)["open"]["lines"]
        line = next(each for each in lines if each["text"] == "Asked for a catalogue")
        self.assertEqual(line["detail"], "lead")

    def meet(self, days=2, **values):
        """A meeting with the customer in so many days."""
        start = fields.Datetime.now() + timedelta(days=days)
        return self.env["calendar.event"].create(
            {
                "name": "Round table",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.manager.id,
                "partner_ids": [
                    Command.set((self.person | self.manager.partner_id).ids)
                ],
                **values,
            }
        )

    def test_a_meeting_to_come_is_planned(self):
        self.customer.activity_ids.unlink()
        meeting = self.meet()
        lines = self.view(self.seller)["open"]["lines"]
        [line] = [each for each in lines if each.get("model") == "calendar.event"]
        self.assertEqual(line["id"], meeting.id)
        self.assertIn("Round table on ", line["text"])
        self.assertTrue(any("Next contact on" in each["text"] for each in lines))
        meeting.attendee_ids.filtered(
            lambda a: a.partner_id == self.person
        ).do_decline()
        models = {line.get("model") for line in self.view(self.seller)["open"]["lines"]}
        self.assertNotIn("calendar.event", models)

    def test_what_a_private_meeting_is_about_stays_so(self):
        self.meet(privacy="private")
        self.assertIn("Round table", str(self.texts(self.manager, "open")))
        self.env.invalidate_all()
        texts = str(self.texts(self.seller, "open"))
        self.assertNotIn("Round table", texts)
        self.assertIn("Busy on ", texts)

    def test_a_meeting_with_its_activity_is_told_once(self):
        meeting = self.meet()
        self.customer.activity_schedule(
            "mail.mail_activity_data_meeting",
            self.today + timedelta(days=2),
            summary="Round table",
            user_id=self.seller.id,
            calendar_event_id=meeting.id,
        )
        texts = self.texts(self.seller, "open")
        self.assertEqual(sum("Round table" in text for text in texts), 1)

    def test_what_is_overdue_does_not_hide_the_next_contact(self):
        for days in range(1, 5):
            self.customer.activity_schedule(
                "mail.mail_activity_data_call",
                self.today - timedelta(days=days),
                user_id=self.seller.id,
            )
        day = format_date(self.env, self.today + timedelta(days=2))
        self.assertIn(f"Next contact on {day}", self.texts(self.seller, "open"))

    def test_what_is_planned_about_an_invoice_is_open(self):
        self.overdue_invoice().activity_schedule(
            "mail.mail_activity_data_call", self.today, summary="Ask for the money"
        )
        self.assertIn("Ask for the money", str(self.texts(self.accountant, "open")))
        self.assertNotIn("Ask for the money", str(self.texts(self.service, "open")))

    def test_open_matters_of_others_are_not_there(self):
        stranger = self.make_customer("Stranger", user_id=self.seller.id)
        quotation = self.order(stranger, confirm=False)
        texts = self.texts(self.seller, "open")
        self.assertNotIn(f"Quotation {quotation.name}", texts)

    def test_each_type_of_loyalty_is_called_so(self):
        """Crossed of behaviour and attitude: the names alone would say nothing."""
        for kind, words in (("true", "True loyalty"), ("none", "No loyalty")):
            self.card.loyalty_type = kind
            self.assertIn(words, self.texts(self.manager, "standing"))

    def test_an_expired_quotation_asks_for_action(self):
        lines = self.view(self.seller)["open"]["lines"]
        line = next(each for each in lines if each.get("model") == "sale.order")
        self.assertEqual(line["tone"], "warning")
        self.assertEqual(line["id"], self.quotation.id)

    def test_all_classes_are_told(self):
        """The last of them is the type of loyalty."""
        self.card.loyalty_type = "spurious"
        part = self.view(self.manager)["standing"]
        self.assertEqual(part["more"], 0)
        self.assertEqual(part["lines"][-1]["text"], "Spurious loyalty")

    def test_buttons_are_for_who_may_use_them(self):
        def buttons(user):
            form = self.card.with_user(user).get_views([(False, "form")])
            return form["views"]["form"]["arch"].count('icon="fa-star"')

        self.assertEqual(buttons(self.seller), 1)
        self.assertEqual(buttons(self.accountant), 0)

    def test_who_bought_nothing_is_told_so(self):
        nobody = self.make_customer("Nobody", user_id=self.seller.id)
        self.env["crm.lead"].create({"name": "Maybe", "partner_id": nobody.id})
        self.score()
        card = self.profile(nobody)
        self.assertTrue(card)
        part = self.view(self.seller, card)["value"]
        self.assertFalse(part["lines"])
        self.assertTrue(part["empty"])

    def test_more_matters_than_fit_are_counted(self):
        for number in range(5):
            self.env["crm.lead"].create(
                {
                    "name": f"Attic {number}",
                    "type": "opportunity",
                    "partner_id": self.person.id,
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                }
            )
        part = self.view(self.seller)["open"]
        leads = [each for each in part["lines"] if each.get("model") == "crm.lead"]
        self.assertEqual((len(leads), part["more"]), (3, 3))

    def test_an_accountant_sees_overdue_invoices_and_no_leads(self):
        invoice = self.overdue_invoice()
        part = self.view(self.accountant)["open"]
        models = {line.get("model") for line in part["lines"]}
        self.assertNotIn("crm.lead", models)
        line = next(each for each in part["lines"] if each.get("id") == invoice.id)
        self.assertEqual((line["model"], line["tone"]), ("account.move", "danger"))
        self.assertIn(invoice.name, line["text"])

    def test_service_sees_no_documents_that_it_may_not_open(self):
        self.overdue_invoice()
        models = {
            line.get("model") for line in self.view(self.service)["open"]["lines"]
        }
        self.assertFalse(models & {"crm.lead", "sale.order", "account.move"})

    def test_profit_is_for_its_group_alone(self):
        self.card.write({"margin": 500, "profit": 500})
        self.assertFalse(self.told(self.manager, "Profit"))
        self.manager.group_ids += self.env.ref(PROFITABILITY)
        self.assertTrue(self.told(self.manager, "Profit"))

    def test_own_documents_only_sees_own_customers_only(self):
        with self.assertRaises(AccessError):
            self.view(self.other)
        with self.assertRaises(AccessError):
            self.brief(self.other)

    def test_brief_tells_what_the_reader_may_see(self):
        self.overdue_invoice()
        html = self.brief(self.seller)
        for text in ("Elm Furniture", "Open Matters", "Chairs for the attic"):
            self.assertIn(text, html)
        self.assertNotIn("Chairs for the attic", self.brief(self.accountant))

    def test_brief_of_whom_there_is_much_to_tell_fits_its_page(self):
        """Fewer lines of each part are printed then, and the others counted."""
        lines = [{"text": "A long story" * 4, "detail": "told at length"}] * 9
        parts = [
            {"title": f"Part {number}", "lines": lines, "more": 2, "empty": None}
            for number in range(11)
        ]
        columns = columns_of(parts)
        self.assertLessEqual(max(map(height, columns)), PAGE)
        printed = [part for column in columns for part in column]
        self.assertEqual(len(printed), 11)
        for part in printed:
            self.assertTrue(part["lines"])
            self.assertEqual(len(part["lines"]) + part["more"], 11)
        few = columns_of([parts[0] | {"lines": lines[:3], "more": 0}])
        self.assertEqual(len(few[0][0]["lines"]), 3)

    def test_view_takes_no_more_queries_for_a_busy_customer(self):
        few = self.count_queries()
        for number in range(8):
            self.order(self.person, confirm=False, user_id=self.seller.id)
            self.customer.activity_schedule(
                "mail.mail_activity_data_call",
                self.today,
                summary=f"Call {number}",
                user_id=self.seller.id,
            )
        # how many there are is counted where there are more than shown
        self.assertLessEqual(self.count_queries(), few + 3)

    def test_a_contact_with_much_to_tell_takes_no_more_queries(self):
        related = self.env["crm.network.relation.type"].search([], limit=1)
        phone = self.env.ref("crm_value_chain.interaction_channel_phone")

        def tell(number):
            other = self.make_customer(f"Friend {number}")
            self.env["crm.network.relation"].create(
                {
                    "partner_id": self.customer.id,
                    "other_partner_id": other.id,
                    "type_id": related.id,
                    "company_id": self.company.id,
                }
            )
            self.env["crm.contact.consent"].create(
                {"partner_id": self.customer.id, "channel_id": phone.id}
            )
            self.env["crm.customer.identity"].create(
                {
                    "partner_id": self.customer.id,
                    "kind": "reference",
                    "value": f"R{number}",
                }
            )

        tell(0)
        few = self.count_queries(self.customer)
        for number in range(1, 9):
            tell(number)
        self.assertLessEqual(self.count_queries(self.customer), few)
        view = self.customer.with_user(self.seller).get_customer_view()
        [network] = [part for part in view if part["key"] == "network"]
        self.assertEqual(len(network["lines"]), 9)

    def count_queries(self, record=None):
        record = (record or self.card).with_user(self.seller)
        record.get_customer_view()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        record.get_customer_view()
        return self.env.cr.sql_log_count - before

    def told(self, user, word):
        lines = self.view(user)["value"]["lines"]
        return any(word in line["text"] for line in lines)

    def brief(self, user):
        reports = self.env["ir.actions.report"].with_user(user)
        return reports._render_qweb_html(BRIEF, self.card.ids)[0].decode()

    def overdue_invoice(self):
        due = self.today - timedelta(days=30)
        return self.invoice(days_ago=60, amount=250, invoice_date_due=due)
