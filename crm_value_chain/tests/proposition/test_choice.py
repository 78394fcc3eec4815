from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .value_case import ValueCase


@tagged("post_install", "-at_install")
class TestChoice(ValueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turnkey = cls.make_proposition(
            need_ids=cls.speed.ids, segment_ids=cls.champions.ids
        )
        cls.healthy = cls.make_proposition("Healthy", need_ids=cls.health.ids)
        cls.draft = cls.make_proposition(
            "Draft", approve=False, need_ids=(cls.speed | cls.health).ids
        )
        cls.customer = cls.make_customer("Oak", user_id=cls.seller.id)
        cls.buy(cls.customer)
        cls.score()

    def lead(self, **values):
        return self.make_deal(user_id=self.seller.id, **values).with_user(self.seller)

    def learn_needs(self, **importance):
        needs = {"speed": self.speed, "health": self.health}
        self.env["crm.customer.need"].create(
            [
                {
                    "profile_id": self.profile(self.customer).id,
                    "need_id": needs[name].id,
                    "importance": value,
                }
                for name, value in importance.items()
            ]
        )

    def suggested(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return [(s["name"], s["points"]) for s in record.value_suggestions or []]

    # ------------------------------------------------------------------
    # Suggestions
    # ------------------------------------------------------------------

    def test_ranked_by_needs_and_segment(self):
        """The importance of needs that are met, and five for the segment."""
        self.learn_needs(speed=2, health=4)
        self.profile(self.customer).segment_id = False
        lead = self.lead(partner_id=self.customer.id)
        self.assertEqual(self.suggested(lead), [("Healthy", 4), ("Turnkey", 2)])
        self.profile(self.customer)._write({"segment_id": self.champions.id})
        self.assertEqual(self.suggested(lead), [("Turnkey", 7), ("Healthy", 4)])
        self.assertEqual(
            lead.value_suggestions[0]["why"],
            "Meets the needs: Quick delivery (2); made for the segment Champions",
        )

    def test_a_lead_without_customer(self):
        """By the needs that were noted on it: each counts three."""
        lead = self.lead()
        self.assertEqual(self.suggested(lead), [])
        lead.lead_need_ids = self.health
        self.assertEqual(self.suggested(lead), [("Healthy", 3)])

    def test_known_importance_beats_a_note(self):
        self.learn_needs(health=5)
        self.profile(self.customer).segment_id = False
        lead = self.lead(partner_id=self.customer.id, lead_need_ids=self.health.ids)
        self.assertEqual(self.suggested(lead), [("Healthy", 5)])

    def test_who_refuses_profiling_gets_no_suggestions(self):
        """Nor does what is known of the customer show on one of its people's leads."""
        self.learn_needs(health=5)
        person = self.make_customer("Person", parent_id=self.customer.id)
        lead = self.lead(partner_id=person.id)
        self.assertTrue(self.suggested(lead))
        person.profiling_refused = True
        self.env.invalidate_all()
        self.assertEqual(self.suggested(lead), [])

    def test_only_what_is_in_use_is_suggested(self):
        lead = self.lead(lead_need_ids=self.health.ids)
        self.healthy.current_version_id.action_retire()
        self.assertEqual(self.suggested(lead), [])

    def test_of_the_own_company_only(self):
        """A proposition of another company is neither suggested nor accepted."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        foreign = self.env["crm.value.proposition"].create(
            {
                "name": "Foreign",
                "promise": "Elsewhere",
                "company_id": other.id,
                "need_ids": self.health.ids,
            }
        )
        self.make_content(foreign.version_ids)
        self.approve(foreign.version_ids)
        lead = self.lead(lead_need_ids=self.health.ids)
        self.assertEqual(self.suggested(lead), [("Healthy", 3)])
        with self.assertRaises(ValidationError):
            lead.sudo().value_proposition_id = foreign

    def test_another_company_does_not_offer_it(self):
        """Who moves a lead or a quotation there is told; who works on it decides."""
        other = self.env["res.company"].create({"name": "Other"})
        self.seller_all.company_ids |= other
        chosen = {"value_proposition_id": self.healthy.id}
        lead = self.make_deal(user_id=self.seller_all.id, **chosen)
        mine = lead.with_user(self.seller_all).with_context(
            allowed_company_ids=(self.company | other).ids
        )
        with self.assertRaisesRegex(ValidationError, "another company than Other"):
            mine.company_id = other
        mine.write({"company_id": other.id, "value_proposition_id": False})
        self.assertFalse(mine.value_proposition_version_id)
        stranger = self.make_user("vp_elsewhere", "sales_team.group_sale_salesman")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        lead = self.make_deal(user_id=self.seller.id, **chosen)
        lead.with_company(other).write({"team_id": False, "user_id": stranger.id})
        self.assertEqual(lead.company_id, other)
        self.assertFalse(lead.value_proposition_id)
        self.assertFalse(lead.value_proposition_version_id)

    def test_a_hundred_leads_cost_as_many_queries_as_one(self):
        """Suggestions are worked out for all at once."""
        self.learn_needs(speed=2)

        def count(number):
            customers = self.env["res.partner"].create(
                [{"name": f"C{place}"} for place in range(number)]
            )
            leads = self.env["crm.lead"].create(
                [
                    {"name": "L", "partner_id": customer.id, "company_id": False}
                    for customer in customers
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            leads = leads.with_user(self.seller_all)
            before = self.cr.sql_log_count
            leads.mapped("value_suggestions")
            return self.cr.sql_log_count - before

        count(1)
        one = count(1)
        self.assertLessEqual(count(100), one + 1)
        self.assertLess(one, 30)

    def test_the_quotation_knows_the_needs_of_its_lead(self):
        lead = self.lead(partner_id=self.customer.id, lead_need_ids=self.health.ids)
        self.profile(self.customer)._write({"segment_id": None})
        order = self.order(self.customer, confirm=False, opportunity_id=lead.id)
        self.assertEqual(self.suggested(order), [("Healthy", 3)])

    # ------------------------------------------------------------------
    # Choosing
    # ------------------------------------------------------------------

    def test_the_version_in_use_is_taken(self):
        """When a proposition is chosen, and not exchanged when another replaces it."""
        lead = self.lead(value_proposition_id=self.turnkey.id)
        first = self.turnkey.current_version_id
        self.assertEqual(lead.value_proposition_version_id, first)
        self.turnkey.action_new_version()
        second = self.approve(self.turnkey.open_version_id)
        self.assertEqual(lead.value_proposition_version_id, first)
        self.assertTrue(lead.value_arguments["is_outdated"])
        # saving the form again changes nothing
        lead.value_proposition_id = self.turnkey
        self.assertEqual(lead.value_proposition_version_id, first)
        lead.action_take_current_version()
        self.assertEqual(lead.value_proposition_version_id, second)
        lead.value_proposition_id = False
        self.assertFalse(lead.value_proposition_version_id)

    def test_what_is_not_approved_cannot_be_chosen(self):
        with self.assertRaisesRegex(UserError, "no approved version"):
            self.lead(value_proposition_id=self.draft.id)
        lead = self.lead(value_proposition_id=self.turnkey.id)
        with self.assertRaises(ValidationError):
            lead.sudo().value_proposition_version_id = self.draft.version_ids
        with self.assertRaises(ValidationError):
            lead.value_proposition_version_id = self.healthy.current_version_id

    def test_on_the_form(self):
        """A seller chooses on the lead's form; version and arguments show at once."""
        lead = self.lead()
        with Form(lead) as form:
            form.value_proposition_id = self.turnkey
            self.assertEqual(
                form.value_proposition_version_id, self.turnkey.current_version_id
            )
            self.assertEqual(form.value_arguments["promise"], "All from one hand")
        self.assertEqual(
            lead.value_proposition_version_id, self.turnkey.current_version_id
        )

    def test_arguments(self):
        """Where we beat the alternatives, by what matters; promises; not the rest."""
        lead = self.lead(value_proposition_id=self.turnkey.id)
        arguments = lead.value_arguments
        self.assertEqual(
            [strength["name"] for strength in arguments["strengths"]],
            ["Fast", "Price"],
        )
        self.assertEqual(arguments["strengths"][0]["best"], 4)
        self.assertEqual(arguments["promises"][0]["name"], "There in a week")
        self.assertEqual(arguments["promises"][0]["keepers"], self.manager.name)

    def test_carried_to_the_quotation(self):
        """By the button on the opportunity, and by whatever else makes an order."""
        lead = self.lead(
            partner_id=self.customer.id, value_proposition_id=self.turnkey.id
        )
        first = self.turnkey.current_version_id
        self.turnkey.action_new_version()
        self.approve(self.turnkey.open_version_id)
        context = lead.action_new_quotation()["context"]
        order = self.env["sale.order"].with_user(self.seller).with_context(**context)
        made = order.create({"partner_id": self.customer.id})
        self.assertEqual(made.value_proposition_id, self.turnkey)
        self.assertEqual(made.value_proposition_version_id, first)
        other = self.order(self.customer, confirm=False, opportunity_id=lead.id)
        self.assertEqual(other.value_proposition_version_id, first)
        plain = self.order(self.customer, confirm=False)
        self.assertFalse(plain.value_proposition_id)

    def test_copies_are_new_offers(self):
        """Of the version in use; of nothing that was retired."""
        order = self.order(
            self.customer, confirm=False, value_proposition_id=self.turnkey.id
        )
        self.turnkey.action_new_version()
        second = self.approve(self.turnkey.open_version_id)
        self.assertEqual(order.copy().value_proposition_version_id, second)
        second.action_retire()
        self.assertFalse(order.copy().value_proposition_id)

    def test_merged_leads(self):
        """Keep a choice, and all needs that were noted."""
        first = self.lead(lead_need_ids=self.speed.ids)
        second = self.lead(
            value_proposition_id=self.turnkey.id, lead_need_ids=self.health.ids
        )
        merged = (first | second).sudo().merge_opportunity()
        self.assertEqual(merged.value_proposition_id, self.turnkey)
        self.assertEqual(
            merged.value_proposition_version_id, self.turnkey.current_version_id
        )
        self.assertEqual(merged.lead_need_ids, self.speed | self.health)

    def test_an_accountant_knows_nothing_of_it(self):
        """And still makes, copies and prints orders."""
        order = self.order(
            self.customer,
            confirm=False,
            value_proposition_id=self.turnkey.id,
            print_value_proposition=True,
        )
        fields = order.with_user(self.accountant).fields_get()
        self.assertNotIn("value_proposition_id", fields)
        accountant = order.with_user(self.accountant).with_company(self.company)
        self.assertTrue(accountant._value_proposition_on_print())

    # ------------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------------

    def html(self, order):
        report = self.env["ir.actions.report"]
        return report._render_qweb_html("sale.report_saleorder", order.ids)[0].decode()

    def test_printed_by_choice(self):
        """Promise, benefits and binding promises; off unless somebody wants it."""
        order = self.order(
            self.customer, confirm=False, value_proposition_id=self.turnkey.id
        )
        self.assertFalse(order.print_value_proposition)
        self.assertNotIn("All from one hand", self.html(order))
        order.print_value_proposition = True
        html = self.html(order)
        for text in (
            "All from one hand",
            "Fast",
            "Say Quiet",
            "There in a week",
            "98%",
        ):
            self.assertIn(text, html)
        self.assertNotIn("Say Price", html, "a sacrifice is no benefit")
        order.value_proposition_id = False
        self.assertNotIn("o_value_proposition", self.html(order))

    def test_the_setting_is_the_default(self):
        self.company.quotation_value_proposition = True
        order = self.order(self.customer, confirm=False)
        self.assertTrue(order.print_value_proposition)
        self.assertNotIn("o_value_proposition", self.html(order), "nothing was chosen")

    def test_promises_that_ended_are_not_printed(self):
        self.turnkey.action_new_version()
        version = self.turnkey.open_version_id
        version.promise_ids.write({"date_from": "2000-01-01", "date_to": "2001-01-01"})
        self.approve(version)
        order = self.order(
            self.customer,
            confirm=False,
            value_proposition_id=self.turnkey.id,
            print_value_proposition=True,
        )
        self.assertNotIn("There in a week", self.html(order))
        self.assertEqual(version._arguments()["promises"], [])

    def test_printed_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        proposition = self.make_proposition("Neu", approve=False)
        version = proposition.version_ids
        version.with_context(lang="de_DE").promise = "Alles aus einer Hand"
        self.approve(version)
        self.customer.lang = "de_DE"
        order = self.order(
            self.customer,
            confirm=False,
            value_proposition_id=proposition.id,
            print_value_proposition=True,
        )
        self.assertIn("Alles aus einer Hand", self.html(order))

    # ------------------------------------------------------------------
    # The customer view
    # ------------------------------------------------------------------

    def view_part(self, user):
        profile = self.profile(self.customer).with_user(user)
        return next(
            part for part in profile.get_customer_view() if part["key"] == "proposition"
        )

    def test_customer_view(self):
        """What was chosen for this customer, then what suits, with why."""
        self.profile(self.customer)._write({"segment_id": None})
        self.assertEqual(self.view_part(self.seller)["lines"], [])
        self.assertTrue(self.view_part(self.seller)["empty"])
        self.learn_needs(speed=5, health=2)
        self.lead(partner_id=self.customer.id, value_proposition_id=self.turnkey.id)
        chosen, suggested = self.view_part(self.seller)["lines"]
        self.assertEqual(chosen["text"], "Turnkey, version 1")
        self.assertEqual(chosen["model"], "crm.lead")
        self.assertEqual(suggested["text"], "Suggested: Healthy")
        self.assertIn("Healthy workplaces (2)", suggested["detail"])

    def there(self, record):
        """Whether needs are known, and a proposition is chosen: on the IDIC card."""
        self.env.invalidate_all()
        return [
            next(each["there"] for each in step["evidence"] if each["key"] == key)
            for step in record.with_company(self.company).idic_card["steps"]
            for key in ("needs", "proposition")
            if key in [each["key"] for each in step["evidence"]]
        ]

    def test_a_deal_is_evidence_that_a_proposition_was_chosen(self):
        """The IDIC card says what the customer view says, of an offer or an order."""
        profile = self.profile(self.customer).with_user(self.seller)
        person = self.make_customer("Person", parent_id=self.customer.id)
        values = {"partner_id": person.id, "value_proposition_id": self.turnkey.id}
        self.assertEqual(self.there(profile), [False, False])
        lead = self.lead(**values)
        self.assertEqual(self.there(profile), [False, True])
        lead.sudo().unlink()
        self.assertEqual(self.there(profile), [False, False])
        self.env["sale.order"].create(values | {"company_id": self.company.id})
        self.assertEqual(self.there(profile), [False, True])

    def test_a_deal_of_another_company_is_no_evidence_here(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.make_proposition("Theirs", company_id=company.id)
        lead = self.make_deal(
            partner_id=self.customer.id,
            company_id=company.id,
            value_proposition_id=theirs.id,
        )
        self.assertTrue(lead.value_proposition_version_id)
        self.assertEqual(self.there(self.profile(self.customer)), [False, False])

    def test_a_lead_without_customer_knows_what_was_noted_on_it(self):
        lead = self.lead(contact_name="Zoe")
        self.assertEqual(self.there(lead), [False, False])
        lead.lead_need_ids = self.speed
        self.assertEqual(self.there(lead), [True, False])
        lead.value_proposition_id = self.turnkey
        self.assertEqual(self.there(lead), [True, True])
        with Form(self.env["crm.lead"].with_user(self.seller)) as form:
            form.name = "Deal"
            form.lead_need_ids.add(self.speed)
            [_identify, differentiate, *_rest] = form.idic_card["steps"]
            needs = [e for e in differentiate["evidence"] if e["key"] == "needs"]
            self.assertTrue(needs[0]["there"])

    def test_customer_view_shows_own_deals_only(self):
        """Somebody else's deal is not told."""
        self.make_deal(
            partner_id=self.customer.id,
            value_proposition_id=self.turnkey.id,
            user_id=self.manager.id,
        )
        self.profile(self.customer)._write({"segment_id": None})
        self.assertEqual(self.view_part(self.seller)["lines"], [])
        self.assertEqual(len(self.view_part(self.seller_all)["lines"]), 1)

    # ------------------------------------------------------------------
    # Lost
    # ------------------------------------------------------------------

    def test_lost_by_a_factor(self):
        """The dialog offers the factors of the version that was offered."""
        lead = self.lead(value_proposition_id=self.turnkey.id)
        other = self.lead()
        wizard = (
            self.env["crm.lead.lost"]
            .with_user(self.seller)
            .create({"lead_ids": [Command.set((lead | other).ids)]})
        )
        version = self.turnkey.current_version_id
        self.assertEqual(wizard.value_version_ids, version)
        wizard.lost_factor_id = self.factor(version, "Price")
        wizard.action_lost_reason_apply()
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(lead.lost_factor_id.name, "Price")
        self.assertFalse(other.lost_factor_id, "sold with no proposition")
        lead.action_unarchive()
        self.assertFalse(lead.lost_factor_id)

    def test_lost_by_a_factor_of_another_proposition(self):
        """A deal is lost only by what was offered; what was lost by it follows."""
        rental = self.make_proposition("Rental")
        wrong = self.factor(rental.current_version_id, "Price")
        right = self.factor(self.turnkey.current_version_id, "Price")
        lead = self.lead(value_proposition_id=self.turnkey.id)
        wizard = self.env["crm.lead.lost"].create(
            {"lead_ids": [Command.set(lead.ids)], "lost_factor_id": wrong.id}
        )
        with self.assertRaisesRegex(
            ValidationError, "no factor of a value proposition"
        ):
            wizard.action_lost_reason_apply()
        with self.assertRaisesRegex(ValidationError, "Price.* is no factor of the"):
            lead.lost_factor_id = wrong
        with self.assertRaises(ValidationError):
            self.lead().lost_factor_id = right
        lead.lost_factor_id = right
        lead.value_proposition_id = rental
        self.assertFalse(lead.lost_factor_id)
        lead.lost_factor_id = wrong

    def test_merged_leads_lost_by_what_is_kept(self):
        """Of two leads with other propositions only one factor fits what is kept."""
        rental = self.make_proposition("Rental")
        leads = self.lead(value_proposition_id=self.turnkey.id)
        leads |= self.lead(value_proposition_id=rental.id)
        for lead in leads:
            version = lead.value_proposition_version_id
            lead.lost_factor_id = self.factor(version, "Price")
            lead.probability = 0
        merged = leads._merge_opportunity(auto_unlink=False)
        self.assertEqual(
            merged.lost_factor_id.version_id, merged.value_proposition_version_id
        )

    def test_needs_of_another_company(self):
        """A lead has needs that its company, or all, have in the catalogue."""
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["crm.need"].create({"name": "T", "company_id": other.id})
        lead = self.make_deal(company_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "need that customers of another"):
            lead.lead_need_ids = theirs
        lead.write(
            {
                "company_id": other.id,
                "lead_need_ids": [Command.set((theirs | self.speed).ids)],
            }
        )
        with self.assertRaises(ValidationError):
            lead.company_id = self.company

    def test_nobody_reads_a_draft_by_losing_a_deal_by_it(self):
        """The name of a factor would tell what nobody approved yet."""
        self.turnkey.action_new_version()
        draft = self.turnkey.open_version_id.factor_ids[0]
        lead = self.lead().with_user(self.seller)
        with self.assertRaises(AccessError):
            lead.lost_factor_id = draft
