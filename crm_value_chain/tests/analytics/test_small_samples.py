"""Intervals of rates, quotients and medians: published numbers, coverage, few cases."""

from itertools import combinations_with_replacement

import numpy as np
from scipy.stats import binom, t, ttest_1samp

from odoo.tests import BaseCase

from ...analytics.small_samples import (
    Sums,
    median,
    quotient,
    rate,
    rate_difference,
)


class TestSmallSamples(BaseCase):
    def test_wilson_published(self):
        """Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
        for successes, cases, low, high in (
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ):
            with self.subTest(successes=successes, cases=cases):
                found = rate(successes, cases)
                self.assertAlmostEqual(found.value, successes / cases)
                self.assertAlmostEqual(found.low, low, 4)
                self.assertAlmostEqual(found.high, high, 4)

    def test_difference_published(self):
        """Newcombe (1998), Statistics in Medicine 17, 873-890, method 10, case (a)."""
        difference, low, high = rate_difference(rate(56, 70), rate(48, 80))
        self.assertAlmostEqual(difference, 0.2, 4)
        self.assertAlmostEqual(low, 0.0524, 4)
        self.assertAlmostEqual(high, 0.3339, 4)

    def test_no_case_tells_nothing(self):
        self.assertIsNone(rate(0, 0))
        self.assertIsNone(median([]))
        self.assertIsNone(rate_difference(None, rate(1, 2)))
        with self.assertRaises(ValueError):
            rate(3, 2)

    def test_few_cases_are_not_enough(self):
        self.assertFalse(rate(3, 9).is_enough)
        self.assertTrue(rate(3, 10).is_enough)

    def test_rates_lie_in_their_intervals(self):
        for successes, cases in combinations_with_replacement(range(1, 30), 2):
            found = rate(successes, cases)
            self.assertLessEqual(0, found.low)
            self.assertLessEqual(found.low, found.value)
            self.assertLessEqual(found.value, found.high)
            self.assertLessEqual(found.high, 1)

    @staticmethod
    def sums(upper, lower):
        upper, lower = np.asarray(upper, float), np.asarray(lower, float)
        return Sums(
            len(upper),
            upper.sum(),
            lower.sum(),
            (upper**2).sum(),
            (lower**2).sum(),
            (upper * lower).sum(),
        )

    def test_quotient_by_hand(self):
        """Margins 40, 20, 60 of revenues 100, 100, 100: 40% ± 4.303 × 0.2 / √3."""
        found = quotient(self.sums([40, 20, 60], [100, 100, 100]))
        self.assertAlmostEqual(found.value, 0.4)
        self.assertAlmostEqual(found.low, 0.4 - 0.4968, 4)
        self.assertAlmostEqual(found.high, 0.4 + 0.4968, 4)
        self.assertEqual((found.cases, found.is_enough), (3, False))

    def test_quotient_of_unlike_cases_by_hand(self):
        """Margins 10, 30, 20 of revenues 100, 100, 200: 60 / 400 = 15%.

        What is left: -5, 15, -10, squared 350. They tell as much as 400² / 60000 = 8/3
        cases, so √(350 × (8/3) / (5/3)) / 400 × t(5/3).
        """
        found = quotient(self.sums([10, 30, 20], [100, 100, 200]))
        self.assertAlmostEqual(found.value, 0.15)
        reach = float(t.ppf(0.975, 5 / 3)) * 560**0.5 / 400
        self.assertAlmostEqual(found.low, 0.15 - reach)
        self.assertAlmostEqual(found.high, 0.15 + reach)
        self.assertEqual(found.cases, 3)

    def test_quotient_of_equal_cases_is_a_mean(self):
        """Then its interval is Student's of the mean."""
        values = np.random.default_rng(5).normal(3, 2, 12)
        found = quotient(self.sums(values, np.ones(12)))
        known = ttest_1samp(values, 0).confidence_interval()
        self.assertAlmostEqual(found.low, known.low)
        self.assertAlmostEqual(found.high, known.high)

    def test_quotient_of_nothing(self):
        """No case, or nothing to divide by, tells nothing; one case next to nothing."""
        self.assertIsNone(quotient(self.sums([], [])))
        self.assertIsNone(quotient(self.sums([3, 1], [5, -5])))
        found = quotient(self.sums([3], [5]))
        self.assertEqual(found[:3], (0.6, -np.inf, np.inf))
        same = quotient(self.sums([30] * 12, [100] * 12))
        self.assertAlmostEqual(same.high, same.low)

    def test_quotient_holds_the_true_one(self):
        """In 95 of 100 samples, also where one deal is worth a hundred others."""
        for spread in (0.0, 0.8, 1.6):
            random = np.random.default_rng(7)
            held = 0
            for _sample in range(2000):
                revenue = random.lognormal(8, spread, 10)
                margin = revenue * random.normal(0.35, 0.12, 10)
                found = quotient(self.sums(margin, revenue))
                held += found.low <= 0.35 <= found.high
            with self.subTest(spread=spread):
                self.assertAlmostEqual(held / 2000, 0.95, delta=0.02)

    def test_median_interval_is_the_narrowest_that_holds(self):
        """Of order statistics at equal distance, with a coverage of 95%."""
        for count in range(1, 80):
            values = np.arange(count, dtype=float)
            found = median(values)
            self.assertEqual(found.value, np.median(values))
            left_out = int(found.low)
            self.assertEqual(found.high, count - 1 - left_out)
            if count >= 6:
                self.assertLessEqual(binom.cdf(left_out, count, 0.5), 0.025)
                self.assertGreater(binom.cdf(left_out + 1, count, 0.5), 0.025)
            else:
                self.assertEqual(left_out, 0)

    def test_median_does_not_mind_the_order(self):
        self.assertEqual(median([9, 1, 5]).value, 5)
        self.assertEqual(median([9, 1, 5, 6]).value, 5.5)
