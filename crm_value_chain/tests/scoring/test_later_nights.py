from datetime import timedelta
from random import Random
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ...models.customer.binary_copy import day_number
from ...models.scoring import crm_scoring_run
from .night_case import NightCase

YEARS = ("yearly_amount", "previous_yearly_amount", "amount_trend")
FORECASTS = ("purchase_probability", "chance_kept", "clv", "revenue_at_risk")


@tagged("post_install", "-at_install")
class TestLaterNights(NightCase):
    """The nights between two full ones, each on a later day."""

    def test_once_a_week_all_is_made_anew(self):
        """The first night is a full one, and so is the one a week later."""
        kinds = [self.night(days).is_full for days in (0, 1, 2, 6, 7, 8)]
        self.assertEqual(kinds, [True, False, False, False, True, False])

    def test_days_that_pass_are_counted(self):
        """Days since the last purchase grow for everybody, wherever they are read."""
        self.night()
        before = self.told(["recency_days", "tenure_days"])
        self.night(3)
        customers = self.customers[:8]
        after = self.told(["recency_days", "tenure_days"])
        for name in customers.mapped("name"):
            grown = tuple(days + 3 for days in before[name])
            self.assertEqual(after[name], grown)
            self.assertTrue(
                self.Profile.search(
                    [
                        ("partner_id.name", "=", name),
                        ("recency_days", "=", grown[0]),
                        ("company_id", "=", self.company.id),
                    ]
                )
            )

    def test_same_figures_as_a_full_night(self):
        """But for forecasts not aged yet, a later night gives what a full one does."""
        names = [
            *("purchase_count", "purchase_amount", "recency_days", *YEARS),
            *("last_purchase_date", "r_score", "f_score", "m_score", "rfm_code"),
            "ladder_stage_id",
        ]
        self.night()
        self.order(self.customers[1], days_ago=-2, amount=70)  # still to come
        self.buy(self.customers[2], days_ago=363, amount=500)  # soon a year old
        self.buy(self.customers[8], days_ago=1)
        models = type(self.env["crm.retention.model"])
        for days in (1, 2, 3, 5):
            # three purchases are a large share of so few: the models would be due
            with patch.object(models, "_is_due", lambda model, company, as_of: False):
                self.assertFalse(self.night(days).is_full)
            told = self.told(names)
            self.env.cr.execute("SAVEPOINT tonight")
            self.full(days)
            self.assertEqual(told, self.told(names), days)
            self.env.cr.execute("ROLLBACK TO SAVEPOINT tonight")
            self.env.invalidate_all()

    def test_a_purchase_to_come_counts_on_its_day(self):
        """An order dated later counts from that day on."""
        self.night()
        customer = self.customers[0]
        self.order(customer, days_ago=-2)
        self.night(1)
        self.assertEqual(self.profile(customer).purchase_count, 1)
        self.night(2)
        self.assertEqual(self.profile(customer).purchase_count, 2)

    def work(self, customer, cost, days=0):
        """Book a cost to serve on a customer, so many days from now."""
        plan = next(self.env["account.analytic.plan"]._get_all_plans())
        account = self.env["account.analytic.account"].create(
            {"name": "Account", "plan_id": plan.id, "company_id": self.company.id}
        )
        return self.env["account.analytic.line"].create(
            {
                "name": "Work",
                "partner_id": customer.id,
                "amount": -cost,
                "date": self.today + timedelta(days=days),
                "company_id": self.company.id,
                "account_id": account.id,
            }
        )

    def test_a_cost_to_come_counts_on_its_day(self):
        """A cost dated later counts from that day on, as in a full night."""
        customers = self.customers[0] | self.customers[8] | self.customers[9]
        self.work(customers[0], 3)
        self.work(customers[1], 4)
        self.night()
        for customer in customers:
            self.work(customer, 20, days=2)
        self.env.flush_all()
        names = ["service_cost", "profit", "yearly_amount"]
        costs = {1: [3, 4, 0], 2: [23, 24, 20], 3: [23, 24, 20]}
        for days, expected in costs.items():
            self.assertFalse(self.night(days).is_full)
            profiles = map(self.profile, customers)
            self.assertEqual([p.service_cost for p in profiles], expected)
            told = self.told(names)
            self.env.cr.execute("SAVEPOINT tonight")
            self.full(days)
            self.assertEqual(told, self.told(names), days)
            self.env.cr.execute("ROLLBACK TO SAVEPOINT tonight")
            self.env.invalidate_all()
        self.assertEqual(self.profile(customers[2]).profit, -20)

    def test_a_year_passes(self):
        """What was bought a year ago leaves the value a year."""
        customer = self.customers[0]
        self.buy(customer, days_ago=363, amount=500)
        self.night()
        self.assertEqual(self.profile(customer).yearly_amount, 550)
        self.night(1)
        self.assertEqual(self.profile(customer).yearly_amount, 550)
        self.night(3)
        self.assertEqual(self.profile(customer).yearly_amount, 50)

    def years(self, customer):
        profile = self.profile(customer)
        return tuple(profile[name] for name in YEARS)

    def test_two_years_pass(self):
        """What was bought before a year is the year before, until that passes, too."""
        customer = self.customers[0]
        for years, amount in ((1, 25), (2, 300)):
            days = (self.today - fields.Date.subtract(self.today, years=years)).days
            self.buy(customer, days_ago=days - 2, amount=amount)
        self.night()
        self.assertEqual(self.years(customer), (75, 300, -0.75))
        self.night(1)
        self.assertEqual(self.years(customer), (75, 300, -0.75))
        self.night(2)
        self.assertEqual(self.years(customer), (50, 25, 1))

    def test_years_that_pass_leave_nothing(self):
        """Where nothing is left of the year before, there is no trend to tell."""
        days = (self.today - fields.Date.subtract(self.today, years=2)).days
        bought, returned = self.customers[8:10]
        self.buy(bought, days_ago=days - 1, amount=70)
        self.buy(returned, days_ago=days - 1, amount=70)
        self.buy(returned, days_ago=days - 2, amount=20)
        self.buy(returned, days_ago=days - 3, amount=-20)
        self.night()
        self.assertEqual(self.years(bought), (0, 70, -1))
        self.assertEqual(self.years(returned), (0, 70, -1))
        self.night(1)
        self.env.cr.execute(
            "SELECT yearly_amount, previous_yearly_amount, amount_trend"
            "  FROM crm_customer_profile WHERE partner_id = ANY(%s)",
            [(bought | returned).ids],
        )
        self.assertEqual(self.env.cr.fetchall(), [(None, None, None)] * 2)
        self.night(2)
        self.assertEqual(self.years(returned), (0, -20, 0))

    def test_years_of_random_histories(self):
        """Nights agree with full ones, whatever was bought as a year ended."""
        random = Random(2)
        for customer in self.customers:
            for _purchase in range(6):
                years = random.choice((0, 1, 2))
                day = fields.Date.subtract(self.today, years=years)
                day += timedelta(days=random.randrange(-3, 7))
                amount = random.choice((0, 10, 25, 99.99, -10, -25))
                self.buy(customer, max((self.today - day).days, 0), amount)
        self.night()
        for days in (1, 2, 4, 5):
            models = type(self.env["crm.retention.model"])
            with patch.object(models, "_is_due", lambda model, company, as_of: False):
                self.assertFalse(self.night(days).is_full)
            told = self.told(YEARS)
            self.env.cr.execute("SAVEPOINT tonight")
            self.full(days)
            self.assertEqual(told, self.told(YEARS), days)
            self.env.cr.execute("ROLLBACK TO SAVEPOINT tonight")
            self.env.invalidate_all()

    def test_parts_of_a_cent_turn_a_year_old(self):
        """What is left of amounts in another currency is what a full night says."""
        customers = self.customers[8:10]
        for customer in customers:
            for days_ago in (364, 363, 362, 361):
                self.buy(customer, days_ago=days_ago, amount=10)
        self.buy(customers[1], days_ago=30, amount=7)
        self.env.cr.execute(
            "UPDATE crm_historical_purchase SET company_amount = 10 / 3.0"
            " WHERE partner_id = ANY(%s) AND company_amount = 10",
            [customers.ids],
        )
        self.night()
        for days in (1, 2, 3, 4, 5):
            self.night(days)
        told = self.told(["yearly_amount", "churn_risk"])
        self.full(5)
        self.assertEqual(told, self.told(["yearly_amount", "churn_risk"]))
        self.assertEqual(self.profile(customers[1]).yearly_amount, 7)

    def test_another_kind_is_forecast_by_its_model(self):
        """Who is of another kind by now is forecast anew, however little changes."""
        self.night()
        profile = self.profile(self.customers[0])
        stored = profile.retention_model_id
        self.assertTrue(stored)
        other = stored.copy({"is_current": False})
        profiles = type(self.Profile)
        with patch.object(
            profiles,
            "_forecasters",
            lambda model, scope, measured: (
                {False: other},
                None,
                measured,
                day_number(scope.as_of),
                self.company,
            ),
        ):
            self.night(1)
        self.assertEqual(profile.retention_model_id, other)

    def test_forecasts_age(self):
        """A forecast is renewed once the chance kept has moved by five points."""
        self.night()
        first = self.told(["chance_kept", "scored_on"])
        self.night(6)
        told = self.told(["chance_kept", "scored_on"])
        self.full(6)
        right = self.told(["chance_kept"])
        renewed, kept = 0, 0
        for name in self.customers[:8].mapped("name"):
            before, scored_on = first[name]
            now, renewed_on = told[name]
            if abs(right[name][0] - before) > 0.05:
                renewed += 1
                self.assertAlmostEqual(now, right[name][0], 2)  # an earlier fit
                self.assertEqual(renewed_on, scored_on + timedelta(days=6))
            else:
                kept += 1
                self.assertEqual((now, renewed_on), (before, scored_on))
        self.assertTrue(renewed and kept)

    def test_batches(self):
        """Any size of the batches gives the same figures."""
        figures = []
        for size in (1, 3, 9, 100):
            with patch.object(crm_scoring_run, "LARGE_BATCH", size):
                self.forget()
                self.night()
                run = self.night(6)
                self.assertFalse(run.is_full)
                self.assertEqual(run.processed_count, 10)
                figures.append(self.told([*FORECASTS, "scored_on", "r_score"]))
        self.assertEqual(figures, figures[:1] * 4)

    def test_risk_is_right_every_night(self):
        """Whoever passes a limit of the risk is told so, however near it was."""
        self.company.value_chain_risk_medium = 0.92
        self.company.value_chain_risk_high = 0.77
        self.night()
        first = self.told(["churn_risk"])
        for days in (1, 2, 3, 4):
            self.night(days)
        told = self.told(["churn_risk"])
        self.full(4)
        self.assertEqual(told, self.told(["churn_risk"]))
        self.assertNotEqual(told, first)

    def test_many_changes_make_a_full_night(self):
        """Where a large share of the customers changed, all are made anew."""
        self.night()
        with (
            patch.object(type(self.Run), "_is_stale", lambda run, company: True),
        ):
            self.assertTrue(self.night(1).is_full)

    def test_models_that_are_due_make_a_full_night(self):
        """A night is a full one when the history has changed a lot."""
        self.night()
        for number in range(20):
            self.buy(self.customers[9], days_ago=2 + number)
        self.night(1)  # the customer is measured
        self.assertTrue(self.night(2).is_full)

    def test_a_failed_night_is_made_good(self):
        """After a night that failed, all are made anew."""
        self.night().state = "failed"
        self.assertTrue(self.night(1).is_full)
