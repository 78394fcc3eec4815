"""Histories that are no use to statistics, through a night: all is defined."""

import json
import time
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import ValueChainCommon

TABLES = (
    "crm_customer_profile",
    "crm_retention_model",
    "crm_retention_candidate",
    "crm_scoring_run",
    "crm_rfm_cutoff",
)
NUMBERS = ("real", "double precision", "numeric")
LONGEST = 10 * 366  # days from the last purchase to the latest day of the next
SHARES = ("purchase_probability", "p_alive", "chance_kept")


@tagged("post_install", "-at_install")
class TestDegenerate(ValueChainCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            SQL("UPDATE res_company SET active = (id = %s)", cls.company.id)
        )
        cls.env.invalidate_all()
        cls.seller = cls.make_user("odd_seller", "sales_team.group_sale_salesman")
        cls.controller = cls.make_user(
            "odd_controller",
            "sales_team.group_sale_manager,crm_value_chain.group_profitability",
        )

    # -- histories -----------------------------------------------------

    def customers(self, count):
        return self.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "user_id": self.seller.id}
                for number in range(count)
            ]
        )

    def bought(self, *purchases):
        """Make purchases: customer, days ago, amount, margin (both may be missing)."""
        names = ("partner_id", "date", "amount", "margin")
        rows = [
            dict(zip(names, (customer.id, self.day(days), *money), strict=False))
            for customer, days, *money in purchases
        ]
        for row in rows:
            row.setdefault("amount", 100.0)
            row["company_id"] = self.company.id
        self.env["crm.historical.purchase"].create(rows)

    def day(self, days_ago):
        return self.today - timedelta(days=days_ago)

    def shop(self, *money, count=120):
        """Customers with three purchases each, enough for a model: all but money."""
        customers = self.customers(count)
        self.bought(
            *(
                (customer, 20 + (number * step) % 700, *money)
                for number, customer in enumerate(customers)
                for step in (1, 13, 29)
            )
        )
        return customers

    # -- what holds in any case ----------------------------------------

    def night(self):
        """Score and place all customers, as the scheduler does; check everything."""
        self.run_cron("scoring")
        self.run_cron("segmentation")
        self.env.invalidate_all()
        runs = self.env["crm.scoring.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(runs.mapped("state")), {"done"})
        self.assertFalse(runs.failure_ids.mapped("message"))
        self.assertFinite()
        profiles = self.Profile.search([("company_id", "=", self.company.id)])
        self.assertLessEqual(set(profiles.mapped("scored_on")), {self.today})
        for profile in profiles:
            self.assertDefined(profile)
        for user in (self.seller, self.controller):
            for profile in profiles[:5]:
                self.assertExplained(profile.with_user(user))
        return profiles

    def assertFinite(self):
        """No column of numbers holds NaN or infinity."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name = ANY(%s)"
                " AND data_type = ANY(%s)",
                list(TABLES),
                list(NUMBERS),
            )
        )
        columns = self.env.cr.fetchall()
        self.assertGreater(len(columns), 20)
        for table, column in columns:
            self.env.cr.execute(
                SQL(
                    "SELECT COUNT(*) FROM %s WHERE %s::text = ANY(%s)",
                    SQL.identifier(table),
                    SQL.identifier(column),
                    ["NaN", "Infinity", "-Infinity"],
                )
            )
            self.assertFalse(self.env.cr.fetchone()[0], f"{table}.{column}")

    def assertDefined(self, profile):
        """Scores within their bounds, or the reason why there are none."""
        if not profile.purchase_count:
            self.assertTrue(profile.score_reason)
            self.assertEqual(profile.churn_risk, "none")
            self.assertFalse(profile.next_purchase_date or profile.clv)
            return
        self.assertFalse(profile.score_reason)
        self.assertTrue(profile.scoring_method)
        for name in SHARES:
            self.assertTrue(0 <= profile[name] <= 1, name)
        self.assertTrue(1 <= profile.clv_score <= 5)
        days = [
            profile.last_purchase_date,
            profile.next_purchase_earliest,
            profile.next_purchase_date,
            profile.next_purchase_latest,
        ]
        self.assertEqual(days, sorted(days))
        self.assertLessEqual((days[3] - days[0]).days, LONGEST)

    def assertExplained(self, profile):
        """The explanations can be told, and repeat the stored lifetime value.

        Of a margin to those who may know it.
        """
        told = profile.get_score_explanation()
        json.dumps(told, allow_nan=False)
        json.dumps(profile.get_ladder_explanation(), allow_nan=False)
        self.assertTrue(told["sentences"])
        if profile.purchase_count:
            clv = told["clv"]
            self.assertFalse(clv["outdated"])
            if clv["basis"] == "margin" and profile.env.user != self.controller:
                self.assertFalse(clv["rows"])
                return
            total = sum(row["amount"] for row in clv["rows"])
            self.assertAlmostEqual(total, clv["total"], delta=1e-9 * abs(total) + 1e-6)

    # -- few, or all alike ---------------------------------------------

    def test_nobody(self):
        """A company without customers."""
        self.assertFalse(self.night())

    def test_one_customer(self):
        """With one purchase, today."""
        self.bought((self.customers(1), 0))
        self.assertEqual(self.night().scoring_method, "rule of thumb")

    def test_all_bought_once(self):
        """On different days: nobody ever came back."""
        customers = self.customers(150)
        self.bought(*((customer, 2 * n) for n, customer in enumerate(customers)))
        self.assertEqual(len(self.night()), 150)

    def test_all_on_one_day(self):
        """Some of them several times on that day."""
        customers = self.customers(130)
        self.bought(*((customer, 40) for customer in customers for _again in range(2)))
        self.assertEqual(set(self.night().mapped("purchase_count")), {1})

    def test_all_today(self):
        """Nothing was ever observed."""
        self.bought(*((customer, 0) for customer in self.customers(130)))
        self.night()

    def test_every_day(self):
        """One customer bought on each of a thousand days."""
        customer = self.customers(1)
        self.bought(*((customer, days) for days in range(1000)))
        profile = self.night()
        self.assertEqual(profile.purchase_count, 1000)
        self.assertGreater(profile.purchase_probability, 0.99)

    def test_silent_for_decades(self):
        """Everybody bought long ago."""
        customers = self.customers(120)
        self.bought(
            *((customer, 12_000 + days) for customer in customers for days in (0, 30))
        )
        for profile in self.night():
            self.assertLess(profile.next_purchase_latest, self.today)

    def test_wrong_century(self):
        """A mistyped year neither takes the night long nor fills the database."""
        customers = self.shop()
        self.order(customers[0], days_ago=365_000)
        self.bought((customers[1], 40_000))
        started = time.monotonic()
        profiles = self.night_of(customers)
        self.assertLess(time.monotonic() - started, 20)
        told = json.dumps(profiles.retention_model_id.tracking)
        self.assertLess(len(told), 100_000)

    # -- no purchase ---------------------------------------------------

    def test_only_returns(self):
        """There is no purchase to go by, and the profile says so."""
        self.bought(*((customer, 9, -50.0) for customer in self.customers(3)))
        self.assertIn("Only returns", self.night()[0].score_reason)

    def test_only_in_the_future(self):
        """Nothing happened yet."""
        for customer in self.customers(3):
            self.order(customer, days_ago=-30)
        self.assertIn("after the day", self.night()[0].score_reason)

    def test_refused(self):
        """Who refuses profiling has none, nor an explanation; others are scored."""
        customers = self.shop()
        self.night()
        refusing = customers[0]
        refusing.profiling_refused = True
        self.assertEqual(self.night().partner_id, customers - refusing)
        partner = refusing.with_user(self.seller)
        self.assertFalse(partner.get_ladder_explanation())

    # -- money ---------------------------------------------------------

    def test_huge_amounts(self):
        """Of a thousand billions each, and of some more in total."""
        customers = self.shop(1e12)
        self.bought(*((customers[0], days, 1e12) for days in range(1000)))
        profiles = self.night()
        whale = self.profile(customers[0])
        self.assertGreater(whale.purchase_amount, 1e15)
        self.assertGreater(min(profiles.mapped("clv")), 0)

    def test_no_amounts(self):
        """Gifts only: customers buy, and are worth nothing."""
        profiles = self.night_of(self.shop(0.0))
        self.assertFalse(any(profiles.mapped("clv")))
        self.assertFalse(any(profiles.mapped("revenue_at_risk")))
        self.assertTrue(all(profiles.mapped("purchase_probability")))

    def night_of(self, customers):
        profiles = self.night()
        self.assertEqual(profiles.partner_id, customers)
        return profiles

    def test_more_returned_than_bought(self):
        """The value a year is negative: nothing is at risk."""
        customers = self.shop()
        self.bought(*((customer, 3, -1e6) for customer in customers))
        self.assertFalse(any(self.night_of(customers).mapped("revenue_at_risk")))

    def test_odd_margins(self):
        """Larger than the amount, negative, or of an amount that was returned."""
        customers = self.shop()
        large, negative, returned, gift = customers[:4]
        self.bought(
            (large, 5, 10.0, 1e9),
            (negative, 5, 100.0, -1e9),
            (returned, 6, 100.0, 30.0),
            (returned, 5, -99.99, -60.0),
            (gift, 5, 0.0, 50.0),
        )
        self.night_of(customers)
        self.assertGreater(self.profile(large).clv, 0)
        self.assertLess(self.profile(negative).clv, 0)
        for customer in (large, negative, returned, gift):
            profile = self.profile(customer)
            purchases = self.profile(customers[9]).clv / 100
            most = 20 * purchases * profile.expected_purchase_amount
            self.assertLess(abs(profile.clv), most)

    def test_currency_without_decimals(self):
        """A company that changes its currency: amounts become whole."""
        customers = self.shop(33.33)
        self.night()
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.company.currency_id = yen
        self.bought((customers[0], 1, 1001.0))
        profiles = self.night_of(customers)
        self.assertEqual(profiles.currency_id, yen)
        for name in ("clv", "expected_purchase_amount", "revenue_at_risk"):
            for amount in profiles.mapped(name):
                self.assertEqual(amount, round(amount), name)

    # -- settings ------------------------------------------------------

    def test_extreme_settings(self):
        """Horizons of a day and of ten years, no discount and a full one."""
        customers = self.shop()
        for days in (1, 3650):
            for rate, months in ((0.0, 120), (1.0, 1)):
                with self.subTest(days=days, rate=rate, months=months):
                    self.company.write(
                        {
                            "value_chain_horizon_days": days,
                            "value_chain_discount_rate": rate,
                            "value_chain_clv_months": months,
                        }
                    )
                    model = self.night_of(customers).retention_model_id
                    self.assertEqual(model.horizon_days, days)
