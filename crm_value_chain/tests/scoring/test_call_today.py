from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ...models.scoring import crm_customer_call
from .forecast_case import ForecastCase

SELLER = "sales_team.group_sale_salesman"
SELLER_ALL = "sales_team.group_sale_salesman_all_leads"
MANAGER = "sales_team.group_sale_manager"
RHYTHM = (132, 97, 62)


@tagged("post_install", "-at_install")
class TestCallToday(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("call_seller", SELLER)
        cls.seller_all = cls.make_user("call_seller_all", SELLER_ALL)
        cls.manager = cls.make_user("call_manager", MANAGER)
        own = {"user_id": cls.seller.id}
        cls.small = cls.customer(*RHYTHM, name="Small", **own)
        cls.large = cls.customer(*RHYTHM, name="Large", **own)
        cls.safe = cls.customer(*RHYTHM, name="Safe", **own)
        cls.lapsed = cls.customer(*RHYTHM, name="Lapsed", **own)
        cls.foreign = cls.customer(*RHYTHM, name="Foreign", user_id=cls.seller_all.id)
        cls.score()
        model = cls.make_model()
        for customer, risk, amount in (
            (cls.small, "high", 50),
            (cls.large, "medium", 700),
            (cls.safe, "low", 0),
            (cls.lapsed, "lapsed", 900),
            (cls.foreign, "high", 300),
        ):
            cls.forecast(customer, model, churn_risk=risk, revenue_at_risk=amount)

    def profiles(self, user):
        return self.Profile.with_user(user).with_context(
            allowed_company_ids=self.company.ids
        )

    def action(self, user):
        """What the menu opens for a user."""
        server = self.env.ref("crm_value_chain.crm_customer_call_server_action")
        context = {"allowed_company_ids": self.company.ids}
        return server.with_user(user).with_context(**context).run()

    def listed(self, user):
        """Names of the customers in the list that the menu opens, in their order."""
        profiles = self.profiles(user)
        view = self.action(user)
        domain = [("purchase_count", ">", 0), ("partner_id", "in", self.mine().ids)]
        filters = {
            "at_risk": [("churn_risk", "in", ("medium", "high"))],
            "nothing_planned": [("planned_activity_date", "=", False)],
            "my_customers": [("user_id", "=", user.id)],
        }
        for name, terms in filters.items():
            if view["context"][f"search_default_{name}"]:
                domain += terms
        found = profiles.search(domain, order="revenue_at_risk desc, id")
        return found.partner_id.mapped("name")

    def mine(self):
        return self.small | self.large | self.safe | self.lapsed | self.foreign

    def schedule(self, user, customers):
        """Plan a call with customers by the buttons and the dialog, as people do."""
        profiles = self.profiles(user).search([("partner_id", "in", customers.ids)])
        action = profiles.action_schedule_call()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"], allowed_company_ids=self.company.ids)
        )
        wizard.save().action_schedule_activities()
        return customers.activity_ids

    def test_own_customers(self):
        """A salesperson sees the own customers at risk, the most at stake first."""
        self.assertEqual(self.listed(self.seller), ["Large", "Small"])

    def test_others(self):
        """Who has no customers sees those of all that he may see."""
        self.assertEqual(self.listed(self.seller_all), ["Foreign"])
        self.assertEqual(self.listed(self.manager), ["Large", "Foreign", "Small"])

    def test_scheduled_customer_leaves(self):
        """A customer with a planned call leaves the list, until the call is done."""
        activity = self.schedule(self.seller, self.large)
        self.assertEqual(activity.user_id, self.seller)
        self.assertEqual(
            activity.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertIn("Usually buys every 35 days", activity.summary)
        self.assertEqual(activity.date_deadline, self.today)
        profile = self.profile(self.large)
        profile.invalidate_recordset()
        self.assertEqual(profile.planned_activity_date, activity.date_deadline)
        self.assertFalse(profile.last_activity_date)
        self.assertEqual(self.listed(self.seller), ["Small"])
        activity.with_user(self.seller).action_feedback()
        profile.invalidate_recordset()
        self.assertEqual(profile.last_activity_date, self.today)
        self.assertFalse(profile.planned_activity_date)
        self.assertEqual(self.listed(self.seller), ["Large", "Small"])

    def test_several_at_once(self):
        """The selection gets one activity each."""
        activities = self.schedule(self.manager, self.large | self.small)
        self.assertEqual(len(activities), 2)
        self.assertEqual(self.listed(self.manager), ["Foreign"])

    def test_with_a_person(self):
        """A plan with a person of the customer is one with the customer."""
        person = self.make_customer("Person", parent_id=self.small.id)
        person.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        self.assertEqual(self.listed(self.seller), ["Large"])

    def test_activity_of_something_else(self):
        """An activity of another record with the same id does not count."""
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("product.template"),
                "res_id": self.product.product_tmpl_id.id,
                "date_deadline": self.today,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET res_id = %s WHERE res_model = 'product.template'",
            [self.large.id],
        )
        self.assertEqual(self.listed(self.seller), ["Large", "Small"])

    def test_too_many(self):
        """More than the dialog takes is refused in words."""
        self.patch(crm_customer_call, "MOST_AT_ONCE", 1)
        with self.assertRaises(UserError):
            self.schedule(self.seller, self.large | self.small)

    def test_filters(self):
        """Contacts, leads and customers can be found and grouped by their forecast."""
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.large.id, "user_id": self.seller.id}
        )
        self.profile(self.large).sudo().write(
            {"clv_score": 5, "next_purchase_date": self.today - timedelta(days=1)}
        )
        for record in (self.profile(self.large), self.large, lead):
            model = self.env[record._name].with_user(self.seller)
            mine = [("id", "=", record.id)]
            for term, found in (
                (("churn_risk", "in", ["medium", "high"]), True),
                (("churn_risk", "=", "lapsed"), False),
                (("next_purchase_date", "<", "today"), True),
                (("clv_score", "=", 5), True),
            ):
                with self.subTest(model=model._name, term=term):
                    self.assertEqual(bool(model.search([*mine, term])), found)
            for name in ("churn_risk", "next_purchase_date:month"):
                with self.subTest(model=model._name, group_by=name):
                    groups = model.formatted_read_group(mine, [name], ["__count"])
                    self.assertEqual(len(groups), 1)
                    self.assertTrue(groups[0][name])

    def test_rows_cost_no_queries(self):
        """Eighty rows need as many queries as three."""
        model = self.make_model()
        for number in range(80):
            self.customer(
                *RHYTHM, name=f"Customer {number}", user_id=self.seller.id, phone="1"
            )
        self.score()
        for profile in self.Profile.search([("partner_id.phone", "=", "1")]):
            profile.sudo().write(
                {
                    "retention_model_id": model.id,
                    "churn_risk": "high",
                    "next_purchase_date": self.today - timedelta(days=1),
                }
            )
        view = self.env.ref("crm_value_chain.crm_customer_profile_view_list_call")
        profiles = self.profiles(self.seller)
        fields = profiles.get_views([(view.id, "list")])["models"][profiles._name]
        spec = {name: {} for name in fields["fields"] if name in profiles._fields}
        spec = {name: {} for name in spec if f'name="{name}"' in view.arch}
        self.assertIn("last_activity_date", spec)

        def count(rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = profiles.web_search_read(
                [("churn_risk", "=", "high"), ("planned_activity_date", "=", False)],
                spec,
                limit=rows,
                order="revenue_at_risk desc, id",
            )
            self.assertEqual(len(found["records"]), rows)
            return self.cr.sql_log_count - before

        count(3)  # what Odoo keeps between requests
        self.assertEqual(count(3), count(80))

    def test_a_call_planned_on_an_opportunity_counts(self):
        """Who is about to be called about an opportunity is taken care of."""
        lead = self.env["crm.lead"].create(
            {"name": "Again", "type": "opportunity", "partner_id": self.large.id}
        )
        day = self.today + timedelta(days=2)
        lead.activity_schedule("mail.mail_activity_data_call", day)
        profile = self.profile(self.large)
        self.assertEqual(profile.planned_activity_date, day)
        for operator, value, found in (
            ("=", day, True),
            ("=", False, False),
            ("<=", day, True),
            (">", day, False),
        ):
            domain = [("planned_activity_date", operator, value)]
            self.assertEqual(profile in self.Profile.search(domain), found, operator)


@tagged("post_install", "-at_install")
class TestScoreSettings(ForecastCase):
    def test_limits_written_together(self):
        """All limits may be lowered at once, in whichever order."""
        settings = self.env["res.config.settings"].create(
            {
                "company_id": self.company.id,
                "value_chain_risk_medium": 0.3,
                "value_chain_risk_high": 0.2,
                "value_chain_risk_lapsed": 0.05,
                "value_chain_horizon_days": 30,
            }
        )
        settings.execute()
        self.assertEqual(self.company.value_chain_risk_medium, 0.3)
        self.assertEqual(self.company.value_chain_risk_high, 0.2)
        self.assertEqual(self.company.value_chain_risk_lapsed, 0.05)
        self.assertEqual(self.company.value_chain_horizon_days, 30)
