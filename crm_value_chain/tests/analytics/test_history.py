"""From transactions to what is known of each customer."""

import numpy as np

from odoo.tests import BaseCase

from ...analytics import History, summarise


class TestHistory(BaseCase):
    def test_a_purchase_is_a_day(self):
        """Several transactions on a day count once; zero counts, a return does not."""
        customer = [7, 7, 7, 7, 7, 9]
        day = [0, 0, 14, 21, 28, 3]
        amount = [10.0, 5.0, 0.0, -4.0, 20.0, 8.0]
        known = summarise(customer, day, amount, 35)
        np.testing.assert_array_equal(known.customer, [7, 9])
        np.testing.assert_array_equal(known.x, [2, 0])
        np.testing.assert_array_equal(known.t_x, [4, 0])
        np.testing.assert_allclose(known.T, [5, 32 / 7])
        np.testing.assert_array_equal(known.m, [20, 0])  # the free one stays out
        np.testing.assert_allclose(known.amount, [17.5, 8])

    def test_what_comes_later_is_not_known(self):
        """At an earlier day the same history knows less."""
        history = History([1, 1, 2], [0, 50, 60], [1.0, 1.0, 1.0])
        known = history.summary(40)
        np.testing.assert_array_equal(known.customer, [1])
        np.testing.assert_array_equal(known.x, [0])
        np.testing.assert_array_equal(history.purchases(known.customer, 40, 50), [1])
        np.testing.assert_array_equal(history.purchases(known.customer, 40, 49), [0])
        np.testing.assert_array_equal(history.purchases(known.customer, 50, 90), [0])

    def test_order_does_not_matter(self):
        """Transactions may come in any order."""
        rng = np.random.default_rng(0)
        rows = rng.integers(0, 9, 200), rng.integers(0, 99, 200), rng.random(200)
        mixed = rng.permutation(200)
        one = summarise(*rows, 99)
        other = summarise(*(each[mixed] for each in rows), 99)
        for name in ("customer", "x", "t_x", "T", "m", "first"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name))

    def test_dates(self):
        """Dates serve as days."""
        days = np.array(["2024-01-01", "2024-01-15"], dtype="datetime64[D]")
        known = summarise([1, 1], days, [1.0, 1.0], "2024-01-29")
        np.testing.assert_array_equal([known.t_x[0], known.T[0]], [2, 4])

    def test_clear_errors(self):
        """Wrong input is refused in words."""
        for wrong, words in [
            (([1.5], [1], [1.0]), "integer codes"),
            (([1], [1.5], [1.0]), "integer day numbers"),
            (([1], [1], [np.inf]), "NaN or infinite"),
            (([1, 2], [1], [1.0]), "same length"),
            (([1], np.array(["NaT"], dtype="datetime64[D]"), [1.0]), "missing dates"),
        ]:
            with self.assertRaisesRegex(ValueError, words):
                History(*wrong)
