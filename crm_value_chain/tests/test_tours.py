from odoo.tests import HttpCase, tagged

from .scoring.forecast_case import ForecastCase


@tagged("post_install", "-at_install")
class TestTours(ForecastCase, HttpCase):
    def test_salesperson_asks_why(self):
        """From the badge on a card to the customer, who is placed anew."""
        user = self.make_user("sam", "sales_team.group_sale_salesman")
        customer = self.make_customer("Elm Furniture", user_id=user.id)
        for days_ago in (500, 470, 440):
            self.buy(customer, days_ago)
        self.make_opportunity("Sixty chairs", customer, user)
        self.score()
        self.forecast(customer, self.make_model(), churn_risk="high")
        self.start_tour("/odoo", "crm_value_chain_customer_explanation", login="sam")
        profile = self.profile(customer)
        self.assertTrue(profile.is_supplier_of_choice)
        self.assertEqual(profile.ladder_stage_id, self.stages["majority"])

    def test_manager_sets_stage_by_hand(self):
        """Dragging asks for the reason; the rules take over again on demand."""
        user = self.make_user("mary", "sales_team.group_sale_manager")
        user.name = "Mary Manager"
        customer = self.make_customer("Oak and Sons")
        self.buy(customer, days_ago=3)
        self.score()
        self.start_tour("/odoo", "crm_value_chain_stage_override", login="mary")
        profile = self.profile(customer)
        self.assertEqual(profile.ladder_stage_id, self.stages["first_time"])
        override = profile.with_context(active_test=False).override_ids
        self.assertEqual(override.reason, "The only order was a sample")
        self.assertEqual(override.user_id, user)
        self.assertFalse(override.active)

    def test_salesperson_calls(self):
        """From the list of whom to call to a planned call with each of them."""
        user = self.make_user("sam", "sales_team.group_sale_salesman")
        own = {"user_id": user.id}
        elm = self.customer(232, 197, 162, name="Elm Furniture", **own)
        oak = self.customer(132, 97, 62, name="Oak and Sons", **own)
        ash = self.customer(72, 37, 2, name="Ash and Co", **own)
        self.score()
        model = self.make_model()
        self.forecast(elm, model, churn_risk="high", revenue_at_risk=700)
        self.forecast(oak, model, churn_risk="medium", revenue_at_risk=50)
        self.forecast(ash, model, churn_risk="low")
        self.start_tour("/odoo", "crm_value_chain_call_today", login="sam")
        self.assertEqual((elm | oak | ash).activity_ids.user_id, user)
        self.assertEqual((elm | oak).mapped("activity_ids.res_id"), (elm | oak).ids)
        self.assertFalse(ash.activity_ids)

    def test_badges_cost_no_query_per_card(self):
        """Ten cards need as many queries as two."""
        user = self.make_user("sam", "sales_team.group_sale_salesman")
        for number in range(10):
            customer = self.make_customer(f"Customer {number}", user_id=user.id)
            self.buy(customer, number)
            self.make_opportunity(f"Deal {number}", customer, user)
        self.score()
        leads = self.env["crm.lead"].with_user(user).search([("user_id", "=", user.id)])
        for cards in (leads, leads.partner_id, leads.customer_profile_id):
            with self.subTest(model=cards._name):
                self.assertEqual(len(cards), 10)
                self.count_queries(cards)  # what Odoo keeps between requests
                few, many = self.count_queries(cards[:2]), self.count_queries(cards)
                self.assertEqual(few, many)

    def make_opportunity(self, name, customer, user):
        return self.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": customer.id,
                "user_id": user.id,
                "company_id": self.company.id,
            }
        )

    def count_queries(self, records):
        """Queries that showing the badges of some records takes, from nothing."""
        records = records.browse(records.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        badges = records.web_read({"display_name": {}, "value_chain_badge": {}})
        self.assertTrue(all(badge["value_chain_badge"]["stage"] for badge in badges))
        return self.cr.sql_log_count - before
