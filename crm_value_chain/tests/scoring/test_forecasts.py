"""The figures of customers move the right way, whatever model was chosen."""

from types import SimpleNamespace

import numpy as np

from odoo.tests import BaseCase

from ...models.scoring.forecasts import forecast
from ..analytics.shops import every_pair

TODAY = 20_000
CUSTOMERS = 2_000
SETTINGS = {
    "value_chain_horizon_days": 90,
    "value_chain_clv_months": 12,
    "value_chain_clv_basis": "margin",
    "value_chain_discount_rate": 0.1,
}
A_HAIR = 1e-9


class TestForecasts(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = list(every_pair())
        rng = np.random.default_rng(11)
        known = rng.integers(0, 1_500, CUSTOMERS)
        # of all sizes; a customer buys once a day at most
        visits = np.exp(rng.uniform(0, 4.5, CUSTOMERS)).astype(int)
        visits = np.where(rng.random(CUSTOMERS) < 0.3, 1, np.minimum(visits, known + 1))
        span = np.where(visits > 1, rng.integers(0, known + 1), 0)
        span = np.maximum(span, visits - 1)
        amount = np.exp(rng.normal(3, 2, CUSTOMERS))
        cls.measured = {
            "partner_id": np.arange(CUSTOMERS),
            "first_purchase_date": TODAY - known * 1.0,
            "last_purchase_date": TODAY - known + span * 1.0,
            "purchase_count": visits,
            "purchase_amount": amount * visits * rng.uniform(0, 1, CUSTOMERS),
            "returns_amount": np.where(rng.random(CUSTOMERS) < 0.5, np.nan, amount),
            "average_purchase_amount": np.where(rng.random(CUSTOMERS) < 0.1, 0, amount),
            "margin_rate": np.where(rng.random(CUSTOMERS) < 0.3, np.nan, 0.4),
        }

    def each_model(self):
        for model in self.models:
            with self.subTest(chance=model.method_, count=model.count_method_):
                yield model

    def scores(self, model, today=TODAY, settings=None, **measured):
        company = SimpleNamespace(**SETTINGS | (settings or {}))
        return forecast(model, self.measured | measured, today, company)

    def assertNotBelow(self, higher, lower, names):
        for name in names:
            least = lower[name] - A_HAIR * (1 + np.abs(lower[name]))
            self.assertTrue((higher[name] >= least).all(), name)

    def test_bounds(self):
        """All is finite; probabilities are some, and agree with one another."""
        for model in self.each_model():
            said = self.scores(model)
            for name, values in said.items():
                self.assertTrue(np.isfinite(values).all(), name)
            for name in ("purchase_probability", "p_alive", "chance_kept"):
                self.assertTrue(((said[name] >= 0) & (said[name] <= 1)).all(), name)
            chance, number = said["purchase_probability"], said["expected_purchases"]
            self.assertTrue((chance <= said["p_alive"]).all())
            self.assertTrue((chance <= number).all())
            for name in ("clv", "expected_purchase_amount"):
                self.assertTrue((said[name] >= 0).all(), name)

    def test_interval(self):
        """Earliest, middle and latest day come in this order, after the last one."""
        for model in self.each_model():
            said = self.scores(model)
            days = ("earliest", "date", "latest")
            days = [said[f"next_purchase_{name}"] for name in days]
            self.assertTrue((self.measured["last_purchase_date"] <= days[0]).all())
            self.assertTrue((days[0] <= days[1]).all())
            self.assertTrue((days[1] <= days[2]).all())

    def test_more_recent_purchase(self):
        """At equal frequency and tenure it never lowers a figure."""
        last = self.measured["last_purchase_date"]
        more_than_once = self.measured["purchase_count"] > 1
        later = np.where(more_than_once, np.minimum(last + 40, TODAY), last)
        for model in self.each_model():
            self.assertNotBelow(
                self.scores(model, last_purchase_date=later),
                self.scores(model),
                ("purchase_probability", "p_alive", "expected_purchases", "clv"),
            )

    def test_days_that_pass(self):
        """Without a purchase they never raise a figure; the expected day stays."""
        for model in self.each_model():
            before, now = None, self.scores(model)
            for days in (1, 7, 60, 400):
                before, now = now, self.scores(model, today=TODAY + days)
                self.assertNotBelow(
                    before,
                    now,
                    (
                        "purchase_probability",
                        "p_alive",
                        "chance_kept",
                        "expected_purchases",
                        "clv",
                    ),
                )
                np.testing.assert_array_equal(
                    before["next_purchase_date"], now["next_purchase_date"]
                )

    def test_on_the_day_of_the_last_purchase(self):
        """Nothing is lost yet of the chance to buy again."""
        measured = self.measured
        passed = TODAY - measured["last_purchase_date"]
        start = measured["first_purchase_date"] + passed
        for model in self.each_model():
            said = self.scores(
                model, first_purchase_date=start, last_purchase_date=start * 0 + TODAY
            )
            np.testing.assert_allclose(said["chance_kept"], 1.0, rtol=1e-9)

    def test_longer_horizon(self):
        """It never lowers the chance or the number of purchases."""
        for model in self.each_model():
            before, longer = None, {}
            for days in (1, 7, 30, 90, 180, 365, 1000, 3650):
                settings = {"value_chain_horizon_days": days}
                before, longer = longer, self.scores(model, settings=settings)
                if before:
                    names = ("purchase_probability", "expected_purchases")
                    self.assertNotBelow(longer, before, names)

    def test_more_months(self):
        """Of a customer lifetime: they never make it worth less, at any discount."""
        for rate in (0.0, 0.1, 1.0):
            for model in self.each_model():
                before, longer = None, {}
                for months in (3, 6, 12, 24, 60, 120):
                    settings = {
                        "value_chain_clv_months": months,
                        "value_chain_discount_rate": rate,
                    }
                    before, longer = longer, self.scores(model, settings=settings)
                    if before:
                        self.assertNotBelow(longer, before, ("clv",))

    def test_more_margin(self):
        """The lifetime value grows with the margin; below zero both are."""
        margins = [self.measured["margin_rate"] * 0 + rate for rate in (-1, 0, 0.4, 2)]
        for model in self.each_model():
            said = [self.scores(model, margin_rate=rate)["clv"] for rate in margins]
            for lower, higher in zip(said[:-1], said[1:], strict=True):
                known = ~np.isnan(margins[0])
                self.assertTrue((lower[known] <= higher[known]).all())
            self.assertTrue((said[0][known] <= 0).all())

    def test_more_purchases(self):
        """In the same time, up to today, they never lower the expected number.

        After silence they may: who came often and is not seen any more has left.
        """
        visits = self.measured["purchase_count"]
        today = {"last_purchase_date": self.measured["last_purchase_date"] * 0 + TODAY}
        start = self.measured["first_purchase_date"]
        today["first_purchase_date"] = np.minimum(start, TODAY - 100)
        once = {"last_purchase_date": today["first_purchase_date"]}
        visits = np.maximum(visits, 2)
        for model in self.each_model():
            few = self.scores(model, **today, purchase_count=visits)
            many = self.scores(model, **today, purchase_count=visits + 1)
            self.assertNotBelow(many, few, ("expected_purchases", "p_alive"))
            never = self.scores(model, **today | once, purchase_count=visits * 0 + 1)
            self.assertNotBelow(few, never, ("expected_purchases",))
