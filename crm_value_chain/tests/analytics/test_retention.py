"""The company's model: chosen on its own past, good on CDNOW's future."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics import BGNBD, History, RetentionModel, figures, tracking
from ...analytics.choice import BASELINE_NAMES, best
from ...analytics.clv import discount_factors, lifetime_value, period_ends
from ...analytics.tracking import MOST_WEEKS
from .shops import CUT, WEEKS, cdnow, shop


def held_out(history, cut, weeks):
    """Return a model fitted at a cut, and the figures of its forecast."""
    model = RetentionModel(weeks).fit_history(history, cut)
    known = history.summary(cut)
    day = int(np.datetime64(cut).astype(int)) if isinstance(cut, str) else cut
    actual = history.purchases(known.customer, day, day + round(7 * weeks))
    scores = model.predict(known.x, known.t_x, known.T, known.amount)
    return model, figures(actual, scores.probability, scores.expected)


class TestRetention(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cdnow()
        cls.model, cls.figures = held_out(cls.history, CUT, WEEKS)

    def test_cdnow_holdout(self):
        """All at once, with what was known after 39 weeks only."""
        self.assertGreaterEqual(self.figures.auc, 0.770)
        self.assertLessEqual(self.figures.brier, 0.159)
        self.assertLessEqual(self.figures.ece, 0.035)
        self.assertLessEqual(self.figures.mae, 0.76)
        self.assertLessEqual(abs(self.figures.total_error), 0.12)

    def test_nothing_after_the_cut_is_used(self):
        """The same model comes out where the future is cut off."""
        blind = RetentionModel(WEEKS).fit_history(self.history.until(10134), CUT)
        self.assertEqual(blind.to_dict(), self.model.to_dict())

    def test_p_alive_is_not_that_of_bg_nbd(self):
        """A one-time buyer of long ago is not alive for sure."""
        scores = self.model.predict(0, 0, 39, 20.0)
        self.assertLess(scores.p_alive[0], 0.9)

    def test_a_model_that_does_not_beat_the_baselines_is_not_used(self):
        """The choice is the baseline unless a model is strictly better."""
        results = self.model.backtest_.results
        rule = best([each for each in results if each.name in BASELINE_NAMES], _loss)
        worse = [each for each in results if each.loss >= rule.loss]
        self.assertEqual(best(worse, _loss).name, rule.name)
        self.assertNotIn(best(results, _loss).name, BASELINE_NAMES)

    def test_frequent_buyers(self):
        """Weekly shoppers, with a rhythm: better than any of the models alone."""
        history = History(
            *shop(customers=900, weeks=70, rate=1.0, stay=0.97, regular=3, seed=2)
        )
        model, figure = held_out(history, 399, 13.0)
        self.assertGreater(figure.auc, 0.9)
        self.assertLess(figure.ece, 0.06)
        self.assertLess(abs(figure.total_error), 0.15)
        self.assertIn(model.grade_.letter, "ABC")

    def test_tracking_follows_the_fit(self):
        """Expected purchases of the calibration weeks sum up to about the actual."""
        model = next(m for m in self.model.models_ if isinstance(m, BGNBD))
        weekly = tracking(model, self.history, 10134)
        self.assertEqual(len(weekly.actual), 39)
        self.assertAlmostEqual(
            weekly.expected.sum() / weekly.actual.sum(), 1.0, delta=0.1
        )

    def test_tracking_of_a_long_history(self):
        """One customer of the Middle Ages: the last weeks are told, as without her."""
        model = next(m for m in self.model.models_ if isinstance(m, BGNBD))
        every = self.history
        older = History(
            np.append(every.customer, -1),
            np.append(every.day, 10135 - 2000 * 7),
            np.append(every.amount, 10.0),
        )
        weekly, longer = (tracking(model, each, 10134) for each in (every, older))
        self.assertEqual(len(longer.actual), MOST_WEEKS)
        weeks = len(weekly.actual)
        np.testing.assert_array_equal(longer.actual[-weeks:], weekly.actual)
        alone, together = longer.expected[:-weeks], longer.expected[-weeks:]
        self.assertTrue((alone > 0).all() and alone.sum() < 10)
        np.testing.assert_allclose(together, weekly.expected, atol=alone.max())

    def test_lifetime_value_by_hand(self):
        """The sum over the periods, as the docs of clv.py say."""
        row = (np.array([3.0]), np.array([20.0]), np.array([30.0]))
        value = self.model.lifetime_value(*row, [50.0], horizon=52, period=13)
        hand, before = 0.0, 0.0
        for quarter in range(4):
            until = self.model.predict(*row, horizon=13.0 * (quarter + 1)).expected[0]
            weeks = 13 * quarter + 6.5
            hand += 50 * (until - before) / 1.1 ** (weeks / (365.25 / 7))
            before = until
        self.assertAlmostEqual(value[0], hand, places=9)

    def test_periods(self):
        """Quarters of a year; what is left of the horizon is a shorter one."""
        quarter = 365.25 / 28
        np.testing.assert_allclose(period_ends(4 * quarter), quarter * np.arange(1, 5))
        self.assertEqual(period_ends(1.0).tolist(), [1.0])
        self.assertEqual(period_ends(26.5, 13).tolist(), [13.0, 26.0, 26.5])
        for horizon, period in ((0.0, 13), (52.0, 0)):
            with self.assertRaisesRegex(ValueError, "longer than nothing"):
                period_ends(horizon, period)

    def test_discounting(self):
        """At rate 0 nothing is discounted; later money is worth less."""
        ends = period_ends(52, 13)
        np.testing.assert_array_equal(discount_factors(ends, 0.0), np.ones(4))
        self.assertTrue((np.diff(discount_factors(ends, 0.1)) < 0).all())
        total = lifetime_value(
            [np.ones(1) * k for k in (1, 2, 3, 4)], np.ones(1), ends, 0
        )
        self.assertEqual(total[0], 4)

    def test_next_purchase_follows_the_rhythm(self):
        """A weekly customer is due earlier than a monthly one, after the last one."""
        due = self.model.next_purchase([26, 6], [26, 26])
        self.assertLess(due.middle[0], due.middle[1])
        self.assertTrue((due.earliest < due.middle).all())
        self.assertTrue((due.middle < due.latest).all())


def _loss(result):
    return result.loss
