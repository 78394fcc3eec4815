"""Intervals of rates and medians: published numbers, coverage, few cases."""

from itertools import combinations_with_replacement

import numpy as np
from scipy.stats import binom

from odoo.tests import BaseCase

from ...analytics.small_samples import median, rate, rate_difference


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
