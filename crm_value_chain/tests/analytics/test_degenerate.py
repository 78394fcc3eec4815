"""Histories that are no use to statistics get defined scores and a reason."""

import json

import numpy as np

from odoo.tests import BaseCase

from ...analytics import History, RetentionModel

ONE, FIVE = np.ones(500), np.repeat(np.arange(400), 5)
ANY_DAY = np.random.default_rng(0).integers(0, 400, 2000)
EVERY_DAY = np.tile(np.arange(1000), 60)

HISTORIES = {
    "nobody": ([], [], [], 100),
    "one customer": ([1], [5], [10.0], 100),
    "one customer, today": ([1], [100], [10.0], 100),
    "all bought once": (np.arange(500), np.arange(500) % 300, ONE, 300),
    "all on one day": (np.arange(500), np.full(500, 50), ONE, 300),
    "all today": (np.arange(500), np.full(500, 300), ONE, 300),
    "one customer a thousand times": (np.zeros(999, int), np.arange(999), None, 999),
    "sixty customers every day": (
        np.repeat(np.arange(60), 1000),
        EVERY_DAY,
        None,
        1000,
    ),
    "only returns": (np.arange(50), np.arange(50), -np.ones(50), 100),
    "only in the future": (np.arange(50), np.arange(50) + 1000, np.ones(50), 100),
    "huge amounts": (FIVE, ANY_DAY, np.full(2000, 1e12), 400),
    "no amounts": (FIVE, ANY_DAY, np.zeros(2000), 400),
    "three days of history": (FIVE, ANY_DAY % 3, None, 2),
    "all alike": (
        np.repeat(np.arange(300), 2),
        np.tile([0, 70], 300),
        np.ones(600),
        140,
    ),
    "silent for years": (
        np.repeat(np.arange(300), 2),
        np.tile([0, 7], 300),
        np.ones(600),
        3000,
    ),
}


class TestDegenerate(BaseCase):
    def test_scores_are_defined(self):
        """Finite, in their bounds, and the same after storing as JSON."""
        for name, (customer, day, amount, as_of) in HISTORIES.items():
            with self.subTest(name):
                self.check(customer, day, amount, as_of)

    def check(self, customer, day, amount, as_of):
        customer, day = np.array(customer, int), np.array(day, int)
        fitted = RetentionModel(13).fit(customer, day, amount, as_of)
        stored = json.dumps(fitted.to_dict(), allow_nan=False)
        model = RetentionModel.from_dict(json.loads(stored))
        self.assertIn(model.grade_.letter, "ABCDE")
        known = History(customer, day, amount).summary(as_of)
        for horizon in (0, 0.1, 13, 520, 5000):
            row = known.x, known.t_x, known.T, known.amount, horizon
            scores, before = model.predict(*row), fitted.predict(*row)
            for each in ("p_alive", "probability", "expected", "value"):
                values = getattr(scores, each)
                self.assertTrue(np.isfinite(values).all() and (values >= 0).all())
                np.testing.assert_allclose(values, getattr(before, each), rtol=1e-9)
            self.assertTrue((scores.probability <= scores.p_alive).all())
            self.assertTrue((scores.p_alive <= 1).all())
            self.assertTrue((scores.expected >= scores.probability).all())
            if not horizon:
                self.assertFalse(scores.expected.any())
        value = model.lifetime_value(known.x, known.t_x, known.T, scores.value)
        self.assertTrue(np.isfinite(value).all())
        due = model.next_purchase(known.x, known.t_x)
        self.assertTrue((due.earliest <= due.middle).all())
        self.assertTrue((due.middle <= due.latest).all())

    def test_few_customers_get_a_stated_rule(self):
        """No model of their own, and the method and grade say so."""
        model = RetentionModel().fit([1, 1, 2], [0, 30, 40], [1.0, 1.0, 1.0], 100)
        self.assertEqual(model.method_, "rule of thumb")
        self.assertEqual(model.grade_.letter, "E")
